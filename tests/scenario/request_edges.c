// SPDX-License-Identifier: MIT
// Requests at their edges: answers by others, second answers, callers that gave up, full mailboxes.
#include "messages.h"
#include "scenario.h"

static struct {
    tr_pid server;
    tr_pid third;
    unsigned finished;
    bool posted;
} w;
TRT_WORLD(w);

#undef TR_MODULE
#define TR_MODULE edge
TR_MESSAGE(question, { tr_from from; });

static tr_request ask(tr_self *self, tr_pid to)
{
    tr_request asked = { 0 };
    TRT_EQUAL(scn_ask_request(self, to, &(struct scn_ask){ 1 }, &asked), TR_OK);
    return asked;
}

// The book is clean: a request that is not held cannot be handed on.
static void check_not_held(tr_self *self, tr_from from)
{
    TRT_EQUAL(tr_delegate(self, from, w.third), TR_ENOENT);
}

TRT_ACTOR(answers_for_another)
{
    tr_from from = edge_question_of(trt_next_of(self, &edge_question_type))->from;
    scn_ask_reply(self, from, &(struct scn_answer){ 9 });
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(gives_the_question_away)
{
    tr_from from = tr_msg_from(trt_next_of(self, &scn_ask_type));
    (void)tr_send(self, w.third, edge_question, .from = from);
    (void)trt_next_of(self, &scn_go_type);
    check_not_held(self, from);
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(asks_and_lets_go)
{
    struct scn_answer answer = { 0 };
    if (w.posted) {
        tr_request asked = { 0 };
        TRT_EQUAL(scn_ask_post(self, w.server, &(struct scn_ask){ 1 }, &asked), TR_OK);
        TRT_EQUAL(tr_request_check(asked, trt_next(self)), TR_OK);
    } else {
        TRT_EQUAL(scn_ask_take(self, ask(self, w.server), TR_INFINITY, &answer), TR_OK);
        TRT_EQUAL(answer.n, 9);
    }
    (void)tr_send(self, w.server, scn_go);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(an_answer_by_another_actor_leaves_the_book_of_the_holder)
{
    w.posted = trt_choose(2) == 0;
    w.third = trt_spawn(&answers_for_another, 0);
    w.server = trt_spawn(&gives_the_question_away, 0);
    trt_spawn(&asks_and_lets_go, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 3);
}

TRT_ACTOR(answers_twice)
{
    const tr_msg *msg = trt_next_of(self, &scn_ask_type);
    tr_from from = tr_msg_from(msg);
    scn_ask_reply(self, from, &(struct scn_answer){ 1 });
    scn_ask_reply(self, from, &(struct scn_answer){ 2 });
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(takes_the_first_answer)
{
    struct scn_answer answer = { 0 };
    tr_request asked = ask(self, w.server);
    TRT_CHECK(trt_receive(self, NULL, 5) == NULL);
    TRT_EQUAL(scn_ask_take(self, asked, 0, &answer), TR_OK);
    TRT_EQUAL(answer.n, 1);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(the_second_answer_to_an_open_request_is_a_dead_letter)
{
    w.server = trt_spawn(&answers_twice, 0);
    trt_spawn(&takes_the_first_answer, 0);
    trt_advance(10);
    TRT_EQUAL(w.finished, 2);
    TRT_EQUAL(trt_totals().unreceived[TR_DEAD_LATE_REPLY], 1);
}

TRT_ACTOR(hands_on_late)
{
    tr_from from = tr_msg_from(trt_next_of(self, &scn_ask_type));
    tr_err err = tr_delegate(self, from, w.third);
    TRT_CHECK(err == TR_OK || err == TR_ENOENT); // it may have heard first
    return TR_NORMAL;
}

TRT_ACTOR(takes_and_waits)
{
    tr_from from = tr_msg_from(trt_next_of(self, &scn_ask_type));
    TRT_CHECK(trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, 50) == NULL);
    check_not_held(self, from);
    w.finished++;
    return TR_NORMAL;
}

// Gives up at once, so that the news of the new holder finds nobody, but lives on.
TRT_ACTOR(gives_up_and_stays)
{
    TRT_EQUAL(tr_request_abandon(self, ask(self, w.server)), TR_OK);
    (void)trt_receive(self, NULL, 200);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_holder_to_come_hears_that_the_caller_gave_up)
{
    w.third = trt_spawn(&takes_and_waits, 0);
    w.server = trt_spawn(&hands_on_late, 0);
    trt_spawn(&gives_up_and_stays, 0);
    trt_advance(1000);
    TRT_CHECK(w.finished >= 1);
    if (trt_state(w.third) != TR_STATE_FREE) {
        trt_kill(w.third);
    }
}

TRT_ACTOR(holds_a_while)
{
    tr_from from = tr_msg_from(trt_next_of(self, &scn_ask_type));
    TRT_EQUAL(tr_sleep(self, 50), TR_OK); // the caller gives up: the request is in the hand
    check_not_held(self, from);
    TRT_CHECK(trt_receive(self, NULL, 0) == NULL);
    check_not_held(self, from);
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(gives_up_in_time)
{
    struct scn_answer answer = { 0 };
    TRT_EQUAL(scn_ask_call(self, w.server, &(struct scn_ask){ 1 }, 10, &answer), TR_ETIMEDOUT);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_request_in_the_hand_is_settled_when_its_caller_gives_up)
{
    w.third = tr_no_pid();
    w.server = trt_spawn(&holds_a_while, 0);
    w.third = w.server;
    trt_spawn(&gives_up_in_time, 0);
    trt_advance(100);
    TRT_EQUAL(w.finished, 2);
}

TRT_ACTOR(sleeps)
{
    (void)tr_sleep(self, TR_INFINITY);
    return TR_NORMAL;
}

TRT_ACTOR(asks_the_full)
{
    struct scn_answer answer = { 0 };
    tr_request posted = { 0 };
    tr_requests all;
    TRT_EQUAL(scn_ask_take(self, ask(self, w.third), 10, &answer), TR_ETIMEDOUT);
    TRT_EQUAL(scn_ask_take(self, ask(self, w.third), TR_INFINITY, &answer), TR_EFULL);
    TRT_EQUAL(tr_requests_new(self, &all), TR_OK);
    TRT_EQUAL(scn_ask_post(self, w.server, &(struct scn_ask){ 1 }, &posted), TR_OK);
    TRT_EQUAL(tr_requests_add(self, all, posted, 0), TR_EINVAL);
    TRT_EQUAL(tr_request_abandon(self, posted), TR_OK);
    w.finished++;
    return TR_NORMAL;
}

// A mailbox that drops what is newest answers a request that it drops.
TRT_SCENARIO(a_request_that_a_mailbox_drops_fails_as_full)
{
    w.server = trt_spawn(&sleeps, 0);
    w.third = trt_spawn(&sleeps, .mailbox = { .capacity = 1, .policy = TR_MAILBOX_DROP_NEWEST });
    trt_spawn(&asks_the_full, 0);
    trt_advance(50);
    TRT_EQUAL(w.finished, 1);
    trt_kill(w.server);
    trt_kill(w.third);
}
