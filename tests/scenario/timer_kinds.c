// SPDX-License-Identifier: MIT
// Timers beyond the simple one: intervals, moments, names, reading, references. Rows D02 to D20.
#include "messages.h"
#include "scenario.h"

#define NS_PER_MS UINT64_C(1000000)

static struct {
    tr_pid target;
    tr_timer timer;
    unsigned fired;
    unsigned finished;
    unsigned turns;
    unsigned most;
    bool done;
} w;
TRT_WORLD(w);

static const tr_match go_match = { .types = (const tr_type *const[]){ &scn_go_type },
                                   .type_count = 1 };

static void wait_ms(tr_self *self, int64_t ms)
{
    (void)trt_receive(self, &go_match, ms);
}

static tr_timer arm(tr_self *self, int64_t delay_ms, uint32_t n)
{
    tr_timer timer = { 0, 0 };
    TRT_EQUAL(tr_send_after(self, delay_ms, tr_self_pid(self), &scn_red_type,
                            &(struct scn_red){ n }, &timer),
              TR_OK);
    return timer;
}

static tr_err every(tr_self *self, int64_t first_ms, int64_t period_ms, tr_pid to, tr_timer *out)
{
    return tr_send_every(self, first_ms, period_ms, to, &scn_red_type, &(struct scn_red){ 7 }, out);
}

static bool same(tr_timer a, tr_timer b)
{
    return a.slot == b.slot && a.generation == b.generation;
}

TRT_ACTOR(tells_apart)
{
    tr_timer old = arm(self, 5, 1);
    wait_ms(self, 8);
    TRT_EQUAL(tr_timer_cancel(self, old, NULL), TR_ENOENT);
    tr_timer young = arm(self, 5, 1);
    const tr_msg *msg = NULL;
    TRT_EQUAL(tr_receive(self, &(tr_match){ .ref = tr_timer_ref(young) }, 20, &msg), TR_OK);
    TRT_CHECK(same(tr_timer_of(msg), young));
    msg = trt_next(self);
    TRT_CHECK(same(tr_timer_of(msg), old));
    TRT_EQUAL(tr_msg_ref_id(msg), tr_timer_ref(old).id);
    (void)tr_send(self, tr_self_pid(self), scn_red, .n = 1);
    TRT_EQUAL(tr_timer_of(trt_next(self)).generation, 0);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(D02_a_message_tells_which_timer_sent_it)
{
    trt_spawn(&tells_apart, 0);
    trt_advance(40);
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(cancels_too_late)
{
    tr_timer timer = arm(self, 5, 1);
    wait_ms(self, 10);
    int64_t left_ms = -7;
    TRT_EQUAL(tr_timer_cancel(self, timer, &left_ms), TR_ENOENT);
    TRT_EQUAL(left_ms, -7);
    TRT_EQUAL(trt_drain_of(self, &scn_red_type), 1);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(D04_a_late_cancel_leaves_the_message_in_the_mailbox)
{
    trt_spawn(&cancels_too_late, 0);
    trt_advance(40);
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(asks_of_strangers)
{
    tr_timer strangers[] = { { 0, 0 }, { 3, 1 }, { 3, 77 }, { UINT32_MAX, 1 }, { 0, 0 } };
    strangers[4] = arm(self, 1, 1);
    (void)trt_next(self);
    for (size_t i = 0; i < TR_COUNT(strangers); i++) {
        int64_t left_ms = -7;
        uint64_t missed = 7;
        TRT_EQUAL(tr_timer_cancel(self, strangers[i], &left_ms), TR_ENOENT);
        TRT_EQUAL(tr_timer_read(self, strangers[i], &left_ms), TR_ENOENT);
        TRT_EQUAL(tr_timer_missed(self, strangers[i], &missed), TR_ENOENT);
        TRT_CHECK(left_ms == -7 && missed == 7);
    }
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(D06_unknown_and_fired_timers_are_no_error)
{
    trt_spawn(&asks_of_strangers, 0);
    trt_advance(10);
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(reads)
{
    tr_timer timer = arm(self, 20, 1);
    int64_t left_ms = 0;
    TRT_EQUAL(tr_timer_read(self, timer, &left_ms), TR_OK);
    TRT_CHECK(left_ms >= 19 && left_ms <= 20);
    wait_ms(self, 12);
    TRT_EQUAL(tr_timer_read(self, timer, &left_ms), TR_OK);
    TRT_CHECK(left_ms >= 6 && left_ms <= 8);
    TRT_EQUAL(tr_timer_read(self, timer, NULL), TR_EINVAL);
    uint64_t start = tr_now_ns();
    (void)trt_next(self);
    TRT_CHECK(trt_ms_since(start) >= 6);
    TRT_EQUAL(tr_timer_read(self, timer, &left_ms), TR_ENOENT);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(D07_reading_a_timer_leaves_it_as_it_is)
{
    trt_spawn(&reads, 0);
    trt_advance(40);
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(takes_reds)
{
    for (;;) {
        const tr_msg *msg = trt_next(self);
        if (!tr_msg_is(msg, &scn_red_type)) {
            return TR_NORMAL;
        }
        w.fired++;
    }
}

TRT_ACTOR(sends_to_a_name)
{
    tr_timer timer;
    TRT_EQUAL(tr_send_named_after(self, 20, "later", &scn_red_type, &(struct scn_red){ 1 }, &timer),
              TR_OK);
    TRT_EQUAL(tr_send_named_after(self, 20, "", &scn_red_type, &(struct scn_red){ 1 }, NULL),
              TR_EINVAL);
    int64_t left_ms;
    TRT_EQUAL(tr_timer_read(self, timer, &left_ms), TR_OK);
    wait_ms(self, 50);
    w.finished++;
    return TR_NORMAL;
}

// The holder of the name dies, and another may take the name before the timer is due.
TRT_SCENARIO(D10_a_timer_for_a_name_finds_its_receiver_when_due)
{
    tr_pid first = trt_spawn(&takes_reds, .name = "later");
    trt_spawn(&sends_to_a_name, 0);
    trt_advance(5);
    unsigned expected = trt_choose(3);
    tr_pid second = tr_no_pid();
    if (expected < 2) {
        trt_kill(first);
    }
    if (expected == 1) {
        second = trt_spawn(&takes_reds, .name = "later");
    }
    trt_advance(30);
    TRT_EQUAL(w.fired, expected == 0 ? 0 : 1);
    trt_kill(first);
    if (expected == 1) {
        trt_kill(second);
    }
    trt_advance(30);
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(waits_for_moments)
{
    tr_pid me = tr_self_pid(self);
    uint64_t start = tr_now_ns();
    struct scn_red body = { 1 };
    TRT_EQUAL(tr_send_at(self, start + 20 * NS_PER_MS, me, &scn_red_type, &body, NULL), TR_OK);
    (void)trt_next(self);
    TRT_CHECK(tr_now_ns() >= start + 20 * NS_PER_MS && trt_ms_since(start) <= 21);
    start = tr_now_ns();
    tr_timer timer;
    int64_t left_ms = 7;
    TRT_EQUAL(tr_send_at(self, start / 2, me, &scn_red_type, &body, &timer), TR_OK);
    TRT_EQUAL(tr_timer_read(self, timer, &left_ms), TR_OK);
    TRT_EQUAL(left_ms, 0);
    (void)trt_next(self);
    TRT_CHECK(trt_ms_since(start) <= 1);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(D11_a_timer_may_have_a_moment_and_a_past_one_is_due_at_once)
{
    trt_spawn(&waits_for_moments, 0);
    trt_advance(60);
    TRT_EQUAL(w.finished, 1);
}

enum { MANY = 3000 };

TRT_ACTOR(arms_many)
{
    for (uint32_t i = 0; i < MANY; i++) {
        TRT_EQUAL(
            tr_send_at(self, 50 * NS_PER_MS, w.target, &scn_red_type, &(struct scn_red){ i }, NULL),
            TR_OK);
    }
    wait_ms(self, 200);
    return TR_NORMAL;
}

// Time stands while somebody is busy, so it begins when the first timer has fired.
TRT_ACTOR(turns)
{
    (void)trt_next_of(self, &scn_go_type);
    while (!w.done) {
        unsigned before = w.fired;
        tr_yield(self);
        w.turns++;
        w.most = w.fired - before > w.most ? w.fired - before : w.most;
    }
    return TR_NORMAL;
}

TRT_ACTOR(takes_many)
{
    tr_pid other = trt_child(self, &turns, 0);
    for (uint32_t i = 0; i < MANY; i++) {
        TRT_EQUAL(scn_red_of(trt_next(self))->n, i);
        if (w.fired++ == 0) {
            (void)tr_send(self, other, scn_go, 0);
        }
    }
    w.done = true;
    return TR_NORMAL;
}

// One worker: what it fires at once the other actor cannot see happen.
TRT_SCENARIO(D15_equal_deadlines_are_fired_in_slices, .seeds = 20, .workers = 1)
{
    w.target = trt_spawn(&takes_many, 0);
    trt_spawn(&arms_many, 0);
    trt_advance(300);
    TRT_EQUAL(w.fired, MANY);
    TRT_CHECK(w.turns > MANY / 256);
    TRT_CHECK(w.most <= MANY / 3);
}

TRT_ACTOR(counts_shots)
{
    uint64_t start = tr_now_ns();
    TRT_EQUAL(every(self, 10, 10, tr_self_pid(self), &w.timer), TR_OK);
    for (uint64_t i = 1; i <= 20; i++) {
        const tr_msg *msg = trt_next(self);
        uint64_t due = start + i * 10 * NS_PER_MS;
        TRT_CHECK(same(tr_timer_of(msg), w.timer));
        TRT_CHECK(tr_now_ns() >= due && tr_now_ns() <= due + 2 * NS_PER_MS);
        trt_dawdle(self);
    }
    uint64_t missed = 7;
    TRT_EQUAL(tr_timer_missed(self, w.timer, &missed), TR_OK);
    TRT_EQUAL(missed, 0);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(D18_an_interval_does_not_drift)
{
    trt_spawn(&counts_shots, 0);
    trt_advance(250);
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(shoots_at_another)
{
    tr_timer by_name;
    TRT_EQUAL(every(self, 5, 5, w.target, &w.timer), TR_OK);
    TRT_EQUAL(
        tr_send_named_every(self, 5, 5, "nobody", &scn_red_type, &(struct scn_red){ 1 }, &by_name),
        TR_OK);
    wait_ms(self, 52);
    TRT_EQUAL(tr_timer_cancel(self, w.timer, NULL), TR_ENOENT);
    TRT_EQUAL(tr_timer_cancel(self, by_name, NULL), TR_OK);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(an_interval_ends_with_its_receiver)
{
    w.target = trt_spawn(&takes_reds, 0);
    trt_spawn(&shoots_at_another, 0);
    trt_advance(22);
    TRT_EQUAL(w.fired, 4);
    trt_kill(w.target);
    trt_advance(40);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(w.fired, 4);
}

TRT_SCENARIO(an_interval_ends_with_the_actor_that_armed_it)
{
    w.target = trt_spawn(&takes_reds, 0);
    tr_pid owner = trt_spawn(&shoots_at_another, 0);
    trt_advance(22);
    trt_kill(owner);
    unsigned fired = w.fired;
    trt_advance(30);
    TRT_EQUAL(w.fired, fired);
    trt_kill(w.target);
}

TRT_ACTOR(is_slow)
{
    tr_pid me = tr_self_pid(self);
    TRT_EQUAL(every(self, 10, 10, me, &w.timer), TR_OK);
    wait_ms(self, 95);
    TRT_EQUAL(trt_depth(me), 1);
    uint64_t missed = 0;
    TRT_EQUAL(tr_timer_missed(self, w.timer, &missed), TR_OK);
    TRT_EQUAL(missed, 8);
    (void)trt_next(self);
    uint64_t start = tr_now_ns();
    (void)trt_next(self);
    TRT_CHECK(trt_ms_since(start) <= 6); // at 100, by the schedule
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(D19_an_interval_has_one_message_waiting_and_counts_the_others)
{
    trt_spawn(&is_slow, 0);
    trt_advance(120);
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(cancels_its_interval)
{
    TRT_EQUAL(every(self, 10, 10, tr_self_pid(self), &w.timer), TR_OK);
    TRT_EQUAL(every(self, 10, 0, tr_self_pid(self), NULL), TR_EINVAL);
    TRT_EQUAL(every(self, -1, 10, tr_self_pid(self), NULL), TR_EINVAL);
    wait_ms(self, trt_choose(40));
    trt_dawdle(self);
    (void)trt_drain_of(self, &scn_blue_type);
    TRT_EQUAL(tr_timer_cancel(self, w.timer, NULL), TR_OK);
    TRT_EQUAL(trt_drain_of(self, &scn_red_type), 0);
    wait_ms(self, 50);
    TRT_EQUAL(trt_drain_of(self, &scn_red_type), 0);
    TRT_EQUAL(tr_timer_cancel(self, w.timer, NULL), TR_ENOENT);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(D20_cancelling_an_interval_stops_a_shot_in_preparation)
{
    trt_spawn(&cancels_its_interval, 0);
    trt_advance(150);
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(sets_and_resets)
{
    struct scn_red body = { 0 };
    for (uint32_t i = 1; i <= 6; i++) {
        body.n = i;
        TRT_EQUAL(tr_timer_set(self, "state", 10, &scn_red_type, &body), TR_OK);
        TRT_EQUAL(tr_timer_set(self, "other", 1000, &scn_red_type, &body), TR_OK);
        wait_ms(self, trt_choose(2) == 0 ? 15 : trt_choose(20)); // it may be in the mailbox now
    }
    body.n = 9;
    TRT_EQUAL(tr_timer_set(self, "state", 10, &scn_red_type, &body), TR_OK);
    TRT_EQUAL(scn_red_of(trt_next(self))->n, 9);
    TRT_EQUAL(tr_timer_unset(self, "state"), TR_ENOENT);
    TRT_EQUAL(tr_timer_set(self, "state", 10, &scn_red_type, &body), TR_OK);
    wait_ms(self, trt_choose(20));
    TRT_EQUAL(tr_timer_unset(self, "state"), TR_OK);
    TRT_EQUAL(tr_timer_unset(self, "state"), TR_ENOENT);
    TRT_CHECK(trt_receive(self, NULL, 30) == NULL);
    w.finished++;
    return TR_NORMAL;
}

// As gen_statem's time-outs by name: what was replaced or unset never arrives.
TRT_SCENARIO(a_named_timer_that_is_set_again_is_replaced)
{
    trt_spawn(&sets_and_resets, 0);
    trt_advance(400);
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(dies_with_timers)
{
    struct scn_red body = { 0 };
    TRT_EQUAL(tr_timer_set(self, "a", 5, &scn_red_type, &body), TR_OK);
    TRT_EQUAL(every(self, 5, 5, tr_self_pid(self), NULL), TR_OK);
    TRT_EQUAL(every(self, 5, 5, w.target, NULL), TR_OK);
    wait_ms(self, 3 + trt_choose(20));
    return TR_NORMAL;
}

TRT_SCENARIO(an_actor_that_ends_leaves_no_timer_of_any_kind)
{
    w.target = trt_spawn(&takes_reds, 0);
    for (int i = 0; i < 3; i++) {
        trt_spawn(&dies_with_timers, 0);
    }
    trt_advance(60);
    trt_kill(w.target);
    TRT_EQUAL(trt_alive_count(), 0);
}
