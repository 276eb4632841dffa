// SPDX-License-Identifier: MIT
// Blobs: immutable bytes that many messages and actors refer to, freed with the last reference.
//
// Purpose: a large body for many receivers without a copy for each.
// Invariants: bytes, data and totals never change after the blob was frozen. x_references counts
//   messages that carry it, actors that hold it and guests that made it; whoever takes it to zero
//   frees it. The totals outlive every blob.
// Threads: references by any thread; the data by its maker until it is frozen, then read by all.
// Ownership: each reference is owned by a message, an actor's book or a guest.
#ifndef TRI_MEMORY_BLOB_H
#define TRI_MEMORY_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/atomic.h"
#include "memory/block.h"

// All blobs of a system.
struct tri_blob_totals {
    tri_atomic(uint64_t) x_count;
    tri_atomic(uint64_t) x_bytes;
};

struct tr_blob {
    tri_atomic(uint32_t) x_references;
    bool frozen;
    struct tri_block_tag tag;
    size_t bytes;
    uint64_t id; // unique in the system: the key in the books of holders
    struct tri_blob_totals *totals;
    _Alignas(16) char data[];
};

// A blob with one reference, not cleared and not frozen; NULL without memory.
struct tr_blob *tri_blob_new(struct tri_blocks *blocks, struct tri_blob_totals *totals, uint64_t id,
                             size_t bytes);

// One more reference, by somebody who has one.
static inline void tri_blob_ref(struct tr_blob *blob)
{
    // relaxed: whoever passes the reference on orders what was written before.
    (void)tri_add(&blob->x_references, 1, relaxed);
}

// Gives a reference back. `blocks` as at tri_block_put.
void tri_blob_unref(struct tri_blocks *blocks, struct tr_blob *blob);

#endif
