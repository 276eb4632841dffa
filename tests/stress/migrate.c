// SPDX-License-Identifier: MIT
// Suspended actors resume on any thread: errno and what they keep on their stacks comes with them.
#include "stress.h"

#include <string.h>

#define TR_MODULE migrate
TR_MESSAGE(token, { uint32_t hops; });
TR_MESSAGE(next, { tr_pid pid; });

const char *const trt_name = "migrate";
const bool trt_own_systems = false;

enum { RING = 16, TOKENS = 6 };

struct task {
    tr_pid referee;
    uint32_t number;
    uint32_t hops;
};

// Each actor fills its own stack and errno with its number; nobody else's may ever be seen.
static void check_own(const unsigned char *own, size_t bytes, int number)
{
    TRT_SAME(errno, number);
    for (size_t i = 0; i < bytes; i++) {
        TRT_SAME(own[i], number);
    }
}

TRT_ACTOR(stop)
{
    const struct task *task = arg;
    unsigned char own[600];
    int number = (int)task->number + 1;
    memset(own, number, sizeof own);
    tr_pid next =
        migrate_next_of(trt_receive(self, &(tr_match){ TR_TYPES(&migrate_next_type) }, TR_INFINITY))
            ->pid;
    errno = number;
    for (uint32_t left = TOKENS; left > 0;) {
        uint32_t hops = migrate_token_of(trt_receive(self, NULL, TR_INFINITY))->hops;
        check_own(own, sizeof own, number);
        if (hops % 8 == 0) {
            tr_yield(self);
            check_own(own, sizeof own, number);
        }
        if (hops < task->hops) {
            TRT_SAME(tr_send(self, next, migrate_token, hops + 1), TR_OK);
        } else {
            trt_done(self, task->referee, hops);
        }
        // Each of the last RING hops of a token retires it at one actor more.
        left -= hops + RING > task->hops;
    }
    return TR_NORMAL;
}

void trt_round(struct trt_stress *stress)
{
    struct task task = { .hops = RING * (200 / trt_divisor()) - 1 };
    tr_pid ring[RING];
    task.referee = trt_referee(stress, TOKENS);
    for (task.number = 0; task.number < RING; task.number++) {
        ring[task.number] = trt_start(stress, &stop, TRT_ARG(&task));
    }
    for (uint32_t i = 0; i < RING; i++) {
        struct migrate_next next = { ring[(i + 1) % RING] };
        TRT_SAME(migrate_next_system_send(stress->sys, ring[i], &next), TR_OK);
    }
    for (uint32_t i = 0; i < TOKENS; i++) {
        struct migrate_token token = { 0 };
        TRT_SAME(migrate_token_system_send(stress->sys, ring[i % RING], &token), TR_OK);
    }
    TRT_SAME(trt_await(stress, task.referee), (uint64_t)TOKENS * task.hops);
}
