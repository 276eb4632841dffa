// SPDX-License-Identifier: MIT
// The guard of a processor: its thread enters and leaves sections, the monitor takes the processor
// away and gives it to a spare thread, and back; its thread gives it away itself.
//
// Checked: never two threads inside the processor's sections, and the sections of one holder are
// ordered before those of the next (the processor's data is plain).
#include "sched/guard.h"

enum { FIRST = 1, SPARE = 2, OTHER = 3 };

static struct {
    struct tri_guard guard;
    struct tri_guard_flag flags[4];
    uint32_t data;    // plain: the processor
    uint32_t inside;  // observed
    uint32_t entries; // observed
    uint32_t gifts;   // observed: what the monitor gave
} world;

static void setup(void)
{
    world.guard.x_holder = FIRST;
    tri_plain_write(&world.data, 0);
}

static bool section(uint32_t me)
{
    if (!tri_guard_enter(&world.guard, &world.flags[me], me)) {
        return false;
    }
    trt_check(world.inside++ == 0);
    tri_plain_write(&world.data, tri_plain_read(&world.data) + 1);
    trt_step();
    trt_check(--world.inside == 0);
    world.entries++;
    tri_guard_leave(&world.flags[me]);
    return true;
}

// A holder that works, and is a guest for a while when it lost the processor.
static void holder(int me)
{
    for (int i = 0; i < 3; i++) {
        (void)section((uint32_t)me);
    }
}

static void try_once(int me)
{
    (void)section((uint32_t)me);
}

// Waits for the processor, then works.
static void waiter(int me)
{
    while (!section((uint32_t)me)) {
        trt_yield();
    }
    (void)section((uint32_t)me);
}

static void move(uint32_t from, uint32_t to)
{
    if (!tri_guard_seize(&world.guard, from)) {
        trt_model_fail("the holder is not who was given the processor");
    }
    while (!tri_guard_settled(&world.flags[from])) {
        trt_yield();
    }
    world.gifts++;
    tri_guard_give(&world.guard, to);
}

static void monitor_once(int unused)
{
    (void)unused;
    trt_check(!tri_guard_seize(&world.guard, SPARE));
    move(FIRST, SPARE);
}

static void monitor_forth_and_back(int unused)
{
    (void)unused;
    move(FIRST, SPARE);
    move(SPARE, FIRST);
}

// Works, and gives the processor to the spare, unless the monitor takes it away first.
static void giver(int me)
{
    (void)section((uint32_t)me);
    uint32_t found = tri_guard_let_go(&world.guard, (uint32_t)me);
    while (found == TRI_GUARD_TAKEN) {
        trt_yield();
        found = tri_guard_let_go(&world.guard, (uint32_t)me);
    }
    if (found == (uint32_t)me) {
        tri_guard_give(&world.guard, SPARE);
    } else {
        trt_check(found == OTHER);
    }
    (void)section((uint32_t)me); // as a guest, unless it got the processor back
}

static void monitor_if_it_can(int unused)
{
    (void)unused;
    if (tri_guard_seize(&world.guard, FIRST)) {
        while (!tri_guard_settled(&world.flags[FIRST])) {
            trt_yield();
        }
        tri_guard_give(&world.guard, OTHER);
    }
}

static void finish(void)
{
    trt_check(tri_plain_read(&world.data) == world.entries);
}

#define GUARD .setup = setup, .finish = finish

static const struct trt_program programs[] = {
    { "guard: a spare takes over", GUARD,
      .threads = { { holder, FIRST, false },
                   { waiter, SPARE, false },
                   { monitor_once, 0, false } } },
    { "guard: taken and given back", GUARD,
      .threads = { { holder, FIRST, false },
                   { holder, SPARE, false },
                   { monitor_forth_and_back, 0, false } } },
    { "guard: the first holder gets it back", GUARD,
      .threads = { { waiter, FIRST, false },
                   { holder, SPARE, false },
                   { monitor_forth_and_back, 0, false } } },
    { "guard: its thread gives it away", GUARD,
      .threads = { { giver, FIRST, false },
                   { holder, SPARE, false },
                   { holder, OTHER, false },
                   { monitor_if_it_can, 0, false } } },
    { "guard: one entry each, all schedules", GUARD, .exhaust = true, .preemptions = 3,
      .threads = { { try_once, FIRST, false },
                   { try_once, SPARE, false },
                   { monitor_once, 0, false } } },
    { .name = NULL },
};

int main(int argc, char **argv)
{
    return trt_model_main(argc, argv, &world, sizeof world, programs);
}
