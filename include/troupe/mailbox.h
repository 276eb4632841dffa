// SPDX-License-Identifier: MIT
// What a handler-style actor does with messages that it cannot handle yet, and receiving several at
// once.
//
// Postponed messages and those that are not accepted stay in the mailbox in the order of their
// arrival: they wait, count against a bound, and requests among them are answered when the actor
// ends. System messages and signals act in any case.
#ifndef TROUPE_MAILBOX_H
#define TROUPE_MAILBOX_H

#include <troupe/actor.h>
#include <troupe/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Puts the message that is being handled back into the mailbox, to its place. It is skipped until
/// tr_retry_postponed. The message stays valid until the handler returns.
/// @param self  a handler-style actor
/// @return TR_OK; TR_EINVAL (no message is being handled, it was kept, or it is a request that was
///   answered; or a process-style actor); TR_ENOMEM (the message is still being handled)
/// [actor-only] [never-suspends]
TR_API TR_MUST_CHECK tr_err tr_postpone(tr_self *self);

/// Offers all postponed messages again, in the order of their arrival and before younger ones, once
/// the handler has returned.
/// @return TR_OK, also when there are none; TR_EINVAL (a process-style actor)
/// [actor-only] [never-suspends]
TR_API tr_err tr_retry_postponed(tr_self *self);

/// From the next message on hands only those to the handler that match; the others wait. What was
/// not accepted before is looked at again; what was postponed is not.
/// @param match  the tests, which are copied except the predicate's context; the predicate is asked
///   once for each message; NULL accepts all; `predicate = tr_match_nothing` suspends the actor
/// @return TR_OK; TR_EINVAL (a match as for tr_receive; or a process-style actor); TR_ENOMEM
/// [actor-only] [never-suspends] [owner: caller keeps match]
TR_API tr_err tr_set_accept(tr_self *self, const tr_match *match);

/// Whether a spawn takes these options of a mailbox: a known policy, no negative time, and marks
/// that fit the bound.
/// @param mailbox  the options, not NULL
/// @return true when it does
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API bool tr_mailbox_valid(const tr_mailbox_opts *mailbox);

/// The predicate that nothing passes. With it tr_set_accept does not look at messages at all.
/// @return false
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API bool tr_match_nothing(const tr_msg *msg, void *context);

#ifdef __cplusplus
}
#endif

#endif
