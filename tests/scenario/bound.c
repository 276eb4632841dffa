// SPDX-License-Identifier: MIT
// Bounded mailboxes: who waits, who is refused, who goes first, and what passes the bound. Row B31;
// G2 for messages that are refused.
#include "messages.h"
#include "scenario.h"

#include <string.h>

enum { SENDERS_MAX = 6 };

static struct {
    tr_pid narrow; // an actor with a small mailbox
    tr_pid victim; // a sender that is killed
    tr_err answer[SENDERS_MAX];
    bool answered[SENDERS_MAX];
    int64_t waited_ms[SENDERS_MAX];
} w;
TRT_WORLD(w);

// Leaves its messages where they are for 50 ms, then takes them all.
TRT_ACTOR(gate)
{
    TRT_CHECK(trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, 50) == NULL);
    for (const tr_msg *msg; (msg = trt_receive(self, NULL, 20)) != NULL;) {
        const struct scn_num *num = scn_num_of(msg);
        trt_note(0, "%u", num->from);
        trt_dawdle(self);
    }
    return TR_NORMAL;
}

struct sender {
    uint32_t from;
    int64_t delay_ms;
};

TRT_ACTOR(sender)
{
    const struct sender *me = arg;
    (void)trt_receive(self, NULL, me->delay_ms);
    uint64_t start = tr_now_ns();
    w.answer[me->from] = tr_send(self, w.narrow, scn_num, .from = me->from);
    w.waited_ms[me->from] = trt_ms_since(start);
    w.answered[me->from] = true;
    return TR_NORMAL;
}

static tr_pid start_sender(uint32_t from, int64_t delay_ms)
{
    struct sender me = { .from = from, .delay_ms = delay_ms };
    tr_pid pid = trt_spawn(&sender, TRT_ARG(&me));
    trt_quiet();
    return pid;
}

static void start_gate(uint32_t capacity, tr_policy policy, int64_t block_ms)
{
    w.narrow = trt_spawn(
        &gate, .mailbox = { .capacity = capacity, .policy = policy, .block_ms = block_ms });
    trt_quiet();
}

static void check_answer(uint32_t from, tr_err expected)
{
    TRT_CHECK(w.answered[from]);
    TRT_EQUAL(w.answer[from], expected);
}

// The last sender comes when the mailbox opens: it does not barge.
TRT_SCENARIO(blocked_senders_go_on_first_come_first_served)
{
    start_gate(1, TR_MAILBOX_BLOCK, 0);
    start_sender(0, 0);
    for (uint32_t from = 1; from < 4; from++) {
        TRT_EQUAL(trt_state(start_sender(from, 0)), TR_STATE_BLOCKED);
    }
    start_sender(4, 50);
    trt_advance(100);
    TRT_NOTES(0, "0 1 2 3 4");
    for (uint32_t from = 0; from < 5; from++) {
        check_answer(from, TR_OK);
    }
}

TRT_SCENARIO(capacity_counts_messages_not_yet_taken)
{
    start_gate(3, TR_MAILBOX_BLOCK, 0);
    for (uint32_t from = 0; from < 3; from++) {
        start_sender(from, 0);
        check_answer(from, TR_OK);
    }
    TRT_EQUAL(trt_depth(w.narrow), 3);
    tr_pid fourth = start_sender(3, 0);
    TRT_EQUAL(trt_state(fourth), TR_STATE_BLOCKED);
    TRT_EQUAL(trt_depth(w.narrow), 3);
    trt_advance(100);
    TRT_NOTES(0, "0 1 2 3");
}

TRT_SCENARIO(a_full_mailbox_with_fail_refuses)
{
    start_gate(2, TR_MAILBOX_FAIL, 0);
    for (uint32_t from = 0; from < 4; from++) {
        start_sender(from, 0);
        check_answer(from, from < 2 ? TR_OK : TR_EFULL);
    }
    TRT_EQUAL(trt_totals().refused, 2);
    start_sender(4, 55); // there is room again
    trt_advance(100);
    check_answer(4, TR_OK);
    TRT_NOTES(0, "0 1 4");
}

// The wait of a sender ends at the mailbox's block time, not before.
TRT_SCENARIO(a_blocked_sender_gives_up_at_its_time)
{
    int64_t block_ms = 10 + trt_choose(30);
    start_gate(1, TR_MAILBOX_BLOCK, block_ms);
    start_sender(0, 0);
    start_sender(1, 0);
    trt_advance(block_ms - 1);
    TRT_CHECK(!w.answered[1]);
    trt_advance(2);
    check_answer(1, TR_ETIMEDOUT);
    TRT_CHECK(w.waited_ms[1] >= block_ms && w.waited_ms[1] <= block_ms + 1);
    TRT_EQUAL(trt_totals().refused, 1);
    trt_advance(100);
    TRT_NOTES(0, "0");
}

TRT_ACTOR(shut)
{
    (void)trt_next_of(self, &scn_go_type);
    return TR_NORMAL;
}

TRT_SCENARIO(the_block_time_is_five_seconds_by_default, .seeds = 200)
{
    w.narrow = trt_spawn(&shut, .mailbox = { .capacity = 1 });
    start_sender(0, 0);
    start_sender(1, 0);
    trt_advance(4999);
    TRT_CHECK(!w.answered[1]);
    trt_advance(2);
    check_answer(1, TR_ETIMEDOUT);
    trt_kill(w.narrow);
}

TRT_SCENARIO(a_sender_killed_while_blocked_was_refused)
{
    start_gate(1, TR_MAILBOX_BLOCK, 0);
    start_sender(0, 0);
    tr_pid victim = start_sender(1, 0);
    start_sender(2, 0);
    trt_kill(victim);
    TRT_CHECK(!tr_is_alive(trt_system(), victim));
    TRT_EQUAL(trt_totals().refused, 1);
    trt_advance(100);
    TRT_NOTES(0, "0 2");
    TRT_CHECK(!w.answered[1]);
    check_answer(2, TR_OK);
}

// Gives the first waiter its room by taking a message, and kills it with the next breath.
TRT_ACTOR(treacherous_gate)
{
    TRT_CHECK(trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, 50) == NULL);
    trt_note(0, "%u", scn_num_of(trt_next(self))->from);
    TRT_EQUAL(tr_exit_send(self, w.victim, TR_KILL), TR_OK);
    for (const tr_msg *msg; (msg = trt_receive(self, NULL, 20)) != NULL;) {
        trt_note(0, "%u", scn_num_of(msg)->from);
        trt_dawdle(self);
    }
    return TR_NORMAL;
}

// The victim may get its room at the moment it dies; the room must go on to the next.
TRT_SCENARIO(a_kill_that_races_the_room_strands_nobody)
{
    w.narrow = trt_spawn(&treacherous_gate, .mailbox = { .capacity = 1 });
    start_sender(0, 0);
    w.victim = start_sender(1, 0);
    start_sender(2, 0);
    start_sender(3, 0);
    trt_advance(120);
    check_answer(2, TR_OK);
    check_answer(3, TR_OK);
    TRT_CHECK(strcmp(trt_notes(0), w.answered[1] ? "0 1 2 3" : "0 2 3") == 0);
    TRT_EQUAL(trt_alive_count(), 0);
}

// A message for an actor that dies is a dead letter, also when its sender still waited for room.
TRT_SCENARIO(museum_tokio_3215_blocked_senders_go_on_when_the_receiver_dies)
{
    start_gate(1, TR_MAILBOX_BLOCK, 0);
    for (uint32_t from = 0; from < 4; from++) {
        start_sender(from, 0);
    }
    trt_kill(w.narrow);
    for (uint32_t from = 0; from < 4; from++) {
        check_answer(from, TR_OK);
    }
    TRT_EQUAL(trt_totals().dead_lettered, 4);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(floods_newborn)
{
    const tr_policy *policy = arg;
    w.narrow = trt_child(self, &gate, .mailbox = { .capacity = 2, .policy = *policy });
    for (uint32_t from = 0; from < 4; from++) {
        w.answer[from] = tr_send(self, w.narrow, scn_num, .from = from);
        w.answered[from] = true;
        TRT_CHECK(trt_depth(w.narrow) <= 3); // two messages, and its START
    }
    return TR_NORMAL;
}

// The bound holds from the first message on, also before the actor has run.
TRT_SCENARIO(the_bound_of_a_newborn_holds)
{
    tr_policy policy = trt_choose(2) == 0 ? TR_MAILBOX_BLOCK : TR_MAILBOX_FAIL;
    trt_spawn(&floods_newborn, TRT_ARG(&policy));
    trt_quiet();
    TRT_EQUAL(trt_depth(w.narrow), 2);
    trt_advance(100);
    bool refuses = policy == TR_MAILBOX_FAIL;
    for (uint32_t from = 0; from < 4; from++) {
        check_answer(from, refuses && from >= 2 ? TR_EFULL : TR_OK);
    }
    TRT_NOTES(0, refuses ? "0 1" : "0 1 2 3");
}

TRT_SCENARIO(a_guest_waits_for_room)
{
    start_gate(1, TR_MAILBOX_BLOCK, 0);
    uint64_t start = tr_now_ns();
    struct scn_num num = { .from = 7 };
    TRT_EQUAL(scn_num_system_send(trt_system(), w.narrow, &num), TR_OK);
    num.from = 8;
    TRT_EQUAL(scn_num_system_send(trt_system(), w.narrow, &num), TR_OK);
    TRT_CHECK(trt_ms_since(start) >= 50);
    trt_advance(100);
    TRT_NOTES(0, "7 8");
}

TRT_SCENARIO(a_guest_gives_up_at_the_block_time)
{
    start_gate(1, TR_MAILBOX_BLOCK, 30);
    uint64_t start = tr_now_ns();
    struct scn_num num = { .from = 7 };
    TRT_EQUAL(scn_num_system_send(trt_system(), w.narrow, &num), TR_OK);
    TRT_EQUAL(scn_num_system_send(trt_system(), w.narrow, &num), TR_ETIMEDOUT);
    TRT_CHECK(trt_ms_since(start) >= 30);
    trt_advance(100);
    TRT_NOTES(0, "7");
}

TRT_ACTOR(server)
{
    const tr_msg *msg = trt_next_of(self, &scn_ask_type);
    trt_dawdle(self);
    scn_ask_reply(self, tr_msg_from(msg), &(struct scn_answer){ .n = scn_ask_of(msg)->n + 1 });
    return TR_ERROR("over");
}

TRT_ACTOR(stranger)
{
    const tr_pid *to = arg;
    TRT_EQUAL(tr_exit_send(self, *to, TR_ERROR("hello")), TR_OK);
    return TR_NORMAL;
}

// B31: replies, exits, downs and timers get in where messages do not.
TRT_ACTOR(full)
{
    tr_pid me = tr_self_pid(self);
    TRT_EQUAL(tr_send(self, me, scn_red, .n = 1), TR_OK);
    TRT_EQUAL(tr_send(self, me, scn_red, .n = 2), TR_EFULL);
    tr_ref ref;
    tr_pid peer = trt_child(self, &server, .link = true, .monitor = &ref);
    struct scn_answer answer = { 0 };
    TRT_EQUAL(scn_ask_call(self, peer, &(struct scn_ask){ .n = 4 }, TR_INFINITY, &answer), TR_OK);
    TRT_EQUAL(answer.n, 5);
    TRT_EQUAL(tr_send_after(self, 5, me, &scn_green_type, &answer.n, NULL), TR_OK);
    trt_child(self, &stranger, TRT_ARG(&me));
    (void)trt_next_of(self, &tr_down_type);
    (void)trt_next_of(self, &tr_exited_type);
    (void)trt_next_of(self, &tr_exited_type);
    (void)trt_next_of(self, &scn_green_type);
    TRT_EQUAL(trt_drain_of(self, &scn_red_type), 1);
    trt_note(0, "through");
    return TR_NORMAL;
}

TRT_SCENARIO(signals_replies_and_timers_pass_the_bound)
{
    trt_spawn(&full, .trap = true, .mailbox = { .capacity = 1, .policy = TR_MAILBOX_FAIL });
    trt_advance(10);
    TRT_NOTES(0, "through");
}

TRT_ACTOR(caller)
{
    const int64_t *timeout_ms = arg;
    struct scn_answer answer;
    uint64_t start = tr_now_ns();
    w.answer[0] = scn_ask_call(self, w.narrow, &(struct scn_ask){ .n = 1 }, *timeout_ms, &answer);
    w.waited_ms[0] = trt_ms_since(start);
    w.answered[0] = true;
    return TR_NORMAL;
}

TRT_SCENARIO(a_call_into_a_full_mailbox_fails_at_once_or_in_time)
{
    bool fails = trt_choose(2) == 0;
    int64_t timeout_ms = 20;
    w.narrow = trt_spawn(
        &shut, .mailbox = { .capacity = 1, .policy = fails ? TR_MAILBOX_FAIL : TR_MAILBOX_BLOCK });
    start_sender(1, 0);
    trt_spawn(&caller, TRT_ARG(&timeout_ms));
    trt_quiet();
    TRT_CHECK(w.answered[0] == fails);
    trt_advance(22);
    check_answer(0, fails ? TR_EFULL : TR_ETIMEDOUT);
    TRT_CHECK(w.waited_ms[0] == 0 || (!fails && w.waited_ms[0] >= 20));
    TRT_EQUAL(trt_depth(w.narrow), 1);
    trt_kill(w.narrow);
}
