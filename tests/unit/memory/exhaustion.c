// SPDX-License-Identifier: MIT
// What happens when the system has no more memory: the process gets an address space that is nearly
// used up. Each test is a process of its own.
#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "memory/heap.h"
#include "memory/table.h"

// Impossible sizes are answered with NULL, as without AddressSanitizer.
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

#define ROOM_BYTES (48UL << 20)

static struct tri_blocks pool;
static struct tri_blocks *const all[1] = { &pool };

// Leaves room for a few dozen megabytes more than the process has mapped.
static void limit_memory(void)
{
#ifdef TRI_POISON
    cr_skip_test("AddressSanitizer needs its address space");
#endif
    unsigned long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "r");

    cr_assert_eq(fscanf(statm, "%lu", &pages), 1);
    fclose(statm);
    rlim_t most = pages * (rlim_t)sysconf(_SC_PAGESIZE) + ROOM_BYTES;
    struct rlimit limit = { most, most };
    cr_assert_eq(setrlimit(RLIMIT_AS, &limit), 0);
    tri_blocks_init(&pool, 0, all, 1);
}

static void census(void)
{
    tri_blocks_flush(&pool);
    cr_assert_eq(tri_blocks_used_bytes(&pool), 0);
    cr_assert_eq(tri_block_direct_bytes(), 0);
    tri_blocks_fini(&pool);
}

TestSuite(exhaustion, .init = limit_memory);

// A chain of blocks, each holding the address and the tag of the one got before.
struct chained {
    struct chained *before;
    struct tri_block_tag before_tag;
};

static size_t fill_chain(size_t bytes, struct chained **last, struct tri_block_tag *tag)
{
    struct tri_block_tag newest;
    struct chained *block;
    size_t count = 0;

    *last = NULL;
    while ((block = tri_block_get(&pool, bytes, &newest)) != NULL) {
        *block = (struct chained){ *last, *tag };
        *last = block;
        *tag = newest;
        count++;
    }
    return count;
}

static void put_chain(size_t bytes, struct chained *last, struct tri_block_tag tag)
{
    while (last != NULL) {
        struct chained block = *last;
        tri_block_put(&pool, last, tag, bytes);
        last = block.before;
        tag = block.before_tag;
    }
}

static void exhaust_twice(size_t bytes)
{
    struct chained *last;
    struct tri_block_tag tag = { 0, 0 };

    size_t first = fill_chain(bytes, &last, &tag);
    cr_assert_gt(first, ROOM_BYTES / bytes / 4);
    put_chain(bytes, last, tag);
    size_t second = fill_chain(bytes, &last, &tag);
    cr_assert_geq(second, first / 2, "what was put can be got again");
    put_chain(bytes, last, tag);
    census();
}

Test(exhaustion, of_pooled_blocks_is_an_answer_and_passes)
{
    exhaust_twice(8192);
}

Test(exhaustion, of_direct_blocks_is_an_answer_and_passes)
{
    exhaust_twice(100000);
}

Test(exhaustion, of_a_heap_is_an_answer_and_it_still_ends_well)
{
    struct tri_heap heap = { .bump = NULL };
    size_t count = 0;

    while (tri_heap_alloc(&heap, &pool, count % 10 == 0 ? 40000 : 500) != NULL) {
        count++;
    }
    cr_assert_gt(count, 1000);
    tri_heap_check(&heap);
    tri_heap_fini(&heap, &pool);
    cr_assert_eq(tri_heap_held_bytes(&heap), 0);
    census();
}

Test(exhaustion, of_a_table_leaves_its_records)
{
    static struct tri_table table;
    uint32_t first = 0;
    uint32_t segments = 0;

    tri_table_init(&table, 384);
    while (tri_table_grow(&table, &first) == TRI_TABLE_GREW) {
        segments++;
    }
    cr_assert_gt(segments, 20);
    cr_assert_eq(tri_table_count(&table), segments * TRI_TABLE_SEGMENT_RECORDS);
    cr_assert_not_null(tri_table_at(&table, tri_table_count(&table) - 1));
    cr_assert_null(tri_table_at(&table, tri_table_count(&table)));
    tri_table_fini(&table);
}
