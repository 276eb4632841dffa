// SPDX-License-Identifier: MIT
// What the node floor does to its records before any thread runs.
#include <criterion/criterion.h>

#include "node/guest.h"
#include "node/handoff.h"
#include "node/stop.h"
#include "node/worker.h"
#include "port/memory.h"
#include "process/deliver.h"
#include "process/notice.h"

static struct tr_system record;
static struct tri_thread guest = { .system = &record };
static struct tr_self actors[3];

Test(node, the_injector_gives_back_first_in_first_out)
{
    cr_assert_null(tri_injector_take(&record.injector, TRI_LEVELS_ALL));
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 3; i++) {
            tri_inject(&guest, &actors[i]);
        }
        for (int i = 0; i < 3; i++) {
            cr_assert_eq(tri_injector_take(&record.injector, TRI_LEVELS_ALL), &actors[i]);
        }
        cr_assert_eq(tri_injector_levels(&record.injector), 0, "and is empty, round %d", round);
    }
}

Test(node, the_injector_gives_the_most_urgent_first)
{
    static const tr_priority levels[] = { TR_PRIORITY_LOW, TR_PRIORITY_NORMAL, TR_PRIORITY_MAX };
    for (int i = 0; i < 3; i++) {
        tri_injector_put(&record.injector, &actors[i], levels[i]);
    }
    uint32_t low = TRI_LEVEL_BIT(TR_PRIORITY_LOW);
    cr_assert_null(tri_injector_take(&record.injector, TRI_LEVEL_BIT(TR_PRIORITY_HIGH)));
    cr_assert_eq(tri_injector_take(&record.injector, TRI_LEVELS_ALL), &actors[2]);
    cr_assert_eq(tri_injector_take(&record.injector, low), &actors[0]);
    cr_assert_eq(tri_injector_take(&record.injector, TRI_LEVELS_ALL), &actors[1]);
    cr_assert_null(tri_injector_take(&record.injector, TRI_LEVELS_ALL));
}

Test(node, threads_are_numbered_from_one_up_to_the_limit)
{
    struct tri_thread *threads[3];

    record.threads = threads;
    record.thread_max = 3;
    for (uint32_t i = 0; i < 3; i++) {
        struct tri_thread *t = tri_thread_new(&record);
        cr_assert_eq(t->id, i + 1);
        cr_assert_eq(threads[i], t);
        cr_assert_null(t->processor);
    }
    cr_assert_null(tri_thread_new(&record));
    // relaxed: one thread.
    cr_assert_eq(tri_load(&record.x_thread_count, relaxed), 3);
    for (uint32_t i = 0; i < 3; i++) {
        tri_memory_free(threads[i], sizeof *threads[i]);
    }
}

Test(node, no_processor_is_given_away_without_a_spare)
{
    struct tri_processor p = { .system = &record };
    struct tri_thread mine = { .system = &record, .id = 1, .processor = &p };
    tr_alarm wide = { 0 };

    cr_assert(tri_notices_new(&record));
    record.processor_count = 1;
    record.thread_max = 2;
    // relaxed: one thread.
    tri_store(&record.x_thread_count, 2, relaxed); // the spare stands in for somebody
    tri_guard_give(&p.guard, 1);
    cr_assert_not(tri_handoff_give(&mine));
    cr_assert_eq(mine.processor, &p);
    cr_assert_not(tri_handoff_from(&record, &p, 0));
    cr_assert(tri_guard_enter(&p.guard, &mine.flag, 1), "it is still the thread's own");
    wide = record.notices->whole[TR_ALARM_SPARES];
    cr_assert(wide.on && wide.limit == 1, "the only spare is taken");
    tri_notices_free(&record);
}

Test(node, without_any_spare_there_is_no_alarm_that_none_is_left)
{
    struct tri_processor p = { .system = &record };
    struct tri_thread mine = { .system = &record, .id = 1, .processor = &p };

    cr_assert(tri_notices_new(&record));
    record.processor_count = 1;
    record.thread_max = 1; // as a system that its host steps
    // relaxed: one thread.
    tri_store(&record.x_thread_count, 1, relaxed);
    tri_guard_give(&p.guard, 1);
    cr_assert_not(tri_handoff_give(&mine));
    cr_assert_not(record.notices->whole[TR_ALARM_SPARES].on);
    tri_notices_free(&record);
}

Test(node, a_guest_is_counted_while_it_is_inside)
{
    struct tri_thread inside;

    record.process_id = tri_process_id();
    cr_assert_eq(tri_guest_enter(&record, &inside), TR_OK);
    // relaxed: one thread.
    cr_assert_eq(tri_load(&record.x_guests, relaxed), 1);
    cr_assert_eq(inside.system, &record);
    cr_assert_null(inside.processor);
    tri_guest_leave(&inside);
    // relaxed: one thread.
    cr_assert_eq(tri_load(&record.x_guests, relaxed), 0);
}

Test(node, a_guest_is_turned_away_once_the_actors_have_ended)
{
    static const tr_err answers[] = {
        [TRI_PHASE_RUNNING] = TR_OK,       [TRI_PHASE_STOPPING] = TR_OK,
        [TRI_PHASE_CLOSING] = TR_ESTOPPED, [TRI_PHASE_HALTED] = TR_ESTOPPED,
        [TRI_PHASE_STOPPED] = TR_ESTOPPED, [TRI_PHASE_ABANDONED] = TR_ESTOPPED,
    };
    struct tri_thread inside;

    record.process_id = tri_process_id();
    for (uint8_t phase = TRI_PHASE_RUNNING; phase <= TRI_PHASE_ABANDONED; phase++) {
        // relaxed, both: one thread.
        tri_store(&record.x_phase, phase, relaxed);
        tr_err err = tri_guest_enter(&record, &inside);
        cr_assert_eq(err, answers[phase], "phase %u", phase);
        cr_assert_eq(tri_load(&record.x_guests, relaxed), err == TR_OK);
        if (err == TR_OK) {
            tri_guest_leave(&inside);
        }
    }
}

Test(node, a_guest_of_another_process_is_turned_away)
{
    struct tri_thread inside;

    record.process_id = tri_process_id() + 1;
    cr_assert_eq(tri_guest_enter(&record, &inside), TR_EFORKED);
    // relaxed: one thread.
    cr_assert_eq(tri_load(&record.x_guests, relaxed), 0);
}

Test(node, a_guest_that_was_told_before_it_waits_does_not_wait)
{
    struct tri_thread inside = { .system = &record };
    struct tri_guest_wait wait = { .err = TR_OK };
    char text[] = "no pong";

    tri_park_init(&wait.park);
    tri_guest_tell(&wait, TRI_START_FAILED, TR_ERROR(text));
    text[0] = '#';
    tri_guest_wait(&inside, &wait);
    cr_assert(tri_guest_wait_until(&inside, &wait, 1));
    cr_assert_eq(wait.start, TRI_START_FAILED);
    cr_assert_str_eq(wait.reason.public.text, "no pong");
}

Test(node, the_living_are_those_spawned_and_not_ended)
{
    struct tri_processor p = { .system = &record };
    struct tri_processor *list[1] = { &p };

    record.processors = list;
    record.processor_count = 1;
    cr_assert_eq(tri_live_count(&record), 0);
    // relaxed, all: one thread. The guests' spawns end on processors.
    tri_store(&record.guest_counts.x_spawned, 5, relaxed);
    tri_store(&p.counts.x_spawned, 2, relaxed);
    tri_store(&p.counts.x_exited, 6, relaxed);
    cr_assert_eq(tri_live_count(&record), 1);
    tri_store(&p.counts.x_exited, 8, relaxed);
    cr_assert_eq(tri_live_count(&record), 0, "an end seen before its spawn");
}
