// SPDX-License-Identifier: MIT
// restart: a supervisor restarts a child that crashes n times, one after the other (one), or n
// children that are killed at once (many). A child says that it is up; the one that crashes it
// counts these.
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#define TR_MODULE restart
TR_MESSAGE(up, { tr_pid pid; });
TR_MESSAGE0(crash);

struct breaker {
    long n;
    int64_t *elapsed_ns; // the main thread's
    struct bench_latch *latch;
};

struct child_args {
    tr_pid breaker;
};

static tr_exit run_child(tr_self *self, const void *arg)
{
    const struct child_args *args = arg;
    const tr_msg *msg;
    tr_send(self, args->breaker, restart_up, .pid = tr_self_pid(self));
    bench_must(tr_receive(self, NULL, TR_INFINITY, &msg), "restart: receive");
    return TR_ERROR("boom");
}

static tr_pid start_tree(tr_self *self, long count)
{
    tr_pid supervisor = tr_no_pid();
    struct child_args args = { tr_self_pid(self) };
    tr_child *children = bench_alloc(count, sizeof *children);
    char(*ids)[32] = bench_alloc(count, sizeof *ids);
    for (long i = 0; i < count; i++) {
        snprintf(ids[i], sizeof ids[i], "child%ld", i);
        children[i] = (tr_child){ .id = ids[i], .run = run_child, TR_ARGS_OF(&args) };
    }
    tr_supervisor_spec spec = {
        .intensity = INT32_MAX, .period_ms = 1, .children = children, .child_count = (size_t)count
    };
    bench_must(tr_supervisor_start(self, &spec, &supervisor), "restart: supervisor");
    free(children);
    free(ids);
    return supervisor;
}

static tr_pid await_child(tr_self *self)
{
    const tr_msg *msg = NULL;
    tr_match up = { TR_TYPES(&restart_up_type) };
    bench_must(tr_receive(self, &up, TR_INFINITY, &msg), "restart: up");
    return restart_up_of(msg)->pid;
}

static tr_exit run_one(tr_self *self, const void *arg)
{
    const struct breaker *me = arg;
    start_tree(self, 1);
    tr_pid child = await_child(self);
    int64_t start = bench_now_ns();
    for (long i = 0; i < me->n; i++) {
        restart_crash_send(self, child, NULL);
        child = await_child(self);
    }
    *me->elapsed_ns = bench_now_ns() - start;
    bench_latch_down(me->latch);
    return TR_SHUTDOWN; // takes the linked supervisor along
}

static tr_exit run_many(tr_self *self, const void *arg)
{
    const struct breaker *me = arg;
    uint32_t seed = 77;
    tr_pid *pids = tr_alloc(self, (size_t)me->n * sizeof *pids);
    start_tree(self, me->n);
    for (long i = 0; i < me->n; i++) {
        pids[i] = await_child(self);
    }
    for (long i = me->n - 1; i > 0; i--) {
        seed = bench_chance(seed);
        long other = (long)(seed >> 8) % (i + 1);
        tr_pid swapped = pids[i];
        pids[i] = pids[other];
        pids[other] = swapped;
    }
    int64_t start = bench_now_ns();
    for (long i = 0; i < me->n; i++) {
        bench_must(tr_exit_send(self, pids[i], TR_KILL), "restart: kill");
    }
    for (long i = 0; i < me->n; i++) {
        await_child(self);
    }
    *me->elapsed_ns = bench_now_ns() - start;
    bench_latch_down(me->latch);
    return TR_SHUTDOWN;
}

static int64_t break_all(const struct bench_run *run, long n, bool many)
{
    static const tr_actor_spec one_spec = { .label = "breaker", .run = run_one };
    static const tr_actor_spec many_spec = { .label = "breaker", .run = run_many };
    struct bench_latch latch;
    int64_t elapsed_ns = 0;
    bench_latch_init(&latch, 1);
    struct breaker args = { .n = n, .elapsed_ns = &elapsed_ns, .latch = &latch };
    bench_spawn(run->sys, many ? &many_spec : &one_spec, &args, sizeof args);
    bench_latch_wait(&latch);
    bench_latch_fini(&latch);
    return elapsed_ns;
}

void bench_restart(const struct bench_run *run, struct bench_result *result)
{
    bool many = bench_value(run, "mode") != 0;
    long n = bench_value(run, "n");
    n = n != 0 ? n : many ? 10000 : 100000; // as the peers do
    if (!many) {
        break_all(run, n < 1000 ? n : 1000, false);
    }
    result->elapsed_ns = break_all(run, n, many);
    result->messages = 2 * n;
    bench_extra(result, "restarts_per_s", (double)n * 1e9 / (double)result->elapsed_ns);
}
