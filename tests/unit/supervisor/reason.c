// SPDX-License-Identifier: MIT
// Reasons as they are stored, and the words for a start that failed.
#include <criterion/criterion.h>
#include <string.h>

#include "supervisor/reason.h"

static const char *words(const char *id, tr_exit why)
{
    static struct tri_reason reason;

    tri_reason_of_failed_start(&reason, id, why);
    cr_assert_eq(reason.tag, TR_EXIT_SHUTDOWN);
    return reason.text;
}

Test(reason, says_which_child_failed_and_why)
{
    cr_expect_str_eq(words("c", TR_ERROR("nope")), "failed_to_start_child c: nope");
    cr_expect_str_eq(words("c", TR_NORMAL), "failed_to_start_child c: normal");
    cr_expect_str_eq(words("c", tr_exit_make(TR_EXIT_TIMEOUT, 0, NULL)),
                     "failed_to_start_child c: timeout");
}

Test(reason, gives_the_way_to_a_child_deeper_in_the_tree)
{
    tr_exit below = tr_exit_make(TR_EXIT_SHUTDOWN, 0, "failed_to_start_child db: no disk");

    cr_expect_str_eq(words("store", below), "failed_to_start_child store/db: no disk");
}

Test(reason, cuts_a_long_text)
{
    char text[200];

    memset(text, 'x', sizeof text);
    text[199] = '\0';
    cr_expect_eq(strlen(words("c", TR_ERROR(text))), TR_EXIT_TEXT_MAX);
}

Test(reason, keeps_the_text_of_its_own)
{
    struct tri_reason reason;
    char text[] = "over";

    tri_reason_set(&reason, tr_exit_make(TR_EXIT_SHUTDOWN, 3, text));
    text[0] = 'x';
    cr_expect_str_eq(tri_reason_get(&reason).text, "over");
    cr_expect_eq(tri_reason_get(&reason).code, 3);
    tri_reason_set(&reason, TR_NORMAL);
    cr_expect_null(tri_reason_get(&reason).text);
}
