// SPDX-License-Identifier: MIT
#include "process/ready.h"

#include "port/bell.h"
#include "process/follow.h"
#include "process/witness.h"

// When the ring holds as many, who adds to it gives way.
#define CROWD 64u

void tri_wake_worker(struct tr_system *system)
{
    int worker = tri_idle_wake(&system->idle);
    if (worker >= 0 && system->bell != NULL) {
        tri_bell_ring(system->bell);
    } else if (worker >= 0) {
        // The sleeping thread holds its P; the P's thread cannot change while it sleeps.
        // acquire [sleeper]: pairs with the store before the sleep.
        struct tri_park *park = tri_load(&system->processors[worker]->x_sleeper, acquire);
        tri_park_wake(park);
    }
}

void tri_stir_processors(struct tr_system *system)
{
    for (uint32_t i = 0; i < system->processor_count; i++) {
        // release [urgent]: what the P shall find comes before; pairs with the exchange in
        // pick_urgent. An exchange, so that the stirs before this one stay part of the sequence.
        (void)tri_xchg(&system->processors[i]->x_urgent, true, release);
    }
}

// Into the inbox of the thread that alone may run the actor. The thread looks there at its next
// turn, or when it wakes.
static void ready_pinned(struct tri_thread *t, struct tr_self *self, uint32_t rank)
{
    struct tri_thread *home = t->system->threads[tri_rank_thread(rank) - 1];
    tri_injector_put(&home->inbox, self, tri_rank_level(rank));
    if (home != t && t->system->bell != NULL) {
        tri_bell_ring(t->system->bell);
    } else if (home != t) {
        tri_park_wake(&home->park);
    }
}

static void inject(struct tri_thread *t, struct tr_self *self)
{
    struct tr_system *system = t->system;
    uint32_t rank = tri_actor_rank(self);
    uint32_t level = tri_rank_level(rank);
    if (tri_rank_thread(rank) != 0) {
        ready_pinned(t, self, rank);
        return;
    }
    tri_injector_put(&system->injector, self, level);
    if ((TRI_LEVEL_BIT(level) & TRI_LEVELS_URGENT) != 0) {
        tri_stir_processors(system);
    }
    tri_wake_worker(system);
}

static void tell_queued(const struct tri_thread *t, const struct tr_self *self)
{
    bool pinned = tri_rank_thread(tri_actor_rank(self)) != 0;
    uint32_t here = t->processor == NULL ? TRI_WITNESS_INJECTOR : t->processor->index;
    tri_tell(TRI_WITNESS_QUEUED, t, self, pinned ? TRI_WITNESS_INBOX : here);
}

void tri_inject(struct tri_thread *t, struct tr_self *self)
{
    tell_queued(t, self);
    inject(t, self);
}

static void push_last(struct tri_thread *t, struct tr_self *self, uint32_t level)
{
    struct tri_processor *p = t->processor;
    if (p == NULL || !tri_ring_push(&p->rings[level], self)) {
        inject(t, self);
        return;
    }
    // relaxed: a hint; a sleeper that is missed here is found by the monitor's next tick.
    uint64_t word = tri_load(&t->system->idle.x_word, relaxed);
    if ((word & TRI_IDLE_SLEEPERS) != 0 && (word & ~TRI_IDLE_SLEEPERS) == 0) {
        tri_wake_worker(t->system);
    }
}

// The level of an actor that does not simply wait with the normal ones, noted with the P.
static uint32_t note_level(struct tri_thread *t, uint32_t rank)
{
    uint32_t level = tri_rank_level(rank);
    if (t->processor != NULL) {
        t->processor->ranked |= TRI_LEVEL_BIT(level);
    }
    return level;
}

void tri_ready_last(struct tri_thread *t, struct tr_self *self)
{
    uint32_t rank = tri_actor_rank(self);
    tell_queued(t, self);
    if (tri_rank_thread(rank) != 0) {
        ready_pinned(t, self, rank);
        return;
    }
    push_last(t, self, rank == 0 ? TR_PRIORITY_NORMAL : note_level(t, rank));
}

void tri_ready_again(struct tri_thread *t, struct tr_self *self)
{
    struct tri_processor *p = t->processor;
    uint32_t rank = tri_actor_rank(self);
    bool follows = self->follows && rank == 0 && p != NULL;
    self->follows = false;
    tell_queued(t, self);
    if (follows) {
        tri_follow(t, self);
        return;
    }
    if (tri_rank_thread(rank) != 0) {
        ready_pinned(t, self, rank);
        return;
    }
    uint32_t level = rank == 0 ? TR_PRIORITY_NORMAL : note_level(t, rank);
    if (p != NULL && p->seats[level].again == NULL && tri_ring_count(&p->rings[level]) == 0) {
        p->seats[level].again = self;
    } else {
        push_last(t, self, level);
    }
}

void tri_end_turn(struct tri_thread *t)
{
    if (t->current != NULL) {
        t->current->budget = 0;
    }
}

// The same, if it has spent as much as the crowd in this turn: others may have made the crowd.
static void end_long_turn(struct tri_thread *t)
{
    if (t->current != NULL && t->current->budget + (int32_t)CROWD <= t->system->reductions) {
        t->current->budget = 0;
    }
}

static void sit_next(struct tri_thread *t, struct tr_self *self, uint32_t level)
{
    struct tri_seats *seats = &t->processor->seats[level];
    struct tr_self *displaced = seats->next;
    seats->next = self;
    if (displaced != NULL) {
        push_last(t, displaced, level);
        if (tri_ring_count(&t->processor->rings[level]) >= CROWD) {
            end_long_turn(t);
        }
    }
}

// A level stays near the actor that runs only if that is of the same level: a pair of actors of
// high priority shares a core, and one that a normal actor has woken may run at once elsewhere.
static void ready_ranked(struct tri_thread *t, struct tr_self *self, uint32_t rank)
{
    if (tri_rank_thread(rank) != 0) {
        ready_pinned(t, self, rank);
        return;
    }
    uint32_t level = note_level(t, rank);
    if (t->current != NULL && tri_rank_level(tri_actor_rank(t->current)) == level) {
        sit_next(t, self, level);
    } else {
        push_last(t, self, level);
    }
}

void tri_ready(struct tri_thread *t, struct tr_self *self)
{
    if (tri_actor_state(self) == TR_STATE_IDLE) {
        tri_actor_set_state(self, TR_STATE_RUNNABLE);
    }
    uint32_t rank = tri_actor_rank(self);
    tell_queued(t, self);
    if (t->processor == NULL) {
        inject(t, self);
    } else if (rank == 0) {
        sit_next(t, self, TR_PRIORITY_NORMAL);
    } else {
        ready_ranked(t, self, rank);
    }
}
