// SPDX-License-Identifier: MIT
// G1: all talk to all, while they are moved between workers; each pair's order is kept, exit
// signals included.
#include "stress.h"

#define TR_MODULE pairs
enum { ACTORS = 16 };
TR_MESSAGE(everybody, { tr_pid pid[ACTORS]; });
TR_MESSAGE(num, {
    uint32_t from;
    uint32_t seq;
});

const char *const trt_name = "pairs";
const bool trt_own_systems = false;

struct task {
    tr_pid referee;
    uint32_t number;
    uint32_t rounds;
    uint64_t seed;
};

struct pairs {
    struct pairs_everybody all;
    uint32_t sent[ACTORS];
    uint32_t seen[ACTORS];
    uint32_t taken;
};

static uint32_t number_of(const struct pairs *own, tr_pid pid)
{
    uint32_t i = 0;
    while (i < ACTORS && !tr_pid_equal(own->all.pid[i], pid)) {
        i++;
    }
    TRT_REQUIRE(i < ACTORS);
    return i;
}

static void take(struct pairs *own, const tr_msg *msg)
{
    uint32_t from;
    uint32_t seq;
    if (tr_msg_get_kind(msg) == TR_MSG_EXIT) {
        const tr_exited *exited = tr_msg_body(msg);
        from = number_of(own, exited->pid);
        seq = (uint32_t)exited->reason.code;
    } else {
        const struct pairs_num *num = pairs_num_of(msg);
        TRT_REQUIRE(num != NULL);
        from = num->from;
        seq = num->seq;
        TRT_REQUIRE(tr_pid_equal(tr_msg_sender(msg), own->all.pid[from]));
    }
    TRT_SAME(seq, own->seen[from]++);
    own->taken++;
}

// Every fourth thing that is sent is an exit signal: it keeps its place.
static void say(tr_self *self, struct pairs *own, uint32_t me, uint32_t to)
{
    uint32_t seq = own->sent[to]++;
    if (seq % 4 == 3) {
        tr_exit reason = tr_exit_make(TR_EXIT_ERROR, (int32_t)seq, "still here");
        TRT_SAME(tr_exit_send(self, own->all.pid[to], reason), TR_OK);
    } else {
        TRT_SAME(tr_send(self, own->all.pid[to], pairs_num, me, seq), TR_OK);
    }
}

TRT_ACTOR(one)
{
    const struct task *task = arg;
    uint64_t chance = task->seed;
    struct pairs own = { .taken = 0 };
    const tr_msg *msg =
        trt_receive(self, &(tr_match){ TR_TYPES(&pairs_everybody_type) }, TR_INFINITY);
    own.all = *pairs_everybody_of(msg);
    for (uint32_t round = 0; round < task->rounds; round++) {
        for (uint32_t to = 0; to < ACTORS; to++) {
            if (to != task->number) {
                say(self, &own, task->number, to);
            }
        }
        while (trt_below(&chance, 8) != 0 && (msg = trt_receive(self, NULL, 0)) != NULL) {
            take(&own, msg);
        }
        if (trt_below(&chance, 4) == 0) {
            tr_yield(self);
        }
    }
    while (own.taken < task->rounds * (ACTORS - 1)) {
        take(&own, trt_receive(self, NULL, TR_INFINITY));
    }
    trt_done(self, task->referee, own.taken);
    return TR_NORMAL;
}

void trt_round(struct trt_stress *stress)
{
    struct task task = { .rounds = 40, .seed = stress->seed };
    if (trt_divisor() != 1) {
        task.rounds = 8;
    }
    struct pairs_everybody all;
    task.referee = trt_referee(stress, ACTORS);
    for (task.number = 0; task.number < ACTORS; task.number++, task.seed++) {
        all.pid[task.number] = trt_start(stress, &one, TRT_ARG(&task), .trap = true);
    }
    for (uint32_t i = 0; i < ACTORS; i++) {
        TRT_SAME(pairs_everybody_system_send(stress->sys, all.pid[i], &all), TR_OK);
    }
    TRT_SAME(trt_await(stress, task.referee), ACTORS * (ACTORS - 1) * task.rounds);
}
