// SPDX-License-Identifier: MIT
// Parking a virtual thread on a sticky token.
//
// Purpose: the simulator's twin of the futex park; both calls are scheduling points.
// Invariants: as in the real twin. A wait that nothing can end is reported as a deadlock.
// Threads: the one that simulates. Ownership: the caller's storage.
#ifndef TRI_PORT_PARK_H
#define TRI_PORT_PARK_H

#include <stdbool.h>
#include <stdint.h>

struct tri_park {
    bool token;
    uint32_t waiter; // number of the waiting virtual thread plus one; 0: nobody waits
};

void tri_park_init(struct tri_park *p);
void tri_park_wait(struct tri_park *p, uint64_t deadline_ns);
void tri_park_wake(struct tri_park *p);

#endif
