// SPDX-License-Identifier: MIT
// Hand-off under fire: actors spin past the monitor's tick or block in declared system calls, over
// and over, while others send to them, call them, cancel their timers, link to them and kill them.
#include "stress.h"

#include <poll.h>

#define TR_MODULE detours
TR_MESSAGE(ask, { uint32_t n; });
TR_MESSAGE(answer, { uint32_t n; });
TR_REQUEST(ask, answer);
TR_MESSAGE(late, { uint32_t n; });
TR_MESSAGE(timer, { tr_timer timer; });

const char *const trt_name = "detours";
const bool trt_own_systems = false;

enum { TEAMS = 6, TURNS = 20, SPIN_NS = 25 * 1000000, CALL_MS = 30000 };

struct task {
    tr_pid referee;
    uint64_t seed;
    uint32_t turns;
};

struct wanderer {
    uint64_t chance;
    uint32_t next;
    tr_pid helper;
};

static void spin(void)
{
    uint64_t end_ns = tr_now_ns() + SPIN_NS;
    while (tr_now_ns() < end_ns) {}
}

static void block(tr_self *self, int ms)
{
    tr_blocking_begin(self);
    (void)poll(NULL, 0, ms);
    tr_blocking_end(self); // a kill ends the actor here
}

static tr_next wander_init(tr_self *self, void *state, const void *args)
{
    (void)self;
    *(struct wanderer *)state = *(const struct wanderer *)args;
    return TR_CONTINUE;
}

// Takes a detour with each message; its answers come in order all the same.
static tr_next wander(tr_self *self, void *state, const tr_msg *msg)
{
    struct wanderer *own = state;
    if (detours_ask_of(msg) == NULL) {
        return TR_CONTINUE;
    }
    TRT_SAME(detours_ask_of(msg)->n, own->next++);
    switch (trt_below(&own->chance, 8)) {
    case 0:
        spin();
        break;
    case 1:
    case 2:
        block(self, (int)trt_below(&own->chance, 3));
        break;
    case 3: {
        struct detours_timer sent = { { 0, 0 } };
        TRT_SAME(tr_send_after(self, trt_below(&own->chance, 4), tr_self_pid(self),
                               &detours_late_type, &(struct detours_late){ 1 }, &sent.timer),
                 TR_OK);
        TRT_SAME(detours_timer_send(self, own->helper, &sent), TR_OK);
        break;
    }
    default:
        break;
    }
    detours_ask_reply(self, tr_msg_from(msg), &(struct detours_answer){ own->next });
    return TR_CONTINUE;
}

static const tr_actor_spec wanderer = { .label = "wanderer",
                                        .init = wander_init,
                                        .on_message = wander,
                                        .state_bytes = sizeof(struct wanderer) };

// Cancels timers that others armed, wherever they run.
static tr_next help(tr_self *self, void *state, const tr_msg *msg)
{
    (void)state;
    tr_err err = tr_timer_cancel(self, detours_timer_of(msg)->timer, NULL);
    TRT_REQUIRE(err == TR_OK || err == TR_ENOENT);
    return TR_CONTINUE;
}

static const tr_actor_spec helper = { .label = "helper", .on_message = help };

// Waits for both notices of the wanderer's end, EXIT by the link and DOWN by the monitor.
static void bury(tr_self *self, tr_pid pid)
{
    for (int notices = 0; notices < 2; notices++) {
        const tr_msg *msg = trt_receive(self, NULL, TR_INFINITY);
        bool is_down = tr_msg_get_kind(msg) == TR_MSG_DOWN;
        const tr_down *down = tr_msg_body(msg);
        const tr_exited *exited = tr_msg_body(msg);
        TRT_REQUIRE(is_down || tr_msg_get_kind(msg) == TR_MSG_EXIT);
        TRT_REQUIRE(tr_pid_equal(is_down ? down->pid : exited->pid, pid));
        TRT_SAME((is_down ? down->reason : exited->reason).tag, TR_EXIT_KILLED);
    }
}

TRT_ACTOR(leader)
{
    const struct task *task = arg;
    uint64_t chance = task->seed;
    tr_pid friend = trt_child(self, &helper, 0);
    for (uint32_t turn = 0; turn < task->turns; turn++) {
        struct wanderer begin = { trt_random(&chance), 0, friend };
        tr_ref ref;
        tr_pid pid = trt_child(self, &wanderer, TRT_ARG(&begin), .link = true, .monitor = &ref);
        uint32_t calls = trt_below(&chance, 6);
        for (uint32_t n = 0; n < calls; n++) {
            struct detours_answer answer = { 0 };
            TRT_SAME(detours_ask_call(self, pid, &(struct detours_ask){ n }, CALL_MS, &answer),
                     TR_OK);
            TRT_SAME(answer.n, n + 1);
        }
        TRT_SAME(tr_send(self, pid, detours_ask, calls), TR_OK); // killed in the middle of this
        if (trt_below(&chance, 2) == 0) {
            tr_yield(self);
        }
        TRT_SAME(tr_exit_send(self, pid, TR_KILL), TR_OK);
        bury(self, pid);
    }
    TRT_SAME(tr_exit_send(self, friend, TR_KILL), TR_OK);
    trt_done(self, task->referee, 1);
    return TR_NORMAL;
}

void trt_round(struct trt_stress *stress)
{
    struct task task = { .seed = stress->seed, .turns = TURNS / (trt_divisor() / 4 + 1) };
    task.referee = trt_referee(stress, TEAMS);
    for (int i = 0; i < TEAMS; i++, task.seed++) {
        trt_start(stress, &leader, TRT_ARG(&task), .trap = true);
    }
    TRT_SAME(trt_await(stress, task.referee), TEAMS);
}
