// SPDX-License-Identifier: MIT
// Credit of a bounded mailbox: how many more messages it takes now.
//
// Purpose: senders take credit before they push; the owner gives it back when a message leaves.
// The word: bits 32…63 generation of the occupant, 31 senders wait, 30 unbounded, 29 policy fail,
//   28 policy drop newest, 27 booked, 0…26 credit. The generation in the word keeps a stale sender
//   from eating a newborn's credit. Booked: the word holds no credit, mailbox/limits.h does.
// Rule of the queue: while bit 31 is set nobody takes credit by itself; the owner passes each
//   returned credit to the first waiter, so nobody barges (process/block.c keeps the waiters).
// Threads: take by any; reset by the spawner and at the occupant's end; give by the owner; the
//   waiters bit under the lock of the waiters.
// Ownership: none.
#ifndef TRI_MAILBOX_BOUND_H
#define TRI_MAILBOX_BOUND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/atomic.h"

#define TRI_BOUND_WAITERS ((uint64_t)1 << 31)
#define TRI_BOUND_UNBOUNDED ((uint64_t)1 << 30)
#define TRI_BOUND_FAIL ((uint64_t)1 << 29)
#define TRI_BOUND_DROP ((uint64_t)1 << 28)
#define TRI_BOUND_BOOKED ((uint64_t)1 << 27)
#define TRI_BOUND_CREDIT (TRI_BOUND_BOOKED - 1)

enum tri_bound_answer {
    TRI_BOUND_FREE,   // unbounded: push without credit
    TRI_BOUND_TAKEN,  // push with TRI_FLAG_CREDITED
    TRI_BOUND_FULL,   // policy fail
    TRI_BOUND_DROPS,  // policy drop newest: accepted and gone
    TRI_BOUND_WAIT,   // policy block: wait for a turn
    TRI_BOUND_STALE,  // the receiver is not this generation any more
    TRI_BOUND_BOOKS,  // ask the books
    TRI_BOUND_TOO_BIG // the books: it can never fit
};

struct tri_bound {
    tri_atomic(uint64_t) x_word;
};

// Spawner, before it pushes START: the bound of the new occupant; capacity 0 is unbounded. policy:
// 0 to block, TRI_BOUND_FAIL or TRI_BOUND_DROP; TRI_BOUND_BOOKED with capacity 1 for books.
static inline void tri_bound_reset(struct tri_bound *bound, uint32_t generation, uint32_t capacity,
                                   uint64_t policy)
{
    uint64_t credit = capacity < TRI_BOUND_CREDIT ? capacity : TRI_BOUND_CREDIT;
    uint64_t word = (uint64_t)generation << 32 | policy;
    word |= (policy & TRI_BOUND_BOOKED) != 0 ? 0 : credit;
    word |= capacity == 0 ? TRI_BOUND_UNBOUNDED : 0;
    // relaxed: the word carries all a sender needs.
    tri_store(&bound->x_word, word, relaxed);
}

// Whether the word is of that generation. Stable under the lock of the waiters, which the end of an
// occupant takes.
static inline bool tri_bound_of(const struct tri_bound *bound, uint32_t generation)
{
    // relaxed: only compared.
    return (uint32_t)(tri_load(&bound->x_word, relaxed) >> 32) == generation;
}

// What a sender is told that finds no credit.
static inline enum tri_bound_answer tri_bound_without(uint64_t word)
{
    return (word & TRI_BOUND_BOOKED) != 0 ? TRI_BOUND_BOOKS
           : (word & TRI_BOUND_FAIL) != 0 ? TRI_BOUND_FULL
           : (word & TRI_BOUND_DROP) != 0 ? TRI_BOUND_DROPS
                                          : TRI_BOUND_WAIT;
}

// Sender: takes one credit if there is one and nobody waits for it.
static inline enum tri_bound_answer tri_bound_take(struct tri_bound *bound, uint32_t generation)
{
    // relaxed: the word is self-contained.
    uint64_t word = tri_load(&bound->x_word, relaxed);
    for (;;) {
        if ((uint32_t)(word >> 32) != generation) {
            return TRI_BOUND_STALE;
        }
        if ((word & TRI_BOUND_UNBOUNDED) != 0) {
            return TRI_BOUND_FREE;
        }
        if ((word & TRI_BOUND_CREDIT) == 0 || (word & TRI_BOUND_WAITERS) != 0) {
            return tri_bound_without(word);
        }
        // relaxed: credit is a count; the push publishes the message. relaxed on failure: retried.
        if (tri_cas(&bound->x_word, &word, word - 1, relaxed, relaxed)) {
            return TRI_BOUND_TAKEN;
        }
    }
}

// Whether room is booked. Stable as tri_bound_of.
static inline bool tri_bound_booked(const struct tri_bound *bound)
{
    // relaxed: only compared.
    return (tri_load(&bound->x_word, relaxed) & TRI_BOUND_BOOKED) != 0;
}

// Sender, under the lock of the waiters: announces a waiter. False when credit came meanwhile or
// the receiver died: take again.
static inline bool tri_bound_announce(struct tri_bound *bound, uint32_t generation)
{
    // relaxed: checked by the exchange.
    uint64_t word = tri_load(&bound->x_word, relaxed);
    do {
        bool waiters = (word & TRI_BOUND_WAITERS) != 0;
        if ((uint32_t)(word >> 32) != generation || ((word & TRI_BOUND_CREDIT) != 0 && !waiters)) {
            return false;
        }
        // acq_rel [bound-waiters]: the exchange that sets the bit and the owner's exchange that
        // returns credit have one order: one of them sees the other. relaxed on failure: retried.
    } while (!tri_cas(&bound->x_word, &word, word | TRI_BOUND_WAITERS, acq_rel, relaxed));
    return true;
}

// Gives one credit back. False when senders wait: the credit goes to the first of them; or when it
// belongs into the books. Credit of a generation that is gone vanishes.
static inline bool tri_bound_give(struct tri_bound *bound, uint32_t generation)
{
    // relaxed: checked by the exchange.
    uint64_t word = tri_load(&bound->x_word, relaxed);
    do {
        if ((uint32_t)(word >> 32) != generation) {
            return true;
        }
        if ((word & (TRI_BOUND_WAITERS | TRI_BOUND_BOOKED)) != 0) {
            return false;
        }
        // acq_rel [bound-waiters]: see tri_bound_announce. relaxed on failure: retried.
    } while (!tri_cas(&bound->x_word, &word, word + 1, acq_rel, relaxed));
    return true;
}

// Owner, under the lock of the waiters: nobody waits any more; adds credit that found no waiter.
static inline void tri_bound_calm(struct tri_bound *bound, uint32_t credit)
{
    // relaxed: checked by the exchange.
    uint64_t word = tri_load(&bound->x_word, relaxed);
    // acq_rel [bound-waiters]: see tri_bound_announce. relaxed on failure: retried.
    while (
        !tri_cas(&bound->x_word, &word, (word & ~TRI_BOUND_WAITERS) + credit, acq_rel, relaxed)) {}
}

#endif
