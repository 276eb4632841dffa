// SPDX-License-Identifier: MIT
// Bounds by bytes, and mailboxes that drop what is new. Row B31 and what goes beyond OTP.
#include "messages.h"
#include "scenario.h"

TR_MESSAGE(pebble, { char bytes[10]; });
TR_MESSAGE(rock, { char bytes[60]; });
TR_MESSAGE(boulder, { char bytes[101]; });

enum { SENDERS_MAX = 8 };

static struct {
    tr_pid narrow;
    tr_pid victim; // a sender that is killed
    tr_err answer[SENDERS_MAX];
    bool answered[SENDERS_MAX];
    unsigned seen;
} w;
TRT_WORLD(w);

// Leaves its messages where they are for 50 ms, then takes them one a millisecond.
TRT_ACTOR(gate)
{
    TRT_CHECK(trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, 50) == NULL);
    for (const tr_msg *msg; (msg = trt_receive(self, NULL, 20)) != NULL;) {
        const char *body = tr_msg_body(msg);
        trt_note(0, "%u%c", (unsigned)body[0], tr_msg_is(msg, &scn_rock_type) ? 'R' : 'p');
        TRT_CHECK(trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, 1) == NULL);
        trt_note(1, "%zu", trt_depth(tr_self_pid(self)));
    }
    return TR_NORMAL;
}

struct sender {
    uint32_t from;
    const tr_type *type;
};

TRT_ACTOR(sender)
{
    const struct sender *me = arg;
    char body[128] = { (char)me->from };
    w.answer[me->from] = tr_send_typed(self, w.narrow, me->type, body);
    w.answered[me->from] = true;
    return TR_NORMAL;
}

static tr_pid start_sender(uint32_t from, const tr_type *type)
{
    struct sender me = { .from = from, .type = type };
    tr_pid pid = trt_spawn(&sender, TRT_ARG(&me));
    trt_quiet();
    return pid;
}

static void check_answers(unsigned count, tr_err expected)
{
    for (unsigned i = 0; i < count; i++) {
        TRT_CHECK(w.answered[i]);
        TRT_EQUAL(w.answer[i], expected);
    }
}

static const tr_type *random_size(void)
{
    return trt_choose(2) == 0 ? &scn_pebble_type : &scn_rock_type;
}

// Seventy bytes: a rock and a pebble. The rock that does not fit holds up the pebble behind it.
TRT_SCENARIO(room_in_bytes_goes_to_the_first_in_line)
{
    w.narrow = trt_spawn(&gate, .mailbox = { .bytes = 70 });
    start_sender(0, &scn_rock_type);
    start_sender(1, &scn_pebble_type);
    TRT_EQUAL(trt_state(start_sender(2, &scn_rock_type)), TR_STATE_BLOCKED);
    TRT_EQUAL(trt_state(start_sender(3, &scn_pebble_type)), TR_STATE_BLOCKED);
    TRT_EQUAL(trt_state(start_sender(4, &scn_pebble_type)), TR_STATE_BLOCKED);
    TRT_EQUAL(trt_depth(w.narrow), 2);
    trt_advance(100);
    check_answers(5, TR_OK);
    TRT_NOTES(0, "0R 1p 2R 3p 4p");
}

// Each message is a bit of `seen`.
TRT_ACTOR(weighing_gate)
{
    TRT_CHECK(trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, 50) == NULL);
    for (unsigned count = 0; count < SENDERS_MAX; count++) {
        TRT_CHECK(trt_depth(tr_self_pid(self)) <= 3);
        w.seen |= 1u << *(const char *)tr_msg_body(trt_next(self));
        trt_dawdle(self);
    }
    return TR_NORMAL;
}

TRT_SCENARIO(bytes_and_messages_are_bounded_together)
{
    w.narrow = trt_spawn(&weighing_gate, .mailbox = { .capacity = 3, .bytes = 100 });
    for (uint32_t from = 0; from < SENDERS_MAX; from++) {
        start_sender(from, random_size());
    }
    TRT_CHECK(trt_depth(w.narrow) <= 3);
    trt_advance(100);
    check_answers(SENDERS_MAX, TR_OK);
    TRT_EQUAL(w.seen, 255);
}

TRT_SCENARIO(a_full_mailbox_in_bytes_refuses)
{
    w.narrow = trt_spawn(&gate, .mailbox = { .bytes = 70, .policy = TR_MAILBOX_FAIL });
    start_sender(0, &scn_rock_type);
    start_sender(1, &scn_rock_type);
    start_sender(2, &scn_pebble_type);
    start_sender(3, &scn_pebble_type);
    TRT_EQUAL(w.answer[0], TR_OK);
    TRT_EQUAL(w.answer[1], TR_EFULL);
    TRT_EQUAL(w.answer[2], TR_OK);
    TRT_EQUAL(w.answer[3], TR_EFULL);
    TRT_EQUAL(trt_totals().refused, 2);
    trt_advance(100);
    TRT_NOTES(0, "0R 2p");
}

// What can never fit is refused at once, whatever the policy.
TRT_SCENARIO(a_body_above_the_whole_bound_is_refused)
{
    tr_policy policy = (tr_policy)trt_choose(3);
    w.narrow = trt_spawn(&gate, .mailbox = { .bytes = 100, .policy = policy });
    start_sender(0, &scn_boulder_type);
    TRT_EQUAL(w.answer[0], TR_ELIMIT);
    TRT_EQUAL(trt_totals().refused, 1);
    TRT_EQUAL(trt_depth(w.narrow), 0);
    trt_advance(100);
    TRT_NOTES(0, "");
}

// The first in line gives up, or is killed: those behind it that fit go on.
TRT_SCENARIO(who_leaves_the_line_lets_the_next_in)
{
    bool killed = trt_choose(2) == 0;
    w.narrow = trt_spawn(&gate, .mailbox = { .bytes = 80, .block_ms = killed ? 1000 : 30 });
    start_sender(0, &scn_rock_type);
    tr_pid first = start_sender(1, &scn_rock_type);
    trt_advance(5);
    start_sender(2, &scn_pebble_type);
    TRT_CHECK(!w.answered[2]);
    if (killed) {
        trt_kill(first);
    } else {
        trt_advance(26);
        TRT_EQUAL(w.answer[1], TR_ETIMEDOUT);
    }
    TRT_CHECK(w.answered[2]);
    TRT_EQUAL(trt_totals().refused, 1);
    trt_advance(100);
    TRT_NOTES(0, "0R 2p");
}

TRT_SCENARIO(waiters_for_bytes_go_on_when_the_receiver_dies)
{
    w.narrow = trt_spawn(&gate, .mailbox = { .bytes = 60 });
    for (uint32_t from = 0; from < 4; from++) {
        start_sender(from, &scn_rock_type);
    }
    trt_kill(w.narrow);
    check_answers(4, TR_OK);
    TRT_EQUAL(trt_totals().dead_lettered, 4);
    TRT_EQUAL(trt_alive_count(), 0);
}

// The books begin anew with each occupant of a slot.
TRT_ACTOR(respawner)
{
    tr_mailbox_opts shape = { .bytes = 60, .policy = TR_MAILBOX_FAIL };
    char body[128] = { 0 };
    for (unsigned life = 0; life < 4; life++) {
        tr_pid child = trt_child(self, &gate, .mailbox = shape);
        TRT_EQUAL(tr_send_typed(self, child, &scn_rock_type, body), TR_OK);
        TRT_EQUAL(tr_send_typed(self, child, &scn_rock_type, body), TR_EFULL);
        TRT_EQUAL(tr_exit_send(self, child, TR_KILL), TR_OK);
        (void)trt_await_end(self, child);
    }
    return TR_NORMAL;
}

TRT_SCENARIO(the_next_occupant_has_its_own_bound)
{
    trt_spawn(&respawner, 0);
    trt_quiet();
    TRT_EQUAL(trt_totals().dead_lettered, 4);
    TRT_EQUAL(trt_totals().refused, 4);
}

TRT_ACTOR(assassin)
{
    (void)trt_receive(self, NULL, 50);
    TRT_EQUAL(tr_exit_send(self, w.victim, TR_KILL), TR_OK);
    return TR_NORMAL;
}

// Gives the first waiter its room by taking a message when it is killed. What the victim leaves
// behind is found by a rock that needs the whole bound.
TRT_ACTOR(treacherous_gate)
{
    char body[128] = { 7 };
    TRT_CHECK(trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, 50) == NULL);
    (void)trt_next(self);
    while (trt_receive(self, NULL, 20) != NULL) {
        trt_dawdle(self);
    }
    TRT_EQUAL(tr_send_typed(self, tr_self_pid(self), &scn_rock_type, body), TR_OK);
    (void)trt_next_of(self, &scn_rock_type);
    return TR_NORMAL;
}

TRT_SCENARIO(a_kill_that_races_the_room_loses_no_bytes)
{
    w.narrow = trt_spawn(&treacherous_gate, .mailbox = { .bytes = 60, .block_ms = 100 });
    start_sender(0, &scn_rock_type);
    w.victim = start_sender(1, random_size());
    start_sender(2, random_size());
    trt_spawn(&assassin, 0);
    trt_advance(300);
    TRT_EQUAL(w.answer[2], TR_OK);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_SCENARIO(drop_newest_keeps_what_came_first)
{
    bool booked = trt_choose(2) == 0;
    tr_mailbox_opts shape = { .capacity = 2, .policy = TR_MAILBOX_DROP_NEWEST };
    shape.bytes = booked ? 1000 : 0;
    w.narrow = trt_spawn(&gate, .mailbox = shape);
    for (uint32_t from = 0; from < 5; from++) {
        start_sender(from, random_size());
    }
    check_answers(5, TR_OK);
    TRT_EQUAL(trt_depth(w.narrow), 2);
    TRT_EQUAL(trt_totals().dropped, 3);
    TRT_EQUAL(trt_totals().refused, 0);
    trt_advance(100);
    TRT_EQUAL(trt_notes(0)[0], '0');
    TRT_EQUAL(trt_notes(0)[3], '1');
    TRT_EQUAL(trt_totals().received, 2);
}

TRT_ACTOR(caller)
{
    struct scn_answer answer;
    uint64_t start = tr_now_ns();
    w.answer[0] = scn_ask_call(self, w.narrow, &(struct scn_ask){ .n = 1 }, 1000, &answer);
    TRT_EQUAL(trt_ms_since(start), 0);
    w.answered[0] = true;
    return TR_NORMAL;
}

TRT_SCENARIO(a_call_that_a_policy_drops_is_answered_at_once)
{
    w.narrow = trt_spawn(&gate, .mailbox = { .capacity = 1, .policy = TR_MAILBOX_DROP_NEWEST });
    start_sender(1, &scn_pebble_type);
    trt_spawn(&caller, 0);
    trt_quiet();
    check_answers(1, TR_EFULL);
    TRT_EQUAL(trt_totals().dropped, 1);
    trt_advance(100);
    TRT_NOTES(0, "1p");
}
