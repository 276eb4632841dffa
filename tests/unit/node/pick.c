// SPDX-License-Identifier: MIT
// Who is picked next, on one P without any thread behind it.
#include <criterion/criterion.h>

#include "node/pick.h"
#include "process/ready.h"

static struct tri_processor p;
static struct tri_processor *processors[] = { &p };
static struct tr_system record = { .processors = processors, .processor_count = 1 };
static struct tri_thread thread = { .id = 1, .system = &record, .processor = &p };
static struct tri_thread *threads[] = { &thread };
static struct tr_self actors[8];

static struct tr_self *actor(unsigned i, tr_priority priority)
{
    tri_actor_set_rank(&actors[i], tri_rank_make(priority, 0));
    return &actors[i];
}

// Turns of the actor that is made runnable again and again until the other is picked.
static unsigned turns_until(struct tr_self *other, struct tr_self *busy)
{
    unsigned turns = 0;
    tri_ready(&thread, busy);
    for (struct tr_self *next = tri_pick(&thread, false); next != other && turns < 1000; turns++) {
        tri_ready(&thread, next);
        next = tri_pick(&thread, false);
    }
    return turns;
}

Test(pick, the_seat_keeps_its_own_for_64_turns_while_others_wait)
{
    tri_ready_last(&thread, actor(0, TR_PRIORITY_NORMAL));
    cr_assert_eq(turns_until(&actors[0], actor(1, TR_PRIORITY_NORMAL)), 64);
}

Test(pick, low_is_every_eighth_behind_normal_and_never_before_high)
{
    tri_ready_last(&thread, actor(0, TR_PRIORITY_LOW));
    cr_assert_eq(turns_until(&actors[0], actor(1, TR_PRIORITY_NORMAL)), 7);
    tri_ready_last(&thread, actor(0, TR_PRIORITY_LOW));
    cr_assert_eq(turns_until(&actors[0], actor(2, TR_PRIORITY_HIGH)), 1000);
}

Test(pick, the_more_urgent_go_first_whoever_came_first)
{
    static const tr_priority order[] = { TR_PRIORITY_LOW, TR_PRIORITY_NORMAL, TR_PRIORITY_HIGH,
                                         TR_PRIORITY_MAX };
    for (unsigned i = 0; i < 4; i++) {
        tri_ready(&thread, actor(i, order[i]));
    }
    for (unsigned i = 4; i > 0; i--) {
        cr_assert_eq(tri_pick(&thread, false), &actors[i - 1]);
    }
    cr_assert_null(tri_pick(&thread, false));
    cr_assert_eq(p.ranked, 0, "and nothing is remembered");
}

Test(pick, pinned_actors_and_others_take_turns_in_each_level)
{
    record.threads = threads;
    for (unsigned i = 0; i < 4; i++) {
        bool pinned = i >= 2;
        tri_actor_set_rank(&actors[i], tri_rank_make(TR_PRIORITY_LOW, pinned ? thread.id : 0));
        tri_ready_last(&thread, &actors[i]);
    }
    bool first_pinned = tri_pick(&thread, false) >= &actors[2];
    bool second_pinned = tri_pick(&thread, false) >= &actors[2];
    cr_assert_neq(first_pinned, second_pinned);
    cr_assert_not_null(tri_pick(&thread, false));
    cr_assert_not_null(tri_pick(&thread, false));
    cr_assert_null(tri_pick(&thread, false));
}

Test(pick, an_urgent_one_in_the_injector_is_found_when_the_processor_was_stirred)
{
    struct tri_thread guest = { .system = &record };
    tri_ready(&thread, actor(0, TR_PRIORITY_NORMAL));
    tri_inject(&guest, actor(1, TR_PRIORITY_HIGH));
    tri_inject(&guest, actor(2, TR_PRIORITY_MAX));
    cr_assert_eq(tri_pick(&thread, false), &actors[2]);
    cr_assert_eq(tri_pick(&thread, false), &actors[1]);
    cr_assert_eq(tri_pick(&thread, false), &actors[0]);
}

Test(pick, a_low_one_comes_along_from_the_injector)
{
    struct tri_thread guest = { .system = &record };
    tri_inject(&guest, actor(0, TR_PRIORITY_LOW));
    tri_inject(&guest, actor(1, TR_PRIORITY_NORMAL));
    cr_assert_eq(tri_pick_shared(&thread), &actors[1]);
    cr_assert_eq(tri_pick(&thread, false), &actors[0]);
}
