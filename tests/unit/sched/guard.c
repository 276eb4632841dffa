// SPDX-License-Identifier: MIT
// The transitions of the guard on one thread; the model checker explores two. On simulated ports.
#include "sched/guard.h"

#include <criterion/criterion.h>

#define ME 4u
#define SPARE 7u

static struct tri_guard guard;
static struct tri_guard_flag flag;

// The fence has to be announced before its first use.
static void begin(void)
{
    cr_assert_eq(tri_heavy_fence_open(), 0);
    tri_guard_give(&guard, ME);
}

TestSuite(guard, .init = begin);

static uint32_t holder(void)
{
    // relaxed: one thread.
    return tri_load(&guard.x_holder, relaxed);
}

Test(guard, its_holder_enters_and_leaves)
{
    cr_assert(tri_guard_settled(&flag));
    cr_assert(tri_guard_enter(&guard, &flag, ME));
    cr_assert_not(tri_guard_settled(&flag), "inside");
    tri_guard_leave(&flag);
    cr_assert(tri_guard_settled(&flag));
    cr_assert(tri_guard_enter(&guard, &flag, ME), "and again");
}

Test(guard, another_thread_is_turned_away_and_is_not_inside)
{
    struct tri_guard_flag other = { 0 };

    cr_assert_not(tri_guard_enter(&guard, &other, SPARE));
    cr_assert(tri_guard_settled(&other));
    cr_assert_eq(holder(), ME);
}

Test(guard, is_seized_from_its_holder_only)
{
    cr_assert_not(tri_guard_seize(&guard, SPARE));
    cr_assert_eq(holder(), ME);
    cr_assert(tri_guard_seize(&guard, ME));
    cr_assert_eq(holder(), TRI_GUARD_TAKEN);
    cr_assert_not(tri_guard_seize(&guard, ME), "once");
}

Test(guard, nobody_enters_while_it_is_taken)
{
    tri_guard_seize(&guard, ME);
    cr_assert_not(tri_guard_enter(&guard, &flag, ME));
    cr_assert(tri_guard_settled(&flag), "its former holder is outside");
}

Test(guard, seized_inside_a_section_it_settles_when_the_section_ends)
{
    tri_guard_enter(&guard, &flag, ME);
    cr_assert(tri_guard_seize(&guard, ME));
    cr_assert_not(tri_guard_settled(&flag));
    tri_guard_leave(&flag);
    cr_assert(tri_guard_settled(&flag));
    cr_assert_not(tri_guard_enter(&guard, &flag, ME));
}

Test(guard, given_to_a_spare_it_is_the_spares)
{
    struct tri_guard_flag spare = { 0 };

    tri_guard_seize(&guard, ME);
    tri_guard_give(&guard, SPARE);
    cr_assert(tri_guard_enter(&guard, &spare, SPARE));
    cr_assert_not(tri_guard_enter(&guard, &flag, ME));
}

Test(guard, given_back_to_the_thread_it_was_taken_from_it_goes_on)
{
    tri_guard_seize(&guard, ME);
    tri_guard_give(&guard, ME);
    cr_assert(tri_guard_enter(&guard, &flag, ME));
}
