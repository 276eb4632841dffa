// SPDX-License-Identifier: MIT
// The guard of a processor (P): its thread works on it in short sections, and the monitor may take
// the P from a thread that stays away too long and hand it to a spare thread.
//
// Purpose: an asymmetric lock. Entering a section costs the thread two plain stores and a load; the
//   monitor pays for both sides with a heavy fence (membarrier).
// Protocol:
//   thread:   in = 1; light fence; holder == me? work : lost;  in = 0
//   monitor:  holder: thread → TAKEN; heavy fence; wait until in == 0; holder = spare
//   giver:    in == 0; holder: me → TAKEN; holder = spare. Monitor and giver exclude each other by
//             the exchange from the holder's id.
//   After the heavy fence either the monitor sees in == 1 and waits for the section to end, or
//   the thread's next entry sees that it is no longer the holder.
// Invariants: at most one thread is inside the sections of a P. A section never blocks and never
//   runs an actor's code. Only one monitor at a time.
// Threads: enter, leave and let_go by a thread on its own flag; seize and settled by the monitor;
//   give by whoever has taken the P.
#ifndef TRI_SCHED_GUARD_H
#define TRI_SCHED_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/atomic.h"
#ifndef tri_heavy_fence // the model checker brings its own
#include "port/fence.h"
#endif

#define TRI_GUARD_TAKEN 0u // no thread has this id

struct tri_guard {
    tri_atomic(uint32_t) x_holder; // id of the thread that holds the P, or TRI_GUARD_TAKEN
};

struct tri_guard_flag {
    tri_atomic(uint32_t) x_inside; // 1 while its thread is inside a section
};

// Thread: begins a section. False when the P was handed to somebody else: the thread then acts as a
// guest and must not touch the P.
static inline bool tri_guard_enter(struct tri_guard *guard, struct tri_guard_flag *flag,
                                   uint32_t me)
{
    // relaxed: ordered before the load below by the light fence and the monitor's heavy one.
    tri_store(&flag->x_inside, 1, relaxed);
    tri_light_fence(); // [guard-fence]: pairs with the heavy fence in tri_guard_seize
    // acquire [guard-give]: what the P's last thread and the monitor did comes before.
    if (tri_load(&guard->x_holder, acquire) == me) {
        return true;
    }
    // release [guard-leave]: nothing was touched inside, but this 0 hides that of the last section,
    // and a monitor that reads it must be ordered after that section too.
    tri_store(&flag->x_inside, 0, release);
    return false;
}

// Thread: ends the section.
static inline void tri_guard_leave(struct tri_guard_flag *flag)
{
    // release [guard-leave]: the section's work before the monitor sees it ended.
    tri_store(&flag->x_inside, 0, release);
}

// Monitor: takes the P away from `from`. False when that thread does not hold it any more.
static inline bool tri_guard_seize(struct tri_guard *guard, uint32_t from)
{
    uint32_t expected = from;
    // relaxed: ordered by the heavy fence. relaxed on failure: only compared.
    if (!tri_cas(&guard->x_holder, &expected, TRI_GUARD_TAKEN, relaxed, relaxed)) {
        return false;
    }
    tri_heavy_fence(); // [guard-fence]: pairs with the light fence in tri_guard_enter
    return true;
}

// Monitor, after seize: whether the thread is outside, so that the P may be given away. Once true
// it stays true: every later entry of that thread sees that it lost the P.
static inline bool tri_guard_settled(const struct tri_guard_flag *flag)
{
    // acquire [guard-leave]: pairs with tri_guard_leave.
    return tri_load(&flag->x_inside, acquire) == 0;
}

// Thread, outside its sections: takes the P that it holds out of its own hands, to give it away.
// Returns `me` when it did, TRI_GUARD_TAKEN while the monitor decides (ask again), else the id of
// the thread that the monitor was faster to give it to.
static inline uint32_t tri_guard_let_go(struct tri_guard *guard, uint32_t me)
{
    uint32_t found = me;
    // relaxed: the give that follows orders the sections. relaxed on failure: only compared.
    (void)tri_cas(&guard->x_holder, &found, TRI_GUARD_TAKEN, relaxed, relaxed);
    return found;
}

// Whoever has taken the P: gives it to a thread, which may be the one it was taken from.
static inline void tri_guard_give(struct tri_guard *guard, uint32_t to)
{
    // release [guard-give]: the sections of the former holder before those of the next; and for the
    // monitor, the thread that was made before it was given the P.
    tri_store(&guard->x_holder, to, release);
}

#endif
