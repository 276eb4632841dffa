// SPDX-License-Identifier: MIT
// What holds for every timer: never early, once, never after a cancel that succeeded (G7); a limit.
#include "messages.h"
#include "scenario.h"

#define NS_PER_MS UINT64_C(1000000)

enum { SLOTS = 6, STEPS = 60 };

// What one actor knows of one of its timers.
struct timer {
    tr_timer handle; // 0: a named one
    bool armed;      // its message may come
    bool interval;
    uint64_t due_ns;
    uint64_t period_ns;
};

static struct {
    unsigned finished;
    unsigned received;
    tr_err limit;
} w;
TRT_WORLD(w);

static const tr_match go_match = { .types = (const tr_type *const[]){ &scn_go_type },
                                   .type_count = 1 };

static const char *const names[] = { "a", "b" };

static void arm(tr_self *self, struct timer *timer, uint32_t slot)
{
    int64_t delay_ms = trt_choose(3) == 0 ? 0 : trt_choose(12);
    struct scn_red body = { slot };
    tr_pid me = tr_self_pid(self);
    tr_err err = TR_OK;
    *timer =
        (struct timer){ .armed = true, .due_ns = tr_now_ns() + (uint64_t)delay_ms * NS_PER_MS };
    switch (slot) {
    case 0:
    case 1:
        err = tr_timer_set(self, names[slot], delay_ms, &scn_red_type, &body);
        break;
    case 2:
        timer->interval = true;
        timer->period_ns = (1 + trt_choose(5)) * NS_PER_MS;
        err = tr_send_every(self, delay_ms, (int64_t)(timer->period_ns / NS_PER_MS), me,
                            &scn_red_type, &body, &timer->handle);
        break;
    case 3:
        err = tr_send_at(self, timer->due_ns, me, &scn_red_type, &body, &timer->handle);
        break;
    default:
        err = tr_send_after(self, delay_ms, me, &scn_red_type, &body, &timer->handle);
        break;
    }
    TRT_EQUAL(err, TR_OK);
}

static bool end(tr_self *self, const struct timer *timer, uint32_t slot)
{
    tr_err err =
        slot < 2 ? tr_timer_unset(self, names[slot]) : tr_timer_cancel(self, timer->handle, NULL);
    TRT_CHECK(err == TR_OK || err == TR_ENOENT);
    TRT_CHECK(timer->armed || err == TR_ENOENT);
    return err == TR_OK;
}

// Every message must be of a timer whose message may come, and not too early.
static void look(tr_self *self, struct timer *timers, int64_t ms)
{
    const tr_msg *msg = trt_receive(self, NULL, ms);
    if (msg == NULL) {
        return;
    }
    struct timer *timer = &timers[scn_red_of(msg)->n];
    TRT_CHECK(timer->armed);
    TRT_CHECK(tr_now_ns() >= timer->due_ns);
    TRT_CHECK(timer->handle.generation == 0 ||
              tr_msg_ref_id(msg) == tr_timer_ref(timer->handle).id);
    timer->armed = timer->interval;
    timer->due_ns += timer->period_ns;
    w.received++;
}

TRT_ACTOR(plays_with_timers)
{
    struct timer timers[SLOTS] = { { .armed = false } };
    for (int i = 0; i < STEPS; i++) {
        uint32_t slot = trt_choose(SLOTS);
        struct timer *timer = &timers[slot];
        switch (trt_choose(4)) {
        case 0:
            // A simple one whose message may still come is left alone.
            if (slot < 2 || !timer->armed) {
                arm(self, timer, slot);
            }
            break;
        case 1:
            // A cancel that is too late leaves the message of a simple timer.
            timer->armed = end(self, timer, slot) ? false : timer->armed && slot > 2;
            break;
        case 2:
            trt_dawdle(self);
            break;
        default:
            look(self, timers, trt_choose(8));
            break;
        }
    }
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(no_timer_fires_early_twice_or_after_its_cancel)
{
    trt_spawn(&plays_with_timers, 0);
    trt_spawn(&plays_with_timers, 0);
    trt_advance(1000);
    TRT_EQUAL(w.finished, 2);
    tr_test_trace(trt_test(), w.received);
}

TRT_ACTOR(cancels_in_the_moment)
{
    struct scn_red body = { 0 };
    tr_pid me = tr_self_pid(self);
    tr_timer timer;
    tr_pid nobody;
    for (int i = 0; i < 4; i++) {
        TRT_EQUAL(tr_timer_set(self, "a", 10, &scn_red_type, &body), TR_OK);
        TRT_EQUAL(tr_send_every(self, 10, 10, me, &scn_red_type, &body, &timer), TR_OK);
        trt_dawdle(self);
        (void)trt_receive(self, &go_match, 10); // perhaps on another worker than that of the timers
        for (uint32_t k = trt_choose(6); k > 0; k--) {
            (void)!tr_whereis(self, "nobody", &nobody); // others run, nothing is drained
        }
        (void)tr_timer_unset(self, "a");
        (void)tr_timer_cancel(self, timer, NULL);
        TRT_EQUAL(trt_drain_of(self, &scn_red_type), 0);
    }
    w.finished++;
    return TR_NORMAL;
}

// What is on its way when the timer is cancelled is dropped as it comes in.
TRT_SCENARIO(a_shot_that_is_inbound_is_dropped_too)
{
    for (int i = 0; i < 4; i++) {
        trt_spawn(&cancels_in_the_moment, 0);
    }
    trt_advance(100);
    TRT_EQUAL(w.finished, 4);
}

TRT_ACTOR(waits_for_go)
{
    (void)trt_next_of(self, &scn_go_type);
    return TR_NORMAL;
}

TRT_ACTOR(takes_a_red)
{
    (void)trt_next_of(self, &scn_red_type);
    w.received++;
    return TR_NORMAL;
}

TRT_ACTOR(ticks_for_a_name)
{
    struct scn_red body = { 0 };
    TRT_EQUAL(tr_send_named_every(self, 5, 5, "ticked", &scn_red_type, &body, NULL), TR_OK);
    (void)trt_receive(self, &go_match, 60);
    return TR_NORMAL;
}

// The shot that died with the first receiver does not stop those for the next one.
TRT_SCENARIO(an_interval_for_a_name_goes_on_with_the_next_receiver)
{
    tr_pid first = trt_spawn(&waits_for_go, .name = "ticked");
    trt_spawn(&ticks_for_a_name, 0);
    trt_advance(12);
    trt_kill(first);
    trt_spawn(&takes_a_red, .name = "ticked");
    trt_advance(60);
    TRT_EQUAL(w.received, 1);
}

TRT_ACTOR(ends)
{
    return TR_NORMAL;
}

// A place is free again when the P that has the timer has looked.
static void arm_again(tr_self *self, int64_t delay_ms, int64_t period_ms, tr_pid to)
{
    tr_err err = TR_ELIMIT;
    for (int i = 0; i < 4 && err == TR_ELIMIT; i++) {
        err = period_ms == 0
                  ? tr_send_after(self, delay_ms, to, &scn_go_type, NULL, NULL)
                  : tr_send_every(self, delay_ms, period_ms, to, &scn_go_type, NULL, NULL);
        (void)trt_receive(self, NULL, 3);
    }
    TRT_EQUAL(err, TR_OK);
}

TRT_ACTOR(arms_to_the_limit)
{
    tr_timer timers[3];
    tr_pid me = tr_self_pid(self);
    tr_pid child = trt_child(self, &ends, 0);
    (void)trt_await_end(self, child);
    for (int i = 0; i < 3; i++) {
        TRT_EQUAL(tr_send_after(self, 1000, me, &scn_go_type, NULL, &timers[i]), TR_OK);
    }
    w.limit = tr_send_after(self, 1000, me, &scn_go_type, NULL, NULL);
    TRT_EQUAL(tr_timer_set(self, "a", 1000, &scn_go_type, NULL), TR_ELIMIT);
    TRT_EQUAL(tr_timer_unset(self, "a"), TR_ENOENT);
    TRT_EQUAL(tr_timer_cancel(self, timers[1], NULL), TR_OK);
    arm_again(self, 1000, 0, me);
    TRT_EQUAL(tr_timer_cancel(self, timers[0], NULL), TR_OK);
    arm_again(self, 1, 1, child); // it ends, for its receiver is dead
    arm_again(self, 1000, 0, me);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(timers_have_a_limit, .seeds = 100)
{
    tr_system *sys = NULL;
    tr_system_opts opts = { .workers = 1, .timers_max = 3 };
    TRT_EQUAL(tr_system_start(&opts, &sys), TR_OK);
    TRT_EQUAL(tr_system_spawn(sys, &arms_to_the_limit, NULL, NULL), TR_OK);
    trt_advance(50);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(w.limit, TR_ELIMIT);
    TRT_EQUAL(tr_system_stop(sys, 1000, NULL), TR_OK);
    TRT_EQUAL(tr_system_free(sys), TR_OK);
}
