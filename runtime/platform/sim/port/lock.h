// SPDX-License-Identifier: MIT
// A lock between virtual threads.
//
// Purpose: the simulator's twin. A free lock is taken without a scheduling point; a held one lets
//   others run. Invariants: taking it twice, releasing another's, and parking with one are
//   reported as failures. All zero is a free lock. Threads: the one that simulates.
// Ownership: the caller's storage.
#ifndef TRI_PORT_LOCK_H
#define TRI_PORT_LOCK_H

#include <stdint.h>

struct tri_lock {
    uint32_t holder; // number of the holding virtual thread plus one; 0: free
};

#define TRI_LOCK_INIT                                                                              \
    {                                                                                              \
        0                                                                                          \
    }

void tri_lock_init(struct tri_lock *l);
void tri_lock_acquire(struct tri_lock *l);
void tri_lock_release(struct tri_lock *l);

#endif
