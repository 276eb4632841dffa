// SPDX-License-Identifier: MIT
// The message being handled: how it is taken, kept, and how its life ends.
#include <criterion/criterion.h>

#include "process/batch.h"
#include "process/book.h"
#include "process/deliver.h"
#include "process/receive.h"
#include "world.h"

static struct tr_self *self;

static void begin(void)
{
    trt_world_begin();
    self = trt_actor(1);
}

TestSuite(current, .init = begin);

static struct tr_msg *get(enum tri_kind kind, uint64_t ref)
{
    struct tr_msg *msg = tri_msg_alloc_roomy(NULL, kind, 0);

    msg->ref = ref;
    msg->flags |= TRI_FLAG_COUNTED;
    tri_deliver(trt_thread, self->index, self->generation, msg);
    trt_drain(self);
    return msg;
}

Test(current, a_taken_message_is_counted_and_costs_a_reduction)
{
    struct tr_msg *msg = get(TRI_KIND_SEND, 0);

    self->budget = 10;
    tri_message_take(trt_thread, self, msg);
    cr_assert_eq(self->current, msg);
    cr_assert_eq(self->budget, 9);
    cr_assert_eq(self->box.length, 0);
    // relaxed, both: one thread.
    cr_assert_eq(tri_load(&trt_system.guest_counts.x_received, relaxed), 1);
    cr_assert_eq(tri_load(&self->x_handled, relaxed), 1);
    cr_assert(tri_current_release(trt_thread, self));
    trt_world_end();
}

Test(current, taking_a_credited_message_returns_its_credit)
{
    tri_bound_reset(&self->bound, self->generation, 1, TRI_BOUND_FAIL);
    cr_assert_eq(tri_bound_take(&self->bound, self->generation), TRI_BOUND_TAKEN);
    struct tr_msg *msg = get(TRI_KIND_SEND, 0);
    msg->flags |= TRI_FLAG_CREDITED;
    cr_assert_eq(tri_bound_take(&self->bound, self->generation), TRI_BOUND_FULL);
    tri_message_take(trt_thread, self, msg);
    cr_assert_eq(tri_bound_take(&self->bound, self->generation), TRI_BOUND_TAKEN);
    tri_current_release(trt_thread, self);
    trt_world_end();
}

Test(current, an_ordinary_message_is_freed_at_its_end)
{
    tri_message_take(trt_thread, self, get(TRI_KIND_SEND, 0));
    cr_assert(tri_current_release(trt_thread, self));
    cr_assert_null(self->current);
    cr_assert(tri_current_release(trt_thread, self), "there is none");
    trt_world_end();
}

Test(current, a_request_without_an_answer_stays_in_the_books)
{
    struct tr_msg *request = get(TRI_KIND_CALL, 33);

    tri_message_take(trt_thread, self, request);
    cr_assert(tri_current_release(trt_thread, self));
    cr_assert_eq(tri_tree_remove(&self->calls, 33), &request->tree);
    tri_msg_release(NULL, request);
    trt_world_end();
}

Test(current, an_answered_request_is_freed)
{
    tri_message_take(trt_thread, self, get(TRI_KIND_CALL, 33));
    self->answered = true;
    cr_assert(tri_current_release(trt_thread, self));
    cr_assert(tri_tree_empty(&self->calls));
    trt_world_end();
}

Test(current, a_request_waits_for_what_is_being_linked_behind_it)
{
    struct tr_msg *request = get(TRI_KIND_CALL, 33);

    tri_message_take(trt_thread, self, request);
    tri_deliver(trt_thread, self->index, self->generation, tri_msg_alloc(NULL, TRI_KIND_SEND, 0));
    cr_assert_not(tri_current_release(trt_thread, self));
    cr_assert_eq(self->current, request);
    trt_drain(self);
    cr_assert(tri_current_release(trt_thread, self));
    tri_tree_remove(&self->calls, 33);
    tri_msg_release(NULL, request);
    trt_world_end();
}

Test(current, the_caller_that_gave_up_takes_its_request_out_of_the_books)
{
    tri_message_take(trt_thread, self, get(TRI_KIND_CALL, 33));
    tri_current_release(trt_thread, self);
    (void)get(TRI_KIND_CALL_DONE, 34);
    cr_assert_not(tri_tree_empty(&self->calls));
    (void)get(TRI_KIND_CALL_DONE, 33);
    cr_assert(tri_tree_empty(&self->calls));
    trt_world_end();
}

static struct tr_msg *take_into_batch(enum tri_kind kind, uint64_t ref)
{
    struct tr_msg *msg = get(kind, ref);
    tri_message_take(trt_thread, self, msg);
    cr_assert(tri_batch_join(self));
    cr_assert_null(self->current);
    return msg;
}

Test(current, a_batch_is_held_until_the_next_release)
{
    tri_batch_begin(self);
    struct tr_msg *plain = take_into_batch(TRI_KIND_SEND, 0);
    struct tr_msg *request = take_into_batch(TRI_KIND_CALL, 35);
    (void)get(TRI_KIND_SEND, 0); // so that none is the anchor
    cr_assert_eq(self->batch, plain);
    cr_assert(!tri_tree_empty(&self->calls));
    tri_book_settle(trt_thread, self, 35);
    cr_assert(tri_tree_empty(&self->calls));
    cr_assert_eq(self->batch, request, "answered, and still readable");
    tri_current_release(trt_thread, self);
    cr_assert_null(self->batch);
    cr_assert_not(self->batching);
    trt_world_end();
}

Test(current, a_request_outlives_its_batch_in_the_books)
{
    tri_batch_begin(self);
    (void)take_into_batch(TRI_KIND_CALL, 36);
    (void)get(TRI_KIND_SEND, 0);
    tri_current_release(trt_thread, self);
    tri_batch_begin(self);
    tri_book_settle(trt_thread, self, 36);
    cr_assert_null(self->batch, "it was of the batch before");
    tri_current_release(trt_thread, self);
    trt_world_end();
}

static struct tr_msg *kept_at(int place)
{
    struct tr_msg *msg = self->kept;

    while (place-- > 0) {
        msg = msg->same;
    }
    return msg;
}

Test(current, kept_messages_can_be_given_back_in_any_order)
{
    for (int place = 0; place < 3; place++) {
        struct tr_msg *msgs[3];
        for (int i = 0; i < 3; i++) {
            msgs[i] = tri_msg_alloc(NULL, TRI_KIND_SEND, 0);
            tri_kept_add(self, msgs[i]);
        }
        tri_kept_remove(self, kept_at(place));
        cr_assert_null(kept_at(2));
        tri_kept_remove(self, kept_at(1));
        tri_kept_remove(self, kept_at(0));
        cr_assert_null(self->kept);
        for (int i = 0; i < 3; i++) {
            tri_msg_release(NULL, msgs[i]);
        }
    }
    trt_world_end();
}

Test(current, a_wait_is_over_when_what_it_waits_for_came)
{
    struct tri_wait message = { .what = TRI_WAIT_MESSAGE, .tested = self->box.arrival };
    struct tri_wait reply = { .what = TRI_WAIT_REPLY };

    self->wait = &reply;
    struct tr_msg *msg = get(TRI_KIND_SEND, 0);
    cr_assert_not(tri_wait_over(trt_thread, self), "a message is no reply");
    reply.timed_out = true;
    cr_assert(tri_wait_over(trt_thread, self));
    self->wait = &message;
    cr_assert(tri_wait_over(trt_thread, self));
    cr_assert_eq(message.found, msg);
    self->wait = NULL;
    trt_world_end();
}
