// SPDX-License-Identifier: MIT
// Deadlines that travel with requests, by the option inherit_deadlines.
#include "messages.h"
#include "scenario.h"

#define INHERIT .system = { .inherit_deadlines = true }

static struct {
    tr_pid front;
    tr_pid middle;
    tr_pid back;
    int64_t front_ms; // how long the first call took
    int64_t inner_ms; // and the one made for it
    tr_err front_err;
    tr_err inner_err;
    unsigned served;
    unsigned late;
    unsigned finished;
    enum { CALL, REQUEST, ANY } how;
} w;
TRT_WORLD(w);

TRT_ACTOR(silent)
{
    for (;;) {
        (void)trt_next(self);
        w.served++;
    }
    return TR_NORMAL;
}

static tr_err ask(tr_self *self, tr_pid to)
{
    struct scn_answer answer;
    tr_request asked;
    tr_requests all;
    const tr_msg *reply;
    if (w.how == CALL) {
        return scn_ask_call(self, to, &(struct scn_ask){ 0 }, TR_INFINITY, &answer);
    }
    tr_err err = scn_ask_request(self, to, &(struct scn_ask){ 0 }, &asked);
    if (err != TR_OK || w.how == REQUEST) {
        return err != TR_OK ? err : scn_ask_take(self, asked, TR_INFINITY, &answer);
    }
    TRT_EQUAL(tr_requests_new(self, &all), TR_OK);
    TRT_EQUAL(tr_requests_add(self, all, asked, 0), TR_OK);
    return tr_requests_wait_any(self, all, TR_INFINITY, NULL, &reply);
}

// Asks the one behind it without a time limit of its own.
TRT_ACTOR(asks_behind)
{
    const tr_pid *behind = arg;
    for (;;) {
        const tr_msg *msg = trt_next_of(self, &scn_ask_type);
        tr_from from = tr_msg_from(msg);
        uint64_t start = tr_now_ns();
        w.inner_err = ask(self, *behind);
        w.inner_ms = trt_ms_since(start);
        w.late += w.inner_err == TR_ETIMEDOUT;
        w.finished++;
        scn_ask_reply(self, from, &(struct scn_answer){ 0 });
    }
    return TR_NORMAL;
}

TRT_ACTOR(asks_in_front)
{
    const int64_t *timeout_ms = arg;
    struct scn_answer answer;
    uint64_t start = tr_now_ns();
    w.front_err = scn_ask_call(self, w.front, &(struct scn_ask){ 0 }, *timeout_ms, &answer);
    w.front_ms = trt_ms_since(start);
    return TR_NORMAL;
}

static void ask_in_front(int64_t timeout_ms)
{
    trt_spawn(&asks_in_front, TRT_ARG(&timeout_ms));
    trt_advance(5000);
}

TRT_SCENARIO(a_call_made_while_serving_ends_by_its_callers_deadline, INHERIT)
{
    w.how = trt_choose(3);
    int64_t timeout_ms = 20 + trt_choose(30);
    w.back = trt_spawn(&silent, 0);
    w.front = trt_spawn(&asks_behind, TRT_ARG(&w.back));
    ask_in_front(timeout_ms);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(w.inner_err, TR_ETIMEDOUT);
    TRT_CHECK(w.inner_ms <= timeout_ms);
    TRT_CHECK(w.inner_ms >= timeout_ms - 2);
    TRT_CHECK(w.front_err == TR_ETIMEDOUT || w.front_err == TR_OK); // both end at that moment
    trt_kill(w.front);
    trt_kill(w.back);
}

TRT_SCENARIO(without_the_option_the_call_outlives_its_caller)
{
    w.back = trt_spawn(&silent, 0);
    w.front = trt_spawn(&asks_behind, TRT_ARG(&w.back));
    ask_in_front(20);
    TRT_EQUAL(w.finished, 0);
    TRT_EQUAL(w.front_err, TR_ETIMEDOUT);
    trt_kill(w.back);
    trt_quiet();
    TRT_EQUAL(w.inner_err, TR_EEXITED);
    trt_kill(w.front);
}

TRT_SCENARIO(a_deadline_travels_through_several_servers, INHERIT)
{
    w.how = trt_choose(3);
    w.back = trt_spawn(&silent, 0);
    w.middle = trt_spawn(&asks_behind, TRT_ARG(&w.back));
    w.front = trt_spawn(&asks_behind, TRT_ARG(&w.middle));
    ask_in_front(25);
    TRT_EQUAL(w.finished, 2);
    TRT_CHECK(w.late >= 1); // the last; the others end at the same moment, with or without reply
    TRT_CHECK(w.inner_ms <= 25);
    trt_kill(w.front);
    trt_kill(w.middle);
    trt_kill(w.back);
}

TRT_ACTOR(delegates)
{
    const tr_msg *msg = trt_next_of(self, &scn_ask_type);
    tr_from from = tr_msg_from(msg);
    (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, 5);
    TRT_EQUAL(tr_delegate(self, from, w.middle), TR_OK);
    return TR_NORMAL;
}

TRT_SCENARIO(a_deadline_travels_with_a_delegated_request, INHERIT)
{
    w.how = trt_choose(3);
    w.back = trt_spawn(&silent, 0);
    w.middle = trt_spawn(&asks_behind, TRT_ARG(&w.back));
    w.front = trt_spawn(&delegates, 0);
    ask_in_front(25);
    TRT_EQUAL(w.inner_err, TR_ETIMEDOUT);
    TRT_CHECK(w.inner_ms <= 20);
    TRT_CHECK(w.inner_ms >= 18);
    trt_kill(w.middle);
    trt_kill(w.back);
}

TRT_ACTOR(serves_late)
{
    const tr_msg *msg = trt_next_of(self, &scn_go_type);
    (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_red_type) }, 50);
    msg = trt_next_of(self, &scn_ask_type); // its caller gave up long ago
    tr_from from = tr_msg_from(msg);
    w.inner_err = ask(self, w.back);
    scn_ask_reply(self, from, &(struct scn_answer){ 0 });
    w.finished++;
    return TR_NORMAL;
}

// Nothing is asked for a caller that has given up.
TRT_SCENARIO(a_call_after_the_deadline_is_not_made, INHERIT)
{
    w.back = trt_spawn(&silent, 0);
    w.front = trt_spawn(&serves_late, 0);
    TRT_EQUAL(tr_system_send(trt_system(), w.front, &scn_go_type, NULL), TR_OK);
    ask_in_front(10);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(w.inner_err, TR_ETIMEDOUT);
    TRT_EQUAL(w.served, 0);
    trt_kill(w.back);
}

TRT_ACTOR(answers_and_goes_on)
{
    const tr_msg *msg = trt_next_of(self, &scn_ask_type);
    scn_ask_reply(self, tr_msg_from(msg), &(struct scn_answer){ 0 });
    w.inner_err = ask(self, w.back);
    w.finished++;
    return TR_NORMAL;
}

// Who has answered serves nobody: its calls have all the time they ask for.
TRT_SCENARIO(an_answered_caller_limits_nothing, INHERIT)
{
    w.back = trt_spawn(&silent, 0);
    w.front = trt_spawn(&answers_and_goes_on, 0);
    ask_in_front(10);
    TRT_EQUAL(w.front_err, TR_OK);
    TRT_EQUAL(w.finished, 0);
    trt_kill(w.back);
    TRT_EQUAL(w.inner_err, TR_EEXITED);
    TRT_EQUAL(w.finished, 1);
}
