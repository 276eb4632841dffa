// SPDX-License-Identifier: MIT
// Options structs of callers that know more or less of them than this version.
#include <criterion/criterion.h>
#include <string.h>

#include "api/check.h"

struct known {
    int64_t first;
    int32_t second;
    unsigned char third[4];
};

struct later {
    struct known known;
    unsigned char added[24];
};

static struct known to;
static const struct known zero;

static void begin(void)
{
    memset(&to, 0xee, sizeof to);
}

TestSuite(opts, .init = begin);

Test(opts, of_equal_size_are_copied)
{
    struct known from = { 1, 2, { 3, 4, 5, 6 } };

    cr_assert_eq(tri_opts_copy(&to, sizeof to, &from, sizeof from), TR_OK);
    cr_assert_arr_eq(&to, &from, sizeof to);
}

Test(opts, that_are_not_given_are_all_zero)
{
    cr_assert_eq(tri_opts_copy(&to, sizeof to, NULL, sizeof to), TR_OK);
    cr_assert_arr_eq(&to, &zero, sizeof to);
}

Test(opts, of_an_older_caller_are_filled_with_zero)
{
    struct known from = { 1, 2, { 3, 4, 5, 6 } };
    const unsigned char *bytes = (const unsigned char *)&from;

    for (size_t size = 0; size <= sizeof from; size++) {
        begin();
        cr_assert_eq(tri_opts_copy(&to, sizeof to, &from, size), TR_OK);
        for (size_t i = 0; i < sizeof to; i++) {
            cr_assert_eq(((unsigned char *)&to)[i], i < size ? bytes[i] : 0, "%zu of %zu", i, size);
        }
    }
}

Test(opts, of_a_newer_caller_must_not_use_what_is_unknown_here)
{
    struct later from = { { 1, 2, { 3, 4, 5, 6 } }, { 0 } };

    for (size_t i = 0; i < sizeof from.added; i++) {
        from.added[i] = 1;
        cr_assert_eq(tri_opts_copy(&to, sizeof to, &from, sizeof from), TR_EINVAL, "byte %zu", i);
        from.added[i] = 0;
    }
}

Test(opts, of_a_newer_caller_that_uses_nothing_new_are_copied)
{
    struct later from = { { 1, 2, { 3, 4, 5, 6 } }, { 0 } };

    cr_assert_eq(tri_opts_copy(&to, sizeof to, &from, sizeof from), TR_OK);
    cr_assert_arr_eq(&to, &from.known, sizeof to);
}
