// SPDX-License-Identifier: MIT
// Telling the witness what becomes of an actor.
//
// Purpose: one line at each place where an actor changes between idle, queued and owned; nothing in
//   the product. Invariants: as platform/witness_fact.h draws them. Threads: whoever does it.
// Ownership: none.
#ifndef TRI_PROCESS_WITNESS_H
#define TRI_PROCESS_WITNESS_H

#include "port/witness.h"
#include "process/system.h"

static inline void tri_tell(enum tri_witness_what what, const struct tri_thread *t,
                            const struct tr_self *self, uint32_t place)
{
    static const uint8_t urgency[TRI_LEVELS] = { [TR_PRIORITY_LOW] = 0,
                                                 [TR_PRIORITY_NORMAL] = 1,
                                                 [TR_PRIORITY_HIGH] = 2,
                                                 [TR_PRIORITY_MAX] = 3 };
    if (!TRI_WITNESSED || t->system->bell != NULL ||
        tri_system_phase(t->system) == TRI_PHASE_ABANDONED) {
        return; // between the steps of a host, and until its burial, whoever can run waits
    }
    uint32_t rank = tri_actor_rank(self);
    struct tri_witness_fact fact = { .what = what,
                                     .system = t->system->system_index,
                                     .slot = self->index,
                                     .place = place,
                                     .urgency = urgency[tri_rank_level(rank)],
                                     .thread = t->id,
                                     .pinned = tri_rank_thread(rank) };
    tri_witness(&fact);
}

#endif
