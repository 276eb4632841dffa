// SPDX-License-Identifier: MIT
#include <troupe/message.h>

#include "api/check.h"
#include "process/book.h"
#include "process/cycle.h"
#include "process/deadline.h"
#include "process/deliver.h"
#include "process/detail.h"
#include "process/receive.h"
#include "process/request.h"
#include "process/send.h"
#include "process/spawn.h"

// What a request is made of.
struct body_of_type {
    const tr_type *type;
    const void *body;
};

static tr_err outcome(struct tri_thread *t, struct tr_self *self, const struct tri_wait *wait)
{
    const struct tr_msg *reply = self->reply;
    tr_err err = tri_reply_outcome(reply);
    if (err == TR_OK && tri_key(reply->from_slot, reply->from_generation) != wait->target) {
        tri_request_tell_done(t, wait->target, wait->request); // somebody else answered
    }
    return err;
}

// Sends the request, of which `wait` tells the number, and waits for its reply.
static tr_err send_and_wait(struct tri_thread **t, struct tr_self *self, tr_pid to,
                            struct tr_msg *msg, struct tri_wait *wait)
{
    self->room_ms = wait->timeout_ms;
    tr_err err = tri_send(t, self, to, msg);
    wait->timeout_ms = self->room_ms; // less what the wait for room took
    self->room_ms = TR_INFINITY;
    if (err != TR_OK) {
        tri_msg_release(tri_blocks_here(*t), msg);
    } else {
        wait->sent = true;
        err = tri_suspend_until(t, self, wait, wait->timeout_ms);
    }
    return err;
}

// The wait is over: what came of it. The server is looked at before it is told anything.
static tr_err conclude(struct tri_thread *t, struct tr_self *self, tr_err err,
                       const struct tri_wait *wait, const struct tri_span *span)
{
    if (err == TR_OK && wait->done) {
        err = outcome(t, self, wait);
    }
    if (err != TR_OK) {
        tri_detail_note(t, self, err, wait->target, span);
    }
    if (wait->sent && !wait->done) {
        tri_request_tell_done(t, wait->target, wait->request);
    }
    return err;
}

static tr_err call(struct tri_thread **t, struct tr_self *self, tr_pid to, struct tr_msg *msg,
                   int64_t timeout_ms)
{
    struct tri_wait wait = { .what = TRI_WAIT_REPLY,
                             .request = tri_ref_id(*t),
                             .target = tri_key(to.slot, to.generation),
                             .timeout_ms = timeout_ms };
    struct tri_span span = tri_span_begin(*t, timeout_ms);
    tr_err err;
    msg->ref = wait.request;
    tri_deadline_stamp(self, msg, timeout_ms);
    if ((*t)->system->detect_cycles) {
        struct tri_edge edge = { .holder = wait.target, .ref = wait.request };
        if (tri_cycle_refuse(*t, self, &edge, timeout_ms)) {
            tri_msg_release(tri_blocks_here(*t), msg);
            return TR_EDEADLK;
        }
        err = send_and_wait(t, self, to, msg, &wait);
        tri_waits_end(&(*t)->system->waits, &edge);
    } else {
        err = send_and_wait(t, self, to, msg, &wait);
    }
    err = conclude(*t, self, err, &wait, &span);
    tri_exit_if_doomed(*t, self);
    return err;
}

static tr_err call_other(struct tri_thread **t, struct tr_self *self, tr_pid to,
                         const struct body_of_type *what, int64_t timeout_ms)
{
    struct tr_msg *msg = NULL;
    if (!tri_pid_local((*t)->system, to)) {
        return TR_ENOPROC;
    }
    if (!tri_deadline_limit(self, &timeout_ms)) {
        struct tri_span none = tri_span_none(0);
        tri_detail_note(*t, self, TR_ETIMEDOUT, tri_key(to.slot, to.generation), &none);
        return TR_ETIMEDOUT; // whoever is served has given up
    }
    tr_err err = tri_compose(*t, TRI_KIND_CALL, what->type, what->body, &msg);
    return err == TR_OK ? call(t, self, to, msg, timeout_ms) : err;
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
    struct body_of_type what = { type, body };
    tr_err err = TR_EDEADLK;
    if (tr_pid_equal(to, tri_actor_pid(self))) {
        tri_detail_note_self(t, self, timeout_ms);
    } else {
        err = call_other(&t, self, to, &what, timeout_ms);
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
        if (t->system->detect_cycles) {
            tri_waits_settled(&t->system->waits, tri_key(from.caller.slot, from.caller.generation),
                              from.ref_id);
        }
    }
    tri_section_leave(t);
    tri_api_chance(self);
    return err;
}
