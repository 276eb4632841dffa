// SPDX-License-Identifier: MIT
// A processor's run queue: a bounded ring, first in first out, from which thieves take half.
//
// Purpose: push costs no locked operation, pop and steal one each. Thieves take from the head, the
//   cold end, at most half of what is there.
// Invariants: x_tail is written by the owner only and never passes x_head + TRI_RING_SIZE. Entries
//   in
//   [x_head, x_tail) are valid. An entry is read before the compare-and-swap on x_head claims it,
//   and a slot is overwritten only after x_head was seen beyond it, so a claimed entry was intact.
// Threads: push and pop by the owner, steal by any other owner into its own ring. Counters wrap.
// Ownership: entries are the caller's. (The shape is that of Go's local run queue.)
#ifndef TRI_SCHED_RING_H
#define TRI_SCHED_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/atomic.h"

#ifndef TRI_RING_SIZE
#define TRI_RING_SIZE 256u // a power of two
#endif

struct tri_ring {
    tri_atomic(uint32_t) x_head;
    tri_atomic(uint32_t) x_tail;
    tri_atomic(void *) x_entries[TRI_RING_SIZE];
};

// Number of entries as seen by anybody: exact for the owner while nobody steals.
static inline uint32_t tri_ring_count(const struct tri_ring *ring)
{
    // relaxed: an estimate for decisions that are checked again.
    uint32_t head = tri_load(&ring->x_head, relaxed);
    uint32_t tail = tri_load(&ring->x_tail, relaxed);
    uint32_t count = tail - head;
    return count <= TRI_RING_SIZE ? count : 0;
}

// Owner: appends an entry; false when the ring is full.
static inline bool tri_ring_push(struct tri_ring *ring, void *entry)
{
    // acquire [ring-claim]: a thief's reads of the slots come before they are overwritten.
    uint32_t head = tri_load(&ring->x_head, acquire);
    // relaxed: only the owner writes x_tail.
    uint32_t tail = tri_load(&ring->x_tail, relaxed);
    if (tail - head >= TRI_RING_SIZE) {
        return false;
    }
    // relaxed: published by the store of x_tail.
    tri_store(&ring->x_entries[tail % TRI_RING_SIZE], entry, relaxed);
    // release [ring-publish]: the entry and all it points to; pairs with tri_ring_steal.
    tri_store(&ring->x_tail, tail + 1, release);
    return true;
}

// Owner: takes the oldest entry, NULL when empty.
static inline void *tri_ring_pop(struct tri_ring *ring)
{
    // relaxed: checked by the compare-and-swap; the owner wrote the entries itself.
    uint32_t head = tri_load(&ring->x_head, relaxed);
    // relaxed: only the owner writes x_tail.
    uint32_t tail = tri_load(&ring->x_tail, relaxed);
    while (head != tail) {
        // relaxed: the owner's own store.
        void *entry = tri_load(&ring->x_entries[head % TRI_RING_SIZE], relaxed);
        // relaxed: the owner itself writes the slot next; nobody else relies on this claim's order.
        if (tri_cas(&ring->x_head, &head, head + 1, relaxed, relaxed)) {
            return entry;
        }
    }
    return NULL;
}

// Thief: moves half of victim's entries (at least one) into its own ring, which it finds empty, and
// returns the oldest of them to run now; NULL when there was nothing or somebody was faster.
static inline void *tri_ring_steal(struct tri_ring *victim, struct tri_ring *mine)
{
    // acquire [ring-claim]: x_tail read below is not older than the head.
    uint32_t head = tri_load(&victim->x_head, acquire);
    // acquire [ring-publish]: pairs with tri_ring_push.
    uint32_t tail = tri_load(&victim->x_tail, acquire);
    uint32_t count = tail - head;
    count -= count / 2;
    if (count == 0 || count > TRI_RING_SIZE / 2) {
        return NULL; // empty, or head and tail were read far apart
    }
    // relaxed: only its owner, the caller, writes it.
    uint32_t to = tri_load(&mine->x_tail, relaxed);
    // acquire [ring-claim]: other thieves' reads of my slots come before they are overwritten.
    if (tri_load(&mine->x_head, acquire) != to) {
        return NULL;
    }
    // relaxed: ordered by the acquire of x_tail above.
    void *first = tri_load(&victim->x_entries[head % TRI_RING_SIZE], relaxed);
    for (uint32_t i = 1; i < count; i++) {
        // relaxed: both as above; the copies are published by the store of x_tail below.
        void *entry = tri_load(&victim->x_entries[(head + i) % TRI_RING_SIZE], relaxed);
        tri_store(&mine->x_entries[(to + i - 1) % TRI_RING_SIZE], entry, relaxed);
    }
    // release [ring-claim]: the reads above come before the slots are seen free. relaxed on
    // failure.
    if (!tri_cas(&victim->x_head, &head, head + count, release, relaxed)) {
        return NULL;
    }
    // release [ring-publish]: the copies; pairs with another thief's load.
    tri_store(&mine->x_tail, to + count - 1, release);
    return first;
}

#endif
