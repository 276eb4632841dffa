// SPDX-License-Identifier: MIT
#include "process/block.h"

#include "port/clock.h"
#include "process/cycle.h"
#include "process/deliver.h"
#include "process/limits.h"
#include "process/offer.h"
#include "process/suspend.h"

#define NS_PER_MS 1000000u

// Body of a CREDIT record.
struct waiter {
    struct tri_link link; // in the receiver's list
    uint32_t bytes;       // of the message that waits
};

static struct waiter *waiter_of(struct tr_msg *credit)
{
    return tri_body(credit);
}

static struct tr_msg *credit_of(struct tri_link *link)
{
    return (struct tr_msg *)(void *)TRI_CONTAINER_OF(link, struct waiter, link) - 1;
}

// Delivers the record to its sender, as from the receiver.
static void grant(struct tri_thread *t, struct tr_self *receiver, struct tr_msg *credit)
{
    uint32_t slot = credit->from_slot;
    uint32_t generation = credit->from_generation;
    credit->from_slot = receiver->index;
    credit->from_generation = credit->spare;
    tri_deliver(t, slot, generation, credit);
    if (t->system->detect_cycles) {
        tri_waits_settled(&t->system->waits, tri_key(slot, generation), 0);
    }
}

// Passes one credit to the first waiter, or back into the word when nobody waits after all. The
// credit of an occupant that died meanwhile is gone, with its waiters.
static void hand_over(struct tri_thread *t, struct tr_self *receiver, uint32_t generation)
{
    struct tri_link *first = NULL;
    tri_lock_acquire(&receiver->waiters_lock);
    if (tri_bound_of(&receiver->bound, generation)) {
        first = tri_list_pop_front(&receiver->waiters);
        if (tri_list_empty(&receiver->waiters)) {
            tri_bound_calm(&receiver->bound, first == NULL ? 1 : 0);
        }
    }
    tri_lock_release(&receiver->waiters_lock);
    if (first != NULL) {
        grant(t, receiver, credit_of(first));
    }
}

// Under the lock: charges the first waiter if it fits, and takes it out of the list.
static struct tri_link *charge_first(struct tr_self *receiver, struct tri_limits *limits,
                                     uint32_t generation)
{
    struct tri_link *first = tri_list_first(&receiver->waiters);
    if (first == NULL || !tri_bound_of(&receiver->bound, generation)) {
        return NULL;
    }
    uint32_t bytes = waiter_of(credit_of(first))->bytes;
    if (!tri_limits_fit(limits, bytes)) {
        return NULL;
    }
    tri_limits_charge(limits, bytes);
    tri_list_remove(first);
    return first;
}

// Lets those go on that fit now, one by one in their order.
static void admit_waiters(struct tri_thread *t, struct tr_self *receiver, uint32_t generation)
{
    struct tri_limits *limits = tri_actor_limits(receiver);
    for (;;) {
        tri_lock_acquire(&receiver->waiters_lock);
        struct tri_link *first = charge_first(receiver, limits, generation);
        tri_lock_release(&receiver->waiters_lock);
        if (first == NULL) {
            return;
        }
        grant(t, receiver, credit_of(first));
    }
}

// Room in the books was taken or given back.
static void tell_if_watched(struct tr_self *of)
{
    if (tri_limits_watched(tri_actor_limits(of))) {
        tri_limits_tell(of);
    }
}

// Room goes back into the books, and on to those who wait for it.
static void discharge(struct tri_thread *t, struct tr_self *receiver, uint32_t generation,
                      uint32_t bytes)
{
    tri_lock_acquire(&receiver->waiters_lock);
    struct tri_limits *limits = tri_actor_limits(receiver);
    if (tri_bound_of(&receiver->bound, generation) && !limits->drops_oldest) {
        tri_limits_discharge(limits, bytes); // else the list has done it
    }
    bool waiting = !tri_list_empty(&receiver->waiters);
    tri_lock_release(&receiver->waiters_lock);
    if (waiting) {
        admit_waiters(t, receiver, generation);
    }
    tell_if_watched(receiver);
}

void tri_block_unused(struct tri_thread *t, struct tr_self *receiver, uint32_t generation,
                      uint32_t bytes)
{
    if (tri_bound_give(&receiver->bound, generation)) {
        return;
    }
    if (tri_bound_booked(&receiver->bound)) {
        discharge(t, receiver, generation, bytes);
    } else {
        hand_over(t, receiver, generation);
    }
}

bool tri_block_retake(struct tr_self *self, const struct tr_msg *msg)
{
    struct tri_limits *limits = tri_actor_limits(self);
    if (!tri_bound_booked(&self->bound)) {
        return tri_bound_take(&self->bound, self->generation) == TRI_BOUND_TAKEN;
    }
    if (!limits->drops_oldest) {
        tri_lock_acquire(&self->waiters_lock);
        tri_limits_charge(limits, msg->bytes); // above the bound by this message at most
        tri_lock_release(&self->waiters_lock);
    }
    return true;
}

void tri_block_return(struct tri_thread *t, struct tr_self *self, const struct tr_msg *msg)
{
    if (self->offer != NULL && self->offer->debt != 0) {
        self->offer->debt--;
        return;
    }
    tri_block_unused(t, self, self->generation, msg->bytes);
}

void tri_block_refuse(struct tri_thread *t, struct tr_msg *credit)
{
    struct tr_self *receiver = tri_actor_at(t->system, credit->from_slot);
    uint32_t generation = credit->from_generation;
    uint32_t bytes = waiter_of(credit)->bytes;
    tri_msg_release(tri_blocks_here(t), credit);
    tri_block_unused(t, receiver, generation, bytes);
}

bool tri_block_cancel(struct tri_thread *t, struct tri_wait *wait)
{
    struct tr_self *to = tri_actor_at(t->system, (uint32_t)(wait->target >> 32));
    tri_lock_acquire(&to->waiters_lock);
    bool waiting = tri_link_listed(&waiter_of(wait->credit)->link);
    if (waiting) {
        tri_list_remove(&waiter_of(wait->credit)->link);
    }
    tri_lock_release(&to->waiters_lock);
    if (waiting) {
        tri_msg_release(tri_blocks_here(t), wait->credit);
        if (tri_bound_booked(&to->bound)) {
            admit_waiters(t, to, (uint32_t)wait->target); // it held up those behind it
        }
    }
    return waiting;
}

void tri_block_abandon(struct tri_thread *t, struct tr_self *self)
{
    struct tri_wait *wait = self->wait;
    if (wait == NULL || wait->what != TRI_WAIT_CREDIT) {
        return;
    }
    TRI_COUNT(t, x_refused);
    if (wait->done) {
        struct tr_self *to = tri_actor_at(t->system, (uint32_t)(wait->target >> 32));
        tri_block_unused(t, to, (uint32_t)wait->target, wait->credit_bytes);
    } else {
        (void)tri_block_cancel(t, wait); // else the credit is under way: the drain refuses it
    }
}

void tri_block_close(struct tri_thread *t, struct tr_self *self)
{
    struct tri_link *first;
    tri_lock_acquire(&self->waiters_lock);
    struct tri_limits *limits = tri_actor_limits(self);
    if (limits != NULL) {
        limits->generation = 0; // nothing is dropped any more, nor is anything above the bound
        limits->used = 0;
        limits->used_bytes = 0;
        // relaxed: written under the lock.
        tri_store(&limits->x_high, 0, relaxed); // alarms about the dead go off by themselves
        limits->shown = false;
        limits->list.pinned = NULL;
        limits->live = 0;
    }
    // The next generation's word: from here on announcing fails and taking finds the dead.
    tri_bound_reset(&self->bound, self->generation + 1, 0, 0);
    // One by one under the lock: a waiter that ends or gives up takes itself out.
    while ((first = tri_list_pop_front(&self->waiters)) != NULL) {
        tri_lock_release(&self->waiters_lock);
        grant(t, self, credit_of(first));
        tri_lock_acquire(&self->waiters_lock);
    }
    tri_lock_release(&self->waiters_lock);
}

// Under the lock: the answer of the books.
static enum tri_bound_answer ask_books(struct tr_self *to, uint32_t generation, uint32_t bytes)
{
    struct tri_limits *limits = tri_actor_limits(to);
    if (!tri_bound_of(&to->bound, generation)) {
        return TRI_BOUND_STALE;
    }
    if (!tri_limits_possible(limits, bytes)) {
        return TRI_BOUND_TOO_BIG;
    }
    if (limits->drops_oldest) {
        return TRI_BOUND_TAKEN; // charged by the push
    }
    if (tri_list_empty(&to->waiters) && tri_limits_fit(limits, bytes)) {
        tri_limits_charge(limits, bytes);
        return TRI_BOUND_TAKEN;
    }
    return limits->refuses        ? TRI_BOUND_FULL
           : limits->drops_newest ? TRI_BOUND_DROPS
                                  : TRI_BOUND_WAIT;
}

enum tri_bound_answer tri_block_take(struct tr_self *to, uint32_t generation, uint32_t bytes)
{
    enum tri_bound_answer answer = tri_bound_take(&to->bound, generation);
    if (answer == TRI_BOUND_BOOKS) {
        tri_lock_acquire(&to->waiters_lock);
        answer = ask_books(to, generation, bytes);
        tri_lock_release(&to->waiters_lock);
        tell_if_watched(to);
    }
    return answer;
}

// Puts the record into the list; false when credit or death came first.
static bool enlist(struct tr_self *to, uint32_t generation, struct tr_msg *credit)
{
    tri_lock_acquire(&to->waiters_lock);
    bool announced = tri_bound_booked(&to->bound)
                         ? tri_bound_of(&to->bound, generation) &&
                               (!tri_list_empty(&to->waiters) ||
                                !tri_limits_fit(tri_actor_limits(to), waiter_of(credit)->bytes))
                         : tri_bound_announce(&to->bound, generation);
    if (announced) {
        tri_list_push_back(&to->waiters, &waiter_of(credit)->link);
    }
    tri_lock_release(&to->waiters_lock);
    return announced;
}

// Suspends until credit comes. TR_EDEADLK: the wait would close a cycle, and the line was left.
static tr_err suspend_in_line(struct tri_thread **t, struct tr_self *self, struct tri_wait *wait,
                              int64_t timeout_ms)
{
    if (!(*t)->system->detect_cycles) {
        return tri_suspend_until(t, self, wait, timeout_ms);
    }
    struct tri_edge edge = { 0 };
    self->wait = wait; // for credit that is drained at once
    tri_cycle_expect(*t, self, &edge);
    bool closed = !wait->done && tri_cycle_refuse_known(*t, self, &edge, wait->target, timeout_ms);
    if (closed && tri_block_cancel(*t, wait)) {
        self->wait = NULL;
        return TR_EDEADLK;
    }
    tr_err err = tri_suspend_until(t, self, wait, timeout_ms);
    tri_waits_end(&(*t)->system->waits, &edge);
    return err;
}

// Waits in the list until credit or death comes, the time passes or the sender is doomed.
static tr_err wait_in_line(struct tri_thread **t, struct tr_self *self, struct tr_self *to,
                           struct tr_msg *credit)
{
    struct tri_wait wait = { .what = TRI_WAIT_CREDIT,
                             .credit = credit,
                             .credit_bytes = waiter_of(credit)->bytes,
                             .target = tri_key(to->index, credit->spare) };
    int64_t block_ms = tri_actor_block_ms(to);
    uint64_t start = self->room_ms == TR_INFINITY ? 0 : tri_clock_ns();
    tr_err err =
        suspend_in_line(t, self, &wait, self->room_ms < block_ms ? self->room_ms : block_ms);
    if (err == TR_EDEADLK) {
        return err;
    }
    if (start != 0) {
        int64_t waited_ms = (int64_t)((tri_clock_ns() - start) / NS_PER_MS);
        self->room_ms = waited_ms < self->room_ms ? self->room_ms - waited_ms : 0;
    }
    if (err != TR_OK && !tri_block_cancel(*t, &wait)) {
        wait.timed_out = false; // the credit is under way: take it
        err = tri_suspend_until(t, self, &wait, TR_INFINITY);
    }
    if (tri_doomed(self)) {
        self->wait = &wait;
        tri_block_abandon(*t, self);
        self->wait = NULL;
    }
    return err;
}

tr_err tri_block_acquire(struct tri_thread **t, struct tr_self *self, struct tr_self *to,
                         const struct tr_msg *msg, enum tri_bound_answer *answer)
{
    struct tr_msg *credit = NULL;
    uint32_t generation = msg->to_generation;
    for (;;) {
        *answer = tri_block_take(to, generation, msg->bytes);
        if (*answer != TRI_BOUND_WAIT) {
            if (credit != NULL) {
                tri_msg_release(tri_blocks_here(*t), credit);
            }
            return TR_OK;
        }
        if (!tri_may_suspend(self)) {
            return tri_suspend_refuse(self, "a send to a full mailbox");
        }
        if (credit == NULL) {
            credit = tri_msg_alloc(tri_blocks_here(*t), TRI_KIND_CREDIT, sizeof(struct waiter));
        }
        if (credit == NULL) {
            return TR_ENOMEM;
        }
        *waiter_of(credit) = (struct waiter){ .bytes = msg->bytes };
        credit->from_slot = self->index;
        credit->from_generation = self->generation;
        credit->spare = generation;
        if (enlist(to, generation, credit)) {
            *answer = TRI_BOUND_TAKEN;
            return wait_in_line(t, self, to, credit);
        }
    }
}
