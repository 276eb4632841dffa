// SPDX-License-Identifier: MIT
// What exit signals, replies and stale mail do to their receiver.
#include "process/signal.h"

#include <criterion/criterion.h>

#include "process/deliver.h"
#include "process/wait.h"
#include "world.h"

static struct tr_self *a;
static struct tr_self *b;

static void begin(void)
{
    trt_world_begin();
    a = trt_actor(1);
    b = trt_actor(2);
}

TestSuite(signal, .init = begin);

static uint64_t counted(const tri_atomic(uint64_t) * total)
{
    // relaxed: one thread.
    return tri_load(total, relaxed);
}

enum fate { DROPPED, MESSAGE, DOOM };

static enum fate fate_of_exit(tr_exit reason, bool by_link, bool trap)
{
    a->trap = trap;
    if (by_link) {
        trt_link(b, a);
        trt_drain(a);
        struct tr_msg *half = tri_msg_of_tree(tri_tree_remove(&b->links, trt_key(a)));
        tri_send_exit(trt_thread, tri_actor_pid(b), half, trt_key(a), reason);
    } else {
        struct tr_msg *msg = tri_exit_compose(trt_thread, tri_actor_pid(b), reason);
        tri_deliver(trt_thread, a->index, a->generation, msg);
    }
    return trt_drain(a) == 1 ? MESSAGE : a->doom != NULL ? DOOM : DROPPED;
}

static const struct {
    tr_exit_tag tag;
    bool by_link;
    bool trap;
    enum fate fate;
    tr_exit_tag became;
} exits[] = {
    { TR_EXIT_NORMAL, true, false, DROPPED, TR_EXIT_NONE },
    { TR_EXIT_NORMAL, false, false, DROPPED, TR_EXIT_NONE },
    { TR_EXIT_NORMAL, true, true, MESSAGE, TR_EXIT_NORMAL },
    { TR_EXIT_NORMAL, false, true, MESSAGE, TR_EXIT_NORMAL },
    { TR_EXIT_ERROR, true, false, DOOM, TR_EXIT_ERROR },
    { TR_EXIT_ERROR, false, true, MESSAGE, TR_EXIT_ERROR },
    { TR_EXIT_SHUTDOWN, false, false, DOOM, TR_EXIT_SHUTDOWN },
    { TR_EXIT_KILL, false, false, DOOM, TR_EXIT_KILLED },
    { TR_EXIT_KILL, false, true, DOOM, TR_EXIT_KILLED },
    { TR_EXIT_KILL, true, false, DOOM, TR_EXIT_KILL },
    { TR_EXIT_KILL, true, true, MESSAGE, TR_EXIT_KILL },
    { TR_EXIT_KILLED, true, true, MESSAGE, TR_EXIT_KILLED },
};

Test(signal, an_exit_is_dropped_a_message_or_the_end)
{
    for (size_t i = 0; i < TR_COUNT(exits); i++) {
        cr_assert_eq(
            fate_of_exit(tr_exit_make(exits[i].tag, 0, NULL), exits[i].by_link, exits[i].trap),
            exits[i].fate, "row %zu", i);
        if (exits[i].fate != DROPPED) {
            struct tr_msg *msg = a->doom != NULL ? a->doom : a->box.first;
            struct tri_exited_body *body = tri_body(msg);
            cr_assert_eq(body->public.reason.tag, exits[i].became, "row %zu", i);
        }
        trt_world_end();
        begin();
    }
    trt_world_end();
}

Test(signal, an_exit_by_a_link_that_is_not_in_force_is_dropped)
{
    struct tr_msg *half = tri_link_half(trt_thread, tri_actor_pid(b), trt_key(a));

    a->trap = true;
    tri_send_exit(trt_thread, tri_actor_pid(b), half, trt_key(a), TR_ERROR("old"));
    cr_assert_eq(trt_drain(a), 0);
    trt_world_end();
}

Test(signal, an_exit_that_dooms_leaves_what_is_behind_it_in_the_queue)
{
    fate_of_exit(TR_ERROR("x"), false, false);
    tri_deliver(trt_thread, a->index, a->generation, tri_msg_alloc(NULL, TRI_KIND_SEND, 0));
    cr_assert_eq(trt_drain(a), 0);
    cr_assert_eq(tri_mailbox_depth(&a->box), 1);
    tri_mailbox_free(&a->box, NULL, a->doom);
    a->doom = NULL;
    cr_assert_eq(trt_drain(a), 1);
    trt_world_end();
}

static struct tr_msg *reply_to(uint64_t request)
{
    struct tr_msg *msg = tri_msg_alloc(NULL, TRI_KIND_REPLY, 0);

    msg->ref = request;
    tri_deliver(trt_thread, a->index, a->generation, msg);
    trt_drain(a);
    return msg;
}

Test(signal, a_reply_goes_to_the_request_that_waits_for_it_and_only_once)
{
    struct tri_wait wait = { .what = TRI_WAIT_REPLY, .request = 5 };

    a->wait = &wait;
    (void)reply_to(4);
    cr_assert_not(wait.done);
    struct tr_msg *reply = reply_to(5);
    cr_assert(wait.done);
    cr_assert_eq(a->reply, reply);
    (void)reply_to(5);
    cr_assert_eq(a->reply, reply, "a second answer is dropped");
    a->wait = NULL;
    tri_mailbox_free(&a->box, NULL, reply);
    trt_world_end();
}

Test(signal, a_reply_that_nobody_waits_for_is_dropped)
{
    (void)reply_to(5);
    cr_assert_null(a->reply);
    trt_world_end();
}

Test(signal, a_message_for_the_dead_is_a_dead_letter)
{
    struct tr_msg *msg = tri_msg_alloc(NULL, TRI_KIND_SEND, 0);
    uint64_t before = counted(&trt_system.guest_counts.x_dead[TR_DEAD_NO_PROCESS]);

    msg->flags = TRI_FLAG_COUNTED;
    tri_deliver(trt_thread, 1, a->generation - 1, msg);
    cr_assert_eq(counted(&trt_system.guest_counts.x_dead[TR_DEAD_NO_PROCESS]), before + 1);
    cr_assert_eq(tri_mailbox_depth(&a->box), 0, "the present occupant gets none of it");
    trt_world_end();
}

Test(signal, a_message_to_a_slot_that_never_was_is_a_dead_letter)
{
    struct tr_msg *msg = tri_msg_alloc(NULL, TRI_KIND_SEND, 0);
    uint64_t before = counted(&trt_system.guest_counts.x_dead[TR_DEAD_NO_PROCESS]);

    msg->flags = TRI_FLAG_COUNTED;
    tri_deliver(trt_thread, UINT32_MAX, 1, msg);
    cr_assert_eq(counted(&trt_system.guest_counts.x_dead[TR_DEAD_NO_PROCESS]), before + 1);
    trt_world_end();
}

Test(signal, a_stale_message_in_the_queue_is_answered_for_the_one_it_was_meant_for)
{
    struct tr_msg *msg = tri_msg_alloc(NULL, TRI_KIND_SEND, 0);
    uint64_t before = counted(&trt_system.guest_counts.x_dead[TR_DEAD_RECEIVER_ENDED]);

    msg->flags = TRI_FLAG_COUNTED;
    msg->to_generation = a->generation - 1;
    tri_push(trt_thread, a, msg);
    cr_assert_eq(trt_drain(a), 0);
    cr_assert_eq(counted(&trt_system.guest_counts.x_dead[TR_DEAD_RECEIVER_ENDED]), before + 1);
    trt_world_end();
}

Test(signal, a_request_to_the_dead_fails_with_noproc)
{
    struct tr_msg *msg = tri_msg_alloc_roomy(NULL, TRI_KIND_CALL, 0);
    struct tri_wait wait = { .what = TRI_WAIT_REPLY, .request = 5 };

    a->wait = &wait;
    msg->ref = 5;
    msg->from_slot = a->index;
    msg->from_generation = a->generation;
    tri_deliver(trt_thread, 2, b->generation + 1, msg);
    trt_drain(a);
    cr_assert(wait.done);
    struct tri_reason *body = tri_body(a->reply);
    cr_assert_neq(a->reply->flags & TRI_FLAG_FAILED, 0);
    cr_assert_eq(body->public.tag, TR_EXIT_NOPROC);
    a->wait = NULL;
    tri_mailbox_free(&a->box, NULL, a->reply);
    trt_world_end();
}

Test(signal, one_drain_reaches_an_exit_behind_records_that_stand_in_a_row)
{
    for (uint64_t ref = 1; ref <= 3; ref++) {
        trt_monitor(b, a, ref);
    }
    tri_deliver(trt_thread, a->index, a->generation,
                tri_exit_compose(trt_thread, tri_actor_pid(b), TR_KILL));
    tri_drain(trt_thread, a);
    cr_assert_not_null(a->doom, "a message would be handled before the exit");
    trt_die(a);
    trt_tell_all(a, TR_KILL);
    cr_assert_eq(trt_drain(b), 3);
    trt_world_end();
}

Test(signal, a_record_behind_which_something_stands_is_used_after_it_was_passed)
{
    trt_link(b, a); // needs to be out of the queue before it joins a tree
    tri_deliver(trt_thread, a->index, a->generation, tri_msg_alloc(NULL, TRI_KIND_SEND, 0));
    cr_assert_eq(trt_drain(a), 1);
    cr_assert_null(a->held);
    cr_assert_not_null(tri_tree_find(&a->links, trt_key(b)));
    tri_link_forget(trt_thread, a, trt_key(b));
    tri_link_forget(trt_thread, b, trt_key(a));
    trt_world_end();
}
