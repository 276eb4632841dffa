// SPDX-License-Identifier: MIT
// What the debug functions say of a system that nobody runs.
#include <criterion/criterion.h>
#include <string.h>
#include <troupe.h>

#include "process/registry.h"
#include "process/system.h"

static struct tr_system record;
static struct tr_system *const system_here = &record;
static struct tri_processor processors[2];
static struct tri_processor *list[2] = { &processors[0], &processors[1] };

static struct tr_self *actor(uint32_t slot)
{
    return tri_actor_at(system_here, slot);
}

// Slots 1, 3 and 4 are in use.
static void begin(void)
{
    uint32_t first;

    record.processors = list;
    record.processor_count = 2;
    record.system_index = 1;
    record.creation = 5;
    record.process_id = tri_process_id();
    tri_table_init(&record.actors, sizeof(struct tr_self));
    tri_table_grow(&record.actors, &first);
    tri_registry_init(system_here);
    for (uint32_t slot = 1; slot <= 4; slot++) {
        // relaxed: one thread.
        tri_store(&actor(slot)->slot.x_generation, 10 + slot, relaxed);
        tri_actor_set_state(actor(slot), slot == 2 ? TR_STATE_FREE : TR_STATE_WAITING);
    }
}

static void end(void)
{
    tri_registry_fini(system_here);
    tri_table_fini(&record.actors);
    cr_assert_eq(tri_block_direct_bytes(), 0);
}

TestSuite(debug, .init = begin);

static tr_pid pid_of(uint32_t slot)
{
    return tri_pid_make(system_here, slot, 10 + slot);
}

// No default: the compiler names a state that is missing here.
static const char *spelled(tr_state state)
{
    switch (state) {
    case TR_STATE_FREE:
        return "free";
    case TR_STATE_STARTING:
        return "starting";
    case TR_STATE_RUNNABLE:
        return "runnable";
    case TR_STATE_RUNNING:
        return "running";
    case TR_STATE_IDLE:
        return "idle";
    case TR_STATE_WAITING:
        return "waiting";
    case TR_STATE_CALLING:
        return "calling";
    case TR_STATE_BLOCKED:
        return "blocked";
    case TR_STATE_EXITING:
        return "exiting";
    }
    return NULL;
}

Test(debug, every_state_has_its_name)
{
    int state = 0;

    for (; spelled((tr_state)state) != NULL; state++) {
        cr_assert_str_eq(tr_state_name((tr_state)state), spelled((tr_state)state));
    }
    cr_assert_eq(state, TR_STATE_EXITING + 1);
    cr_assert_str_eq(tr_state_name((tr_state)state), "?");
    cr_assert_str_eq(tr_state_name((tr_state)-1), "?");
    end();
}

Test(debug, info_tells_what_the_record_says)
{
    static const char label[TRI_LABEL_BYTES] = "clock face";
    tr_actor_info info = TR_ACTOR_INFO_INIT;

    tri_actor_set_label(actor(1), label);
    tri_name_add(system_here, "clock", tri_key(1, 11));
    // relaxed, all: one thread.
    tri_store(&actor(1)->box.x_sent, 9, relaxed);
    tri_store(&actor(1)->box.x_taken, 2, relaxed);
    tri_store(&actor(1)->x_handled, 2, relaxed);
    tri_store(&actor(1)->x_restarts, 3, relaxed);
    cr_assert_eq(tr_debug_info(system_here, pid_of(1), &info), TR_OK);
    cr_assert(tr_pid_equal(info.pid, pid_of(1)));
    cr_assert_str_eq(info.name, "clock");
    cr_assert_str_eq(info.label, "clock face");
    cr_assert_eq(info.state, TR_STATE_WAITING);
    cr_assert_eq(info.mailbox_depth, 7);
    cr_assert_eq(info.handled_count, 2);
    cr_assert_eq(info.restarts, 3);
    end();
}

Test(debug, info_of_nobody_is_refused_and_writes_nothing)
{
    tr_actor_info info;
    tr_pid wrong[5] = { pid_of(1), pid_of(1), pid_of(1), pid_of(1), tr_no_pid() };

    wrong[0].generation--;
    wrong[1].system++;
    wrong[2].creation++;
    wrong[3].slot = 5000;
    memset(&info, 0xee, sizeof info);
    for (int i = 0; i < 5; i++) {
        cr_assert_eq(tr_debug_info(system_here, wrong[i], &info), TR_ENOPROC, "pid %d", i);
    }
    cr_assert_eq(tr_debug_info(NULL, pid_of(1), &info), TR_EINVAL);
    cr_assert_eq(tr_debug_info(system_here, pid_of(1), NULL), TR_EINVAL);
    for (size_t i = 0; i < sizeof info; i++) {
        cr_assert_eq(((unsigned char *)&info)[i], 0xee);
    }
    end();
}

Test(debug, info_for_an_older_caller_stops_where_its_struct_ends)
{
    tr_actor_info info;
    size_t known = offsetof(tr_actor_info, restarts);

    memset(&info, 0xee, sizeof info);
    info.struct_bytes = known;
    cr_assert_eq(tr_debug_info(system_here, pid_of(1), &info), TR_OK);
    cr_assert_eq(info.struct_bytes, known);
    cr_assert_eq(info.handled_count, 0);
    for (size_t i = known; i < sizeof info; i++) {
        cr_assert_eq(((unsigned char *)&info)[i], 0xee, "byte %zu", i);
    }
    end();
}

Test(debug, info_into_a_struct_of_unsaid_or_greater_size_is_whole)
{
    static const size_t sizes[] = { 0, sizeof(tr_actor_info) + 8 };

    for (int i = 0; i < 2; i++) {
        struct {
            tr_actor_info info;
            char behind[8];
        } later = { .info.struct_bytes = sizes[i], .behind = "behind" };
        cr_assert_eq(tr_debug_info(system_here, pid_of(1), &later.info), TR_OK);
        cr_assert_eq(later.info.struct_bytes, sizeof(tr_actor_info));
        cr_assert(tr_pid_equal(later.info.pid, pid_of(1)));
        cr_assert_str_eq(later.behind, "behind");
    }
    end();
}

static uint32_t visited[8];
static uint32_t visits;

static bool visit(const tr_actor_info *info, void *most)
{
    visited[visits++] = info->pid.slot;
    return visits < *(uint32_t *)most;
}

Test(debug, each_walks_the_living_in_slot_order)
{
    static const uint32_t living[] = { 1, 3, 4 };
    uint32_t most = 8;

    cr_assert_eq(tr_debug_each(system_here, visit, &most), TR_OK);
    cr_assert_eq(visits, 3);
    cr_assert_arr_eq(visited, living, sizeof living);
    end();
}

Test(debug, each_ends_when_told_to)
{
    uint32_t most = 2;

    cr_assert_eq(tr_debug_each(system_here, visit, &most), TR_OK);
    cr_assert_eq(visits, 2);
    cr_assert_eq(tr_debug_each(NULL, visit, &most), TR_EINVAL);
    cr_assert_eq(tr_debug_each(system_here, NULL, &most), TR_EINVAL);
    end();
}

static void count(struct tri_counts *counts, uint64_t times)
{
    // relaxed, all: one thread.
    tri_store(&counts->x_attempted, 100 * times, relaxed);
    tri_store(&counts->x_refused, 10 * times, relaxed);
    tri_store(&counts->x_received, 50 * times, relaxed);
    tri_store(&counts->x_dead[TR_DEAD_DROPPED_NEWEST], 3 * times, relaxed);
    tri_store(&counts->x_dead[TR_DEAD_NO_PROCESS], 2 * times, relaxed);
    tri_store(&counts->x_spawned, 8 * times, relaxed);
    tri_store(&counts->x_exited, 6 * times, relaxed);
    tri_store(&counts->x_steals, 4 * times, relaxed);
    tri_store(&counts->x_parks, 7 * times, relaxed);
}

Test(debug, totals_are_the_sums_over_processors_and_guests)
{
    tr_totals totals;

    count(&processors[0].counts, 1);
    count(&processors[1].counts, 10);
    count(&record.guest_counts, 100);
    cr_assert_eq(tr_debug_totals(system_here, &totals), TR_OK);
    cr_assert_eq(totals.attempted, 11100);
    cr_assert_eq(totals.refused, 1110);
    cr_assert_eq(totals.received, 5550);
    cr_assert_eq(totals.dropped, 333);
    cr_assert_eq(totals.dead_lettered, 222);
    cr_assert_eq(totals.spawned, 888);
    cr_assert_eq(totals.exited, 666);
    cr_assert_eq(totals.steals, 444);
    cr_assert_eq(totals.parks, 777);
    end();
}

Test(debug, totals_keep_their_identities)
{
    tr_totals totals;

    count(&processors[0].counts, 1);
    tr_debug_totals(system_here, &totals);
    cr_assert_eq(totals.accepted, totals.attempted - totals.refused);
    cr_assert_eq(totals.waiting, 35);
    // relaxed: one thread. More was received than this look knows to be sent.
    tri_store(&processors[1].counts.x_received, 36, relaxed);
    tr_debug_totals(system_here, &totals);
    cr_assert_eq(totals.waiting, 0, "never negative");
    cr_assert_eq(tr_debug_totals(NULL, &totals), TR_EINVAL);
    cr_assert_eq(tr_debug_totals(system_here, NULL), TR_EINVAL);
    end();
}
