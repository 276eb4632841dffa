// SPDX-License-Identifier: MIT
// Decision lists survive being written as text.
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "platform/sim/text.h"

static void expect_round_trip(const uint32_t *list, size_t count)
{
    size_t back_count = 0;
    char *text = tri_sim_text_encode(list, count);
    uint32_t *back = tri_sim_text_decode(text, &back_count);

    cr_assert_not_null(back, "\"%s\"", text);
    cr_assert_eq(back_count, count, "\"%s\"", text);
    cr_assert_eq(memcmp(back, list, count * sizeof *list), 0, "\"%s\"", text);
    free(back);
    free(text);
}

Test(text, lists_come_back_as_they_were)
{
    uint32_t small[] = { 0, 0, 1, 2, 0, 3 };
    uint32_t large[] = { 127, 128, 16383, 16384, UINT32_MAX, 1 };
    uint32_t sparse[1000] = { [999] = 1 };

    expect_round_trip(small, 6);
    expect_round_trip(large, 6);
    expect_round_trip(sparse, 1000);
    for (size_t count = 1; count <= 6; count++) {
        expect_round_trip(large, count);
    }
}

Test(text, trailing_zeros_are_not_written)
{
    uint32_t list[] = { 5, 0, 0, 0 };
    uint32_t zeros[] = { 0, 0 };
    char *text = tri_sim_text_encode(list, 4);
    char *nothing = tri_sim_text_encode(zeros, 2);
    size_t count = 9;
    uint32_t *back = tri_sim_text_decode(text, &count);

    cr_assert_eq(count, 1);
    cr_assert_eq(back[0], 5);
    cr_assert_str_eq(nothing, "");
    free(back);
    free(text);
    free(nothing);
}

Test(text, thousands_of_zeros_take_a_few_letters)
{
    uint32_t sparse[10000] = { [9999] = 1 };
    char *text = tri_sim_text_encode(sparse, 10000);

    cr_assert_leq(strlen(text), 4, "%s", text);
    free(text);
}

Test(text, other_texts_are_refused)
{
    // Letters that no digit has; half a pair; a number that does not end; a run of 2^28 zeros.
    const char *wrong[] = { "AQ!E", " ", "AQ", "gICAgICAgIA", "gICAgAEB" };

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        size_t count = 7;
        cr_assert_null(tri_sim_text_decode(wrong[i], &count), "%s", wrong[i]);
        cr_assert_eq(count, 7, "untouched on failure");
    }
}
