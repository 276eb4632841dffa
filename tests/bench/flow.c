// SPDX-License-Identifier: MIT
// counting: one actor sends n numbers to another, which adds them up and answers with the sum.
// fanin: m actors send n messages each to one. fanout: one actor sends n messages to each of m.
// With cap=N the receiver's mailbox is bounded and senders wait; a full channel of Go does the
// same.
#include "bench.h"

#include <stdlib.h>

#define TR_MODULE flow
TR_MESSAGE0(start);
TR_MESSAGE(item, { int64_t n; });
TR_MESSAGE0(get);

// Sends `count` items with value 1 to each sink and, where asked to, the closing message.
struct source {
    const tr_pid *sinks; // the main thread's; they stay where they are until all is over
    long sink_count;
    int64_t count;
    bool closes;
};

// Adds up until it has seen `expected` items, or until it is asked.
struct sink {
    int64_t expected; // -1: until asked
    int64_t seen;
    int64_t *total; // read by the main thread once the latch is open
    struct bench_latch *latch;
};

static void pour(tr_self *self, const struct source *me)
{
    tr_err err = TR_OK;
    for (int64_t i = 0; i < me->count; i++) {
        for (long j = 0; j < me->sink_count && err == TR_OK; j++) {
            err = tr_send(self, me->sinks[j], flow_item, .n = 1);
        }
    }
    for (long j = 0; j < me->sink_count && err == TR_OK && me->closes; j++) {
        err = flow_get_send(self, me->sinks[j], NULL);
    }
    bench_must(err, "flow: send");
}

// False when the sink is through.
static bool swallow(struct sink *me, const tr_msg *msg)
{
    const struct flow_item *item = flow_item_of(msg);
    if (item != NULL) {
        me->seen += item->n;
        if (me->seen != me->expected) {
            return true;
        }
    }
    *me->total = me->seen;
    bench_latch_down(me->latch);
    return false;
}

// --- Handlers -----------------------------------------------------------------------------------

static tr_next init_source(tr_self *self, void *state, const void *args)
{
    (void)self;
    *(struct source *)state = *(const struct source *)args;
    return TR_CONTINUE;
}

static tr_next on_source(tr_self *self, void *state, const tr_msg *msg)
{
    (void)msg;
    pour(self, state);
    return TR_STOP(TR_NORMAL);
}

static tr_next init_sink(tr_self *self, void *state, const void *args)
{
    (void)self;
    *(struct sink *)state = *(const struct sink *)args;
    return TR_CONTINUE;
}

static tr_next on_sink(tr_self *self, void *state, const tr_msg *msg)
{
    (void)self;
    return swallow(state, msg) ? TR_CONTINUE : TR_STOP(TR_NORMAL);
}

// --- Processes ----------------------------------------------------------------------------------

static tr_exit run_source(tr_self *self, const void *arg)
{
    const tr_msg *msg;
    if (tr_receive(self, NULL, TR_INFINITY, &msg) != TR_OK) {
        return TR_ERROR("receive");
    }
    pour(self, arg);
    return TR_NORMAL;
}

static tr_exit run_sink(tr_self *self, const void *arg)
{
    struct sink me = *(const struct sink *)arg;
    const tr_msg *msg;
    do {
        if (tr_receive(self, NULL, TR_INFINITY, &msg) != TR_OK) {
            return TR_ERROR("receive");
        }
    } while (swallow(&me, msg));
    return TR_NORMAL;
}

static const tr_actor_spec source_handler = { .label = "source",
                                              .init = init_source,
                                              .on_message = on_source,
                                              .state_bytes = sizeof(struct source) };
static const tr_actor_spec source_process = { .label = "source", .run = run_source };
static const tr_actor_spec sink_handler = {
    .label = "sink", .init = init_sink, .on_message = on_sink, .state_bytes = sizeof(struct sink)
};
static const tr_actor_spec sink_process = { .label = "sink", .run = run_sink };

// --- Measuring ----------------------------------------------------------------------------------

struct shape {
    long sources;
    long sinks;
    long n; // messages from each source to each sink
    long cap;
    bool closes; // a last message asks for the sum
};

static void spawn_sinks(const struct bench_run *run, const struct shape *shape, tr_pid *pids,
                        struct sink *args)
{
    tr_spawn_opts opts = {
        .args = args,
        .args_bytes = sizeof *args,
        .mailbox = { .capacity = (uint32_t)shape->cap, .block_ms = TR_INFINITY },
    };
    for (long i = 0; i < shape->sinks; i++) {
        bench_must(tr_system_spawn(run->sys,
                                   run->style == BENCH_HANDLER ? &sink_handler : &sink_process,
                                   &opts, &pids[i]),
                   "spawn");
        args->total++;
    }
}

static int64_t flow(const struct bench_run *run, const struct shape *shape)
{
    const tr_actor_spec *spec = run->style == BENCH_HANDLER ? &source_handler : &source_process;
    int64_t expected = shape->sources * shape->n;
    struct bench_latch latch;
    int64_t *totals = bench_alloc(shape->sinks, sizeof *totals);
    tr_pid *sinks = bench_alloc(shape->sinks, sizeof *sinks);
    bench_latch_init(&latch, shape->sinks);
    struct sink sink = { .expected = shape->closes ? -1 : expected,
                         .total = totals,
                         .latch = &latch };
    struct source source = {
        .sinks = sinks, .sink_count = shape->sinks, .count = shape->n, .closes = shape->closes
    };
    spawn_sinks(run, shape, sinks, &sink);
    int64_t start = bench_now_ns();
    for (long i = 0; i < shape->sources; i++) {
        tr_pid pid = bench_spawn(run->sys, spec, &source, sizeof source);
        bench_must(flow_start_system_send(run->sys, pid, NULL), "start");
    }
    bench_latch_wait(&latch);
    int64_t elapsed = bench_now_ns() - start;
    for (long i = 0; i < shape->sinks; i++) {
        bench_check(totals[i] == expected, "flow: the sum of what arrived");
    }
    free(totals);
    free(sinks);
    bench_latch_fini(&latch);
    return elapsed;
}

// Warms up with at most `few` messages a pair, then measures.
static int64_t measure(const struct bench_run *run, struct shape shape, long few)
{
    struct shape small = shape;
    small.n = shape.n < few ? shape.n : few;
    flow(run, &small);
    return flow(run, &shape);
}

void bench_counting(const struct bench_run *run, struct bench_result *result)
{
    struct shape shape = { 1, 1, bench_value(run, "n"), bench_value(run, "cap"), true };
    result->elapsed_ns = measure(run, shape, 50000);
    result->messages = shape.n + 2;
}

void bench_fanin(const struct bench_run *run, struct bench_result *result)
{
    struct shape shape = { bench_value(run, "m"), 1, bench_value(run, "n"), bench_value(run, "cap"),
                           false };
    result->elapsed_ns = measure(run, shape, 200);
    result->messages = shape.sources * shape.n;
}

void bench_fanout(const struct bench_run *run, struct bench_result *result)
{
    struct shape shape = { 1, bench_value(run, "m"), bench_value(run, "n"), 0, false };
    result->elapsed_ns = measure(run, shape, 20);
    result->messages = shape.sinks * shape.n;
}
