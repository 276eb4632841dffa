// SPDX-License-Identifier: MIT
// Supervisors for threads that are no actors.
//
// A guard is a server that starts the root, which makes it the root's parent, and lives as long as
// the root. The guest asks it how the start went, and in tr_supervise waits for its answer to
// `wait`, which comes when the root has ended. When the system stops, the guard ends, and the root
// with it, by the link. To the root, signals from no actor are its parent's: the guest may send
// them.
#include <stdlib.h>
#include <string.h>

#include "pack.h"
#include "protocol.h"
#include "spec.h"
#include "supervisor.h"

#undef TR_MODULE
#define TR_MODULE tr_guard
TR_MESSAGE0(begin);
TR_MESSAGE0(wait);

struct guard {
    struct tr_sup_outcome outcome; // of the start, later of the root's life
    tr_from waiter;                // the guest in tr_supervise; none before
    bool awaited;                  // a guest will ask for the end
    bool asked;                    // the guest knows how the start went
    bool gave_up;
    bool runs; // the root
};

struct guard_args {
    uint64_t awaited;
    uint64_t spare;
    // the packed root follows
};

_Static_assert(sizeof(struct guard_args) % 16 == 0, "the packed root stays aligned");

static tr_next guard_init(tr_self *self, void *state, const void *raw)
{
    struct guard *guard = state;
    const struct guard_args *args = raw;
    const struct tri_packed_supervisor *packed = (const void *)(args + 1);
    tr_server_opts opts = { .name = packed->name[0] == '\0' ? NULL : packed->name };
    tr_err err = tri_child_start_supervisor(self, packed, &opts, &guard->outcome.pid);
    guard->outcome.err = (int32_t)err;
    guard->runs = err == TR_OK;
    guard->awaited = args->awaited != 0;
    if (err == TR_EEXITED) {
        tri_reason_set(&guard->outcome.reason, tr_call_reason(self));
    }
    return TR_CONTINUE;
}

static bool is_by_request(const struct guard *guard, tr_exit reason)
{
    bool clean = reason.tag == TR_EXIT_NORMAL || reason.tag == TR_EXIT_SHUTDOWN;
    return clean && !guard->gave_up;
}

static void note_end(struct guard *guard, tr_exit reason)
{
    guard->runs = false;
    guard->outcome.err = is_by_request(guard, reason) ? TR_OK : TR_EEXITED;
    tri_reason_set(&guard->outcome.reason, reason);
}

static void tell_waiter(tr_self *self, struct guard *guard)
{
    if (!tr_pid_is_none(guard->waiter.caller) || guard->waiter.ref_id != 0) {
        (void)tr_reply_typed(self, guard->waiter, &tr_sup_outcome_type, &guard->outcome);
        guard->awaited = false;
    }
}

// The guard is done when the root has ended and every guest that will ask has its answer.
static tr_next go_on(tr_self *self, struct guard *guard)
{
    if (guard->runs || !guard->asked) {
        return TR_CONTINUE;
    }
    tell_waiter(self, guard);
    return guard->awaited ? TR_CONTINUE : TR_STOP(TR_NORMAL);
}

static tr_next guard_on_begin(tr_self *self, void *state, const tr_msg *msg)
{
    struct guard *guard = state;
    struct tr_sup_outcome started = guard->outcome;
    guard->asked = true;
    if (started.err != TR_OK && !guard->runs && !tr_pid_is_none(started.pid)) {
        started.err = TR_OK; // it did start, and has ended since
    }
    if (started.err != TR_OK) {
        guard->awaited = false; // a guest whose start failed does not wait
    }
    (void)tr_reply_typed(self, tr_msg_from(msg), &tr_sup_outcome_type, &started);
    return go_on(self, guard);
}

static tr_next guard_on_wait(tr_self *self, void *state, const tr_msg *msg)
{
    struct guard *guard = state;
    guard->waiter = tr_msg_from(msg);
    return go_on(self, guard);
}

static tr_next guard_on_gave_up(tr_self *self, void *state, const tr_msg *msg)
{
    struct guard *guard = state;
    (void)self;
    guard->gave_up = guard->gave_up || tr_pid_equal(tr_msg_sender(msg), guard->outcome.pid);
    return TR_CONTINUE;
}

static tr_next guard_on_info(tr_self *self, void *state, const tr_msg *msg)
{
    struct guard *guard = state;
    if (tr_msg_get_kind(msg) != TR_MSG_EXIT) {
        return TR_CONTINUE;
    }
    const tr_exited *exited = tr_msg_body(msg);
    if (!guard->runs || !tr_pid_equal(exited->pid, guard->outcome.pid)) {
        return TR_CONTINUE;
    }
    note_end(guard, exited->reason);
    return go_on(self, guard);
}

static const tr_server_handler guard_handlers[] = {
    { &tr_guard_begin_type, true, guard_on_begin },
    { &tr_guard_wait_type, true, guard_on_wait },
    { &tr_sup_gave_up_type, false, guard_on_gave_up },
};

static const tr_server guard_server = {
    .name = "guard",
    .state_bytes = sizeof(struct guard),
    .handlers = guard_handlers,
    .handler_count = TR_COUNT(guard_handlers),
    .init = guard_init,
    .on_info = guard_on_info,
};

// --- The guest's side ----------------------------------------------------------------------------

static void tell(const struct tri_reason *reason, char *text, size_t text_bytes)
{
    if (text != NULL && text_bytes != 0) {
        tr_exit_format(tri_reason_get(reason), text, text_bytes);
    }
}

// Starts the guard of a valid spec.
static tr_err start_guard(tr_system *sys, const tr_supervisor_spec *spec, bool awaited, tr_pid *out)
{
    size_t bytes = sizeof(struct guard_args) + tri_pack_supervisor_bytes(spec);
    struct guard_args *args = malloc(bytes);
    if (args == NULL) {
        return TR_ENOMEM;
    }
    struct tri_packed_supervisor *packed = (void *)(args + 1);
    *args = (struct guard_args){ .awaited = awaited };
    tri_pack_supervisor(spec, packed);
    packed->guarded = true;
    tr_server_opts opts = { .args = args, .args_bytes = bytes, .trap = true };
    tr_err err = tr_system_server_start(sys, &guard_server, &opts, out);
    free(args);
    return err;
}

// Starts the guard and its root. *reason is set when the result is TR_EINVAL or TR_EEXITED.
static tr_err start_root(tr_system *sys, const tr_supervisor_spec *spec, bool awaited,
                         tr_pid *guard, struct tr_sup_outcome *started)
{
    memset(started, 0, sizeof *started);
    tr_err err = tri_spec_check(spec, &started->reason);
    err = err == TR_OK ? start_guard(sys, spec, awaited, guard) : err;
    if (err == TR_OK) {
        err = tr_system_call(sys, *guard, &tr_guard_begin_type, NULL, TR_INFINITY,
                             &tr_sup_outcome_type, started);
    }
    return err == TR_OK ? (tr_err)started->err : err;
}

tr_err tr_system_supervisor_start(tr_system *sys, const tr_supervisor_spec *spec, tr_pid *out,
                                  char *reason_text, size_t text_bytes)
{
    struct tr_sup_outcome started;
    tr_pid guard;
    if (sys == NULL || out == NULL) {
        return TR_EINVAL;
    }
    tr_err err = start_root(sys, spec, false, &guard, &started);
    if (err == TR_OK) {
        *out = started.pid;
    } else {
        tell(&started.reason, reason_text, text_bytes);
    }
    return err;
}

tr_err tr_supervise(tr_system *sys, const tr_supervisor_spec *spec)
{
    struct tr_sup_outcome outcome;
    tr_pid guard;
    if (sys == NULL) {
        return TR_EINVAL;
    }
    tr_err err = start_root(sys, spec, true, &guard, &outcome);
    if (err != TR_OK) {
        return err;
    }
    err = tr_system_call(sys, guard, &tr_guard_wait_type, NULL, TR_INFINITY, &tr_sup_outcome_type,
                         &outcome);
    if (err == TR_ESTOPPED) {
        return TR_OK; // the system was stopped, and the tree with it
    }
    return err == TR_OK ? (tr_err)outcome.err : TR_EEXITED;
}
