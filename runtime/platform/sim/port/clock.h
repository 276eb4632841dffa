// SPDX-License-Identifier: MIT
// Virtual monotonic time.
//
// Purpose: the simulator's clock. Invariants: moves only when nothing else can run, when all that
//   can run is spinning, or when the driver advances it. Starts at one second.
// Threads: the one that simulates. Ownership: none.
#ifndef TRI_PORT_CLOCK_H
#define TRI_PORT_CLOCK_H

#include <stdint.h>

uint64_t tri_clock_ns(void);

#endif
