// SPDX-License-Identifier: MIT
// Sections: the stretches in which a thread may touch its P.
//
// Purpose: one way in and out of the runtime for code that runs on a worker. A thread that lost its
//   P goes on as a guest: it allocates from the shared pools and readies actors through the
//   injector.
//   In a system that was stopped under it, it ends there (node/abandon.h).
// Invariants: between enter and leave t->processor is non-NULL exactly when the thread holds its P.
//   No user code runs inside. A guest thread outside the system uses a struct tri_thread of its own
//   on its stack, without P, so the same functions serve it.
// Threads: the calling thread. Ownership: none.
#ifndef TRI_PROCESS_SECTION_H
#define TRI_PROCESS_SECTION_H

#include <stdbool.h>

#include "port/spin.h"
#include "process/system.h"

// The runtime's record of this OS thread, NULL for a foreign thread. Never keep it over a
// suspension.
static inline struct tri_thread *tri_thread_here(void)
{
    return tri_os_thread_get();
}

// As tri_section_enter, and comes back in any case.
static inline bool tri_section_try(struct tri_thread *t)
{
    if (t->processor == NULL) {
        return false;
    }
    struct tri_guard *guard = &t->processor->guard;
    while (!tri_guard_enter(guard, &t->flag, t->id)) {
        // relaxed: the monitor is about to decide; the next entry acquires.
        uint32_t holder = tri_load(&guard->x_holder, relaxed);
        if (holder != TRI_GUARD_TAKEN && holder != t->id) {
            t->processor = NULL;
            return false;
        }
        tri_spin_pause();
    }
    return true;
}

// A thread of the system that entered without a P: ends it if the system has halted meanwhile. It
// comes from user code then, and holds nothing of the runtime.
void tri_section_lost(struct tri_thread *t);

// Begins a section. True when the thread holds its P.
static inline bool tri_section_enter(struct tri_thread *t)
{
    bool held = tri_section_try(t);
    if (!held && t->id != 0) {
        tri_section_lost(t);
    }
    return held;
}

static inline void tri_section_leave(struct tri_thread *t)
{
    if (t->processor != NULL) {
        tri_guard_leave(&t->flag);
    }
}

// The pools of the thread: NULL for a guest.
static inline struct tri_blocks *tri_blocks_here(struct tri_thread *t)
{
    return t->processor != NULL ? &t->processor->blocks : NULL;
}

// For an actor-only function: begins a section of the thread that runs self. NULL when the caller
// is not that actor.
static inline struct tri_thread *tri_actor_enter(const struct tr_self *self)
{
    struct tri_thread *t = self == NULL ? NULL : tri_thread_here();
    if (t == NULL || t->current != self) {
        return NULL;
    }
    (void)tri_section_enter(t);
    return t;
}

// Adds to one of the totals.
#define TRI_COUNT(t, field) tri_count_add((t), offsetof(struct tri_counts, field), 1)

static inline void tri_count_add(struct tri_thread *t, size_t offset, uint64_t n)
{
    if (t->processor != NULL) {
        tri_atomic(uint64_t) *counter = (void *)((char *)&t->processor->counts + offset);
        // relaxed: a statistic with one writer, the holder of the P.
        tri_store(counter, tri_load(counter, relaxed) + n, relaxed);
        return;
    }
    tri_atomic(uint64_t) *counter = (void *)((char *)&t->system->guest_counts + offset);
    // relaxed: a statistic of all guests together.
    (void)tri_add(counter, n, relaxed);
}

#endif
