// SPDX-License-Identifier: MIT
// memory: resident bytes per actor that has handled one message and waits for the next.
// idle: processor time that a system without work takes.
#include "bench.h"

#include <stdlib.h>
#include <sys/resource.h>

#define TR_MODULE idler
TR_MESSAGE0(go);
TR_MESSAGE0(start);

struct idler_args {
    struct bench_latch *latch;
};

// A counter and what it belongs to: the small state of a typical server.
struct idler {
    int64_t handled;
    struct bench_latch *latch;
};

static tr_next idler_init(tr_self *self, struct idler *me, const struct idler_args *args)
{
    (void)self;
    me->latch = args->latch;
    return TR_CONTINUE;
}

static tr_next idler_on_go(tr_self *self, struct idler *me, const struct idler_go *go)
{
    (void)self;
    (void)go;
    me->handled++;
    bench_latch_down(me->latch);
    return TR_CONTINUE;
}

TR_SERVER(idler, TR_CAST(go));

static tr_next init_handler(tr_self *self, void *state, const void *args)
{
    return idler_init(self, state, args);
}

static tr_next on_handler(tr_self *self, void *state, const tr_msg *msg)
{
    const struct idler_go *go = idler_go_of(msg);
    bench_check(go != NULL, "memory: the message");
    return idler_on_go(self, state, go);
}

static tr_exit run_process(tr_self *self, const void *arg)
{
    const struct idler_args *args = arg;
    struct idler me = { 0, args->latch };
    for (;;) {
        const tr_msg *msg;
        if (tr_receive(self, NULL, TR_INFINITY, &msg) != TR_OK || !tr_msg_is(msg, &idler_go_type)) {
            return TR_ERROR("receive");
        }
        idler_on_go(self, &me, NULL);
    }
}

static const tr_actor_spec idler_handler = { .label = "idler",
                                             .init = init_handler,
                                             .on_message = on_handler,
                                             .state_bytes = sizeof(struct idler) };
static const tr_actor_spec idler_process = { .label = "idler", .run = run_process };

// --- The actor that makes them ------------------------------------------------------------------

struct mother {
    enum bench_style style;
    int64_t n;
    tr_pid *pids; // n of them; a program keeps its actors' pids
    struct bench_latch *latch;
};

static tr_err make_one(tr_self *self, const struct mother *me, tr_pid *pid)
{
    struct idler_args args = { me->latch };
    if (me->style == BENCH_SERVER) {
        tr_server_opts opts = { .args = &args, .args_bytes = sizeof args };
        return tr_server_start(self, &idler_server, &opts, pid);
    }
    tr_spawn_opts opts = { .args = &args, .args_bytes = sizeof args };
    return tr_spawn(self, me->style == BENCH_HANDLER ? &idler_handler : &idler_process, &opts, pid);
}

static tr_exit run_mother(tr_self *self, const void *arg)
{
    const struct mother *me = arg;
    for (int64_t i = 0; i < me->n; i++) {
        bench_must(make_one(self, me, &me->pids[i]), "memory: spawn");
        bench_must(idler_go_send(self, me->pids[i], NULL), "memory: send");
    }
    return TR_NORMAL;
}

static const tr_actor_spec mother_spec = { .label = "mother", .run = run_mother };

// Makes n idle actors, waits until each has handled its message; the pids are the caller's to free.
static tr_pid *populate(const struct bench_run *run, long n, struct bench_latch *latch)
{
    tr_pid *pids = malloc((size_t)n * sizeof *pids);
    bench_check(pids != NULL, "memory for the pids");
    bench_latch_init(latch, n);
    struct mother args = { .style = run->style, .n = n, .pids = pids, .latch = latch };
    bench_spawn(run->sys, &mother_spec, &args, sizeof args);
    bench_latch_wait(latch);
    return pids;
}

void bench_memory(const struct bench_run *run, struct bench_result *result)
{
    long n = bench_value(run, "n");
    struct bench_latch latch;
    long before = bench_status_kib("VmRSS:");
    int64_t start = bench_now_ns();
    tr_pid *pids = populate(run, n, &latch);
    result->elapsed_ns = bench_now_ns() - start;
    bench_sleep_ms(500);
    long after = bench_status_kib("VmRSS:");
    for (long i = 0; i < n; i += n / 1000 + 1) {
        bench_check(tr_is_alive(run->sys, pids[i]), "memory: an idle actor is alive");
    }
    result->messages = n;
    bench_extra(result, "bytes_per_actor", (double)(after - before) * 1024 / (double)n);
    free(pids);
    bench_latch_fini(&latch);
}

static double cpu_ms(void)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e3 +
           (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e3;
}

void bench_idle(const struct bench_run *run, struct bench_result *result)
{
    struct bench_latch latch;
    tr_totals before, after;
    free(populate(run, bench_value(run, "actors"), &latch));
    bench_latch_fini(&latch);
    bench_sleep_ms(200); // workers come to rest
    bench_must(tr_debug_totals(run->sys, &before), "idle: totals");
    double used = cpu_ms();
    int64_t start = bench_now_ns();
    bench_sleep_ms(bench_value(run, "ms"));
    result->elapsed_ns = bench_now_ns() - start;
    used = cpu_ms() - used;
    bench_must(tr_debug_totals(run->sys, &after), "idle: totals");
    bench_check(after.received == before.received, "idle: nothing was handled");
    result->messages = 0;
    bench_extra(result, "cpu_ms", used);
    bench_extra(result, "cpu_ms_per_10s", used * 1e10 / (double)result->elapsed_ns);
}
