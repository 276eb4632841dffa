// SPDX-License-Identifier: MIT
#include "shutdown.h"

// Without memory for a monitor or a signal: kill, and look until it is gone.
static void kill_and_look(tr_self *self, tr_pid pid)
{
    while (tr_is_alive(tr_self_system(self), pid)) {
        (void)tr_exit_send(self, pid, TR_KILL);
        tr_yield(self);
    }
}

static bool await_end(tr_self *self, tr_ref monitor, int64_t timeout_ms)
{
    const tr_msg *msg = NULL;
    return tr_receive(self, &(tr_match){ .ref = monitor }, timeout_ms, &msg) == TR_OK;
}

static void stop_actor(tr_self *self, tr_pid pid, int64_t shutdown_ms)
{
    tr_ref monitor;
    if (tr_monitor(self, pid, &monitor) != TR_OK) {
        kill_and_look(self, pid);
        return;
    }
    if (shutdown_ms != TR_BRUTAL && tr_exit_send(self, pid, TR_SHUTDOWN) == TR_OK &&
        await_end(self, monitor, shutdown_ms)) {
        return;
    }
    if (tr_exit_send(self, pid, TR_KILL) != TR_OK) {
        kill_and_look(self, pid);
    }
    (void)await_end(self, monitor, TR_INFINITY);
}

static bool is_exit_of(const tr_msg *msg, void *context)
{
    const tr_exited *exited = tr_msg_body(msg);
    const tr_pid *pid = context;
    return tr_pid_equal(exited->pid, *pid);
}

// After the link is gone at most one exit message of it waits. A link that cannot be removed for
// want of memory belongs to a dead actor: its signal has arrived or is on its way and names nobody.
static void forget_link(tr_self *self, tr_pid pid)
{
    const tr_msg *msg = NULL;
    tr_match match = { TR_TYPES(&tr_exited_type), .predicate = is_exit_of, .context = &pid };
    (void)tr_unlink(self, pid);
    (void)(tr_receive(self, &match, 0, &msg) == TR_OK);
}

void tri_shutdown_child(tr_self *self, struct tri_children *children, struct tri_child *child)
{
    if (child->state == TRI_CHILD_RUNNING) {
        stop_actor(self, child->pid, child->spec->shutdown_ms);
        forget_link(self, child->pid);
    }
    tri_children_set_idle(children, child, TRI_CHILD_STOPPED);
}

void tri_shutdown_back_to(tr_self *self, struct tri_children *children, struct tri_child *from)
{
    struct tri_child *child = from == NULL ? NULL : children->last;
    while (child != NULL) {
        struct tri_child *before = child == from ? NULL : child->previous;
        tri_shutdown_child(self, children, child);
        tri_children_let_go(self, children, child);
        child = before;
    }
}
