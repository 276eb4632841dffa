// SPDX-License-Identifier: MIT
#include <troupe/top.h>

#include <string.h>

#include "port/memory.h"
#include "process/system.h"

#define TOP_MAX 1000

struct candidate {
    uint64_t figure;
    uint32_t slot;
    uint32_t generation;
};

static uint64_t figure_of(const struct tr_self *actor, tr_top_by by)
{
    switch (by) {
    case TR_TOP_DEPTH:
        return tri_mailbox_depth(&actor->box);
    case TR_TOP_HANDLED:
        // relaxed: a figure for people.
        return tri_load(&actor->x_handled, relaxed);
    default:
        return tri_heap_held_bytes(&actor->heap);
    }
}

// Puts one among the best so far, highest first; the last goes when there is no room.
static size_t insert(struct candidate *best, size_t count, size_t max, struct candidate one)
{
    size_t at = count;
    while (at > 0 && best[at - 1].figure < one.figure) {
        at--;
    }
    if (at == max) {
        return count;
    }
    size_t kept = count == max ? count - 1 : count;
    memmove(&best[at + 1], &best[at], (kept - at) * sizeof *best);
    best[at] = one;
    return kept + 1;
}

static size_t choose(tr_system *sys, tr_top_by by, struct candidate *best, size_t max)
{
    size_t count = 0;
    uint32_t slots = tri_table_count(&sys->actors);
    for (uint32_t i = 1; i < slots; i++) {
        const struct tr_self *actor = tri_actor_at(sys, i);
        uint64_t figure = figure_of(actor, by);
        if (figure == 0 || (count == max && figure <= best[count - 1].figure) ||
            tri_actor_state(actor) == TR_STATE_FREE) {
            continue;
        }
        struct candidate one = { figure, i, tri_slot_generation(&actor->slot) };
        count = insert(best, count, max, one);
    }
    return count;
}

tr_err tr_debug_top(tr_system *sys, tr_top_by by, tr_actor_info *infos, size_t max, size_t *count)
{
    if (sys == NULL || (unsigned)by > TR_TOP_HEAP || infos == NULL || max == 0 || max > TOP_MAX ||
        count == NULL) {
        return TR_EINVAL;
    }
    if (tri_system_forked(sys)) {
        return TR_EFORKED;
    }
    struct candidate *best = tri_memory_alloc(max * sizeof *best);
    if (best == NULL) {
        return TR_ENOMEM;
    }
    size_t stride = infos->struct_bytes == 0 ? sizeof *infos : infos->struct_bytes;
    size_t chosen = choose(sys, by, best, max);
    size_t told = 0;
    for (size_t i = 0; i < chosen; i++) {
        tr_actor_info *info = (tr_actor_info *)(void *)((char *)infos + told * stride);
        info->struct_bytes = stride;
        tr_pid pid = tri_pid_make(sys, best[i].slot, best[i].generation);
        told += tr_debug_info(sys, pid, info) == TR_OK; // one that ended meanwhile is left out
    }
    tri_memory_free(best, max * sizeof *best);
    *count = told;
    return TR_OK;
}
