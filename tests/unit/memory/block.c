// SPDX-License-Identifier: MIT
#include "memory/block.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"

#define HOMES 3

static struct tri_blocks pools[HOMES];
static struct tri_blocks *const all[HOMES] = { &pools[0], &pools[1], &pools[2] };

static void make_pools(void)
{
    for (unsigned i = 0; i < HOMES; i++) {
        tri_blocks_init(&pools[i], (uint8_t)i, all, HOMES);
    }
}

// Ends every test: everything is at home, and nothing stays when the pools end.
static void census(void)
{
    for (unsigned i = 0; i < 2 * HOMES; i++) {
        tri_blocks_flush(&pools[i % HOMES]);
    }
    for (unsigned i = 0; i < HOMES; i++) {
        cr_assert_eq(tri_blocks_used_bytes(&pools[i]), 0, "home %u lacks blocks", i);
        tri_blocks_fini(&pools[i]);
        cr_assert_eq(tri_blocks_slab_bytes(&pools[i]), 0);
    }
    cr_assert_eq(tri_block_direct_bytes(), 0);
}

TestSuite(blocks, .init = make_pools);

Test(blocks, take_no_memory_before_the_first_get)
{
    for (unsigned i = 0; i < HOMES; i++) {
        cr_assert_eq(tri_blocks_slab_bytes(&pools[i]), 0);
    }
    census();
}

Test(blocks, the_class_is_the_smallest_that_fits)
{
    for (size_t bytes = 0; bytes <= TRI_BLOCK_BYTES_MAX; bytes++) {
        uint8_t class = tri_block_class_of(bytes);
        cr_assert_leq(bytes, tri_block_class_bytes[class]);
        cr_assert(class == 0 || bytes > tri_block_class_bytes[class - 1], "of %zu bytes", bytes);
    }
    census();
}

Test(blocks, every_size_is_aligned_to_a_line_and_holds_its_bytes)
{
    for (size_t bytes = 1; bytes <= 70000; bytes += 61) {
        struct tri_block_tag tag;
        char *block = tri_block_get(&pools[0], bytes, &tag);
        cr_assert_eq((uintptr_t)block % 64, 0);
        memset(block, 1, bytes);
        tri_block_put(&pools[0], block, tag, bytes);
    }
    census();
}

Test(blocks, the_last_put_is_the_first_got)
{
    struct tri_block_tag tags[3];
    void *a = tri_block_get(&pools[0], 100, &tags[0]);
    void *b = tri_block_get(&pools[0], 100, &tags[1]);

    tri_block_put(&pools[0], a, tags[0], 100);
    tri_block_put(&pools[0], b, tags[1], 100);
    cr_assert_eq(tri_block_get(&pools[0], 128, &tags[2]), b);
    tri_block_put(&pools[0], b, tags[2], 128);
    census();
}

Test(blocks, the_tag_names_class_and_home)
{
    struct tri_block_tag tag;
    void *block = tri_block_get(&pools[2], 300, &tag);

    cr_assert_eq(tag.home, 2);
    cr_assert_eq(tri_block_class_bytes[tag.class], 384);
    cr_assert_eq(tri_blocks_used_bytes(&pools[2]), 384);
    tri_block_put(&pools[2], block, tag, 300);
    census();
}

Test(blocks, beyond_the_largest_class_come_from_the_allocator)
{
    struct tri_block_tag tag;
    char *block = tri_block_get(&pools[0], TRI_BLOCK_BYTES_MAX + 1, &tag);

    cr_assert_eq(tag.class, TRI_BLOCK_DIRECT);
    cr_assert_eq(tag.home, TRI_BLOCK_DIRECT);
    cr_assert_gt(tri_block_direct_bytes(), TRI_BLOCK_BYTES_MAX);
    memset(block, 1, TRI_BLOCK_BYTES_MAX + 1);
    tri_block_put(&pools[1], block, tag, TRI_BLOCK_BYTES_MAX + 1);
    census();
}

Test(blocks, of_a_foreign_thread_are_not_pooled_and_anyone_may_free_them)
{
    struct tri_block_tag tags[2];
    void *a = tri_block_get(NULL, 10, &tags[0]);
    void *b = tri_block_get(NULL, 10, &tags[1]);

    cr_assert_eq(tags[0].home, TRI_BLOCK_DIRECT);
    cr_assert_eq((uintptr_t)a % 64, 0);
    tri_block_put(&pools[1], a, tags[0], 10);
    tri_block_put(NULL, b, tags[1], 10);
    census();
}

Test(blocks, of_another_home_go_back_in_batches)
{
    struct tri_block_tag tags[TRI_BLOCK_BATCH];
    void *blocks[TRI_BLOCK_BATCH];

    for (int i = 0; i < TRI_BLOCK_BATCH; i++) {
        blocks[i] = tri_block_get(&pools[0], 64, &tags[i]);
    }
    for (int i = 0; i < TRI_BLOCK_BATCH - 1; i++) {
        tri_block_put(&pools[1], blocks[i], tags[i], 64);
    }
    tri_blocks_flush(&pools[0]);
    cr_assert_eq(tri_blocks_used_bytes(&pools[0]), TRI_BLOCK_BATCH * 64, "a batch is not full");
    tri_block_put(&pools[1], blocks[TRI_BLOCK_BATCH - 1], tags[TRI_BLOCK_BATCH - 1], 64);
    tri_blocks_flush(&pools[0]);
    cr_assert_eq(tri_blocks_used_bytes(&pools[0]), 0, "a full batch went home");
    census();
}

Test(blocks, flush_sends_an_unfinished_batch_home)
{
    struct tri_block_tag tag;
    void *block = tri_block_get(&pools[0], 64, &tag);

    tri_block_put(&pools[1], block, tag, 64);
    tri_blocks_flush(&pools[1]);
    tri_blocks_flush(&pools[0]);
    cr_assert_eq(tri_blocks_used_bytes(&pools[0]), 0);
    census();
}

Test(blocks, a_foreign_thread_sends_pooled_blocks_home)
{
    struct tri_block_tag tag;

    for (size_t bytes = 64; bytes <= TRI_BLOCK_BYTES_MAX; bytes *= 2) {
        void *block = tri_block_get(&pools[1], bytes, &tag);
        tri_block_put(NULL, block, tag, bytes);
    }
    tri_blocks_flush(&pools[1]);
    cr_assert_eq(tri_blocks_used_bytes(&pools[1]), 0);
    census();
}

// Without returns each of the rounds would cut new blocks.
Test(blocks, that_came_home_are_used_before_new_ones_are_cut)
{
    struct tri_block_tag tags[TRI_BLOCK_BATCH];
    void *blocks[TRI_BLOCK_BATCH];

    for (int round = 0; round < 500; round++) {
        for (int i = 0; i < TRI_BLOCK_BATCH; i++) {
            blocks[i] = tri_block_get(&pools[0], 1024, &tags[i]);
        }
        for (int i = 0; i < TRI_BLOCK_BATCH; i++) {
            tri_block_put(&pools[2], blocks[i], tags[i], 1024);
        }
    }
    cr_assert_leq(tri_blocks_slab_bytes(&pools[0]), 6 * TRI_BLOCK_SLAB_BYTES);
    census();
}

// One slab holds one block of the largest class and its head; the rest serves the smaller ones.
Test(blocks, the_rest_of_a_slab_is_not_wasted)
{
    struct tri_block_tag tags[2];
    void *large[2];

    large[0] = tri_block_get(&pools[0], TRI_BLOCK_BYTES_MAX, &tags[0]);
    large[1] = tri_block_get(&pools[0], TRI_BLOCK_BYTES_MAX, &tags[1]);
    size_t slabs = tri_blocks_slab_bytes(&pools[0]);
    struct tri_block_tag tag;
    void *smaller = tri_block_get(&pools[0], 16384, &tag);
    cr_assert_eq((uintptr_t)smaller / TRI_BLOCK_SLAB_BYTES,
                 (uintptr_t)large[0] / TRI_BLOCK_SLAB_BYTES);
    cr_assert_eq(tri_blocks_slab_bytes(&pools[0]), slabs);
    tri_block_put(&pools[0], smaller, tag, 16384);
    tri_block_put(&pools[0], large[0], tags[0], TRI_BLOCK_BYTES_MAX);
    tri_block_put(&pools[0], large[1], tags[1], TRI_BLOCK_BYTES_MAX);
    census();
}

// The process's address space, in pages.
static unsigned long mapped_pages(void)
{
    unsigned long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "r");

    cr_assert_eq(fscanf(statm, "%lu", &pages), 1);
    fclose(statm);
    return pages;
}

Test(blocks, all_slabs_are_given_back_at_the_end)
{
    unsigned long before = 0;

    for (int round = 0; round < 4000; round++) {
        struct tri_block_tag tags[3];
        void *blocks[3];
        for (int i = 0; i < 3; i++) {
            blocks[i] = tri_block_get(&pools[0], TRI_BLOCK_BYTES_MAX, &tags[i]);
        }
        for (int i = 0; i < 3; i++) {
            tri_block_put(&pools[0], blocks[i], tags[i], TRI_BLOCK_BYTES_MAX);
        }
        tri_blocks_fini(&pools[0]);
        before = round == 1000 ? mapped_pages() : before;
    }
    cr_assert_lt(mapped_pages(), before + 3000 * 16, "a slab a round would be 16 pages");
    census();
}

Test(blocks, impossible_sizes_are_refused_and_leave_the_tag)
{
    struct tri_block_tag tag = { 1, 2 };

    cr_assert_null(tri_block_get(&pools[0], SIZE_MAX, &tag));
    cr_assert_null(tri_block_get(NULL, SIZE_MAX - 70, &tag));
    cr_assert_eq(tag.class, 1);
    cr_assert_eq(tag.home, 2);
    census();
}

struct held {
    unsigned char *block;
    size_t bytes;
    unsigned char fill;
    struct tri_block_tag tag;
};

static void get_one(struct held *held, struct tri_blocks *mine, struct tri_random *random)
{
    size_t most = tri_random_below(random, 20) == 0 ? 70000 : 600;

    held->bytes = 1 + tri_random_below(random, most);
    held->fill = (unsigned char)tri_random_next(random);
    held->block = tri_block_get(mine, held->bytes, &held->tag);
    memset(held->block, held->fill, held->bytes);
}

static void put_one(struct held *held, struct tri_blocks *mine, unsigned long long seed)
{
    for (size_t i = 0; i < held->bytes; i += 1 + held->bytes / 5) {
        cr_assert_eq(held->block[i], held->fill, "seed %llu: two blocks share memory", seed);
    }
    tri_block_put(mine, held->block, held->tag, held->bytes);
    held->block = NULL;
}

Test(blocks, random_traffic_between_homes_shares_no_memory_and_comes_back)
{
    static struct held held[300];
    struct tri_random random;

    for (unsigned long long seed = 1; seed <= 10; seed++) {
        tri_random_seed(&random, seed);
        for (int step = 0; step < 20000; step++) {
            struct held *one = &held[tri_random_below(&random, 300)];
            uint64_t who = tri_random_below(&random, HOMES + 1);
            struct tri_blocks *mine = who < HOMES ? &pools[who] : NULL;
            if (one->block == NULL) {
                get_one(one, mine, &random);
            } else {
                put_one(one, mine, seed);
            }
        }
        for (int i = 0; i < 300; i++) {
            if (held[i].block != NULL) {
                put_one(&held[i], &pools[i % HOMES], seed);
            }
        }
    }
    census();
}

#define PASSED 20000

static struct tri_block_tag passed_tags[PASSED];
static tri_atomic(void *) x_passed[PASSED];

static void *put_what_is_passed(void *mine)
{
    for (int i = 0; i < PASSED; i++) {
        void *block = NULL;
        while (block == NULL) {
            // acquire [passed]: the tag and the content; pairs with the release in the test.
            block = tri_load(&x_passed[i], acquire);
        }
        cr_assert_eq(*(int *)block, i);
        tri_block_put(mine, block, passed_tags[i], 64);
    }
    tri_blocks_flush(mine);
    return NULL;
}

Test(blocks, come_home_from_a_thread_that_only_frees)
{
    pthread_t thread;

    pthread_create(&thread, NULL, put_what_is_passed, &pools[1]);
    for (int i = 0; i < PASSED; i++) {
        int *block = tri_block_get(&pools[0], 64, &passed_tags[i]);
        *block = i;
        // release [passed]: the tag and the content before the pointer.
        tri_store(&x_passed[i], block, release);
    }
    pthread_join(thread, NULL);
    tri_blocks_flush(&pools[0]);
    cr_assert_eq(tri_blocks_used_bytes(&pools[0]), 0);
    census();
}
