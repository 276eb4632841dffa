// SPDX-License-Identifier: MIT
// Where the bits of a word are, in plain C.
//
// Purpose: bitmap searches without compiler built-ins.
// Invariants: the argument is never zero.
// Threads: any. Ownership: none.
#ifndef TRI_BASE_BITS_H
#define TRI_BASE_BITS_H

#include <stdint.h>

#include "base/check.h"

// The number of the lowest set bit.
static inline unsigned tri_bits_lowest(uint64_t x)
{
    // The lowest bit times a de Bruijn sequence has a different top six bits for each position.
    static const uint8_t position[64] = {
        0,  1,  2,  53, 3,  7,  54, 27, 4,  38, 41, 8,  34, 55, 48, 28, 62, 5,  39, 46, 44, 42,
        22, 9,  24, 35, 59, 56, 49, 18, 29, 11, 63, 52, 6,  26, 37, 40, 33, 47, 61, 45, 43, 21,
        23, 58, 17, 10, 51, 25, 36, 32, 60, 20, 57, 16, 50, 31, 19, 15, 30, 14, 13, 12,
    };

    TRI_ASSERT(x != 0);
    return position[((x & (0 - x)) * UINT64_C(0x022fdd63cc95386d)) >> 58];
}

// The number of the highest set bit.
static inline unsigned tri_bits_highest(uint64_t x)
{
    unsigned at = 0;

    TRI_ASSERT(x != 0);
    for (unsigned half = 32; half > 0; half /= 2) {
        if (x >> half != 0) {
            x >>= half;
            at += half;
        }
    }
    return at;
}

#endif
