// SPDX-License-Identifier: MIT
// Pinned actors run on one thread each, however often that thread loses its processor, and all of
// them go on, with others beside them on few processors.
#include "stress.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TR_MODULE pins
TR_MESSAGE(ask, { uint32_t n; });
TR_MESSAGE(answer, { uint32_t n; });
TR_REQUEST(ask, answer);

const char *const trt_name = "pinned";
const bool trt_own_systems = true;

enum { ACTORS = 12, TURNS = 200, ANSWER_MS = 60000, STOP_MS = 30000 };

struct task {
    tr_pid server;
    tr_pid referee;
    uint64_t seed;
    bool pinned;
};

static long thread_here(void)
{
    return syscall(SYS_gettid);
}

// State of a pinned server: the thread that ran its init.
static tr_next begin(tr_self *self, void *state, const void *args)
{
    (void)self;
    (void)args;
    *(long *)state = thread_here();
    return TR_CONTINUE;
}

static tr_next serve(tr_self *self, void *state, const tr_msg *msg)
{
    TRT_SAME(thread_here(), *(long *)state);
    pins_ask_reply(self, tr_msg_from(msg), &(struct pins_answer){ pins_ask_of(msg)->n });
    return TR_CONTINUE;
}

static const tr_actor_spec server = {
    .label = "server", .init = begin, .on_message = serve, .state_bytes = sizeof(long)
};

static void block(tr_self *self)
{
    tr_blocking_begin(self);
    sched_yield(); // stands for a system call
    tr_blocking_end(self);
}

TRT_ACTOR(wanderer)
{
    struct task task = *(const struct task *)arg;
    long home = thread_here();
    for (uint32_t i = 0; i < TURNS / trt_divisor() + 1; i++) {
        struct pins_answer answer = { 0 };
        switch (trt_below(&task.seed, 4)) {
        case 0:
            tr_yield(self);
            break;
        case 1:
            TRT_SAME(pins_ask_call(self, task.server, &(struct pins_ask){ i }, ANSWER_MS, &answer),
                     TR_OK);
            TRT_SAME(answer.n, i);
            break;
        case 2:
            block(self);
            break;
        default:
            (void)trt_receive(self, NULL, trt_below(&task.seed, 2));
            break;
        }
        TRT_REQUIRE(!task.pinned || thread_here() == home);
    }
    trt_done(self, task.referee, 1);
    return TR_NORMAL;
}

void trt_round(struct trt_stress *stress)
{
    uint64_t seed = stress->seed;
    TRT_SAME(tr_system_start(&(tr_system_opts){ .workers = stress->workers }, &stress->sys), TR_OK);
    struct task task = { .referee = trt_referee(stress, ACTORS) };
    tr_pid servers[3];
    for (uint32_t i = 0; i < TR_COUNT(servers); i++) {
        servers[i] = trt_start(stress, &server, .pinned = true, .wait_init = true);
    }
    for (uint32_t i = 0; i < ACTORS; i++) {
        task.server = servers[i % TR_COUNT(servers)];
        task.seed = trt_random(&seed);
        task.pinned = i % 3 != 0;
        trt_start(stress, &wanderer, TRT_ARG(&task), .pinned = task.pinned,
                  .priority = (tr_priority)trt_below(&seed, 4));
    }
    TRT_SAME(trt_await(stress, task.referee), ACTORS);
    TRT_SAME(tr_system_stop(stress->sys, STOP_MS, NULL), TR_OK);
    trt_check_stopped(stress->sys);
    TRT_SAME(tr_system_free(stress->sys), TR_OK);
    stress->sys = NULL;
}
