// SPDX-License-Identifier: MIT
// The rank of an actor: its priority, and the thread it is pinned to.
//
// Purpose: one word decides where a runnable actor waits; zero, an actor of normal priority that
//   any thread may run, is the common case and costs one predictable branch.
// The word: bits 0…1 the level (tr_priority), the others the id of the thread, 0 for any.
// Threads: written by the spawner before START and by the actor's worker; read by whoever found the
//   mailbox idle. Ownership: none.
#ifndef TRI_PROCESS_RANK_H
#define TRI_PROCESS_RANK_H

#include <stdint.h>
#include <troupe/schedule.h>

#define TRI_LEVELS 4u
#define TRI_LEVEL_BIT(level) (1u << (level))
#define TRI_LEVELS_ALL (TRI_LEVEL_BIT(TRI_LEVELS) - 1)
// The levels that go strictly first.
#define TRI_LEVELS_URGENT (TRI_LEVEL_BIT(TR_PRIORITY_MAX) | TRI_LEVEL_BIT(TR_PRIORITY_HIGH))

static inline uint32_t tri_rank_level(uint32_t rank)
{
    return rank % TRI_LEVELS;
}

// Id of the thread that alone may run the actor; 0: any.
static inline uint32_t tri_rank_thread(uint32_t rank)
{
    return rank / TRI_LEVELS;
}

static inline uint32_t tri_rank_make(uint32_t level, uint32_t thread)
{
    return thread * TRI_LEVELS + level;
}

// The most urgent level of a set that is not empty.
static inline uint32_t tri_level_first(uint32_t levels)
{
    static const uint8_t order[] = { TR_PRIORITY_MAX, TR_PRIORITY_HIGH, TR_PRIORITY_NORMAL };
    for (uint32_t i = 0; i < sizeof order; i++) {
        if ((levels & TRI_LEVEL_BIT(order[i])) != 0) {
            return order[i];
        }
    }
    return TR_PRIORITY_LOW;
}

#endif
