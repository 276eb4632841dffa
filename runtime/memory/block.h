// SPDX-License-Identifier: MIT
// Blocks of raw memory for messages, control records and heap chunks: one P's pools.
//
// Purpose: get and put at the price of a list operation, last in first out, so that memory is warm.
// How: fourteen size classes, a free list each. Empty lists are refilled by what came home from
//   other P's, then from slabs. A block of another P waits in a batch and goes home when 64 wait or
//   at tri_blocks_flush. What is too large for the classes, and what a foreign thread (no P) gets,
//   comes from port/memory.h directly and has tag {TRI_BLOCK_DIRECT, TRI_BLOCK_DIRECT}.
// Invariants: the caller keeps the tag and gives it back unchanged. Every block is aligned to 64
//   bytes. Pooled blocks lie in slabs that begin at multiples of TRI_BLOCK_SLAB_BYTES and name
//   their owner, so a foreign thread finds the way home without a table. Slabs stay until
//   tri_blocks_fini.
// Threads: `mine` belongs to the thread that holds the P; NULL is any other thread. x_ fields are
//   read by any thread; x_top of returns is pushed by any.
// Ownership: a block belongs to whoever got it until put; the pools own free blocks and slabs.
#ifndef TRI_MEMORY_BLOCK_H
#define TRI_MEMORY_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "base/atomic.h"
#include "base/check.h"
#include "memory/poison.h"
#include "memory/returns.h"
#include "port/memory.h"

#define TRI_BLOCK_CLASSES 14
#define TRI_BLOCK_BYTES_MAX 32768 // of the largest class
#define TRI_BLOCK_DIRECT 255      // as class and as home: not pooled
#define TRI_BLOCK_HOMES_MAX 255   // homes are 0 to 254
#define TRI_BLOCK_BATCH 64        // blocks that go home together
#define TRI_BLOCK_SLAB_BYTES 65536

struct tri_block_tag {
    uint8_t class;
    uint8_t home;
};

// What a free block holds in itself.
struct tri_block_free {
    struct tri_return_node node;
    uint8_t class; // valid on the way home, where classes are mixed
};

// Blocks of one other P, waiting to go home.
struct tri_block_batch {
    struct tri_return_node *first;
    struct tri_return_node *last;
    size_t count;
};

struct tri_blocks {
    // Zone of the holder of the P.
    struct tri_block_free *free[TRI_BLOCK_CLASSES];
    tri_atomic(size_t) x_slab_bytes; // asked from port/memory.h for slabs
    size_t cut_bytes;                // all blocks ever cut from them
    uint8_t home;
    unsigned count;                 // how many P's share the array all
    struct tri_blocks *const *all;  // by home
    struct tri_block_slab *regions; // every region, newest first
    char *carve;                    // uncut part of the current slab
    char *carve_end;
    char *region_end;    // slabs not yet begun: from carve_end to here
    size_t region_slabs; // of the next region
    struct tri_block_batch outgoing[TRI_BLOCK_HOMES_MAX];
    // Zone of everybody, on cache lines of its own.
    char pad_before[64];
    struct tri_returns returns;
    char pad_after[64];
};

extern const uint16_t tri_block_class_bytes[TRI_BLOCK_CLASSES];

// `all` holds one pointer per P of the system and is complete before the first block is put.
void tri_blocks_init(struct tri_blocks *blocks, uint8_t home, struct tri_blocks *const *all,
                     unsigned count);

// Sends waiting blocks of others home and takes in own ones; call it when the worker goes idle.
void tri_blocks_flush(struct tri_blocks *blocks);

// Frees all slabs. No block of this home may be in use or wait at another P: flush those first.
void tri_blocks_fini(struct tri_blocks *blocks);

// Statistics, from any thread: what this P's slabs take, and what all direct blocks of the process
// take.
size_t tri_blocks_slab_bytes(const struct tri_blocks *blocks);
size_t tri_block_direct_bytes(void);

// For the holder of the P: the bytes of its blocks, by class, that are not on its free lists: in
// use or on their way home. Walks the lists (a counter would make get and put half as slow again)
// and checks them.
size_t tri_blocks_used_bytes(const struct tri_blocks *blocks);

// The cold halves of get and put.
void *tri_block_get_slow(struct tri_blocks *mine, size_t bytes, struct tri_block_tag *tag);
void tri_block_put_slow(struct tri_blocks *mine, void *block, struct tri_block_tag tag,
                        size_t bytes);

// The smallest class that holds this many bytes, at most TRI_BLOCK_BYTES_MAX.
static inline uint8_t tri_block_class_of(size_t bytes)
{
    static const uint8_t by_line[33] = {
        0, 0, 1, 2, 3, 4, 4, 5, 5, 6, 6, 6, 6, 7, 7, 7, 7,
        8, 8, 8, 8, 8, 8, 8, 8, 9, 9, 9, 9, 9, 9, 9, 9,
    };
    static const uint8_t by_page[9] = { 10, 10, 11, 12, 12, 13, 13, 13, 13 };

    return bytes <= 2048 ? by_line[(bytes + 63) / 64] : by_page[(bytes + 4095) / 4096];
}

// At least `bytes` bytes, not cleared, and their tag; NULL, and the tag untouched, without memory.
static inline void *tri_block_get(struct tri_blocks *mine, size_t bytes, struct tri_block_tag *tag)
{
    if (mine == NULL || bytes > TRI_BLOCK_BYTES_MAX) {
        return tri_block_get_slow(mine, bytes, tag);
    }
    if (tri_memory_refuses()) {
        return NULL; // in the simulator only, where every block is a point at which memory runs out
    }
    uint8_t class = tri_block_class_of(bytes);
    struct tri_block_free *block = mine->free[class];
    if (block == NULL) {
        return tri_block_get_slow(mine, bytes, tag);
    }
    tri_unpoison(block, sizeof *block);
    mine->free[class] = (struct tri_block_free *)(void *)block->node.next;
    tri_poison(block, sizeof *block);
    tri_unpoison(block, bytes);
    tag->class = class;
    tag->home = mine->home;
    return block;
}

// `tag` and `bytes` as they were at tri_block_get.
static inline void tri_block_put(struct tri_blocks *mine, void *block, struct tri_block_tag tag,
                                 size_t bytes)
{
    if (mine == NULL || tag.home != mine->home) {
        tri_block_put_slow(mine, block, tag, bytes);
        return;
    }
    struct tri_block_free *freed = block;
    tri_unpoison(freed, sizeof *freed);
    freed->node.next = (struct tri_return_node *)(void *)mine->free[tag.class];
    mine->free[tag.class] = freed;
    tri_poison(block, tri_block_class_bytes[tag.class]);
}

#endif
