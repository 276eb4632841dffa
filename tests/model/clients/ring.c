// SPDX-License-Identifier: MIT
// The run queue: its owner pushes and pops, thieves take half into their own rings and from each
// other.
//
// Checked: each entry comes out exactly once, with what its pusher wrote visible to who got it.
#define TRI_RING_SIZE 4u
#include "sched/ring.h"

#define ENTRIES 8
#define RINGS 3

struct entry {
    uint32_t number; // plain: published with the entry
};

static struct {
    struct tri_ring rings[RINGS]; // 0 is the owner's
    struct entry entries[ENTRIES];
    uint32_t taken[ENTRIES]; // observed
    uint32_t pushed;         // observed
} world;

static void begin_at(uint32_t counter)
{
    for (int i = 0; i < RINGS; i++) {
        world.rings[i].x_head = counter;
        world.rings[i].x_tail = counter;
    }
}

static void setup(void)
{
    begin_at(0);
}

// Counters that are about to wrap.
static void setup_wrap(void)
{
    begin_at(UINT32_MAX - 1);
}

// The owner's ring and the first thief's are full.
static void setup_two_full(void)
{
    begin_at(UINT32_MAX - 1);
    for (uint32_t i = 0; i < ENTRIES; i++) {
        struct entry *entry = &world.entries[i];
        tri_plain_write(&entry->number, i);
        trt_check(tri_ring_push(&world.rings[i / TRI_RING_SIZE], entry));
    }
    world.pushed = ENTRIES;
}

static bool take(struct entry *entry)
{
    if (entry == NULL) {
        return false;
    }
    size_t at = (size_t)(entry - world.entries);
    trt_check(at < ENTRIES);
    trt_check(tri_plain_read(&entry->number) == at);
    trt_check(world.taken[at]++ == 0);
    // Its next owner may change it: whoever else still looks at it is in a race.
    tri_plain_write(&entry->number, (uint32_t)at);
    return true;
}

static void push(void)
{
    struct entry *entry = &world.entries[world.pushed];
    tri_plain_write(&entry->number, world.pushed);
    if (tri_ring_push(&world.rings[0], entry)) {
        world.pushed++;
    }
}

static void owner_full(int unused)
{
    (void)unused;
    for (int i = 0; i < 5; i++) {
        push();
    }
    (void)take(tri_ring_pop(&world.rings[0]));
    push();
    (void)take(tri_ring_pop(&world.rings[0]));
}

static void owner_short(int unused)
{
    (void)unused;
    push();
    push();
    (void)take(tri_ring_pop(&world.rings[0]));
    push();
    (void)take(tri_ring_pop(&world.rings[0]));
}

static void steal(int from, int into)
{
    int since = trt_now();
    void *entry = tri_ring_steal(&world.rings[from], &world.rings[into]);
    if (entry != NULL) {
        for (uint32_t i = 0; i < TRI_RING_SIZE; i++) {
            void *const *slot = (void *const *)&world.rings[from].x_entries[i];
            trt_claim(slot, sizeof *slot, since); // what was claimed had been read intact
        }
    }
    (void)take(entry);
}

static void thief(int me)
{
    steal(0, me);
    (void)take(tri_ring_pop(&world.rings[me]));
    while (take(tri_ring_pop(&world.rings[me]))) {}
    steal(0, me);
}

// Steals from the owner, and from the first thief.
static void thief_of_thieves(int me)
{
    steal(1, me);
    while (take(tri_ring_pop(&world.rings[me]))) {}
    steal(0, me);
}

// Steals again as soon as its own ring is empty, because it was robbed.
static void robbed(int me)
{
    while (take(tri_ring_pop(&world.rings[me]))) {}
    steal(0, me);
    while (take(tri_ring_pop(&world.rings[me]))) {}
}

static void robber(int me)
{
    steal(1, me);
}

static void finish(void)
{
    for (int i = 0; i < RINGS; i++) {
        trt_check(tri_ring_count(&world.rings[i]) <= TRI_RING_SIZE);
        while (take(tri_ring_pop(&world.rings[i]))) {}
    }
    for (uint32_t i = 0; i < world.pushed; i++) {
        trt_check(world.taken[i] == 1);
    }
}

static const struct trt_program programs[] = {
    { "ring: full ring, two thieves", .setup = setup, .finish = finish, .percent = 150,
      .threads = { { owner_full, 0, false }, { thief, 1, false }, { thief, 2, false } } },
    { "ring: short ring, two thieves, wrap", .setup = setup_wrap, .finish = finish,
      .threads = { { owner_short, 0, false }, { thief, 1, false }, { thief, 2, false } } },
    { "ring: a thief is robbed", .setup = setup_wrap, .finish = finish, .percent = 150,
      .threads = { { owner_full, 0, false },
                   { thief, 1, false },
                   { thief_of_thieves, 2, false } } },
    { "ring: a robbed thief steals again", .setup = setup_two_full, .finish = finish,
      .threads = { { robbed, 1, false }, { robber, 2, false } } },
    { "ring: one thief", .setup = setup, .finish = finish, .exhaust = true, .preemptions = 3,
      .threads = { { owner_short, 0, false }, { thief, 1, false } } },
    { .name = NULL },
};

int main(int argc, char **argv)
{
    return trt_model_main(argc, argv, &world, sizeof world, programs);
}
