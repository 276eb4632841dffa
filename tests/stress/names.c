// SPDX-License-Identifier: MIT
// C01 C04 under load: actors fight for a few names, die with them, and are looked up meanwhile.
#include "stress.h"

#include <stdio.h>

#define TR_MODULE names
TR_MESSAGE0(go);
TR_MESSAGE(to_holder, { uint32_t n; });

const char *const trt_name = "names";
const bool trt_own_systems = false;

enum { FIGHTERS = 12, NAMES = 3, STEPS = 200 };

struct task {
    tr_pid referee;
    uint64_t seed;
    uint32_t steps;
};

TRT_ACTOR(holder)
{
    (void)trt_receive(self, &(tr_match){ TR_TYPES(&names_go_type) }, TR_INFINITY);
    return TR_NORMAL;
}

static void own_a_while(tr_self *self, const char *name)
{
    tr_pid me = tr_self_pid(self);
    tr_pid found = tr_no_pid();
    TRT_SAME(tr_whereis(self, name, &found), TR_OK);
    TRT_REQUIRE(tr_pid_equal(found, me)); // nobody else can take it
    TRT_SAME(tr_register(self, name, me), TR_EEXIST);
    TRT_SAME(tr_unregister(self, name), TR_OK);
}

static void bear_a_holder(tr_self *self, const char *name)
{
    tr_ref ref;
    tr_pid child = tr_no_pid();
    tr_pid found = tr_no_pid();
    tr_err err = tr_spawn(self, &holder, &(tr_spawn_opts){ .name = name, .monitor = &ref }, &child);
    TRT_REQUIRE(err == TR_OK || err == TR_EEXIST);
    if (err != TR_OK) {
        return;
    }
    TRT_SAME(tr_send(self, child, names_go, 0), TR_OK);
    const tr_msg *msg = trt_receive(self, &(tr_match){ .ref = ref }, TR_INFINITY);
    TRT_SAME(((const tr_down *)tr_msg_body(msg))->reason.tag, TR_EXIT_NORMAL);
    // Another may have the name by now, never the dead.
    TRT_REQUIRE(tr_whereis(self, name, &found) != TR_OK || !tr_pid_equal(found, child));
}

TRT_ACTOR(fighter)
{
    const struct task *task = arg;
    uint64_t chance = task->seed;
    uint64_t won = 0;
    for (uint32_t i = 0; i < task->steps; i++) {
        char name[16];
        snprintf(name, sizeof name, "name %u", trt_below(&chance, NAMES));
        switch (trt_below(&chance, 3)) {
        case 0: {
            tr_err err = tr_register(self, name, tr_self_pid(self));
            TRT_REQUIRE(err == TR_OK || err == TR_EEXIST);
            if (err == TR_OK) {
                own_a_while(self, name);
                won++;
            }
            break;
        }
        case 1:
            bear_a_holder(self, name);
            break;
        default: {
            tr_err err = tr_send_named(self, name, &names_to_holder_type, &i);
            TRT_REQUIRE(err == TR_OK || err == TR_ENOENT);
            break;
        }
        }
        while (trt_receive(self, NULL, 0) != NULL) {}
    }
    trt_done(self, task->referee, won);
    return TR_NORMAL;
}

void trt_round(struct trt_stress *stress)
{
    struct task task = { .seed = stress->seed, .steps = STEPS / trt_divisor() };
    task.referee = trt_referee(stress, FIGHTERS);
    for (int i = 0; i < FIGHTERS; i++, task.seed++) {
        trt_start(stress, &fighter, TRT_ARG(&task));
    }
    TRT_REQUIRE(trt_await(stress, task.referee) > 0);
    for (unsigned i = 0; i < NAMES; i++) {
        char name[16];
        tr_pid found;
        snprintf(name, sizeof name, "name %u", i);
        tr_err err = tr_system_whereis(stress->sys, name, &found);
        TRT_REQUIRE(err == TR_ENOENT || tr_is_alive(stress->sys, found) || err == TR_OK);
    }
}
