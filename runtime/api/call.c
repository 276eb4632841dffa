// SPDX-License-Identifier: MIT
#include <troupe/message.h>

#include "api/check.h"
#include "process/deliver.h"
#include "process/receive.h"
#include "process/send.h"
#include "process/spawn.h"

// The server need not remember the request any more.
static void tell_done(struct tri_thread *t, tr_pid server, uint64_t request)
{
    struct tr_msg *done = tri_msg_alloc(tri_blocks_here(t), TRI_KIND_CALL_DONE, 0);
    if (done != NULL) {
        done->ref = request;
        tri_deliver(t, server.slot, server.generation, done);
    }
}

static tr_err outcome(struct tri_thread *t, struct tr_self *self, tr_pid to, uint64_t request)
{
    const struct tr_msg *reply = self->reply;
    if ((reply->flags & TRI_FLAG_FAILED) != 0) {
        const struct tri_reason *reason = (const void *)(reply + 1);
        return reason->public.tag == TR_EXIT_NONE     ? (tr_err)reason->public.code
               : reason->public.tag == TR_EXIT_NOPROC ? TR_ENOPROC
                                                      : TR_EEXITED;
    }
    if (reply->from_slot != to.slot || reply->from_generation != to.generation) {
        tell_done(t, to, request); // somebody else answered for the server
    }
    return TR_OK;
}

static void forget_reply(struct tri_thread *t, struct tr_self *self)
{
    if (self->reply != NULL) {
        tri_mailbox_free(&self->box, tri_blocks_here(t), self->reply);
        self->reply = NULL;
    }
}

static tr_err call(struct tri_thread **t, struct tr_self *self, tr_pid to, struct tr_msg *msg,
                   int64_t timeout_ms)
{
    uint64_t request = tri_ref_id(*t);
    msg->ref = request;
    struct tri_wait wait = { .what = TRI_WAIT_REPLY, .request = request };
    self->room_ms = timeout_ms;
    tr_err err = tri_send(t, self, to, msg);
    timeout_ms = self->room_ms; // less what the wait for room took
    self->room_ms = TR_INFINITY;
    if (err != TR_OK) {
        tri_msg_release(tri_blocks_here(*t), msg);
        return err;
    }
    err = tri_suspend_until(t, self, &wait, timeout_ms);
    tri_exit_if_doomed(*t, self);
    if (err != TR_OK) {
        tell_done(*t, to, request);
        return err;
    }
    return outcome(*t, self, to, request);
}

tr_err tr_call_typed(tr_self *self, tr_pid to, const tr_type *type, const void *body,
                     int64_t timeout_ms, const tr_msg **reply)
{
    if (type == NULL || (body == NULL && type->bytes != 0) || reply == NULL || timeout_ms < 0) {
        return TR_EINVAL;
    }
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    tri_api_act(&t, self);
    if (!tri_may_suspend(self)) {
        tri_section_leave(t);
        return tri_suspend_refuse(self, "tr_call");
    }
    forget_reply(t, self);
    struct tr_msg *msg = NULL;
    tr_err err = TR_ENOPROC;
    if (tr_pid_equal(to, tri_actor_pid(self))) {
        err = TR_EDEADLK;
    } else if (tri_pid_local(t->system, to)) {
        err = tri_compose(t, TRI_KIND_CALL, type, body, &msg);
    }
    if (err == TR_OK) {
        err = call(&t, self, to, msg, timeout_ms);
    }
    if (err == TR_OK) {
        *reply = self->reply;
    }
    tri_section_leave(t);
    tri_api_chance(self);
    return err;
}

tr_exit tr_call_reason(const tr_self *self)
{
    if (self == NULL || self->reply == NULL || (self->reply->flags & TRI_FLAG_FAILED) == 0) {
        return tr_exit_make(TR_EXIT_NONE, 0, NULL);
    }
    return ((const struct tri_reason *)(const void *)(self->reply + 1))->public;
}

// The request leaves the server's books.
static void settle_request(struct tri_thread *t, struct tr_self *self, uint64_t ref)
{
    if (self->current != NULL && self->current->kind == TRI_KIND_CALL &&
        self->current->ref == ref) {
        self->answered = true;
        return;
    }
    struct tri_tree_node *request = tri_tree_remove(&self->calls, ref);
    if (request != NULL) {
        tri_msg_release(tri_blocks_here(t), tri_msg_of_tree(request));
    }
}

tr_err tr_reply_typed(tr_self *self, tr_from from, const tr_type *type, const void *body)
{
    if (type == NULL || (body == NULL && type->bytes != 0) || from.ref_id == 0) {
        return TR_EINVAL;
    }
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    struct tr_msg *msg = NULL;
    tr_err err = tri_pid_local(t->system, from.caller)
                     ? tri_compose(t, TRI_KIND_REPLY, type, body, &msg)
                     : TR_EINVAL;
    if (err == TR_OK) {
        settle_request(t, self, from.ref_id);
        TRI_COUNT(t, x_attempted);
        msg->flags |= TRI_FLAG_COUNTED;
        msg->ref = from.ref_id;
        msg->from_slot = self->index;
        msg->from_generation = self->generation;
        tri_deliver(t, from.caller.slot, from.caller.generation, msg);
    }
    tri_section_leave(t);
    tri_api_chance(self);
    return err;
}
