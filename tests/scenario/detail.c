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
    TRT_EQUAL(detail.cycle_count, 0);
    TRT_EQUAL(scn_ask_call(self, w.dead, &(struct scn_ask){ 0 }, 20, &answer), TR_ENOPROC);
    TRT_EQUAL(tr_error_detail(self, &detail), TR_OK);
    TRT_EQUAL(detail.err, TR_ENOPROC);
    TRT_CHECK(tr_pid_equal(detail.pid, w.dead));
    TRT_EQUAL(detail.state, TR_STATE_FREE);
    TRT_EQUAL(detail.name[0], 0);
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
    trt_spawn(&calls_and_explains, 0);
    trt_advance(100);
    TRT_EQUAL(w.finished, 1);
    trt_kill(w.server);
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
