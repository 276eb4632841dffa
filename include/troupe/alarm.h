// SPDX-License-Identifier: MIT
// Alarms: states of a system that somebody should know of, with a beginning and an end.
#ifndef TROUPE_ALARM_H
#define TROUPE_ALARM_H

#include <troupe/error.h>
#include <troupe/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What an alarm is about. An alarm of a limit comes on at 80 % of it and goes off at 70 %.
typedef enum tr_alarm_kind {
    TR_ALARM_SPARES = 0, ///< all spare threads stand in for stuck ones
    TR_ALARM_MAILBOX,    ///< a mailbox reached its high mark and not yet its low one again
    TR_ALARM_ACTORS,     ///< actors, of tr_system_opts.actors_max
    TR_ALARM_NAMES,      ///< registered names, of as many as there may be actors
    TR_ALARM_TIMERS,     ///< armed timers, of the most a system can hold
    TR_ALARM_STUCK,      ///< a thread is stuck and no other takes its processor over
    TR_ALARM_KINDS       ///< how many kinds there are
} tr_alarm_kind;

/// An alarm that came on or went off; body of a message of type tr_alarm_type.
typedef struct tr_alarm {
    tr_alarm_kind kind;
    bool on;          ///< whether it came on
    tr_pid about;     ///< the actor concerned; none when it is about the system
    uint64_t value;   ///< the figure when it changed; 0 when it went off because the actor ended
    uint64_t limit;   ///< the limit or mark concerned; 0: none
    uint64_t time_ns; ///< when, on the system's monotonic clock
    uint64_t missed;  ///< changes before this one that came too fast to be told one by one
} tr_alarm;

/// Type of the message a subscriber receives.
TR_API extern const tr_type tr_alarm_type;

/// Subscribes the actor to the alarms of its system, or ends that. A subscriber has at most one
/// unread notice in its mailbox; the next change is sent when it was taken. A subscriber that is
/// slower than 64 changes misses some and is told how many. Alarms that are on already are read
/// with tr_debug_alarms.
/// @param on  true to subscribe; twice is once
/// @return TR_OK; TR_ENOMEM
/// [actor-only] [never-suspends]
TR_API tr_err tr_alarm_subscribe(tr_self *self, bool on);

/// Lists the alarms that are on, by kind.
/// @param list   receives them
/// @param max    room in list
/// @param count  receives how many are on, also when that is more than max
/// @return TR_OK; TR_EINVAL; TR_EFORKED
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_debug_alarms(tr_system *sys, tr_alarm *list, size_t max, size_t *count);

/// The kind's name: "spares", "mailbox", "actors", "names", "timers", "stuck".
/// @return a string that lives for ever
/// [any-thread] [never-suspends] [owner: valid until the program ends]
TR_API const char *tr_alarm_kind_name(tr_alarm_kind kind);

#ifdef __cplusplus
}
#endif

#endif
