// SPDX-License-Identifier: MIT
#include "timer/wheel.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>

#define START_NS UINT64_C(1000000000)
#define MS UINT64_C(1000000)

static struct tri_wheel wheel;
static struct tri_wheel_node nodes[64];
static struct tri_list due;

static void make_wheel(void)
{
    tri_wheel_init(&wheel, START_NS);
    tri_list_init(&due);
}

static void add_at(unsigned i, uint64_t deadline_ns)
{
    nodes[i].deadline_ns = deadline_ns;
    tri_wheel_add(&wheel, &nodes[i]);
}

// Expires everything due and checks that it is nodes first, first + 1, … last, in that order.
static void expect_due(uint64_t now_ns, unsigned first, unsigned last)
{
    cr_assert_not(tri_wheel_expire(&wheel, now_ns, SIZE_MAX, &due));
    for (unsigned i = first; i <= last; i++) {
        struct tri_link *link = tri_list_pop_front(&due);
        cr_assert_eq(link, &nodes[i].link, "node %u is missing or out of order", i);
    }
    cr_assert(tri_list_empty(&due));
    tri_wheel_check(&wheel);
}

static void expect_none_due(uint64_t now_ns)
{
    cr_assert_not(tri_wheel_expire(&wheel, now_ns, SIZE_MAX, &due));
    cr_assert(tri_list_empty(&due));
}

TestSuite(wheel, .init = make_wheel);

Test(wheel, without_timers_has_no_deadline)
{
    cr_assert_eq(tri_wheel_next(&wheel), UINT64_MAX);
    expect_none_due(START_NS + 3600000 * MS);
    cr_assert_eq(tri_wheel_count(&wheel), 0);
}

Test(wheel, fires_at_its_nanosecond_and_not_before)
{
    add_at(0, START_NS + 5 * MS + 7);
    cr_assert_eq(tri_wheel_next(&wheel), START_NS + 5 * MS + 7);
    expect_none_due(START_NS + 5 * MS + 6);
    expect_due(START_NS + 5 * MS + 7, 0, 0);
    cr_assert_eq(tri_wheel_next(&wheel), UINT64_MAX);
}

Test(wheel, a_past_deadline_is_due_at_once)
{
    add_at(0, START_NS - 5);
    cr_assert_leq(tri_wheel_next(&wheel), START_NS);
    expect_due(START_NS, 0, 0);
    add_at(0, 0);
    expect_due(START_NS, 0, 0);
}

Test(wheel, equal_deadlines_fire_in_order_of_adding)
{
    for (unsigned i = 0; i < 20; i++) {
        add_at(i, START_NS + 9 * MS);
    }
    expect_due(START_NS + 10 * MS, 0, 19);
}

// The first two stand on a high level, the rest go straight to a low one.
Test(wheel, equal_deadlines_keep_their_order_when_added_at_different_times)
{
    add_at(0, START_NS + 5000 * MS);
    add_at(1, START_NS + 5000 * MS);
    add_at(4, START_NS + 4999 * MS);
    expect_due(START_NS + 4999 * MS, 4, 4);
    add_at(2, START_NS + 5000 * MS);
    expect_none_due(START_NS + 5000 * MS - 1);
    add_at(3, START_NS + 5000 * MS);
    expect_due(START_NS + 5000 * MS, 0, 3);
}

Test(wheel, fires_by_deadline_across_levels)
{
    add_at(4, START_NS + (UINT64_C(1) << 40));
    add_at(3, START_NS + 70000 * MS);
    add_at(2, START_NS + 3);
    add_at(1, START_NS + 2);
    add_at(0, START_NS + 2);
    tri_wheel_remove(&wheel, &nodes[1]);
    add_at(1, START_NS + 2);
    expect_due(START_NS + (UINT64_C(1) << 41), 0, 4);
}

Test(wheel, jumps_over_2_to_the_31_and_32_milliseconds)
{
    const uint64_t jumps_ns[] = { (UINT64_C(1) << 31) * MS, (UINT64_C(1) << 32) * MS };

    for (unsigned i = 0; i < 2; i++) {
        add_at(0, START_NS + jumps_ns[i] - 1);
        add_at(1, START_NS + jumps_ns[i]);
        add_at(2, START_NS + jumps_ns[i] + 1);
        expect_due(START_NS + jumps_ns[i] - 1, 0, 0);
        expect_due(START_NS + jumps_ns[i] + 1, 1, 2);
    }
}

Test(wheel, holds_deadlines_292_years_ahead_and_the_last_nanosecond)
{
    const uint64_t years_292_ns = UINT64_C(1) << 63;

    add_at(0, years_292_ns);
    add_at(1, UINT64_MAX - 1);
    add_at(2, UINT64_MAX);
    expect_none_due(years_292_ns - 1);
    expect_due(years_292_ns, 0, 0);
    expect_due(UINT64_MAX - 1, 1, 1);
    expect_due(UINT64_MAX, 2, 2);
}

Test(wheel, remove_tells_whether_the_timer_was_pending)
{
    add_at(0, START_NS + MS);
    cr_assert(tri_wheel_remove(&wheel, &nodes[0]));
    cr_assert_not(tri_wheel_remove(&wheel, &nodes[0]));
    cr_assert_not(tri_wheel_remove(&wheel, &nodes[1]));
    expect_none_due(START_NS + 2 * MS);
    add_at(0, START_NS + 3 * MS);
    expect_due(START_NS + 3 * MS, 0, 0);
    cr_assert_not(tri_wheel_remove(&wheel, &nodes[0]));
}

Test(wheel, cancelling_around_the_deadline_answers_truly)
{
    const uint64_t at_ns = START_NS + 10 * MS;

    for (unsigned i = 0; i < 3; i++) {
        add_at(i, at_ns);
    }
    expect_none_due(at_ns - 1);
    cr_assert(tri_wheel_remove(&wheel, &nodes[0]));
    expect_due(at_ns, 1, 2);
    cr_assert_not(tri_wheel_remove(&wheel, &nodes[1]));
    expect_none_due(at_ns + 1);
    cr_assert_not(tri_wheel_remove(&wheel, &nodes[2]));
}

Test(wheel, next_is_ahead_after_a_complete_expire)
{
    add_at(0, START_NS + 100000 * MS);
    add_at(1, START_NS + 100001 * MS);
    tri_wheel_remove(&wheel, &nodes[0]);
    cr_assert_leq(tri_wheel_next(&wheel), START_NS + 100001 * MS);
    expect_none_due(START_NS + 100000 * MS);
    cr_assert_eq(tri_wheel_next(&wheel), START_NS + 100001 * MS);
}

static size_t length_of(const struct tri_list *list)
{
    size_t length = 0;

    for (struct tri_link *at = tri_list_first(list); at != NULL; at = tri_list_next(list, at)) {
        length++;
    }
    return length;
}

Test(wheel, a_sliced_expire_loses_nothing_and_keeps_the_order)
{
    bool more = true;

    for (unsigned i = 0; i < 32; i++) {
        add_at(i, START_NS + 5 * MS + i / 8);
    }
    for (unsigned calls = 0; more; calls++) {
        size_t before = length_of(&due);
        cr_assert_lt(calls, 32, "two moves for each node in slices of three");
        more = tri_wheel_expire(&wheel, START_NS + 6 * MS, 3, &due);
        cr_assert_leq(length_of(&due), before + 3);
        tri_wheel_check(&wheel);
        cr_assert(!more || tri_wheel_next(&wheel) <= START_NS + 6 * MS);
    }
    expect_due(START_NS + 6 * MS, 0, 31);
}

// The slot is half taken apart when an equal deadline arrives: it must wait behind the rest.
Test(wheel, a_timer_added_between_slices_stays_behind_its_equals)
{
    for (unsigned i = 0; i < 8; i++) {
        add_at(i, START_NS + 5 * MS);
    }
    cr_assert(tri_wheel_expire(&wheel, START_NS + 5 * MS, 4, &due));
    cr_assert(tri_list_empty(&due));
    add_at(8, START_NS + 5 * MS);
    expect_due(START_NS + 5 * MS, 0, 8);
}

Test(wheel, a_slice_survives_the_removal_of_all_that_waits)
{
    for (unsigned i = 0; i < 8; i++) {
        add_at(i, START_NS + 5 * MS);
    }
    cr_assert(tri_wheel_expire(&wheel, START_NS + 5 * MS, 4, &due));
    for (unsigned i = 0; i < 8; i++) {
        cr_assert(tri_wheel_remove(&wheel, &nodes[i]));
    }
    tri_wheel_check(&wheel);
    add_at(0, START_NS + 5 * MS);
    add_at(1, START_NS + 7 * MS);
    expect_due(START_NS + 7 * MS, 0, 1);
}

// The last nanosecond of a slot, between slices of the slot's taking apart.
Test(wheel, the_end_of_a_slot_belongs_to_it)
{
    const uint64_t end_ns = START_NS | ((UINT64_C(1) << 24) - 1);

    for (unsigned i = 0; i < 8; i++) {
        add_at(i, end_ns);
    }
    cr_assert(tri_wheel_expire(&wheel, end_ns, 4, &due));
    add_at(8, end_ns);
    expect_due(end_ns, 0, 8);
}

// Both deadlines are past, so they fire in order of adding.
Test(wheel, a_clock_that_steps_back_does_not_move_the_wheel_back)
{
    for (unsigned far = 0; far < 2; far++) {
        make_wheel();
        if (far == 1) {
            add_at(5, START_NS + 3600000 * MS);
        }
        expect_none_due(START_NS + 10 * MS);
        expect_none_due(START_NS);
        add_at(0, START_NS + 5 * MS);
        add_at(1, START_NS + 2 * MS);
        expect_due(START_NS + 10 * MS, 0, 1);
    }
}

Test(wheel, a_node_added_twice_is_a_broken_invariant, .signal = SIGABRT)
{
    add_at(0, START_NS + MS);
    add_at(0, START_NS + MS);
}

Test(wheel, check_finds_a_deadline_changed_in_place, .signal = SIGABRT)
{
    add_at(0, START_NS + MS);
    nodes[0].deadline_ns = START_NS + 100000 * MS;
    tri_wheel_check(&wheel);
}
