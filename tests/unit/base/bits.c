// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>

#include "base/bits.h"
#include "base/random.h"

Test(bits, find_every_single_bit)
{
    for (unsigned at = 0; at < 64; at++) {
        uint64_t x = UINT64_C(1) << at;
        cr_assert_eq(tri_bits_lowest(x), at);
        cr_assert_eq(tri_bits_highest(x), at);
    }
}

Test(bits, ignore_the_bits_between)
{
    struct tri_random random;

    tri_random_seed(&random, 1);
    for (int i = 0; i < 10000; i++) {
        unsigned low = (unsigned)tri_random_below(&random, 64);
        unsigned high = low + (unsigned)tri_random_below(&random, 64 - low);
        uint64_t below_high = (UINT64_C(1) << high) - 1;
        uint64_t from_low = UINT64_MAX << low;
        uint64_t x = (tri_random_next(&random) & below_high & from_low) | UINT64_C(1) << low |
                     UINT64_C(1) << high;
        cr_assert_eq(tri_bits_lowest(x), low, "of %#llx", (unsigned long long)x);
        cr_assert_eq(tri_bits_highest(x), high, "of %#llx", (unsigned long long)x);
    }
}
