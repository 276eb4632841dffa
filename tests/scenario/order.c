// SPDX-License-Identifier: MIT
// G1: what one actor sends to another, messages and signals alike, arrives in the order sent.
// Rows A36 B03 B05 B30.
#include "messages.h"
#include "scenario.h"

enum { SENDERS_MAX = 8 };

static struct {
    tr_pid sink;
    uint32_t next[SENDERS_MAX]; // number of the next message from each sender
    uint32_t taken;
} w;
TRT_WORLD(w);

struct sender {
    uint32_t from;
    uint32_t count;
};

// Takes as many messages as its argument says and checks each sender's numbers.
TRT_ACTOR(sink)
{
    const uint32_t *count = arg;
    while (w.taken < *count) {
        const struct scn_num *num = scn_num_of(trt_next(self));
        TRT_CHECK(num != NULL && num->from < SENDERS_MAX && num->seq == w.next[num->from]++);
        tr_test_trace(trt_test(), num->from);
        w.taken++;
        trt_dawdle(self);
    }
    return TR_NORMAL;
}

TRT_ACTOR(sender)
{
    const struct sender *me = arg;
    for (uint32_t i = 0; i < me->count; i++) {
        TRT_EQUAL(tr_send(self, w.sink, scn_num, .from = me->from, .seq = i), TR_OK);
        if (trt_choose(2) == 0) {
            tr_yield(self);
        }
    }
    return TR_NORMAL;
}

static void start_senders(uint32_t senders, uint32_t each)
{
    uint32_t total = senders * each;
    w.sink = trt_spawn(&sink, TRT_ARG(&total));
    for (uint32_t i = 0; i < senders; i++) {
        struct sender me = { .from = i, .count = each };
        trt_spawn(&sender, TRT_ARG(&me));
    }
    trt_quiet();
    TRT_EQUAL(w.taken, total);
}

TRT_SCENARIO(messages_arrive_in_the_order_sent)
{
    start_senders(1, 8);
}

TRT_SCENARIO(two_senders_each_keep_their_order)
{
    start_senders(2, 5);
}

// G3: nothing is lost under contention.
TRT_SCENARIO(B30_fan_in_from_many_loses_nothing, .workers = 4)
{
    start_senders(7, 3);
}

// Makes its workers steal: many short actors, born on one worker.
TRT_ACTOR(noise)
{
    trt_dawdle(self);
    return TR_NORMAL;
}

TRT_ACTOR(noisy_parent)
{
    for (int i = 0; i < 6; i++) {
        trt_child(self, &noise, 0);
    }
    struct sender me = { .from = 0, .count = 6 };
    trt_child(self, &sender, TRT_ARG(&me));
    me.from = 1;
    trt_child(self, &sender, TRT_ARG(&me));
    return TR_NORMAL;
}

// Sender and receiver are suspended often, and idle workers take them over.
TRT_SCENARIO(order_survives_migration, .workers = 4)
{
    uint32_t total = 12;
    w.sink = trt_spawn(&sink, TRT_ARG(&total));
    trt_spawn(&noisy_parent, 0);
    trt_quiet();
    TRT_EQUAL(w.taken, total);
}

TRT_ACTOR(signaller)
{
    (void)tr_send(self, w.sink, scn_num, .seq = 0);
    (void)tr_exit_send(self, w.sink, TR_ERROR("one"));
    trt_dawdle(self);
    (void)tr_send(self, w.sink, scn_num, .seq = 2);
    (void)tr_exit_send(self, w.sink, TR_NORMAL);
    (void)tr_send(self, w.sink, scn_num, .seq = 4);
    return TR_NORMAL;
}

TRT_ACTOR(note_five)
{
    tr_trap_exits(self, true);
    for (int i = 0; i < 5; i++) {
        const tr_msg *msg = trt_next(self);
        const struct scn_num *num = scn_num_of(msg);
        if (num != NULL) {
            trt_note(0, "%u", num->seq);
        } else {
            trt_note(0, "%s", tr_exit_tag_name(trt_exited_of(msg)->reason.tag));
        }
    }
    return TR_NORMAL;
}

TRT_SCENARIO(B03_signals_keep_their_place_among_messages)
{
    w.sink = trt_spawn(&note_five, .trap = true);
    trt_spawn(&signaller, 0);
    trt_quiet();
    TRT_NOTES(0, "0 error 2 normal 4");
}

TRT_ACTOR(talker)
{
    trt_dawdle(self);
    for (uint32_t i = 0; i < 3; i++) {
        (void)tr_send(self, tr_self_parent(self), scn_num, .seq = i);
    }
    return TR_ERROR("done");
}

TRT_ACTOR(watch_talker)
{
    tr_ref ref;
    tr_pid child = trt_child(self, &talker, .link = true, .monitor = &ref);
    unsigned ends = 0;
    for (int i = 0; i < 5; i++) {
        const tr_msg *msg = trt_next(self);
        const struct scn_num *num = scn_num_of(msg);
        if (num != NULL) {
            TRT_EQUAL(ends, 0);
            trt_note(0, "%u", num->seq);
        } else if (tr_msg_is(msg, &tr_down_type)) {
            TRT_CHECK(tr_ref_equal(trt_down_of(msg)->ref, ref));
            ends++;
        } else {
            TRT_CHECK(tr_pid_equal(trt_exited_of(msg)->pid, child));
            ends++;
        }
    }
    TRT_EQUAL(ends, 2);
    return TR_NORMAL;
}

TRT_SCENARIO(A36_last_messages_precede_down_and_exit)
{
    trt_spawn(&watch_talker, .trap = true);
    trt_quiet();
    TRT_NOTES(0, "0 1 2");
}

TRT_ACTOR(to_itself)
{
    for (uint32_t i = 0; i < 3; i++) {
        TRT_EQUAL(tr_send(self, tr_self_pid(self), scn_num, .seq = i), TR_OK);
    }
    for (uint32_t i = 0; i < 3; i++) {
        const tr_msg *msg = trt_receive(self, NULL, 0);
        TRT_CHECK(msg != NULL && scn_num_of(msg)->seq == i);
        TRT_CHECK(msg != NULL && tr_pid_equal(tr_msg_sender(msg), tr_self_pid(self)));
    }
    TRT_CHECK(trt_receive(self, NULL, 0) == NULL);
    return TR_NORMAL;
}

TRT_SCENARIO(B05_a_message_to_oneself_is_there_when_the_send_returns)
{
    trt_spawn(&to_itself, 0);
    trt_spawn(&to_itself, 0);
    trt_quiet();
    TRT_EQUAL(trt_alive_count(), 0);
}

enum { ROUNDS = 10 };

TRT_ACTOR(pong)
{
    for (int i = 0; i < ROUNDS; i++) {
        const tr_msg *msg = trt_next_of(self, &scn_red_type);
        uint32_t n = scn_red_of(msg)->n;
        TRT_EQUAL(tr_send(self, tr_msg_sender(msg), scn_blue, .n = n + 1), TR_OK);
    }
    return TR_NORMAL;
}

TRT_ACTOR(ping)
{
    uint32_t n = 0;
    for (int i = 0; i < ROUNDS; i++) {
        TRT_EQUAL(tr_send(self, w.sink, scn_red, .n = n), TR_OK);
        n = scn_blue_of(trt_next_of(self, &scn_blue_type))->n;
    }
    w.taken = n;
    return TR_NORMAL;
}

// G3: no wake-up is lost, in either direction.
TRT_SCENARIO(ping_pong_makes_all_its_rounds)
{
    w.sink = trt_spawn(&pong, 0);
    trt_spawn(&ping, 0);
    trt_quiet();
    TRT_EQUAL(w.taken, ROUNDS);
}
