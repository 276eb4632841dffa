// SPDX-License-Identifier: MIT
// A spec that was packed needs nothing of the caller's memory.
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "supervisor/pack.h"

static tr_exit run(tr_self *self, const void *arg)
{
    (void)self;
    (void)arg;
    return TR_NORMAL;
}

static struct tri_packed_supervisor *pack(const tr_supervisor_spec *spec)
{
    size_t bytes = tri_pack_supervisor_bytes(spec);
    struct tri_packed_supervisor *packed = aligned_alloc(16, bytes);

    tri_pack_supervisor(spec, packed);
    cr_assert_eq(packed->bytes, bytes);
    cr_assert_eq(bytes % 16, 0);
    return packed;
}

Test(pack, copies_ids_names_and_arguments)
{
    char id[] = "first";
    char name[] = "known";
    long argument = 42;
    tr_child child = { .id = id, .run = run, .name = name, TR_ARGS_OF(&argument) };
    tr_supervisor_spec spec = { .children = &child, .child_count = 1 };
    struct tri_packed_supervisor *packed = pack(&spec);

    memset(id, 'x', sizeof id - 1);
    memset(name, 'x', sizeof name - 1);
    argument = 0;
    const struct tri_packed_child *copy = tri_packed_first(packed);
    cr_expect_str_eq(copy->id, "first");
    cr_expect_str_eq(copy->name, "known");
    cr_expect_eq(*(const long *)tri_packed_args(copy), 42);
    cr_expect(copy->has_args);
    free(packed);
}

Test(pack, can_be_moved_as_bytes)
{
    const tr_child leaves[] = { { .id = "a", .run = run }, { .id = "b", .run = run } };
    const tr_supervisor_spec inner = { .name = "in", .children = leaves, .child_count = 2 };
    const tr_child tops[] = { { .id = "s", .supervisor = &inner }, { .id = "z", .run = run } };
    struct tri_packed_supervisor *packed =
        pack(&(tr_supervisor_spec){ .children = tops, .child_count = 2 });
    struct tri_packed_supervisor *moved = aligned_alloc(16, packed->bytes);

    memcpy(moved, packed, packed->bytes);
    memset(packed, 0xee, packed->bytes);
    const struct tri_packed_child *top = tri_packed_first(moved);
    const struct tri_packed_supervisor *below = tri_packed_args(top);
    cr_expect_str_eq(top->name, "in");
    cr_expect_eq(below->child_count, 2);
    cr_expect_str_eq(tri_packed_next(tri_packed_first(below))->id, "b");
    cr_expect_str_eq(tri_packed_next(top)->id, "z");
    free(packed);
    free(moved);
}

Test(pack, tells_no_arguments_from_empty_ones)
{
    static const char nothing;
    const tr_child children[] = { { .id = "a", .run = run },
                                  { .id = "b", .run = run, .args = &nothing } };
    struct tri_packed_supervisor *packed =
        pack(&(tr_supervisor_spec){ .children = children, .child_count = 2 });
    const struct tri_packed_child *first = tri_packed_first(packed);

    cr_expect_not(first->has_args);
    cr_expect(tri_packed_next(first)->has_args);
    free(packed);
}

Test(pack, prefers_the_name_given_to_the_child)
{
    const tr_supervisor_spec inner = { .name = "of spec" };
    const tr_child child = { .id = "s", .supervisor = &inner, .name = "of child" };
    struct tri_packed_supervisor *packed =
        pack(&(tr_supervisor_spec){ .children = &child, .child_count = 1 });

    cr_expect_str_eq(tri_packed_first(packed)->name, "of child");
    free(packed);
}
