// SPDX-License-Identifier: MIT
#include "memory/block.h"

#include <stdbool.h>
#include <string.h>

#include "port/memory.h"

#define LINE_BYTES 64
// A refill cuts at most this much at a time: each cut writes to the block, and a fresh page costs
// as much as many messages.
#define CUT_BYTES 2048
#define REGION_SLABS_MAX 16

// Stands at the start of every slab, on a line of its own.
struct tri_block_slab {
    struct tri_blocks *owner;
    // The rest is used in the first slab of a region: what was asked from port/memory.h at once.
    struct tri_block_slab *next_region;
    void *memory;
    size_t memory_bytes;
};

// Stands right before a direct block.
struct direct_head {
    void *memory;
    size_t memory_bytes;
};

const uint16_t tri_block_class_bytes[TRI_BLOCK_CLASSES] = {
    64, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 4096, 8192, 16384, 32768,
};

// Direct blocks have no home to count them; they are rare beside pooled ones.
static tri_atomic(size_t) x_direct_bytes;

static char *align_up(char *at, size_t to)
{
    return at + ((0 - (uintptr_t)at) & (to - 1));
}

void tri_blocks_init(struct tri_blocks *blocks, uint8_t home, struct tri_blocks *const *all,
                     unsigned count)
{
    TRI_CHECK(home < count && count <= TRI_BLOCK_HOMES_MAX, "blocks: no such home");
    memset(blocks, 0, sizeof *blocks);
    blocks->home = home;
    blocks->all = all;
    blocks->count = count;
    blocks->region_slabs = 1;
}

static void *get_direct(size_t bytes, struct tri_block_tag *tag)
{
    size_t total = bytes + sizeof(struct direct_head) + LINE_BYTES;
    char *memory = total > bytes ? tri_memory_alloc(total) : NULL;

    if (memory == NULL) {
        return NULL;
    }
    char *block = align_up(memory + sizeof(struct direct_head), LINE_BYTES);
    struct direct_head *head = (struct direct_head *)(void *)block - 1;
    head->memory = memory;
    head->memory_bytes = total;
    // relaxed: a statistic; nothing is ordered by it.
    tri_add(&x_direct_bytes, total, relaxed);
    *tag = (struct tri_block_tag){ TRI_BLOCK_DIRECT, TRI_BLOCK_DIRECT };
    return block;
}

static void put_direct(void *block)
{
    struct direct_head head = *((struct direct_head *)block - 1);

    tri_unpoison(head.memory, head.memory_bytes); // a heap leaves its chunks poisoned
    // relaxed: a statistic; nothing is ordered by it.
    tri_sub(&x_direct_bytes, head.memory_bytes, relaxed);
    tri_unpoison(head.memory, head.memory_bytes); // a heap poisons what it has not handed out
    tri_memory_free(head.memory, head.memory_bytes);
}

// Puts a block on its free list.
static void keep_block(struct tri_blocks *mine, void *block, uint8_t class)
{
    struct tri_block_free *kept = block;

    kept->node.next = (struct tri_return_node *)(void *)mine->free[class];
    mine->free[class] = kept;
    tri_poison(block, tri_block_class_bytes[class]);
}

// Cuts one block off the current slab, which has room for it.
static void cut_block(struct tri_blocks *mine, uint8_t class)
{
    keep_block(mine, mine->carve, class);
    mine->carve += tri_block_class_bytes[class];
    mine->cut_bytes += tri_block_class_bytes[class];
}

// Takes in what other threads sent home.
static void take_returns(struct tri_blocks *mine)
{
    struct tri_return_node *node = tri_returns_take(&mine->returns);

    while (node != NULL) {
        struct tri_return_node *next = node->next;
        uint8_t class = ((struct tri_block_free *)(void *)node)->class;
        keep_block(mine, node, class);
        node = next;
    }
}

// What is left of a slab becomes blocks of the largest classes that fit; all are multiples of a
// line, so nothing remains.
static void keep_rest(struct tri_blocks *mine)
{
    for (uint8_t above = TRI_BLOCK_CLASSES; above > 0; above--) {
        uint8_t class = (uint8_t)(above - 1);
        while ((size_t)(mine->carve_end - mine->carve) >= tri_block_class_bytes[class]) {
            cut_block(mine, class);
        }
    }
}

// Regions grow so that a large system asks seldom and a small one asks for little. What is asked
// beyond whole slabs, for their alignment, is never touched.
static bool add_region(struct tri_blocks *mine)
{
    size_t bytes = (mine->region_slabs + 1) * TRI_BLOCK_SLAB_BYTES;
    char *memory = tri_memory_alloc(bytes);

    if (memory == NULL) {
        return false;
    }
    char *start = align_up(memory, TRI_BLOCK_SLAB_BYTES);
    struct tri_block_slab *slab = (struct tri_block_slab *)(void *)start;
    *slab = (struct tri_block_slab){ mine, mine->regions, memory, bytes };
    mine->regions = slab;
    mine->carve = start;
    mine->carve_end = start;
    mine->region_end = start + mine->region_slabs * TRI_BLOCK_SLAB_BYTES;
    if (mine->region_slabs < REGION_SLABS_MAX) {
        mine->region_slabs *= 2;
    }
    // relaxed: a statistic with one writer; nothing is ordered by it.
    tri_store(&mine->x_slab_bytes, tri_load(&mine->x_slab_bytes, relaxed) + bytes, relaxed);
    return true;
}

// Begins the next slab.
static bool add_slab(struct tri_blocks *mine)
{
    keep_rest(mine);
    if (mine->carve_end == mine->region_end && !add_region(mine)) {
        return false;
    }
    mine->carve = mine->carve_end;
    mine->carve_end += TRI_BLOCK_SLAB_BYTES;
    ((struct tri_block_slab *)(void *)mine->carve)->owner = mine;
    mine->carve += LINE_BYTES;
    return true;
}

// Cuts some blocks of the class off the current slab. False without memory.
static bool cut_blocks(struct tri_blocks *mine, uint8_t class)
{
    size_t block_bytes = tri_block_class_bytes[class];
    size_t cut = 0;

    if ((size_t)(mine->carve_end - mine->carve) < block_bytes && !add_slab(mine)) {
        return false;
    }
    do {
        cut_block(mine, class);
        cut += block_bytes;
    } while (cut < CUT_BYTES && (size_t)(mine->carve_end - mine->carve) >= block_bytes);
    return true;
}

void *tri_block_get_slow(struct tri_blocks *mine, size_t bytes, struct tri_block_tag *tag)
{
    if (mine == NULL || bytes > TRI_BLOCK_BYTES_MAX) {
        return get_direct(bytes, tag);
    }
    uint8_t class = tri_block_class_of(bytes);
    take_returns(mine);
    if (mine->free[class] == NULL && !cut_blocks(mine, class)) {
        return NULL;
    }
    return tri_block_get(mine, bytes, tag);
}

static void send_home(struct tri_blocks *mine, unsigned home)
{
    struct tri_block_batch *batch = &mine->outgoing[home];

    tri_returns_push(&mine->all[home]->returns, batch->first, batch->last);
    *batch = (struct tri_block_batch){ NULL, NULL, 0 };
}

void tri_block_put_slow(struct tri_blocks *mine, void *block, struct tri_block_tag tag,
                        size_t bytes)
{
    struct tri_block_free *freed = block;
    uintptr_t slab = (uintptr_t)block & ~(uintptr_t)(TRI_BLOCK_SLAB_BYTES - 1);

    if (tag.home == TRI_BLOCK_DIRECT) {
        put_direct(block);
        return;
    }
    TRI_ASSERT(bytes <= tri_block_class_bytes[tag.class]);
    (void)bytes;
    tri_unpoison(freed, sizeof *freed);
    freed->class = tag.class;
    tri_poison(freed + 1, tri_block_class_bytes[tag.class] - sizeof *freed);
    if (mine == NULL) {
        struct tri_blocks *owner = ((struct tri_block_slab *)slab)->owner;
        tri_returns_push(&owner->returns, &freed->node, &freed->node);
        return;
    }
    struct tri_block_batch *batch = &mine->outgoing[tag.home];
    freed->node.next = batch->first;
    batch->first = &freed->node;
    if (batch->count++ == 0) {
        batch->last = &freed->node;
    }
    if (batch->count == TRI_BLOCK_BATCH) {
        send_home(mine, tag.home);
    }
}

void tri_blocks_flush(struct tri_blocks *blocks)
{
    for (unsigned home = 0; home < blocks->count; home++) {
        if (blocks->outgoing[home].count > 0) {
            send_home(blocks, home);
        }
    }
    take_returns(blocks);
}

void tri_blocks_fini(struct tri_blocks *blocks)
{
    struct tri_block_slab *region = blocks->regions;

    while (region != NULL) {
        struct tri_block_slab slab = *region;
        tri_unpoison(region, slab.memory_bytes - (size_t)((char *)region - (char *)slab.memory));
        tri_memory_free(slab.memory, slab.memory_bytes);
        region = slab.next_region;
    }
    tri_blocks_init(blocks, blocks->home, blocks->all, blocks->count);
}

size_t tri_blocks_slab_bytes(const struct tri_blocks *blocks)
{
    // relaxed: a statistic; nothing is ordered by it.
    return tri_load(&blocks->x_slab_bytes, relaxed);
}

size_t tri_block_direct_bytes(void)
{
    // relaxed: a statistic; nothing is ordered by it.
    return tri_load(&x_direct_bytes, relaxed);
}

// The next free block; the list itself lies in poisoned memory.
static const struct tri_block_free *next_free(const struct tri_block_free *block, uint8_t class)
{
    tri_unpoison(block, sizeof *block);
    const struct tri_return_node *next = block->node.next;
    tri_poison(block, tri_block_class_bytes[class]);
    return (const struct tri_block_free *)(const void *)next;
}

size_t tri_blocks_used_bytes(const struct tri_blocks *blocks)
{
    size_t used = blocks->cut_bytes;

    for (uint8_t above = TRI_BLOCK_CLASSES; above > 0; above--) {
        uint8_t class = (uint8_t)(above - 1);
        const struct tri_block_free *block = blocks->free[class];
        for (; block != NULL; block = next_free(block, class)) {
            uintptr_t slab = (uintptr_t)block & ~(uintptr_t)(TRI_BLOCK_SLAB_BYTES - 1);
            TRI_CHECK((uintptr_t)block % LINE_BYTES == 0, "blocks: a free block is misaligned");
            TRI_CHECK(((const struct tri_block_slab *)slab)->owner == blocks,
                      "blocks: a free block of another home");
            TRI_CHECK(used >= tri_block_class_bytes[class], "blocks: freed more than was cut");
            used -= tri_block_class_bytes[class];
        }
    }
    return used;
}
