// SPDX-License-Identifier: MIT
// Receiving several messages at a time.
//
// An actor that works on a hundred messages as well as on one, a writer of a log say, takes them
// together: it is woken once, and pays for entering the runtime once.
#ifndef TROUPE_BATCH_H
#define TROUPE_BATCH_H

#include <troupe/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Receives the oldest messages that match, up to max, in their order; others stay in order. Waits
/// as tr_receive until there is one, and takes what else has come by then. Each gives back its room
/// in a bounded mailbox. Requests among them are answered by their tr_from, now or later; none of
/// them lends its deadline to calls. Ordinary messages can be kept by tr_msg_keep.
/// @param match       what to take; NULL takes anything
/// @param timeout_ms  milliseconds to wait for the first; 0 polls; TR_INFINITY
/// @param msgs        receives the messages
/// @param max         most messages, at least 1
/// @param count       receives how many were taken
/// @return TR_OK; TR_ETIMEDOUT (the mailbox is unchanged); TR_EINVAL (max 0, negative timeout);
///   TR_EBUSY (inside a predicate, or where it may not suspend)
/// [actor-only] [may-suspend] [may-exit] [owner: valid until the next receive]
TR_API TR_MUST_CHECK tr_err tr_receive_batch(tr_self *self, const tr_match *match,
                                             int64_t timeout_ms, const tr_msg **msgs, size_t max,
                                             size_t *count);

#ifdef __cplusplus
}
#endif

#endif
