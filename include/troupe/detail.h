// SPDX-License-Identifier: MIT
// Why a call failed, in detail: who was called and what it was doing.
#ifndef TROUPE_DETAIL_H
#define TROUPE_DETAIL_H

#include <troupe/debug.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Most actors of a cycle that are named.
#define TR_CYCLE_MAX 16

/// The last call or request of an actor that failed. Set it to TR_DETAIL_INIT first.
typedef struct tr_detail {
    size_t struct_bytes;        ///< size known to the caller, from TR_DETAIL_INIT
    tr_err err;                 ///< what the call answered; TR_OK: no call has failed
    tr_pid pid;                 ///< who was called, or had the request then
    char name[TR_NAME_MAX + 1]; ///< its registered name then, may be empty
    char label[32];             ///< what it was, may be empty
    tr_state state;             ///< what it was doing; TR_STATE_FREE: it was dead
    size_t mailbox_depth;       ///< messages and signals that waited for it
    uint64_t handled_count;     ///< messages it had taken since it was spawned
    int64_t waited_ms;          ///< how long the call waited, by a clock that may be read before
    size_t cycle_count;         ///< for TR_EDEADLK: actors in the cycle, also beyond the array
    tr_pid cycle[TR_CYCLE_MAX]; ///< from the caller on, each waits for the next, the last for it
    int64_t timeout_ms;         ///< how long it was allowed to wait; TR_INFINITY
    int64_t state_ms;           ///< for how long the called actor had been doing it
    const char *handling;       ///< type of the message it was handling, for ever; NULL: none
} tr_detail;

#define TR_DETAIL_INIT                                                                             \
    {                                                                                              \
        sizeof(tr_detail), TR_OK, { 0, 0, 0, 0 }, "", "", TR_STATE_FREE, 0, 0, 0, 0,               \
            { { 0, 0, 0, 0 } }, 0, 0, NULL                                                         \
    }

/// What is known of the last tr_call_typed, tr_request_send, tr_request_wait, tr_requests_wait_any
/// or tr_delegate of this actor that failed with TR_ETIMEDOUT, TR_EEXITED, TR_ENOPROC, TR_EFULL or
/// TR_EDEADLK, as it was at that moment; not of a poll with a timeout of 0. When a collection timed
/// out: of the request in it that was added first. A later call that succeeds leaves it.
/// @param detail  receives it
/// @return TR_OK; TR_ENOENT (no call has failed, or there was no memory); TR_EINVAL
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_error_detail(const tr_self *self, tr_detail *detail);

/// Makes tr_call_reason answer this reason, as after a call that failed: for functions that wrap
/// calls and have a reason of their own. It ends the life of the last reply.
/// @param reason  the reason; its text is copied
/// @return TR_OK; TR_EINVAL; TR_ENOMEM
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_call_reason_set(tr_self *self, tr_exit reason);

#ifdef __cplusplus
}
#endif

#endif
