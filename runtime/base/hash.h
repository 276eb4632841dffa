// SPDX-License-Identifier: MIT
// Mixing of bits, for hash tables and priorities.
//
// Purpose: spread keys evenly. Not a defence against chosen keys, and never an identity.
// Invariants: tri_hash_u64 is a bijection; both functions give the same value on every machine.
// Threads: any. Ownership: none.
#ifndef TRI_BASE_HASH_H
#define TRI_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

// The finaliser of splitmix64.
static inline uint64_t tri_hash_u64(uint64_t x)
{
    x ^= x >> 30;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= UINT64_C(0x94d049bb133111eb);
    x ^= x >> 31;
    return x;
}

// FNV-1a over the bytes, mixed once more so that the low bits are good too.
static inline uint64_t tri_hash_bytes(const void *bytes, size_t count)
{
    const unsigned char *byte = bytes;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < count; i++) {
        hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3);
    }
    return tri_hash_u64(hash);
}

#endif
