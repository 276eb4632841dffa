// SPDX-License-Identifier: MIT
// Timers that send a message: their records, and arming, cancelling and reading them.
//
// Purpose: at most one message per timer or interval at a time, never early, and a cancel that
//   answers truly from any thread.
// Kinds: once; every (an interval: at most one message on its way, missed shots are counted);
//   named (an actor's own, by name: what replaces or unsets it also stops a message that waits).
// Invariants: a record is type-stable; timer/fate.h decides who may touch it. The template of an
//   interval belongs to the wheel's side; the second to let go frees what is left. Messages of
//   intervals and named timers travel as TICK signals: the drain drops those whose timer is no
//   longer in force.
// Threads: arm, set and unset by the owner's worker; stop and left by any; the wheel's side by the
//   holder of its P (process/tick.h).
// Ownership: as above.
#ifndef TRI_PROCESS_TIMER_H
#define TRI_PROCESS_TIMER_H

#include <troupe/timer.h>

#include "process/wait.h"
#include "timer/fate.h"

enum tri_timer_kind { TRI_TIMER_ONCE, TRI_TIMER_EVERY, TRI_TIMER_NAMED };

// What most timers do without.
struct tri_timer_more {
    uint64_t period_ns; // of an interval
    uint32_t bytes;     // of this block
    struct tri_block_tag tag;
    char name[]; // of the receiver, or of the timer
};

struct tri_timer {
    struct tri_due due;
    struct tri_link owned; // in the owner's list
    union {
        struct tri_return_node back; // on the way to the wheel's P after a foreign cancel
        struct tri_timer *next;      // in the free list, or among the owner's named ones
    };
    struct tri_fate fate;
    // Read by tri_timer_left from any thread, with another look at the fate behind.
    tri_atomic(uint64_t) x_deadline_ns; // when known; 0 while pending
    tri_atomic(uint64_t) x_delay_ns;    // what was asked for
    tri_atomic(uint64_t) x_target;      // key; 0: whoever has the name
    struct tr_msg *msg;                 // to be sent, or what an interval's messages are copies of
    struct tri_timer_more *more;
    uint32_t index;
    tri_atomic(uint32_t) x_missed; // shots that were merged with others
    uint32_t owner;                // slot of the actor that armed it
    uint8_t kind;                  // enum tri_timer_kind
};

_Static_assert(sizeof(struct tri_timer) <= 128, "a timer is two cache lines");

struct tri_timer_plan {
    enum tri_timer_kind kind;
    bool absolute; // when_ns is a moment, else a time from now
    uint64_t when_ns;
    uint64_t period_ns; // of an interval
    const tr_pid *to;   // NULL: whoever has the name, or, if it is a named timer, its owner
    const char *name;   // NULL, or valid by tri_name_check
    struct tr_msg *msg; // taken on TR_OK
};

// Arms a timer for the actor. TR_OK; TR_ENOMEM, TR_ELIMIT.
tr_err tri_timer_arm(struct tri_thread *t, struct tr_self *self, const struct tri_timer_plan *plan,
                     tr_timer *out);

// Cancels: TR_OK and the time left, or TR_ENOENT. self is the caller, NULL for a guest: a message
// of an interval that waits in its own mailbox goes, too.
tr_err tri_timer_stop(struct tri_thread *t, struct tr_self *self, tr_timer timer,
                      uint64_t *left_ns);

// The time left of an armed timer, and the shots it missed: TR_OK, TR_ENOENT.
tr_err tri_timer_left(struct tr_system *system, tr_timer timer, uint64_t *left_ns,
                      uint64_t *missed);

// Arms a named timer of the actor in place of one with the same name; or ends it: TR_OK when its
// message had not been received, TR_ENOENT.
tr_err tri_timer_set(struct tri_thread *t, struct tr_self *self, const struct tri_timer_plan *plan);
tr_err tri_timer_unset(struct tri_thread *t, struct tr_self *self, const char *name);

// A TICK has left the inbound queue: whether its timer is still in force.
bool tri_timer_wants(const struct tr_system *system, const struct tr_msg *tick);
// A message with TRI_FLAG_TIMER has left its mailbox; self is who took it, NULL if nobody did.
void tri_timer_taken(struct tri_thread *t, struct tr_self *self, const struct tr_msg *msg);

// The wheel's side lets go of a record, which is in no wheel.
void tri_timer_leave(struct tri_thread *t, struct tri_timer *timer);

// The actor ends: its timers end.
void tri_timers_cancel_all(struct tri_thread *t, struct tr_self *self);

// Whether the actor that a key names lives.
static inline bool tri_key_alive(const struct tr_system *system, uint64_t key)
{
    struct tr_self *actor = tri_actor_at(system, (uint32_t)(key >> 32));
    return actor != NULL && tri_slot_holds(&actor->slot, (uint32_t)key);
}

// The reference that a timer's messages carry: no other reference has the highest bit.
static inline uint64_t tri_timer_ref(uint32_t index, uint32_t generation)
{
    return TR_TIMER_REF | (uint64_t)index << 32 | generation;
}

#endif
