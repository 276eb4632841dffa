// SPDX-License-Identifier: MIT
// Call hygiene (E15 E16 E17): many calls with timeouts close to the service time. Each gives its
// own answer or TR_ETIMEDOUT, and the caller's mailbox is empty afterwards.
#include "stress.h"

#define TR_MODULE calls
TR_MESSAGE(ask, { uint64_t n; });
TR_MESSAGE(answer, { uint64_t n; });
TR_REQUEST(ask, answer);
TR_MESSAGE(later, {
    tr_from from;
    uint64_t n;
});

const char *const trt_name = "calls";
const bool trt_own_systems = false;

enum { CLIENTS = 250, CALLS = 100 };
#define PATIENCE_NS UINT64_C(20000000000)

struct task {
    tr_pid server;
    tr_pid referee;
    uint64_t seed;
    uint32_t count;
};

// Answers a third of the requests at once, a third after 1 ms, a third after 2 ms.
static tr_next serve(tr_self *self, void *state, const tr_msg *msg)
{
    uint64_t *chance = state;
    const struct calls_later *due = calls_later_of(msg);
    if (due != NULL) {
        calls_ask_reply(self, due->from, &(struct calls_answer){ due->n });
        return TR_CONTINUE;
    }
    TRT_SAME(tr_msg_get_kind(msg), TR_MSG_CALL);
    struct calls_later later = { tr_msg_from(msg), calls_ask_of(msg)->n };
    uint32_t delay_ms = trt_below(chance, 3);
    if (delay_ms == 0) {
        calls_ask_reply(self, later.from, &(struct calls_answer){ later.n });
    } else {
        TRT_SAME(tr_send_after(self, delay_ms, tr_self_pid(self), &calls_later_type, &later, NULL),
                 TR_OK);
    }
    return TR_CONTINUE;
}

static const tr_actor_spec server = { .label = "server",
                                      .on_message = serve,
                                      .state_bytes = sizeof(uint64_t) };

// Late replies are still on their way: they must not become messages, nor stay in the mailbox.
static void require_empty(tr_self *self)
{
    uint64_t end_ns = tr_now_ns() + PATIENCE_NS;
    tr_actor_info info = TR_ACTOR_INFO_INIT;
    do {
        TRT_REQUIRE(trt_receive(self, NULL, 5) == NULL);
        TRT_SAME(tr_debug_info(tr_self_system(self), tr_self_pid(self), &info), TR_OK);
    } while (info.mailbox_depth != 0 && tr_now_ns() < end_ns);
    TRT_SAME(info.mailbox_depth, 0);
}

TRT_ACTOR(client)
{
    const struct task *task = arg;
    uint64_t chance = task->seed;
    uint64_t answered = 0;
    for (uint64_t i = 0; i < task->count; i++) {
        struct calls_answer answer = { 0 };
        uint64_t n = task->seed * 1000 + i + 1;
        int64_t timeout_ms = trt_below(&chance, 4);
        uint64_t start = tr_now_ns();
        tr_err err =
            calls_ask_call(self, task->server, &(struct calls_ask){ n }, timeout_ms, &answer);
        if (err == TR_OK) {
            TRT_SAME(answer.n, n);
            answered++;
        } else {
            TRT_SAME(err, TR_ETIMEDOUT);
            TRT_SAME(answer.n, 0);
            TRT_REQUIRE(tr_now_ns() - start >= (uint64_t)timeout_ms * 1000000u);
        }
    }
    require_empty(self);
    trt_done(self, task->referee, answered);
    return TR_NORMAL;
}

void trt_round(struct trt_stress *stress)
{
    struct task task = { .seed = stress->seed, .count = CALLS / trt_divisor() };
    task.referee = trt_referee(stress, CLIENTS);
    task.server = trt_start(stress, &server, 0);
    for (int i = 0; i < CLIENTS; i++, task.seed++) {
        trt_start(stress, &client, TRT_ARG(&task));
    }
    uint64_t answered = trt_await(stress, task.referee);
    TRT_REQUIRE(answered <= (uint64_t)CLIENTS * task.count);
    TRT_SAME(tr_system_exit_send(stress->sys, task.server, TR_SHUTDOWN), TR_OK);
}
