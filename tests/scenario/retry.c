// SPDX-License-Identifier: MIT
// Delays that grow, and calls that are tried again when that is safe.
#include "messages.h"
#include "scenario.h"

#include <troupe/retry.h>

static struct {
    tr_pid server;
    unsigned served;
    unsigned tries;
    unsigned finished;
    tr_err err;
    int64_t took_ms;
    tr_retry_policy policy;
    bool named;
} w;
TRT_WORLD(w);

TRT_ACTOR(draws_delays)
{
    tr_retry_policy policy = {
        .attempts = 6, .first_ms = 100, .max_ms = 500, .jitter_percent = 20
    };
    static const int64_t whole[] = { 100, 200, 400, 500, 500 };
    tr_retry retry;
    int64_t delay_ms = 0;
    TRT_EQUAL(tr_retry_begin(&policy, &retry), TR_OK);
    for (unsigned i = 0; i < TR_COUNT(whole); i++) {
        TRT_EQUAL(tr_retry_next(self, &retry, &delay_ms), TR_OK);
        TRT_CHECK(delay_ms <= whole[i] && delay_ms >= whole[i] - whole[i] / 5);
        tr_test_trace(trt_test(), (uint64_t)delay_ms);
    }
    TRT_EQUAL(tr_retry_next(self, &retry, &delay_ms), TR_ETIMEDOUT);
    policy.deadline_ms = 250;
    TRT_EQUAL(tr_retry_begin(&policy, &retry), TR_OK);
    TRT_EQUAL(tr_retry_next(self, &retry, &delay_ms), TR_OK);
    uint64_t start = tr_now_ns();
    TRT_EQUAL(tr_sleep(self, 240), TR_OK);
    TRT_CHECK(trt_ms_since(start) >= 240);
    TRT_EQUAL(tr_retry_next(self, &retry, &delay_ms), TR_ETIMEDOUT); // it would end too late
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(delays_grow_up_to_a_limit_with_jitter)
{
    trt_spawn(&draws_delays, 0);
    trt_advance(500);
    TRT_EQUAL(w.finished, 1);
}

// The jitter differs, the first delay is within the limit, and none is none.
TRT_ACTOR(draws_many_delays)
{
    tr_retry_policy policy = { .attempts = 40, .first_ms = 1000, .max_ms = 400, .factor = 1 };
    tr_retry retry;
    int64_t delay_ms = 0;
    unsigned shorter = 0;
    TRT_EQUAL(tr_retry_begin(&policy, &retry), TR_OK);
    for (unsigned i = 0; i < 39; i++) {
        TRT_EQUAL(tr_retry_next(self, &retry, &delay_ms), TR_OK);
        TRT_CHECK(delay_ms <= 400 && delay_ms >= 200);
        shorter += delay_ms < 400;
    }
    TRT_CHECK(shorter > 0);
    policy.first_ms = TR_ZERO;
    TRT_EQUAL(tr_retry_begin(&policy, &retry), TR_OK);
    TRT_EQUAL(tr_retry_next(self, &retry, &delay_ms), TR_OK);
    TRT_EQUAL(delay_ms, 0);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(delays_differ_within_their_limit)
{
    trt_spawn(&draws_many_delays, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(keeps_its_message)
{
    tr_pid me = tr_self_pid(self);
    (void)tr_send(self, me, scn_red, .n = 1);
    (void)tr_send(self, me, scn_red, .n = 2);
    const tr_msg *msg = trt_next(self);
    TRT_EQUAL(tr_sleep(self, 20), TR_OK);
    TRT_EQUAL(scn_red_of(msg)->n, 1);
    TRT_EQUAL(scn_red_of(trt_next(self))->n, 2);
    TRT_EQUAL(tr_sleep(self, -1), TR_EINVAL);
    w.finished++;
    (void)tr_sleep(self, TR_INFINITY);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_sleeping_actor_receives_nothing_and_can_be_killed)
{
    w.server = trt_spawn(&keeps_its_message, 0);
    trt_advance(50);
    TRT_EQUAL(w.finished, 1);
    trt_kill(w.server);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(tries)
{
    const tr_msg *reply = NULL;
    uint64_t start = tr_now_ns();
    const struct scn_ask ask = { 3 };
    w.err = w.named ? tr_call_named_retry(self, "till", &scn_ask_type, &ask, &w.policy, &reply)
                    : tr_call_retry(self, w.server, &scn_ask_type, &ask, &w.policy, &reply);
    w.took_ms = trt_ms_since(start);
    if (w.err == TR_OK) {
        TRT_EQUAL(scn_answer_of(reply)->n, 3);
    }
    w.finished++;
    return TR_NORMAL;
}

// Answers from its n-th request on.
TRT_ACTOR(answers_from)
{
    const unsigned *first = arg;
    for (;;) {
        const tr_msg *msg = trt_next_of(self, &scn_ask_type);
        if (++w.served >= *first) {
            scn_ask_reply(self, tr_msg_from(msg), &(struct scn_answer){ scn_ask_of(msg)->n });
        }
    }
    return TR_NORMAL;
}

TRT_SCENARIO(a_timeout_is_tried_again_only_when_that_is_safe)
{
    unsigned first = 3;
    bool idempotent = trt_choose(2) == 0;
    w.policy =
        (tr_retry_policy){ .attempts = 5, .first_ms = 10, .try_ms = 20, .idempotent = idempotent };
    w.server = trt_spawn(&answers_from, TRT_ARG(&first));
    trt_spawn(&tries, 0);
    trt_advance(1000);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(w.served, idempotent ? 3 : 1);
    TRT_EQUAL(w.err, idempotent ? TR_OK : TR_ETIMEDOUT);
    TRT_CHECK(!idempotent || (w.took_ms >= 40 + 15 && w.took_ms <= 40 + 30 + 4));
    trt_kill(w.server);
}

TRT_ACTOR(ends_when_asked)
{
    (void)trt_next_of(self, &scn_ask_type);
    w.served++;
    return TR_ERROR("down");
}

// A name that is free, or whose bearer ends, is tried again; a dead pid is not.
TRT_SCENARIO(a_call_by_name_survives_a_restart)
{
    unsigned first = 0;
    w.named = trt_choose(3) != 0;
    bool idempotent = trt_choose(2) == 0;
    w.policy = (tr_retry_policy){ .attempts = 8, .first_ms = 10, .idempotent = idempotent };
    w.server = trt_spawn(&ends_when_asked, .name = "till");
    bool early = trt_choose(2) == 0;
    if (early) {
        trt_kill(w.server);
    }
    trt_spawn(&tries, 0);
    trt_advance(15);
    tr_pid next = trt_spawn(&answers_from, TRT_ARG(&first), .name = "till");
    trt_advance(1000);
    TRT_EQUAL(w.finished, 1);
    tr_err failed = early ? TR_ENOPROC : TR_EEXITED;
    TRT_EQUAL(w.err, w.named && (early || idempotent) ? TR_OK : failed);
    trt_kill(next);
}

TRT_ACTOR(sleeps)
{
    (void)tr_sleep(self, TR_INFINITY);
    return TR_NORMAL;
}

TRT_SCENARIO(a_full_mailbox_is_tried_again)
{
    w.policy = (tr_retry_policy){ .attempts = 4, .first_ms = 10, .deadline_ms = 200 };
    w.server = trt_spawn(&sleeps, .mailbox = { .capacity = 1, .policy = TR_MAILBOX_FAIL });
    trt_quiet();
    TRT_EQUAL(tr_system_send(trt_system(), w.server, &scn_go_type, NULL), TR_OK);
    trt_spawn(&tries, 0);
    trt_advance(500);
    TRT_EQUAL(w.err, TR_EFULL);
    TRT_CHECK(w.took_ms >= 35 && w.took_ms <= 200);
    trt_kill(w.server);
}

// One try is never longer than what is left of the whole.
TRT_SCENARIO(the_deadline_cuts_the_try)
{
    w.policy = (tr_retry_policy){ .attempts = 4, .try_ms = 1000, .deadline_ms = 30 };
    w.server = trt_spawn(&sleeps, 0);
    trt_spawn(&tries, 0);
    trt_advance(2000);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(w.err, TR_ETIMEDOUT);
    TRT_CHECK(w.took_ms >= 29 && w.took_ms <= 32);
    trt_kill(w.server);
}
