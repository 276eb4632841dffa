// SPDX-License-Identifier: MIT
// The actors that stand out: deepest mailbox, most work, largest heap.
#ifndef TROUPE_TOP_H
#define TROUPE_TOP_H

#include <troupe/debug.h>

#ifdef __cplusplus
extern "C" {
#endif

/// By what tr_debug_top compares.
typedef enum tr_top_by {
    TR_TOP_DEPTH = 0, ///< messages and signals waiting
    TR_TOP_HANDLED,   ///< messages taken since it was spawned
    TR_TOP_HEAP       ///< bytes of its private heap
} tr_top_by;

/// The actors with the highest figures, highest first; of equal ones the lower slot. Actors whose
/// figure is 0 are left out. Walks all slots without a lock and reads two words of each.
/// @param by     the figure
/// @param infos  receives the actors; set the first to TR_ACTOR_INFO_INIT or zero
/// @param max    room in infos, at most 1,000
/// @param count  receives how many there are
/// @return TR_OK; TR_EINVAL; TR_ENOMEM; TR_EFORKED
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_debug_top(tr_system *sys, tr_top_by by, tr_actor_info *infos, size_t max,
                           size_t *count);

#ifdef __cplusplus
}
#endif

#endif
