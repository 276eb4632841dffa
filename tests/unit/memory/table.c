// SPDX-License-Identifier: MIT
#include "memory/table.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

static struct tri_table table;

static void make_table(void)
{
    tri_table_init(&table, 100);
}

static void end_table(void)
{
    tri_table_fini(&table);
    cr_assert_null(tri_table_at(&table, 0));
}

TestSuite(table, .init = make_table);

Test(table, has_no_records_at_first)
{
    cr_assert_eq(tri_table_count(&table), 0);
    cr_assert_null(tri_table_at(&table, 0));
    cr_assert_null(tri_table_at(&table, UINT32_MAX));
    end_table();
}

Test(table, grows_by_segments_and_tells_the_first_index)
{
    uint32_t first = 77;

    for (uint32_t i = 0; i < 5; i++) {
        cr_assert_eq(tri_table_grow(&table, &first), TRI_TABLE_GREW);
        cr_assert_eq(first, i * TRI_TABLE_SEGMENT_RECORDS);
        cr_assert_eq(tri_table_count(&table), (i + 1) * TRI_TABLE_SEGMENT_RECORDS);
        cr_assert_not_null(tri_table_at(&table, tri_table_count(&table) - 1));
        cr_assert_null(tri_table_at(&table, tri_table_count(&table)));
    }
    end_table();
}

// The second table gets memory that the first one wrote to.
Test(table, records_are_zero_and_on_lines_of_their_own)
{
    static const char zeroes[128];
    uint32_t first;

    for (int round = 0; round < 2; round++) {
        make_table();
        tri_table_grow(&table, &first);
        for (uint32_t i = 0; i < TRI_TABLE_SEGMENT_RECORDS; i++) {
            char *record = tri_table_at(&table, i);
            cr_assert_eq((uintptr_t)record % 64, 0);
            cr_assert_arr_eq(record, zeroes, 128);
            memset(record, 0xff, 128);
        }
        end_table();
    }
}

Test(table, records_never_move)
{
    uint32_t first;

    tri_table_grow(&table, &first);
    char *record = tri_table_at(&table, 5);
    memcpy(record, "here", 5);
    for (int i = 0; i < 50; i++) {
        tri_table_grow(&table, &first);
    }
    cr_assert_eq(tri_table_at(&table, 5), record);
    cr_assert_str_eq(record, "here");
    end_table();
}

Test(table, is_full_after_all_segments)
{
    struct tri_table small;
    uint32_t first = 0;

    tri_table_init(&small, 1);
    for (uint32_t i = 0; i < TRI_TABLE_SEGMENTS; i++) {
        cr_assert_eq(tri_table_grow(&small, &first), TRI_TABLE_GREW);
    }
    cr_assert_eq(tri_table_grow(&small, &first), TRI_TABLE_FULL);
    cr_assert_eq(first, TRI_TABLE_RECORDS_MAX - TRI_TABLE_SEGMENT_RECORDS);
    cr_assert_not_null(tri_table_at(&small, TRI_TABLE_RECORDS_MAX - 1));
    tri_table_fini(&small);
    end_table();
}

Test(table, without_memory_it_stays_as_it_is)
{
    struct tri_table huge;
    uint32_t first = 77;

    tri_table_init(&huge, SIZE_MAX / 4096);
    cr_assert_eq(tri_table_grow(&huge, &first), TRI_TABLE_NO_MEMORY);
    cr_assert_eq(first, 77);
    cr_assert_eq(tri_table_count(&huge), 0);
    tri_table_fini(&huge);
    end_table();
}

#define GROWS 1000

static pthread_barrier_t start;

static void *grow_often(void *seen)
{
    pthread_barrier_wait(&start);
    for (int i = 0; i < GROWS; i++) {
        uint32_t first;
        tri_table_grow(&table, &first);
        ((unsigned char *)seen)[first / TRI_TABLE_SEGMENT_RECORDS]++;
    }
    return NULL;
}

Test(table, threads_that_grow_it_get_different_segments)
{
    static unsigned char seen[2][2 * GROWS];
    pthread_t threads[2];

    pthread_barrier_init(&start, NULL, 2);
    for (int i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, grow_often, seen[i]);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    for (int i = 0; i < 2 * GROWS; i++) {
        cr_assert_eq(seen[0][i] + seen[1][i], 1, "segment %d", i);
    }
    end_table();
}
