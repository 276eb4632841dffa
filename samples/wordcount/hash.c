// SPDX-License-Identifier: MIT
// One hash for readers, counters and the vault.
#include <string.h>

#include "wordcount.h"

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ (hash >> 29);
}

uint64_t wc_hash(const unsigned char *letters, size_t count)
{
    uint64_t hash = count;
    uint64_t word;

    while (count >= sizeof word) {
        memcpy(&word, letters, sizeof word);
        hash = mix(hash, word);
        letters += sizeof word;
        count -= sizeof word;
    }
    word = 0;
    for (size_t i = 0; i < count; i++)
        word = word << 8 | letters[i];
    return mix(mix(hash, word), 0);
}
