// SPDX-License-Identifier: MIT
// Every transition of the word that says who sleeps and who searches.
#include "sched/idle.h"

#include <criterion/criterion.h>

#define SEARCHERS(n) ((uint64_t)(n) << TRI_IDLE_WORKERS_MAX)
#define SLEEPS(worker) ((uint64_t)1 << (worker))

static struct tri_idle idle;

static void set_word(uint64_t word)
{
    // relaxed: one thread.
    tri_store(&idle.x_word, word, relaxed);
}

static void expect_word(uint64_t word)
{
    // relaxed: one thread.
    uint64_t found = tri_load(&idle.x_word, relaxed);

    cr_assert_eq(found, word, "%#llx", (unsigned long long)found);
}

Test(idle, half_of_the_workers_may_search)
{
    static const uint32_t most[] = { 0, 1, 1, 2, 2, 3, 3, 4, 4 };

    for (uint32_t workers = 1; workers <= 8; workers++) {
        set_word(SLEEPS(3));
        for (uint32_t i = 0; i < most[workers]; i++) {
            cr_assert(tri_idle_search(&idle, workers), "searcher %u of %u", i, workers);
        }
        cr_assert_not(tri_idle_search(&idle, workers), "of %u workers", workers);
        expect_word(SEARCHERS(most[workers]) | SLEEPS(3));
    }
}

Test(idle, the_last_searcher_that_finds_work_is_told)
{
    set_word(SEARCHERS(3) | SLEEPS(0));
    cr_assert_not(tri_idle_found(&idle));
    cr_assert_not(tri_idle_found(&idle));
    cr_assert(tri_idle_found(&idle));
    expect_word(SLEEPS(0));
}

Test(idle, a_searcher_becomes_a_sleeper_in_one_step)
{
    set_word(SEARCHERS(2) | SLEEPS(1));
    tri_idle_sleep(&idle, 5, true);
    expect_word(SEARCHERS(1) | SLEEPS(1) | SLEEPS(5));
}

Test(idle, a_worker_that_does_not_search_sleeps_without_touching_the_count)
{
    set_word(SEARCHERS(1));
    tri_idle_sleep(&idle, 0, false);
    expect_word(SEARCHERS(1) | SLEEPS(0));
}

Test(idle, the_last_worker_sleeps_beside_the_count)
{
    set_word(SEARCHERS(1));
    tri_idle_sleep(&idle, TRI_IDLE_WORKERS_MAX - 1, true);
    expect_word(SLEEPS(TRI_IDLE_WORKERS_MAX - 1));
    cr_assert_eq(tri_idle_wake(&idle), (int)TRI_IDLE_WORKERS_MAX - 1);
    expect_word(SEARCHERS(1));
}

Test(idle, a_sleeper_may_leave_by_itself)
{
    set_word(SEARCHERS(1) | SLEEPS(2) | SLEEPS(4));
    cr_assert(tri_idle_cancel(&idle, 4));
    expect_word(SEARCHERS(1) | SLEEPS(2));
}

Test(idle, a_sleeper_that_was_claimed_learns_it_when_it_leaves)
{
    set_word(SLEEPS(2));
    cr_assert_eq(tri_idle_wake(&idle), 2);
    cr_assert_not(tri_idle_cancel(&idle, 2));
    expect_word(SEARCHERS(1));
}

Test(idle, wake_claims_the_lowest_sleeper_as_a_searcher)
{
    set_word(SLEEPS(3) | SLEEPS(6));
    cr_assert_eq(tri_idle_wake(&idle), 3);
    expect_word(SEARCHERS(1) | SLEEPS(6));
}

Test(idle, wake_leaves_sleepers_alone_while_somebody_searches)
{
    set_word(SEARCHERS(1) | SLEEPS(3));
    cr_assert_eq(tri_idle_wake(&idle), -1);
    expect_word(SEARCHERS(1) | SLEEPS(3));
}

Test(idle, wake_finds_nobody_when_all_work)
{
    set_word(0);
    cr_assert_eq(tri_idle_wake(&idle), -1);
    expect_word(0);
}

Test(idle, every_sleeper_is_woken_once)
{
    set_word(0);
    for (uint32_t worker = 0; worker < TRI_IDLE_WORKERS_MAX; worker++) {
        tri_idle_sleep(&idle, worker, false);
    }
    for (int worker = 0; worker < (int)TRI_IDLE_WORKERS_MAX; worker++) {
        cr_assert_eq(tri_idle_wake(&idle), worker);
        cr_assert(tri_idle_found(&idle));
    }
    expect_word(0);
}
