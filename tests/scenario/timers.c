// SPDX-License-Identifier: MIT
// Timers: never early, once, never after a cancel that succeeded. Rows D01 to D17; G7.
#include "messages.h"
#include "scenario.h"

enum { TIMERS = 10 };

static struct {
    tr_pid target;
    tr_timer timer;
    unsigned fired;
    unsigned finished;
    bool cancelled;
} w;
TRT_WORLD(w);

static const tr_match go_match = { .types = (const tr_type *const[]){ &scn_go_type },
                                   .type_count = 1 };

static void arm(tr_self *self, int64_t delay_ms, uint32_t n, tr_timer *out)
{
    tr_err err = tr_send_after(self, delay_ms, tr_self_pid(self), &scn_red_type,
                               &(struct scn_red){ n }, out);
    TRT_EQUAL(err, TR_OK);
}

TRT_ACTOR(many_timers)
{
    uint64_t due_ns[TIMERS];
    unsigned fired[TIMERS] = { 0 };
    for (uint32_t i = 0; i < TIMERS; i++) {
        int64_t delay_ms = trt_choose(4) == 0 ? 0 : trt_choose(40);
        due_ns[i] = tr_now_ns() + (uint64_t)delay_ms * 1000000u;
        arm(self, delay_ms, i, NULL);
        if (trt_choose(3) == 0) {
            (void)trt_receive(self, &go_match, trt_choose(5));
        }
    }
    for (int i = 0; i < TIMERS; i++) {
        uint32_t n = scn_red_of(trt_next(self))->n;
        TRT_CHECK(tr_now_ns() >= due_ns[n]);
        TRT_EQUAL(fired[n]++, 0);
    }
    TRT_CHECK(trt_receive(self, NULL, 200) == NULL);
    w.finished++;
    return TR_NORMAL;
}

// D01: each fires once, none early.
TRT_SCENARIO(D01_timers_fire_once_and_never_early)
{
    trt_spawn(&many_timers, 0);
    trt_spawn(&many_timers, 0);
    trt_advance(400);
    TRT_EQUAL(w.finished, 2);
}

TRT_ACTOR(exact_timer)
{
    int64_t delay_ms = 1 + trt_choose(500);
    uint64_t start = tr_now_ns();
    arm(self, delay_ms, 0, NULL);
    (void)trt_next(self);
    uint64_t waited_ns = tr_now_ns() - start;
    TRT_CHECK(waited_ns >= (uint64_t)delay_ms * 1000000u);
    TRT_CHECK(waited_ns <= (uint64_t)(delay_ms + 1) * 1000000u + 500000u);
    w.finished++;
    return TR_NORMAL;
}

// D01: and on time, when nothing else runs.
TRT_SCENARIO(a_timer_is_on_time)
{
    trt_spawn(&exact_timer, 0);
    trt_advance(502);
    TRT_EQUAL(w.finished, 1);
}

// Cancels at some moment around the deadline; the answer must be true.
TRT_ACTOR(canceller)
{
    tr_timer timer;
    arm(self, 20, 0, &timer);
    int64_t wait_ms = 15 + trt_choose(10);
    (void)trt_receive(self, &go_match, wait_ms);
    trt_dawdle(self);
    int64_t left_ms = -7;
    tr_err err = tr_timer_cancel(self, timer, &left_ms);
    if (err == TR_OK) {
        TRT_CHECK(left_ms >= 0 && left_ms <= 20 - wait_ms + 1); // D03
    } else {
        TRT_EQUAL(err, TR_ENOENT);
        TRT_EQUAL(left_ms, -7);
        TRT_CHECK(wait_ms >= 19);
    }
    (void)trt_receive(self, &go_match, 50);
    TRT_EQUAL(trt_drain_of(self, &scn_red_type), err == TR_OK ? 0 : 1); // D04 D05
    TRT_EQUAL(tr_timer_cancel(self, timer, NULL), TR_ENOENT);           // D06
    w.finished++;
    return TR_NORMAL;
}

// D03 D04 D05 D06; museum 65.
TRT_SCENARIO(D03_museum_atomvm_432_cancel_answers_truly_around_the_deadline)
{
    trt_spawn(&canceller, 0);
    trt_advance(150);
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(cancels_at_once)
{
    tr_timer timer[3];
    int64_t left_ms = 0;
    for (uint32_t i = 0; i < 3; i++) {
        arm(self, 10, i, &timer[i]);
    }
    TRT_EQUAL(tr_timer_cancel(self, timer[1], &left_ms), TR_OK);
    TRT_CHECK(left_ms >= 9 && left_ms <= 10);
    TRT_EQUAL(tr_timer_cancel(self, timer[1], NULL), TR_ENOENT);
    arm(self, 10, 3, &timer[1]); // may use the place of the one that was cancelled
    TRT_CHECK(timer[1].generation != 0);
    for (int i = 0; i < 3; i++) {
        trt_note(0, "%u", scn_red_of(trt_next(self))->n);
    }
    TRT_CHECK(trt_receive(self, NULL, 30) == NULL);
    tr_timer none = { 0, 0 };
    TRT_CHECK(tr_timer_cancel(self, none, NULL) != TR_OK);
    w.finished++;
    return TR_NORMAL;
}

// D05 for a timer of the same activation; D14: equal deadlines in the order of creation.
TRT_SCENARIO(D05_museum_chronicle_21_a_timer_cancelled_at_once_never_fires)
{
    trt_spawn(&cancels_at_once, 0);
    trt_advance(60);
    TRT_NOTES(0, "0 2 3");
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(equal_deadlines)
{
    for (uint32_t i = 0; i < 6; i++) {
        arm(self, 25, i, NULL);
    }
    for (int i = 0; i < 6; i++) {
        trt_note(0, "%u", scn_red_of(trt_next(self))->n);
    }
    return TR_NORMAL;
}

// D14
TRT_SCENARIO(D14_timers_of_one_moment_fire_in_order)
{
    trt_spawn(&equal_deadlines, 0);
    trt_advance(40);
    TRT_NOTES(0, "0 1 2 3 4 5");
}

TRT_ACTOR(bad_timers)
{
    tr_timer timer = { 7, 7 };
    tr_pid me = tr_self_pid(self);
    TRT_EQUAL(tr_send_after(self, -1, me, &scn_go_type, NULL, &timer), TR_EINVAL); // D12
    TRT_CHECK(timer.slot == 7 && timer.generation == 7);
    TRT_EQUAL(tr_send_after(self, 1, me, NULL, NULL, NULL), TR_EINVAL);
    TRT_EQUAL(tr_send_after(self, 1, me, &scn_red_type, NULL, NULL), TR_EINVAL);
    TRT_CHECK(trt_receive(self, NULL, 10) == NULL);
    w.finished++;
    return TR_NORMAL;
}

// D12
TRT_SCENARIO(D12_a_timer_with_bad_arguments_is_refused)
{
    trt_spawn(&bad_timers, 0);
    trt_advance(20);
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(very_late)
{
    int64_t delay_ms = (INT64_C(1) << 32) + 1000;
    uint64_t start = tr_now_ns();
    arm(self, delay_ms, 0, NULL);
    tr_timer never;
    arm(self, INT64_MAX / 4, 1, &never);
    (void)trt_next(self);
    TRT_CHECK(trt_ms_since(start) >= delay_ms);
    TRT_EQUAL(tr_timer_cancel(self, never, NULL), TR_OK);
    w.finished++;
    return TR_NORMAL;
}

// D13
TRT_SCENARIO(D13_timers_beyond_32_bits_hold, .seeds = 100)
{
    trt_spawn(&very_late, 0);
    trt_advance(INT64_C(1) << 32);
    TRT_EQUAL(w.finished, 0);
    trt_advance(1002);
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(target)
{
    for (;;) {
        const tr_msg *msg = trt_next(self);
        if (tr_msg_is(msg, &scn_go_type)) {
            return TR_NORMAL;
        }
        w.fired++;
    }
}

TRT_ACTOR(arms_for_another)
{
    TRT_EQUAL(tr_send_after(self, 20, w.target, &scn_red_type, &(uint32_t){ 0 }, &w.timer), TR_OK);
    (void)trt_receive(self, &go_match, 10 + trt_choose(20));
    return TR_NORMAL;
}

// D09: the timer goes with who armed it; a kill may come at any moment around the deadline.
TRT_SCENARIO(a_timer_ends_with_the_actor_that_armed_it)
{
    w.target = trt_spawn(&target, 0);
    tr_pid owner = trt_spawn(&arms_for_another, 0);
    uint32_t kill_ms = trt_choose(3) * 10;
    trt_quiet();
    trt_advance(kill_ms);
    trt_kill(owner);
    trt_advance(50);
    TRT_CHECK(kill_ms == 20 || w.fired == 0);
    TRT_EQUAL(scn_go_system_send(trt_system(), w.target, &(struct scn_go){ 0 }), TR_OK);
    trt_quiet();
}

TRT_ACTOR(cancels_of_the_dead)
{
    w.target = trt_child(self, &target, 0);
    tr_timer timer;
    TRT_EQUAL(tr_send_after(self, 20, w.target, &scn_red_type, &(uint32_t){ 0 }, &timer), TR_OK);
    (void)tr_send(self, w.target, scn_go, 0);
    (void)trt_await_end(self, w.target);
    if (trt_choose(2) == 0) {
        (void)trt_receive(self, NULL, 40);
    }
    TRT_EQUAL(tr_timer_cancel(self, timer, NULL), TR_ENOENT); // D09
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(D09_a_timer_for_a_dead_actor_delivers_nothing)
{
    trt_spawn(&cancels_of_the_dead, 0);
    trt_advance(100);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(w.fired, 0);
}

TRT_ACTOR(owner)
{
    TRT_EQUAL(tr_send_after(self, 20, w.target, &scn_red_type, &(uint32_t){ 0 }, &w.timer), TR_OK);
    (void)trt_receive(self, &go_match, 40);
    return TR_NORMAL;
}

TRT_ACTOR(foreign_canceller)
{
    int64_t wait_ms = 17 + trt_choose(6);
    (void)trt_receive(self, &go_match, wait_ms);
    w.cancelled = tr_timer_cancel(self, w.timer, NULL) == TR_OK;
    TRT_CHECK(w.cancelled || wait_ms >= 19);
    return TR_NORMAL;
}

// D17: anybody with the handle may cancel.
TRT_SCENARIO(D17_another_actor_may_cancel)
{
    w.target = trt_spawn(&target, 0);
    trt_spawn(&owner, 0);
    trt_quiet();
    trt_spawn(&foreign_canceller, 0);
    trt_advance(60);
    TRT_EQUAL(w.fired, w.cancelled ? 0 : 1);
    trt_kill(w.target);
}
