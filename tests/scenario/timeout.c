// SPDX-License-Identifier: MIT
// Timeouts of receive, in virtual time: never early, on time, and the queue wins.
// Rows B08 B09 B10 B12 D01 D13; G7.
#include "messages.h"
#include "scenario.h"

static struct {
    tr_pid waiter;
    unsigned timed_out;
    unsigned got;
} w;
TRT_WORLD(w);

TRT_ACTOR(wait_once)
{
    const int64_t *timeout_ms = arg;
    uint64_t start = tr_now_ns();
    if (trt_receive(self, &(tr_match){ TR_TYPES(&scn_red_type) }, *timeout_ms) == NULL) {
        uint64_t waited_ns = tr_now_ns() - start;
        TRT_CHECK(waited_ns >= (uint64_t)*timeout_ms * 1000000u);
        TRT_CHECK(waited_ns <= (uint64_t)(*timeout_ms + 1) * 1000000u + 500000u);
        w.timed_out++;
    } else {
        w.got++;
    }
    return TR_NORMAL;
}

// B09 without traffic: not early, not late.
TRT_SCENARIO(a_receive_times_out_exactly)
{
    for (int i = 0; i < 3; i++) {
        int64_t timeout_ms = 1 + trt_choose(100);
        trt_spawn(&wait_once, TRT_ARG(&timeout_ms));
    }
    trt_quiet();
    TRT_EQUAL(w.timed_out, 0);
    trt_advance(103);
    TRT_EQUAL(w.timed_out, 3);
}

TRT_ACTOR(disturb)
{
    for (uint32_t i = 0; i < 8; i++) {
        TRT_CHECK(trt_receive(self, NULL, 10) == NULL);
        TRT_EQUAL(tr_send(self, w.waiter, scn_blue, .n = i), TR_OK);
    }
    return TR_NORMAL;
}

// Arrivals that do not match neither restart nor shorten the wait.
TRT_SCENARIO(B09_messages_that_do_not_match_do_not_restart_the_wait)
{
    int64_t timeout_ms = 35;
    w.waiter = trt_spawn(&wait_once, TRT_ARG(&timeout_ms));
    trt_spawn(&disturb, 0);
    trt_quiet();
    trt_advance(34);
    TRT_EQUAL(w.timed_out, 0);
    trt_advance(3);
    TRT_EQUAL(w.timed_out, 1);
    trt_advance(100);
}

TRT_ACTOR(poller)
{
    for (uint32_t i = 0; i < 5; i++) {
        (void)tr_send(self, tr_self_pid(self), scn_blue, .n = i);
    }
    uint64_t start = tr_now_ns();
    TRT_CHECK(!trt_poll_of(self, &scn_red_type));
    (void)tr_send(self, tr_self_pid(self), scn_red, .n = 5);
    TRT_CHECK(trt_poll_of(self, &scn_red_type)); // B08: the whole queue is looked through
    TRT_CHECK(!trt_poll_of(self, &scn_red_type));
    TRT_EQUAL(trt_ms_since(start), 0);
    TRT_EQUAL(trt_drain_of(self, &scn_blue_type), 5);
    return TR_NORMAL;
}

TRT_SCENARIO(B08_a_poll_looks_through_the_queue_and_takes_no_time, .traces = 1)
{
    trt_spawn(&poller, 0);
    trt_quiet();
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(negative)
{
    const tr_msg *msg = NULL;
    (void)tr_send(self, tr_self_pid(self), scn_red, .n = 1);
    TRT_EQUAL(tr_receive(self, NULL, -1, &msg), TR_EINVAL);
    TRT_EQUAL(tr_receive(self, NULL, INT64_MIN, &msg), TR_EINVAL);
    TRT_CHECK(msg == NULL);
    TRT_EQUAL(trt_drain_of(self, &scn_red_type), 1);
    return TR_NORMAL;
}

TRT_SCENARIO(B10_a_negative_timeout_is_refused, .traces = 1)
{
    trt_spawn(&negative, 0);
    trt_quiet();
    TRT_EQUAL(trt_alive_count(), 0);
}

// B10 D13: a timeout beyond 2^32 ms is not cut.
TRT_SCENARIO(timeouts_beyond_32_bits_hold, .seeds = 100)
{
    int64_t timeout_ms = (INT64_C(1) << 33) + 5;
    w.waiter = trt_spawn(&wait_once, TRT_ARG(&timeout_ms));
    trt_advance(INT64_C(1) << 33);
    TRT_EQUAL(w.timed_out, 0);
    trt_advance(10);
    TRT_EQUAL(w.timed_out, 1);
}

TRT_ACTOR(send_at)
{
    const int64_t *delay_ms = arg;
    (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_green_type) }, *delay_ms);
    TRT_EQUAL(tr_send(self, w.waiter, scn_red, .n = 1), TR_OK);
    return TR_NORMAL;
}

TRT_ACTOR(wait_and_drain)
{
    uint64_t start = tr_now_ns();
    if (trt_receive(self, NULL, 20) != NULL) {
        w.got++;
        TRT_CHECK(trt_ms_since(start) <= 21);
    } else {
        w.timed_out++;
        TRT_CHECK(trt_ms_since(start) >= 20);
        TRT_CHECK(trt_next_of(self, &scn_red_type) != NULL);
    }
    return TR_NORMAL;
}

static void race(int64_t delay_ms)
{
    w.waiter = trt_spawn(&wait_and_drain, 0);
    trt_quiet();
    trt_spawn(&send_at, TRT_ARG(&delay_ms));
    trt_quiet();
    trt_advance(50);
    TRT_EQUAL(trt_alive_count(), 0);
}

// B12: a message before the deadline is always taken, one after it never, one at the same moment is
// taken now or later, and never lost.
TRT_SCENARIO(a_message_that_races_the_timeout_is_taken_once)
{
    int64_t delay_ms = 17 + trt_choose(7);
    race(delay_ms);
    TRT_EQUAL(w.got + w.timed_out, 1);
    if (delay_ms < 19) {
        TRT_EQUAL(w.got, 1);
    }
    if (delay_ms > 21) {
        TRT_EQUAL(w.timed_out, 1);
    }
}

TRT_ACTOR(rearm)
{
    // A wait that was won by a message, or whose time is over, leaves nothing behind.
    tr_pid me = tr_self_pid(self);
    TRT_EQUAL(tr_send_after(self, 5, me, &scn_red_type, &(uint32_t){ 1 }, NULL), TR_OK);
    TRT_CHECK(trt_receive(self, NULL, 20) != NULL);
    uint64_t start = tr_now_ns();
    TRT_CHECK(trt_receive(self, NULL, 40) == NULL);
    TRT_CHECK(trt_ms_since(start) >= 40);
    TRT_CHECK(trt_receive(self, NULL, 7) == NULL);
    TRT_CHECK(trt_ms_since(start) >= 47);
    w.timed_out++;
    return TR_NORMAL;
}

TRT_SCENARIO(an_earlier_timeout_does_not_end_a_later_wait)
{
    trt_spawn(&rearm, 0);
    trt_spawn(&rearm, 0);
    trt_advance(60);
    TRT_EQUAL(w.timed_out, 2);
}
