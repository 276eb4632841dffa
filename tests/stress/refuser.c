// SPDX-License-Identifier: MIT
// Actors that never come back: the stop names them, the system is not freed under them, and they
// harm nobody when they come back after all.
#include "stress.h"

#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#define TR_MODULE refuser
TR_MESSAGE0(word);

const char *const trt_name = "refuser";
const bool trt_own_systems = true;

enum { REFUSERS = 2, STOP_MS = 300, ROUNDS_MAX = 4 };

static atomic_bool released;
static atomic_uint spinning;
static tr_system *abandoned[64]; // stay allocated: known to the leak sanitizer

TRT_ACTOR(refuser)
{
    atomic_fetch_add(&spinning, 1);
    while (!atomic_load(&released)) {
        sched_yield();
    }
    atomic_fetch_sub(&spinning, 1);
    tr_yield(self); // the thread ends here
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
    TRT_SAME(report->refuser_count, REFUSERS);
    for (int i = 0; i < REFUSERS; i++) {
        TRT_REQUIRE(strcmp(report->refusers[i].name, "refuser") == 0);
        TRT_REQUIRE(strcmp(report->refusers[i].label, "refuser") == 0);
        TRT_SAME(report->refusers[i].state, TR_STATE_RUNNING);
    }
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

static void refuse(struct trt_stress *stress, tr_system **kept)
{
    tr_system *sys = NULL;
    tr_pid pid = tr_no_pid();
    tr_stop_report report = { 0 };
    atomic_store(&released, false);
    TRT_SAME(tr_system_start(&(tr_system_opts){ .workers = stress->workers }, &sys), TR_OK);
    *kept = sys;
    for (int i = 0; i < REFUSERS; i++) {
        trt_start_with(sys, &waits, NULL);
        pid = trt_start_with(sys, &refuser, NULL);
    }
    while (atomic_load(&spinning) < REFUSERS) {
        sched_yield();
    }
    TRT_SAME(tr_system_stop(sys, STOP_MS, &report), TR_ETIMEDOUT);
    check_report(&report);
    check_abandoned(sys, pid);
    atomic_store(&released, true);
    while (atomic_load(&spinning) > 0) {
        sched_yield();
    }
}

void trt_round(struct trt_stress *stress)
{
    static uint32_t count;
    if (stress->round < ROUNDS_MAX && count < TR_COUNT(abandoned)) {
        refuse(stress, &abandoned[count++]);
    }
}
