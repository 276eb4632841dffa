// SPDX-License-Identifier: MIT
// Monotonic time.
//
// Purpose: the one door for reading a clock. Invariants: never runs backwards, unrelated to the
//   calendar, never 0. Threads: any. Ownership: none.
#ifndef TRI_PORT_CLOCK_H
#define TRI_PORT_CLOCK_H

#include <stdint.h>

// Nanoseconds since an arbitrary moment. About 40 ns a call.
uint64_t tri_clock_ns(void);

#endif
