// SPDX-License-Identifier: MIT
#include "process/reason.h"

#include <criterion/criterion.h>
#include <string.h>

static char copy[TR_EXIT_TEXT_MAX + 2];

static void begin(void)
{
    memset(copy, '#', sizeof copy);
}

TestSuite(reason, .init = begin);

Test(reason, is_copied_with_its_text)
{
    char text[] = "no pong";
    tr_exit got = tri_reason_copy(tr_exit_make(TR_EXIT_ERROR, -3, text), copy);

    memset(text, 'x', 7);
    cr_assert_eq(got.tag, TR_EXIT_ERROR);
    cr_assert_eq(got.code, -3);
    cr_assert_eq(got.text, copy);
    cr_assert_str_eq(copy, "no pong");
}

Test(reason, without_text_stays_without)
{
    tr_exit got = tri_reason_copy(tr_exit_make(TR_EXIT_SHUTDOWN, 7, NULL), copy);

    cr_assert_null(got.text);
    cr_assert_eq(got.code, 7);
    cr_assert_eq(copy[0], '#', "nothing is written");
}

Test(reason, keeps_an_empty_text_apart_from_none)
{
    tr_exit got = tri_reason_copy(TR_ERROR(""), copy);

    cr_assert_eq(got.text, copy);
    cr_assert_str_eq(got.text, "");
}

Test(reason, is_cut_after_55_bytes)
{
    char text[60];

    for (size_t length = 54; length <= 57; length++) {
        size_t kept = length < 55 ? length : 55;
        begin();
        memset(text, 'a', length);
        text[length] = '\0';
        (void)tri_reason_copy(TR_ERROR(text), copy);
        cr_assert_eq(strlen(copy), kept, "of %zu", length);
        cr_assert_eq(copy[kept + 1], '#', "nothing behind the end is touched");
    }
}

Test(reason, a_text_of_full_length_needs_no_end_of_its_own)
{
    char text[TR_EXIT_TEXT_MAX];

    memset(text, 'a', sizeof text);
    (void)tri_reason_copy(TR_ERROR(text), copy);
    cr_assert_eq(strlen(copy), TR_EXIT_TEXT_MAX);
}

Test(reason, may_be_copied_onto_itself)
{
    char text[TR_EXIT_TEXT_MAX + 1] = "over";
    tr_exit got = tri_reason_copy(TR_ERROR(text), text);

    cr_assert_str_eq(got.text, "over");
    got = tri_reason_copy(TR_ERROR(text + 1), text);
    cr_assert_str_eq(got.text, "ver");
}

Test(reason, none_and_unknown_tags_are_no_reasons)
{
    cr_assert_not(tri_reason_valid(tr_exit_make(TR_EXIT_NONE, 0, NULL)));
    cr_assert_not(tri_reason_valid(tr_exit_make((tr_exit_tag)(TR_EXIT_ERROR + 1), 0, NULL)));
    for (int tag = TR_EXIT_NORMAL; tag <= TR_EXIT_ERROR; tag++) {
        cr_assert(tri_reason_valid(tr_exit_make((tr_exit_tag)tag, 0, NULL)), "tag %d", tag);
    }
}
