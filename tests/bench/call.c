// SPDX-License-Identifier: MIT
// call: clients ask one server, each n times, one request at a time. The first client's latencies
// are reported. The server counts the requests it has served.
#include "bench.h"

#include <stdlib.h>

#define TR_MODULE echo
TR_MESSAGE(ask, { int64_t n; });
TR_MESSAGE(answer, { int64_t n; });
TR_MESSAGE0(served);
TR_MESSAGE(count, { int64_t n; });
TR_MESSAGE0(start);
TR_REQUEST(ask, answer);
TR_REQUEST(served, count);

struct echo_args;

struct echo {
    int64_t served;
};

static tr_next echo_init(tr_self *self, struct echo *me, const struct echo_args *args)
{
    (void)self;
    (void)me;
    (void)args;
    return TR_CONTINUE;
}

static tr_next echo_on_ask(tr_self *self, struct echo *me, const struct echo_ask *ask, tr_from from)
{
    me->served++;
    echo_ask_reply(self, from, &(struct echo_answer){ .n = ask->n });
    return TR_CONTINUE;
}

static tr_next echo_on_served(tr_self *self, struct echo *me, const struct echo_served *m,
                              tr_from from)
{
    (void)m;
    echo_served_reply(self, from, &(struct echo_count){ .n = me->served });
    return TR_CONTINUE;
}

TR_SERVER(echo, TR_CALL(ask), TR_CALL(served));

static tr_next on_handler(tr_self *self, void *state, const tr_msg *msg)
{
    const struct echo_ask *ask = echo_ask_of(msg);
    if (ask != NULL) {
        return echo_on_ask(self, state, ask, tr_msg_from(msg));
    }
    bench_check(tr_msg_is(msg, &echo_served_type), "call: the request");
    return echo_on_served(self, state, NULL, tr_msg_from(msg));
}

static tr_exit run_server(tr_self *self, const void *arg)
{
    struct echo me = { 0 };
    const tr_msg *msg;
    (void)arg;
    while (tr_receive(self, NULL, TR_INFINITY, &msg) == TR_OK) {
        on_handler(self, &me, msg);
    }
    return TR_ERROR("receive");
}

static const tr_actor_spec server_handler = { .label = "echo",
                                              .on_message = on_handler,
                                              .state_bytes = sizeof(struct echo) };
static const tr_actor_spec server_process = { .label = "echo", .run = run_server };

// --- Clients ------------------------------------------------------------------------------------

struct client {
    tr_pid server;
    int64_t n;
    int64_t *samples; // NULL: latencies are not taken
    struct bench_latch *latch;
};

static void ask_all(tr_self *self, const struct client *me)
{
    for (int64_t i = 0; i < me->n; i++) {
        struct echo_answer answer = { 0 };
        int64_t start = me->samples != NULL ? bench_now_ns() : 0;
        bench_must(
            echo_ask_call(self, me->server, &(struct echo_ask){ .n = i }, TR_INFINITY, &answer),
            "call");
        bench_check(answer.n == i, "call: the answer");
        if (me->samples != NULL) {
            me->samples[i] = bench_now_ns() - start;
        }
    }
    bench_latch_down(me->latch);
}

static tr_next init_client(tr_self *self, void *state, const void *args)
{
    (void)self;
    *(struct client *)state = *(const struct client *)args;
    return TR_CONTINUE;
}

static tr_next on_client(tr_self *self, void *state, const tr_msg *msg)
{
    (void)msg;
    ask_all(self, state);
    return TR_STOP(TR_NORMAL);
}

static tr_exit run_client(tr_self *self, const void *arg)
{
    const tr_msg *msg;
    if (tr_receive(self, NULL, TR_INFINITY, &msg) != TR_OK) {
        return TR_ERROR("receive");
    }
    ask_all(self, arg);
    return TR_NORMAL;
}

static const tr_actor_spec client_handler = { .label = "client",
                                              .init = init_client,
                                              .on_message = on_client,
                                              .state_bytes = sizeof(struct client) };
static const tr_actor_spec client_process = { .label = "client", .run = run_client };

// --- Measuring ----------------------------------------------------------------------------------

static tr_pid start_server(const struct bench_run *run)
{
    tr_pid server = tr_no_pid();
    switch (run->style) {
    case BENCH_SERVER:
        bench_must(tr_system_server_start(run->sys, &echo_server, NULL, &server), "server");
        return server;
    case BENCH_HANDLER:
        return bench_spawn(run->sys, &server_handler, NULL, 0);
    case BENCH_PROCESS:
        return bench_spawn(run->sys, &server_process, NULL, 0);
    case BENCH_MAILBOX:
    case BENCH_BUFFER:
        break; // not of this benchmark
    }
    return server;
}

static int64_t call_all(const struct bench_run *run, long n, long clients, int64_t *samples)
{
    const tr_actor_spec *spec = run->style == BENCH_HANDLER ? &client_handler : &client_process;
    struct bench_latch latch;
    bench_latch_init(&latch, clients);
    struct client args = { .server = start_server(run), .n = n, .latch = &latch };
    int64_t start = bench_now_ns();
    for (long i = 0; i < clients; i++) {
        args.samples = i == 0 ? samples : NULL;
        tr_pid pid = bench_spawn(run->sys, spec, &args, sizeof args);
        bench_must(echo_start_system_send(run->sys, pid, NULL), "start");
    }
    bench_latch_wait(&latch);
    int64_t elapsed = bench_now_ns() - start;
    struct echo_count count = { 0 };
    bench_must(echo_served_system_call(run->sys, args.server, NULL, 5000, &count), "call: count");
    bench_check(count.n == n * clients, "call: the number served");
    bench_kill(run->sys, args.server);
    bench_latch_fini(&latch);
    return elapsed;
}

void bench_call(const struct bench_run *run, struct bench_result *result)
{
    long n = bench_value(run, "n");
    long clients = bench_value(run, "clients");
    int64_t *samples = bench_alloc(n, sizeof *samples);
    call_all(run, n < 5000 ? n : 5000, clients, samples);
    result->elapsed_ns = call_all(run, n, clients, samples);
    result->messages = 2 * n * clients;
    bench_latencies(result, samples, (size_t)n);
    bench_extra(result, "calls_per_s", (double)(n * clients) * 1e9 / (double)result->elapsed_ns);
    free(samples);
}
