// SPDX-License-Identifier: MIT
// What a thief sees between two looks at a ring; the counters run over their end.
#include "sched/glance.h"

#include <criterion/criterion.h>

static struct tri_ring ring;
static struct tri_glance glance;
static char thing;

static void begin(void)
{
    // relaxed, both: one thread.
    tri_store(&ring.x_head, UINT32_MAX, relaxed);
    tri_store(&ring.x_tail, UINT32_MAX, relaxed);
    glance.filled = 0;
}

static void push_two(void)
{
    cr_assert(tri_ring_push(&ring, &thing));
    cr_assert(tri_ring_push(&ring, &thing));
}

TestSuite(glance, .init = begin);

Test(glance, an_entry_that_stayed_is_stale)
{
    push_two();
    tri_glance_note(&glance, 3, &ring);
    cr_assert_eq(tri_ring_pop(&ring), &thing);
    cr_assert(tri_glance_stale(&glance, 3, &ring));
    cr_assert_eq(glance.filled, 1 << 3);
}

Test(glance, entries_that_came_later_are_not_stale)
{
    push_two();
    tri_glance_note(&glance, 3, &ring);
    push_two();
    cr_assert_eq(tri_ring_pop(&ring), &thing);
    cr_assert_eq(tri_ring_pop(&ring), &thing);
    cr_assert_not(tri_glance_stale(&glance, 3, &ring));
    cr_assert_eq(tri_ring_count(&ring), 2);
}

Test(glance, an_empty_ring_is_not_filled)
{
    tri_glance_note(&glance, 0, &ring);
    cr_assert_eq(glance.filled, 0);
    push_two();
    cr_assert_not(tri_glance_stale(&glance, 0, &ring));
}
