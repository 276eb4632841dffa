// SPDX-License-Identifier: MIT
// G1 G2 G3: many senders, one receiver; nothing lost, each sender's order kept, whether the
// receiver is a handler or a process that also receives selectively.
#include "stress.h"

#define TR_MODULE fan
TR_MESSAGE(num, {
    uint32_t from;
    uint32_t seq;
});
TR_MESSAGE(odd, {
    uint32_t from;
    uint32_t seq;
});

const char *const trt_name = "fan_in";
const bool trt_own_systems = false;

enum { SENDERS = 24 };

struct task {
    tr_pid sink;
    tr_pid referee;
    uint32_t from;
    uint32_t count;
    uint64_t seed;
};

// Even numbers go as `num`, odd ones as `odd`: two streams, each in order.
TRT_ACTOR(sender)
{
    const struct task *task = arg;
    uint64_t chance = task->seed;
    for (uint32_t seq = 0; seq < task->count; seq++) {
        tr_err err = seq % 2 == 0 ? tr_send(self, task->sink, fan_num, task->from, seq)
                                  : tr_send(self, task->sink, fan_odd, task->from, seq);
        TRT_SAME(err, TR_OK);
        if (trt_below(&chance, 64) == 0) {
            tr_yield(self);
        }
    }
    return TR_NORMAL;
}

// Takes `odd` messages by type now and then; both streams must stay in order.
TRT_ACTOR(process_sink)
{
    const struct task *task = arg;
    uint64_t chance = task->seed;
    uint32_t next[SENDERS][2];
    for (uint32_t i = 0; i < SENDERS; i++) {
        next[i][0] = 0;
        next[i][1] = 1;
    }
    for (uint32_t left = SENDERS * task->count; left > 0; left--) {
        const tr_msg *msg = NULL;
        if (trt_below(&chance, 4) == 0) {
            msg = trt_receive(self, &(tr_match){ TR_TYPES(&fan_odd_type) }, 0);
        }
        if (msg == NULL) {
            msg = trt_receive(self, NULL, TR_INFINITY);
        }
        const struct fan_num *num = tr_msg_body(msg); // the two have one layout
        bool odd = tr_msg_is(msg, &fan_odd_type);
        TRT_SAME(num->seq, next[num->from][odd]);
        next[num->from][odd] += 2;
    }
    TRT_REQUIRE(trt_receive(self, NULL, 0) == NULL);
    trt_done(self, task->referee, SENDERS * task->count);
    return TR_NORMAL;
}

struct sink_state {
    struct task task;
    uint32_t next[SENDERS];
    uint32_t taken;
};

static tr_next sink_init(tr_self *self, void *state, const void *args)
{
    struct sink_state *own = state;
    (void)self;
    own->task = *(const struct task *)args;
    return TR_CONTINUE;
}

static tr_next sink_message(tr_self *self, void *state, const tr_msg *msg)
{
    struct sink_state *own = state;
    const struct fan_num *num = tr_msg_body(msg);
    TRT_SAME(num->seq, own->next[num->from]++);
    if (++own->taken == SENDERS * own->task.count) {
        trt_done(self, own->task.referee, own->taken);
        return TR_STOP(TR_NORMAL);
    }
    return TR_CONTINUE;
}

static const tr_actor_spec handler_sink = { .label = "handler_sink",
                                            .init = sink_init,
                                            .on_message = sink_message,
                                            .state_bytes = sizeof(struct sink_state) };

void trt_round(struct trt_stress *stress)
{
    struct task task = { .count = 400 / trt_divisor(), .seed = stress->seed };
    task.referee = trt_referee(stress, 1);
    const tr_actor_spec *spec = stress->round % 2 == 0 ? &process_sink : &handler_sink;
    task.sink = trt_start(stress, spec, TRT_ARG(&task));
    for (uint32_t i = 0; i < SENDERS; i++) {
        task.from = i;
        task.seed++;
        trt_start(stress, &sender, TRT_ARG(&task));
    }
    TRT_SAME(trt_await(stress, task.referee), SENDERS * task.count);
}
