// SPDX-License-Identifier: MIT
// Selection from a mailbox made by hand: which message a receive finds, and where it looks again.
#include <criterion/criterion.h>

#include "mailbox/index.h"
#include "process/receive.h"
#include "world.h"

static struct tr_self *self;

static void begin(void)
{
    trt_world_begin();
    self = trt_actor(1);
    // Arrival numbers run over their end within a few messages.
    self->box.arrival = UINT32_MAX - 2;
}

TestSuite(match, .init = begin);

static struct tr_msg *append(uint32_t type, uint64_t ref, uint32_t from_slot)
{
    struct tr_msg *msg = tri_msg_alloc(NULL, TRI_KIND_SEND, 0);

    msg->type = type;
    msg->ref = ref;
    msg->from_slot = from_slot;
    msg->from_generation = from_slot == 0 ? 0 : 7;
    // relaxed: one thread.
    (void)tri_add(&self->box.x_sent, 1, relaxed);
    tri_mailbox_append(&self->box, msg);
    return msg;
}

// As a receive begins: nothing of the list is tested.
static struct tri_wait from_the_start(void)
{
    uint32_t first = self->box.first == NULL ? self->box.arrival + 1 : self->box.first->arrival;

    return (struct tri_wait){ .what = TRI_WAIT_MESSAGE, .tested = first - 1 };
}

static struct tr_msg *search(struct tri_wait *wait)
{
    return tri_match_search(trt_thread, self, wait, wait->tested);
}

Test(match, of_anything_is_the_oldest)
{
    struct tr_msg *oldest = append(1, 0, 0);
    struct tri_wait wait = from_the_start();

    append(2, 0, 0);
    cr_assert_eq(search(&wait), oldest);
    trt_world_end();
}

Test(match, in_an_empty_mailbox_is_nothing)
{
    struct tri_wait wait = from_the_start();

    cr_assert_null(search(&wait));
    cr_assert_eq(wait.tested, self->box.arrival);
    trt_world_end();
}

Test(match, by_types_is_the_oldest_of_any_of_them)
{
    static const uint32_t wanted[] = { 5, 3 };
    struct tri_wait wait;

    append(1, 0, 0);
    struct tr_msg *oldest = append(3, 0, 0);
    append(5, 0, 0);
    wait = from_the_start();
    wait.ids = wanted;
    wait.id_count = 2;
    cr_assert_eq(search(&wait), oldest);
    trt_world_end();
}

Test(match, by_sender_wants_slot_and_generation)
{
    struct tri_wait wait;

    append(1, 0, 2);
    struct tr_msg *other = append(1, 0, 3);
    wait = from_the_start();
    wait.sender = tri_key(3, 7);
    cr_assert_eq(search(&wait), other);
    wait = from_the_start();
    wait.sender = tri_key(3, 8);
    cr_assert_null(search(&wait));
    trt_world_end();
}

Test(match, by_reference_begins_behind_the_mark)
{
    struct tri_wait wait;

    append(1, 9, 0);
    uint32_t mark = self->box.arrival;
    append(1, 0, 0);
    struct tr_msg *answer = append(1, 9, 0);
    wait = from_the_start();
    wait.ref = 9;
    cr_assert_eq(tri_match_search(trt_thread, self, &wait, mark), answer);
    trt_world_end();
}

Test(match, by_a_reference_of_long_ago_begins_at_the_oldest)
{
    struct tri_wait wait;
    struct tr_msg *answer = append(1, 9, 0);

    wait = from_the_start();
    wait.ref = 9;
    uint32_t mark = self->box.arrival - 3000000000u;
    cr_assert_eq(tri_match_search(trt_thread, self, &wait, mark), answer);
    trt_world_end();
}

Test(match, that_was_no_good_is_followed_by_the_next)
{
    struct tri_wait wait;
    struct tr_msg *first = append(1, 0, 0);
    struct tr_msg *second = append(1, 0, 0);

    wait = from_the_start();
    cr_assert_eq(search(&wait), first);
    cr_assert_eq(search(&wait), second);
    cr_assert_null(search(&wait));
    struct tr_msg *third = append(1, 0, 0);
    cr_assert_eq(search(&wait), third, "only what came since");
    trt_world_end();
}

Test(match, in_a_long_list_builds_the_index_for_types_only)
{
    static const uint32_t wanted[] = { 2 };
    struct tri_wait wait;

    for (int i = 0; i < TRI_INDEX_WORTH; i++) {
        append(1, 0, 0);
    }
    struct tr_msg *found = append(2, 0, 0);
    wait = from_the_start();
    wait.sender = tri_key(2, 2);
    cr_assert_null(search(&wait));
    cr_assert_null(self->box.index);
    wait = from_the_start();
    wait.ids = wanted;
    wait.id_count = 1;
    cr_assert_eq(search(&wait), found);
    cr_assert_not_null(self->box.index);
    trt_world_end();
}

Test(match, in_a_short_list_needs_no_index)
{
    static const uint32_t wanted[] = { 1 };
    struct tri_wait wait;

    for (int i = 0; i < TRI_INDEX_WORTH - 1; i++) {
        append(1, 0, 0);
    }
    wait = from_the_start();
    wait.ids = wanted;
    wait.id_count = 1;
    cr_assert_eq(search(&wait), self->box.first);
    cr_assert_null(self->box.index);
    trt_world_end();
}
