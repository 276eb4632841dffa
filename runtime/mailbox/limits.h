// SPDX-License-Identifier: MIT
// The books of a mailbox whose bound is more than a number of messages.
//
// Purpose: room by messages and by bytes of bodies together, exact, for mailboxes whose credit word
//   says TRI_BOUND_BOOKED.
// Invariants: used ≤ capacity; used_bytes ≤ bytes_max; both count what was charged and not yet
//   discharged. A body of more than bytes_max never fits, so the bound is never exceeded.
// Engine: the record of a slot that drops its oldest messages holds its queue too
//   (mailbox/drop.h).
// Lifetime: a record stays with the slot of the control block for ever, because late senders look
//   at it.
// Threads: all under the lock of the waiters. x_block_ms is read by senders without it.
// Ownership: the system.
#ifndef TRI_MAILBOX_LIMITS_H
#define TRI_MAILBOX_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/atomic.h"
#include "mailbox/locked.h"
#include "port/lock.h"

struct tri_limits {
    struct tri_limits *next;        // in the system's list
    tri_atomic(int64_t) x_block_ms; // longest wait of a sender
    uint32_t capacity;              // most messages
    uint32_t used;                  // messages charged
    uint64_t bytes_max;             // most bytes of bodies
    uint64_t used_bytes;            // bytes charged
    tri_atomic(uint32_t) x_high;    // mark at which the alarm comes on; 0: not watched
    uint32_t low;                   // mark at which it goes off
    bool alarm;                     // it should be on
    bool shown;                     // it was told to be on
    bool telling;                   // a thread tells of it
    uint32_t generation;            // occupant the books are of; 0: of none
    bool refuses;                   // policy fail
    bool drops_newest;              // policy drop newest
    bool drops_oldest;              // policy drop oldest: charged by the push
    // Of the engine with a list.
    struct tri_lock *lock;          // the lock of the waiters
    struct tri_locked list;         // the queue
    uint32_t live;                  // occupant whose messages the owner takes; 0: nobody
    tri_atomic(uint64_t) x_dropped; // left the mailbox by the policy ever
};

// Whether a body of that size can ever be charged.
static inline bool tri_limits_possible(const struct tri_limits *limits, uint32_t bytes)
{
    return bytes <= limits->bytes_max;
}

// Whether there is room now.
static inline bool tri_limits_fit(const struct tri_limits *limits, uint32_t bytes)
{
    // What was put back may be above the bound by one message.
    return limits->used < limits->capacity && limits->used_bytes <= limits->bytes_max &&
           bytes <= limits->bytes_max - limits->used_bytes;
}

static inline void tri_limits_charge(struct tri_limits *limits, uint32_t bytes)
{
    limits->used++;
    limits->used_bytes += bytes;
}

// Whether the mailbox has marks; without the lock a hint.
static inline bool tri_limits_watched(const struct tri_limits *limits)
{
    // relaxed: looked at again under the lock.
    return tri_load(&limits->x_high, relaxed) != 0;
}

// Whether the alarm is to be told of by the caller.
static inline bool tri_limits_news(struct tri_limits *limits)
{
    // relaxed: written under the lock.
    uint32_t high = tri_load(&limits->x_high, relaxed);
    limits->alarm =
        high != 0 && (limits->used >= high || (limits->alarm && limits->used > limits->low));
    return limits->alarm != limits->shown && !limits->telling;
}

static inline void tri_limits_discharge(struct tri_limits *limits, uint32_t bytes)
{
    limits->used--;
    limits->used_bytes -= bytes;
}

#endif
