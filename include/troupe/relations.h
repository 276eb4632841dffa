// SPDX-License-Identifier: MIT
// Asking an actor about itself: whether it lives, and whom it is related to.
//
// The question travels in the actor's mailbox and the runtime answers it there, without the actor's
// own code: at the next moment at which the actor takes or waits for something. So it is in order
// with all that the asker sent before, and an actor that computes for long answers late; the
// timeout tells.
#ifndef TROUPE_RELATIONS_H
#define TROUPE_RELATIONS_H

#include <troupe/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Whether an actor is alive after everything that the caller sent it before has acted: an exit
/// signal, say. tr_is_alive looks from outside, at once.
/// @param pid         the actor; asking oneself is fine
/// @param timeout_ms  milliseconds; TR_INFINITY
/// @return TR_OK it is; TR_ENOPROC it is not; TR_ETIMEDOUT it has not come to answer; TR_EINVAL;
///   TR_ENOMEM
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API TR_MUST_CHECK tr_err tr_probe(tr_self *self, tr_pid pid, int64_t timeout_ms);

/// Which relations of an actor.
typedef enum tr_relation {
    TR_LINKED = 0, ///< whom it is linked to
    TR_WATCHING,   ///< whom it monitors, once for each monitor
    TR_WATCHED     ///< by whom it is monitored, once for each monitor
} tr_relation;

/// Most pids that are listed.
#define TR_LINKS_MAX 65536

/// A list of relations: what to list and where, and what was found.
typedef struct tr_links {
    tr_relation which; ///< set by the caller
    tr_pid *pids;      ///< the caller's, for `capacity` pids
    size_t capacity;   ///< how many fit; of more, and above TR_LINKS_MAX, the first are listed
    size_t count;      ///< how many there are
} tr_links;

/// Lists relations of an actor.
/// @param pid         the actor; asking oneself is fine
/// @param timeout_ms  milliseconds; TR_INFINITY
/// @param links       what to list; receives the list
/// @return as tr_probe
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API tr_err tr_links_of(tr_self *self, tr_pid pid, int64_t timeout_ms, tr_links *links);

/// As tr_links_of, from a thread that is no actor, which waits.
/// @return as tr_links_of; TR_ESTOPPED; TR_EDEADLK (in a thread of the system's own)
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_debug_links(tr_system *sys, tr_pid pid, int64_t timeout_ms, tr_links *links);

#ifdef __cplusplus
}
#endif

#endif
