// SPDX-License-Identifier: MIT
// The books of a mailbox whose bound is more than a number of messages.
//
// Purpose: room by messages and by bytes of bodies together, exact, for mailboxes whose credit word
//   says TRI_BOUND_BOOKED.
// Invariants: used ≤ capacity; used_bytes ≤ bytes_max; both count what was charged and not yet
//   discharged. A body of more than bytes_max never fits, so the bound is never exceeded.
// Lifetime: a record stays with the slot of the control block for ever, because late senders look
//   at it.
// Threads: all under the lock of the waiters. x_block_ms is read by senders without it.
// Ownership: the system.
#ifndef TRI_MAILBOX_LIMITS_H
#define TRI_MAILBOX_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/atomic.h"

struct tri_limits {
    struct tri_limits *next;        // in the system's list
    tri_atomic(int64_t) x_block_ms; // longest wait of a sender
    uint32_t capacity;              // most messages
    uint32_t used;                  // messages charged
    uint64_t bytes_max;             // most bytes of bodies
    uint64_t used_bytes;            // bytes charged
    bool refuses;                   // policy fail
    bool drops_newest;              // policy drop newest
};

// Whether a body of that size can ever be charged.
static inline bool tri_limits_possible(const struct tri_limits *limits, uint32_t bytes)
{
    return bytes <= limits->bytes_max;
}

// Whether there is room now.
static inline bool tri_limits_fit(const struct tri_limits *limits, uint32_t bytes)
{
    return limits->used < limits->capacity && bytes <= limits->bytes_max - limits->used_bytes;
}

static inline void tri_limits_charge(struct tri_limits *limits, uint32_t bytes)
{
    limits->used++;
    limits->used_bytes += bytes;
}

static inline void tri_limits_discharge(struct tri_limits *limits, uint32_t bytes)
{
    limits->used--;
    limits->used_bytes -= bytes;
}

#endif
