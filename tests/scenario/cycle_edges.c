// SPDX-License-Identifier: MIT
// What is an edge of the wait-for graph, and what is not, by the option detect_cycles.
#include "messages.h"
#include "scenario.h"

#define WATCHED .system = { .detect_cycles = true }

static struct {
    tr_pid server;
    tr_pid others[3];
    tr_pid asker;
    unsigned refused;
    unsigned finished;
    bool given;
} w;
TRT_WORLD(w);

#undef TR_MODULE
#define TR_MODULE edge
TR_MESSAGE(question, { tr_from from; });

static tr_err call(tr_self *self, tr_pid to, int64_t timeout_ms)
{
    struct scn_answer answer = { 0 };
    tr_err err = scn_ask_call(self, to, &(struct scn_ask){ 1 }, timeout_ms, &answer);
    w.refused += err == TR_EDEADLK;
    return err;
}

static tr_request ask(tr_self *self, tr_pid to)
{
    tr_request asked = { 0 };
    TRT_EQUAL(scn_ask_request(self, to, &(struct scn_ask){ 2 }, &asked), TR_OK);
    return asked;
}

static void answer_one(tr_self *self)
{
    const tr_msg *msg = trt_next_of(self, &scn_ask_type);
    scn_ask_reply(self, tr_msg_from(msg), &(struct scn_answer){ 0 });
}

// Two actors that call each other: whoever comes second is refused, and goes on to answer.
TRT_ACTOR(calls_the_other_then_serves)
{
    const unsigned *place = arg;
    (void)trt_next_of(self, &scn_go_type);
    tr_err err = call(self, w.others[1 - *place], TR_INFINITY);
    TRT_CHECK(err == TR_OK || err == TR_EDEADLK);
    if (err == TR_EDEADLK) {
        answer_one(self);
    } else if (w.refused == 0) {
        answer_one(self); // the other had not called yet
    }
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(of_two_that_call_each_other_exactly_one_is_refused, WATCHED)
{
    for (unsigned i = 0; i < 2; i++) {
        w.others[i] = trt_spawn(&calls_the_other_then_serves, TRT_ARG(&i));
    }
    for (unsigned i = 0; i < 2; i++) {
        TRT_EQUAL(tr_system_send(trt_system(), w.others[i], &scn_go_type, NULL), TR_OK);
    }
    trt_quiet();
    TRT_EQUAL(w.refused, 1); // none answers before its own call is over
    TRT_EQUAL(w.finished, 2);
    TRT_EQUAL(trt_alive_count(), 0);
}

// Gives the request's tr_from to somebody else, and goes on; later it calls the asker.
TRT_ACTOR(gives_the_question_away)
{
    const tr_msg *msg = trt_next_of(self, &scn_ask_type);
    tr_from from = tr_msg_from(msg);
    (void)tr_send(self, w.others[0], edge_question, .from = from);
    (void)trt_next_of(self, &scn_go_type); // from here on the request is in the book
    TRT_EQUAL(call(self, from.caller, TR_INFINITY), TR_OK);
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(answers_for_another)
{
    tr_from from = edge_question_of(trt_next_of(self, &edge_question_type))->from;
    (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_red_type) }, 5);
    scn_ask_reply(self, from, &(struct scn_answer){ 0 });
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(asks_and_then_answers)
{
    const unsigned *how = arg;
    w.asker = tr_self_pid(self);
    if (*how == 0) {
        TRT_EQUAL(call(self, w.server, TR_INFINITY), TR_OK);
    } else {
        tr_requests all;
        tr_request asked = ask(self, w.server);
        const tr_msg *reply = NULL;
        trt_dawdle(self);
        TRT_EQUAL(tr_requests_new(self, &all), TR_OK);
        TRT_EQUAL(*how == 1 ? TR_OK : tr_requests_add(self, all, asked, 0), TR_OK);
        TRT_EQUAL(*how == 1 ? tr_request_wait(self, asked, TR_INFINITY, &reply)
                            : tr_requests_wait_any(self, all, TR_INFINITY, NULL, &reply),
                  TR_OK);
    }
    answer_one(self);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(who_put_a_request_aside_may_call_its_caller, WATCHED)
{
    unsigned how = trt_choose(3);
    w.others[0] = trt_spawn(&answers_for_another, 0);
    w.server = trt_spawn(&gives_the_question_away, 0);
    trt_spawn(&asks_and_then_answers, TRT_ARG(&how));
    (void)tr_test_steps(trt_test(), trt_choose(60));
    TRT_EQUAL(tr_system_send(trt_system(), w.server, &scn_go_type, NULL), TR_OK);
    trt_advance(50);
    TRT_EQUAL(w.finished, 3);
    TRT_EQUAL(w.refused, 0);
    TRT_EQUAL(trt_alive_count(), 0);
}

// Calls the asker while it has the question in its hands: refused if the asker waits for it alone.
TRT_ACTOR(calls_back_while_serving)
{
    const tr_msg *msg = trt_next_of(self, &scn_ask_type);
    tr_from from = tr_msg_from(msg);
    (void)tr_sleep(self, 5); // the asker waits by now
    tr_err err = call(self, from.caller, 20);
    TRT_EQUAL(err, w.given ? TR_EDEADLK : TR_ETIMEDOUT);
    scn_ask_reply(self, from, &(struct scn_answer){ 0 });
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(collects)
{
    tr_requests all;
    const tr_msg *reply = NULL;
    TRT_EQUAL(tr_requests_new(self, &all), TR_OK);
    unsigned other = trt_choose(2);
    for (unsigned i = 0; i < 2; i++) {
        tr_pid to = w.given || i != other ? w.server : w.others[0];
        TRT_EQUAL(tr_requests_add(self, all, ask(self, to), i), TR_OK);
    }
    TRT_EQUAL(tr_requests_wait_any(self, all, TR_INFINITY, NULL, &reply), TR_OK);
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(silent)
{
    for (;;) {
        (void)trt_next(self);
    }
    return TR_NORMAL;
}

TRT_SCENARIO(a_wait_for_a_collection_that_one_actor_holds_is_an_edge, WATCHED)
{
    w.given = trt_choose(2) == 0; // both requests to one actor
    w.server = trt_spawn(&calls_back_while_serving, 0);
    w.others[0] = trt_spawn(&silent, 0);
    trt_spawn(&collects, 0);
    trt_advance(100);
    TRT_EQUAL(w.finished, 2);
    TRT_EQUAL(w.refused, w.given ? 1 : 0);
    trt_kill(w.others[0]);
}

// A child that calls its parent before it has started, or right after.
static tr_exit call_parent(tr_self *self, const void *arg)
{
    const bool *early = arg;
    if (!*early) {
        TRT_EQUAL(tr_init_done(self), TR_OK);
    }
    TRT_EQUAL(call(self, tr_self_parent(self), TR_INFINITY), *early ? TR_EDEADLK : TR_OK);
    if (*early) {
        TRT_EQUAL(tr_init_done(self), TR_OK);
    }
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(starts_a_child)
{
    const bool *early = arg;
    static const tr_actor_spec spec = { .label = "child", .run = call_parent, .init_ack = true };
    (void)trt_child(self, &spec, TRT_ARG(early), .wait_init = true);
    if (!*early) {
        answer_one(self);
    }
    TRT_CHECK(trt_receive(self, NULL, 1) == NULL);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_wait_for_a_start_is_an_edge_until_it_has_started, WATCHED)
{
    bool early = trt_choose(2) == 0;
    trt_spawn(&starts_a_child, TRT_ARG(&early));
    trt_advance(10);
    TRT_EQUAL(w.finished, 2);
    TRT_EQUAL(w.refused, early ? 1 : 0);
    TRT_EQUAL(trt_alive_count(), 0);
}

// The first holder hands the request on, and calls the asker at once: that closes no cycle,
// wherever the asker is with its wait and the news.
TRT_ACTOR(hands_on_and_calls_back)
{
    for (int i = 0; i < 3; i++) {
        const tr_msg *msg = trt_next_of(self, &scn_ask_type);
        tr_from from = tr_msg_from(msg);
        TRT_EQUAL(tr_delegate(self, from, w.others[0]), TR_OK);
        TRT_EQUAL(call(self, from.caller, TR_INFINITY), TR_OK);
    }
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(answers_three)
{
    for (int i = 0; i < 3; i++) {
        answer_one(self);
    }
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(asks_three_times)
{
    for (int i = 0; i < 3; i++) {
        const tr_msg *reply = NULL;
        tr_request asked = ask(self, w.server);
        trt_dawdle(self);
        TRT_EQUAL(tr_request_wait(self, asked, TR_INFINITY, &reply), TR_OK);
        answer_one(self);
    }
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_wait_that_meets_the_news_of_a_delegation_has_the_new_holder, WATCHED)
{
    w.others[0] = trt_spawn(&answers_three, 0);
    w.server = trt_spawn(&hands_on_and_calls_back, 0);
    trt_spawn(&asks_three_times, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 3);
    TRT_EQUAL(w.refused, 0);
    TRT_EQUAL(trt_alive_count(), 0);
}

// Answers, and calls the asker at once, which may be about to wait for the answer.
TRT_ACTOR(answers_and_calls_back)
{
    for (int i = 0; i < 3; i++) {
        const tr_msg *msg = trt_next_of(self, &scn_ask_type);
        tr_from from = tr_msg_from(msg);
        tr_pid caller = from.caller;
        scn_ask_reply(self, from, &(struct scn_answer){ 0 });
        TRT_EQUAL(call(self, caller, TR_INFINITY), TR_OK);
    }
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_wait_that_meets_its_answer_is_in_nobodys_way, WATCHED)
{
    w.server = trt_spawn(&answers_and_calls_back, 0);
    trt_spawn(&asks_three_times, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 2);
    TRT_EQUAL(w.refused, 0);
    TRT_EQUAL(trt_alive_count(), 0);
}

// A sender is given room, and called by who gave it, while it is about to wait for that room.
TRT_ACTOR(sends_into_a_bound)
{
    for (uint32_t i = 0; i < 6; i++) {
        (void)tr_send(self, w.server, scn_red, .n = i);
    }
    answer_one(self);
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(takes_all_and_calls)
{
    for (uint32_t i = 0; i < 6; i++) {
        (void)trt_next_of(self, &scn_red_type);
    }
    TRT_EQUAL(call(self, w.asker, TR_INFINITY), TR_OK);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_sender_that_was_given_room_is_in_nobodys_way, WATCHED)
{
    w.server = trt_spawn(&takes_all_and_calls, .mailbox = { .capacity = 1 + trt_choose(2) });
    w.asker = trt_spawn(&sends_into_a_bound, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 2);
    TRT_EQUAL(w.refused, 0);
    TRT_EQUAL(trt_alive_count(), 0);
}
