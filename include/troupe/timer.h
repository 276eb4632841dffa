// SPDX-License-Identifier: MIT
// Timers: messages that come later. Never early, at most once, never after a cancel that succeeded.
//
// A timer ends with the actor that armed it. One for a pid ends also with that actor; one for a
// name finds its receiver when it is due. Its messages carry the timer's reference (tr_timer_ref,
// tr_timer_of), so that those of an older timer can be told apart.
#ifndef TROUPE_TIMER_H
#define TROUPE_TIMER_H

#include <troupe/error.h>
#include <troupe/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The bit that tells references of timers from all others.
#define TR_TIMER_REF (UINT64_C(1) << 63)

/// Sends a copy of a body after a time. A receiver that has died meanwhile gets nothing.
/// @param delay_ms  milliseconds, not negative
/// @param to        receiver, often the actor itself
/// @param type      the message's type
/// @param body      its body
/// @param out       receives the timer; may be NULL
/// @return TR_OK; TR_EINVAL; TR_ENOPROC (not of this system); TR_ENOMEM; TR_ELIMIT (too many
///   timers)
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API tr_err tr_send_after(tr_self *self, int64_t delay_ms, tr_pid to, const tr_type *type,
                            const void *body, tr_timer *out);

/// As tr_send_after, at a moment of tr_now_ns. One that has passed is due at once.
/// @param when_ns  the moment in nanoseconds
/// @return as tr_send_after
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API tr_err tr_send_at(tr_self *self, uint64_t when_ns, tr_pid to, const tr_type *type,
                         const void *body, tr_timer *out);

/// As tr_send_after, to the actor that has the name when the timer is due; dropped if nobody has.
/// @param name  the receiver's registered name
/// @return as tr_send_after; TR_ENAMETOOLONG
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API tr_err tr_send_named_after(tr_self *self, int64_t delay_ms, const char *name,
                                  const tr_type *type, const void *body, tr_timer *out);

/// Sends again and again. Each shot is counted from the moment the last one was due, so the timer
/// does not drift. At most one of its messages waits at a time: a shot that comes before the last
/// one was received is merged with it, and counted (tr_timer_missed). Ends with its receiver.
/// @param first_ms   milliseconds to the first message, not negative
/// @param period_ms  milliseconds between two, at least 1
/// @return as tr_send_after
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API tr_err tr_send_every(tr_self *self, int64_t first_ms, int64_t period_ms, tr_pid to,
                            const tr_type *type, const void *body, tr_timer *out);

/// As tr_send_every, to whoever has the name when a shot is due. A shot for nobody counts as missed
/// and the timer goes on.
/// @return as tr_send_every; TR_ENAMETOOLONG
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API tr_err tr_send_named_every(tr_self *self, int64_t first_ms, int64_t period_ms,
                                  const char *name, const tr_type *type, const void *body,
                                  tr_timer *out);

/// Cancels a timer. After TR_OK its message never arrives; after TR_ENOENT it was delivered (it may
/// wait in the mailbox), cancelled before, or its receiver is dead. An interval sends no more after
/// TR_OK, and one of its messages that waits in the caller's own mailbox is dropped.
/// @param timer         the timer, armed by any actor
/// @param remaining_ms  receives the milliseconds that were left; may be NULL
/// @return TR_OK; TR_ENOENT; TR_EINVAL; TR_EBUSY (inside a match's predicate)
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_timer_cancel(tr_self *self, tr_timer timer, int64_t *remaining_ms);

/// As tr_timer_cancel, from a thread that is no actor.
/// @return as tr_timer_cancel; TR_ESTOPPED; TR_EFORKED
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_system_timer_cancel(tr_system *sys, tr_timer timer, int64_t *remaining_ms);

/// Reads the time that a timer has left, and leaves it as it is.
/// @param timer         the timer, armed by any actor
/// @param remaining_ms  receives milliseconds, rounded up
/// @return TR_OK; TR_ENOENT (fired, cancelled, its receiver is dead); TR_EINVAL
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_timer_read(tr_self *self, tr_timer timer, int64_t *remaining_ms);

/// How many shots of an interval were merged with others since it was armed.
/// @param timer  the timer
/// @param count  receives the number, at most UINT32_MAX
/// @return as tr_timer_read
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_timer_missed(tr_self *self, tr_timer timer, uint64_t *count);

/// Arms a timer of this actor under a name; its message comes to the actor itself. A timer of that
/// name that is there already is replaced: its message never arrives, not even when it waits in the
/// mailbox.
/// @param name      any text up to TR_NAME_MAX bytes; names of different actors do not meet
/// @param delay_ms  milliseconds, not negative
/// @return TR_OK; TR_EINVAL; TR_ENAMETOOLONG; TR_ENOMEM, TR_ELIMIT, TR_EBUSY (inside a
///   match's predicate; the old one is as it was)
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API tr_err tr_timer_set(tr_self *self, const char *name, int64_t delay_ms, const tr_type *type,
                           const void *body);

/// Ends a named timer: its message never arrives, not even when it waits in the mailbox.
/// @param name  the name given to tr_timer_set
/// @return TR_OK; TR_ENOENT (there is none, or its message was received); TR_EINVAL;
///   TR_ENAMETOOLONG; TR_EBUSY (inside a match's predicate)
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_timer_unset(tr_self *self, const char *name);

/// The timer that sent a message.
/// @param msg  the message
/// @return the timer, or all zero
/// [any-thread] [never-suspends]
TR_API tr_timer tr_timer_of(const tr_msg *msg);

/// The reference that a timer's messages carry: for tr_match and tr_msg_ref_id.
/// @param timer  the timer
/// @return the reference
/// [any-thread] [never-suspends]
static inline tr_ref tr_timer_ref(tr_timer timer)
{
    tr_ref ref = { 0, 0, 0 };
    if (timer.generation != 0) {
        ref.id = TR_TIMER_REF | (uint64_t)timer.slot << 32 | timer.generation;
    }
    return ref;
}

/// Monotonic time of the system in nanoseconds. Virtual in the simulator.
/// @return the time since some fixed moment
/// [any-thread] [never-suspends]
TR_API uint64_t tr_now_ns(void);

#ifdef __cplusplus
}
#endif

#endif
