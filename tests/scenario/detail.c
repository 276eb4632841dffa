// SPDX-License-Identifier: MIT
// A call that failed explains itself.
#include "messages.h"
#include "scenario.h"

#include <string.h>

static struct {
    tr_pid server;
    tr_pid dead;
    unsigned finished;
} w;
TRT_WORLD(w);

TRT_ACTOR(busy)
{
    (void)trt_next_of(self, &scn_red_type);
    (void)trt_next_of(self, &scn_go_type);
    return TR_NORMAL;
}

TRT_ACTOR(calls_and_explains)
{
    struct scn_answer answer;
    tr_detail detail = TR_DETAIL_INIT;
    TRT_EQUAL(tr_error_detail(self, &detail), TR_ENOENT);
    TRT_EQUAL(scn_ask_call(self, w.server, &(struct scn_ask){ 0 }, 20, &answer), TR_ETIMEDOUT);
    TRT_EQUAL(tr_error_detail(self, &detail), TR_OK);
    TRT_EQUAL(detail.err, TR_ETIMEDOUT);
    TRT_CHECK(tr_pid_equal(detail.pid, w.server));
    TRT_TEXT(detail.name, "till");
    TRT_TEXT(detail.label, "busy");
    TRT_EQUAL(detail.state, TR_STATE_WAITING);
    TRT_EQUAL(detail.handled_count, 1);
    TRT_CHECK(detail.mailbox_depth == 1); // the request
    TRT_EQUAL(detail.waited_ms, 20);
    TRT_EQUAL(detail.timeout_ms, 20);
    TRT_EQUAL(detail.state_ms, 70); // since before the call
    TRT_CHECK(detail.handling == NULL);
    TRT_EQUAL(detail.cycle_count, 0);
    TRT_EQUAL(scn_ask_call(self, w.dead, &(struct scn_ask){ 0 }, 20, &answer), TR_ENOPROC);
    TRT_EQUAL(tr_error_detail(self, &detail), TR_OK);
    TRT_EQUAL(detail.err, TR_ENOPROC);
    TRT_CHECK(tr_pid_equal(detail.pid, w.dead));
    TRT_EQUAL(detail.state, TR_STATE_FREE);
    TRT_EQUAL(detail.name[0], 0);
    TRT_EQUAL(detail.waited_ms, 0);
    TRT_EQUAL(scn_ask_call(self, tr_self_pid(self), &(struct scn_ask){ 0 }, 20, &answer),
              TR_EDEADLK);
    TRT_EQUAL(tr_error_detail(self, &detail), TR_OK);
    TRT_EQUAL(detail.err, TR_EDEADLK);
    TRT_EQUAL(detail.cycle_count, 1);
    TRT_CHECK(tr_pid_equal(detail.cycle[0], tr_self_pid(self)));
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_call_that_failed_says_who_was_called_and_what_it_did)
{
    w.dead = trt_spawn(&busy, 0);
    trt_kill(w.dead);
    w.server = trt_spawn(&busy, .name = "till");
    TRT_EQUAL(tr_system_send(trt_system(), w.server, &scn_red_type, &(struct scn_red){ 0 }), TR_OK);
    trt_quiet();
    trt_advance(50);
    trt_spawn(&calls_and_explains, 0);
    trt_advance(100);
    TRT_EQUAL(w.finished, 1);
    trt_kill(w.server);
}

// Asks a silent actor while it handles a message.
TRT_ACTOR(passes_the_question)
{
    struct scn_answer answer;
    (void)trt_next_of(self, &scn_ask_type);
    TRT_EQUAL(scn_ask_call(self, w.dead, &(struct scn_ask){ 0 }, TR_INFINITY, &answer), TR_EEXITED);
    return TR_NORMAL;
}

static tr_detail explain(tr_self *self, tr_err err, tr_pid pid, int64_t waited_ms)
{
    tr_detail detail = TR_DETAIL_INIT;
    TRT_EQUAL(tr_error_detail(self, &detail), TR_OK);
    TRT_EQUAL(detail.err, err);
    TRT_CHECK(tr_pid_equal(detail.pid, pid));
    TRT_EQUAL(detail.waited_ms, waited_ms);
    return detail;
}

TRT_ACTOR(asks_and_explains)
{
    tr_request asked[2];
    tr_requests all;
    const tr_msg *reply;
    for (unsigned i = 0; i < 2; i++) {
        tr_pid to = i == 0 ? w.server : w.dead;
        TRT_EQUAL(scn_ask_request(self, to, &(struct scn_ask){ 0 }, &asked[i]), TR_OK);
    }
    TRT_EQUAL(tr_request_wait(self, asked[0], 0, &reply), TR_ETIMEDOUT);
    tr_detail detail = TR_DETAIL_INIT;
    TRT_EQUAL(tr_error_detail(self, &detail), TR_ENOENT); // a poll is no failure
    TRT_EQUAL(tr_request_wait(self, asked[0], 15, &reply), TR_ETIMEDOUT);
    detail = explain(self, TR_ETIMEDOUT, w.server, 15);
    TRT_EQUAL(detail.state, TR_STATE_CALLING);
    TRT_EQUAL(detail.state_ms, 15);
    TRT_CHECK(detail.handling != NULL && strcmp(detail.handling, "scn.ask") == 0);
    TRT_EQUAL(tr_requests_new(self, &all), TR_OK);
    TRT_EQUAL(tr_requests_add(self, all, asked[1], 0), TR_OK);
    TRT_EQUAL(tr_requests_wait_any(self, all, 10, NULL, &reply), TR_ETIMEDOUT);
    detail = explain(self, TR_ETIMEDOUT, w.dead, 10);
    TRT_EQUAL(detail.state, TR_STATE_WAITING);
    TRT_EQUAL(tr_exit_send(self, w.dead, TR_KILL), TR_OK);
    TRT_EQUAL(tr_requests_wait_any(self, all, TR_INFINITY, NULL, &reply), TR_EEXITED);
    (void)explain(self, TR_EEXITED, w.dead, 0);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_request_that_failed_says_with_what_its_holder_is_busy)
{
    tr_actor_info info = TR_ACTOR_INFO_INIT;
    w.dead = trt_spawn(&busy, 0);
    w.server = trt_spawn(&passes_the_question, 0);
    trt_spawn(&asks_and_explains, 0);
    trt_advance(12);
    TRT_EQUAL(tr_debug_info(trt_system(), w.server, &info), TR_OK);
    TRT_EQUAL(info.state, TR_STATE_CALLING);
    TRT_EQUAL(info.state_ms, 12);
    TRT_CHECK(tr_pid_equal(info.waits_for, w.dead));
    TRT_CHECK(info.handling != NULL && strcmp(info.handling, "scn.ask") == 0);
    TRT_EQUAL(tr_debug_info(trt_system(), w.dead, &info), TR_OK);
    TRT_CHECK(tr_pid_is_none(info.waits_for));
    trt_advance(100);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(gives_its_own_reason)
{
    TRT_EQUAL(tr_call_reason_set(self, tr_exit_make(TR_EXIT_NONE, 0, NULL)), TR_EINVAL);
    TRT_EQUAL(tr_call_reason_set(self, tr_exit_make(TR_EXIT_ERROR, 7, "no such child")), TR_OK);
    // From its own text as well.
    TRT_EQUAL(tr_call_reason_set(self, tr_call_reason(self)), TR_OK);
    tr_exit reason = tr_call_reason(self);
    TRT_EQUAL(reason.tag, TR_EXIT_ERROR);
    TRT_EQUAL(reason.code, 7);
    TRT_TEXT(reason.text, "no such child");
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_function_that_wraps_calls_gives_its_own_reason)
{
    trt_spawn(&gives_its_own_reason, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
}
