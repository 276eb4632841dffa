// SPDX-License-Identifier: MIT
// bounded: p producers hand n items each to c consumers, at most cap items under way.
// style=mailbox: over bounded mailboxes (bounded_mailbox.c). style=buffer, here: through one buffer
// actor that holds at most cap items; a producer waits for its `taken`, a consumer asks for each
// item.
#include "bench.h"

#include <stdlib.h>

#define TR_MODULE bounded
TR_MESSAGE(put, { int64_t n; });
TR_MESSAGE0(taken);
TR_MESSAGE0(get);
TR_MESSAGE(item, { int64_t n; });

struct producer {
    tr_pid buffer;
    int64_t n;
};

struct consumer {
    tr_pid buffer;
    struct bench_latch *latch; // counts items
    atomic_long *x_sum;
};

// A queue in a ring of a size that is never exceeded.
struct queue {
    struct entry {
        tr_pid who;
        int64_t n;
    } * entries;
    long size, head, count;
};

struct buffer {
    struct queue items;
    struct queue putters; // wait for room, each with its item
    struct queue getters; // wait for an item
};

static struct queue queue_of(tr_self *self, long size)
{
    struct queue queue = { .size = size };
    queue.entries = tr_alloc(self, (size_t)size * sizeof *queue.entries);
    return queue;
}

static void push(struct queue *queue, tr_pid who, int64_t n)
{
    queue->entries[(queue->head + queue->count++) % queue->size] = (struct entry){ who, n };
}

static struct entry pop(struct queue *queue)
{
    struct entry first = queue->entries[queue->head];
    queue->head = (queue->head + 1) % queue->size;
    queue->count--;
    return first;
}

static void on_put(tr_self *self, struct buffer *me, tr_pid who, int64_t n)
{
    if (me->getters.count > 0) {
        tr_send(self, pop(&me->getters).who, bounded_item, .n = n);
        bounded_taken_send(self, who, NULL);
    } else if (me->items.count < me->items.size) {
        push(&me->items, who, n);
        bounded_taken_send(self, who, NULL);
    } else {
        push(&me->putters, who, n);
    }
}

static void on_get(tr_self *self, struct buffer *me, tr_pid who)
{
    if (me->items.count == 0) {
        push(&me->getters, who, 0);
        return;
    }
    tr_send(self, who, bounded_item, .n = pop(&me->items).n);
    if (me->putters.count > 0) {
        struct entry first = pop(&me->putters);
        push(&me->items, first.who, first.n);
        bounded_taken_send(self, first.who, NULL);
    }
}

static tr_exit run_buffer(tr_self *self, const void *arg)
{
    const struct bench_bound *args = arg;
    struct buffer me = { .items = queue_of(self, args->capacity),
                         .putters = queue_of(self, args->producers),
                         .getters = queue_of(self, args->consumers) };
    const tr_msg *msg;
    while (tr_receive(self, NULL, TR_INFINITY, &msg) == TR_OK) {
        const struct bounded_put *put = bounded_put_of(msg);
        if (put != NULL) {
            on_put(self, &me, tr_msg_sender(msg), put->n);
        } else {
            on_get(self, &me, tr_msg_sender(msg));
        }
    }
    return TR_ERROR("receive");
}

static tr_exit run_producer(tr_self *self, const void *arg)
{
    const struct producer *me = arg;
    for (int64_t i = 1; i <= me->n; i++) {
        const tr_msg *msg;
        tr_send(self, me->buffer, bounded_put, .n = i);
        bench_must(tr_receive(self, NULL, TR_INFINITY, &msg), "bounded: taken");
    }
    return TR_NORMAL;
}

static tr_exit run_consumer(tr_self *self, const void *arg)
{
    const struct consumer *me = arg;
    const tr_msg *msg;
    while (bounded_get_send(self, me->buffer, NULL) == TR_OK) {
        bench_must(tr_receive(self, NULL, TR_INFINITY, &msg), "bounded: item");
        // relaxed: the latch orders it before the main thread's look.
        atomic_fetch_add_explicit(me->x_sum, bounded_item_of(msg)->n, memory_order_relaxed);
        bench_latch_down(me->latch);
    }
    return TR_ERROR("send");
}

static const tr_actor_spec buffer_spec = { .label = "buffer", .run = run_buffer };
static const tr_actor_spec producer_spec = { .label = "producer", .run = run_producer };
static const tr_actor_spec consumer_spec = { .label = "consumer", .run = run_consumer };

static int64_t trade_buffer(tr_system *sys, const struct bench_bound *args, long n)
{
    struct bench_latch latch;
    atomic_long sum = 0;
    tr_pid *consumers = bench_alloc(args->consumers, sizeof *consumers);
    bench_latch_init(&latch, args->producers * n);
    tr_pid buffer = bench_spawn(sys, &buffer_spec, args, sizeof *args);
    struct consumer consumer = { .buffer = buffer, .latch = &latch, .x_sum = &sum };
    struct producer producer = { .buffer = buffer, .n = n };
    int64_t start = bench_now_ns();
    for (long i = 0; i < args->consumers; i++) {
        consumers[i] = bench_spawn(sys, &consumer_spec, &consumer, sizeof consumer);
    }
    for (long i = 0; i < args->producers; i++) {
        bench_spawn(sys, &producer_spec, &producer, sizeof producer);
    }
    bench_latch_wait(&latch);
    int64_t elapsed = bench_now_ns() - start;
    bench_check(sum == args->producers * (n * (n + 1) / 2), "bounded: the sum of the items");
    for (long i = 0; i < args->consumers; i++) {
        bench_kill(sys, consumers[i]);
    }
    bench_kill(sys, buffer);
    free(consumers);
    bench_latch_fini(&latch);
    return elapsed;
}

void bench_bounded(const struct bench_run *run, struct bench_result *result)
{
    struct bench_bound bound = { .capacity = bench_value(run, "cap"),
                                 .producers = bench_value(run, "p"),
                                 .consumers = bench_value(run, "c") };
    long n = bench_value(run, "n");
    int64_t (*trade)(tr_system * sys, const struct bench_bound *bound, long n) =
        run->style == BENCH_MAILBOX ? bench_trade_mailboxes : trade_buffer;
    trade(run->sys, &bound, n < 2000 ? n : 2000);
    result->elapsed_ns = trade(run->sys, &bound, n);
    result->messages = bound.producers * n;
    bench_extra(result, "items_per_s", (double)result->messages * 1e9 / (double)result->elapsed_ns);
}
