// SPDX-License-Identifier: MIT
#include <troupe/debug.h>

#include <string.h>

#include "process/doing.h"
#include "process/registry.h"
#include "process/system.h"

static const char *const states[] = {
    "free", "starting", "runnable", "running", "idle", "waiting", "calling", "blocked", "exiting",
};

const char *tr_state_name(tr_state state)
{
    return (unsigned)state < TR_COUNT(states) ? states[state] : "?";
}

static void fill(struct tr_system *system, struct tr_self *actor, tr_pid pid, tr_actor_info *info)
{
    memset(info, 0, sizeof *info);
    info->struct_bytes = sizeof *info;
    info->pid = pid;
    tri_name_copy(system, actor, tri_key(pid.slot, pid.generation), info->name);
    tri_actor_label(actor, info->label);
    info->state = tri_actor_state(actor);
    info->mailbox_depth = (size_t)tri_mailbox_depth(&actor->box);
    // relaxed: figures for people.
    info->handled_count = tri_load(&actor->x_handled, relaxed);
    info->restarts = tri_load(&actor->x_restarts, relaxed);
    info->has_stack = tri_load(&actor->x_has_stack, relaxed);
    info->priority = (tr_priority)tri_rank_level(tri_actor_rank(actor));
    info->pinned = tri_rank_thread(tri_actor_rank(actor)) != 0;
    info->heap_bytes = tri_heap_held_bytes(&actor->heap);
    info->blob_bytes = tri_load(&actor->x_blob_bytes, relaxed);
    info->state_ms = tri_doing_ms(actor, tri_clock_ns());
    info->handling = tri_doing_type(actor, info->state);
    uint64_t target = tri_doing_target(actor, info->state);
    if (target != 0) {
        info->waits_for = tri_pid_make(system, (uint32_t)(target >> 32), (uint32_t)target);
    }
}

tr_err tr_debug_info(tr_system *sys, tr_pid pid, tr_actor_info *info)
{
    tr_actor_info whole;
    if (sys == NULL || info == NULL) {
        return TR_EINVAL;
    }
    if (tri_system_forked(sys)) {
        return TR_EFORKED;
    }
    struct tr_self *actor = tri_pid_local(sys, pid) ? tri_actor_at(sys, pid.slot) : NULL;
    if (actor == NULL || !tri_slot_holds(&actor->slot, pid.generation)) {
        return TR_ENOPROC;
    }
    size_t bytes = info->struct_bytes == 0 || info->struct_bytes > sizeof whole
                       ? sizeof whole
                       : info->struct_bytes;
    fill(sys, actor, pid, &whole);
    if (!tri_slot_holds(&actor->slot, pid.generation)) {
        return TR_ENOPROC;
    }
    whole.struct_bytes = bytes;
    memcpy(info, &whole, bytes);
    return TR_OK;
}

tr_err tr_debug_each(tr_system *sys, bool (*each)(const tr_actor_info *info, void *context),
                     void *context)
{
    if (sys == NULL || each == NULL) {
        return TR_EINVAL;
    }
    if (tri_system_forked(sys)) {
        return TR_EFORKED;
    }
    uint32_t count = tri_table_count(&sys->actors);
    for (uint32_t i = 1; i < count; i++) {
        struct tr_self *actor = tri_actor_at(sys, i);
        if (tri_actor_state(actor) == TR_STATE_FREE) {
            continue;
        }
        tr_actor_info info;
        uint32_t generation = tri_slot_generation(&actor->slot);
        fill(sys, actor, tri_pid_make(sys, i, generation), &info);
        if (info.state != TR_STATE_FREE && tri_slot_holds(&actor->slot, generation) &&
            !each(&info, context)) {
            break;
        }
    }
    return TR_OK;
}

static void add(const struct tri_counts *counts, tr_totals *totals)
{
    // relaxed: fates before attempts, so that waiting is not negative; exact when quiet.
    totals->received += tri_load(&counts->x_received, relaxed);
    for (int reason = 0; reason < TR_DEAD_REASONS; reason++) {
        // relaxed: as above.
        uint64_t count = tri_load(&counts->x_dead[reason], relaxed);
        totals->unreceived[reason] += count;
        totals->dropped += reason >= TR_DEAD_POLICY ? count : 0;
        totals->dead_lettered += reason < TR_DEAD_POLICY ? count : 0;
    }
    // relaxed: as above.
    totals->refused += tri_load(&counts->x_refused, relaxed);
    totals->exited += tri_load(&counts->x_exited, relaxed);
    totals->steals += tri_load(&counts->x_steals, relaxed);
    totals->parks += tri_load(&counts->x_parks, relaxed);
    totals->late_hooks += tri_load(&counts->x_late_hooks, relaxed);
}

static void add_attempts(const struct tri_counts *counts, tr_totals *totals)
{
    // relaxed: see add.
    totals->attempted += tri_load(&counts->x_attempted, relaxed);
    totals->spawned += tri_load(&counts->x_spawned, relaxed);
}

// Actors in the inboxes of threads.
static uint64_t count_pinned(const struct tr_system *system)
{
    uint64_t waiting = 0;
    // acquire [threads]: pairs with tri_thread_new.
    uint32_t count = tri_load(&system->x_thread_count, acquire);
    for (uint32_t i = 0; i < count; i++) {
        // relaxed: a figure.
        waiting += tri_load(&system->threads[i]->inbox.x_count, relaxed);
    }
    return waiting;
}

tr_err tr_debug_totals(tr_system *sys, tr_totals *totals)
{
    if (sys == NULL || totals == NULL) {
        return TR_EINVAL;
    }
    if (tri_system_forked(sys)) {
        return TR_EFORKED;
    }
    memset(totals, 0, sizeof *totals);
    add(&sys->guest_counts, totals);
    for (uint32_t i = 0; i < sys->processor_count; i++) {
        add(&sys->processors[i]->counts, totals);
    }
    add_attempts(&sys->guest_counts, totals);
    for (uint32_t i = 0; i < sys->processor_count; i++) {
        add_attempts(&sys->processors[i]->counts, totals);
    }
    // relaxed: statistics.
    totals->handoffs = tri_load(&sys->x_handoffs, relaxed);
    totals->pinned_ready = count_pinned(sys);
    totals->blobs = tri_load(&sys->blobs.x_count, relaxed);
    totals->blob_bytes = tri_load(&sys->blobs.x_bytes, relaxed);
    totals->accepted = totals->attempted - totals->refused;
    uint64_t fates = totals->received + totals->dropped + totals->dead_lettered;
    totals->waiting = totals->accepted > fates ? totals->accepted - fates : 0;
    return TR_OK;
}
