// SPDX-License-Identifier: MIT
// Timers that send a message, and the look at the clock that fires whatever is due.
//
// Purpose: at most one message per timer, never early, and a cancel that answers truly from any P.
// Invariants: a record is type-stable. Its word holds generation and fate; exactly one of fire and
//   cancel wins the exchange from ARMED. Two parties let go of a record, the actor that armed it
//   (OWNER_GONE) and the wheel (WHEEL_GONE); whoever is second recycles it.
//
//   ARMED ──fire──▶ FIRED        ARMED ──cancel──▶ CANCELLED
// Threads: arm by the owner's worker; cancel by any worker; the wheel's side by the holder of its
//   P.
// Ownership: the message belongs to the record until fate is decided, then to the winner.
#ifndef TRI_PROCESS_TIMER_H
#define TRI_PROCESS_TIMER_H

#include "process/wait.h"

struct tri_timer {
    struct tri_due due;
    struct tri_link owned;              // in the owner's list
    struct tri_return_node back;        // on the way to the wheel's P after a foreign cancel
    tri_atomic(uint64_t) x_word;        // generation << 8 | fate and flags
    tri_atomic(uint64_t) x_deadline_ns; // when known; 0 while pending
    uint64_t delay_ns;
    struct tr_msg *msg;
    uint64_t target;
    uint32_t index;
    struct tri_timer *next_free;
};

// Arms a timer for the actor and takes msg; NULL without memory, and msg is still the caller's.
struct tri_timer *tri_timer_arm(struct tri_thread *t, struct tr_self *self, uint64_t delay_ns,
                                uint64_t target, struct tr_msg *msg);

// The public handle of a timer that was just armed.
tr_timer tri_timer_handle(const struct tri_timer *timer);

// Cancels: TR_OK and the time left, or TR_ENOENT.
tr_err tri_timer_stop(struct tri_thread *t, tr_timer timer, uint64_t *left_ns);

// The actor ends: its timers end.
void tri_timers_cancel_all(struct tri_thread *t, struct tr_self *self);

// Looks at the clock: gives pending moments their deadline and fires what is due. True when more is
// due than one look handles.
bool tri_time_poll(struct tri_thread *t);

// Whether moments were armed since the last look.
static inline bool tri_time_pending(const struct tri_processor *p)
{
    return !tri_list_empty(&p->pending) || !tri_list_empty(&p->dated);
}

// When the P must look again at the latest, UINT64_MAX for never.
uint64_t tri_time_next(const struct tri_processor *p);

#endif
