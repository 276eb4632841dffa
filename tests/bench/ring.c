// SPDX-License-Identifier: MIT
// ring: r actors in a circle pass k tokens on; each token makes n/k hops.
#include "bench.h"

#define TR_MODULE ring
TR_MESSAGE(next, { tr_pid pid; });
TR_MESSAGE(token, { int64_t left; });
TR_MESSAGE0(stop);

struct node {
    tr_pid next;
    struct bench_latch *latch;
};

// What a node does with a message; false when it shall end.
static bool pass_on(tr_self *self, struct node *me, const tr_msg *msg)
{
    const struct ring_token *token = ring_token_of(msg);
    if (token != NULL && token->left > 0) {
        tr_send(self, me->next, ring_token, .left = token->left - 1);
        return true;
    }
    if (token != NULL) {
        bench_latch_down(me->latch);
        return true;
    }
    const struct ring_next *next = ring_next_of(msg);
    if (next != NULL) {
        me->next = next->pid;
        return true;
    }
    ring_stop_send(self, me->next, NULL);
    return false;
}

static tr_next init_node(tr_self *self, void *state, const void *args)
{
    (void)self;
    *(struct node *)state = *(const struct node *)args;
    return TR_CONTINUE;
}

static tr_next on_node(tr_self *self, void *state, const tr_msg *msg)
{
    return pass_on(self, state, msg) ? TR_CONTINUE : TR_STOP(TR_NORMAL);
}

static tr_exit run_node(tr_self *self, const void *arg)
{
    struct node me = *(const struct node *)arg;
    const tr_msg *msg;
    do {
        if (tr_receive(self, NULL, TR_INFINITY, &msg) != TR_OK) {
            return TR_ERROR("receive");
        }
    } while (pass_on(self, &me, msg));
    return TR_NORMAL;
}

static const tr_actor_spec node_handler = {
    .label = "node", .init = init_node, .on_message = on_node, .state_bytes = sizeof(struct node)
};
static const tr_actor_spec node_process = { .label = "node", .run = run_node };

static int64_t turn(const struct bench_run *run, long n)
{
    const tr_actor_spec *spec = run->style == BENCH_HANDLER ? &node_handler : &node_process;
    long actors = bench_value(run, "r");
    long tokens = bench_value(run, "k");
    struct bench_latch latch;
    bench_latch_init(&latch, tokens);
    struct node args = { .latch = &latch };
    tr_pid first = bench_spawn(run->sys, spec, &args, sizeof args);
    args.next = first;
    for (long i = 1; i < actors; i++) {
        args.next = bench_spawn(run->sys, spec, &args, sizeof args);
    }
    bench_must(ring_next_system_send(run->sys, first, &(struct ring_next){ args.next }), "close");
    int64_t start = bench_now_ns();
    for (long i = 0; i < tokens; i++) {
        bench_must(ring_token_system_send(run->sys, first, &(struct ring_token){ n / tokens }),
                   "token");
    }
    bench_latch_wait(&latch);
    int64_t elapsed = bench_now_ns() - start;
    bench_must(ring_stop_system_send(run->sys, first, NULL), "stop");
    bench_latch_fini(&latch);
    return elapsed;
}

void bench_ring(const struct bench_run *run, struct bench_result *result)
{
    long n = bench_value(run, "n");
    turn(run, n < 50000 ? n : 50000);
    result->elapsed_ns = turn(run, n);
    result->messages = n;
    bench_extra(result, "ns_per_hop", (double)result->elapsed_ns / (double)n);
}
