// SPDX-License-Identifier: MIT
// A growing table of records that never move and are never unmapped.
//
// Purpose: an index stays a valid way to a record for the life of the table, so that readers need
//   neither locks nor counts.
// How: segments of 1,024 records behind a fixed array of pointers. A new segment is memory that
//   reads as zero and that, fresh from the system, takes no pages until touched.
// Invariants: a segment pointer changes once, from NULL, in index order. Records are zero when they
//   appear, and aligned to 64 bytes.
// Threads: tri_table_at by any; tri_table_grow by any, one at a time behind a lock; init and fini
//   alone. Ownership: the table owns the segments; what the records hold belongs to the caller.
#ifndef TRI_MEMORY_TABLE_H
#define TRI_MEMORY_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/atomic.h"
#include "port/lock.h"

#define TRI_TABLE_SEGMENT_RECORDS 1024
#define TRI_TABLE_SEGMENTS 4096
#define TRI_TABLE_RECORDS_MAX (TRI_TABLE_SEGMENTS * TRI_TABLE_SEGMENT_RECORDS)

struct tri_table {
    size_t record_bytes; // a multiple of 64
    struct tri_lock lock;
    tri_atomic(uint32_t) x_segment_count;
    tri_atomic(char *) x_segments[TRI_TABLE_SEGMENTS];
};

enum tri_table_growth {
    TRI_TABLE_GREW,
    TRI_TABLE_FULL,
    TRI_TABLE_NO_MEMORY,
};

// record_bytes is rounded up to a multiple of 64.
void tri_table_init(struct tri_table *table, size_t record_bytes);
void tri_table_fini(struct tri_table *table);

// Adds one segment and tells the index of its first record; the out-parameter is untouched else.
enum tri_table_growth tri_table_grow(struct tri_table *table, uint32_t *first_index);

// How many records there are; every index below is valid in a thread that learnt it from here.
static inline uint32_t tri_table_count(const struct tri_table *table)
{
    // acquire [table-count]: pairs with the release in tri_table_grow.
    return tri_load(&table->x_segment_count, acquire) * TRI_TABLE_SEGMENT_RECORDS;
}

// The record, or NULL if its segment does not exist yet.
static inline void *tri_table_at(const struct tri_table *table, uint32_t index)
{
    if (index >= TRI_TABLE_RECORDS_MAX) {
        return NULL;
    }
    // acquire [table-segment]: the segment's zeroes; pairs with the release in tri_table_grow.
    char *segment = tri_load(&table->x_segments[index / TRI_TABLE_SEGMENT_RECORDS], acquire);
    return segment == NULL ? NULL
                           : segment + index % TRI_TABLE_SEGMENT_RECORDS * table->record_bytes;
}

#endif
