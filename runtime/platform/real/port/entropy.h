// SPDX-License-Identifier: MIT
// Unpredictable numbers.
//
// Purpose: the one door for seeds: creation numbers, hash seeds, jitter. Invariants: none.
// Threads: any. Ownership: none.
#ifndef TRI_PORT_ENTROPY_H
#define TRI_PORT_ENTROPY_H

#include <stdint.h>

// 64 fresh random bits from the kernel. A system call: seed a generator, do not draw from here.
uint64_t tri_entropy(void);

#endif
