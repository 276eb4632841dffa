// SPDX-License-Identifier: MIT
// counting: one actor sends n numbers to another, which adds them up and answers with the sum.
// fanin: m actors send n messages each to one.
// With cap=N the receiver's mailbox is bounded and senders wait; a full channel of Go does the
// same.
#include "bench.h"

#define TR_MODULE flow
TR_MESSAGE0(start);
TR_MESSAGE(item, { int64_t n; });
TR_MESSAGE0(get);

// Sends `count` items with value 1 and, if it has one, the closing message.
struct source {
    tr_pid to;
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

static bool pour(tr_self *self, const struct source *me)
{
    tr_err err = TR_OK;
    for (int64_t i = 0; i < me->count && err == TR_OK; i++) {
        err = tr_send(self, me->to, flow_item, .n = 1);
    }
    if (err == TR_OK && me->closes) {
        err = flow_get_send(self, me->to, NULL);
    }
    bench_must(err, "flow: send");
    return true;
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

static tr_pid spawn_sink(const struct bench_run *run, const struct sink *args)
{
    tr_pid pid = tr_no_pid();
    tr_spawn_opts opts = {
        .args = args,
        .args_bytes = sizeof *args,
        .mailbox = { .capacity = (uint32_t)bench_value(run, "cap"), .block_ms = TR_INFINITY },
    };
    bench_must(tr_system_spawn(run->sys,
                               run->style == BENCH_HANDLER ? &sink_handler : &sink_process, &opts,
                               &pid),
               "spawn");
    return pid;
}

// `sources` actors send n items each to one sink; closes: a last message asks for the sum.
static int64_t flow(const struct bench_run *run, long sources, long n, bool closes)
{
    const tr_actor_spec *spec = run->style == BENCH_HANDLER ? &source_handler : &source_process;
    struct bench_latch latch;
    int64_t total = 0;
    bench_latch_init(&latch, 1);
    struct sink sink = { .expected = closes ? -1 : sources * n, .total = &total, .latch = &latch };
    struct source source = { .to = spawn_sink(run, &sink), .count = n, .closes = closes };
    int64_t start = bench_now_ns();
    for (long i = 0; i < sources; i++) {
        tr_pid pid = bench_spawn(run->sys, spec, &source, sizeof source);
        bench_must(flow_start_system_send(run->sys, pid, NULL), "start");
    }
    bench_latch_wait(&latch);
    int64_t elapsed = bench_now_ns() - start;
    bench_check(total == sources * n, "flow: the sum of what arrived");
    bench_latch_fini(&latch);
    return elapsed;
}

void bench_counting(const struct bench_run *run, struct bench_result *result)
{
    long n = bench_value(run, "n");
    flow(run, 1, n < 50000 ? n : 50000, true);
    result->elapsed_ns = flow(run, 1, n, true);
    result->messages = n + 2;
}

void bench_fanin(const struct bench_run *run, struct bench_result *result)
{
    long m = bench_value(run, "m");
    long n = bench_value(run, "n");
    flow(run, m, n < 200 ? n : 200, false);
    result->elapsed_ns = flow(run, m, n, false);
    result->messages = m * n;
}
