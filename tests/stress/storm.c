// SPDX-License-Identifier: MIT
// G5 G6: births and deaths with links and monitors: one DOWN per monitor, one EXIT per link, with
// the true reason, also when a stranger kills or unlinks at the same moment.
#include "stress.h"

#define TR_MODULE storm
TR_MESSAGE0(go);

const char *const trt_name = "storm";
const bool trt_own_systems = false;

enum { PARENTS = 8, CHILDREN = 8 };

struct task {
    tr_pid referee;
    uint32_t births;
    uint64_t seed;
};

struct fate {
    int32_t code;
    bool waits;
};

TRT_ACTOR(child)
{
    const struct fate *fate = arg;
    if (fate->waits) {
        (void)trt_receive(self, &(tr_match){ TR_TYPES(&storm_go_type) }, TR_INFINITY);
    }
    return tr_exit_make(TR_EXIT_ERROR, fate->code, "storm");
}

struct born {
    tr_pid pid;
    tr_ref ref;
    int32_t code;
    bool killed;
    bool unlinked;
    unsigned downs;
    unsigned exits;
};

static void check_reason(const struct born *born, tr_exit reason)
{
    if (born->killed && reason.tag == TR_EXIT_KILLED) {
        return;
    }
    TRT_SAME(reason.tag, TR_EXIT_ERROR);
    TRT_SAME(reason.code, born->code);
}

static void note_end(struct born *all, const tr_msg *msg)
{
    bool is_down = tr_msg_get_kind(msg) == TR_MSG_DOWN;
    TRT_REQUIRE(is_down || tr_msg_get_kind(msg) == TR_MSG_EXIT);
    const tr_down *down = tr_msg_body(msg);
    const tr_exited *exited = tr_msg_body(msg);
    tr_pid pid = is_down ? down->pid : exited->pid;
    for (unsigned i = 0; i < CHILDREN; i++) {
        if (tr_pid_equal(all[i].pid, pid)) {
            check_reason(&all[i], is_down ? down->reason : exited->reason);
            all[i].downs += is_down;
            all[i].exits += !is_down;
            TRT_REQUIRE(!is_down || tr_ref_equal(all[i].ref, down->ref));
            return;
        }
    }
    TRT_REQUIRE(!"the end of a child of this generation");
}

static void bear(tr_self *self, struct born *born, uint64_t *chance)
{
    struct fate fate = { (int32_t)trt_below(chance, 1000000), trt_below(chance, 2) == 0 };
    *born = (struct born){ .code = fate.code };
    born->pid = trt_child(self, &child, TRT_ARG(&fate), .link = true, .monitor = &born->ref);
    if (trt_below(chance, 4) == 0) {
        born->unlinked = true;
        TRT_SAME(tr_unlink(self, born->pid), TR_OK);
    }
    if (trt_below(chance, 3) == 0) {
        born->killed = true;
        TRT_SAME(tr_exit_send(self, born->pid, TR_KILL), TR_OK);
    }
    TRT_SAME(tr_send(self, born->pid, storm_go, 0), TR_OK); // to a dead one as well
}

static bool all_ended(const struct born *all)
{
    for (unsigned i = 0; i < CHILDREN; i++) {
        if (all[i].downs == 0 || (all[i].exits == 0 && !all[i].unlinked)) {
            return false;
        }
    }
    return true;
}

static void raise_generation(tr_self *self, uint64_t *chance)
{
    struct born all[CHILDREN];
    for (unsigned i = 0; i < CHILDREN; i++) {
        bear(self, &all[i], chance);
    }
    while (!all_ended(all)) {
        note_end(all, trt_receive(self, NULL, TR_INFINITY));
    }
    // An exit that was a message before its unlink stays: it is here by now.
    for (const tr_msg *msg; (msg = trt_receive(self, NULL, 0)) != NULL;) {
        note_end(all, msg);
    }
    for (unsigned i = 0; i < CHILDREN; i++) {
        TRT_SAME(all[i].downs, 1);
        TRT_REQUIRE(all[i].exits == 1 || (all[i].unlinked && all[i].exits == 0));
        TRT_REQUIRE(!tr_is_alive(tr_self_system(self), all[i].pid));
    }
}

TRT_ACTOR(parent)
{
    const struct task *task = arg;
    uint64_t chance = task->seed;
    for (uint32_t births = 0; births < task->births; births += CHILDREN) {
        raise_generation(self, &chance);
    }
    TRT_REQUIRE(trt_receive(self, NULL, 0) == NULL);
    trt_done(self, task->referee, task->births);
    return TR_NORMAL;
}

void trt_round(struct trt_stress *stress)
{
    struct task task = { .births = 40 * CHILDREN / trt_divisor(), .seed = stress->seed };
    task.referee = trt_referee(stress, PARENTS);
    for (int i = 0; i < PARENTS; i++, task.seed++) {
        trt_start(stress, &parent, TRT_ARG(&task), .trap = true);
    }
    TRT_SAME(trt_await(stress, task.referee), PARENTS * task.births);
}
