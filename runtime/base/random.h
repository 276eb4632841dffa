// SPDX-License-Identifier: MIT
// Repeatable random numbers: xoshiro256**, seeded by splitmix64.
//
// Purpose: choices that a seed replays. Not for secrets.
// Invariants: the state is never all zero after tri_random_seed; equal seeds give equal sequences
//   on every machine.
// Threads: the owner of the state. Ownership: the caller's storage, nothing to free.
#ifndef TRI_BASE_RANDOM_H
#define TRI_BASE_RANDOM_H

#include <stdint.h>

#include "base/check.h"
#include "base/hash.h"

struct tri_random {
    uint64_t state[4];
};

static inline uint64_t tri_random_splitmix(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    return tri_hash_u64(*state);
}

static inline void tri_random_seed(struct tri_random *random, uint64_t seed)
{
    for (int i = 0; i < 4; i++) {
        random->state[i] = tri_random_splitmix(&seed);
    }
}

static inline uint64_t tri_random_rotate(uint64_t x, int bits)
{
    return (x << bits) | (x >> (64 - bits));
}

static inline uint64_t tri_random_next(struct tri_random *random)
{
    uint64_t *s = random->state;
    uint64_t result = tri_random_rotate(s[1] * 5, 7) * 9;
    uint64_t shifted = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = tri_random_rotate(s[3], 45);
    return result;
}

// A number from 0 to n - 1, each equally likely; n > 0.
static inline uint64_t tri_random_below(struct tri_random *random, uint64_t n)
{
    TRI_ASSERT(n > 0);
    // 2^64 mod n values would make the low results likelier; they are drawn again.
    uint64_t refused = (UINT64_MAX - n + 1) % n;
    uint64_t x = tri_random_next(random);

    while (x < refused) {
        x = tri_random_next(random);
    }
    return x % n;
}

#endif
