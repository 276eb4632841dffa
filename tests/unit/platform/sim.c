// SPDX-License-Identifier: MIT
// The simulator finds interleavings, and repeats each from its seed or its decisions.
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "platform/context.h"
#include "platform/sim/sim.h"
#include "port/choice.h"
#include "port/entropy.h"
#include "port/park.h"
#include "port/point.h"
#include "port/thread.h"

enum { THREADS = 3, ADDITIONS = 4 };

static int total;

// An addition that is lost when another thread comes in between.
static void add_carelessly(void *unused)
{
    (void)unused;
    for (int i = 0; i < ADDITIONS; i++) {
        int read = total;
        tri_point(TRI_POINT_SEND);
        total = read + 1;
        tri_sim_trace((uint64_t)total);
    }
}

static void race(void *unused)
{
    struct tri_os_thread threads[THREADS];

    (void)unused;
    total = 0;
    for (int i = 0; i < THREADS; i++) {
        cr_assert_eq(tri_os_thread_start(&threads[i], add_carelessly, NULL), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        tri_os_thread_join(&threads[i]);
    }
}

static uint64_t hash_of(struct tri_sim_opts opts)
{
    struct tri_sim_report report;
    cr_assert(tri_sim_run(&opts, race, NULL, &report));
    cr_assert_eq(report.live_threads + report.live_blocks + report.live_stacks, 0);
    return report.trace_hash;
}

Test(sim, the_same_seed_gives_the_same_trace)
{
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct tri_sim_opts walk = { .seed = seed };
        struct tri_sim_opts pct = { .seed = seed, .strategy = TRI_SIM_PCT };
        cr_assert_eq(hash_of(walk), hash_of(walk));
        cr_assert_eq(hash_of(pct), hash_of(pct));
    }
}

Test(sim, a_seed_gives_the_same_trace_on_every_machine)
{
    struct tri_sim_opts walk = { .seed = 20 };
    struct tri_sim_opts pct = { .seed = 20, .strategy = TRI_SIM_PCT, .pct_steps = 30 };

    cr_expect_eq(hash_of(walk), UINT64_C(0x94990e6059ad7296), "%llx",
                 (unsigned long long)hash_of(walk));
    cr_expect_eq(hash_of(pct), UINT64_C(0x7534f2422d92a7f0), "%llx",
                 (unsigned long long)hash_of(pct));
}

Test(sim, different_seeds_give_different_traces)
{
    uint64_t hashes[100];
    int equal = 0;

    for (uint64_t seed = 0; seed < 100; seed++) {
        hashes[seed] = hash_of((struct tri_sim_opts){ .seed = seed });
        for (uint64_t other = 0; other < seed; other++) {
            equal += hashes[seed] == hashes[other];
        }
    }
    cr_assert_lt(equal, 10);
}

static int lost_within(enum tri_sim_strategy strategy, uint64_t seeds)
{
    int lost = 0;
    for (uint64_t seed = 0; seed < seeds; seed++) {
        (void)hash_of((struct tri_sim_opts){ .seed = seed, .strategy = strategy, .pct_steps = 30 });
        lost += total != THREADS * ADDITIONS;
    }
    return lost;
}

Test(sim, both_strategies_find_a_lost_update_and_a_lucky_run)
{
    int walk = lost_within(TRI_SIM_RANDOM, 1000);
    int pct = lost_within(TRI_SIM_PCT, 1000);

    cr_assert_gt(walk, 0);
    cr_assert_gt(pct, 0);
    cr_assert_lt(pct, 1000, "priorities without a change in the wrong place lose nothing");
}

Test(sim, decisions_replay_a_run_of_another_seed)
{
    char decisions[4096];

    for (uint64_t seed = 0; seed < 100; seed++) {
        struct tri_sim_opts opts = { .seed = seed, .strategy = TRI_SIM_PCT, .pct_steps = 30 };
        uint64_t hash = hash_of(opts);
        int result = total;
        int length = snprintf(decisions, sizeof decisions, "%s", tri_sim_decisions());
        cr_assert_lt(length, (int)sizeof decisions);
        opts = (struct tri_sim_opts){ .seed = seed + 1, .replay = decisions };
        cr_assert_eq(hash_of(opts), hash);
        cr_assert_eq(total, result);
    }
}

Test(sim, no_decisions_mean_carry_on)
{
    (void)hash_of((struct tri_sim_opts){ .seed = 5, .replay = "" });
    cr_assert_eq(total, THREADS * ADDITIONS, "each thread runs to its end");
}

Test(sim, decisions_that_are_none_abort, .signal = SIGABRT)
{
    (void)hash_of((struct tri_sim_opts){ .replay = "not a list" });
}

static uint64_t entropy_seen;
static uint32_t chosen[6];

static void draw(void *unused)
{
    (void)unused;
    entropy_seen = tri_entropy() ^ tri_entropy();
    for (int i = 0; i < 600; i++) {
        uint32_t choice = tri_choose(TRI_CHOICE_BUDGET, 6);
        cr_assert_lt(choice, 6);
        chosen[choice]++;
    }
    cr_assert_eq(tri_choose(TRI_CHOICE_VICTIM, 1), 0);
}

Test(sim, choices_and_entropy_follow_from_the_seed)
{
    struct tri_sim_opts opts = { .seed = 1 };
    struct tri_sim_report report;

    cr_assert(tri_sim_run(&opts, draw, NULL, &report));
    uint64_t first = entropy_seen;
    cr_assert_eq(report.decision_count, 600, "a choice of one is none");
    for (int i = 0; i < 6; i++) {
        cr_assert_gt(chosen[i], 50);
    }
    cr_assert(tri_sim_run(&opts, draw, NULL, NULL));
    cr_assert_eq(entropy_seen, first);
    opts.seed = 2;
    cr_assert(tri_sim_run(&opts, draw, NULL, NULL));
    cr_assert_neq(entropy_seen, first);
}

// A flow on a stack of its own, which two virtual threads resume by turns, as workers do.
static struct tri_context flow;
static struct tri_context worker[2];
static struct tri_stack *flow_stack;
static int turns;

static void wander(void *unused)
{
    (void)unused;
    for (int i = 0;; i++) {
        tri_point(TRI_POINT_RECEIVE);
        turns++;
        tri_context_switch(&flow, &worker[*(int *)tri_os_thread_get()], NULL);
    }
}

static struct tri_park baton[2];

static void carry(void *number)
{
    int me = *(int *)number;
    tri_os_thread_set(number);
    for (int i = 0; i < 50; i++) {
        tri_park_wait(&baton[me], 0);
        tri_context_switch(&worker[me], &flow, flow_stack);
        tri_park_wake(&baton[1 - me]);
    }
}

static void relay(void *unused)
{
    struct tri_os_thread threads[2];
    int numbers[2] = { 0, 1 };

    (void)unused;
    turns = 0;
    tri_os_thread_set(&numbers[0]);
    flow_stack = tri_stack_open(0);
    tri_context_start(&worker[0], flow_stack, wander, NULL);
    for (int i = 0; i < 2; i++) {
        tri_park_init(&baton[i]);
    }
    tri_park_wake(&baton[0]);
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(tri_os_thread_start(&threads[i], carry, &numbers[i]), 0);
    }
    for (int i = 0; i < 2; i++) {
        tri_os_thread_join(&threads[i]);
    }
    tri_stack_close(flow_stack);
}

Test(sim, a_flow_wanders_between_virtual_threads)
{
    for (uint64_t seed = 0; seed < 100; seed++) {
        struct tri_sim_opts opts = { .seed = seed };
        struct tri_sim_report report;
        cr_assert(tri_sim_run(&opts, relay, NULL, &report));
        cr_assert_eq(turns, 101);
        cr_assert_eq(report.live_stacks, 0);
    }
}

static void begin_and_end(void *unused)
{
    (void)unused;
    tri_point(TRI_POINT_SPAWN);
}

static void fill_the_table(void *unused)
{
    struct tri_os_thread threads[64];

    (void)unused;
    for (int i = 0; i < 63; i++) {
        cr_assert_eq(tri_os_thread_start(&threads[i], begin_and_end, NULL), 0);
    }
    cr_assert_eq(tri_os_thread_start(&threads[63], begin_and_end, NULL), EAGAIN);
    for (int i = 0; i < 63; i++) {
        tri_os_thread_join(&threads[i]);
    }
    cr_assert_eq(tri_os_thread_start(&threads[63], begin_and_end, NULL), 0);
    tri_os_thread_join(&threads[63]);
}

Test(sim, sixty_three_threads_exist_beside_the_driver)
{
    struct tri_sim_opts opts = { .seed = 4, .cpu_count = 7 };
    struct tri_sim_report report;

    cr_assert(tri_sim_run(&opts, fill_the_table, NULL, &report));
    cr_assert_eq(report.live_threads, 0);
    cr_assert_eq(tri_cpu_count(), 7);
}

static uint64_t checks;

static void count_check(void)
{
    checks++;
}

Test(sim, each_step_is_offered_to_a_check)
{
    struct tri_sim_opts opts = { .seed = 4 };
    struct tri_sim_report report;

    tri_sim_each_step(count_check);
    cr_assert(tri_sim_run(&opts, race, NULL, &report));
    tri_sim_each_step(NULL);
    cr_assert_gt(report.steps, THREADS * ADDITIONS);
    cr_assert_eq(checks, report.steps);
}

Test(sim, the_calling_flow_can_be_the_driver)
{
    struct tri_sim_opts opts = { .seed = 9 };
    struct tri_sim_report report;

    tri_sim_begin(&opts);
    race(NULL);
    tri_sim_end(&report);
    cr_assert_gt(report.steps, 0);
    cr_assert_eq(report.live_threads, 0);
}
