// SPDX-License-Identifier: MIT
#include "sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <troupe/typed.h>

#include "base/hash.h"
#include "platform/sim/sim.h"
#include "platform/sim/state.h"
#include "port/park.h"
#include "port/thread.h"
#include "process/system.h"
#include "sanitized.h"

#define TR_MODULE sweep
TR_MESSAGE0(ping);
TR_MESSAGE0(pong);
TR_REQUEST(ping, pong);

enum { SEEDS = 2, PIDS_MAX = 4096, COMPLAINTS_MAX = 5, STOP_MS = 60000, HELPS_MAX = 20 };
// A scenario that waits in circles for somebody dead is helped by killing the rest.
enum { PATIENCE_STEPS = 20000, STEPS_MAX = 1000000 };

enum { POINTS_SANITIZED = 20 };

enum fault { NONE, KILL, STOP, ALLOC };

static struct {
    enum fault fault;
    uint64_t only;   // this step and no other; 0: all
    uint64_t at;     // step of this play, from 1
    uint32_t points; // most steps under one seed; the rest is left out evenly
    uint64_t length; // steps or allocations of the last play
    uint64_t pairs;  // plays so far in which the fault came
    bool came;       // in this play
} sweep = { .points = UINT32_MAX };

// The one who interferes: a guest of the system with a thread of its own.
static struct {
    struct tri_os_thread os;
    struct tri_park park;
    uint64_t start; // step at which the play began
    uint64_t calm;  // step after which the rest is killed
    unsigned helps;
    bool strikes;
    bool kills_rest;
    bool leaves;
} stranger;

struct pids {
    tr_pid pid[PIDS_MAX];
    unsigned count;
};

static struct pids pids;

void trt_sweep_option(const char *argument)
{
    static const char *const names[] = { "sweep=", "sweep=kill", "sweep=stop", "sweep=alloc" };
    for (int fault = KILL; fault <= ALLOC; fault++) {
        sweep.fault = strcmp(argument, names[fault]) == 0 ? (enum fault)fault : sweep.fault;
    }
    if (strncmp(argument, "step=", 5) == 0) {
        sweep.only = strtoull(argument + 5, NULL, 10);
    }
    if (strncmp(argument, "points=", 7) == 0) {
        sweep.points = (uint32_t)strtoul(argument + 7, NULL, 10);
    }
}

bool trt_sweeps(void)
{
    return sweep.fault != NONE;
}

static void require(bool holds, int line, const char *what)
{
    if (!holds) {
        tr_test_fail(trt_test(), __FILE__, line, what);
    }
}

#define REQUIRE(condition) require((condition), __LINE__, #condition)

static bool collect(const tr_actor_info *info, void *context)
{
    (void)context;
    pids.pid[pids.count++] = info->pid;
    return pids.count < PIDS_MAX;
}

static unsigned look_round(void)
{
    pids.count = 0;
    (void)tr_debug_each(trt_system(), collect, NULL);
    return pids.count;
}

static void kill_rest(void)
{
    for (unsigned i = 0, count = look_round(); i < count; i++) {
        (void)tr_system_exit_send(trt_system(), pids.pid[i], TR_KILL);
    }
}

static void kill_one(void)
{
    uint64_t draw = tri_hash_u64(tr_test_seed(trt_test()) * 1000003 + sweep.at);
    unsigned count = look_round();
    if (count != 0) {
        (void)tr_system_exit_send(trt_system(), pids.pid[draw % count], TR_KILL);
    }
}

static void strike(void)
{
    if (sweep.fault == KILL) {
        kill_one();
    } else {
        tri_sim_favour(0); // it waits, and the others shall have their turns
        (void)tr_system_stop(trt_system(), STOP_MS, NULL);
    }
}

static void wander(void *unused)
{
    (void)unused;
    while (!stranger.leaves) {
        if (stranger.strikes) {
            stranger.strikes = false;
            strike();
        }
        if (stranger.kills_rest) {
            stranger.kills_rest = false;
            kill_rest();
        }
        tri_park_wait(&stranger.park, 0);
    }
}

// Wakes the stranger from where no scheduling point may be.
static bool call_stranger(void)
{
    struct tri_sim_thread *thread = &tri_sim.threads[stranger.os.id];
    stranger.park.token = true;
    if (thread->state == TRI_SIM_PARKED && stranger.park.waiter != 0) {
        tri_sim_make_ready(thread);
        return true;
    }
    return false;
}

bool trt_helped(void)
{
    return stranger.helps != 0;
}

static bool help(void)
{
    if (stranger.helps++ >= HELPS_MAX) {
        return false;
    }
    stranger.kills_rest = true;
    return call_stranger();
}

static void each_step(void)
{
    uint64_t steps = tri_sim_steps();
    if (!sweep.came && sweep.fault != ALLOC && steps - stranger.start >= sweep.at) {
        sweep.came = true;
        stranger.strikes = true;
        (void)call_stranger();
    }
    if (steps > stranger.calm) {
        stranger.calm = steps + PATIENCE_STEPS;
        (void)help();
    }
}

static uint64_t allocations(void)
{
    int64_t blocks;
    int64_t bytes;
    uint64_t count;
    tri_sim_memory_counts(&blocks, &bytes, &count);
    return count;
}

void trt_sweep_begin(void)
{
    if (!trt_sweeps()) {
        return;
    }
    memset(&stranger, 0, sizeof stranger);
    tri_park_init(&stranger.park);
    require(tri_os_thread_start(&stranger.os, wander, NULL) == 0, __LINE__, "no stranger");
    tri_sim_favour(stranger.os.id);
    tri_sim_when_stuck(help);
    trt_mute(true);
    stranger.start = sweep.fault == ALLOC ? allocations() : tri_sim_steps();
    stranger.calm = tri_sim_steps() + PATIENCE_STEPS;
    sweep.came = false;
    tri_sim_each_step(each_step);
    if (sweep.fault == ALLOC) {
        tri_sim_fail_alloc(sweep.at, false);
    }
}

TRT_ACTOR(canary)
{
    const tr_msg *msg = trt_next_of(self, &sweep_ping_type);
    sweep_ping_reply(self, tr_msg_from(msg), &(struct sweep_pong){ 0 });
    return TR_NORMAL;
}

// The dead have left neither names nor blobs nor edges of the wait-for graph. Their timers may wait
// for a processor that sleeps; the end of the system finds those that were forgotten.
static void check_nothing_held(void)
{
    const struct tr_system *system = trt_system();
    REQUIRE(system->named.used == 0);
    // relaxed: nobody runs.
    REQUIRE(tri_load(&system->blobs.x_count, relaxed) == 0);
    REQUIRE(tri_tree_empty(&system->waits.edges));
}

// What is left ends, and the system is as good as new, unless it was stopped.
static void check_after(void)
{
    struct sweep_pong pong;
    tr_pid pid;
    for (int round = 0; round < 10 && look_round() != 0; round++) {
        kill_rest();
        trt_quiet();
        trt_advance(1000);
    }
    check_nothing_held();
    tr_err err = tr_system_spawn(trt_system(), &canary, NULL, &pid);
    REQUIRE(err == TR_OK || err == TR_ESTOPPED);
    if (err == TR_OK) {
        REQUIRE(look_round() == 1);
        err = sweep_ping_system_call(trt_system(), pid, &(struct sweep_ping){ 0 }, 1000, &pong);
        REQUIRE(err == TR_OK);
        trt_mute(false);
        trt_quiet();
        trt_check_fates();
        trt_mute(true);
    }
}

void trt_sweep_end(void)
{
    if (!trt_sweeps()) {
        return;
    }
    trt_quiet();
    if (sweep.fault == ALLOC) {
        sweep.length = allocations() - stranger.start;
        sweep.came = sweep.length >= sweep.at;
        tri_sim_fail_alloc(0, false);
    }
    if (sweep.came) {
        check_after();
    }
    tr_err err = tr_system_stop(trt_system(), STOP_MS, NULL);
    REQUIRE(err == TR_OK);
    if (sweep.fault != ALLOC) {
        sweep.length = tri_sim_steps() - stranger.start;
    }
    tri_sim_each_step(NULL);
    stranger.leaves = true;
    (void)call_stranger();
    tri_os_thread_join(&stranger.os);
    tri_sim_favour(0);
    tri_sim_when_stuck(NULL);
    trt_mute(false);
}

static unsigned sweep_seed(struct trt_scenario *scenario, tr_test_fn play, tr_test_opts *opts)
{
    static const char *const what[] = { "", "killed at step", "stopped at step",
                                        "without allocation" };
    char name[160];
    unsigned failed = 0;
    sweep.at = UINT64_MAX;
    opts->name = scenario->name;
    if (tr_test_run(play, scenario, opts, NULL) != TR_OK) {
        return 1;
    }
    uint64_t length = sweep.length;
    uint64_t stride = 1 + length / sweep.points;
    uint64_t first = sweep.only != 0 ? sweep.only : 1 + opts->first_seed % stride;
    for (sweep.at = first; sweep.at <= length && failed < COMPLAINTS_MAX; sweep.at += stride) {
        snprintf(name, sizeof name, "%s %s %llu", scenario->name, what[sweep.fault],
                 (unsigned long long)sweep.at);
        opts->name = name;
        failed += tr_test_run(play, scenario, opts, NULL) != TR_OK;
        sweep.pairs += sweep.came;
        if (sweep.only != 0) {
            break;
        }
    }
    return failed;
}

bool trt_sweep(struct trt_scenario *scenario, tr_test_fn play, const tr_test_opts *given)
{
    tr_test_opts opts = *given;
    unsigned failed = 0;
    uint32_t seeds = given->seeds == 0 ? SEEDS : given->seeds;
    if (TRT_SANITIZED) {
        seeds = 1;
        sweep.points = POINTS_SANITIZED;
    }
    sweep.pairs = 0;
    opts.seeds = 1;
    opts.steps_max = STEPS_MAX;
    for (opts.first_seed = 1; opts.first_seed <= seeds; opts.first_seed++) {
        failed += sweep_seed(scenario, play, &opts);
    }
    printf("sweep %s: %llu plays, %u failed\n", scenario->name, (unsigned long long)sweep.pairs,
           failed);
    return failed == 0;
}
