// SPDX-License-Identifier: MIT
// Who runs first, and what happens to the others while an actor blocks.
//
// Priorities are those of Erlang: every runnable actor of priority max or high goes before all of
// normal and low priority; low ones get every eighth turn while normal ones wait. Inside one
// priority actors take turns. Nothing is inherited: an actor of high priority that calls one of low
// priority waits for it.
#ifndef TROUPE_SCHEDULE_H
#define TROUPE_SCHEDULE_H

#include <troupe/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The priority of an actor.
typedef enum tr_priority {
    TR_PRIORITY_NORMAL = 0, ///< the default
    TR_PRIORITY_LOW,        ///< every eighth turn while others wait
    TR_PRIORITY_HIGH,       ///< before normal and low
    TR_PRIORITY_MAX         ///< before all others
} tr_priority;

/// Changes the actor's own priority. It holds from the next time the actor becomes runnable.
/// @param priority  the new priority; another value than the four changes nothing
/// @return the priority before
/// [actor-only] [never-suspends]
TR_API tr_priority tr_set_priority(tr_self *self, tr_priority priority);

/// Calls a function that may block the thread, between tr_blocking_begin and tr_blocking_end.
/// @param fn   plain C; it may not call Troupe
/// @param arg  handed to fn
/// @return TR_OK; TR_EINVAL (no fn); TR_ENOTACTOR
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API tr_err tr_blocking(tr_self *self, void (*fn)(void *arg), void *arg);

#ifdef __cplusplus
}
#endif

#endif
