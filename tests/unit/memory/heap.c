// SPDX-License-Identifier: MIT
#include "memory/heap.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/random.h"

static struct tri_blocks pools[2];
static struct tri_blocks *const all[2] = { &pools[0], &pools[1] };
static struct tri_heap heap;

static void make_heap(void)
{
    tri_blocks_init(&pools[0], 0, all, 2);
    tri_blocks_init(&pools[1], 1, all, 2);
}

// Ends every test: the end of the heap leaves nothing behind, whatever the test did.
static void census(void)
{
    tri_heap_check(&heap);
    tri_heap_fini(&heap, &pools[0]);
    cr_assert_eq(tri_heap_held_bytes(&heap), 0);
    for (int i = 0; i < 4; i++) {
        tri_blocks_flush(&pools[i % 2]);
    }
    cr_assert_eq(tri_blocks_used_bytes(&pools[0]), 0);
    cr_assert_eq(tri_blocks_used_bytes(&pools[1]), 0);
    cr_assert_eq(tri_block_direct_bytes(), 0);
    tri_blocks_fini(&pools[0]);
    tri_blocks_fini(&pools[1]);
}

static void *alloc_filled(size_t bytes)
{
    void *block = tri_heap_alloc(&heap, &pools[0], bytes);

    cr_assert_not_null(block);
    cr_assert_eq((uintptr_t)block % 16, 0);
    memset(block, 0xa5, bytes);
    return block;
}

TestSuite(heap, .init = make_heap);

Test(heap, holds_nothing_until_the_first_block)
{
    cr_assert_eq(tri_heap_held_bytes(&heap), 0);
    cr_assert_eq(tri_blocks_slab_bytes(&pools[0]), 0);
    census();
}

Test(heap, the_first_chunk_is_as_small_as_the_first_block_allows)
{
    const size_t cases[][2] = { { 48, 64 }, { 100, 128 }, { 200, 384 }, { 1000, 1536 } };

    for (int i = 0; i < 4; i++) {
        alloc_filled(cases[i][0]);
        cr_assert_eq(tri_heap_held_bytes(&heap), cases[i][1], "for %zu bytes", cases[i][0]);
        tri_heap_fini(&heap, &pools[0]);
    }
    census();
}

Test(heap, chunks_double_up_to_32_kib)
{
    size_t held = 0;
    size_t chunk = 32;

    for (int i = 0; i < 5000; i++) {
        alloc_filled(40);
        if (tri_heap_held_bytes(&heap) != held) {
            chunk = chunk < 32768 ? 2 * chunk : chunk;
            cr_assert_eq(tri_heap_held_bytes(&heap) - held, chunk);
            held = tri_heap_held_bytes(&heap);
        }
    }
    cr_assert_eq(chunk, 32768);
    census();
}

Test(heap, the_class_is_the_smallest_that_fits)
{
    for (size_t bytes = 0; bytes <= TRI_HEAP_SMALL_MAX; bytes++) {
        unsigned class = tri_heap_class_of(bytes);
        cr_assert_leq(bytes, tri_heap_class_bytes[class]);
        cr_assert(class == 0 || bytes > tri_heap_class_bytes[class - 1], "of %zu bytes", bytes);
    }
    census();
}

Test(heap, a_freed_block_serves_the_next_of_its_class)
{
    void *block = alloc_filled(150);

    tri_heap_free(&heap, &pools[0], block, 150);
    cr_assert_eq(alloc_filled(190), block);
    cr_assert_neq(alloc_filled(190), block);
    census();
}

// With free lists, what a chunk has left when the next one begins is not lost.
Test(heap, the_rest_of_a_chunk_serves_small_blocks)
{
    tri_heap_free(&heap, &pools[0], alloc_filled(16), 16);
    char *rest = heap.bump;
    size_t rest_bytes = (size_t)(heap.end - heap.bump);

    cr_assert_eq(rest_bytes, 32);
    alloc_filled(1000);
    cr_assert_eq(alloc_filled(rest_bytes), rest);
    census();
}

Test(heap, steady_use_does_not_grow_it)
{
    for (size_t bytes = 1; bytes < TRI_HEAP_SMALL_MAX; bytes = bytes * 3 / 2 + 1) {
        tri_heap_free(&heap, &pools[0], alloc_filled(bytes), bytes);
        size_t held = tri_heap_held_bytes(&heap);
        for (int i = 0; i < 1000; i++) {
            tri_heap_free(&heap, &pools[0], alloc_filled(bytes), bytes);
        }
        cr_assert_eq(tri_heap_held_bytes(&heap), held, "with blocks of %zu bytes", bytes);
    }
    census();
}

Test(heap, a_large_block_goes_back_as_soon_as_it_is_freed)
{
    alloc_filled(10);
    void *block = alloc_filled(1000000);
    size_t held = tri_heap_held_bytes(&heap);

    cr_assert_gt(held, 1000000);
    tri_heap_free(&heap, &pools[1], block, 1000000);
    cr_assert_lt(tri_heap_held_bytes(&heap), held - 1000000);
    cr_assert_eq(tri_block_direct_bytes(), 0);
    census();
}

Test(heap, freeing_nothing_is_allowed)
{
    tri_heap_free(&heap, &pools[0], NULL, 10);
    cr_assert_eq(tri_heap_held_bytes(&heap), 0);
    census();
}

Test(heap, never_grows_over_its_limit)
{
    heap.limit_bytes = 10000;

    while (tri_heap_alloc(&heap, &pools[0], 100) != NULL) {
        cr_assert_leq(tri_heap_held_bytes(&heap), 10000);
    }
    // A doubled chunk would no longer fit; single blocks still do.
    cr_assert_gt(tri_heap_held_bytes(&heap), 10000 - 128);
    cr_assert_null(tri_heap_alloc(&heap, &pools[0], 20000));
    cr_assert_null(tri_heap_alloc(&heap, &pools[0], 30000));
    census();
}

Test(heap, what_is_freed_at_the_limit_can_be_used_again)
{
    heap.limit_bytes = 4096;
    void *first = alloc_filled(100);
    tri_heap_free(&heap, &pools[0], first, 100);
    first = alloc_filled(100);

    while (tri_heap_alloc(&heap, &pools[0], 100) != NULL) {}
    tri_heap_free(&heap, &pools[0], first, 100);
    cr_assert_eq(tri_heap_alloc(&heap, &pools[0], 100), first);
    census();
}

Test(heap, impossible_sizes_are_refused)
{
    cr_assert_null(tri_heap_alloc(&heap, &pools[0], SIZE_MAX));
    cr_assert_null(tri_heap_alloc(&heap, &pools[0], SIZE_MAX - 40));
    cr_assert_null(tri_heap_alloc(&heap, &pools[0], SIZE_MAX / 2));
    census();
}

Test(heap, may_end_on_another_home_than_it_grew_on)
{
    for (int i = 0; i < 1000; i++) {
        cr_assert_not_null(tri_heap_alloc(&heap, &pools[i / 100 % 2], 100));
    }
    tri_heap_fini(&heap, &pools[1]);
    tri_blocks_flush(&pools[1]);
    tri_blocks_flush(&pools[0]);
    cr_assert_eq(tri_blocks_used_bytes(&pools[0]), 0);
    cr_assert_eq(tri_blocks_used_bytes(&pools[1]), 0);
    census();
}

Test(heap, starts_anew_after_its_end)
{
    heap.limit_bytes = 5000;
    alloc_filled(1000);
    tri_heap_fini(&heap, &pools[0]);
    cr_assert_eq(tri_heap_held_bytes(&heap), 0);
    cr_assert_eq(heap.limit_bytes, 5000);
    alloc_filled(40);
    cr_assert_eq(tri_heap_held_bytes(&heap), 64);
    census();
}

struct held {
    unsigned char *block;
    size_t bytes;
    unsigned char fill;
};

static void swap_one(struct held *held, struct tri_random *random, unsigned long long seed)
{
    struct tri_blocks *blocks = &pools[tri_random_below(random, 2)];
    size_t most = tri_random_below(random, 30) == 0 ? 100000 : 400;

    if (held->block != NULL) {
        for (size_t i = 0; i < held->bytes; i += 1 + held->bytes / 5) {
            cr_assert_eq(held->block[i], held->fill, "seed %llu: two blocks share memory", seed);
        }
        tri_heap_free(&heap, blocks, held->block, held->bytes);
        held->block = NULL;
        return;
    }
    held->bytes = tri_random_below(random, most);
    held->fill = (unsigned char)tri_random_next(random);
    held->block = tri_heap_alloc(&heap, blocks, held->bytes);
    cr_assert(held->block != NULL || heap.limit_bytes != 0, "seed %llu: refused", seed);
    if (held->block != NULL) {
        memset(held->block, held->fill, held->bytes);
    }
}

Test(heap, random_use_shares_no_memory_and_leaves_nothing)
{
    struct tri_random random;

    for (unsigned long long seed = 1; seed <= 60; seed++) {
        struct held held[200] = { { NULL, 0, 0 } };
        tri_random_seed(&random, seed);
        heap.limit_bytes = seed % 3 == 0 ? 20000 + tri_random_below(&random, 300000) : 0;
        for (int step = 0; step < 2000; step++) {
            swap_one(&held[tri_random_below(&random, 200)], &random, seed);
        }
        tri_heap_check(&heap);
        cr_assert(heap.limit_bytes == 0 || tri_heap_held_bytes(&heap) <= heap.limit_bytes);
        tri_heap_fini(&heap, &pools[seed % 2]);
    }
    census();
}
