// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>

#include "base/random.h"

// The generator as its authors describe it, on a state of 1, 2, 3, 4.
Test(random, gives_the_published_sequence)
{
    struct tri_random random = { { 1, 2, 3, 4 } };

    cr_assert_eq(tri_random_next(&random), 11520);
    cr_assert_eq(tri_random_next(&random), 0);
    cr_assert_eq(tri_random_next(&random), 1509978240);
    cr_assert_eq(tri_random_next(&random), UINT64_C(1215971899390074240));
}

// The published first outputs of splitmix64 on seed 1234567.
Test(random, seeds_by_splitmix)
{
    struct tri_random random;

    tri_random_seed(&random, 1234567);
    cr_assert_eq(random.state[0], UINT64_C(6457827717110365317));
    cr_assert_eq(random.state[1], UINT64_C(3203168211198807973));
}

Test(random, a_seed_repeats_its_sequence)
{
    struct tri_random a;
    struct tri_random b;

    tri_random_seed(&a, 77);
    tri_random_seed(&b, 77);
    for (int i = 0; i < 100; i++) {
        cr_assert_eq(tri_random_next(&a), tri_random_next(&b));
    }
    tri_random_seed(&b, 78);
    cr_assert_neq(tri_random_next(&a), tri_random_next(&b));
}

Test(random, below_gives_each_result_equally_often)
{
    struct tri_random random;
    int seen[6] = { 0 };

    tri_random_seed(&random, 5);
    for (int i = 0; i < 60000; i++) {
        uint64_t x = tri_random_below(&random, 6);
        cr_assert_lt(x, 6);
        seen[x]++;
    }
    for (int i = 0; i < 6; i++) {
        cr_assert(seen[i] > 9500 && seen[i] < 10500, "%d was drawn %d times", i, seen[i]);
    }
}

// With 3 * 2^62 results, a plain remainder would draw the lowest third twice as often as the rest.
Test(random, below_is_unbiased_for_large_ranges)
{
    struct tri_random random;
    const uint64_t third = UINT64_C(1) << 62;
    int seen[3] = { 0 };

    tri_random_seed(&random, 6);
    for (int i = 0; i < 30000; i++) {
        seen[tri_random_below(&random, 3 * third) / third]++;
    }
    for (int i = 0; i < 3; i++) {
        cr_assert(seen[i] > 9500 && seen[i] < 10500, "third %d was drawn %d times", i, seen[i]);
    }
}
