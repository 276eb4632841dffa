// SPDX-License-Identifier: MIT
#include "mailbox/index.h"

#include <criterion/criterion.h>

#include "box.h"

TestSuite(index, .init = trt_box_begin);

static void take_and_free(struct tr_msg *msg)
{
    tri_mailbox_take(&trt_box, msg);
    tri_mailbox_free(&trt_box, &trt_pool, msg);
}

Test(index, build_finds_the_oldest_of_each_type)
{
    struct tr_msg *one = trt_box_hold(1);
    struct tr_msg *two = trt_box_hold(2);

    trt_box_hold(1);
    cr_assert(tri_index_build(&trt_box));
    cr_assert_eq(tri_index_first(&trt_box, 1), one);
    cr_assert_eq(tri_index_first(&trt_box, 2), two);
    cr_assert_null(tri_index_first(&trt_box, 3));
    trt_box_end();
}

Test(index, taking_the_oldest_uncovers_the_next_of_its_type)
{
    struct tr_msg *first = trt_box_hold(1);
    struct tr_msg *second = trt_box_hold(1);

    trt_box_hold(2);
    tri_index_build(&trt_box);
    take_and_free(first);
    cr_assert_eq(tri_index_first(&trt_box, 1), second);
    take_and_free(second);
    cr_assert_null(tri_index_first(&trt_box, 1));
    trt_box_end();
}

Test(index, taking_the_youngest_leaves_a_queue_that_can_grow)
{
    struct tr_msg *first = trt_box_hold(1);
    struct tr_msg *second = trt_box_hold(1);

    tri_index_build(&trt_box);
    take_and_free(second);
    struct tr_msg *third = trt_box_hold(1);
    take_and_free(first);
    cr_assert_eq(tri_index_first(&trt_box, 1), third);
    trt_box_end();
}

Test(index, goes_with_the_last_message)
{
    struct tr_msg *msg = trt_box_hold(1);

    tri_index_build(&trt_box);
    take_and_free(msg);
    cr_assert_null(trt_box.index);
    trt_box_end();
}

Test(index, drop_leaves_no_mark_on_a_message)
{
    struct tr_msg *msg = trt_box_hold(1);

    tri_index_build(&trt_box);
    cr_assert_neq(msg->flags & TRI_FLAG_INDEXED, 0);
    tri_index_drop(&trt_box);
    cr_assert_eq(msg->flags & TRI_FLAG_INDEXED, 0);
    cr_assert_null(trt_box.index);
    tri_index_drop(&trt_box);
    trt_box_end();
}

Test(index, holds_more_types_than_it_began_with)
{
    struct tr_msg *oldest[500];

    trt_box_hold(0x10000);
    tri_index_build(&trt_box);
    for (uint32_t i = 0; i < 500; i++) {
        oldest[i] = trt_box_hold(1 + i);
        trt_box_hold(1 + i);
    }
    for (uint32_t i = 0; i < 500; i++) {
        cr_assert_eq(tri_index_first(&trt_box, 1 + i), oldest[i], "type %u", 1 + i);
    }
    trt_box_end();
}
