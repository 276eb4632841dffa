// SPDX-License-Identifier: MIT
// Timers: a message after a time. Never early.
#ifndef TROUPE_TIMER_H
#define TROUPE_TIMER_H

#include <troupe/error.h>
#include <troupe/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Sends a copy of a body after a time. The timer ends with the actor that armed it; a receiver
/// that has died meanwhile gets nothing.
/// @param delay_ms  milliseconds, not negative
/// @param to        receiver, often the actor itself
/// @param type      the message's type
/// @param body      its body
/// @param out       receives the timer; may be NULL
/// @return TR_OK; TR_EINVAL; TR_ENOMEM
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API tr_err tr_send_after(tr_self *self, int64_t delay_ms, tr_pid to, const tr_type *type,
                            const void *body, tr_timer *out);

/// Cancels a timer. After TR_OK its message never arrives; after TR_ENOENT it was delivered (it may
/// wait in the mailbox), cancelled before, or its receiver is dead.
/// @param timer         the timer, armed by any actor
/// @param remaining_ms  receives the milliseconds that were left; may be NULL
/// @return TR_OK; TR_ENOENT; TR_EINVAL
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_timer_cancel(tr_self *self, tr_timer timer, int64_t *remaining_ms);

/// Monotonic time of the system in nanoseconds. Virtual in the simulator.
/// @return the time since some fixed moment
/// [any-thread] [never-suspends]
TR_API uint64_t tr_now_ns(void);

#ifdef __cplusplus
}
#endif

#endif
