// SPDX-License-Identifier: MIT
// selective: a client with k foreign messages waiting in its mailbox makes n requests and takes
// each answer past them: by its reference, by its type, or as a call.
#include "bench.h"

#define TR_MODULE selective
TR_MESSAGE0(junk);
TR_MESSAGE0(start);
TR_MESSAGE(ask, {
    tr_ref ref;
    int64_t n;
});
TR_MESSAGE(question, { int64_t n; });
TR_MESSAGE(answer, { int64_t n; });
TR_REQUEST(question, answer);

enum { BY_REF, BY_TAG, BY_CALL };

struct asker {
    tr_pid server;
    int64_t n;
    long mode;
    struct bench_latch *latch;
};

static tr_next on_server(tr_self *self, void *state, const tr_msg *msg)
{
    (void)state;
    const struct selective_ask *ask = selective_ask_of(msg);
    const struct selective_question *question = selective_question_of(msg);
    if (question != NULL) {
        selective_question_reply(self, tr_msg_from(msg),
                                 &(struct selective_answer){ .n = question->n });
        return TR_CONTINUE;
    }
    struct selective_answer answer = { .n = ask->n };
    bench_must(ask->ref.id != 0 ? tr_send_ref(self, tr_msg_sender(msg), &selective_answer_type,
                                              &answer, ask->ref)
                                : selective_answer_send(self, tr_msg_sender(msg), &answer),
               "selective: answer");
    return TR_CONTINUE;
}

static int64_t ask_once(tr_self *self, const struct asker *me, int64_t n)
{
    struct selective_answer answer = { .n = -1 };
    const tr_msg *msg = NULL;
    if (me->mode == BY_CALL) {
        bench_must(selective_question_call(self, me->server, &(struct selective_question){ .n = n },
                                           TR_INFINITY, &answer),
                   "selective: call");
        return answer.n;
    }
    struct selective_ask ask = { .ref = tr_no_ref(), .n = n };
    tr_match match = { TR_TYPES(&selective_answer_type) };
    if (me->mode == BY_REF) {
        ask.ref = tr_ref_new(self);
        match = (tr_match){ .ref = ask.ref };
    }
    bench_must(selective_ask_send(self, me->server, &ask), "selective: ask");
    bench_must(tr_receive(self, &match, TR_INFINITY, &msg), "selective: receive");
    return selective_answer_of(msg)->n;
}

static tr_exit run_asker(tr_self *self, const void *arg)
{
    const struct asker *me = arg;
    const tr_msg *msg;
    tr_match start = { TR_TYPES(&selective_start_type) };
    bench_must(tr_receive(self, &start, TR_INFINITY, &msg), "selective: start");
    for (int64_t i = 0; i < me->n; i++) {
        bench_check(ask_once(self, me, i) == i, "selective: the answer");
    }
    bench_latch_down(me->latch);
    return TR_NORMAL;
}

static const tr_actor_spec server_spec = { .label = "server", .on_message = on_server };
static const tr_actor_spec asker_spec = { .label = "asker", .run = run_asker };

static int64_t ask_all(const struct bench_run *run, long n)
{
    struct bench_latch latch;
    bench_latch_init(&latch, 1);
    struct asker args = { .n = n, .mode = bench_value(run, "mode"), .latch = &latch };
    args.server = bench_spawn(run->sys, &server_spec, NULL, 0);
    tr_pid asker = bench_spawn(run->sys, &asker_spec, &args, sizeof args);
    for (long i = bench_value(run, "k"); i > 0; i--) {
        bench_must(selective_junk_system_send(run->sys, asker, NULL), "junk");
    }
    int64_t start = bench_now_ns();
    bench_must(selective_start_system_send(run->sys, asker, NULL), "start");
    bench_latch_wait(&latch);
    int64_t elapsed = bench_now_ns() - start;
    bench_kill(run->sys, args.server);
    bench_latch_fini(&latch);
    return elapsed;
}

void bench_selective(const struct bench_run *run, struct bench_result *result)
{
    long n = bench_value(run, "n");
    ask_all(run, n < 100 ? n : 100);
    result->elapsed_ns = ask_all(run, n);
    result->messages = 2 * n;
    bench_extra(result, "ns_per_call", (double)result->elapsed_ns / (double)n);
}
