// SPDX-License-Identifier: MIT
// What threads that are no actors may do.
#include "node/guest.h"

#include <string.h>
#include <troupe/alias.h>
#include <troupe/guest.h>

#include "api/check.h"
#include "port/point.h"
#include "process/deliver.h"
#include "process/send.h"

// What an actor does on behalf of a waiting guest. Everything lies on the guest's stack.
struct errand {
    tr_pid to;
    const tr_alias *via; // NULL: sent to the pid
    const tr_type *type;
    const void *body;
    const tr_guest_call *call; // NULL: a send
    tr_call_failure *failure;
    struct tri_guest_wait *wait;
};

static tr_exit run_send(tr_self *self, const void *arg)
{
    const struct errand *errand = *(const struct errand *const *)arg;
    errand->wait->err = errand->via != NULL
                            ? tr_send_alias(self, *errand->via, errand->type, errand->body)
                            : tr_send_typed(self, errand->to, errand->type, errand->body);
    return TR_NORMAL;
}

// The reason goes to the guest: the text with it.
static void tell_why(const tr_self *self, tr_call_failure *failure)
{
    tr_exit reason = tr_call_reason(self);
    if (reason.tag != TR_EXIT_NONE) {
        failure->reason = tri_reason_copy(reason, failure->text);
    }
}

static tr_exit run_call(tr_self *self, const void *arg)
{
    const struct errand *errand = *(const struct errand *const *)arg;
    const tr_guest_call *call = errand->call;
    const tr_msg *reply = NULL;
    tr_err err = tr_call_typed(self, call->to, call->type, call->body, call->timeout_ms, &reply);
    if (err == TR_OK && !tr_msg_is(reply, call->reply_type)) {
        err = TR_EINVAL;
    }
    if (err == TR_OK && call->reply_type->bytes != 0) {
        memcpy(call->reply_body, tr_msg_body(reply), call->reply_type->bytes);
    }
    if (err == TR_EEXITED || err == TR_ENOPROC) {
        tell_why(self, errand->failure);
    }
    errand->wait->err = err;
    return TR_NORMAL;
}

static const tr_actor_spec send_errand = { .label = "guest send", .run = run_send };
static const tr_actor_spec call_errand = { .label = "guest call", .run = run_call };

// Runs an errand and waits for its end. An errand that was killed leaves TR_ESTOPPED.
static tr_err go(struct tri_thread *guest, const tr_actor_spec *spec, struct errand *errand)
{
    struct tri_guest_wait wait = { .err = TR_ESTOPPED };
    tri_park_init(&wait.park);
    errand->wait = &wait;
    tr_spawn_opts opts = { .args = &errand, .args_bytes = sizeof errand };
    struct tri_spawn spawn = {
        .spec = spec, .opts = &opts, .tell = tri_guest_tell, .tell_context = &wait
    };
    uint64_t unused = 0;
    tr_pid pid;
    tri_point(TRI_POINT_SPAWN);
    tr_err err = tri_spawn(guest, NULL, &spawn, &unused, &pid);
    if (err != TR_OK) {
        return err;
    }
    tri_guest_wait(guest, &wait);
    return wait.err;
}

// Whether the caller stands on a thread of the system: an actor that would wait here might wait for
// what this thread alone can run.
static bool is_own_thread(const struct tr_system *sys)
{
    const struct tri_thread *t = tri_thread_here();
    return t != NULL && t->system == sys;
}

static tr_err guest_send(tr_system *sys, tr_pid to, const tr_alias *via, const tr_type *type,
                         const void *body)
{
    struct tri_thread guest;
    if (sys == NULL || type == NULL || (body == NULL && type->bytes != 0)) {
        return TR_EINVAL;
    }
    tr_err err = tri_guest_enter(sys, &guest);
    if (err != TR_OK) {
        return err;
    }
    struct tr_msg *msg = NULL;
    err = tri_compose(&guest, via != NULL ? TRI_KIND_ALIASED : TRI_KIND_SEND, type, body, &msg);
    if (err == TR_OK) {
        msg->ref = via != NULL ? via->ref.id : 0;
        err = tri_send_guest(&guest, to, msg);
        if (err != TR_OK) {
            tri_msg_release(NULL, msg);
        }
        if (err == TR_EBUSY && is_own_thread(sys)) {
            TRI_COUNT(&guest, x_attempted);
            TRI_COUNT(&guest, x_refused);
            err = TR_EDEADLK;
        } else if (err == TR_EBUSY) {
            struct errand errand = { .to = to, .via = via, .type = type, .body = body };
            err = go(&guest, &send_errand, &errand);
        }
    }
    tri_guest_leave(&guest);
    return err;
}

tr_err tr_system_send(tr_system *sys, tr_pid to, const tr_type *type, const void *body)
{
    return guest_send(sys, to, NULL, type, body);
}

tr_err tr_system_send_alias(tr_system *sys, tr_alias alias, const tr_type *type, const void *body)
{
    return alias.ref.id == 0 ? TR_EINVAL : guest_send(sys, alias.owner, &alias, type, body);
}

tr_err tr_system_call_why(tr_system *sys, const tr_guest_call *call, tr_call_failure *failure)
{
    struct tri_thread guest;
    if (sys == NULL || call == NULL || failure == NULL || call->type == NULL ||
        (call->body == NULL && call->type->bytes != 0) || call->timeout_ms < 0 ||
        call->reply_type == NULL || (call->reply_body == NULL && call->reply_type->bytes != 0)) {
        return TR_EINVAL;
    }
    if (is_own_thread(sys)) {
        return TR_EDEADLK; // the thread that would have to run the answer waits here
    }
    tr_err err = tri_guest_enter(sys, &guest);
    if (err != TR_OK) {
        return err;
    }
    struct errand errand = { .call = call, .failure = failure };
    err = tri_system_phase(sys) == TRI_PHASE_RUNNING ? go(&guest, &call_errand, &errand)
                                                     : TR_ESTOPPED;
    tri_guest_leave(&guest);
    return err;
}

tr_err tr_system_call(tr_system *sys, tr_pid to, const tr_type *type, const void *body,
                      int64_t timeout_ms, const tr_type *reply_type, void *reply_body)
{
    tr_call_failure unused;
    tr_guest_call call = { .to = to,
                           .type = type,
                           .body = body,
                           .timeout_ms = timeout_ms,
                           .reply_type = reply_type,
                           .reply_body = reply_body };
    return tr_system_call_why(sys, &call, &unused);
}

static tr_err send_exit(struct tri_thread *guest, tr_pid to, tr_exit reason)
{
    if (!tri_pid_local(guest->system, to)) {
        return TR_ENOPROC;
    }
    struct tr_msg *msg = tri_exit_compose(guest, tr_no_pid(), reason);
    if (msg == NULL) {
        return TR_ENOMEM;
    }
    tri_deliver(guest, to.slot, to.generation, msg);
    return TR_OK;
}

static tr_err spawn_and_wait(struct tri_thread *guest, const tr_actor_spec *spec,
                             const tr_spawn_opts *opts, tr_pid *out)
{
    struct tri_guest_wait wait = { .err = TR_OK };
    struct tri_spawn spawn = { .spec = spec, .opts = opts };
    uint64_t unused = 0;
    tr_pid pid;
    tri_park_init(&wait.park);
    if (opts->wait_init) {
        spawn.tell = tri_guest_tell;
        spawn.tell_context = &wait;
        spawn.tell_at_start = true;
    }
    tr_err err = tri_spawn(guest, NULL, &spawn, &unused, &pid);
    if (err != TR_OK) {
        return err;
    }
    if (opts->wait_init) {
        bool late = !tri_guest_wait_until(guest, &wait, opts->init_timeout_ms);
        if (late) {
            tri_spawn_abort(guest, tr_no_pid(), pid);
            tri_guest_wait(guest, &wait);
        }
        err = wait.start == TRI_START_OK        ? TR_OK
              : wait.start == TRI_START_IGNORED ? TR_EIGNORED
              : late                            ? TR_ETIMEDOUT
                                                : TR_EEXITED;
    }
    if (err == TR_OK && out != NULL) {
        *out = pid;
    }
    return err;
}

tr_err tr_system_spawn_sized(tr_system *sys, const tr_actor_spec *spec, const tr_spawn_opts *opts,
                             size_t opts_bytes, tr_pid *out)
{
    tr_spawn_opts whole;
    struct tri_thread guest;
    tr_err err = tri_opts_copy(&whole, sizeof whole, opts, opts_bytes);
    if (sys == NULL || err != TR_OK || whole.link || whole.monitor != NULL) {
        return TR_EINVAL;
    }
    err = whole.wait_init && is_own_thread(sys) ? TR_EDEADLK : tri_spawn_check(spec, &whole);
    if (err == TR_OK) {
        err = tri_guest_enter(sys, &guest);
    }
    if (err != TR_OK) {
        return err;
    }
    err = tri_system_phase(sys) == TRI_PHASE_RUNNING ? spawn_and_wait(&guest, spec, &whole, out)
                                                     : TR_ESTOPPED;
    tri_guest_leave(&guest);
    return err;
}

tr_err tr_system_exit_send(tr_system *sys, tr_pid to, tr_exit reason)
{
    struct tri_thread guest;
    if (sys == NULL || tr_pid_is_none(to) || !tri_reason_valid(reason)) {
        return TR_EINVAL;
    }
    tr_err err = tri_guest_enter(sys, &guest);
    if (err != TR_OK) {
        return err;
    }
    err = send_exit(&guest, to, reason);
    tri_guest_leave(&guest);
    return err;
}
