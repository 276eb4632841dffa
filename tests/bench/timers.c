// SPDX-License-Identifier: MIT
// timers: arms n timers that are all cancelled (cancel), or that all fire (fire; how late is
// reported).
#include "bench.h"

#include <stdlib.h>

#define TR_MODULE timers
TR_MESSAGE(due, { int64_t at_ns; });

struct armer {
    long n;
    int64_t *times_ns; // the main thread's: arming and cancelling, or how late each one was
    struct bench_latch *latch;
};

static tr_exit run_canceller(tr_self *self, const void *arg)
{
    const struct armer *me = arg;
    tr_timer *timers = tr_alloc(self, (size_t)me->n * sizeof *timers);
    struct timers_due body = { 0 };
    int64_t start = bench_now_ns();
    for (long i = 0; i < me->n; i++) {
        bench_must(tr_send_after(self, 60000 + (i & 16383), tr_self_pid(self), &timers_due_type,
                                 &body, &timers[i]),
                   "timers: arm");
    }
    int64_t middle = bench_now_ns();
    for (long i = 0; i < me->n; i++) {
        bench_must(tr_timer_cancel(self, timers[i], NULL), "timers: cancel");
    }
    me->times_ns[0] = middle - start;
    me->times_ns[1] = bench_now_ns() - middle;
    bench_latch_down(me->latch);
    return TR_NORMAL;
}

static tr_exit run_firer(tr_self *self, const void *arg)
{
    const struct armer *me = arg;
    uint32_t seed = 12345;
    for (long i = 0; i < me->n; i++) {
        seed = bench_chance(seed);
        int64_t delay_ms = 100 + (seed >> 8) % 1000;
        struct timers_due body = { .at_ns = bench_now_ns() + delay_ms * 1000000 };
        bench_must(tr_send_after(self, delay_ms, tr_self_pid(self), &timers_due_type, &body, NULL),
                   "timers: arm");
    }
    for (long i = 0; i < me->n; i++) {
        const tr_msg *msg;
        bench_must(tr_receive(self, NULL, TR_INFINITY, &msg), "timers: receive");
        me->times_ns[i] = bench_now_ns() - timers_due_of(msg)->at_ns;
        bench_check(me->times_ns[i] >= 0, "timers: never early");
    }
    bench_latch_down(me->latch);
    return TR_NORMAL;
}

static int64_t arm_all(const struct bench_run *run, long n, bool fire, int64_t *times_ns)
{
    static const tr_actor_spec canceller = { .label = "canceller", .run = run_canceller };
    static const tr_actor_spec firer = { .label = "firer", .run = run_firer };
    struct bench_latch latch;
    bench_latch_init(&latch, 1);
    struct armer args = { .n = n, .times_ns = times_ns, .latch = &latch };
    int64_t start = bench_now_ns();
    bench_spawn(run->sys, fire ? &firer : &canceller, &args, sizeof args);
    bench_latch_wait(&latch);
    bench_latch_fini(&latch);
    return bench_now_ns() - start;
}

void bench_timers(const struct bench_run *run, struct bench_result *result)
{
    bool fire = bench_value(run, "mode") != 0;
    long n = bench_value(run, "n");
    n = n != 0 ? n : fire ? 100000 : 1000000; // as the peers do
    int64_t *times_ns = bench_alloc(n < 2 ? 2 : n, sizeof *times_ns);
    result->messages = n;
    if (fire) {
        result->elapsed_ns = arm_all(run, n, true, times_ns);
        bench_latencies(result, times_ns, (size_t)n);
    } else {
        arm_all(run, n < 10000 ? n : 10000, false, times_ns);
        arm_all(run, n, false, times_ns);
        result->elapsed_ns = times_ns[0] + times_ns[1];
        bench_extra(result, "arm_ns", (double)times_ns[0] / (double)n);
        bench_extra(result, "cancel_ns", (double)times_ns[1] / (double)n);
    }
    free(times_ns);
}
