// SPDX-License-Identifier: MIT
#include "oom.h"

#include <stdio.h>
#include <troupe/typed.h>

#include "platform/sim/sim.h"
#include "platform/sim/state.h"
#include "sanitized.h"

#define TR_MODULE oom
TR_MESSAGE0(ping);
TR_MESSAGE0(pong);
TR_REQUEST(ping, pong);

// A supervisor that cannot even kill for want of memory tries until there is some again.
enum { SHORTAGE_STEPS = 20000 };

enum { SEEDS = TRT_SANITIZED ? 1 : 4, POINTS_MAX = 5000, PIDS_MAX = 256, COMPLAINTS_MAX = 5 };

static struct {
    uint64_t nth;
    bool persistent;
    uint64_t before;
    uint64_t points; // allocations of the play
    uint64_t until;  // step at which memory is back
} sweep;

static uint64_t allocations(void)
{
    int64_t blocks;
    int64_t bytes;
    uint64_t count;
    tri_sim_memory_counts(&blocks, &bytes, &count);
    return count;
}

static void end_shortage(void)
{
    if (tri_sim_steps() > sweep.until) {
        tri_sim_fail_alloc(0, false);
    }
}

void trt_oom_begin(void)
{
    sweep.until = tri_sim_steps() + SHORTAGE_STEPS;
    tri_sim_each_step(end_shortage);
    sweep.before = allocations();
    tri_sim_fail_alloc(sweep.nth, sweep.persistent);
}

struct pids {
    tr_pid pid[PIDS_MAX];
    unsigned count;
};

static bool collect(const tr_actor_info *info, void *context)
{
    struct pids *pids = context;
    pids->pid[pids->count++] = info->pid;
    return pids->count < PIDS_MAX;
}

static void end_all(void)
{
    struct pids pids;
    for (int round = 0; round < 10 && trt_alive_count() != 0; round++) {
        pids.count = 0;
        TRT_EQUAL(tr_debug_each(trt_system(), collect, &pids), TR_OK);
        for (unsigned i = 0; i < pids.count; i++) {
            TRT_EQUAL(tr_system_exit_send(trt_system(), pids.pid[i], TR_KILL), TR_OK);
        }
        trt_quiet();
    }
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(canary)
{
    const tr_msg *msg = trt_next_of(self, &oom_ping_type);
    oom_ping_reply(self, tr_msg_from(msg), &(struct oom_pong){ 0 });
    return TR_NORMAL;
}

void trt_oom_end(void)
{
    struct oom_pong pong;
    tri_sim_each_step(NULL);
    tri_sim_fail_alloc(0, false);
    sweep.points = allocations() - sweep.before;
    trt_advance(100);
    end_all();
    tr_pid pid = trt_spawn(&canary, 0);
    TRT_EQUAL(oom_ping_system_call(trt_system(), pid, &(struct oom_ping){ 0 }, 1000, &pong), TR_OK);
}

// All points under one seed.
static unsigned sweep_seed(struct trt_scenario *scenario, tr_test_fn play, uint64_t seed,
                           unsigned *plays)
{
    char name[128];
    unsigned failed = 0;
    for (sweep.nth = 1; sweep.nth <= POINTS_MAX && failed < COMPLAINTS_MAX; sweep.nth++) {
        snprintf(name, sizeof name, "%s, allocation %u fails%s", scenario->name,
                 (unsigned)sweep.nth, sweep.persistent ? " and all after" : "");
        tr_test_opts opts = { .name = name, .seeds = 1, .first_seed = seed, .steps_max = 1000000 };
        failed += tr_test_run(play, scenario, &opts, NULL) != TR_OK;
        ++*plays;
        if (sweep.points < sweep.nth) {
            return failed; // nothing was left to fail
        }
    }
    return failed;
}

bool trt_oom_sweep(struct trt_scenario *scenario, tr_test_fn play)
{
    unsigned failed = 0;
    unsigned plays = 0;
    for (int mode = 0; mode < 2; mode++) {
        sweep.persistent = mode != 0;
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            failed += sweep_seed(scenario, play, seed, &plays);
        }
    }
    printf("scenario %s: %u plays, %u failed\n", scenario->name, plays, failed);
    return failed == 0;
}
