// SPDX-License-Identifier: MIT
// fork_create: one actor spawns n others and sends each a message; each counts down and ends.
#include "bench.h"

#define TR_MODULE fork
TR_MESSAGE0(start);
TR_MESSAGE(go, { int64_t n; });

struct forker {
    int64_t n;
    const tr_actor_spec *child;
    struct bench_latch *latch;
};

struct child {
    struct bench_latch *latch;
};

static void spawn_all(tr_self *self, const struct forker *me)
{
    struct child args = { me->latch };
    tr_spawn_opts opts = { .args = &args, .args_bytes = sizeof args };
    for (int64_t i = 0; i < me->n; i++) {
        tr_pid pid;
        bench_must(tr_spawn(self, me->child, &opts, &pid), "fork_create: spawn");
        bench_must(tr_send(self, pid, fork_go, .n = i), "fork_create: send");
    }
}

// --- Handlers -----------------------------------------------------------------------------------

static tr_next init_child(tr_self *self, void *state, const void *args)
{
    (void)self;
    *(struct child *)state = *(const struct child *)args;
    return TR_CONTINUE;
}

static tr_next on_child(tr_self *self, void *state, const tr_msg *msg)
{
    (void)self;
    bench_check(fork_go_of(msg) != NULL, "fork_create: the message");
    bench_latch_down(((struct child *)state)->latch);
    return TR_STOP(TR_NORMAL);
}

static tr_next init_forker(tr_self *self, void *state, const void *args)
{
    (void)self;
    *(struct forker *)state = *(const struct forker *)args;
    return TR_CONTINUE;
}

static tr_next on_forker(tr_self *self, void *state, const tr_msg *msg)
{
    (void)msg;
    spawn_all(self, state);
    return TR_STOP(TR_NORMAL);
}

// --- Processes ----------------------------------------------------------------------------------

static tr_exit run_child(tr_self *self, const void *arg)
{
    const tr_msg *msg;
    if (tr_receive(self, NULL, TR_INFINITY, &msg) != TR_OK) {
        return TR_ERROR("receive");
    }
    bench_check(fork_go_of(msg) != NULL, "fork_create: the message");
    bench_latch_down(((const struct child *)arg)->latch);
    return TR_NORMAL;
}

static tr_exit run_forker(tr_self *self, const void *arg)
{
    const tr_msg *msg;
    if (tr_receive(self, NULL, TR_INFINITY, &msg) != TR_OK) {
        return TR_ERROR("receive");
    }
    spawn_all(self, arg);
    return TR_NORMAL;
}

static const tr_actor_spec child_handler = { .label = "child",
                                             .init = init_child,
                                             .on_message = on_child,
                                             .state_bytes = sizeof(struct child) };
static const tr_actor_spec child_process = { .label = "child", .run = run_child };
static const tr_actor_spec forker_handler = { .label = "forker",
                                              .init = init_forker,
                                              .on_message = on_forker,
                                              .state_bytes = sizeof(struct forker) };
static const tr_actor_spec forker_process = { .label = "forker", .run = run_forker };

static int64_t fork_all(const struct bench_run *run, long n)
{
    bool handler = run->style == BENCH_HANDLER;
    struct bench_latch latch;
    bench_latch_init(&latch, n);
    struct forker args = { .n = n,
                           .child = handler ? &child_handler : &child_process,
                           .latch = &latch };
    int64_t start = bench_now_ns();
    tr_pid pid =
        bench_spawn(run->sys, handler ? &forker_handler : &forker_process, &args, sizeof args);
    bench_must(fork_start_system_send(run->sys, pid, NULL), "start");
    bench_latch_wait(&latch);
    int64_t elapsed = bench_now_ns() - start;
    bench_latch_fini(&latch);
    return elapsed;
}

void bench_fork_create(const struct bench_run *run, struct bench_result *result)
{
    long n = bench_value(run, "n");
    fork_all(run, n < 10000 ? n : 10000);
    result->elapsed_ns = fork_all(run, n);
    result->messages = n;
    bench_extra(result, "ns_per_spawn", (double)result->elapsed_ns / (double)n);
    bench_extra(result, "spawns_per_s", (double)n * 1e9 / (double)result->elapsed_ns);
}
