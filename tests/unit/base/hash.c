// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/hash.h"

Test(hash, one_changed_bit_changes_about_half_of_the_result)
{
    for (unsigned bit = 0; bit < 64; bit++) {
        uint64_t changed = tri_hash_u64(12345) ^ tri_hash_u64(12345 ^ (UINT64_C(1) << bit));
        int count = 0;
        for (; changed != 0; changed &= changed - 1) {
            count++;
        }
        cr_assert(count >= 16 && count <= 48, "bit %u changes %d bits", bit, count);
    }
}

Test(hash, bytes_depend_on_content_and_length)
{
    cr_assert_eq(tri_hash_bytes("counter", 7), tri_hash_bytes("counter.add", 7));
    cr_assert_neq(tri_hash_bytes("counter", 7), tri_hash_bytes("countes", 7));
    cr_assert_neq(tri_hash_bytes("\0\0", 1), tri_hash_bytes("\0\0", 2));
    cr_assert_neq(tri_hash_bytes("ab", 2), tri_hash_bytes("ba", 2));
}

Test(hash, bytes_spread_over_small_tables)
{
    int buckets[64] = { 0 };
    char name[32];

    for (int i = 0; i < 6400; i++) {
        int length = snprintf(name, sizeof name, "worker_%d", i);
        buckets[tri_hash_bytes(name, (size_t)length) % 64]++;
    }
    for (int i = 0; i < 64; i++) {
        cr_assert(buckets[i] > 50 && buckets[i] < 160, "bucket %d holds %d", i, buckets[i]);
    }
}
