// SPDX-License-Identifier: MIT
#include "memory/heap.h"

#include <string.h>

#include "base/check.h"

#define ALIGN_BYTES 16
#define CHUNK_BYTES_MIN 64
#define CHUNK_BYTES_MAX TRI_BLOCK_BYTES_MAX

// At the start of every chunk.
struct tri_heap_chunk {
    struct tri_heap_chunk *next; // older
    uint32_t bytes;              // with this head
    struct tri_block_tag tag;
};

// At the start of a chunk that is one large block.
struct large_head {
    struct tri_link link;
    size_t bytes; // with this head
    struct tri_block_tag tag;
};

_Static_assert(sizeof(struct tri_heap) <= 48, "a heap fits into its place in the control block");
_Static_assert(sizeof(struct tri_heap_chunk) == ALIGN_BYTES, "blocks behind it are aligned");
_Static_assert(sizeof(struct large_head) % ALIGN_BYTES == 0, "the block behind it is aligned");

const uint16_t tri_heap_class_bytes[TRI_HEAP_CLASSES] = {
    16,  32,   48,   64,   80,   96,   112,  128,  192,   256,   384,   512,
    768, 1024, 1536, 2048, 3072, 4096, 6144, 8192, 12288, 16384, 24576,
};

static void add_to_held(struct tri_heap *heap, size_t bytes)
{
    // relaxed: a statistic with one writer; nothing is ordered by it.
    tri_store(&heap->x_held_bytes, tri_load(&heap->x_held_bytes, relaxed) + bytes, relaxed);
}

static bool within_limit(const struct tri_heap *heap, size_t more_bytes)
{
    size_t held = tri_heap_held_bytes(heap);

    return heap->limit_bytes == 0 ||
           (held <= heap->limit_bytes && more_bytes <= heap->limit_bytes - held);
}

bool tri_heap_charge(struct tri_heap *heap, size_t bytes)
{
    bool fits = within_limit(heap, bytes);

    if (fits) {
        add_to_held(heap, bytes);
    }
    return fits;
}

void tri_heap_discharge(struct tri_heap *heap, size_t bytes)
{
    add_to_held(heap, 0 - bytes);
}

// The bytes of a pooled block that holds this many.
static size_t fitting_chunk(size_t bytes)
{
    return tri_block_class_bytes[tri_block_class_of(bytes)];
}

// The bytes of the next chunk: twice the last one, and enough for this much behind the head.
static size_t next_chunk_bytes(const struct tri_heap *heap, size_t need)
{
    size_t bytes = heap->chunks == NULL ? CHUNK_BYTES_MIN : 2 * (size_t)heap->chunks->bytes;

    if (bytes > CHUNK_BYTES_MAX) {
        bytes = CHUNK_BYTES_MAX;
    }
    return fitting_chunk(bytes < need ? need : bytes);
}

static bool add_chunk(struct tri_heap *heap, struct tri_blocks *blocks, size_t bytes)
{
    struct tri_block_tag tag;
    struct tri_heap_chunk *chunk =
        within_limit(heap, bytes) ? tri_block_get(blocks, bytes, &tag) : NULL;

    if (chunk == NULL) {
        return false;
    }
    *chunk = (struct tri_heap_chunk){ heap->chunks, (uint32_t)bytes, tag };
    heap->chunks = chunk;
    heap->bump = (char *)(chunk + 1);
    heap->end = (char *)chunk + bytes;
    tri_poison(heap->bump, bytes - sizeof *chunk);
    add_to_held(heap, bytes);
    return true;
}

// Puts the rest of the newest chunk on the free lists, if they exist.
static void keep_rest(struct tri_heap *heap)
{
    unsigned above = heap->more == NULL ? 0 : TRI_HEAP_CLASSES;

    for (; above > 0; above--) {
        size_t size = tri_heap_class_bytes[above - 1];
        while ((size_t)(heap->end - heap->bump) >= size) {
            tri_unpoison(heap->bump, sizeof(void *));
            *(void **)(void *)heap->bump = heap->more->free[above - 1];
            heap->more->free[above - 1] = heap->bump;
            tri_poison(heap->bump, size);
            heap->bump += size;
        }
    }
}

// Makes room for `size` bytes at the bump pointer: a chunk of the usual size, else the smallest.
static bool make_room(struct tri_heap *heap, struct tri_blocks *blocks, size_t size)
{
    size_t need = size + sizeof(struct tri_heap_chunk);

    if ((size_t)(heap->end - heap->bump) >= size) {
        return true;
    }
    keep_rest(heap);
    return add_chunk(heap, blocks, next_chunk_bytes(heap, need)) ||
           add_chunk(heap, blocks, fitting_chunk(need));
}

// Makes the free lists exist. False without memory.
static bool make_more(struct tri_heap *heap, struct tri_blocks *blocks)
{
    size_t size = (sizeof *heap->more + ALIGN_BYTES - 1) / ALIGN_BYTES * ALIGN_BYTES;

    if (heap->more != NULL) {
        return true;
    }
    if (!make_room(heap, blocks, size)) {
        return false;
    }
    struct tri_heap_more *more = (struct tri_heap_more *)(void *)heap->bump;
    heap->bump += size;
    tri_unpoison(more, size);
    memset(more, 0, sizeof *more);
    tri_list_init(&more->large);
    heap->more = more;
    return true;
}

static void *alloc_large(struct tri_heap *heap, struct tri_blocks *blocks, size_t bytes)
{
    size_t total = bytes + sizeof(struct large_head);
    struct tri_block_tag tag;

    if (total < bytes || !within_limit(heap, total) || !make_more(heap, blocks) ||
        !within_limit(heap, total)) {
        return NULL;
    }
    struct large_head *head = tri_block_get(blocks, total, &tag);
    if (head == NULL) {
        return NULL;
    }
    head->bytes = total;
    head->tag = tag;
    tri_list_push_back(&heap->more->large, &head->link);
    add_to_held(heap, total);
    return head + 1;
}

void *tri_heap_alloc_slow(struct tri_heap *heap, struct tri_blocks *blocks, size_t bytes)
{
    if (bytes > TRI_HEAP_SMALL_MAX) {
        return alloc_large(heap, blocks, bytes);
    }
    if (!make_room(heap, blocks, tri_heap_class_bytes[tri_heap_class_of(bytes)])) {
        return NULL;
    }
    return tri_heap_alloc(heap, blocks, bytes);
}

static void free_large(struct tri_heap *heap, struct tri_blocks *blocks, struct large_head *head)
{
    tri_list_remove(&head->link);
    add_to_held(heap, 0 - head->bytes);
    tri_block_put(blocks, head, head->tag, head->bytes);
}

void tri_heap_free(struct tri_heap *heap, struct tri_blocks *blocks, void *block, size_t bytes)
{
    if (block == NULL) {
        return;
    }
    if (bytes > TRI_HEAP_SMALL_MAX) {
        free_large(heap, blocks, (struct large_head *)block - 1);
        return;
    }
    unsigned class = tri_heap_class_of(bytes);
    // Without memory for the lists the block simply stays until the heap ends.
    if (make_more(heap, blocks)) {
        tri_unpoison(block, sizeof(void *));
        *(void **)block = heap->more->free[class];
        heap->more->free[class] = block;
    }
    tri_poison(block, tri_heap_class_bytes[class]);
}

void tri_heap_fini(struct tri_heap *heap, struct tri_blocks *blocks)
{
    struct tri_heap_chunk *chunk = heap->chunks;

    while (heap->more != NULL && !tri_list_empty(&heap->more->large)) {
        struct tri_link *link = tri_list_first(&heap->more->large);
        free_large(heap, blocks, TRI_CONTAINER_OF(link, struct large_head, link));
    }
    while (chunk != NULL) {
        struct tri_heap_chunk *next = chunk->next;
        add_to_held(heap, 0 - (size_t)chunk->bytes);
        tri_block_put(blocks, chunk, chunk->tag, chunk->bytes);
        chunk = next;
    }
    TRI_CHECK(tri_heap_held_bytes(heap) == 0, "heap: chunks and their sum disagree");
    heap->bump = NULL;
    heap->end = NULL;
    heap->more = NULL;
    heap->chunks = NULL;
}

size_t tri_heap_held_bytes(const struct tri_heap *heap)
{
    // relaxed: a statistic; nothing is ordered by it.
    return tri_load(&heap->x_held_bytes, relaxed);
}

void tri_heap_check(const struct tri_heap *heap)
{
    const struct tri_heap_chunk *chunk = heap->chunks;
    size_t bytes = 0;

    TRI_CHECK(chunk == NULL || heap->end == (const char *)chunk + chunk->bytes,
              "heap: the bump region is not the newest chunk");
    TRI_CHECK(heap->bump <= heap->end, "heap: the bump pointer ran over its chunk");
    for (; chunk != NULL; chunk = chunk->next) {
        bytes += chunk->bytes;
    }
    if (heap->more != NULL) {
        const struct tri_list *large = &heap->more->large;
        for (struct tri_link *link = tri_list_first(large); link != NULL;
             link = tri_list_next(large, link)) {
            bytes += TRI_CONTAINER_OF(link, struct large_head, link)->bytes;
        }
    }
    TRI_CHECK(bytes == tri_heap_held_bytes(heap), "heap: chunks and their sum disagree");
}
