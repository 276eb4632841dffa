// SPDX-License-Identifier: MIT
#include "supervisor.h"

#include <string.h>

#include "admin.h"
#include "protocol.h"
#include "shutdown.h"
#include "strategy.h"

// --- Start ---------------------------------------------------------------------------------------

static void take_children(tr_self *self, struct tri_supervisor *supervisor,
                          const struct tri_packed_supervisor *packed)
{
    const struct tri_packed_child *spec = tri_packed_first(packed);
    for (size_t i = 0; i < packed->child_count; i++) {
        (void)tri_children_add(self, &supervisor->children, spec);
        spec = tri_packed_next(spec);
    }
}

// Starts one child; false when that failed.
static bool start_first(tr_self *self, struct tri_supervisor *supervisor, struct tri_child *child)
{
    struct tri_reason why;
    tr_pid pid;
    tr_err err = tri_child_start(self, child->spec, 0, &pid, &why);
    if (err == TR_OK) {
        tri_children_set_running(&supervisor->children, child, pid);
        return true;
    }
    if (err == TR_EIGNORED) {
        tri_children_let_go(self, &supervisor->children, child);
        return true;
    }
    tri_reason_of_failed_start(&supervisor->reason, child->spec->id, tri_reason_get(&why));
    return false;
}

// A child that fails ends the start: those before it are stopped, the last one first.
static tr_next start_all(tr_self *self, struct tri_supervisor *supervisor)
{
    struct tri_child *child = supervisor->children.first;
    while (child != NULL) {
        struct tri_child *next = child->next;
        if (!start_first(self, supervisor, child)) {
            tri_shutdown_back_to(self, &supervisor->children, supervisor->children.first);
            return TR_STOP(tri_reason_get(&supervisor->reason));
        }
        child = next;
    }
    return TR_CONTINUE;
}

static tr_next init(tr_self *self, void *state, const void *args)
{
    struct tri_supervisor *supervisor = state;
    const struct tri_packed_supervisor *packed = args;
    supervisor->strategy = packed->strategy;
    supervisor->guarded = packed->guarded;
    tri_intensity_init(&supervisor->intensity, packed->intensity, packed->period_ns);
    tri_children_init(self, &supervisor->children);
    take_children(self, supervisor, packed);
    return start_all(self, supervisor);
}

// --- Life ----------------------------------------------------------------------------------------

static tr_next act_on(tr_self *self, struct tri_supervisor *supervisor, enum tri_verdict verdict)
{
    if (verdict == TRI_GO_ON) {
        return TR_CONTINUE;
    }
    if (supervisor->guarded) {
        (void)tr_sup_gave_up_send(self, tr_self_parent(self), NULL);
    }
    return TR_STOP(TR_SHUTDOWN);
}

// Exits of strangers and unexpected messages are dropped. The parent's exit does not come here.
static tr_next on_info(tr_self *self, void *state, const tr_msg *msg)
{
    struct tri_supervisor *supervisor = state;
    if (tr_msg_get_kind(msg) != TR_MSG_EXIT) {
        return TR_CONTINUE;
    }
    const tr_exited *exited = tr_msg_body(msg);
    if (supervisor->guarded && tr_pid_is_none(exited->pid)) {
        tri_reason_set(&supervisor->reason, exited->reason);
        return TR_STOP(tri_reason_get(&supervisor->reason));
    }
    struct tri_child *child = tri_children_find_pid(&supervisor->children, exited->pid);
    if (child == NULL) {
        return TR_CONTINUE;
    }
    return act_on(self, supervisor, tri_strategy_ended(self, supervisor, child, exited->reason));
}

static tr_next on_try_again(tr_self *self, void *state, const tr_msg *msg)
{
    struct tri_supervisor *supervisor = state;
    const struct tr_sup_try_again *again = tr_msg_body(msg);
    if (!tr_pid_equal(tr_msg_sender(msg), tr_self_pid(self))) {
        return TR_CONTINUE;
    }
    return act_on(self, supervisor, tri_strategy_try_again(self, supervisor, again->id));
}

static void on_terminate(tr_self *self, void *state, tr_exit reason)
{
    struct tri_supervisor *supervisor = state;
    (void)reason;
    tri_shutdown_back_to(self, &supervisor->children, supervisor->children.first);
}

static const tr_server_handler handlers[] = {
    { &tr_sup_try_again_type, false, on_try_again },
    { &tr_sup_order_type, true, tri_admin_on_order },
    { &tr_sup_which_type, true, tri_admin_on_which },
    { &tr_sup_count_type, true, tri_admin_on_count },
    { &tr_sup_start_512_type, true, tri_admin_on_start },
    { &tr_sup_start_8k_type, true, tri_admin_on_start },
    { &tr_sup_start_128k_type, true, tri_admin_on_start },
    { &tr_sup_start_2m_type, true, tri_admin_on_start },
};

const tr_server tri_supervisor_server = {
    .name = "supervisor",
    .state_bytes = sizeof(struct tri_supervisor),
    .handlers = handlers,
    .handler_count = TR_COUNT(handlers),
    .init = init,
    .on_info = on_info,
    .on_terminate = on_terminate,
};
