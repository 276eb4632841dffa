// SPDX-License-Identifier: MIT
#include "mailbox/mailbox.h"

#include <criterion/criterion.h>

#include "box.h"

TestSuite(mailbox, .init = trt_box_begin);

static void take_and_free(struct tr_msg *msg)
{
    tri_mailbox_take(&trt_box, msg);
    tri_mailbox_free(&trt_box, &trt_pool, msg);
}

Test(mailbox, only_the_send_that_finds_it_idle_schedules)
{
    bool first, second, third;

    trt_box_send(1, &first);
    trt_box_send(2, &second);
    trt_box_accept();
    trt_box_accept();
    trt_box_send(3, &third);
    cr_assert(first);
    cr_assert_not(second);
    cr_assert_not(third, "drained is not idle");
    trt_box_end();
}

Test(mailbox, drain_gives_messages_in_the_order_sent)
{
    struct tr_msg *sent[5];

    for (uint32_t i = 0; i < 5; i++) {
        sent[i] = trt_box_send(i, NULL);
    }
    for (uint32_t i = 0; i < 5; i++) {
        cr_assert_eq(trt_box_accept(), sent[i]);
    }
    cr_assert_null(trt_box_accept());
    trt_box_end();
}

Test(mailbox, drained_empty_has_no_gap)
{
    bool gap = true;

    trt_box_hold(1);
    cr_assert_null(tri_mailbox_drain(&trt_box, &trt_pool, &gap));
    cr_assert_not(gap);
    trt_box_end();
}

Test(mailbox, a_producer_between_exchange_and_link_is_a_gap)
{
    bool gap = false;
    struct tr_msg *anchor = trt_box_hold(1);
    struct tr_msg *late = tri_msg_alloc(&trt_pool, TRI_KIND_SEND, 0);

    // relaxed, all three: one thread, which does what tri_mpsc_push does, in two steps.
    tri_store(&late->node.x_next, NULL, relaxed);
    tri_add(&trt_box.x_sent, 1, relaxed);
    tri_xchg(&trt_box.queue.x_tail, &late->node, relaxed);
    cr_assert_null(tri_mailbox_drain(&trt_box, &trt_pool, &gap));
    cr_assert(gap, "something will come without a push");
    // relaxed: one thread.
    tri_store(&anchor->node.x_next, &late->node, relaxed);
    cr_assert_eq(trt_box_accept(), late);
    trt_box_end();
}

Test(mailbox, append_numbers_arrivals_upward)
{
    uint32_t before = trt_box.arrival;

    for (uint32_t i = 1; i <= 3; i++) {
        cr_assert_eq(trt_box_hold(i)->arrival, before + i);
        cr_assert_eq(trt_box.arrival, before + i);
    }
    cr_assert_str_eq(trt_box_types(), "123");
    trt_box_end();
}

Test(mailbox, take_from_any_place_leaves_the_others_in_order)
{
    static const char *const left[5] = { "1234", "0234", "0134", "0124", "0123" };

    for (uint32_t place = 0; place < 5; place++) {
        struct tr_msg *held[5];
        for (uint32_t i = 0; i < 5; i++) {
            held[i] = trt_box_hold(i);
        }
        take_and_free(held[place]);
        cr_assert_str_eq(trt_box_types(), left[place]);
        trt_box_hold(5); // the link behind the last is whole too
        cr_assert_eq(trt_box_types()[4], '5');
        trt_box_end();
        trt_box_begin();
    }
    trt_box_end();
}

Test(mailbox, without_the_last_message_the_next_arrival_follows_the_one_before)
{
    trt_box_hold(1);
    struct tr_msg *last = trt_box_hold(2);

    tri_mailbox_take(&trt_box, last); // the queue's anchor, taken
    trt_box_hold(3);
    cr_assert_str_eq(trt_box_types(), "13");
    tri_mailbox_free(&trt_box, &trt_pool, last);
    trt_box_end();
}

Test(mailbox, free_of_what_the_queue_has_left_behind_is_at_once)
{
    struct tr_msg *first = trt_box_hold(1);

    trt_box_hold(2);
    take_and_free(first);
    cr_assert_null(trt_box.zombie);
    cr_assert_eq(trt_box_blocks(), 1);
    trt_box_end();
}

Test(mailbox, the_freed_anchor_lives_until_the_queue_moves_past_it)
{
    bool gap;
    struct tr_msg *anchor = trt_box_hold(1);

    take_and_free(anchor);
    cr_assert_eq(trt_box.zombie, anchor);
    cr_assert_null(tri_mailbox_drain(&trt_box, &trt_pool, &gap));
    cr_assert_eq(trt_box_blocks(), 1, "a producer may still link behind it");
    trt_box_send(2, NULL);
    cr_assert_eq(trt_box_blocks(), 2);
    trt_box_accept();
    cr_assert_null(trt_box.zombie);
    cr_assert_eq(trt_box_blocks(), 1);
    trt_box_end();
}

Test(mailbox, claim_of_the_newest_message_takes_it_out_of_the_queue)
{
    bool idle = true;
    struct tr_msg *anchor = trt_box_hold(1);

    tri_mailbox_take(&trt_box, anchor);
    cr_assert(tri_mailbox_claim(&trt_box, anchor));
    memset(&anchor->tree, 0xff, sizeof anchor->tree);
    struct tr_msg *next = trt_box_send(2, &idle);
    cr_assert_not(idle, "the owner still runs");
    cr_assert_eq(trt_box_accept(), next);
    cr_assert_str_eq(trt_box_types(), "2");
    tri_msg_release(&trt_pool, anchor);
    trt_box_end();
}

Test(mailbox, claim_of_the_anchor_fails_while_something_newer_stands_behind)
{
    struct tr_msg *anchor = trt_box_hold(1);

    trt_box_send(2, NULL);
    tri_mailbox_take(&trt_box, anchor);
    cr_assert_not(tri_mailbox_claim(&trt_box, anchor));
    trt_box_accept();
    cr_assert(tri_mailbox_claim(&trt_box, anchor), "the queue has moved on");
    tri_mailbox_free(&trt_box, &trt_pool, anchor);
    trt_box_end();
}

Test(mailbox, claim_of_an_older_message_leaves_the_queue_alone)
{
    struct tr_msg *older = trt_box_hold(1);
    struct tr_msg *anchor = trt_box_hold(2);

    tri_mailbox_take(&trt_box, older);
    cr_assert(tri_mailbox_claim(&trt_box, older));
    cr_assert_eq(trt_box.queue.anchor, &anchor->node);
    tri_mailbox_free(&trt_box, &trt_pool, older);
    trt_box_end();
}

Test(mailbox, idle_frees_the_freed_anchor)
{
    bool idle = false;

    take_and_free(trt_box_hold(1));
    cr_assert(tri_mailbox_idle(&trt_box, &trt_pool));
    cr_assert_null(trt_box.zombie);
    cr_assert_eq(trt_box_blocks(), 0);
    trt_box_send(2, &idle);
    cr_assert(idle);
    trt_box_end();
}

Test(mailbox, idle_fails_when_something_newer_waits_and_changes_nothing)
{
    struct tr_msg *anchor = trt_box_hold(1);

    take_and_free(anchor);
    trt_box_send(2, NULL);
    cr_assert_not(tri_mailbox_idle(&trt_box, &trt_pool));
    cr_assert_eq(trt_box.zombie, anchor);
    cr_assert_eq(trt_box_blocks(), 2);
    trt_box_accept();
    cr_assert_str_eq(trt_box_types(), "2");
    trt_box_end();
}

Test(mailbox, idle_keeps_unmatched_messages_and_later_ones_follow_them)
{
    bool idle = false;

    trt_box_hold(1);
    trt_box_hold(2);
    cr_assert(tri_mailbox_idle(&trt_box, &trt_pool));
    cr_assert_str_eq(trt_box_types(), "12");
    trt_box_send(3, &idle);
    trt_box_send(4, NULL);
    cr_assert(idle);
    trt_box_accept();
    trt_box_accept();
    cr_assert_str_eq(trt_box_types(), "1234");
    trt_box_end();
}

Test(mailbox, a_message_kept_over_an_idle_time_is_no_longer_the_anchor)
{
    struct tr_msg *kept = trt_box_hold(1);

    cr_assert(tri_mailbox_idle(&trt_box, &trt_pool));
    trt_box_hold(2);
    take_and_free(kept);
    cr_assert_null(trt_box.zombie);
    cr_assert_eq(trt_box_blocks(), 1);
    cr_assert_str_eq(trt_box_types(), "2");
    trt_box_end();
}

Test(mailbox, depth_is_what_was_sent_and_not_taken)
{
    cr_assert_eq(tri_mailbox_depth(&trt_box), 0);
    trt_box_hold(1);
    struct tr_msg *msg = trt_box_hold(2);
    trt_box_send(3, NULL);
    cr_assert_eq(tri_mailbox_depth(&trt_box), 3, "inbound and private");
    take_and_free(msg);
    cr_assert_eq(tri_mailbox_depth(&trt_box), 2);
    trt_box_end();
}
