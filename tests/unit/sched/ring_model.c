// SPDX-License-Identifier: MIT
// Two rings that steal from each other, beside arrays.
#include <criterion/criterion.h>
#include <string.h>

#include "base/random.h"
#include "sched/ring.h"

#define STEPS 20000

struct side {
    struct tri_ring ring;
    uintptr_t held[TRI_RING_SIZE];
    uint32_t count;
};

static struct side sides[2];
static struct tri_random random_state;
static unsigned long long seed;
static uintptr_t next_thing;

static uint32_t below(uint32_t n)
{
    return (uint32_t)tri_random_below(&random_state, n);
}

static void drop_first(struct side *side, uint32_t count)
{
    side->count -= count;
    memmove(side->held, side->held + count, side->count * sizeof side->held[0]);
}

static void push_one(struct side *side)
{
    bool room = side->count < TRI_RING_SIZE;

    cr_assert_eq(tri_ring_push(&side->ring, (void *)next_thing), room, "seed %llu: push", seed);
    if (room) {
        side->held[side->count++] = next_thing++;
    }
}

static void pop_one(struct side *side)
{
    uintptr_t expected = side->count == 0 ? 0 : side->held[0];

    cr_assert_eq((uintptr_t)tri_ring_pop(&side->ring), expected, "seed %llu: pop", seed);
    if (side->count > 0) {
        drop_first(side, 1);
    }
}

static void steal_some(struct side *victim, struct side *mine)
{
    uint32_t half = victim->count - victim->count / 2;
    bool may = mine->count == 0 && half > 0;
    uintptr_t expected = may ? victim->held[0] : 0;

    cr_assert_eq((uintptr_t)tri_ring_steal(&victim->ring, &mine->ring), expected,
                 "seed %llu: steal", seed);
    if (may) {
        mine->count = half - 1;
        memcpy(mine->held, victim->held + 1, mine->count * sizeof mine->held[0]);
        drop_first(victim, half);
    }
}

static void step(uint32_t pushes)
{
    struct side *side = &sides[below(2)];
    uint32_t choice = below(100);

    if (choice < pushes) {
        push_one(side);
    } else if (choice < 90) {
        pop_one(side);
    } else {
        steal_some(side, &sides[side == sides]);
    }
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(tri_ring_count(&sides[i].ring), sides[i].count, "seed %llu: count", seed);
    }
}

static void run_seed(void)
{
    tri_random_seed(&random_state, seed);
    memset(sides, 0, sizeof sides);
    for (int i = 0; i < 2; i++) {
        uint32_t start = 0 - below(3000);
        // relaxed, both: one thread.
        tri_store(&sides[i].ring.x_head, start, relaxed);
        tri_store(&sides[i].ring.x_tail, start, relaxed);
    }
    next_thing = 1;
    for (uint32_t i = 0, pushes = 45; i < STEPS; i++) {
        pushes = i % 1000 == 0 ? 35 + below(35) : pushes;
        step(pushes);
    }
}

Test(ring_model, random_pushes_pops_and_steals_agree_with_arrays)
{
    for (seed = 1; seed <= 20; seed++) {
        run_seed();
    }
}
