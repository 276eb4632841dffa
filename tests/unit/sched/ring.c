// SPDX-License-Identifier: MIT
// The owner's and a thief's view of the ring on one thread; the counters start near their end, so
// that every test runs over it.
#include "sched/ring.h"

#include <criterion/criterion.h>

static struct tri_ring ring;
static struct tri_ring thief;
static char things[2 * TRI_RING_SIZE]; // only their addresses matter

static void begin_at(struct tri_ring *which, uint32_t at)
{
    // relaxed, both: one thread.
    tri_store(&which->x_head, at, relaxed);
    tri_store(&which->x_tail, at, relaxed);
}

static void begin(void)
{
    begin_at(&ring, UINT32_MAX - 2);
    begin_at(&thief, UINT32_MAX - 1);
}

static void push_things(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        cr_assert(tri_ring_push(&ring, &things[i]));
    }
}

TestSuite(ring, .init = begin);

Test(ring, is_empty_at_first)
{
    cr_assert_eq(tri_ring_count(&ring), 0);
    cr_assert_null(tri_ring_pop(&ring));
    cr_assert_null(tri_ring_steal(&ring, &thief));
}

Test(ring, zeroed_memory_is_an_empty_ring)
{
    static struct tri_ring zeroed;

    cr_assert_null(tri_ring_pop(&zeroed));
    cr_assert(tri_ring_push(&zeroed, things));
    cr_assert_eq(tri_ring_pop(&zeroed), things);
}

Test(ring, gives_back_first_in_first_out)
{
    push_things(10);
    for (uint32_t i = 0; i < 10; i++) {
        cr_assert_eq(tri_ring_count(&ring), 10 - i);
        cr_assert_eq(tri_ring_pop(&ring), &things[i]);
    }
    cr_assert_null(tri_ring_pop(&ring));
}

Test(ring, takes_as_many_as_it_has_places_and_no_more)
{
    push_things(TRI_RING_SIZE);
    cr_assert_not(tri_ring_push(&ring, &things[TRI_RING_SIZE]));
    cr_assert_eq(tri_ring_count(&ring), TRI_RING_SIZE);
    cr_assert_eq(tri_ring_pop(&ring), &things[0], "the refused one overwrote nothing");
    cr_assert(tri_ring_push(&ring, &things[TRI_RING_SIZE]));
}

Test(ring, keeps_its_order_while_the_counters_wrap)
{
    for (int i = 0; i < 1000; i++) {
        cr_assert(tri_ring_push(&ring, &things[i % 7]));
        cr_assert(tri_ring_push(&ring, &things[7 + i % 5]));
        cr_assert_eq(tri_ring_pop(&ring), &things[i % 7]);
        cr_assert_eq(tri_ring_pop(&ring), &things[7 + i % 5]);
        cr_assert_eq(tri_ring_count(&ring), 0);
    }
}

Test(ring, a_thief_takes_the_older_half_rounded_up)
{
    for (uint32_t count = 1; count <= TRI_RING_SIZE; count++) {
        begin();
        push_things(count);
        uint32_t half = count - count / 2;
        cr_assert_eq(tri_ring_steal(&ring, &thief), &things[0], "of %u: the oldest", count);
        cr_assert_eq(tri_ring_count(&thief), half - 1, "of %u", count);
        cr_assert_eq(tri_ring_count(&ring), count - half, "of %u", count);
        for (uint32_t i = 1; i < count; i++) {
            cr_assert_eq(tri_ring_pop(i < half ? &thief : &ring), &things[i], "%u of %u", i, count);
        }
    }
}

Test(ring, a_thief_with_work_of_its_own_takes_nothing)
{
    push_things(4);
    tri_ring_push(&thief, &things[9]);
    cr_assert_null(tri_ring_steal(&ring, &thief));
    cr_assert_eq(tri_ring_count(&ring), 4);
    cr_assert_eq(tri_ring_count(&thief), 1);
    cr_assert_eq(tri_ring_pop(&thief), &things[9]);
}

Test(ring, what_a_thief_left_has_room_again)
{
    push_things(TRI_RING_SIZE);
    tri_ring_steal(&ring, &thief);
    for (uint32_t i = 0; i < TRI_RING_SIZE / 2; i++) {
        cr_assert(tri_ring_push(&ring, &things[TRI_RING_SIZE + i]));
    }
    cr_assert_not(tri_ring_push(&ring, things));
    for (uint32_t i = TRI_RING_SIZE / 2; i < TRI_RING_SIZE * 3 / 2; i++) {
        cr_assert_eq(tri_ring_pop(&ring), &things[i]);
    }
}

Test(ring, a_thief_that_reads_head_and_tail_far_apart_takes_nothing)
{
    // relaxed, all: one thread. More than fits was pushed since the head was read.
    tri_store(&ring.x_head, 5, relaxed);
    tri_store(&ring.x_tail, 5 + TRI_RING_SIZE + 1, relaxed);
    cr_assert_null(tri_ring_steal(&ring, &thief));
    cr_assert_eq(tri_ring_count(&ring), 0);
    // The head has run past the tail.
    tri_store(&ring.x_tail, 3, relaxed);
    cr_assert_null(tri_ring_steal(&ring, &thief));
    cr_assert_eq(tri_ring_count(&ring), 0);
}
