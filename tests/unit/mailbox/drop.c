// SPDX-License-Identifier: MIT
// The engine that drops the oldest messages, step by step.
#include "mailbox/drop.h"

#include <criterion/criterion.h>

enum { LIVE = 7, MESSAGES = 8 };

static struct tri_lock lock;
static struct tri_limits limits;
static struct tri_mailbox box;
static struct tr_msg messages[MESSAGES];

static void begin(void)
{
    tri_lock_init(&lock);
    limits = (struct tri_limits){ .lock = &lock,
                                  .generation = LIVE,
                                  .live = LIVE,
                                  .capacity = 2,
                                  .bytes_max = UINT64_MAX,
                                  .drops_oldest = true };
    box = (struct tri_mailbox){ .locked = &limits };
    for (unsigned i = 0; i < MESSAGES; i++) {
        messages[i] = (struct tr_msg){ .kind = TRI_KIND_SEND,
                                       .flags = TRI_FLAG_CREDITED,
                                       .to_generation = LIVE };
    }
}

TestSuite(drop, .init = begin);

// Pushes a message and says which was dropped, MESSAGES for none.
static unsigned push(unsigned at)
{
    struct tr_msg *dropped = NULL;
    // relaxed: one thread.
    (void)tri_add(&box.x_sent, 1, relaxed);
    (void)tri_drop_push(&box, &messages[at], &dropped);
    return dropped == NULL ? MESSAGES : (unsigned)(dropped - messages);
}

static struct tr_msg *pin(struct tr_msg *msg)
{
    tri_mailbox_look(&box);
    struct tr_msg *dropped = tri_drop_pin(&box, msg);
    tri_mailbox_looked(&box);
    return dropped;
}

Test(drop, the_push_that_finds_it_idle_schedules)
{
    struct tr_msg *dropped;
    cr_assert(tri_drop_push(&box, &messages[0], &dropped));
    cr_assert_not(tri_drop_push(&box, &messages[1], &dropped));
    cr_assert_not(tri_drop_idle(&box), "something is inbound");
    cr_assert_null(tri_drop_drain(&box));
    cr_assert(tri_drop_idle(&box), "what was drained may wait");
    cr_assert(tri_drop_push(&box, &messages[2], &dropped));
}

Test(drop, the_oldest_goes_whether_it_was_drained_or_not)
{
    cr_assert_eq(push(0), MESSAGES);
    cr_assert_null(tri_drop_drain(&box));
    cr_assert_eq(push(1), MESSAGES);
    cr_assert_eq(push(2), 0);
    cr_assert_null(box.first, "the private part is empty");
    cr_assert_eq(push(3), 1);
    cr_assert_eq(tri_mailbox_depth(&box), 2);
}

Test(drop, messages_for_another_occupant_are_neither_charged_nor_dropped)
{
    messages[0].to_generation = LIVE - 1;
    messages[1].to_generation = LIVE - 1;
    cr_assert_eq(push(0), MESSAGES);
    cr_assert_eq(push(1), MESSAGES);
    cr_assert_eq(push(2), MESSAGES);
    cr_assert_eq(push(3), MESSAGES);
    cr_assert_eq(push(4), 2);
    cr_assert_eq(tri_drop_drain(&box), &messages[0]);
    cr_assert_eq(tri_drop_drain(&box), &messages[1]);
    cr_assert_eq(limits.used, 2);
}

Test(drop, nothing_is_dropped_when_the_books_are_of_nobody)
{
    cr_assert_eq(push(0), MESSAGES);
    cr_assert_eq(push(1), MESSAGES);
    limits.generation = 0;
    cr_assert_eq(push(2), MESSAGES);
    cr_assert_null(tri_drop_drain(&box));
    tri_mailbox_take(&box, &messages[0]);
    cr_assert_eq(limits.used, 2, "the books are not touched");
}

Test(drop, what_is_in_hand_is_beside_the_bound_until_it_is_put_back)
{
    cr_assert_eq(push(0), MESSAGES);
    cr_assert_eq(push(1), MESSAGES);
    cr_assert_null(tri_drop_drain(&box));
    cr_assert_null(pin(&messages[0]));
    cr_assert_eq(push(2), MESSAGES);
    cr_assert_eq(push(3), 1);
    cr_assert_eq(pin(NULL), &messages[0]);
    cr_assert_eq(limits.used, 2);
}

Test(drop, a_taken_message_leaves_its_room)
{
    (void)push(0);
    (void)push(1);
    cr_assert_null(tri_drop_drain(&box));
    cr_assert_null(pin(&messages[0]));
    tri_mailbox_take(&box, &messages[0]);
    cr_assert_eq(limits.used, 1);
    cr_assert_eq(push(2), MESSAGES);
    cr_assert_eq(push(3), 1);
}

Test(drop, a_signal_is_taken_out_in_its_place_and_may_join_the_list)
{
    messages[1].kind = TRI_KIND_EXIT;
    messages[1].flags = 0;
    (void)push(0);
    (void)push(1);
    (void)push(2);
    cr_assert_eq(tri_drop_drain(&box), &messages[1]);
    tri_mailbox_append(&box, &messages[1]);
    cr_assert_null(tri_drop_drain(&box));
    cr_assert_eq(box.first, &messages[0]);
    cr_assert_eq(tri_mailbox_next(&box, &messages[0]), &messages[1]);
    cr_assert_eq(tri_mailbox_next(&box, &messages[1]), &messages[2]);
    cr_assert_eq(box.last, &messages[2]);
    cr_assert_lt(messages[1].arrival, messages[2].arrival);
    cr_assert_eq(push(3), 0);
    cr_assert_eq(push(4), 2, "the signal stays");
}

Test(drop, a_body_pushes_out_as_many_as_it_needs)
{
    limits.capacity = 10;
    limits.bytes_max = 100;
    messages[0].bytes = messages[1].bytes = messages[2].bytes = 30;
    messages[3].bytes = 60;
    (void)push(0);
    (void)push(1);
    (void)push(2);
    cr_assert_eq(push(3), 1, "the chain begins with the youngest");
    cr_assert_eq(limits.used_bytes, 90);
    cr_assert_eq(tri_mailbox_depth(&box), 2);
}
