// SPDX-License-Identifier: MIT
// Two mechanisms at once: each keeps its own rules beside the other.
#include "messages.h"
#include "scenario.h"

#include <troupe/exits.h>
#include <troupe/mailbox.h>
#include <troupe/retry.h>
#include <troupe/timer.h>

enum { HOOKS = 400 };

static struct {
    tr_pid server;
    tr_pid other;
    tr_pid owner;
    tr_ref watch;
    tr_timer timer;
    tr_err err;
    int64_t ms;
    unsigned run;
    unsigned served;
    bool open;
} w;
TRT_WORLD(w);

// ---- a postponed request keeps its deadline

TRT_ACTOR(mute)
{
    for (;;) {
        (void)trt_next(self);
    }
    return TR_NORMAL;
}

static tr_next puts_off_then_asks(tr_self *self, void *state, const tr_msg *msg)
{
    struct scn_answer answer;
    (void)state;
    if (tr_msg_is(msg, &scn_go_type)) {
        w.open = true;
        TRT_EQUAL(tr_retry_postponed(self), TR_OK);
    } else if (!w.open) {
        TRT_EQUAL(tr_postpone(self), TR_OK);
    } else {
        uint64_t start = tr_now_ns();
        w.err = scn_ask_call(self, w.other, &(struct scn_ask){ 0 }, 1000, &answer);
        w.ms = trt_ms_since(start);
    }
    return TR_CONTINUE;
}

static const tr_actor_spec puts_off = { .label = "puts off", .on_message = puts_off_then_asks };

TRT_ACTOR(asks_for_200_ms)
{
    struct scn_answer answer;
    TRT_EQUAL(scn_ask_call(self, w.server, &(struct scn_ask){ 0 }, 200, &answer), TR_ETIMEDOUT);
    return TR_NORMAL;
}

TRT_SCENARIO(a_postponed_request_keeps_its_deadline, .system = { .inherit_deadlines = true })
{
    w.other = trt_spawn(&mute, 0);
    w.server = trt_spawn(&puts_off, 0);
    trt_spawn(&asks_for_200_ms, 0);
    trt_advance(100);
    TRT_EQUAL(scn_go_system_send(trt_system(), w.server, NULL), TR_OK);
    trt_advance(500);
    TRT_EQUAL(w.err, TR_ETIMEDOUT);
    TRT_CHECK(w.ms >= 90 && w.ms <= 110); // what was left of the deadline
    trt_kill(w.server);
    trt_kill(w.other);
}

// ---- what a handler has received out of turn goes back to its place

static tr_next receives_and_postpones(tr_self *self, void *state, const tr_msg *msg)
{
    (void)state;
    if (tr_msg_is(msg, &scn_go_type)) {
        while (trt_poll_of(self, &scn_red_type)) {
            if (!w.open) {
                w.open = true;
                TRT_EQUAL(tr_postpone(self), TR_OK);
                break;
            }
        }
        TRT_EQUAL(tr_retry_postponed(self), TR_OK);
    } else if (tr_msg_is(msg, &scn_red_type)) {
        trt_note(0, "red");
    } else {
        trt_note(0, "%u", scn_num_of(msg)->seq);
    }
    return TR_CONTINUE;
}

static const tr_actor_spec picker = { .label = "picker", .on_message = receives_and_postpones };

TRT_ACTOR(sends_in_order)
{
    TRT_EQUAL(scn_go_send(self, w.server, NULL), TR_OK);
    TRT_EQUAL(tr_send(self, w.server, scn_num, .seq = 1), TR_OK);
    TRT_EQUAL(tr_send(self, w.server, scn_num, .seq = 2), TR_OK);
    TRT_EQUAL(tr_send(self, w.server, scn_red, .n = 3), TR_OK);
    TRT_EQUAL(tr_send(self, w.server, scn_num, .seq = 4), TR_OK);
    return TR_NORMAL;
}

TRT_SCENARIO(what_was_received_out_of_turn_is_postponed_to_its_place, .traces = 1)
{
    bool locked = trt_choose(2) == 0;
    w.server = trt_spawn(
        &picker,
        .mailbox = { .capacity = 9, .policy = locked ? TR_MAILBOX_DROP_OLDEST : TR_MAILBOX_BLOCK });
    trt_spawn(&sends_in_order, 0);
    trt_quiet();
    if (w.open) {
        TRT_NOTES(0, "1 2 red 4");
    }
    trt_kill(w.server);
}

// ---- a caller that gives up while its request waits in a mailbox that drops the oldest

static void delegate_late(tr_self *self, tr_from from)
{
    w.err = tr_delegate(self, from, w.other);
    w.served++;
}

TRT_ACTOR(serves_late)
{
    const tr_msg *msg = trt_next_of(self, &scn_go_type);
    msg = trt_next_of(self, &scn_ask_type);
    delegate_late(self, tr_msg_from(msg));
    (void)trt_next_of(self, &scn_blue_type);
    return TR_NORMAL;
}

TRT_ACTOR(gives_up)
{
    struct scn_answer answer;
    TRT_EQUAL(scn_ask_call(self, w.server, &(struct scn_ask){ 0 }, 50, &answer), TR_ETIMEDOUT);
    return TR_NORMAL;
}

TRT_SCENARIO(a_request_that_was_given_up_is_not_served_from_a_list)
{
    bool locked = trt_choose(2) == 0;
    w.other = trt_spawn(&mute, 0);
    w.server = trt_spawn(
        &serves_late,
        .mailbox = { .capacity = 9, .policy = locked ? TR_MAILBOX_DROP_OLDEST : TR_MAILBOX_BLOCK });
    trt_spawn(&gives_up, 0);
    trt_advance(100);
    TRT_EQUAL(scn_go_system_send(trt_system(), w.server, NULL), TR_OK);
    trt_quiet();
    TRT_EQUAL(w.served, 1);
    TRT_EQUAL(w.err, TR_ENOENT); // given up by its caller
    trt_kill(w.server);
    trt_kill(w.other);
}

// ---- a request that is answered twice while it is waited for

TRT_ACTOR(answers_twice)
{
    tr_from from = tr_msg_from(trt_next_of(self, &scn_ask_type));
    (void)tr_sleep(self, 2);
    for (uint32_t n = 1; n <= 2; n++) {
        scn_ask_reply(self, from, &(struct scn_answer){ n });
    }
    return TR_NORMAL;
}

TRT_ACTOR(waits_for_one)
{
    struct scn_answer answer = { 0 };
    tr_request request;
    TRT_EQUAL(scn_ask_request(self, w.server, &(struct scn_ask){ 0 }, &request), TR_OK);
    TRT_EQUAL(scn_ask_take(self, request, 100, &answer), TR_OK);
    TRT_EQUAL(answer.n, 1);
    w.served++;
    return TR_NORMAL;
}

TRT_SCENARIO(the_second_answer_to_a_request_that_is_waited_for_is_late)
{
    w.server = trt_spawn(&answers_twice, 0);
    trt_spawn(&waits_for_one, 0);
    trt_advance(10);
    TRT_EQUAL(w.served, 1);
    TRT_EQUAL(trt_totals().dead_lettered, 1);
}

// ---- the end of an actor whose list is above its bound by what was in its hand

static tr_next puts_all_off(tr_self *self, void *state, const tr_msg *msg)
{
    (void)state;
    (void)msg;
    TRT_EQUAL(tr_postpone(self), TR_OK);
    return ++w.served > 8 ? TR_STOP(TR_NORMAL) : TR_CONTINUE;
}

static const tr_actor_spec never_serves = { .label = "never", .on_message = puts_all_off };

TRT_ACTOR(pours)
{
    for (uint32_t seq = 0; seq < 12; seq++) {
        TRT_EQUAL(tr_send(self, w.server, scn_num, .seq = seq), TR_OK);
    }
    return TR_NORMAL;
}

TRT_SCENARIO(a_list_above_its_bound_ends_while_senders_push)
{
    w.server = trt_spawn(&never_serves, .mailbox = { .capacity = 1 + trt_choose(2),
                                                     .policy = TR_MAILBOX_DROP_OLDEST });
    trt_spawn(&pours, 0);
    trt_spawn(&pours, 0);
    trt_spawn(&pours, 0);
    trt_quiet();
    trt_kill(w.server);
}

// ---- an actor that uses what is for guests

TRT_ACTOR(uses_the_guests_face)
{
    struct scn_num num = { 0 };
    tr_spawn_opts opts = { .wait_init = true };
    TRT_EQUAL(scn_num_system_send(trt_system(), w.server, &num), TR_OK);
    TRT_EQUAL(scn_num_system_send(trt_system(), w.server, &num), TR_EDEADLK);
    TRT_EQUAL(tr_system_spawn(trt_system(), &mute, &opts, NULL), TR_EDEADLK);
    w.run++;
    return TR_NORMAL;
}

TRT_ACTOR(takes_nothing)
{
    (void)trt_next_of(self, &scn_go_type);
    return TR_NORMAL;
}

TRT_SCENARIO(an_actor_that_sends_as_a_guest_is_not_let_wait)
{
    w.server = trt_spawn(&takes_nothing, .mailbox = { .capacity = 1 });
    trt_quiet();
    trt_spawn(&uses_the_guests_face, 0);
    trt_quiet();
    TRT_EQUAL(w.run, 1);
    trt_kill(w.server);
}

// ---- a predicate that does what it may not

enum misuse { SLEEPS, YIELDS, CALLS, CANCELS, FLUSHES, MISUSES };

static bool misuses(const tr_msg *msg, void *context)
{
    tr_self *self = context;
    struct scn_answer answer;
    int64_t left = 0;
    switch ((enum misuse)w.run) {
    case SLEEPS:
        TRT_EQUAL(tr_sleep(self, 1), TR_EBUSY);
        break;
    case YIELDS:
        tr_yield(self);
        break;
    case CALLS:
        TRT_EQUAL(scn_ask_call(self, w.other, &(struct scn_ask){ 0 }, 5, &answer), TR_EBUSY);
        break;
    case CANCELS:
        TRT_EQUAL(tr_timer_cancel(self, w.timer, &left), TR_EBUSY);
        break;
    case FLUSHES:
        TRT_EQUAL(tr_demonitor(self, w.watch, true), TR_EBUSY);
        break;
    case MISUSES:
        break;
    }
    return tr_msg_get_kind(msg) != TR_MSG_SEND || tr_msg_is(msg, &scn_red_type);
}

TRT_ACTOR(matches_badly)
{
    tr_match match = { .predicate = misuses, .context = self };
    const tr_msg *msg;
    TRT_EQUAL(tr_send_every(self, 1, 1000, tr_self_pid(self), &scn_red_type, &(struct scn_red){ 7 },
                            &w.timer),
              TR_OK);
    tr_pid child = trt_child(self, &sends_in_order, 0);
    TRT_EQUAL(tr_monitor(self, child, &w.watch), TR_OK);
    for (unsigned i = 0; i < 3; i++) {
        TRT_EQUAL(tr_receive(self, &match, 100, &msg), i < 2 ? TR_OK : TR_ETIMEDOUT);
        w.served++;
    }
    return TR_NORMAL;
}

TRT_SCENARIO(a_predicate_cannot_pull_the_mailbox_away)
{
    w.run = trt_choose(MISUSES);
    w.other = trt_spawn(&mute, 0);
    w.server = w.other;
    trt_spawn(&matches_badly, 0);
    trt_advance(500);
    TRT_EQUAL(w.served, 3);
    trt_kill(w.other);
}

// ---- hooks that end themselves, one above the other

static void ends_itself(tr_self *self, void *arg)
{
    (void)arg;
    w.run++;
    tr_exit_self(self, TR_ERROR("again"));
}

TRT_ACTOR(many_hooks)
{
    for (unsigned i = 0; i < HOOKS; i++) {
        TRT_EQUAL(tr_defer(self, ends_itself, NULL), TR_OK);
    }
    return TR_NORMAL;
}

TRT_SCENARIO(any_number_of_hooks_may_end_themselves, .traces = 1)
{
    trt_spawn(&many_hooks, 0);
    trt_quiet();
    TRT_EQUAL(w.run, HOOKS);
}

// ---- random numbers where the actor may not be suspended

static void draws(tr_self *self, void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < 40; i++) {
        TRT_EQUAL(tr_send(self, w.other, scn_num, .seq = i), TR_OK);
        TRT_CHECK(tr_random(self, 10) < 10);
    }
    w.run++;
}

TRT_ACTOR(draws_last)
{
    TRT_EQUAL(tr_defer(self, draws, NULL), TR_OK);
    tr_nosuspend_begin(self);
    draws(self, NULL);
    tr_nosuspend_end(self);
    return TR_NORMAL;
}

TRT_SCENARIO(random_numbers_where_the_actor_may_not_be_suspended)
{
    w.other = trt_spawn(&mute, 0);
    trt_spawn(&draws_last, 0);
    trt_quiet();
    TRT_EQUAL(w.run, 2);
    trt_kill(w.other);
}
