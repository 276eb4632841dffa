// SPDX-License-Identifier: MIT
// Messages that a handler postpones or does not accept: they wait in the order of arrival.
#include "messages.h"
#include "scenario.h"

#include <string.h>
#include <troupe/mailbox.h>

enum { CALLERS = 3 };

static struct {
    tr_pid handler;
    tr_err answer[CALLERS];
    bool answered[CALLERS];
    unsigned looked;
    bool open;
} w;
TRT_WORLD(w);

// A door: while it is shut it postpones everything but `go`, which opens it.
static tr_next at_the_door(tr_self *self, void *state, const tr_msg *msg)
{
    bool *open = state;
    if (tr_msg_is(msg, &scn_go_type)) {
        *open = true;
        TRT_EQUAL(tr_retry_postponed(self), TR_OK);
    } else if (!*open) {
        uint32_t n = scn_num_of(msg)->seq;
        TRT_EQUAL(tr_postpone(self), TR_OK);
        TRT_EQUAL(scn_num_of(msg)->seq, n); // still valid
        TRT_EQUAL(tr_postpone(self), TR_EINVAL);
        w.looked++;
    } else {
        trt_note(0, "%u", scn_num_of(msg)->seq);
    }
    return TR_CONTINUE;
}

static const tr_actor_spec door = { .label = "door",
                                    .on_message = at_the_door,
                                    .state_bytes = sizeof(bool) };

static void send_num(uint32_t seq)
{
    struct scn_num num = { .seq = seq };
    TRT_EQUAL(scn_num_system_send(trt_system(), w.handler, &num), TR_OK);
}

TRT_ACTOR(knocker)
{
    for (uint32_t seq = 0; seq < 6; seq++) {
        TRT_EQUAL(tr_send(self, w.handler, scn_num, .seq = seq), TR_OK);
        if (seq == 3) {
            TRT_EQUAL(scn_go_send(self, w.handler, NULL), TR_OK);
        }
        trt_dawdle(self);
    }
    return TR_NORMAL;
}

// Bounded by messages, by bytes, or not at all: room is enough in all three.
static tr_mailbox_opts any_shape(void)
{
    static const tr_mailbox_opts shapes[] = { { 0 },
                                              { .capacity = 9 },
                                              { .bytes = 9000 },
                                              { .capacity = 9, .policy = TR_MAILBOX_DROP_OLDEST } };
    return shapes[trt_choose(4)];
}

TRT_SCENARIO(postponed_messages_come_again_in_the_order_of_arrival)
{
    w.handler = trt_spawn(&door, .mailbox = any_shape());
    trt_spawn(&knocker, 0);
    trt_quiet();
    TRT_NOTES(0, "0 1 2 3 4 5");
    TRT_EQUAL(trt_depth(w.handler), 0);
    TRT_EQUAL(trt_totals().received, 7);
    trt_kill(w.handler);
}

TRT_SCENARIO(a_postponed_message_waits_and_is_not_offered_by_itself)
{
    w.handler = trt_spawn(&door, .mailbox = any_shape());
    for (uint32_t seq = 0; seq < 3; seq++) {
        send_num(seq);
    }
    trt_quiet();
    TRT_EQUAL(w.looked, 3);
    TRT_EQUAL(trt_depth(w.handler), 3);
    TRT_EQUAL(trt_totals().waiting, 3);
    TRT_EQUAL(trt_totals().received, 0);
    TRT_EQUAL(trt_state(w.handler), TR_STATE_IDLE);
    send_num(3);
    trt_quiet();
    TRT_EQUAL(w.looked, 4);
    trt_kill(w.handler);
    TRT_EQUAL(trt_totals().dead_lettered, 4);
}

// The bound holds with postponed messages: n wait, and never more than one beside them.
TRT_SCENARIO(postponed_messages_count_against_the_bound)
{
    bool bytes = trt_choose(2) == 0;
    w.handler = trt_spawn(&door, .mailbox = { .capacity = bytes ? 0 : 2,
                                              .bytes = bytes ? 2 * sizeof(struct scn_num) : 0,
                                              .policy = TR_MAILBOX_FAIL });
    unsigned taken = 0;
    for (uint32_t seq = 0; seq < 9; seq++) {
        struct scn_num num = { .seq = seq };
        taken += scn_num_system_send(trt_system(), w.handler, &num) == TR_OK;
        if (trt_choose(2) == 0) {
            trt_quiet();
        }
        TRT_CHECK(trt_depth(w.handler) <= 4); // with START
    }
    trt_quiet();
    TRT_CHECK(taken == 2 || taken == 3);
    TRT_EQUAL(trt_depth(w.handler), taken);
    trt_kill(w.handler);
    // All credit came back, or went with the actor: the same with an open door.
    w.handler = trt_spawn(&door, .mailbox = { .capacity = 2, .policy = TR_MAILBOX_FAIL });
    send_num(20);
    trt_quiet();
    send_num(21);
    trt_quiet();
    trt_kill(w.handler);
}

TRT_ACTOR(presser)
{
    tr_pid me = tr_self_pid(self);
    (void)me;
    for (uint32_t seq = 0; seq < 8; seq++) {
        TRT_EQUAL(tr_send(self, w.handler, scn_num, .seq = seq), TR_OK);
        trt_dawdle(self);
    }
    w.open = true;
    return TR_NORMAL;
}

// Postpones each message once.
static tr_next second_time(tr_self *self, void *state, const tr_msg *msg)
{
    uint32_t *seen = state;
    uint32_t seq = scn_num_of(msg)->seq;
    trt_dawdle(self); // a blocked sender takes the room meanwhile
    if ((*seen & 1u << seq) == 0) {
        *seen |= 1u << seq;
        TRT_EQUAL(tr_postpone(self), TR_OK);
        TRT_EQUAL(tr_retry_postponed(self), TR_OK);
    } else {
        trt_note(0, "%u", seq);
    }
    TRT_CHECK(trt_depth(tr_self_pid(self)) <= 4); // two, one put back, one signal
    return TR_CONTINUE;
}

static const tr_actor_spec twice = { .label = "twice",
                                     .on_message = second_time,
                                     .state_bytes = sizeof(uint32_t) };

// Room given to a blocked sender while its message was in hand is made up for: no credit is lost or
// made, so all eight get through, and at the end exactly two more fit.
TRT_SCENARIO(credit_survives_postponing)
{
    bool bytes = trt_choose(2) == 0;
    w.handler = trt_spawn(&twice, .mailbox = { .capacity = bytes ? 0 : 2,
                                               .bytes = bytes ? 2 * sizeof(struct scn_num) : 0 });
    trt_spawn(&presser, 0);
    trt_quiet();
    TRT_CHECK(w.open);
    TRT_NOTES(0, "0 1 2 3 4 5 6 7");
    trt_kill(w.handler);
}

TRT_ACTOR(caller)
{
    const uint32_t *who = arg;
    struct scn_answer answer;
    w.answer[*who] =
        scn_ask_call(self, w.handler, &(struct scn_ask){ .n = *who }, TR_INFINITY, &answer);
    w.answered[*who] = true;
    return TR_NORMAL;
}

static tr_next puts_off(tr_self *self, void *state, const tr_msg *msg)
{
    (void)state;
    if (tr_msg_is(msg, &scn_go_type)) {
        return TR_STOP(TR_ERROR("over"));
    }
    TRT_EQUAL(tr_postpone(self), TR_OK);
    return TR_CONTINUE;
}

static const tr_actor_spec never = { .label = "never", .on_message = puts_off };

TRT_SCENARIO(postponed_requests_are_answered_when_the_actor_ends)
{
    w.handler = trt_spawn(&never, .mailbox = any_shape());
    for (uint32_t who = 0; who < CALLERS; who++) {
        trt_spawn(&caller, TRT_ARG(&who));
    }
    trt_quiet();
    TRT_EQUAL(trt_depth(w.handler), CALLERS);
    bool killed = trt_choose(2) == 0;
    if (killed) {
        trt_kill(w.handler);
    } else {
        TRT_EQUAL(scn_go_system_send(trt_system(), w.handler, NULL), TR_OK);
        trt_quiet();
    }
    for (uint32_t who = 0; who < CALLERS; who++) {
        TRT_CHECK(w.answered[who]);
        TRT_EQUAL(w.answer[who], TR_EEXITED);
    }
    TRT_EQUAL(trt_alive_count(), 0);
}

static bool is_even(const tr_msg *msg, void *context)
{
    (void)context;
    w.looked++;
    return *(const uint32_t *)tr_msg_body(msg) % 2 == 0;
}

// `red` n chooses what is accepted from then on.
static tr_next chooser_on(tr_self *self, void *state, const tr_msg *msg)
{
    (void)state;
    uint32_t n = *(const uint32_t *)tr_msg_body(msg);
    trt_note(0, "%c%u", strrchr(tr_msg_type_name(msg), '.')[1], n);
    if (tr_msg_is(msg, &scn_red_type)) {
        tr_match match[] = {
            { TR_TYPES(&scn_red_type, &scn_blue_type) },
            { .predicate = is_even },
            { .predicate = tr_match_nothing },
        };
        TRT_EQUAL(tr_set_accept(self, n < 3 ? &match[n] : NULL), TR_OK);
    }
    return TR_CONTINUE;
}

static const tr_actor_spec chooser = { .label = "chooser", .on_message = chooser_on };

TRT_ACTOR(feeder)
{
    const struct {
        const tr_type *type;
        uint32_t n;
    } all[] = { { &scn_red_type, 0 },   { &scn_green_type, 1 }, { &scn_blue_type, 2 },
                { &scn_green_type, 3 }, { &scn_blue_type, 4 },  { &scn_red_type, 9 },
                { &scn_blue_type, 5 } };
    for (size_t i = 0; i < TR_COUNT(all); i++) {
        TRT_EQUAL(tr_send_typed(self, w.handler, all[i].type, &all[i].n), TR_OK);
        trt_dawdle(self);
    }
    return TR_NORMAL;
}

TRT_SCENARIO(only_what_is_accepted_is_handled_and_the_rest_waits_in_order)
{
    w.handler = trt_spawn(&chooser, .mailbox = any_shape());
    trt_spawn(&feeder, 0);
    trt_quiet();
    TRT_NOTES(0, "r0 b2 b4 r9 g1 g3 b5");
    trt_kill(w.handler);
}

static void send_colour(const tr_type *type, uint32_t n)
{
    TRT_EQUAL(tr_system_send(trt_system(), w.handler, type, &n), TR_OK);
}

TRT_SCENARIO(the_predicate_of_accept_is_asked_once_for_each_message)
{
    w.handler = trt_spawn(&chooser, .mailbox = any_shape());
    send_colour(&scn_red_type, 1);
    for (uint32_t n = 3; n < 8; n++) {
        send_colour(&scn_blue_type, n);
        trt_quiet();
    }
    TRT_EQUAL(w.looked, 5);
    TRT_NOTES(0, "r1 b4 b6");
    TRT_EQUAL(trt_depth(w.handler), 3);
    trt_kill(w.handler);
}

TRT_SCENARIO(a_suspended_actor_takes_signals_only)
{
    w.handler = trt_spawn(&chooser, .mailbox = any_shape());
    send_colour(&scn_red_type, 2);
    send_colour(&scn_blue_type, 1);
    send_colour(&scn_red_type, 9);
    trt_quiet();
    TRT_NOTES(0, "r2");
    TRT_EQUAL(trt_state(w.handler), TR_STATE_IDLE);
    TRT_EQUAL(trt_depth(w.handler), 2);
    TRT_EQUAL(tr_system_exit_send(trt_system(), w.handler, TR_ERROR("enough")), TR_OK);
    trt_quiet();
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(process)
{
    TRT_EQUAL(tr_postpone(self), TR_EINVAL);
    TRT_EQUAL(tr_retry_postponed(self), TR_EINVAL);
    TRT_EQUAL(tr_set_accept(self, NULL), TR_EINVAL);
    return TR_NORMAL;
}

static tr_next answers_then_postpones(tr_self *self, void *state, const tr_msg *msg)
{
    (void)state;
    scn_ask_reply(self, tr_msg_from(msg), &(struct scn_answer){ .n = 1 });
    TRT_EQUAL(tr_postpone(self), TR_EINVAL);
    return TR_CONTINUE;
}

static const tr_actor_spec answerer = { .label = "answerer", .on_message = answers_then_postpones };

TRT_SCENARIO(what_cannot_be_postponed_is_refused, .seeds = 100)
{
    uint32_t who = 0;
    trt_spawn(&process, 0);
    w.handler = trt_spawn(&answerer, 0);
    trt_spawn(&caller, TRT_ARG(&who));
    trt_quiet();
    TRT_EQUAL(w.answer[0], TR_OK);
    trt_kill(w.handler);
}
