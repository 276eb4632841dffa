// SPDX-License-Identifier: MIT
// payload: one actor sends n bodies of many bytes to another, at most 64 of them unacknowledged.
// Copied by the send, written in place and moved, or one blob that every message refers to.
#include "bench.h"

#include <string.h>

#define TR_MODULE payload
TR_MESSAGE0(start);
TR_MESSAGE0(ack);
TR_MESSAGE0(light);

#define WINDOW 64

// A body whose size is known at run time: the type's descriptor is written by hand.
static tr_type bulk = { .name = "payload.bulk", .signature = "{ char bytes[]; }", .align = 1 };

struct sender {
    tr_pid to;
    int64_t n;
    enum { MODE_COPY, MODE_MOVE, MODE_BLOB } mode;
    tr_blob *blob;
};

struct receiver {
    int64_t n;
    int64_t *sum; // the main thread's
    struct bench_latch *latch;
};

static void send_one(tr_self *self, const struct sender *me, const char *source)
{
    if (me->mode == MODE_BLOB) {
        bench_must(tr_send_blob(self, me->to, &payload_light_type, NULL, me->blob),
                   "payload: blob");
        return;
    }
    if (me->mode == MODE_COPY) {
        bench_must(tr_send_typed(self, me->to, &bulk, source), "payload: send");
        return;
    }
    void *body = NULL;
    tr_msg *msg = tr_msg_new(self, &bulk, &body);
    bench_check(msg != NULL, "payload: a new message");
    memcpy(body, source, bulk.bytes);
    bench_must(tr_send_move(self, me->to, &msg), "payload: move");
}

static tr_exit run_sender(tr_self *self, const void *arg)
{
    struct sender own = *(const struct sender *)arg;
    const struct sender *me = &own;
    const tr_msg *msg;
    char *source = tr_alloc(self, bulk.bytes);
    memset(source, 7, bulk.bytes);
    if (own.mode == MODE_BLOB) {
        void *data = NULL;
        bench_must(tr_blob_new(self, bulk.bytes, &data, &own.blob), "payload: a new blob");
        memcpy(data, source, bulk.bytes);
        bench_must(tr_blob_freeze(self, own.blob), "payload: freeze");
    }
    bench_must(tr_receive(self, NULL, TR_INFINITY, &msg), "payload: start");
    for (int64_t i = 0; i < me->n; i++) {
        if (i > 0 && i % WINDOW == 0) {
            bench_must(tr_receive(self, NULL, TR_INFINITY, &msg), "payload: ack");
        }
        send_one(self, me, source);
    }
    return TR_NORMAL;
}

static tr_exit run_receiver(tr_self *self, const void *arg)
{
    const struct receiver *me = arg;
    const tr_msg *msg;
    int64_t sum = 0;
    for (int64_t i = 1; i <= me->n; i++) {
        bench_must(tr_receive(self, NULL, TR_INFINITY, &msg), "payload: receive");
        const tr_blob *blob = tr_msg_blob(msg);
        const char *bytes = blob != NULL ? tr_blob_data(blob) : tr_msg_body(msg);
        sum += bytes[0] + bytes[bulk.bytes - 1];
        if (i % WINDOW == 0) {
            payload_ack_send(self, tr_msg_sender(msg), NULL);
        }
    }
    *me->sum = sum;
    bench_latch_down(me->latch);
    return TR_NORMAL;
}

static const tr_actor_spec sender_spec = { .label = "sender", .run = run_sender };
static const tr_actor_spec receiver_spec = { .label = "receiver", .run = run_receiver };

static int64_t transfer(const struct bench_run *run, long n)
{
    struct bench_latch latch;
    int64_t sum = 0;
    bench_latch_init(&latch, 1);
    struct receiver receiver = { .n = n, .sum = &sum, .latch = &latch };
    struct sender sender = { .n = n, .mode = bench_value(run, "mode") };
    int64_t start = bench_now_ns();
    sender.to = bench_spawn(run->sys, &receiver_spec, &receiver, sizeof receiver);
    tr_pid pid = bench_spawn(run->sys, &sender_spec, &sender, sizeof sender);
    bench_must(payload_start_system_send(run->sys, pid, NULL), "start");
    bench_latch_wait(&latch);
    int64_t elapsed = bench_now_ns() - start;
    bench_check(sum == 14 * (int64_t)n, "payload: the bytes that arrived");
    bench_latch_fini(&latch);
    return elapsed;
}

void bench_payload(const struct bench_run *run, struct bench_result *result)
{
    long bytes = bench_value(run, "bytes");
    long n = bench_value(run, "n");
    if (n == 0) { // about two gigabytes, as the peers do
        n = 2000000000 / (bytes + 1000);
        n = n > 1000000 ? 1000000 : n < 2000 ? 2000 : n;
    }
    bulk.bytes = (uint32_t)bytes;
    transfer(run, n < 640 ? n : 640);
    result->elapsed_ns = transfer(run, n);
    result->messages = n;
    bench_extra(result, "mib_per_s",
                (double)n * (double)bytes * 1e9 / (double)result->elapsed_ns / 1048576);
}
