// SPDX-License-Identifier: MIT
// Mailboxes that drop their oldest messages: what is dropped, what never is, and that nothing is
// lost twice. Row B31 and what goes beyond OTP.
#include "messages.h"
#include "scenario.h"

enum { SENDERS = 3, EACH = 6 };

static struct {
    tr_pid narrow;
    tr_pid taker;
    tr_err answer;
    bool answered;
    bool go;
    uint32_t looked;
} w;
TRT_WORLD(w);

static const tr_mailbox_opts latest = { .capacity = 1, .policy = TR_MAILBOX_DROP_OLDEST };

// Leaves its messages where they are for 50 ms, then takes them all.
TRT_ACTOR(gate)
{
    TRT_CHECK(trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, 50) == NULL);
    for (const tr_msg *msg; (msg = trt_receive(self, NULL, 20)) != NULL;) {
        trt_note(0, "%u", scn_num_of(msg)->seq);
        trt_dawdle(self);
    }
    return TR_NORMAL;
}

TRT_ACTOR(counts_up)
{
    for (uint32_t seq = 0; seq < 7; seq++) {
        TRT_EQUAL(tr_send(self, w.narrow, scn_num, .seq = seq), TR_OK);
        TRT_CHECK(trt_depth(w.narrow) <= 4); // three, and one in the owner's hand or its START
        trt_dawdle(self);
    }
    return TR_NORMAL;
}

TRT_SCENARIO(drop_oldest_keeps_what_came_last)
{
    w.narrow = trt_spawn(&gate, .mailbox = { .capacity = 3, .policy = TR_MAILBOX_DROP_OLDEST });
    trt_spawn(&counts_up, 0);
    trt_quiet();
    TRT_EQUAL(trt_depth(w.narrow), 3);
    TRT_EQUAL(trt_totals().dropped, 4);
    TRT_EQUAL(trt_totals().refused, 0);
    trt_advance(100);
    TRT_NOTES(0, "4 5 6");
    TRT_EQUAL(trt_totals().received, 3);
}

// Never comes back to the runtime by itself before it is told to.
TRT_ACTOR(stuck)
{
    TRT_EQUAL(tr_send(self, tr_self_pid(self), scn_num, .seq = 99), TR_OK);
    (void)trt_next(self);
    while (!w.go) {
        tr_yield(self);
    }
    for (const tr_msg *msg; (msg = trt_receive(self, NULL, 0)) != NULL;) {
        trt_note(0, "%u", scn_num_of(msg)->seq);
    }
    return TR_NORMAL;
}

TRT_ACTOR(counts_up_then_goes)
{
    for (uint32_t seq = 0; seq < 7; seq++) {
        TRT_EQUAL(tr_send(self, w.narrow, scn_num, .seq = seq), TR_OK);
        TRT_CHECK(trt_depth(w.narrow) <= 2);
    }
    w.go = true;
    return TR_NORMAL;
}

TRT_ACTOR(starts_both)
{
    w.narrow = trt_child(self, &stuck, .mailbox = latest);
    while (trt_state(w.narrow) == TR_STATE_STARTING || trt_totals().received == 0) {
        tr_yield(self);
    }
    trt_child(self, &counts_up_then_goes, 0);
    return TR_NORMAL;
}

TRT_SCENARIO(a_stuck_owner_holds_no_more_than_its_bound)
{
    trt_spawn(&starts_both, 0);
    trt_quiet();
    TRT_NOTES(0, "6");
    TRT_EQUAL(trt_totals().dropped, 6);
}

TRT_ACTOR(sender)
{
    const uint32_t *from = arg;
    for (uint32_t seq = 0; seq < EACH; seq++) {
        TRT_EQUAL(tr_send(self, w.taker, scn_num, .from = *from, .seq = seq), TR_OK);
        trt_dawdle(self);
    }
    return TR_NORMAL;
}

static void take_in_order(uint32_t next[SENDERS], const tr_msg *msg)
{
    const struct scn_num *num = scn_num_of(msg);
    TRT_CHECK(num->seq >= next[num->from]);
    next[num->from] = num->seq + 1;
}

TRT_ACTOR(taker)
{
    uint32_t next[SENDERS] = { 0 };
    bool selects = trt_choose(2) == 0;
    for (const tr_msg *msg; (msg = trt_receive(self, NULL, 20)) != NULL;) {
        take_in_order(next, msg);
        tr_match none = { TR_TYPES(&scn_go_type) };
        TRT_CHECK(!selects || trt_receive(self, &none, 0) == NULL);
        trt_dawdle(self);
    }
    for (uint32_t from = 0; from < SENDERS; from++) {
        TRT_CHECK(next[from] <= EACH);
        w.go = w.go || next[from] == EACH;
    }
    return TR_NORMAL;
}

// What is received of one sender has gaps but keeps its order, and the newest of all is received.
TRT_SCENARIO(drops_keep_the_order_of_each_sender)
{
    w.taker = trt_spawn(
        &taker, .mailbox = { .capacity = 1 + trt_choose(3), .policy = TR_MAILBOX_DROP_OLDEST });
    for (uint32_t from = 0; from < SENDERS; from++) {
        trt_spawn(&sender, TRT_ARG(&from));
    }
    trt_advance(30);
    TRT_CHECK(w.go);
    tr_totals totals = trt_totals();
    TRT_EQUAL(totals.received + totals.dropped, SENDERS * EACH);
    TRT_EQUAL(trt_alive_count(), 0);
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

// The flood behind them drops no reply, notice, exit or timer's message.
TRT_ACTOR(flooded)
{
    tr_pid me = tr_self_pid(self);
    tr_ref ref;
    tr_pid peer = trt_child(self, &server, .link = true, .monitor = &ref);
    struct scn_answer answer = { 0 };
    TRT_EQUAL(scn_ask_call(self, peer, &(struct scn_ask){ .n = 4 }, TR_INFINITY, &answer), TR_OK);
    TRT_EQUAL(answer.n, 5);
    TRT_EQUAL(tr_send_after(self, 1, me, &scn_green_type, &answer.n, NULL), TR_OK);
    trt_child(self, &stranger, TRT_ARG(&me));
    TRT_CHECK(trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, 5) == NULL);
    for (uint32_t n = 0; n < 4; n++) {
        TRT_EQUAL(tr_send(self, me, scn_red, .n = n), TR_OK);
    }
    (void)trt_next_of(self, &tr_down_type);
    (void)trt_next_of(self, &tr_exited_type);
    (void)trt_next_of(self, &tr_exited_type);
    (void)trt_next_of(self, &scn_green_type);
    TRT_EQUAL(*(const uint32_t *)tr_msg_body(trt_next_of(self, &scn_red_type)), 3);
    TRT_CHECK(trt_receive(self, NULL, 0) == NULL);
    trt_note(0, "through");
    return TR_NORMAL;
}

TRT_SCENARIO(B31_signals_replies_and_timers_are_never_dropped)
{
    trt_spawn(&flooded, .trap = true, .mailbox = latest);
    trt_advance(10);
    TRT_NOTES(0, "through");
}

TRT_ACTOR(caller)
{
    struct scn_answer answer;
    w.answer = scn_ask_call(self, w.narrow, &(struct scn_ask){ .n = 1 }, TR_INFINITY, &answer);
    w.answered = true;
    return TR_NORMAL;
}

TRT_SCENARIO(a_request_that_is_dropped_is_answered)
{
    w.narrow = trt_spawn(&gate, .mailbox = latest);
    trt_spawn(&caller, 0);
    trt_quiet();
    TRT_CHECK(!w.answered);
    struct scn_num num = { .seq = 7 };
    TRT_EQUAL(scn_num_system_send(trt_system(), w.narrow, &num), TR_OK);
    trt_quiet();
    TRT_CHECK(w.answered);
    TRT_EQUAL(w.answer, TR_EFULL);
    TRT_EQUAL(trt_totals().dropped, 1);
    trt_advance(100);
    TRT_NOTES(0, "7");
}

static bool slow_test(const tr_msg *msg, void *context)
{
    uint32_t before = scn_num_of(msg)->seq;
    w.looked++;
    for (unsigned i = 0; i < 6; i++) {
        tr_yield(context); // others send meanwhile
        TRT_EQUAL(scn_num_of(msg)->seq, before);
    }
    return before % 2 == 0;
}

TRT_ACTOR(tester)
{
    tr_match match = { .predicate = slow_test, .context = self };
    for (const tr_msg *msg; (msg = trt_receive(self, &match, 20)) != NULL;) {
        trt_note(0, "%u", scn_num_of(msg)->seq);
        w.go = w.go || scn_num_of(msg)->seq == 6;
    }
    TRT_CHECK(trt_depth(tr_self_pid(self)) <= 1);
    return TR_NORMAL;
}

// A message that a predicate looks at stays valid; when it does not fit it is one of many again.
TRT_SCENARIO(a_message_being_tested_is_not_dropped)
{
    w.narrow = trt_spawn(&tester, .mailbox = latest);
    trt_spawn(&counts_up, 0);
    trt_advance(30);
    TRT_CHECK(w.go && w.looked > 0);
    TRT_EQUAL(trt_alive_count(), 0);
}

struct handler {
    uint32_t seen;
};

static tr_next on_num(tr_self *self, void *state, const tr_msg *msg)
{
    struct handler *handler = state;
    uint32_t seq = scn_num_of(msg)->seq;
    TRT_CHECK(handler->seen <= seq);
    handler->seen = seq;
    trt_dawdle(self); // suspends with the message in hand
    TRT_EQUAL(scn_num_of(msg)->seq, seq);
    w.looked = seq;
    return TR_CONTINUE;
}

static const tr_actor_spec handler = { .label = "handler",
                                       .on_message = on_num,
                                       .state_bytes = sizeof(struct handler) };

TRT_SCENARIO(a_handler_keeps_the_message_in_hand_and_gets_the_latest)
{
    w.narrow = trt_spawn(&handler, .mailbox = latest);
    trt_spawn(&counts_up, 0);
    trt_quiet();
    TRT_EQUAL(w.looked, 6);
    TRT_EQUAL(trt_depth(w.narrow), 0);
    trt_kill(w.narrow);
}

// A slot keeps its engine: lives that end with messages in the mailbox, late senders, new lives.
TRT_ACTOR(respawner)
{
    for (unsigned life = 0; life < 4; life++) {
        tr_pid child = trt_child(self, &gate, .mailbox = latest);
        w.taker = child;
        uint32_t from = 0;
        trt_child(self, &sender, TRT_ARG(&from));
        trt_dawdle(self);
        TRT_EQUAL(tr_send(self, child, scn_num, .seq = 1), TR_OK);
        TRT_EQUAL(tr_exit_send(self, child, TR_KILL), TR_OK);
        (void)trt_await_end(self, child);
    }
    return TR_NORMAL;
}

TRT_SCENARIO(lives_of_one_slot_do_not_mix)
{
    trt_spawn(&respawner, 0);
    trt_advance(200);
    TRT_EQUAL(trt_alive_count(), 0);
    tr_totals totals = trt_totals();
    TRT_EQUAL(totals.received + totals.dropped + totals.dead_lettered, totals.accepted);
}

// Slots with this engine go back among their kind.
TRT_SCENARIO(a_dead_slot_serves_the_next_of_its_kind)
{
    tr_pid first = trt_spawn(&gate, .mailbox = latest);
    trt_kill(first);
    tr_pid plain = trt_spawn(&gate, 0);
    tr_pid second = trt_spawn(&gate, .mailbox = latest);
    TRT_CHECK(plain.slot != first.slot);
    TRT_EQUAL(second.slot, first.slot);
    trt_kill(plain);
    trt_kill(second);
}

TR_MESSAGE(pebble, { char bytes[10]; });
TR_MESSAGE(rock, { char bytes[60]; });

// A rock pushes out as many pebbles as it needs room.
TRT_SCENARIO(drop_oldest_by_bytes_drops_as_many_as_it_must)
{
    w.narrow = trt_spawn(&gate, .mailbox = { .bytes = 100, .policy = TR_MAILBOX_DROP_OLDEST });
    struct scn_pebble pebble = { { 0 } };
    struct scn_rock rock = { { 0 } };
    for (unsigned i = 0; i < 7; i++) {
        TRT_EQUAL(scn_pebble_system_send(trt_system(), w.narrow, &pebble), TR_OK);
    }
    TRT_EQUAL(scn_rock_system_send(trt_system(), w.narrow, &rock), TR_OK);
    trt_quiet();
    TRT_EQUAL(trt_depth(w.narrow), 5);
    TRT_EQUAL(trt_totals().dropped, 3);
    trt_kill(w.narrow);
    TRT_EQUAL(trt_totals().dead_lettered, 5);
}
