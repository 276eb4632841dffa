// SPDX-License-Identifier: MIT
// A lock for short sections.
//
// Purpose: mutual exclusion where lock-free is not worth its price. Invariants: never held across
//   a scheduling point, a park or a context switch; not recursive; all zero is a free lock.
// Threads: any. Ownership: the caller's storage.
#ifndef TRI_PORT_LOCK_H
#define TRI_PORT_LOCK_H

#include <stdint.h>

#include "base/atomic.h"

struct tri_lock {
    tri_atomic(uint32_t) x_word; // 0 free, 1 held, 2 held and somebody may sleep
};

#define TRI_LOCK_INIT                                                                              \
    {                                                                                              \
        0                                                                                          \
    }

void tri_lock_acquire_slow(struct tri_lock *l);
void tri_lock_release_slow(struct tri_lock *l);

static inline void tri_lock_init(struct tri_lock *l)
{
    // relaxed: the lock is published by whatever publishes the object that holds it.
    tri_store(&l->x_word, 0, relaxed);
}

static inline void tri_lock_acquire(struct tri_lock *l)
{
    uint32_t found = 0;
    // acquire [lock]: the section sees what earlier sections wrote. Pairs with tri_lock_release.
    // relaxed: a failed attempt reads nothing that the lock guards.
    if (!tri_cas(&l->x_word, &found, 1, acquire, relaxed)) {
        tri_lock_acquire_slow(l);
    }
}

static inline void tri_lock_release(struct tri_lock *l)
{
    // release [lock]: the section's writes come before the free word. Pairs with tri_lock_acquire
    // and tri_lock_acquire_slow.
    if (tri_xchg(&l->x_word, 0, release) == 2) {
        tri_lock_release_slow(l);
    }
}

#endif
