// SPDX-License-Identifier: MIT
// The heavy fence between virtual threads: a scheduling point.
//
// Purpose: the simulator's twin of membarrier. Invariants: virtual threads share one OS thread and
//   so see every write in order. Threads: the one that simulates. Ownership: none.
#ifndef TRI_PORT_FENCE_H
#define TRI_PORT_FENCE_H

int tri_heavy_fence_open(void);
void tri_heavy_fence(void);

#endif
