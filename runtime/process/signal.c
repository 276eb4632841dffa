// SPDX-License-Identifier: MIT
#include "process/signal.h"

#include "base/check.h"
#include "mailbox/type.h"
#include "process/alias.h"
#include "process/birth.h"
#include "process/block.h"
#include "process/book.h"
#include "process/dead.h"
#include "process/deliver.h"
#include "process/info.h"
#include "process/relation.h"
#include "process/request.h"
#include "process/timer.h"
#include "process/wait.h"

static void discard(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg)
{
    tri_mailbox_free(&self->box, tri_blocks_here(t), msg);
}

static void on_reply(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg)
{
    struct tri_wait *wait = self->wait;
    bool waited = wait != NULL && wait->what == TRI_WAIT_REPLY && wait->request == msg->ref;
    if (!waited || wait->done) {
        // A second reply to what is waited for is late, though its request is still in the tree.
        if (!waited && !tri_tree_empty(&self->requests) && tri_request_answered(t, self, msg)) {
            return;
        }
        tri_dead(t, TR_DEAD_LATE_REPLY, tri_actor_pid(self), msg);
        discard(t, self, msg);
        return;
    }
    if ((msg->flags & TRI_FLAG_COUNTED) != 0) {
        TRI_COUNT(t, x_received);
    }
    wait->done = true;
    if (self->reply != NULL) {
        discard(t, self, self->reply);
    }
    self->reply = msg;
}

// An exit signal: dropped, a message, or the actor's doom (OTP reference manual, "Receiving Exit
// Signals").
static void on_exit_signal(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg)
{
    struct tri_exited_body *body = tri_body(msg);
    bool explicit_signal = (msg->flags & TRI_FLAG_EXPLICIT) != 0;
    if ((msg->flags & TRI_FLAG_STARTING) != 0 && tri_birth_over(self)) {
        discard(t, self, msg);
        return;
    }
    if (!explicit_signal && !tri_link_fired(t, self, msg)) {
        discard(t, self, msg);
        return;
    }
    // What an actor sends to itself ends it even if it is `normal`.
    bool own = explicit_signal && msg->from_slot == self->index &&
               msg->from_generation == self->generation;
    bool kill = explicit_signal && body->public.reason.tag == TR_EXIT_KILL;
    if (kill) {
        body->public.reason = tr_exit_make(TR_EXIT_KILLED, 0, NULL);
    }
    if (!kill && self->trap) {
        tri_mailbox_append(&self->box, msg);
    } else if (self->doom != NULL || (body->public.reason.tag == TR_EXIT_NORMAL && !own)) {
        discard(t, self, msg); // the first one decides
    } else {
        self->doom = msg;
    }
}

static void on_down(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg)
{
    if (tri_monitor_fired(t, self, msg)) {
        tri_mailbox_append(&self->box, msg);
    } else {
        discard(t, self, msg);
    }
}

static void on_timeout(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg)
{
    if (tri_alarm_arrived(t, self, msg) && self->wait != NULL) {
        self->wait->timed_out = true;
    }
    discard(t, self, msg);
}

static void on_credit(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg)
{
    struct tri_wait *wait = self->wait;
    if (wait != NULL && wait->what == TRI_WAIT_CREDIT && wait->credit == msg) {
        wait->done = true;
        discard(t, self, msg);
        return;
    }
    tri_block_refuse(t, msg);
}

// Whether the signal's record is used again, so that it must be out of the queue first.
static bool needs_claim(const struct tr_self *self, const struct tr_msg *msg)
{
    return msg->to_generation != self->generation || msg->kind == TRI_KIND_LINK ||
           msg->kind == TRI_KIND_UNLINK || msg->kind == TRI_KIND_MONITOR ||
           msg->kind == TRI_KIND_CREDIT || msg->kind == TRI_KIND_INFO ||
           msg->kind == TRI_KIND_CALL_DONE || msg->kind == TRI_KIND_MOVED;
}

static bool is_birth(const struct tr_self *self, const struct tr_msg *msg)
{
    return self->generation == 0 && msg->kind == TRI_KIND_START &&
           msg->to_generation == tri_slot_generation(&self->slot);
}

static void on_message(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg)
{
    (void)t;
    tri_mailbox_append(&self->box, msg);
}

static void on_tick(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg)
{
    if (tri_timer_wants(self->system, msg)) {
        msg->kind = TRI_KIND_SEND;
        tri_mailbox_append(&self->box, msg);
        return;
    }
    tri_dead(t, TR_DEAD_TIMER_OFF, tri_actor_pid(self), msg);
    discard(t, self, msg);
}

static void on_start(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg)
{
    (void)t;
    (void)self;
    (void)msg;
    TRI_CHECK(false, "a START reached a living actor");
}

// What each kind does to a living receiver.
static void (*const acts[])(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg) = {
    [TRI_KIND_SEND] = on_message,
    [TRI_KIND_CALL] = on_message,
    [TRI_KIND_REPLY] = on_reply,
    [TRI_KIND_EXIT] = on_exit_signal,
    [TRI_KIND_DOWN] = on_down,
    [TRI_KIND_START] = on_start,
    [TRI_KIND_LINK] = tri_on_link,
    [TRI_KIND_UNLINK] = tri_on_unlink,
    [TRI_KIND_UNLINK_ACK] = tri_on_unlink_ack,
    [TRI_KIND_MONITOR] = tri_on_monitor,
    [TRI_KIND_DEMONITOR] = tri_on_demonitor,
    [TRI_KIND_CALL_DONE] = tri_book_done,
    [TRI_KIND_TIMEOUT] = on_timeout,
    [TRI_KIND_CREDIT] = on_credit,
    [TRI_KIND_TICK] = on_tick,
    [TRI_KIND_MOVED] = tri_request_moved,
    [TRI_KIND_ALIASED] = tri_on_aliased,
    [TRI_KIND_INFO] = tri_on_info,
};

// Acts on a node that is claimed if it needs to be. Messages that join the list are counted as
// taken when they leave it, all others now.
static void accept(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg)
{
    uint32_t before = self->box.arrival;
    if (is_birth(self, msg)) {
        tri_birth_accept(t, self, msg);
    } else if (msg->to_generation != self->generation) {
        tr_pid dead = tri_pid_make(self->system, self->index, msg->to_generation);
        tri_answer_dead(t, dead, msg, tr_exit_make(TR_EXIT_NOPROC, 0, NULL),
                        TR_DEAD_RECEIVER_ENDED);
    } else {
        acts[msg->kind](t, self, msg);
    }
    if (self->box.arrival == before) {
        tri_mailbox_count_taken(&self->box);
    }
}

// Takes the held record, which the queue has moved past or given up.
static struct tr_msg *take_held(struct tr_self *self)
{
    struct tr_msg *held = self->held;
    self->held = NULL;
    return held;
}

// The next node that may be acted on; NULL when there is none now. A record that could not be
// claimed, because something stands behind it, is acted on as soon as the drain has moved past it.
static struct tr_msg *next_node(struct tri_thread *t, struct tr_self *self)
{
    for (;;) {
        bool gap = false;
        if (self->held != NULL && tri_mailbox_claim(&self->box, self->held)) {
            return take_held(self);
        }
        struct tr_msg *msg = tri_mailbox_drain(&self->box, tri_blocks_here(t), &gap);
        if (msg == NULL) {
            return NULL;
        }
        if (self->held != NULL) {
            accept(t, self, take_held(self));
        }
        if (is_birth(self, msg) || !needs_claim(self, msg) || tri_mailbox_claim(&self->box, msg)) {
            return msg;
        }
        self->held = msg;
    }
}

void tri_drain(struct tri_thread *t, struct tr_self *self)
{
    while (!tri_doomed(self)) {
        struct tr_msg *msg = next_node(t, self);
        if (msg == NULL) {
            return;
        }
        if (msg->kind == TRI_KIND_SEND && msg->to_generation == self->generation) {
            tri_mailbox_append(&self->box, msg); // what accept comes to, for most
        } else {
            accept(t, self, msg);
        }
    }
}

bool tri_drain_one_for_dead(struct tri_thread *t, struct tr_self *self, tr_exit reason)
{
    struct tr_msg *msg = next_node(t, self);
    if (msg == NULL) {
        return false;
    }
    tri_mailbox_count_taken(&self->box);
    if (is_birth(self, msg)) {
        tri_birth_accept(t, self, msg);
        return true;
    }
    bool waited_for_it = msg->to_generation == self->dying;
    tr_pid dead = tri_pid_make(self->system, self->index, msg->to_generation);
    tri_answer_dead(t, dead, msg, waited_for_it ? reason : tr_exit_make(TR_EXIT_NOPROC, 0, NULL),
                    TR_DEAD_RECEIVER_ENDED);
    return true;
}
