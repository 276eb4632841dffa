// SPDX-License-Identifier: MIT
// Who sleeps and who searches: the park/idle protocol of the workers of a system.
//
// Purpose: no work is left lying while everybody sleeps, and nobody is woken in vain: a waker acts
//   only when somebody sleeps and nobody searches.
// The word: bits 0…55 a worker sleeps, bits 56…63 number of workers that search.
// Protocol:
//   producer:  publish the work;  full fence;  read the word;  nobody searches and i sleeps:
//              claim i (sleeping → searching) and unpark it
//   worker:    search;  nothing: become a sleeper in one step (searching → sleeping);  full fence;
//              look once more;  park.  A claimed worker wakes as a searcher.
//   The last searcher that finds work wakes another, because producers relied on it.
// Invariants: a worker's bit is set by itself and cleared by itself or by the one waker that claims
//   it; the claim is followed by exactly one unpark, whose token is sticky.
// Threads: any. Ownership: none.
#ifndef TRI_SCHED_IDLE_H
#define TRI_SCHED_IDLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/atomic.h"

#define TRI_IDLE_WORKERS_MAX 56u
#define TRI_IDLE_SEARCHER ((uint64_t)1 << TRI_IDLE_WORKERS_MAX)
#define TRI_IDLE_SLEEPERS (TRI_IDLE_SEARCHER - 1)

struct tri_idle {
    tri_atomic(uint64_t) x_word;
};

// Worker: starts to search unless half of the workers search already.
static inline bool tri_idle_search(struct tri_idle *idle, uint32_t workers)
{
    // relaxed: a limit, not an order.
    uint64_t word = tri_load(&idle->x_word, relaxed);
    while (2 * (uint32_t)(word >> TRI_IDLE_WORKERS_MAX) < workers) {
        // relaxed: what the searcher reads is ordered by the queues; a producer that sees the count
        // too early relies on the fence in tri_idle_sleep. relaxed on failure: retried.
        if (tri_cas(&idle->x_word, &word, word + TRI_IDLE_SEARCHER, relaxed, relaxed)) {
            return true;
        }
    }
    return false;
}

// Worker: stops to search because it found work. True when it was the last searcher: it then calls
// tri_idle_wake if there is more.
static inline bool tri_idle_found(struct tri_idle *idle)
{
    // release [idle-found]: what the searcher leaves in its own queue comes before it leaves the
    // count and relies on the others; pairs with the fence in tri_idle_sleep of the last of them.
    // For the last one, the caller's tri_idle_wake has the fence.
    uint64_t before = tri_sub(&idle->x_word, TRI_IDLE_SEARCHER, release);
    return before >> TRI_IDLE_WORKERS_MAX == 1;
}

// Worker: becomes a sleeper. It must look at every queue once more before it parks.
static inline void tri_idle_sleep(struct tri_idle *idle, uint32_t worker, bool searching)
{
    uint64_t change = ((uint64_t)1 << worker) - (searching ? TRI_IDLE_SEARCHER : 0);
    // release [idle-claim]: how to wake the worker is known before it may be claimed. The look at
    // the queues is ordered by the fence below.
    (void)tri_add(&idle->x_word, change, release);
    // [idle-fence]: the bit before the last look; pairs with the fence in tri_idle_wake: either the
    // producer sees the sleeper or the sleeper sees the work. It also acquires [idle-found]: the
    // add above read the word that earlier searchers left.
    tri_fence(seq_cst);
}

// Worker: leaves sleep by itself (last look, deadline). False when a waker claimed it first: the
// worker is a searcher then and its park token is set or about to be: it consumes the token.
static inline bool tri_idle_cancel(struct tri_idle *idle, uint32_t worker)
{
    uint64_t bit = (uint64_t)1 << worker;
    // relaxed: the worker's own bit; only a claim can have cleared it.
    uint64_t word = tri_load(&idle->x_word, relaxed);
    while ((word & bit) != 0) {
        // relaxed: nothing is ordered by leaving. relaxed on failure: retried.
        if (tri_cas(&idle->x_word, &word, word & ~bit, relaxed, relaxed)) {
            return true;
        }
    }
    return false;
}

// Producer, after it published surplus work: claims a sleeper to be unparked and returns its index;
// −1 when somebody searches already or nobody sleeps.
static inline int tri_idle_wake(struct tri_idle *idle)
{
    // [idle-fence]: the work before the look; pairs with the fence in tri_idle_sleep.
    tri_fence(seq_cst);
    // relaxed: ordered by the fence.
    uint64_t word = tri_load(&idle->x_word, relaxed);
    while ((word & ~TRI_IDLE_SLEEPERS) == 0 && word != 0) {
        int worker = 0;
        while ((word >> worker & 1) == 0) {
            worker++; // the lowest sleeper: the others can stay asleep longest
        }
        uint64_t claimed = (word & ~((uint64_t)1 << worker)) + TRI_IDLE_SEARCHER;
        // acquire [idle-claim]: pairs with tri_idle_sleep. relaxed on failure: retried.
        if (tri_cas(&idle->x_word, &word, claimed, acquire, relaxed)) {
            return worker;
        }
    }
    return -1;
}

#endif
