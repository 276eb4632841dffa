// SPDX-License-Identifier: MIT
// A thief's patience: which run queues hold work that has waited for some time.
//
// Purpose: a thief notes where each ring ends, lets some time pass, and steals only from a ring
//   whose oldest entry stood there at the glance. What its owner takes sooner is better left to it:
//   the memory of an actor that moves to another core follows line by line.
// Invariants: a note is the ring's tail at the glance, so an entry in front of it is at least as
//   old. Threads: the thief's own record; it reads rings of others, once at the glance and once at
//   the end. Ownership: none.
#ifndef TRI_SCHED_GLANCE_H
#define TRI_SCHED_GLANCE_H

#include "sched/idle.h"
#include "sched/ring.h"

struct tri_glance {
    uint32_t tails[TRI_IDLE_WORKERS_MAX];
    uint64_t filled; // bit for each ring that was not empty
};

// Notes the ring of worker `at`.
static inline void tri_glance_note(struct tri_glance *glance, uint32_t at,
                                   const struct tri_ring *ring)
{
    // relaxed: compared only; a tail that is too old makes the thief more patient.
    glance->tails[at] = tri_load(&ring->x_tail, relaxed);
    uint64_t bit = (uint64_t)1 << at;
    glance->filled = (glance->filled & ~bit) | (tri_ring_count(ring) != 0 ? bit : 0);
}

// Whether the oldest entry of the ring has been there since the note.
static inline bool tri_glance_stale(const struct tri_glance *glance, uint32_t at,
                                    const struct tri_ring *ring)
{
    // relaxed: a hint; the steal itself checks.
    uint32_t head = tri_load(&ring->x_head, relaxed);
    return (int32_t)(glance->tails[at] - head) > 0;
}

#endif
