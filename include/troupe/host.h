// SPDX-License-Identifier: MIT
// Host mode: a system without threads of its own, stepped by the host's loop.
//
// Started with tr_system_opts.host, a system runs only while a thread of the host is inside
// tr_system_step, or waits in one of the calls that drive it: tr_system_call, tr_system_spawn with
// wait_init and tr_system_send to a full mailbox by the host's thread (the one that started the
// system or stepped it last), and tr_system_stop by any. Guests on other threads wait for the host.
//
// An actor that spins or blocks in a system call stops all others, and the host with them: the
// promise that every runnable actor makes progress holds only while no handler does that.
#ifndef TROUPE_HOST_H
#define TROUPE_HOST_H

#include <troupe/system.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Runs ready actors and due timers on the calling thread.
/// @param budget_ns  time after which no further activation begins, in nanoseconds; 0 runs one
///                   activation; TR_INFINITY until nothing is left to do
/// @param more       receives whether something may be left to do now; may be NULL
/// @return TR_OK; TR_EBUSY (another thread steps or stops it, or a step called back); TR_EDEADLK
///   (from an actor of the system); TR_ESTOPPED (an actor asked for the stop and all actors have
///   ended: call tr_system_stop; or it has stopped); TR_EINVAL (not in host mode); TR_EFORKED
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_system_step(tr_system *sys, int64_t budget_ns, bool *more);

/// A file descriptor that is readable when there may be something to do: a guest sent, or the last
/// step left work behind. A step clears it. Timers do not make it readable: see
/// tr_system_next_deadline. It is the system's: poll it, nothing else.
/// @return the descriptor; −1 when the system is not in host mode
/// [any-thread] [never-suspends] [owner: the system]
TR_API int tr_system_fd(const tr_system *sys);

/// How long the host may wait before it must step for timers: a time-out for poll.
/// @param wait_ms  receives milliseconds, rounded up; 0 when something is left to do now; −1 when
///                 no timer is armed
/// @return TR_OK; TR_EBUSY (another thread steps); TR_EINVAL; TR_EFORKED
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_system_next_deadline(tr_system *sys, int64_t *wait_ms);

#ifdef __cplusplus
}
#endif

#endif
