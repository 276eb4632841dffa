// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>

#include "base/list.h"

struct item {
    int number;
    struct tri_link link;
};

static struct tri_list list;
static struct item items[5];

static void make_list(void)
{
    tri_list_init(&list);
    for (int i = 0; i < 5; i++) {
        items[i] = (struct item){ .number = i };
    }
}

// The numbers in the list as one decimal number.
static int spell(const struct tri_list *of)
{
    int spelt = 0;

    for (struct tri_link *at = tri_list_first(of); at != NULL; at = tri_list_next(of, at)) {
        spelt = spelt * 10 + TRI_CONTAINER_OF(at, struct item, link)->number;
    }
    return spelt;
}

TestSuite(list, .init = make_list);

Test(list, is_empty_at_first)
{
    cr_assert(tri_list_empty(&list));
    cr_assert_null(tri_list_first(&list));
    cr_assert_null(tri_list_pop_front(&list));
}

Test(list, keeps_the_order_of_both_ends)
{
    tri_list_push_back(&list, &items[2].link);
    tri_list_push_back(&list, &items[3].link);
    tri_list_push_front(&list, &items[1].link);
    cr_assert_eq(spell(&list), 123);
}

Test(list, removes_from_the_middle_and_the_ends)
{
    for (int i = 1; i < 5; i++) {
        tri_list_push_back(&list, &items[i].link);
    }
    tri_list_remove(&items[2].link);
    cr_assert_eq(spell(&list), 134);
    tri_list_remove(&items[1].link);
    tri_list_remove(&items[4].link);
    cr_assert_eq(spell(&list), 3);
    tri_list_remove(&items[3].link);
    cr_assert(tri_list_empty(&list));
}

Test(list, a_link_knows_whether_it_is_listed)
{
    cr_assert_not(tri_link_listed(&items[1].link));
    tri_list_push_back(&list, &items[1].link);
    cr_assert(tri_link_listed(&items[1].link));
    tri_list_remove(&items[1].link);
    cr_assert_not(tri_link_listed(&items[1].link));
}

Test(list, pops_from_the_front)
{
    tri_list_push_back(&list, &items[1].link);
    tri_list_push_back(&list, &items[2].link);
    cr_assert_eq(tri_list_pop_front(&list), &items[1].link);
    cr_assert_eq(tri_list_pop_front(&list), &items[2].link);
    cr_assert(tri_list_empty(&list));
}

Test(list, append_moves_everything_behind)
{
    struct tri_list other;

    tri_list_init(&other);
    tri_list_push_back(&list, &items[1].link);
    tri_list_push_back(&other, &items[2].link);
    tri_list_push_back(&other, &items[3].link);
    tri_list_append(&list, &other);
    cr_assert_eq(spell(&list), 123);
    cr_assert(tri_list_empty(&other));
    tri_list_append(&list, &other);
    tri_list_push_back(&list, &items[4].link);
    cr_assert_eq(spell(&list), 1234);
}
