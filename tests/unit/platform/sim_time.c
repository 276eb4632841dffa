// SPDX-License-Identifier: MIT
// Virtual time: moves when nothing else can, when all spin, and when the driver says so.
#include <criterion/criterion.h>

#include "platform/sim/sim.h"
#include "port/clock.h"
#include "port/fence.h"
#include "port/park.h"
#include "port/point.h"
#include "port/spin.h"
#include "port/thread.h"

enum { MS = 1000000 };
#define HOUR (UINT64_C(3600000) * MS)

static struct tri_os_thread thread;
static struct tri_park park;
static uint64_t woken_at;
static uint64_t begun_at;

static void begin(void)
{
    struct tri_sim_opts opts = { .seed = 11 };
    tri_sim_begin(&opts);
    tri_park_init(&park);
    woken_at = 0;
    begun_at = tri_clock_ns();
}

static void end(void)
{
    struct tri_sim_report report;
    tri_sim_end(&report);
    cr_assert_eq(report.live_threads, 0);
}

TestSuite(sim_time, .init = begin, .fini = end);

static void sleep_for(void *ns)
{
    tri_park_wait(&park, tri_clock_ns() + *(uint64_t *)ns);
    woken_at = tri_clock_ns();
}

static void start_sleeper(uint64_t *ns)
{
    cr_assert_eq(tri_os_thread_start(&thread, sleep_for, ns), 0);
}

Test(sim_time, jumps_to_the_deadline_when_all_wait)
{
    uint64_t hour = HOUR;

    start_sleeper(&hour);
    tri_os_thread_join(&thread);
    cr_assert_eq(woken_at, begun_at + HOUR);
}

Test(sim_time, stands_still_while_the_driver_settles)
{
    uint64_t ns = 5 * MS;

    start_sleeper(&ns);
    tri_sim_settle(0);
    cr_assert_eq(tri_clock_ns(), begun_at);
    cr_assert_not(tri_sim_settle(0), "nobody is left to run");
    cr_assert_eq(woken_at, 0);
    tri_os_thread_join(&thread);
}

Test(sim_time, settling_passes_over_short_deadlines_only)
{
    uint64_t ns = 5 * MS;

    start_sleeper(&ns);
    tri_sim_settle(5 * MS - 1);
    cr_assert_eq(woken_at, 0);
    cr_assert_eq(tri_clock_ns(), begun_at);
    cr_assert(tri_sim_settle(5 * MS));
    cr_assert_eq(woken_at, begun_at + 5 * MS);
    tri_os_thread_join(&thread);
}

static int ticks;

static void tick(void *unused)
{
    (void)unused;
    for (uint64_t next = begun_at + MS; ticks < 10; next += MS) {
        tri_park_wait(&park, next);
        ticks++;
        cr_assert_eq(tri_clock_ns(), next);
    }
}

Test(sim_time, advancing_stops_at_every_deadline)
{
    cr_assert_eq(tri_os_thread_start(&thread, tick, NULL), 0);
    tri_sim_advance(MS * 7 / 2);
    cr_assert_eq(ticks, 3);
    cr_assert_eq(tri_clock_ns(), begun_at + MS * 7 / 2);
    tri_sim_advance(100 * MS);
    cr_assert_eq(ticks, 10);
    cr_assert_eq(tri_clock_ns(), begun_at + MS * 207 / 2);
    tri_os_thread_join(&thread);
}

Test(sim_time, a_passed_deadline_does_not_wait)
{
    tri_park_wait(&park, begun_at);
    tri_park_wait(&park, 1);
    cr_assert_eq(tri_clock_ns(), begun_at);
}

Test(sim_time, a_wake_ends_a_sleep_early_and_is_sticky)
{
    uint64_t hour = HOUR;

    start_sleeper(&hour);
    tri_sim_settle(0);
    tri_park_wake(&park);
    tri_os_thread_join(&thread);
    cr_assert_eq(woken_at, begun_at);
    tri_park_wake(&park);
    tri_park_wake(&park);
    tri_park_wait(&park, 0);
    tri_park_wait(&park, begun_at + 1);
    cr_assert_eq(tri_clock_ns(), begun_at + 1, "two wakes are one token");
}

static bool flag;

static void set_flag(void *unused)
{
    (void)unused;
    for (int i = 0; i < 100; i++) {
        tri_point(TRI_POINT_IDLE);
    }
    flag = true;
}

Test(sim_time, a_spinning_thread_lets_the_others_run)
{
    int pauses = 0;

    cr_assert_eq(tri_os_thread_start(&thread, set_flag, NULL), 0);
    for (; !flag; pauses++) {
        tri_spin_pause();
    }
    cr_assert_lt(pauses, 200);
    cr_assert_eq(tri_clock_ns(), begun_at, "somebody worked, so no time passed");
    tri_os_thread_join(&thread);
}

static void spin_until_flag(void *pauses)
{
    flag = false;
    cr_assert_eq(tri_os_thread_start(&thread, set_flag, NULL), 0);
    for (; !flag; ++*(int *)pauses) {
        tri_spin_pause();
    }
    tri_os_thread_join(&thread);
}

Test(sim_priority, a_spinning_thread_falls_behind_all_others)
{
    for (uint64_t seed = 0; seed < 50; seed++) {
        struct tri_sim_opts opts = { .seed = seed, .strategy = TRI_SIM_PCT, .depth = 1 };
        int pauses = 0;
        cr_assert(tri_sim_run(&opts, spin_until_flag, &pauses, NULL));
        cr_assert_leq(pauses, 1);
    }
}

Test(sim_time, spinning_alone_takes_time)
{
    uint64_t ns = 25000;

    start_sleeper(&ns);
    tri_sim_settle(0);
    tri_spin_pause();
    tri_spin_pause();
    cr_assert_eq(tri_clock_ns(), begun_at + 20000);
    tri_spin_pause();
    cr_assert_eq(tri_clock_ns(), begun_at + 25000, "the sleeper's deadline comes first");
    tri_os_thread_join(&thread);
    cr_assert_eq(woken_at, begun_at + 25000);
}

Test(sim_time, a_heavy_fence_is_a_scheduling_point)
{
    uint64_t before = tri_sim_steps();

    cr_assert_eq(tri_heavy_fence_open(), 0);
    tri_heavy_fence();
    cr_assert_eq(tri_sim_steps(), before + 1);
}
