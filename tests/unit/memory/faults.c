// SPDX-License-Identifier: MIT
// Each allocation of a piece of work fails in turn, alone or with all later ones. The work must
// carry on with what it has and leave nothing behind. On simulated ports.
#include <criterion/criterion.h>
#include <string.h>

#include "memory/heap.h"
#include "memory/table.h"
#include "platform/sim/sim.h"

static struct tri_blocks pools[2];
static struct tri_blocks *const all[2] = { &pools[0], &pools[1] };

static void end_pools(void)
{
    for (int i = 0; i < 4; i++) {
        tri_blocks_flush(&pools[i % 2]);
    }
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(tri_blocks_used_bytes(&pools[i]), 0);
        tri_blocks_fini(&pools[i]);
    }
    cr_assert_eq(tri_block_direct_bytes(), 0);
}

// Returns how many times memory was asked for.
static uint64_t run_with_fault(void (*work)(void), uint64_t nth, bool persistent)
{
    struct tri_sim_report report;

    tri_sim_begin(&(struct tri_sim_opts){ .seed = 1 });
    tri_blocks_init(&pools[0], 0, all, 2);
    tri_blocks_init(&pools[1], 1, all, 2);
    tri_sim_fail_alloc(nth, persistent);
    work();
    tri_sim_fail_alloc(0, false);
    end_pools();
    tri_sim_end(&report);
    cr_assert_eq(report.live_blocks, 0, "with fault %d", (int)nth);
    return report.allocation_count;
}

static void fail_each(void (*work)(void))
{
    uint64_t count = run_with_fault(work, 0, false);

    cr_assert_gt(count, 3, "the work asks for memory");
    for (uint64_t nth = 1; nth <= count; nth++) {
        run_with_fault(work, nth, false);
        run_with_fault(work, nth, true);
    }
}

#define BLOCKS 200

static size_t bytes_of(int i)
{
    return i % 50 == 49 ? 50000 : (size_t)(i * 37 % 9000);
}

static void use_blocks(void)
{
    static struct tri_block_tag tags[BLOCKS];
    static void *blocks[BLOCKS];

    for (int i = 0; i < BLOCKS; i++) {
        struct tri_blocks *mine = i % 20 == 0 ? NULL : &pools[i % 2];
        blocks[i] = tri_block_get(mine, bytes_of(i), &tags[i]);
        if (blocks[i] != NULL) {
            memset(blocks[i], i, bytes_of(i));
        }
    }
    for (int i = 0; i < BLOCKS; i++) {
        if (blocks[i] != NULL) {
            tri_block_put(&pools[0], blocks[i], tags[i], bytes_of(i));
        }
    }
}

Test(faults, pools_survive_each_failed_allocation)
{
    fail_each(use_blocks);
}

static void use_heap(void)
{
    static struct tri_heap heap;
    void *blocks[BLOCKS];

    for (int i = 0; i < BLOCKS; i++) {
        blocks[i] = tri_heap_alloc(&heap, &pools[0], bytes_of(i));
        if (blocks[i] != NULL) {
            memset(blocks[i], i, bytes_of(i));
        }
        if (i % 3 == 2) {
            tri_heap_free(&heap, &pools[1], blocks[i - 2], bytes_of(i - 2));
        }
    }
    tri_heap_check(&heap);
    tri_heap_fini(&heap, &pools[1]);
}

Test(faults, heaps_survive_each_failed_allocation)
{
    fail_each(use_heap);
}

static void use_table(void)
{
    static struct tri_table table;
    uint32_t segments = 0;

    tri_table_init(&table, 64);
    for (int i = 0; i < 5; i++) {
        uint32_t first;
        if (tri_table_grow(&table, &first) == TRI_TABLE_GREW) {
            cr_assert_eq(first, segments * TRI_TABLE_SEGMENT_RECORDS, "no gap after a failure");
            segments++;
        }
    }
    cr_assert_eq(tri_table_count(&table), segments * TRI_TABLE_SEGMENT_RECORDS);
    tri_table_fini(&table);
}

Test(faults, tables_survive_each_failed_allocation)
{
    fail_each(use_table);
}
