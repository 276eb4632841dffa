// SPDX-License-Identifier: MIT
// Notices: alarms and dead letters, and the actors that want to be told of them.
//
// Purpose: whoever notices something says so with one call from wherever it stands, in a section,
//   under a lock of its own, on a thread without P; the watchers are told later, by the thread that
//   calls tri_notice_flush: the monitor, or in host mode whoever steps the system.
// Bounded by construction: a watcher has at most one alarm and one dead letter that it has not
//   taken. Of alarms the last 64 changes are kept for it, of dead letters the latest one; what it
//   misses is counted, and the next notice says how many.
// Invariants: an alarm is on or off; "on" when it is on changes its figure only, "off" when it is
//   off changes nothing. No alarm about an actor outlives it. Notices are no ordinary messages:
//   they are not part of the totals, take no credit, and are never dead letters themselves.
// Locks: tri_notices.lock is taken under any other lock but those of the log and the ports.
// Threads: as each function says. Ownership: the system owns it all.
#ifndef TRI_PROCESS_NOTICE_H
#define TRI_PROCESS_NOTICE_H

#include <stdbool.h>
#include <stdint.h>
#include <troupe/alarm.h>
#include <troupe/dead.h>

#include "process/section.h"

#define TRI_ALARM_CHANGES 64u

// A dead letter as it is remembered: its type by number.
struct tri_letter {
    tr_dead_reason reason;
    tr_pid from;
    tr_pid to;
    uint32_t type;
    uint32_t bytes;
    uint64_t time_ns;
};

// An alarm about an actor, while it is on.
struct tri_alarm_on {
    struct tri_tree_node node; // by actor
    tr_alarm alarm;
};

struct tri_notices {
    struct tri_lock lock;     // guards all below
    struct tri_tree watchers; // struct tri_watcher by actor
    // Alarms that are on, by what they are about; those about the system need no memory.
    struct tri_tree on[TR_ALARM_KINDS];
    tr_alarm whole[TR_ALARM_KINDS];
    tr_alarm changes[TRI_ALARM_CHANGES];             // a ring
    uint64_t change_count;                           // ever
    struct tri_letter letters[TR_DEAD_LETTERS_KEPT]; // a ring
    uint64_t letter_count;                           // ever
};

bool tri_notices_new(struct tr_system *system);
void tri_notices_free(struct tr_system *system);

// An alarm comes on or goes off; fills in the time. From anywhere, no lock held:
//   tri_notice_alarm(system, &(tr_alarm){ .kind = …, .on = true, .about = pid, .value = …, … })
void tri_notice_alarm(struct tr_system *system, const tr_alarm *alarm);
// As above for an alarm about the system, under a lock of the caller: so the order of changes is
// that of the lock. True: call tri_notice_wake when no lock is held.
bool tri_notice_alarm_locked(struct tr_system *system, tr_alarm_kind kind, bool on, uint64_t value,
                             uint64_t limit);
// The gauge went on or off, under the caller's lock that guards it; true as above.
bool tri_notice_gauge(struct tr_system *system, tr_alarm_kind kind, const struct tri_gauge *gauge);
// The actor has ended: alarms about it are off. The end of its generation comes before the call.
void tri_notice_gone(struct tr_system *system, uint64_t key);
// Somebody is to be told: stirs the thread that does it. No lock is held.
void tri_notice_wake(struct tr_system *system);

// What an actor wants to be told of.
enum tri_watch { TRI_WATCH_ALARMS, TRI_WATCH_LETTERS, TRI_WATCHES };

// The actor itself: watches or no longer; false without memory.
bool tri_watch_set(struct tr_self *self, enum tri_watch what, bool on);
// The actor itself, in its mailbox: an uncounted message was taken, perhaps a notice.
void tri_watch_taken(struct tr_self *self, const struct tr_msg *msg);
// The actor ends.
void tri_watch_end(struct tr_self *self);
// A dead letter: for those who watch. The lock is held; true: somebody is to be told.
bool tri_watch_letter(struct tri_notices *notices, const struct tri_letter *letter);
// The public form of a letter.
void tri_letter_show(const struct tri_letter *letter, tr_dead_letter *out);

// Tells the watchers, then the sink, whatever there is to tell, on the calling thread, in no
// section. True when memory was missing: to be called again after a while.
bool tri_notice_flush(struct tr_system *system);

#endif
