// SPDX-License-Identifier: MIT
// What becomes of a timer, decided in one word that every party shares.
//
// Purpose: fire or cancel, never both; an interval's shot only when the last one was taken; and the
//   moment at which the record may be used again.
// The word: generation << 8 | fate, and flags. The record is type-stable: a stale handle finds
//   another generation and changes nothing.
//
//   ARMED ──fire──▶ FIRED        ARMED ──cancel──▶ CANCELLED
//   an interval stays ARMED:     SHOT set ──message sent──▶ taken by its receiver ──▶ SHOT clear
//
// Invariants: exactly one call of tri_fate_decide wins. Two parties let go of a record, its owner
//   (OWNER_GONE) and the wheel (WHEEL_GONE); the second renews it, alone with it.
// Threads: arm and renew by whoever has the record alone; all else by any. Ownership: none.
#ifndef TRI_TIMER_FATE_H
#define TRI_TIMER_FATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/atomic.h"

enum tri_fate_bits {
    TRI_FATE_ARMED = 0,
    TRI_FATE_FIRED = 1,
    TRI_FATE_CANCELLED = 2,
    TRI_FATE_MASK = 3,
    TRI_FATE_OWNER_GONE = 4,
    TRI_FATE_WHEEL_GONE = 8,
    TRI_FATE_SHOT = 16, // an interval's message is on its way or waits
};

struct tri_fate {
    tri_atomic(uint64_t) x_word;
};

enum tri_fate_shot {
    TRI_SHOT_OVER,  // somebody cancelled it
    TRI_SHOT_SEND,  // the caller sends
    TRI_SHOT_MERGE, // the last message was not taken yet
};

static inline uint32_t tri_fate_generation_of(uint64_t word)
{
    return (uint32_t)(word >> 8);
}

// The generation, for a party that has not let go.
static inline uint32_t tri_fate_generation(const struct tri_fate *fate)
{
    // relaxed: it changes only when both have let go.
    return tri_fate_generation_of(tri_load(&fate->x_word, relaxed));
}

// A fresh record: its first generation, not armed.
static inline void tri_fate_init(struct tri_fate *fate)
{
    // relaxed: nobody knows the record yet.
    tri_store(&fate->x_word, (uint64_t)1 << 8 | TRI_FATE_FIRED, relaxed);
}

// Publishes a record that the caller has filled.
static inline void tri_fate_arm(struct tri_fate *fate)
{
    uint64_t word = (uint64_t)tri_fate_generation(fate) << 8;
    // release [timer-armed]: the record before the word; pairs with every load that finds it armed.
    tri_store(&fate->x_word, word | TRI_FATE_ARMED, release);
}

// Whether the word is armed in that generation.
static inline bool tri_fate_is_armed(uint64_t word, uint32_t generation)
{
    return tri_fate_generation_of(word) == generation && (word & TRI_FATE_MASK) == TRI_FATE_ARMED;
}

// Decides the fate of an armed timer; true for the one caller that does.
static inline bool tri_fate_decide(struct tri_fate *fate, uint32_t generation, uint64_t how)
{
    // relaxed: a guess; the exchange checks it.
    uint64_t word = tri_load(&fate->x_word, relaxed);
    do {
        if (!tri_fate_is_armed(word, generation)) {
            return false;
        }
        // acquire [timer-armed]: the winner sees the record; pairs with tri_fate_arm. relaxed on
        // failure: retried. What the winner does next is ordered by its letting go.
    } while (!tri_cas(&fate->x_word, &word, word | how, acquire, relaxed));
    return true;
}

// An interval's moment has come: may its next message be sent? For the wheel's side.
static inline enum tri_fate_shot tri_fate_shoot(struct tri_fate *fate, uint32_t generation)
{
    // relaxed: a guess; the exchange checks it.
    uint64_t word = tri_load(&fate->x_word, relaxed);
    do {
        if (!tri_fate_is_armed(word, generation)) {
            return TRI_SHOT_OVER;
        }
        if ((word & TRI_FATE_SHOT) != 0) {
            return TRI_SHOT_MERGE;
        }
        // relaxed: the wheel's side reads what it has itself put into the wheel.
    } while (!tri_cas(&fate->x_word, &word, word | TRI_FATE_SHOT, relaxed, relaxed));
    return TRI_SHOT_SEND;
}

// An interval's message has left the mailbox: the next one may come.
static inline void tri_fate_shot_taken(struct tri_fate *fate, uint32_t generation)
{
    // relaxed: a guess; the exchange checks it.
    uint64_t word = tri_load(&fate->x_word, relaxed);
    // relaxed: nothing is handed over by it; it continues the release sequence [timer-gone].
    while (tri_fate_generation_of(word) == generation && (word & TRI_FATE_SHOT) != 0 &&
           !tri_cas(&fate->x_word, &word, word & ~(uint64_t)TRI_FATE_SHOT, relaxed, relaxed)) {}
}

// Whether a message of this timer that was sent before may still arrive: for the receiver of an
// interval or a named timer.
static inline bool tri_fate_in_force(const struct tri_fate *fate, uint32_t generation)
{
    // relaxed: a cancel that the receiver knows of comes before by whatever told it.
    uint64_t word = tri_load(&fate->x_word, relaxed);
    return tri_fate_generation_of(word) == generation &&
           (word & TRI_FATE_MASK) != TRI_FATE_CANCELLED && (word & TRI_FATE_OWNER_GONE) == 0;
}

// One party lets go. True for the second, which has the record alone then and must renew it.
static inline bool tri_fate_let_go(struct tri_fate *fate, uint64_t party)
{
    // acq_rel [timer-gone]: the second sees all that the first did; pairs with itself.
    uint64_t before = tri_add(&fate->x_word, party, acq_rel);
    return (before & (TRI_FATE_OWNER_GONE | TRI_FATE_WHEEL_GONE)) != 0;
}

// Whether the wheel has let go: the owner may, too.
static inline bool tri_fate_wheel_gone(const struct tri_fate *fate)
{
    // relaxed: a hint; letting go orders.
    return (tri_load(&fate->x_word, relaxed) & TRI_FATE_WHEEL_GONE) != 0;
}

// The next generation, not armed: handles of the old one are refused from now on.
static inline void tri_fate_renew(struct tri_fate *fate)
{
    uint32_t generation = tri_fate_generation(fate) + 1;
    generation = generation == 0 ? 1 : generation;
    // relaxed: handles of the old generation are refused whatever they see.
    tri_store(&fate->x_word, (uint64_t)generation << 8 | TRI_FATE_FIRED, relaxed);
}

#endif
