// SPDX-License-Identifier: MIT
// Calls of threads that are no actors, with the reason when they fail.
#ifndef TROUPE_GUEST_H
#define TROUPE_GUEST_H

#include <troupe/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A call of tr_system_call, as a struct.
typedef struct tr_guest_call {
    tr_pid to;                 ///< the server
    const tr_type *type;       ///< the request's type
    const void *body;          ///< its body
    int64_t timeout_ms;        ///< milliseconds; TR_INFINITY
    const tr_type *reply_type; ///< type the reply must have
    void *reply_body;          ///< receives reply_type->bytes bytes
} tr_guest_call;

/// Why a call failed. reason.text points to text, or is NULL.
typedef struct tr_call_failure {
    tr_exit reason;
    char text[TR_EXIT_TEXT_MAX + 1];
} tr_call_failure;

/// As tr_system_call, and says why it failed, as tr_call_reason does for an actor.
/// @param call     what to call
/// @param failure  receives the reason when the answer is TR_EEXITED or TR_ENOPROC, else nothing
/// @return as tr_system_call
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API TR_MUST_CHECK tr_err tr_system_call_why(tr_system *sys, const tr_guest_call *call,
                                               tr_call_failure *failure);

#ifdef __cplusplus
}
#endif

#endif
