// SPDX-License-Identifier: MIT
// The life of a simulation, the driver's control of time, and failures.
#include "platform/sim/sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/sim/state.h"
#include "port/clock.h"
#include "port/entropy.h"

static void (*failure_hook)(const struct tri_sim_failure *failure);

void tri_sim_on_failure(void (*hook)(const struct tri_sim_failure *failure))
{
    failure_hook = hook;
}

_Noreturn void tri_sim_fail(const char *what)
{
    struct tri_sim_failure failure = {
        .what = what,
        .seed = tri_sim.seed,
        .decisions = tri_sim_decisions(),
    };
    if (failure_hook != NULL) {
        failure_hook(&failure);
    } else {
        fprintf(stderr, "troupe simulator: %s\n  seed %llu decisions %s\n", what,
                (unsigned long long)failure.seed, failure.decisions);
    }
    if (!tri_sim.running) {
        abort();
    }
    tri_sim.failed = true;
    tri_context_jump(&tri_sim.home);
}

static void reset(const struct tri_sim_opts *opts)
{
    static const struct tri_sim zero;
    tri_sim = zero;
    for (uint32_t i = 0; i < TRI_SIM_THREADS_MAX; i++) {
        tri_sim.threads[i].id = i;
    }
    tri_sim.seed = opts->seed;
    tri_sim.entropy = opts->seed ^ UINT64_C(0xbb67ae8584caa73b);
    tri_sim.hash = UINT64_C(0x3c6ef372fe94f82b);
    tri_sim.cpu_count = opts->cpu_count == 0 ? 2 : opts->cpu_count;
    tri_sim.step_max = opts->step_max == 0 ? 10000000 : opts->step_max;
    tri_sim.now_ns = 1000000000;
    tri_sim.current = &tri_sim.threads[TRI_SIM_DRIVER];
}

void tri_sim_begin(const struct tri_sim_opts *opts)
{
    if (tri_sim.active) {
        tri_sim_fail("a simulation begins inside another");
    }
    reset(opts);
    tri_sim_decide_reset(opts->seed, opts->strategy, opts->depth, opts->pct_steps);
    if (opts->replay != NULL && !tri_sim_decide_replay(opts->replay)) {
        tri_sim_fail("the decisions to replay are not ones that tri_sim_decisions wrote");
    }
    tri_sim_memory_reset();
    tri_sim_witness_reset();
    tri_sim.stacks_before = tri_sim_product_stacks();
    tri_sim.current->started = true;
    tri_sim.current->priority = tri_sim_first_priority();
    tri_sim_make_ready(tri_sim.current);
    tri_sim.active = true;
}

// Takes the stacks of all virtual threads back, also of those that a failure left in the middle.
static uint32_t collect_threads(void)
{
    uint32_t live = 0;
    for (uint32_t i = 0; i < TRI_SIM_THREADS_MAX; i++) {
        struct tri_sim_thread *t = &tri_sim.threads[i];
        live += i != TRI_SIM_DRIVER && t->state != TRI_SIM_FREE;
        tri_sim_stack_put(t->stack);
        t->stack = NULL;
        t->state = TRI_SIM_FREE;
    }
    return live;
}

void tri_sim_end(struct tri_sim_report *report)
{
    struct tri_sim_report r = {
        .trace_hash = tri_sim.hash,
        .steps = tri_sim.steps,
        .decision_count = tri_sim_decision_count(),
        .time_ns = tri_sim.now_ns,
        .failed = tri_sim.failed,
    };
    tri_sim.active = false;
    r.live_threads = collect_threads();
    tri_sim_memory_counts(&r.live_blocks, &r.live_bytes, &r.allocation_count);
    r.live_stacks = tri_sim_product_stacks() - tri_sim.stacks_before;
    tri_sim_fail_alloc(0, false);
    tri_sim.runnable = 0;
    tri_sim.spinners = 0;
    tri_sim.current = &tri_sim.threads[TRI_SIM_DRIVER];
    if (report != NULL) {
        *report = r;
    }
}

bool tri_sim_run(const struct tri_sim_opts *opts, void (*drive)(void *), void *arg,
                 struct tri_sim_report *report)
{
    tri_sim_begin(opts);
    tri_sim.drive = drive;
    tri_sim.drive_arg = arg;
    tri_sim.threads[TRI_SIM_DRIVER].stack = tri_sim_stack_get();
    if (tri_sim.threads[TRI_SIM_DRIVER].stack == NULL) {
        tri_sim_fail("no memory for the driver's stack");
    }
    tri_sim.running = true;
    tri_sim_enter_driver();
    tri_sim.running = false;
    bool passed = !tri_sim.failed;
    tri_sim_end(report);
    return passed;
}

static void require_driver(void)
{
    if (tri_sim.current->id != TRI_SIM_DRIVER || !tri_sim.active) {
        tri_sim_fail("only the driver settles and advances");
    }
}

// Runs the others until all are parked. False if none could run.
static bool run_others(void)
{
    bool ran = false;
    while ((tri_sim.runnable & ~(UINT64_C(1) << TRI_SIM_DRIVER)) != 0) {
        tri_sim_block(TRI_SIM_SETTLING, 0);
        ran = true;
    }
    tri_sim_witness_quiet();
    return ran;
}

// Settles, and again at each deadline up to `limit`.
static bool run_until(uint64_t limit)
{
    bool ran = run_others();
    for (;;) {
        uint64_t first = tri_sim_earliest_deadline();
        if (first == 0 || first > limit) {
            return ran;
        }
        tri_sim_step(TRI_SIM_POINT_TIME);
        tri_sim_set_time(first);
        ran = run_others() || ran;
    }
}

bool tri_sim_settle(uint64_t short_ns)
{
    require_driver();
    return run_until(tri_sim.now_ns + short_ns);
}

void tri_sim_advance(uint64_t ns)
{
    require_driver();
    uint64_t target = tri_sim.now_ns + ns;
    (void)run_until(target);
    tri_sim_set_time(target);
}

void tri_sim_trace(uint64_t event)
{
    tri_sim_fold(event);
}

uint64_t tri_sim_steps(void)
{
    return tri_sim.steps;
}

uint64_t tri_clock_ns(void)
{
    return tri_sim.now_ns;
}

uint64_t tri_entropy(void)
{
    return tri_sim_mix(&tri_sim.entropy);
}
