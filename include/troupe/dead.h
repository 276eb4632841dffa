// SPDX-License-Identifier: MIT
// Dead letters: messages that were accepted and that nobody will receive, and why.
#ifndef TROUPE_DEAD_H
#define TROUPE_DEAD_H

#include <troupe/error.h>
#include <troupe/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Why a message was not received. The first ones are dead letters; from TR_DEAD_POLICY on the
/// mailbox's policy decided, and the message counts as dropped.
typedef enum tr_dead_reason {
    TR_DEAD_NO_PROCESS = 0, ///< the receiver had ended when it was sent, or never was
    TR_DEAD_RECEIVER_ENDED, ///< the receiver ended before it took it
    TR_DEAD_ALIAS_OFF,      ///< it was sent to an alias that is not in force any more
    TR_DEAD_LATE_REPLY,     ///< a reply that came late, or a second one
    TR_DEAD_TIMER_OFF,      ///< of a timer that was cancelled after it had fired
    TR_DEAD_POLICY,
    TR_DEAD_DROPPED_NEWEST = TR_DEAD_POLICY, ///< the mailbox was full: it was not taken in
    TR_DEAD_DROPPED_OLDEST,                  ///< the mailbox was full: it made room for a newer one
    TR_DEAD_REASONS                          ///< how many reasons there are
} tr_dead_reason;

/// One such message; body of a message of type tr_dead_letter_type.
typedef struct tr_dead_letter {
    tr_dead_reason reason; ///< why
    tr_pid from;           ///< who sent it; none for a guest or the runtime
    tr_pid to;             ///< to whom
    char type_name[64];    ///< its type, cut if need be
    size_t bytes;          ///< size of its body
    uint64_t time_ns;      ///< when, on the system's monotonic clock
    uint64_t missed;       ///< for a watcher: others since its last notice that it is not told of
} tr_dead_letter;

/// Type of the message a watcher receives.
TR_API extern const tr_type tr_dead_letter_type;

/// Watches the dead letters of the system, or ends that. A watcher has at most one unread notice in
/// its mailbox; when it takes that, the latest dead letter meanwhile is told, with the number of
/// the others. Dead letters that are notices of this kind are not told.
/// @param on  true to watch; twice is once
/// @return TR_OK; TR_ENOMEM
/// [actor-only] [never-suspends]
TR_API tr_err tr_dead_letters_watch(tr_self *self, bool on);

/// How many of the latest dead letters a system remembers.
#define TR_DEAD_LETTERS_KEPT 64

/// Lists the latest dead letters, newest first.
/// @param list   receives them
/// @param max    room in list
/// @param count  receives how many were written
/// @return TR_OK; TR_EINVAL; TR_EFORKED
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_debug_dead_letters(tr_system *sys, tr_dead_letter *list, size_t max,
                                    size_t *count);

/// The reason's name: "no process", "receiver ended", "alias off", "late reply", "timer off",
/// "dropped newest", "dropped oldest".
/// @return a string that lives for ever
/// [any-thread] [never-suspends] [owner: valid until the program ends]
TR_API const char *tr_dead_reason_name(tr_dead_reason reason);

#ifdef __cplusplus
}
#endif

#endif
