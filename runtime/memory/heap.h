// SPDX-License-Identifier: MIT
// The private heap of one actor.
//
// Purpose: allocation at the price of a pointer bump, and an end of the actor that costs a step per
//   chunk and not per block.
// How: chunks from the pools, the first as small as the first request allows, each next one twice
//   the last, up to 32 KiB. Freed blocks go to lists by size class; the table of those lists is
//   made in the heap at the first free. Requests above TRI_HEAP_SMALL_MAX get a chunk of their own.
// Invariants: blocks are aligned to 16 bytes and no two share memory. x_held_bytes is the sum of
// all
//   chunks and never above limit_bytes when that is not zero. A chunk knows its pool's tag, so the
//   heap may end on another P than it grew on.
// Threads: the thread that runs the actor; x_held_bytes is read by any.
// Ownership: the heap owns its chunks until tri_heap_fini. A zeroed heap is empty and holds
// nothing.
#ifndef TRI_MEMORY_HEAP_H
#define TRI_MEMORY_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/atomic.h"
#include "base/list.h"
#include "memory/block.h"
#include "memory/poison.h"

#define TRI_HEAP_CLASSES 23
#define TRI_HEAP_SMALL_MAX 24576 // bytes of the largest class

struct tri_heap_chunk;

// Made at the first need: most actors end without one.
struct tri_heap_more {
    void *free[TRI_HEAP_CLASSES]; // freed blocks, linked by their first word
    struct tri_list large;        // chunks of requests above TRI_HEAP_SMALL_MAX
};

struct tri_heap {
    char *bump;                    // next free byte of the newest chunk
    char *end;                     // of the newest chunk
    struct tri_heap_more *more;    // inside the heap itself; NULL until needed
    struct tri_heap_chunk *chunks; // newest first
    size_t limit_bytes;            // 0: none
    tri_atomic(size_t) x_held_bytes;
};

extern const uint16_t tri_heap_class_bytes[TRI_HEAP_CLASSES];

// The cold half of tri_heap_alloc.
void *tri_heap_alloc_slow(struct tri_heap *heap, struct tri_blocks *blocks, size_t bytes);

// `bytes` as at tri_heap_alloc. `blocks`: of the P that runs the actor now; NULL for a foreign
// thread.
void tri_heap_free(struct tri_heap *heap, struct tri_blocks *blocks, void *block, size_t bytes);

// Counts bytes from elsewhere into what the heap holds; false over the limit. And takes them off,
// which comes before tri_heap_fini.
bool tri_heap_charge(struct tri_heap *heap, size_t bytes);
void tri_heap_discharge(struct tri_heap *heap, size_t bytes);

// Gives everything back; the heap is empty then and keeps its limit.
void tri_heap_fini(struct tri_heap *heap, struct tri_blocks *blocks);

// From any thread: what the heap's chunks take, and what was charged.
size_t tri_heap_held_bytes(const struct tri_heap *heap);

// Walks the chunks and checks the invariants.
void tri_heap_check(const struct tri_heap *heap);

// The smallest class that holds this many bytes, at most TRI_HEAP_SMALL_MAX: steps of 16 bytes up
// to 128, then two steps for each doubling.
static inline unsigned tri_heap_class_of(size_t bytes)
{
    static const uint8_t by_64[17] = {
        0, 0, 7, 8, 9, 10, 10, 11, 11, 12, 12, 12, 12, 13, 13, 13, 13
    };
    static const uint8_t by_512[9] = { 0, 0, 0, 14, 15, 16, 16, 17, 17 };
    static const uint8_t by_2048[13] = { 0, 0, 0, 18, 19, 20, 20, 21, 21, 22, 22, 22, 22 };

    if (bytes <= 128) {
        return bytes == 0 ? 0 : (unsigned)(bytes - 1) / 16;
    }
    if (bytes <= 1024) {
        return by_64[(bytes + 63) / 64];
    }
    return bytes <= 4096 ? by_512[(bytes + 511) / 512] : by_2048[(bytes + 2047) / 2048];
}

// NULL when over the limit or out of memory; not cleared.
static inline void *tri_heap_alloc(struct tri_heap *heap, struct tri_blocks *blocks, size_t bytes)
{
    if (bytes > TRI_HEAP_SMALL_MAX) {
        return tri_heap_alloc_slow(heap, blocks, bytes);
    }
    unsigned class = tri_heap_class_of(bytes);
    size_t size = tri_heap_class_bytes[class];
    if (heap->more != NULL && heap->more->free[class] != NULL) {
        void **block = heap->more->free[class];
        tri_unpoison(block, sizeof *block);
        heap->more->free[class] = *block;
        tri_poison(block, sizeof *block);
        tri_unpoison(block, bytes);
        return block;
    }
    if ((size_t)(heap->end - heap->bump) < size) {
        return tri_heap_alloc_slow(heap, blocks, bytes);
    }
    void *block = heap->bump;
    heap->bump += size;
    tri_unpoison(block, bytes);
    return block;
}

#endif
