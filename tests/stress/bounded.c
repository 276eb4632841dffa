// SPDX-License-Identifier: MIT
// Bounded mailboxes under load: senders wait or are refused, some are killed while they wait; what
// was accepted is received, once and in order, and the mailbox never holds more than its bound.
#include "stress.h"

#define TR_MODULE bounded
TR_MESSAGE(num, {
    uint32_t from;
    uint32_t seq;
});
TR_MESSAGE0(over);

const char *const trt_name = "bounded";
const bool trt_own_systems = false;

enum { SENDERS = 12, CAPACITY = 4 };

struct task {
    tr_pid sink;
    tr_pid referee;
    uint32_t from;
    uint32_t count;
    uint64_t seed;
};

// Tells how many of its messages were accepted; for ever at it when it is a victim.
TRT_ACTOR(sender)
{
    const struct task *task = arg;
    uint32_t accepted = 0;
    for (uint32_t seq = 0; seq < task->count; seq++) {
        tr_err err = tr_send(self, task->sink, bounded_num, task->from, accepted);
        TRT_REQUIRE(err == TR_OK || err == TR_EFULL);
        accepted += err == TR_OK;
        if (err == TR_EFULL) {
            tr_yield(self);
        }
    }
    trt_done(self, task->referee, accepted);
    return TR_NORMAL;
}

TRT_ACTOR(victim)
{
    const struct task *task = arg;
    for (uint32_t seq = 0;; seq++) {
        (void)tr_send(self, task->sink, bounded_num, task->from, seq);
        tr_yield(self);
    }
    return TR_NORMAL;
}

TRT_ACTOR(killer)
{
    const struct task *task = arg;
    struct task theirs = *task;
    uint64_t chance = task->seed;
    theirs.from = SENDERS; // each victim starts to count anew, so their order is not checked
    for (uint32_t i = 0; i < task->count / 10; i++) {
        tr_ref ref;
        tr_pid pid = trt_child(self, &victim, TRT_ARG(&theirs), .monitor = &ref);
        for (uint32_t wait = trt_below(&chance, 20); wait > 0; wait--) {
            tr_yield(self);
        }
        TRT_SAME(tr_exit_send(self, pid, TR_KILL), TR_OK);
        const tr_down *down = tr_msg_body(trt_receive(self, NULL, TR_INFINITY));
        TRT_REQUIRE(tr_ref_equal(down->ref, ref));
        TRT_SAME(down->reason.tag, TR_EXIT_KILLED);
    }
    trt_done(self, task->referee, 0);
    return TR_NORMAL;
}

struct sink_state {
    tr_pid referee;
    uint32_t next[SENDERS];
    uint64_t taken;
};

static tr_next sink_init(tr_self *self, void *state, const void *args)
{
    (void)self;
    ((struct sink_state *)state)->referee = *(const tr_pid *)args;
    return TR_CONTINUE;
}

static tr_next sink_message(tr_self *self, void *state, const tr_msg *msg)
{
    struct sink_state *own = state;
    if (tr_msg_is(msg, &bounded_over_type)) {
        trt_done(self, own->referee, own->taken);
        return TR_STOP(TR_NORMAL);
    }
    const struct bounded_num *num = bounded_num_of(msg);
    if (num->from < SENDERS) {
        TRT_SAME(num->seq, own->next[num->from]++);
        own->taken++;
    }
    tr_actor_info info = TR_ACTOR_INFO_INIT;
    TRT_SAME(tr_debug_info(tr_self_system(self), tr_self_pid(self), &info), TR_OK);
    TRT_REQUIRE(info.mailbox_depth <= CAPACITY + 2); // and a signal or two
    return TR_CONTINUE;
}

static const tr_actor_spec sink = { .label = "sink",
                                    .init = sink_init,
                                    .on_message = sink_message,
                                    .state_bytes = sizeof(struct sink_state) };

void trt_round(struct trt_stress *stress)
{
    struct task task = { .count = 300 / trt_divisor(), .seed = stress->seed };
    tr_mailbox_opts mailbox = { .capacity = CAPACITY, .block_ms = TR_INFINITY };
    if (stress->round % 2 == 1) {
        mailbox.policy = TR_MAILBOX_FAIL;
    }
    tr_pid total = trt_referee(stress, 1);
    task.referee = trt_referee(stress, SENDERS + 1);
    task.sink = trt_start(stress, &sink, TRT_ARG(&total), .mailbox = mailbox);
    for (task.from = 0; task.from < SENDERS; task.from++) {
        trt_start(stress, &sender, TRT_ARG(&task));
    }
    trt_start(stress, &killer, TRT_ARG(&task));
    uint64_t accepted = trt_await(stress, task.referee);
    while (bounded_over_system_send(stress->sys, task.sink, &(struct bounded_over){ 0 }) != TR_OK) {
    }
    TRT_SAME(trt_await(stress, total), accepted);
    if (stress->round % 2 == 0) {
        TRT_SAME(accepted, SENDERS * task.count); // with block nobody is refused
    }
}
