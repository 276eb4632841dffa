// SPDX-License-Identifier: MIT
// Actors that never come back: the stop names them, the system is not freed under them, and when
// they come back after all their threads end and the system is freed with all that is left in it.
#include "stress.h"

#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#define TR_MODULE refuser
TR_MESSAGE0(word);

const char *const trt_name = "refuser";
const bool trt_own_systems = true;

enum { REFUSERS = 2, STOP_MS = 300, LATE_MS = 2000, ROUNDS_MAX = 4 };

static atomic_bool released;
static atomic_uint spinning;

TRT_ACTOR(refuser)
{
    atomic_fetch_add(&spinning, 1);
    while (!atomic_load(&released)) {
        sched_yield();
    }
    atomic_fetch_sub(&spinning, 1);
    (void)refuser_word_send(self, tr_self_pid(self), &(struct refuser_word){ 0 }); // it ends here
    TRT_REQUIRE(!"an actor of an abandoned system went on");
    return TR_NORMAL;
}

TRT_ACTOR(waits)
{
    (void)trt_receive(self, NULL, TR_INFINITY);
    return TR_NORMAL;
}

static void check_report(const tr_stop_report *report)
{
    unsigned hooked = 0;
    TRT_SAME(report->refuser_count, REFUSERS + 1);
    for (int i = 0; i < REFUSERS + 1; i++) {
        bool ending = strcmp(report->refusers[i].label, "hooked") == 0;
        hooked += ending;
        TRT_REQUIRE(ending || strcmp(report->refusers[i].label, "refuser") == 0);
        TRT_REQUIRE(strcmp(report->refusers[i].name, report->refusers[i].label) == 0);
        TRT_SAME(report->refusers[i].state, ending ? TR_STATE_EXITING : TR_STATE_RUNNING);
    }
    TRT_SAME(hooked, 1);
}

static void check_abandoned(tr_system *sys, tr_pid refuser_pid)
{
    tr_pid pid = tr_no_pid();
    tr_stop_report again = { 0 };
    TRT_SAME(tr_system_free(sys), TR_EBUSY);
    TRT_SAME(tr_system_spawn(sys, &waits, NULL, &pid), TR_ESTOPPED);
    TRT_SAME(refuser_word_system_send(sys, refuser_pid, &(struct refuser_word){ 0 }), TR_ESTOPPED);
    TRT_SAME(tr_system_stop(sys, STOP_MS, &again), TR_ETIMEDOUT);
    check_report(&again);
}

// Stuck in its hook, with things of every kind that nobody will take.
static void stay(tr_self *self, void *arg)
{
    (void)self;
    (void)arg;
    atomic_fetch_add(&spinning, 1);
    while (!atomic_load(&released)) {
        sched_yield();
    }
    atomic_fetch_sub(&spinning, 1);
}

TRT_ACTOR(hooked)
{
    void *data;
    tr_blob *blob;
    TRT_SAME(tr_defer(self, stay, NULL), TR_OK);
    TRT_SAME(tr_blob_new(self, 10000, &data, &blob), TR_OK);
    TRT_SAME(tr_send_after(self, 3600000, tr_self_pid(self), &refuser_word_type, NULL, NULL),
             TR_OK);
    TRT_SAME(refuser_word_send(self, tr_self_pid(self), &(struct refuser_word){ 0 }), TR_OK);
    return TR_NORMAL;
}

static void refuse(struct trt_stress *stress)
{
    tr_system *sys = NULL;
    tr_pid pid = tr_no_pid();
    tr_stop_report report = { 0 };
    atomic_store(&released, false);
    TRT_SAME(tr_system_start(&(tr_system_opts){ .workers = stress->workers }, &sys), TR_OK);
    for (int i = 0; i < REFUSERS; i++) {
        trt_start_with(sys, &waits, NULL);
        pid = trt_start_with(sys, &refuser, NULL);
    }
    trt_start_with(sys, &hooked, NULL);
    while (atomic_load(&spinning) < REFUSERS + 1) {
        sched_yield();
    }
    // A worker lives: a busy machine needs a while to notice all that are stuck.
    trt_start_with(sys, &waits, &(tr_spawn_opts){ .wait_init = true });
    uint64_t begun = tr_now_ns();
    TRT_SAME(tr_system_stop(sys, STOP_MS, &report), TR_ETIMEDOUT);
    TRT_REQUIRE(tr_now_ns() - begun < (uint64_t)(STOP_MS + LATE_MS) * 1000000);
    check_report(&report);
    check_abandoned(sys, pid);
    atomic_store(&released, true);
    tr_err err = TR_EBUSY;
    while (err == TR_EBUSY) { // until the last thread has come back
        sched_yield();
        err = tr_system_free(sys);
    }
    TRT_SAME(err, TR_OK);
    TRT_SAME(atomic_load(&spinning), 0);
}

void trt_round(struct trt_stress *stress)
{
    if (stress->round < ROUNDS_MAX) {
        refuse(stress);
    }
}
