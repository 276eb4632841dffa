// SPDX-License-Identifier: MIT
// bounded, style=mailbox: p producers deal n items each out to c consumers in turn, whose mailboxes
// hold cap / c items each and make a sender wait for room. A producer that is through says so to
// every consumer, as the peers close their channel.
#include "bench.h"

#include <stdlib.h>

#define TR_MODULE market
TR_MESSAGE(item, { int64_t n; });
TR_MESSAGE0(closed);

struct producer {
    const tr_pid *consumers; // the main thread's
    long consumer_count;
    long first; // consumer of its first item
    int64_t n;
};

struct consumer {
    long open; // producers that are not through
    int64_t sum;
    int64_t *total; // read by the main thread once the latch is open
    struct bench_latch *latch;
};

static tr_exit run_producer(tr_self *self, const void *arg)
{
    const struct producer *me = arg;
    long next = me->first;
    tr_err err = TR_OK;
    for (int64_t i = 1; i <= me->n && err == TR_OK; i++) {
        err = tr_send(self, me->consumers[next], market_item, .n = i);
        next = next + 1 < me->consumer_count ? next + 1 : 0;
    }
    for (long i = 0; i < me->consumer_count && err == TR_OK; i++) {
        err = market_closed_send(self, me->consumers[i], NULL);
    }
    bench_must(err, "bounded: send");
    return TR_NORMAL;
}

static tr_next init_consumer(tr_self *self, void *state, const void *args)
{
    (void)self;
    *(struct consumer *)state = *(const struct consumer *)args;
    return TR_CONTINUE;
}

static tr_next on_consumer(tr_self *self, void *state, const tr_msg *msg)
{
    (void)self;
    struct consumer *me = state;
    const struct market_item *item = market_item_of(msg);
    if (item != NULL) {
        me->sum += item->n;
        return TR_CONTINUE;
    }
    if (--me->open > 0) {
        return TR_CONTINUE;
    }
    *me->total = me->sum;
    bench_latch_down(me->latch);
    return TR_STOP(TR_NORMAL);
}

static const tr_actor_spec producer_spec = { .label = "producer", .run = run_producer };
static const tr_actor_spec consumer_spec = { .label = "consumer",
                                             .init = init_consumer,
                                             .on_message = on_consumer,
                                             .state_bytes = sizeof(struct consumer) };

static void spawn_consumers(tr_system *sys, const struct bench_bound *bound,
                            struct bench_latch *latch, int64_t *totals, tr_pid *pids)
{
    long each = bound->capacity / bound->consumers;
    struct consumer consumer = { .open = bound->producers, .latch = latch };
    tr_spawn_opts opts = {
        .args = &consumer,
        .args_bytes = sizeof consumer,
        .mailbox = { .capacity = each < 1 ? 1 : (uint32_t)each, .block_ms = TR_INFINITY },
    };
    for (long i = 0; i < bound->consumers; i++) {
        consumer.total = &totals[i];
        bench_must(tr_system_spawn(sys, &consumer_spec, &opts, &pids[i]), "spawn");
    }
}

int64_t bench_trade_mailboxes(tr_system *sys, const struct bench_bound *bound, long n)
{
    struct bench_latch latch;
    tr_pid *consumers = bench_alloc(bound->consumers, sizeof *consumers);
    int64_t *totals = bench_alloc(bound->consumers, sizeof *totals);
    int64_t sum = 0;
    bench_latch_init(&latch, bound->consumers);
    int64_t start = bench_now_ns();
    spawn_consumers(sys, bound, &latch, totals, consumers);
    for (long i = 0; i < bound->producers; i++) {
        struct producer producer = { .consumers = consumers,
                                     .consumer_count = bound->consumers,
                                     .first = i % bound->consumers,
                                     .n = n };
        bench_spawn(sys, &producer_spec, &producer, sizeof producer);
    }
    bench_latch_wait(&latch);
    int64_t elapsed = bench_now_ns() - start;
    for (long i = 0; i < bound->consumers; i++) {
        sum += totals[i];
    }
    bench_check(sum == bound->producers * (n * (n + 1) / 2), "bounded: the sum of the items");
    free(totals);
    free(consumers);
    bench_latch_fini(&latch);
    return elapsed;
}
