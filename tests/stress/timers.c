// SPDX-License-Identifier: MIT
// G7: timers armed and cancelled in masses: none early, none twice, none after a cancel that
// succeeded, and none lost.
#include "stress.h"

#define TR_MODULE timers
TR_MESSAGE(tick, { uint32_t n; });
TR_MESSAGE0(never);

const char *const trt_name = "timers";
const bool trt_own_systems = false;

enum { ACTORS = 16, TIMERS = 256 };

struct task {
    tr_pid referee;
    uint64_t seed;
};

struct alarm {
    tr_timer timer;
    uint64_t due_ns;
    bool cancelled;
    bool fired;
};

static void take(struct alarm *alarms, const tr_msg *msg)
{
    struct alarm *alarm = &alarms[timers_tick_of(msg)->n];
    TRT_REQUIRE(tr_now_ns() >= alarm->due_ns);
    TRT_REQUIRE(!alarm->fired && !alarm->cancelled);
    alarm->fired = true;
}

static void cancel(tr_self *self, struct alarm *alarm, uint64_t *chance)
{
    int64_t left_ms = -1;
    tr_err err = tr_timer_cancel(self, alarm->timer, trt_below(chance, 2) == 0 ? &left_ms : NULL);
    if (err == TR_OK) {
        TRT_REQUIRE(!alarm->cancelled && !alarm->fired && left_ms <= 20);
        alarm->cancelled = true;
    } else {
        TRT_SAME(err, TR_ENOENT); // it fired, though its message may still wait, or was cancelled
    }
}

static uint32_t arm_and_cancel(tr_self *self, struct alarm *alarms, uint64_t *chance)
{
    uint32_t pending = TIMERS;
    for (uint32_t i = 0; i < TIMERS; i++) {
        int64_t delay_ms = trt_below(chance, 20);
        alarms[i] = (struct alarm){ .due_ns = tr_now_ns() + (uint64_t)delay_ms * 1000000u };
        tr_err err = tr_send_after(self, delay_ms, tr_self_pid(self), &timers_tick_type,
                                   &(struct timers_tick){ i }, &alarms[i].timer);
        TRT_SAME(err, TR_OK);
        if (trt_below(chance, 3) == 0) {
            cancel(self, &alarms[trt_below(chance, i + 1)], chance);
        }
        const tr_msg *msg = trt_receive(self, NULL, trt_below(chance, 64) == 0 ? 1 : 0);
        if (msg != NULL) {
            take(alarms, msg);
        }
    }
    for (uint32_t i = 0; i < TIMERS; i++) {
        pending -= alarms[i].fired || alarms[i].cancelled;
    }
    return pending;
}

TRT_ACTOR(clockmaker)
{
    const struct task *task = arg;
    uint64_t chance = task->seed;
    struct alarm *alarms = tr_alloc(self, TIMERS * sizeof *alarms);
    for (uint32_t left = arm_and_cancel(self, alarms, &chance); left > 0; left--) {
        const tr_msg *msg = trt_receive(self, NULL, 10000);
        TRT_REQUIRE(msg != NULL); // all that were not cancelled arrive
        take(alarms, msg);
    }
    TRT_REQUIRE(trt_receive(self, NULL, 25) == NULL);
    // These go with the actor.
    for (int i = 0; i < 8; i++) {
        TRT_SAME(tr_send_after(self, i * 1000, tr_self_pid(self), &timers_never_type, NULL, NULL),
                 TR_OK);
    }
    trt_done(self, task->referee, 1);
    return TR_NORMAL;
}

void trt_round(struct trt_stress *stress)
{
    struct task task = { .seed = stress->seed };
    task.referee = trt_referee(stress, ACTORS);
    for (int i = 0; i < ACTORS; i++, task.seed++) {
        trt_start(stress, &clockmaker, TRT_ARG(&task));
    }
    TRT_SAME(trt_await(stress, task.referee), ACTORS);
}
