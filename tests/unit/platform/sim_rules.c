// SPDX-License-Identifier: MIT
// The simulator reports deadlocks, broken rules and leaks, and injects allocation failures.
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "platform/sim/sim.h"
#include "platform/stack.h"
#include "port/lock.h"
#include "port/memory.h"
#include "port/park.h"
#include "port/point.h"
#include "port/spin.h"
#include "port/thread.h"

static int failures;
static char last_failure[100];
static char last_decisions[1000];
static struct tri_sim_report report;

static void note_failure(const struct tri_sim_failure *failure)
{
    failures++;
    strncpy(last_failure, failure->what, sizeof last_failure - 1);
    strncpy(last_decisions, failure->decisions, sizeof last_decisions - 1);
}

static void listen(void)
{
    tri_sim_on_failure(note_failure);
}

TestSuite(sim_rules, .init = listen);

// Runs `drive` and expects it to end in a failure whose text has `word` in it.
static void expect_failure(void (*drive)(void *), const char *word)
{
    struct tri_sim_opts opts = { .seed = 3, .step_max = 10000 };
    int before = failures;

    cr_assert_not(tri_sim_run(&opts, drive, NULL, &report), "expected: %s", word);
    cr_assert(report.failed);
    cr_assert_eq(failures, before + 1);
    cr_assert_not_null(strstr(last_failure, word), "%s", last_failure);
}

static bool passes(void (*drive)(void *))
{
    struct tri_sim_opts opts = { .seed = 3 };
    return tri_sim_run(&opts, drive, NULL, &report);
}

static void wait_for_ever(void *unused)
{
    struct tri_park park;
    (void)unused;
    tri_park_init(&park);
    tri_park_wait(&park, 0);
}

static void join_a_waiter(void *unused)
{
    struct tri_os_thread thread;
    (void)unused;
    cr_assert_eq(tri_os_thread_start(&thread, wait_for_ever, NULL), 0);
    tri_os_thread_join(&thread);
}

Test(sim_rules, a_wait_that_nothing_ends_is_a_deadlock)
{
    expect_failure(wait_for_ever, "deadlock");
    expect_failure(join_a_waiter, "deadlock");
}

static struct tri_park inbox;
static bool waiting;

// Wakes only a waiter that has announced itself, and so forgets one that is about to.
static void wake_the_announced(void *unused)
{
    (void)unused;
    tri_point(TRI_POINT_SEND);
    if (waiting) {
        tri_park_wake(&inbox);
    }
}

static void lose_a_wake(void *unused)
{
    struct tri_os_thread thread;
    (void)unused;
    waiting = false;
    tri_park_init(&inbox);
    cr_assert_eq(tri_os_thread_start(&thread, wake_the_announced, NULL), 0);
    tri_point(TRI_POINT_IDLE);
    waiting = true;
    tri_park_wait(&inbox, 0);
    tri_os_thread_join(&thread);
}

Test(sim_rules, a_lost_wake_is_found_and_its_decisions_repeat_it)
{
    uint64_t seed = 0;
    struct tri_sim_opts again = { .seed = 1000, .replay = last_decisions };

    while (failures == 0 && seed < 1000) {
        struct tri_sim_opts opts = { .seed = seed++ };
        (void)tri_sim_run(&opts, lose_a_wake, NULL, NULL);
    }
    cr_assert_eq(failures, 1);
    cr_assert_gt(seed, 0);
    cr_assert_not(tri_sim_run(&again, lose_a_wake, NULL, NULL));
    cr_assert_eq(failures, 2);
}

Test(sim_rules, outside_a_run_a_failure_aborts, .signal = SIGABRT)
{
    struct tri_sim_opts opts = { .seed = 3 };

    tri_sim_on_failure(NULL);
    tri_sim_begin(&opts);
    wait_for_ever(NULL);
}

static void step_for_ever(void *unused)
{
    (void)unused;
    for (;;) {
        tri_point(TRI_POINT_IDLE);
    }
}

static void spin_for_ever(void *unused)
{
    (void)unused;
    for (;;) {
        tri_spin_pause();
    }
}

Test(sim_rules, a_run_without_end_meets_the_step_limit)
{
    expect_failure(step_for_ever, "step limit");
    cr_assert_eq(report.steps, 10001);
    expect_failure(spin_for_ever, "step limit");
}

static struct tri_lock lock;

static void lock_twice(void *unused)
{
    (void)unused;
    tri_lock_acquire(&lock);
    tri_lock_acquire(&lock);
}

static void release_unheld(void *unused)
{
    (void)unused;
    tri_lock_release(&lock);
}

static void park_with_a_lock(void *unused)
{
    tri_lock_acquire(&lock);
    wait_for_ever(unused);
}

static void end_with_a_lock(void *unused)
{
    struct tri_os_thread thread;
    (void)unused;
    cr_assert_eq(tri_os_thread_start(&thread, (void (*)(void *))tri_lock_acquire, &lock), 0);
    tri_os_thread_join(&thread);
}

Test(sim_rules, misuse_of_a_lock_is_a_failure)
{
    void (*misuse[])(void *) = { lock_twice, release_unheld, park_with_a_lock, end_with_a_lock };

    for (size_t i = 0; i < sizeof misuse / sizeof misuse[0]; i++) {
        tri_lock_init(&lock);
        expect_failure(misuse[i], "a lock");
    }
}

static int sum;

static void add_guarded(void *unused)
{
    (void)unused;
    for (int i = 0; i < 10; i++) {
        tri_lock_acquire(&lock);
        int read = sum;
        tri_point(TRI_POINT_NAME);
        sum = read + 1;
        tri_lock_release(&lock);
    }
}

static void add_in_turn(void *unused)
{
    struct tri_os_thread threads[3];
    (void)unused;
    sum = 0;
    tri_lock_init(&lock);
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(tri_os_thread_start(&threads[i], add_guarded, NULL), 0);
    }
    for (int i = 0; i < 3; i++) {
        tri_os_thread_join(&threads[i]);
    }
}

Test(sim_rules, a_held_lock_keeps_others_out)
{
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct tri_sim_opts opts = { .seed = seed, .strategy = seed % 2, .pct_steps = 60 };
        cr_assert(tri_sim_run(&opts, add_in_turn, NULL, NULL));
        cr_assert_eq(sum, 30);
    }
}

static void leak(void *unused)
{
    (void)unused;
    tri_memory_free(tri_memory_alloc(1000), 1000);
    cr_assert_not_null(tri_memory_alloc(100));
    cr_assert_not_null(tri_memory_alloc_zero(28));
    cr_assert_not_null(tri_stack_open(0));
}

Test(sim_rules, the_census_counts_what_is_left)
{
    cr_assert(passes(leak));
    cr_assert_eq(report.live_blocks, 2);
    cr_assert_eq(report.live_bytes, 128);
    cr_assert_eq(report.live_stacks, 1);
    cr_assert_eq(report.allocation_count, 4);
}

static void leave_threads(void *unused)
{
    static struct tri_os_thread threads[5];
    (void)unused;
    for (int i = 0; i < 5; i++) {
        cr_assert_eq(tri_os_thread_start(&threads[i], wait_for_ever, NULL), 0);
    }
    tri_sim_settle(0);
}

Test(sim_rules, threads_left_behind_are_counted_and_forgotten)
{
    for (int i = 0; i < 100; i++) {
        cr_assert(passes(leave_threads));
        cr_assert_eq(report.live_threads, 5);
        cr_assert_eq(report.live_stacks, 0);
    }
    cr_assert_leq(tri_stack_open_count(), 6, "their stacks are used again");
}

static void free_with_another_size(void *unused)
{
    (void)unused;
    tri_memory_free(tri_memory_alloc(64), 65);
}

Test(sim_rules, the_size_at_free_is_the_size_at_alloc)
{
    expect_failure(free_with_another_size, "size");
}

static void count_refusals(void *refused)
{
    for (int i = 0; i < 6; i++) {
        void *p = tri_memory_alloc(8);
        *(unsigned *)refused |= (unsigned)(p == NULL) << i;
        tri_memory_free(p, 8);
    }
}

static unsigned refusals(uint64_t nth, bool persistent)
{
    struct tri_sim_opts opts = { .seed = 1 };
    unsigned refused = 0;

    tri_sim_begin(&opts);
    tri_sim_fail_alloc(nth, persistent);
    count_refusals(&refused);
    tri_sim_end(&report);
    void *after = tri_memory_alloc(8);
    cr_assert_not_null(after, "the faults end with the run");
    tri_memory_free(after, 8);
    return refused;
}

Test(sim_rules, a_chosen_allocation_fails_or_all_from_it)
{
    cr_assert_eq(refusals(0, false), 0);
    cr_assert_eq(refusals(1, false), 1u);
    cr_assert_eq(refusals(4, false), 1u << 3);
    cr_assert_eq(refusals(4, true), 7u << 3);
    cr_assert_eq(refusals(0, false), 0, "a run begins without faults");
}

static void ask_for_more(void *unused)
{
    struct tri_os_thread thread;
    (void)unused;
    tri_sim_fail_alloc(1, true);
    cr_assert_null(tri_stack_open(0));
    cr_assert_eq(tri_os_thread_start(&thread, wait_for_ever, NULL), EAGAIN);
    cr_assert_null(tri_memory_alloc_zero(1));
    tri_sim_fail_alloc(0, false);
    cr_assert_eq(tri_os_thread_start(&thread, step_for_ever, NULL), 0);
}

Test(sim_rules, stacks_and_threads_are_refused_like_memory)
{
    cr_assert(passes(ask_for_more));
    cr_assert_eq(report.live_stacks, 0);
}

Test(sim_rules, fresh_memory_looks_the_same_each_time)
{
    unsigned char *p = tri_memory_alloc(100);

    cr_assert(p[0] == 0xa5 && p[99] == 0xa5);
    tri_memory_free(p, 100);
    p = tri_memory_alloc_zero(100);
    cr_assert(p[0] == 0 && p[99] == 0);
    tri_memory_free(p, 100);
}
