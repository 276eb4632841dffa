// SPDX-License-Identifier: MIT
// big: each actor asks a random other one, waits for its answer, and asks the next, n times; all
// answer at any moment.
#include "bench.h"

#include <stdlib.h>

#define TR_MODULE big
TR_MESSAGE0(start);
TR_MESSAGE0(stop);
TR_MESSAGE(ping, { int64_t n; });
TR_MESSAGE(pong, { int64_t n; });

struct crowd {
    tr_pid *pids;
    long count;
    struct bench_latch latch;
};

struct member {
    struct crowd *crowd; // the main thread's; outlives the members
    uint32_t seed;
    int64_t left;
};

static void ask_next(tr_self *self, struct member *me)
{
    me->seed = bench_chance(me->seed);
    long target = (long)(me->seed >> 8) % me->crowd->count;
    tr_send(self, me->crowd->pids[target], big_ping, .n = me->left);
}

// False when the member shall end.
static bool take(tr_self *self, struct member *me, const tr_msg *msg)
{
    const struct big_ping *ping = big_ping_of(msg);
    if (ping != NULL) {
        tr_send(self, tr_msg_sender(msg), big_pong, .n = ping->n);
        return true;
    }
    const struct big_pong *pong = big_pong_of(msg);
    if (pong != NULL) {
        bench_check(pong->n == me->left, "big: the answer");
        if (--me->left == 0) {
            bench_latch_down(&me->crowd->latch);
            return true;
        }
    }
    if (tr_msg_is(msg, &big_stop_type)) {
        return false;
    }
    ask_next(self, me);
    return true;
}

static tr_next init_member(tr_self *self, void *state, const void *args)
{
    (void)self;
    *(struct member *)state = *(const struct member *)args;
    return TR_CONTINUE;
}

static tr_next on_member(tr_self *self, void *state, const tr_msg *msg)
{
    return take(self, state, msg) ? TR_CONTINUE : TR_STOP(TR_NORMAL);
}

static tr_exit run_member(tr_self *self, const void *arg)
{
    struct member me = *(const struct member *)arg;
    const tr_msg *msg;
    do {
        if (tr_receive(self, NULL, TR_INFINITY, &msg) != TR_OK) {
            return TR_ERROR("receive");
        }
    } while (take(self, &me, msg));
    return TR_NORMAL;
}

static const tr_actor_spec member_handler = { .label = "member",
                                              .init = init_member,
                                              .on_message = on_member,
                                              .state_bytes = sizeof(struct member) };
static const tr_actor_spec member_process = { .label = "member", .run = run_member };

static int64_t mingle(const struct bench_run *run, struct crowd *crowd, long n)
{
    bench_latch_init(&crowd->latch, crowd->count);
    for (long i = 0; i < crowd->count; i++) {
        struct member args = { .crowd = crowd, .seed = (uint32_t)i * 7919u, .left = n };
        crowd->pids[i] =
            bench_spawn(run->sys, run->style == BENCH_HANDLER ? &member_handler : &member_process,
                        &args, sizeof args);
    }
    int64_t start = bench_now_ns();
    for (long i = 0; i < crowd->count; i++) {
        bench_must(big_start_system_send(run->sys, crowd->pids[i], NULL), "start");
    }
    bench_latch_wait(&crowd->latch);
    int64_t elapsed = bench_now_ns() - start;
    for (long i = 0; i < crowd->count; i++) {
        bench_must(big_stop_system_send(run->sys, crowd->pids[i], NULL), "stop");
    }
    bench_latch_fini(&crowd->latch);
    return elapsed;
}

void bench_big(const struct bench_run *run, struct bench_result *result)
{
    long n = bench_value(run, "n");
    struct crowd crowd = { .count = bench_value(run, "actors") };
    crowd.pids = bench_alloc(crowd.count, sizeof *crowd.pids);
    mingle(run, &crowd, n < 20 ? n : 20);
    result->elapsed_ns = mingle(run, &crowd, n);
    result->messages = 2 * crowd.count * n;
    free(crowd.pids);
}
