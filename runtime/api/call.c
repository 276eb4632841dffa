// SPDX-License-Identifier: MIT
#include <troupe/message.h>

#include "api/check.h"
#include "process/book.h"
#include "process/deliver.h"
#include "process/receive.h"
#include "process/request.h"
#include "process/send.h"
#include "process/spawn.h"

static tr_err outcome(struct tri_thread *t, struct tr_self *self, const struct tri_wait *wait)
{
    const struct tr_msg *reply = self->reply;
    tr_err err = tri_reply_outcome(reply);
    if (err == TR_OK && tri_key(reply->from_slot, reply->from_generation) != wait->target) {
        tri_request_tell_done(t, wait->target, wait->request); // somebody else answered
    }
    return err;
}

static tr_err call(struct tri_thread **t, struct tr_self *self, tr_pid to, struct tr_msg *msg,
                   int64_t timeout_ms)
{
    uint64_t request = tri_ref_id(*t);
    msg->ref = request;
    struct tri_wait wait = { .what = TRI_WAIT_REPLY,
                             .request = request,
                             .target = tri_key(to.slot, to.generation) };
    self->room_ms = timeout_ms;
    tr_err err = tri_send(t, self, to, msg);
    timeout_ms = self->room_ms; // less what the wait for room took
    self->room_ms = TR_INFINITY;
    if (err != TR_OK) {
        tri_msg_release(tri_blocks_here(*t), msg);
        return err;
    }
    err = tri_suspend_until(t, self, &wait, timeout_ms);
    if ((err != TR_OK || self->doom != NULL) && !wait.done) {
        tri_request_tell_done(*t, wait.target, request);
    }
    tri_exit_if_doomed(*t, self);
    return err == TR_OK ? outcome(*t, self, &wait) : err;
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
    tri_reply_forget(t, self);
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
        tri_book_settle(t, self, from.ref_id);
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
