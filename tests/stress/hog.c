// SPDX-License-Identifier: MIT
// Promise 4: handlers that spin, or block in a system call, declared or not, on every worker do not
// stop the rest: their processors are handed to other threads.
#include "stress.h"

#include <stdatomic.h>
#include <unistd.h>

#define TR_MODULE hog
TR_MESSAGE(ask, { uint32_t n; });
TR_MESSAGE(answer, { uint32_t n; });
TR_REQUEST(ask, answer);

const char *const trt_name = "hog";
const bool trt_own_systems = true;

enum { PINGS = 200, ANSWER_MS = 20000, STOP_MS = 30000 };

static atomic_bool released; // the spinning hogs may return
static atomic_uint spinning; // how many hogs have begun
static int wake[2];          // a pipe; blocking hogs read from it

TRT_ACTOR(spins)
{
    atomic_fetch_add(&spinning, 1);
    while (!atomic_load(&released)) {}
    atomic_fetch_sub(&spinning, 1);
    tr_yield(self);
    return TR_NORMAL;
}

TRT_ACTOR(blocks)
{
    char byte = 0;
    atomic_fetch_add(&spinning, 1);
    tr_blocking_begin(self);
    ssize_t got = read(wake[0], &byte, 1);
    TRT_SAME(got, 1);
    atomic_fetch_sub(&spinning, 1);
    tr_blocking_end(self); // the stop may end the actor here
    return TR_NORMAL;
}

// Blocks in the kernel without a word: the monitor finds out.
TRT_ACTOR(sleeps)
{
    char byte = 0;
    atomic_fetch_add(&spinning, 1);
    ssize_t got = read(wake[0], &byte, 1);
    TRT_SAME(got, 1);
    atomic_fetch_sub(&spinning, 1);
    tr_yield(self);
    return TR_NORMAL;
}

static tr_next serve(tr_self *self, void *state, const tr_msg *msg)
{
    (void)state;
    hog_ask_reply(self, tr_msg_from(msg), &(struct hog_answer){ hog_ask_of(msg)->n });
    return TR_CONTINUE;
}

static const tr_actor_spec server = { .label = "server", .on_message = serve };

struct task {
    tr_pid server;
    tr_pid referee;
};

TRT_ACTOR(pinger)
{
    const struct task *task = arg;
    for (uint32_t n = 0; n < PINGS; n++) {
        struct hog_answer answer = { 0 };
        TRT_SAME(hog_ask_call(self, task->server, &(struct hog_ask){ n }, ANSWER_MS, &answer),
                 TR_OK);
        TRT_SAME(answer.n, n);
        (void)trt_receive(self, NULL, n % 50 == 0 ? 1 : 0); // timers go on as well
    }
    trt_done(self, task->referee, 1);
    return TR_NORMAL;
}

static const struct {
    const tr_actor_spec *hog;
    bool declared_only;
} kinds[] = {
    { &spins, false },
    { &sleeps, false },
    { &blocks, false },
    { &blocks, true }, // as without membarrier
};

// As many hogs as workers, one more, and everybody else is served.
static void play(struct trt_stress *stress, const tr_actor_spec *hog, bool declared_only)
{
    tr_system_opts opts = { .workers = stress->workers, .declared_only = declared_only };
    TRT_SAME(tr_system_start(&opts, &stress->sys), TR_OK);
    struct task task = { .referee = trt_referee(stress, 2) };
    task.server = trt_start(stress, &server, 0);
    for (uint32_t i = 0; i <= stress->workers; i++) {
        trt_start(stress, hog, 0);
    }
    trt_start(stress, &pinger, TRT_ARG(&task));
    trt_start(stress, &pinger, TRT_ARG(&task));
    TRT_SAME(trt_await(stress, task.referee), 2);
    tr_totals totals = { 0 };
    TRT_SAME(tr_debug_totals(stress->sys, &totals), TR_OK);
    TRT_REQUIRE(totals.handoffs > 0);
}

static void finish(struct trt_stress *stress)
{
    TRT_SAME(tr_system_stop(stress->sys, STOP_MS, NULL), TR_OK);
    trt_check_stopped(stress->sys);
    TRT_SAME(tr_system_free(stress->sys), TR_OK);
    stress->sys = NULL;
    TRT_SAME(atomic_load(&spinning), 0);
}

void trt_round(struct trt_stress *stress)
{
    TRT_SAME(pipe(wake), 0);
    for (size_t i = 0; i < TR_COUNT(kinds); i++) {
        atomic_store(&released, false);
        play(stress, kinds[i].hog, kinds[i].declared_only);
        atomic_store(&released, true);
        for (uint32_t n = 0; n <= stress->workers && kinds[i].hog != &spins; n++) {
            TRT_SAME(write(wake[1], "x", 1), 1);
        }
        finish(stress);
    }
    close(wake[0]);
    close(wake[1]);
}
