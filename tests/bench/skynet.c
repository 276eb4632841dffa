// SPDX-License-Identifier: MIT
// skynet: a tree of actors, ten children each, with n leaves; the leaves' numbers are added up on
// the way back to the root.
#include "bench.h"

#define TR_MODULE skynet
TR_MESSAGE(sum, { int64_t n; });

struct sky {
    int64_t number; // of the first leaf below
    int64_t size;   // leaves below
    int64_t sum;
    int64_t *result; // the root's: for the main thread, who waits at the latch
    struct bench_latch *latch;
    int waiting;
};

static void answer(tr_self *self, const struct sky *me)
{
    if (me->result == NULL) {
        tr_send(self, tr_self_parent(self), skynet_sum, .n = me->sum);
    } else {
        *me->result = me->sum;
        bench_latch_down(me->latch);
    }
}

static void branch(tr_self *self, const tr_actor_spec *spec, struct sky *me)
{
    struct sky child = { .number = me->number, .size = me->size / 10 };
    tr_spawn_opts opts = { .args = &child, .args_bytes = sizeof child };
    for (me->waiting = 0; me->waiting < 10; me->waiting++) {
        bench_must(tr_spawn(self, spec, &opts, NULL), "skynet: spawn");
        child.number += child.size;
    }
}

// --- Handlers -----------------------------------------------------------------------------------

static tr_next init_sky(tr_self *self, void *state, const void *args);

static tr_next on_sky(tr_self *self, void *state, const tr_msg *msg)
{
    struct sky *me = state;
    me->sum += skynet_sum_of(msg)->n;
    if (--me->waiting > 0) {
        return TR_CONTINUE;
    }
    answer(self, me);
    return TR_STOP(TR_NORMAL);
}

static const tr_actor_spec sky_handler = {
    .label = "sky", .init = init_sky, .on_message = on_sky, .state_bytes = sizeof(struct sky)
};

static tr_next init_sky(tr_self *self, void *state, const void *args)
{
    struct sky *me = state;
    *me = *(const struct sky *)args;
    if (me->size == 1) {
        me->sum = me->number;
        answer(self, me);
        return TR_STOP(TR_NORMAL);
    }
    branch(self, &sky_handler, me);
    return TR_CONTINUE;
}

// --- Processes ----------------------------------------------------------------------------------

static tr_exit run_sky(tr_self *self, const void *arg)
{
    static const tr_actor_spec spec = { .label = "sky", .run = run_sky };
    struct sky me = *(const struct sky *)arg;
    const tr_msg *msg;
    if (me.size == 1) {
        me.sum = me.number;
    } else {
        branch(self, &spec, &me);
    }
    for (; me.waiting > 0; me.waiting--) {
        if (tr_receive(self, NULL, TR_INFINITY, &msg) != TR_OK) {
            return TR_ERROR("receive");
        }
        me.sum += skynet_sum_of(msg)->n;
    }
    answer(self, &me);
    return TR_NORMAL;
}

static const tr_actor_spec sky_process = { .label = "sky", .run = run_sky };

static int64_t grow(const struct bench_run *run, long n)
{
    struct bench_latch latch;
    int64_t sum = -1;
    bench_latch_init(&latch, 1);
    struct sky args = { .size = n, .result = &sum, .latch = &latch };
    int64_t start = bench_now_ns();
    bench_spawn(run->sys, run->style == BENCH_HANDLER ? &sky_handler : &sky_process, &args,
                sizeof args);
    bench_latch_wait(&latch);
    int64_t elapsed = bench_now_ns() - start;
    bench_check(sum == (int64_t)n * (n - 1) / 2, "skynet: the sum (n must be a power of ten)");
    bench_latch_fini(&latch);
    return elapsed;
}

void bench_skynet(const struct bench_run *run, struct bench_result *result)
{
    long n = bench_value(run, "n");
    grow(run, n < 10000 ? n : 10000);
    result->elapsed_ns = grow(run, n);
    result->messages = n * 10 / 9;
    bench_extra(result, "spawns_per_s",
                (double)result->messages * 1e9 / (double)result->elapsed_ns);
}
