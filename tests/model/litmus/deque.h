// SPDX-License-Identifier: MIT
// The work-stealing deque of Chase and Lev with the C11 orders of Lê, Pop, Cohen and Zappa
// Nardelli, of a fixed size, as a test object: each of its fences can be left out.
//
// Purpose: a known algorithm with known bugs, to prove that the checker finds them.
// Invariants: each pushed item is taken or stolen once. Threads: push, take by the owner; steal by
// any. Ownership: items are numbers above 0.
#ifndef TRT_LITMUS_DEQUE_H
#define TRT_LITMUS_DEQUE_H

#include "base/atomic.h"

#define DEQUE_SIZE 4

enum deque_plant { PLANT_NONE, PLANT_TAKE_FENCE, PLANT_PUSH_FENCE, PLANT_STEAL_FENCE };

struct deque {
    tri_atomic(uint32_t) x_top;
    tri_atomic(uint32_t) x_bottom;
    tri_atomic(uint32_t) x_items[DEQUE_SIZE];
};

static inline void deque_push(struct deque *deque, uint32_t item, enum deque_plant plant)
{
    uint32_t bottom = tri_load(&deque->x_bottom, relaxed);
    tri_store(&deque->x_items[bottom % DEQUE_SIZE], item, relaxed);
    if (plant != PLANT_PUSH_FENCE) {
        tri_fence(release);
    }
    tri_store(&deque->x_bottom, bottom + 1, relaxed);
}

static inline uint32_t deque_take(struct deque *deque, enum deque_plant plant)
{
    uint32_t bottom = tri_load(&deque->x_bottom, relaxed) - 1;
    tri_store(&deque->x_bottom, bottom, relaxed);
    if (plant != PLANT_TAKE_FENCE) {
        tri_fence(seq_cst);
    }
    uint32_t top = tri_load(&deque->x_top, relaxed);
    if ((int32_t)(bottom - top) < 0) {
        tri_store(&deque->x_bottom, bottom + 1, relaxed);
        return 0;
    }
    uint32_t item = tri_load(&deque->x_items[bottom % DEQUE_SIZE], relaxed);
    if (bottom == top) {
        if (!tri_cas(&deque->x_top, &top, top + 1, seq_cst, relaxed)) {
            item = 0;
        }
        tri_store(&deque->x_bottom, bottom + 1, relaxed);
    }
    return item;
}

static inline uint32_t deque_steal(struct deque *deque, enum deque_plant plant)
{
    uint32_t top = tri_load(&deque->x_top, acquire);
    if (plant != PLANT_STEAL_FENCE) {
        tri_fence(seq_cst);
    }
    uint32_t bottom = tri_load(&deque->x_bottom, acquire);
    if ((int32_t)(bottom - top) <= 0) {
        return 0;
    }
    uint32_t item = tri_load(&deque->x_items[top % DEQUE_SIZE], relaxed);
    return tri_cas(&deque->x_top, &top, top + 1, seq_cst, relaxed) ? item : 0;
}

#endif
