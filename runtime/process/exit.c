// SPDX-License-Identifier: MIT
#include "base/check.h"
#include "mailbox/index.h"
#include "port/point.h"
#include "process/batch.h"
#include "process/birth.h"
#include "process/block.h"
#include "process/book.h"
#include "process/deliver.h"
#include "process/detail.h"
#include "process/holding.h"
#include "process/notice.h"
#include "process/receive.h"
#include "process/registry.h"
#include "process/relation.h"
#include "process/report.h"
#include "process/request.h"
#include "process/signal.h"
#include "process/timer.h"
#include "process/waits.h"
#include "process/witness.h"

// Frees what the actor held of messages, and answers the requests among them.
static void drop_current(struct tri_thread *t, struct tr_self *self, tr_exit reason)
{
    struct tr_msg *msg = self->current;
    self->current = NULL;
    if (msg == NULL) {
        return;
    }
    if (msg->kind != TRI_KIND_CALL || self->answered) {
        tri_mailbox_free(&self->box, tri_blocks_here(t), msg);
        return;
    }
    while (!tri_mailbox_claim(&self->box, msg)) {
        tri_drain_one_for_dead(t, self, reason);
    }
    tri_reply_failed(t, msg, reason);
}

// A message of the private list dies with its receiver.
static void drop_listed(struct tri_thread *t, struct tr_self *self, tr_exit reason)
{
    struct tr_msg *msg = self->box.first;
    tri_mailbox_take(&self->box, msg);
    while (!tri_mailbox_claim(&self->box, msg)) {
        tri_drain_one_for_dead(t, self, reason);
    }
    tri_answer_dead(t, tri_pid_make(self->system, self->index, self->dying), msg, reason,
                    TR_DEAD_RECEIVER_ENDED);
}

static void drop_mailbox(struct tri_thread *t, struct tr_self *self, tr_exit reason)
{
    drop_current(t, self, reason);
    tri_batch_end(t, self);
    if (self->reply != NULL) {
        tri_mailbox_free(&self->box, tri_blocks_here(t), self->reply);
        self->reply = NULL;
    }
    tri_requests_end(t, self);
    tri_detail_fini(t, self);
    while (self->kept != NULL) {
        struct tr_msg *kept = self->kept;
        tri_kept_remove(self, kept);
        tri_mailbox_free(&self->box, tri_blocks_here(t), kept);
    }
    tri_index_drop(&self->box);
    while (self->box.first != NULL) {
        drop_listed(t, self, reason);
    }
    tri_book_end(t, self, reason);
}

// Answers all that is inbound until the queue is empty or a START was drained. True: START.
static bool drain_dead(struct tri_thread *t, struct tr_self *self, tr_exit reason)
{
    while (tri_drain_one_for_dead(t, self, reason)) {
        if (self->generation != 0) {
            return true;
        }
    }
    return false;
}

// Tells the starter that its child did not start; it is told when nothing of the child is left.
static struct tr_msg *failed_ack(struct tr_self *self, tr_exit reason, enum tri_start start)
{
    struct tri_birth *birth = self->birth;
    struct tr_msg *ack = birth == NULL ? NULL : birth->ack;
    if (ack != NULL) {
        struct tri_reason *body = tri_body(ack);
        birth->ack = NULL;
        body->public = tri_reason_copy(reason, body->text);
        ack->flags |= TRI_FLAG_FAILED;
        ack->spare = start;
    }
    return ack;
}

// Frees what no other actor knows of.
static void drop_memory(struct tri_thread *t, struct tr_self *self)
{
    struct tri_blocks *blocks = tri_blocks_here(t);
    tri_alarm_fini(t, self);
    if (self->state_bytes > TRI_INLINE_STATE_BYTES && self->state != NULL) {
        tri_heap_free(&self->heap, blocks, self->state, self->state_bytes);
    }
    tri_hold_nothing(t, self);
    tri_heap_fini(&self->heap, blocks);
    if (self->birth != NULL) {
        tri_mailbox_free(&self->box, blocks, (struct tr_msg *)(void *)self->birth - 1);
        self->birth = NULL;
    }
    if (self->doom != NULL) {
        tri_mailbox_free(&self->box, blocks, self->doom);
        self->doom = NULL;
    }
}

// The slot goes back and the mailbox idle; a newborn that came first is made runnable.
static void leave_slot(struct tri_thread *t, struct tr_self *self, bool reusable)
{
    tri_actor_set_state(self, TR_STATE_FREE);
    tri_actor_set_rank(self, 0); // before the slot may have the next occupant's
    if (reusable) {
        tri_slot_put(t, self);
    }
    tr_exit gone = tr_exit_make(TR_EXIT_NOPROC, 0, NULL);
    do {
        if (drain_dead(t, self, gone)) {
            tri_ready_last(t, self);
            return;
        }
    } while (!tri_mailbox_idle(&self->box, tri_blocks_here(t)));
    tri_tell(TRI_WITNESS_IDLE, t, self, 0);
}

// What others can see of the actor goes first: its pid, its name, its timers, its place in lines.
// Returns whether the slot may be used again.
static bool withdraw(struct tri_thread *t, struct tr_self *self)
{
    // Before the slot is retired: credit that finds its waiter dead is freed by whoever grants it.
    tri_block_abandon(t, self);
    tri_request_forsake(t, self);
    if (t->system->detect_cycles) {
        tri_waits_forget(&t->system->waits, tri_key(self->index, self->generation));
    }
    bool reusable = tri_slot_retire(&self->slot);
    self->dying = self->generation;
    // [name-fence]: the generation before the look at the name; pairs with tri_name_add, which sets
    // the name before it looks at the generation: one of the two withdraws it.
    tri_fence(seq_cst);
    tri_point(TRI_POINT_EXIT);
    // relaxed: ordered by the fence, which is that of [alarm-fence] as well: the generation before
    // the look at the flag; pairs with tri_notice_alarm.
    if (tri_load(&self->x_alarmed, relaxed)) {
        tri_store(&self->x_alarmed, false, relaxed);
        tri_notice_gone(t->system, tri_key(self->index, self->dying));
    }
    if (self->watching) {
        tri_watch_end(self);
    }
    tri_name_release(t->system, self);
    tri_timers_cancel_all(t, self);
    tri_block_close(t, self);
    return reusable;
}

void tri_exit_actor(struct tri_thread *t, struct tr_self *self, tr_exit reason,
                    enum tri_start start)
{
    struct tri_reason copy;
    copy.public = tri_reason_copy(reason, copy.text);
    tri_actor_set_state(self, TR_STATE_EXITING);
    // As in OTP, an end that a signal brought is told by who sent it, and is no crash.
    if (t->system->log != NULL && self->doom == NULL) {
        tri_report_crash(self, copy.public);
    }
    if (t->current == self) {
        t->current = NULL;
    }
    struct tr_msg *ack = failed_ack(self, copy.public, start);
    tr_pid pid = tri_actor_pid(self);
    tri_told tell = self->birth != NULL ? self->birth->tell : NULL;
    void *context = self->birth != NULL ? self->birth->tell_context : NULL;

    bool reusable = withdraw(t, self);
    tri_relations_end(t, self, pid, copy.public, ack != NULL);
    self->generation = 0;
    drop_mailbox(t, self, copy.public);
    drop_memory(t, self);
    tri_fence(
        release); // [live-count]: those it spawned before its own end; pairs with tri_live_count
    TRI_COUNT(t, x_exited);
    if (ack != NULL) {
        tri_deliver(t, ack->from_slot, ack->from_generation, ack);
    }
    leave_slot(t, self, reusable);
    if (tell != NULL) {
        tell(context, start, copy.public);
    }
    // relaxed: a thread that stops the system looks again by itself.
    if (tri_load(&t->system->x_phase, relaxed) != TRI_PHASE_RUNNING) {
        tri_park_wake(&t->system->monitor.park);
    }
}
