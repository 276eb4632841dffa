// SPDX-License-Identifier: MIT
// pingpong: pairs of actors; one sends a number, the other sends it back, n times.
#include "bench.h"

#include <stdlib.h>

#define TR_MODULE pingpong
TR_MESSAGE0(start);
TR_MESSAGE0(stop);
TR_MESSAGE(ping, { int64_t n; });
TR_MESSAGE(pong, { int64_t n; });

struct pinger {
    tr_pid peer;
    int64_t n;
    int64_t done;
    struct bench_latch *latch;
};

// --- Handlers -----------------------------------------------------------------------------------

static tr_next on_ponger(tr_self *self, void *state, const tr_msg *msg)
{
    (void)state;
    const struct pingpong_ping *ping = pingpong_ping_of(msg);
    if (ping == NULL) {
        return TR_STOP(TR_NORMAL);
    }
    tr_send(self, tr_msg_sender(msg), pingpong_pong, .n = ping->n);
    return TR_CONTINUE;
}

static tr_next init_pinger(tr_self *self, void *state, const void *args)
{
    (void)self;
    *(struct pinger *)state = *(const struct pinger *)args;
    return TR_CONTINUE;
}

static tr_next on_pinger(tr_self *self, void *state, const tr_msg *msg)
{
    struct pinger *me = state;
    const struct pingpong_pong *pong = pingpong_pong_of(msg);
    if (pong != NULL) {
        bench_check(pong->n == me->done, "pingpong: the number that came back");
        me->done++;
    }
    if (me->done < me->n) {
        tr_send(self, me->peer, pingpong_ping, .n = me->done);
        return TR_CONTINUE;
    }
    pingpong_stop_send(self, me->peer, NULL);
    bench_latch_down(me->latch);
    return TR_STOP(TR_NORMAL);
}

// --- Processes ----------------------------------------------------------------------------------

static tr_exit run_ponger(tr_self *self, const void *arg)
{
    (void)arg;
    for (;;) {
        const tr_msg *msg;
        if (tr_receive(self, NULL, TR_INFINITY, &msg) != TR_OK) {
            return TR_ERROR("receive");
        }
        const struct pingpong_ping *ping = pingpong_ping_of(msg);
        if (ping == NULL) {
            return TR_NORMAL;
        }
        tr_send(self, tr_msg_sender(msg), pingpong_pong, .n = ping->n);
    }
}

static tr_exit run_pinger(tr_self *self, const void *arg)
{
    const struct pinger *me = arg;
    const tr_msg *msg;
    tr_err err = tr_receive(self, &(tr_match){ TR_TYPES(&pingpong_start_type) }, TR_INFINITY, &msg);
    for (int64_t i = 0; i < me->n && err == TR_OK; i++) {
        tr_send(self, me->peer, pingpong_ping, .n = i);
        err = tr_receive(self, &(tr_match){ TR_TYPES(&pingpong_pong_type) }, TR_INFINITY, &msg);
        bench_check(err == TR_OK && pingpong_pong_of(msg)->n == i,
                    "pingpong: the number that came back");
    }
    pingpong_stop_send(self, me->peer, NULL);
    bench_latch_down(me->latch);
    return TR_NORMAL;
}

static const tr_actor_spec ponger_handler = { .label = "ponger", .on_message = on_ponger };
static const tr_actor_spec ponger_process = { .label = "ponger", .run = run_ponger };
static const tr_actor_spec pinger_handler = { .label = "pinger",
                                              .init = init_pinger,
                                              .on_message = on_pinger,
                                              .state_bytes = sizeof(struct pinger) };
static const tr_actor_spec pinger_process = { .label = "pinger", .run = run_pinger };

// --- Measuring ----------------------------------------------------------------------------------

static int64_t play(const struct bench_run *run, int64_t n, long pairs)
{
    bool handler = run->style == BENCH_HANDLER;
    struct bench_latch latch;
    tr_pid *pingers = bench_alloc(pairs, sizeof *pingers);
    bench_latch_init(&latch, pairs);
    for (long i = 0; i < pairs; i++) {
        struct pinger args = { .n = n, .latch = &latch };
        args.peer = bench_spawn(run->sys, handler ? &ponger_handler : &ponger_process, NULL, 0);
        pingers[i] =
            bench_spawn(run->sys, handler ? &pinger_handler : &pinger_process, &args, sizeof args);
    }
    int64_t start = bench_now_ns();
    for (long i = 0; i < pairs; i++) {
        bench_must(pingpong_start_system_send(run->sys, pingers[i], NULL), "start");
    }
    bench_latch_wait(&latch);
    int64_t elapsed = bench_now_ns() - start;
    free(pingers);
    bench_latch_fini(&latch);
    return elapsed;
}

void bench_pingpong(const struct bench_run *run, struct bench_result *result)
{
    long n = bench_value(run, "n");
    long pairs = bench_value(run, "pairs");
    play(run, n < 20000 ? n : 20000, pairs);
    result->elapsed_ns = play(run, n, pairs);
    result->messages = 2 * n * pairs;
    bench_extra(result, "ns_per_roundtrip", (double)result->elapsed_ns / (double)(n * pairs));
}
