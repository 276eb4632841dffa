// SPDX-License-Identifier: MIT
// Numbers that look unpredictable and follow from the seed.
//
// Purpose: the simulator's twin of the kernel's entropy. Invariants: a stream of its own, so that
//   editing a list of decisions does not change it. Threads: the one that simulates.
// Ownership: none.
#ifndef TRI_PORT_ENTROPY_H
#define TRI_PORT_ENTROPY_H

#include <stdint.h>

uint64_t tri_entropy(void);

#endif
