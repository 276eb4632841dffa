// SPDX-License-Identifier: MIT
// The seam between a libuv loop and a system in host mode: the loop polls the system's descriptor,
// one uv timer stands for the next deadline, and the host's own timers go on between.
#include "stress.h"

#include <uv.h>

#define TR_MODULE uv
TR_MESSAGE(ball, { tr_pid from; });
TR_MESSAGE0(tick);

const char *const trt_name = "uv_host";
const bool trt_own_systems = true;

enum { BALLS = 200, TICKS = 10, PERIOD_MS = 2, STOP_MS = 20000 };

static struct {
    tr_system *sys;
    uv_loop_t loop;
    uv_poll_t poll;
    uv_timer_t deadline;
    uv_timer_t own; // the host's
    unsigned balls;
    unsigned ticks;
    unsigned own_ticks;
    unsigned own_between; // of the host's, between two of an actor's
} w;

TRT_ACTOR(pong)
{
    for (;;) {
        const struct uv_ball *ball = uv_ball_of(trt_receive(self, NULL, TR_INFINITY));
        (void)tr_send(self, ball->from, uv_ball, .from = tr_self_pid(self));
    }
    return TR_NORMAL;
}

TRT_ACTOR(ping)
{
    tr_pid other = trt_child(self, &pong, .link = true);
    for (int i = 0; i < BALLS; i++) {
        (void)tr_send(self, other, uv_ball, .from = tr_self_pid(self));
        (void)trt_receive(self, &(tr_match){ TR_TYPES(&uv_ball_type) }, TR_INFINITY);
        w.balls++;
        if (i % 20 == 0) { // sleeps now and then: the loop has to wake it
            (void)trt_receive(self, &(tr_match){ TR_TYPES(&uv_tick_type) }, 1);
        }
    }
    return TR_SHUTDOWN;
}

TRT_ACTOR(ticker)
{
    TRT_SAME(
        tr_send_every(self, PERIOD_MS, PERIOD_MS, tr_self_pid(self), &uv_tick_type, NULL, NULL),
        TR_OK);
    unsigned seen = 0;
    while (w.ticks < TICKS) {
        (void)trt_receive(self, NULL, TR_INFINITY);
        w.ticks++;
        w.own_between += w.own_ticks > seen;
        seen = w.own_ticks;
    }
    return TR_NORMAL;
}

static void on_deadline(uv_timer_t *timer);

// Steps, and tells the loop when to come back for timers.
static void step(void)
{
    int64_t wait_ms = 0;
    TRT_SAME(tr_system_step(w.sys, 500000, NULL), TR_OK);
    TRT_SAME(tr_system_next_deadline(w.sys, &wait_ms), TR_OK);
    if (wait_ms < 0) {
        (void)uv_timer_stop(&w.deadline);
    } else {
        TRT_SAME(uv_timer_start(&w.deadline, on_deadline, (uint64_t)wait_ms, 0), 0);
    }
    if (w.balls == BALLS && w.ticks >= TICKS && w.own_ticks >= TICKS) {
        uv_stop(&w.loop);
    }
}

static void on_deadline(uv_timer_t *timer)
{
    (void)timer;
    step();
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    (void)poll;
    TRT_REQUIRE(status == 0 && (events & UV_READABLE) != 0);
    step();
}

static void on_own(uv_timer_t *timer)
{
    (void)timer;
    w.own_ticks++;
}

static void drop(uv_handle_t *handle, void *unused)
{
    (void)unused;
    uv_close(handle, NULL);
}

void trt_round(struct trt_stress *stress)
{
    (void)stress;
    w.balls = w.ticks = w.own_ticks = w.own_between = 0;
    TRT_SAME(tr_system_start(&(tr_system_opts){ .host = true }, &w.sys), TR_OK);
    TRT_SAME(uv_loop_init(&w.loop), 0);
    TRT_SAME(uv_poll_init(&w.loop, &w.poll, tr_system_fd(w.sys)), 0);
    TRT_SAME(uv_timer_init(&w.loop, &w.deadline), 0);
    TRT_SAME(uv_timer_init(&w.loop, &w.own), 0);
    TRT_SAME(uv_poll_start(&w.poll, UV_READABLE, on_readable), 0);
    TRT_SAME(uv_timer_start(&w.own, on_own, 1, 1), 0);
    trt_start_with(w.sys, &ping, NULL);
    trt_start_with(w.sys, &ticker, NULL);
    (void)uv_run(&w.loop, UV_RUN_DEFAULT);
    TRT_SAME(w.balls, BALLS);
    TRT_REQUIRE(w.own_between > 0);
    uv_walk(&w.loop, drop, NULL);
    (void)uv_run(&w.loop, UV_RUN_DEFAULT);
    TRT_SAME(uv_loop_close(&w.loop), 0);
    TRT_SAME(tr_system_stop(w.sys, STOP_MS, NULL), TR_OK);
    trt_check_stopped(w.sys);
    TRT_SAME(tr_system_free(w.sys), TR_OK);
}
