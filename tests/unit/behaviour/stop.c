// SPDX-License-Identifier: MIT
// The request that ends a server, and when its end counts as obeyed.
#include <criterion/criterion.h>
#include <string.h>

#include "runtime/behaviour/stop.h"

Test(stop, gives_the_reason_it_carries)
{
    struct tr_stop stop = { .tag = TR_EXIT_SHUTDOWN, .code = 5, .text = "over" };
    tr_exit reason = tri_stop_reason(&stop);

    cr_expect_eq(reason.tag, TR_EXIT_SHUTDOWN);
    cr_expect_eq(reason.code, 5);
    cr_expect_str_eq(reason.text, "over");
}

Test(stop, gives_no_text_for_an_empty_one)
{
    struct tr_stop stop = { .tag = TR_EXIT_NORMAL };

    cr_expect_null(tri_stop_reason(&stop).text);
}

Test(stop, takes_reasons_for_equal_when_tag_code_and_text_are)
{
    tr_exit over = tr_exit_make(TR_EXIT_SHUTDOWN, 5, "over");

    cr_expect(tri_stop_same_reason(over, tr_exit_make(TR_EXIT_SHUTDOWN, 5, "over")));
    cr_expect_not(tri_stop_same_reason(over, tr_exit_make(TR_EXIT_ERROR, 5, "over")));
    cr_expect_not(tri_stop_same_reason(over, tr_exit_make(TR_EXIT_SHUTDOWN, 6, "over")));
    cr_expect_not(tri_stop_same_reason(over, tr_exit_make(TR_EXIT_SHUTDOWN, 5, NULL)));
    cr_expect(tri_stop_same_reason(TR_NORMAL, tr_exit_make(TR_EXIT_NORMAL, 0, "")));
}

Test(stop, compares_texts_as_far_as_they_are_kept)
{
    char text[100];
    char cut[TR_EXIT_TEXT_MAX + 1] = "";

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    memset(cut, 'x', TR_EXIT_TEXT_MAX);
    cr_expect(tri_stop_same_reason(tr_exit_make(TR_EXIT_ERROR, 0, text),
                                   tr_exit_make(TR_EXIT_ERROR, 0, cut)));
}
