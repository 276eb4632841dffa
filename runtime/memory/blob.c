// SPDX-License-Identifier: MIT
#include "memory/blob.h"

#include "base/check.h"

struct tr_blob *tri_blob_new(struct tri_blocks *blocks, struct tri_blob_totals *totals, uint64_t id,
                             size_t bytes)
{
    struct tri_block_tag tag;
    struct tr_blob *blob = NULL;
    if (bytes <= SIZE_MAX - sizeof *blob) {
        blob = tri_block_get(blocks, sizeof *blob + bytes, &tag);
    }
    if (blob == NULL) {
        return NULL;
    }
    // relaxed: nobody else knows of it yet.
    tri_store(&blob->x_references, 1, relaxed);
    blob->frozen = false;
    blob->tag = tag;
    blob->bytes = bytes;
    blob->id = id;
    blob->totals = totals;
    // relaxed: statistics.
    (void)tri_add(&totals->x_count, 1, relaxed);
    (void)tri_add(&totals->x_bytes, bytes, relaxed);
    return blob;
}

void tri_blob_unref(struct tri_blocks *blocks, struct tr_blob *blob)
{
    // release [blob-last]: what this holder did with the data comes before the block is freed.
    uint32_t before = tri_sub(&blob->x_references, 1, acq_rel);
    TRI_CHECK(before != 0, "a blob was given back more often than it was taken");
    if (before != 1) {
        return;
    }
    // acquire [blob-last]: by the subtraction that found itself the last; pairs with all others.
    struct tri_blob_totals *totals = blob->totals;
    size_t bytes = blob->bytes;
    tri_block_put(blocks, blob, blob->tag, sizeof *blob + bytes);
    // relaxed: a statistic.
    (void)tri_sub(&totals->x_bytes, bytes, relaxed);
    // release [blob-count]: the block is back before the count says so; pairs with tr_system_free.
    (void)tri_sub(&totals->x_count, 1, release);
}
