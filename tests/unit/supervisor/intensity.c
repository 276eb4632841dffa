// SPDX-License-Identifier: MIT
// The restart window against verdicts that OTP gave, and against a plain model.
#include <criterion/criterion.h>
#include <string.h>

#include "base/random.h"
#include "supervisor/intensity.h"

#define NS_PER_MS UINT64_C(1000000)
#define STAMPS_MAX 16

// Restarts at these milliseconds: the number of the one that ends the supervisor, 0 for none, by
// the exact rule and by OTP, whose clock counts whole seconds.
static const struct row {
    const char *name;
    uint32_t limit;
    uint32_t period_s;
    uint32_t exact;
    uint32_t otp;
    uint32_t count;
    uint64_t at_ms[STAMPS_MAX];
} rows[] = {
    { "c0002", 5, 1, 0, 0, 6, { 366, 1366, 3363, 4363, 4621, 4947 } },
    { "c0009", 1, 2, 0, 2, 2, { 109, 2259 } },
    { "c0013", 2, 5, 0, 3, 3, { 186, 5187, 5802 } },
    { "c0022", 1, 2, 2, 2, 7, { 88, 1623, 4437, 6436, 7368, 9319, 10913 } },
    { "c0046", 2, 2, 5, 5, 7, { 420, 2420, 4420, 5025, 5814, 7814, 8365 } },
    { "c0051", 1, 60, 3, 2, 6, { 996, 60997, 91762, 113815, 173815, 180357 } },
    { "c0052", 2, 5, 5, 3, 7, { 698, 849, 5850, 10850, 10850, 11000, 11001 } },
    { "c0055", 2, 2, 0, 5, 7, { 57, 2058, 4381, 6381, 6670, 8669, 10669 } },
    { "c0076", 2, 10, 4, 3, 4, { 900, 10900, 10901, 11650 } },
    { "c0077", 1, 2, 2, 2, 7, { 940, 2939, 4068, 4366, 6366, 8367, 10732 } },
    { "c0080", 5, 1, 0, 7, 8, { 594, 2219, 2495, 3495, 3605, 3882, 3882, 4883 } },
    { "c0089", 2, 5, 0, 3, 5, { 15, 16, 5886, 10885, 11000 } },
    { "c0102", 2, 2, 3, 3, 5, { 392, 954, 1934, 3934, 4000 } },
    { "c0104", 1, 1, 0, 2, 2, { 616, 1617 } },
    { "c0106", 3, 1, 0, 5, 8, { 988, 1213, 1476, 2959, 2959, 4597, 4627, 5627 } },
    { "c0109", 2, 1, 0, 4, 4, { 7, 1007, 2047, 2374 } },
    { "c0119", 1, 60, 3, 2, 5, { 163, 60464, 85716, 93659, 103125 } },
    { "c0125", 2, 1, 0, 3, 4, { 109, 648, 1211, 2211 } },
    { "c0128", 2, 10, 6, 3, 7, { 111, 254, 10378, 20378, 23822, 29667, 32343 } },
    { "c0132", 2, 2, 4, 4, 5, { 609, 3302, 5301, 5302, 7498 } },
    { "c0138", 1, 1, 3, 2, 5, { 39, 1111, 1893, 2893, 3811 } },
    { "c0152", 1, 60, 2, 2, 6, { 731, 60731, 60731, 67268, 127268, 187757 } },
    { "c0159", 1, 1, 3, 2, 4, { 25, 1745, 2745, 2745 } },
    { "c0161", 2, 10, 0, 3, 7, { 22, 5107, 10517, 17092, 20568, 31146, 32625 } },
    { "c0175", 1, 1, 3, 2, 5, { 285, 1483, 2483, 3325, 3629 } },
    { "c0178", 1, 1, 3, 2, 3, { 328, 1329, 2157 } },
    { "c0181", 5, 1, 0, 0, 9, { 872, 1871, 1966, 1966, 2279, 3279, 3477, 3575, 4810 } },
    { "c0186", 2, 1, 0, 3, 5, { 114, 1593, 1823, 2823, 3824 } },
    { "c0198", 1, 5, 3, 2, 3, { 782, 5922, 7816 } },
    { "c0203", 2, 60, 3, 3, 6, { 205, 1011, 36494, 96494, 96562, 156563 } },
    { "c0228", 0, 2, 1, 1, 5, { 514, 2515, 5344, 7021, 9021 } },
    { "c0241", 4, 1, 0, 10, 10, { 171, 1578, 1810, 1928, 2000, 3000, 3061, 4061, 4409, 4426 } },
    { "c0248", 3, 2, 5, 5, 7, { 655, 2655, 3000, 3385, 3386, 3581, 3994 } },
    { "c0250", 2, 1, 0, 3, 7, { 196, 1196, 1224, 2223, 2615, 3929, 3929 } },
    { "c0264", 5, 1, 0, 8, 8, { 409, 1409, 3377, 3501, 4000, 4233, 4244, 4422 } },
    { "c0270", 5, 5, 0, 0, 8, { 517, 751, 1000, 6677, 11677, 12817, 14202, 19329 } },
    { "c0298", 2, 3, 3, 3, 4, { 980, 981, 1668, 4667 } },
    { "c0317", 1, 2, 2, 2, 5, { 234, 1447, 3446, 5445, 6634 } },
    { "c0337", 3, 2, 0, 0, 7, { 249, 959, 3166, 4000, 6000, 6882, 8881 } },
    { "c0359", 1, 2, 2, 2, 7, { 237, 1595, 1862, 2852, 2852, 4852, 5000 } },
    { "c0387", 4, 2, 0, 0, 4, { 689, 1235, 2000, 2182 } },
    { "c0410", 2, 5, 5, 5, 7, { 294, 6060, 12056, 12056, 12866, 17866, 22865 } },
    { "c0433", 2, 1, 3, 3, 6, { 848, 848, 1110, 1110, 1690, 2010 } },
    { "c0460", 1, 3, 2, 2, 4, { 346, 1316, 4471, 4472 } },
    { "c0482", 2, 2, 3, 3, 4, { 362, 451, 491, 982 } },
    { "c0504", 0, 1, 1, 1, 6, { 930, 2182, 3182, 5142, 6000, 6019 } },
    { "c0521", 5, 10, 0, 0, 5, { 421, 422, 1548, 4766, 14766 } },
    { "c0542", 2, 2, 0, 0, 4, { 912, 3458, 5458, 6484 } },
};

// The restart that is not tolerated, counted from 1; 0 when all are.
static uint32_t verdict(const struct row *row, uint64_t unit_ms, uint64_t unit_ns)
{
    struct tri_intensity intensity;
    uint64_t ring[STAMPS_MAX];

    tri_intensity_init(&intensity, row->limit, row->period_s * 1000 / unit_ms * unit_ns);
    (void)tri_intensity_move(&intensity, ring, STAMPS_MAX);
    for (uint32_t i = 0; i < row->count; i++) {
        if (!tri_intensity_add(&intensity, row->at_ms[i] / unit_ms * unit_ns)) {
            return i + 1;
        }
    }
    return 0;
}

Test(intensity, counts_the_exact_window)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect_eq(verdict(&rows[i], 1, NS_PER_MS), rows[i].exact, "%s", rows[i].name);
    }
}

Test(intensity, agrees_with_otp_when_time_is_whole_seconds)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect_eq(verdict(&rows[i], 1000, 1000 * NS_PER_MS), rows[i].otp, "%s", rows[i].name);
    }
}

Test(intensity, tolerates_as_many_as_the_limit_and_no_more)
{
    struct tri_intensity intensity;
    uint64_t ring[8];

    tri_intensity_init(&intensity, 3, 100);
    (void)tri_intensity_move(&intensity, ring, 8);
    cr_assert(tri_intensity_add(&intensity, 10));
    cr_assert(tri_intensity_add(&intensity, 10));
    cr_assert(tri_intensity_add(&intensity, 10));
    cr_assert_not(tri_intensity_add(&intensity, 10));
}

Test(intensity, counts_an_age_equal_to_the_period)
{
    struct tri_intensity intensity;
    uint64_t ring[8];

    tri_intensity_init(&intensity, 1, 100);
    (void)tri_intensity_move(&intensity, ring, 8);
    cr_assert(tri_intensity_add(&intensity, 10));
    cr_assert_not(tri_intensity_add(&intensity, 110));
}

Test(intensity, forgets_what_is_older_than_the_period)
{
    struct tri_intensity intensity;
    uint64_t ring[8];

    tri_intensity_init(&intensity, 1, 100);
    (void)tri_intensity_move(&intensity, ring, 8);
    cr_assert(tri_intensity_add(&intensity, 10));
    cr_assert(tri_intensity_add(&intensity, 111));
    cr_assert_eq(intensity.count, 1);
}

Test(intensity, with_limit_zero_tolerates_nothing)
{
    struct tri_intensity intensity;
    uint64_t ring[1];

    tri_intensity_init(&intensity, 0, 100);
    (void)tri_intensity_move(&intensity, ring, 1);
    cr_assert_not(tri_intensity_add(&intensity, 10));
}

Test(intensity, keeps_the_stamps_in_order_when_the_ring_grows)
{
    struct tri_intensity intensity;
    uint64_t small[2];
    uint64_t big[4];

    tri_intensity_init(&intensity, 9, 100);
    (void)tri_intensity_move(&intensity, small, 2);
    cr_assert(tri_intensity_add(&intensity, 1));
    cr_assert(tri_intensity_add(&intensity, 50));
    cr_assert_not(tri_intensity_is_full(&intensity, 110)); // 1 is forgotten, the ring is turned
    cr_assert(tri_intensity_add(&intensity, 110));
    cr_assert(tri_intensity_is_full(&intensity, 111));
    cr_assert_eq(tri_intensity_move(&intensity, big, 4), small);
    cr_assert_eq(big[0], 50);
    cr_assert_eq(big[1], 110);
}

Test(intensity, agrees_with_a_model_that_keeps_every_stamp)
{
    static uint64_t stamps[2000];
    struct tri_random random;
    uint64_t ring[64];
    struct tri_intensity intensity;

    tri_random_seed(&random, 7);
    tri_intensity_init(&intensity, 5, 40);
    (void)tri_intensity_move(&intensity, ring, 64);
    for (size_t i = 0; i < 2000; i++) {
        stamps[i] = (i == 0 ? 0 : stamps[i - 1]) + tri_random_below(&random, 15);
        uint32_t young = 0;
        for (size_t k = 0; k <= i; k++) {
            young += stamps[i] - stamps[k] <= 40;
        }
        cr_assert_eq(tri_intensity_add(&intensity, stamps[i]), young <= 5, "at %zu", i);
    }
}
