// SPDX-License-Identifier: MIT
// Birth and death of the occupants of a type-stable actor slot.
//
// Purpose: a slot is recycled for ever and never reset. A pid names one occupant by its generation.
// Rules:
//   Birth is a message. The spawner takes a free slot, reads the generation it holds and pushes a
//   START record with that generation by the ordinary tri_mpsc_push; whoever finds the queue idle
//   schedules. The worker that drains START initialises the owner's fields. What stands before
//   START is stale: it is dead-lettered, signals among it are answered.
//   Death: tri_slot_retire first (senders see the pid gone), then relations, then the drain, then
//   the slot goes to a free list, then the ordinary tri_mpsc_idle. A START pushed meanwhile makes
//   idle fail, and the dying owner's thread becomes the newborn's first owner.
// Invariants: generation 0 is never valid; the last generation is retired for ever, so a pid is
//   never seen alive again.
// Threads: tri_slot_holds by any thread; retire by the owner. Ownership: none.
#ifndef TRI_MAILBOX_SLOT_H
#define TRI_MAILBOX_SLOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/atomic.h"

#define TRI_GENERATION_LAST UINT32_MAX

struct tri_slot {
    tri_atomic(uint32_t) x_generation; // of the occupant, or of the next one while the slot is free
};

// The generation of the occupant, or of the next occupant while the slot is free.
static inline uint32_t tri_slot_generation(const struct tri_slot *slot)
{
    // relaxed: the value is only compared; what it admits to the queue is checked again by the
    // drain.
    return tri_load(&slot->x_generation, relaxed);
}

// Whether the slot still holds that generation: a hint for senders, who spare a push to the dead.
// acquire [slot-death]: whoever sees the generation gone sees what preceded the death as well.
static inline bool tri_slot_holds(const struct tri_slot *slot, uint32_t generation)
{
    return tri_load(&slot->x_generation, acquire) == generation;
}

// Ends the occupant. Returns true when the slot may be used again, false when it has used up its
// generations and must stay out of the free lists.
static inline bool tri_slot_retire(struct tri_slot *slot)
{
    // relaxed: only the owner writes.
    uint32_t next = tri_load(&slot->x_generation, relaxed) + 1;
    // release [slot-death]: the occupant's last visible acts come before its end.
    tri_store(&slot->x_generation, next, release);
    return next != TRI_GENERATION_LAST;
}

#endif
