// SPDX-License-Identifier: MIT
#include "memory/table.h"

#include <string.h>

#include "base/check.h"
#include "port/memory.h"

#define ALIGN_BYTES 64

// Behind the records, so that the first pages of a segment hold records only.
struct segment_tail {
    void *memory; // as asked from port/memory.h
};

static size_t records_bytes(const struct tri_table *table)
{
    return table->record_bytes * TRI_TABLE_SEGMENT_RECORDS;
}

static size_t memory_bytes(const struct tri_table *table)
{
    return records_bytes(table) + ALIGN_BYTES + sizeof(struct segment_tail);
}

void tri_table_init(struct tri_table *table, size_t record_bytes)
{
    TRI_CHECK(record_bytes > 0, "table: records of no size");
    memset(table, 0, sizeof *table);
    table->record_bytes = (record_bytes + ALIGN_BYTES - 1) / ALIGN_BYTES * ALIGN_BYTES;
    tri_lock_init(&table->lock);
}

void tri_table_fini(struct tri_table *table)
{
    for (uint32_t i = 0; i < TRI_TABLE_SEGMENTS; i++) {
        // relaxed: no other thread uses the table any more.
        char *segment = tri_load(&table->x_segments[i], relaxed);
        if (segment == NULL) {
            break;
        }
        struct segment_tail *tail = (struct segment_tail *)(void *)(segment + records_bytes(table));
        tri_memory_free(tail->memory, memory_bytes(table));
        // relaxed: as above.
        tri_store(&table->x_segments[i], NULL, relaxed);
    }
    // relaxed: as above.
    tri_store(&table->x_segment_count, 0, relaxed);
}

// A segment of zeroes, or NULL.
static char *new_segment(const struct tri_table *table)
{
    char *memory = tri_memory_alloc_zero(memory_bytes(table));

    if (memory == NULL) {
        return NULL;
    }
    char *segment = memory + ((0 - (uintptr_t)memory) & (ALIGN_BYTES - 1));
    struct segment_tail *tail = (struct segment_tail *)(void *)(segment + records_bytes(table));
    tail->memory = memory;
    return segment;
}

enum tri_table_growth tri_table_grow(struct tri_table *table, uint32_t *first_index)
{
    enum tri_table_growth result = TRI_TABLE_FULL;

    tri_lock_acquire(&table->lock);
    // relaxed: written behind this lock only.
    uint32_t count = tri_load(&table->x_segment_count, relaxed);
    if (count < TRI_TABLE_SEGMENTS) {
        char *segment = new_segment(table);
        result = segment == NULL ? TRI_TABLE_NO_MEMORY : TRI_TABLE_GREW;
        if (segment != NULL) {
            // release [table-segment]: the zeroes before the pointer; pairs with tri_table_at.
            tri_store(&table->x_segments[count], segment, release);
            // release [table-count]: the pointer before the count; pairs with tri_table_count.
            tri_store(&table->x_segment_count, count + 1, release);
            *first_index = count * TRI_TABLE_SEGMENT_RECORDS;
        }
    }
    tri_lock_release(&table->lock);
    return result;
}
