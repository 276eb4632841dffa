// SPDX-License-Identifier: MIT
// hog: w actors compute (spin) or sleep in the kernel (sleep) without end while a pair plays
// ping-pong, without a pause (gap=0) or every gap milliseconds; the latencies count from when the
// pause was due to end.
#include "bench.h"

#include <stdlib.h>

#define TR_MODULE hog
TR_MESSAGE(ping, { int64_t n; });
TR_MESSAGE(pong, { int64_t n; });

#define SAMPLE_MAX (1 << 24)

struct pinger {
    tr_pid peer;
    int64_t end_ns;
    int64_t gap_ms;
    int64_t *samples; // the main thread's
    long *count;
    struct bench_latch *latch;
};

static atomic_bool x_stop;

// Sleeps undeclared: the monitor has to find out.
static tr_exit run_sleeper(tr_self *self, const void *arg)
{
    (void)self;
    (void)arg;
    // relaxed: nothing is ordered by it.
    while (!atomic_load_explicit(&x_stop, memory_order_relaxed)) {
        bench_sleep_ms(20);
    }
    return TR_NORMAL;
}

static tr_exit run_hog(tr_self *self, const void *arg)
{
    volatile uint32_t number = 1;
    (void)self;
    (void)arg;
    // relaxed: nothing is ordered by it.
    while (!atomic_load_explicit(&x_stop, memory_order_relaxed)) {
        number = bench_chance(number);
    }
    return TR_NORMAL;
}

static tr_next on_ponger(tr_self *self, void *state, const tr_msg *msg)
{
    (void)state;
    tr_send(self, tr_msg_sender(msg), hog_pong, .n = hog_ping_of(msg)->n);
    return TR_CONTINUE;
}

static tr_exit run_pinger(tr_self *self, const void *arg)
{
    const struct pinger *me = arg;
    const tr_msg *msg;
    long i = 0;
    for (; i < SAMPLE_MAX; i++) {
        int64_t due = bench_now_ns() + me->gap_ms * 1000000;
        if (due >= me->end_ns) {
            break;
        }
        if (me->gap_ms > 0) {
            bench_check(tr_receive(self, NULL, me->gap_ms, &msg) == TR_ETIMEDOUT, "hog: pause");
        }
        tr_send(self, me->peer, hog_ping, .n = i);
        bench_must(tr_receive(self, NULL, TR_INFINITY, &msg), "hog: receive");
        bench_check(hog_pong_of(msg)->n == i, "hog: the answer");
        me->samples[i] = bench_now_ns() - due;
    }
    *me->count = i;
    bench_latch_down(me->latch);
    return TR_NORMAL;
}

static const tr_actor_spec hog_spec = { .label = "hog", .run = run_hog };
static const tr_actor_spec sleeper_spec = { .label = "hog", .run = run_sleeper };
static const tr_actor_spec ponger_spec = { .label = "ponger", .on_message = on_ponger };
static const tr_actor_spec pinger_spec = { .label = "pinger", .run = run_pinger };

void bench_hog(const struct bench_run *run, struct bench_result *result)
{
    struct bench_latch latch;
    long count = 0;
    bench_latch_init(&latch, 1);
    int64_t *samples = bench_alloc(SAMPLE_MAX, sizeof *samples);
    for (long i = bench_value(run, "w"); i > 0; i--) {
        bench_spawn(run->sys, bench_value(run, "mode") == 0 ? &hog_spec : &sleeper_spec, NULL, 0);
    }
    bench_sleep_ms(100);
    int64_t start = bench_now_ns();
    struct pinger args = { .peer = bench_spawn(run->sys, &ponger_spec, NULL, 0),
                           .end_ns = start + bench_value(run, "ms") * 1000000,
                           .gap_ms = bench_value(run, "gap"),
                           .samples = samples,
                           .count = &count,
                           .latch = &latch };
    bench_spawn(run->sys, &pinger_spec, &args, sizeof args);
    bench_latch_wait(&latch);
    result->elapsed_ns = bench_now_ns() - start;
    // relaxed: nothing is ordered by it.
    atomic_store_explicit(&x_stop, true, memory_order_relaxed);
    result->messages = 2 * count;
    bench_latencies(result, samples, (size_t)count);
    free(samples);
    bench_latch_fini(&latch);
}
