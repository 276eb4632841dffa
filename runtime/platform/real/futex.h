// SPDX-License-Identifier: MIT
// The kernel's wait-if-equal, for the real ports only.
//
// Purpose: sleep while a word holds a value. Invariants: may return early for any reason; callers
//   loop. errno is left as it was. Threads: any. Ownership: the caller's word.
#ifndef TRI_PLATFORM_REAL_FUTEX_H
#define TRI_PLATFORM_REAL_FUTEX_H

#include <stdint.h>

#include "base/atomic.h"

// Sleeps while *word == value, at most until deadline_ns of the monotonic clock (0: no limit).
void tri_futex_wait(tri_atomic(uint32_t) * word, uint32_t value, uint64_t deadline_ns);
// Wakes at most count sleepers.
void tri_futex_wake(tri_atomic(uint32_t) * word, int count);

#endif
