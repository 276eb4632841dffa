// SPDX-License-Identifier: MIT
// A queue for each priority behind one lock.
//
// Purpose: where an actor waits that no P's own queue can take: made runnable by a thread without
//   P, overflow of a ring, or pinned to one thread.
// Invariants: first in, first out inside a level. x_levels has a bit for each level that is not
//   empty; it is written under the lock and read without it as a hint. An actor stands in at most
//   one queue, linked by x_run_next.
// Threads: any. Ownership: none; all zero is an empty queue.
#ifndef TRI_PROCESS_INJECTOR_H
#define TRI_PROCESS_INJECTOR_H

#include "base/atomic.h"
#include "port/lock.h"
#include "process/rank.h"

struct tr_self;

struct tri_injector {
    struct tri_lock lock;
    tri_atomic(uint32_t) x_levels;
    tri_atomic(uint32_t) x_count; // actors waiting; for people
    struct tr_self *first[TRI_LEVELS];
    struct tr_self *last[TRI_LEVELS];
};

// Appends an actor to the queue of its level.
void tri_injector_put(struct tri_injector *injector, struct tr_self *self, uint32_t level);

// Takes the oldest actor of the most urgent level among `levels` (bits); NULL when they are empty.
struct tr_self *tri_injector_take(struct tri_injector *injector, uint32_t levels);

// Which of the levels hold somebody, as seen without the lock.
static inline uint32_t tri_injector_levels(const struct tri_injector *injector)
{
    // relaxed: a hint that spares the lock; who relies on it has a fence of its own.
    return tri_load(&injector->x_levels, relaxed);
}

#endif
