// SPDX-License-Identifier: MIT
// One hash of a word for readers, counters and the vault. Its upper half chooses the partition, its
// lower half a place in a table.
#ifndef WORDCOUNT_HASH_H
#define WORDCOUNT_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t wc_hash_mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ (hash >> 29);
}

static inline uint64_t wc_hash(const unsigned char *letters, size_t count)
{
    uint64_t hash = count;
    uint64_t word;

    while (count >= sizeof word) {
        memcpy(&word, letters, sizeof word);
        hash = wc_hash_mix(hash, word);
        letters += sizeof word;
        count -= sizeof word;
    }
    word = 0;
    for (size_t i = 0; i < count; i++)
        word = word << 8 | letters[i];
    return wc_hash_mix(wc_hash_mix(hash, word), 0);
}

#endif
