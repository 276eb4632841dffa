// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <signal.h>

#include "base/hash.h"
#include "base/random.h"
#include "base/tree.h"

#define KEYS 200

static struct tri_tree tree;
static struct tri_tree_node nodes[KEYS];
static bool present[KEYS]; // the model: which of the keys 3 * i are in the tree

static uint64_t key_of(unsigned i)
{
    return 3 * (uint64_t)i;
}

static void make_tree(void)
{
    for (unsigned i = 0; i < KEYS; i++) {
        nodes[i].key = key_of(i);
    }
}

static void insert_all(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        cr_assert(tri_tree_insert(&tree, &nodes[i]));
    }
}

TestSuite(tree, .init = make_tree);

Test(tree, is_empty_at_first)
{
    cr_assert(tri_tree_empty(&tree));
    cr_assert_null(tri_tree_first(&tree));
    cr_assert_null(tri_tree_find(&tree, 0));
    cr_assert_null(tri_tree_next_above(&tree, 0));
    cr_assert_null(tri_tree_remove(&tree, 0));
}

Test(tree, refuses_a_key_that_is_present)
{
    struct tri_tree_node twin = { .key = key_of(7) };

    insert_all(20);
    cr_assert_not(tri_tree_insert(&tree, &twin));
    cr_assert_eq(tri_tree_find(&tree, key_of(7)), &nodes[7]);
    tri_tree_check(&tree);
}

Test(tree, walks_in_order_of_keys)
{
    unsigned i = 0;

    insert_all(KEYS);
    for (struct tri_tree_node *at = tri_tree_first(&tree); at != NULL;
         at = tri_tree_next_above(&tree, at->key)) {
        cr_assert_eq(at, &nodes[i]);
        i++;
    }
    cr_assert_eq(i, KEYS);
}

// References that drifted more than 2^31 apart, in the halves that a narrowed comparison would see.
Test(tree, museum_otp_3856_keys_far_apart_keep_their_order)
{
    static const uint64_t far[] = { UINT64_C(0x100000001), UINT64_C(0x1ffffffff),
                                    UINT64_C(0x280000000), UINT64_C(0xffffffff00000000) };
    struct tri_tree_node one[4];

    insert_all(5);
    for (unsigned i = 0; i < 4; i++) {
        one[3 - i].key = far[3 - i];
        cr_assert(tri_tree_insert(&tree, &one[3 - i]));
    }
    tri_tree_check(&tree);
    for (unsigned i = 0; i < 4; i++) {
        uint64_t before = i == 0 ? key_of(4) : far[i - 1];
        cr_assert_eq(tri_tree_find(&tree, far[i]), &one[i]);
        cr_assert_eq(tri_tree_next_above(&tree, before), &one[i]);
        cr_assert_eq(tri_tree_remove(&tree, far[i]), &one[i]);
        cr_assert(tri_tree_insert(&tree, &one[i]));
    }
}

Test(tree, holds_the_extreme_keys)
{
    struct tri_tree_node highest = { .key = UINT64_MAX };

    insert_all(3);
    cr_assert(tri_tree_insert(&tree, &highest));
    tri_tree_check(&tree);
    cr_assert_eq(tri_tree_next_above(&tree, key_of(2)), &highest);
    cr_assert_null(tri_tree_next_above(&tree, UINT64_MAX));
    cr_assert_eq(tri_tree_remove(&tree, UINT64_MAX), &highest);
    cr_assert_eq(tri_tree_first(&tree), &nodes[0]);
}

static unsigned depth_of(const struct tri_tree_node *node)
{
    if (node == NULL) {
        return 0;
    }
    unsigned left = depth_of(node->left);
    unsigned right = depth_of(node->right);
    return 1 + (left > right ? left : right);
}

Test(tree, stays_shallow_for_ascending_keys)
{
    static struct tri_tree_node many[1 << 16];

    for (uint64_t i = 0; i < 1 << 16; i++) {
        many[i].key = i;
        tri_tree_insert(&tree, &many[i]);
    }
    unsigned depth = depth_of(tree.root);
    cr_assert(depth < 60, "65,536 keys are %u deep", depth);
    tri_tree_check(&tree);
}

// Compares every answer about the key with the model's.
static void compare_at(unsigned i, unsigned long long seed)
{
    unsigned above = i + 1;

    while (above < KEYS && !present[above]) {
        above++;
    }
    struct tri_tree_node *next = above < KEYS ? &nodes[above] : NULL;
    cr_assert_eq(tri_tree_find(&tree, key_of(i)), present[i] ? &nodes[i] : NULL, "seed %llu", seed);
    cr_assert_null(tri_tree_find(&tree, key_of(i) + 1), "seed %llu", seed);
    cr_assert_eq(tri_tree_next_above(&tree, key_of(i)), next, "seed %llu", seed);
    cr_assert_eq(tri_tree_next_above(&tree, key_of(i) + 2), next, "seed %llu", seed);
}

Test(tree, agrees_with_a_naive_model)
{
    struct tri_random random;

    for (unsigned long long seed = 1; seed <= 20; seed++) {
        tri_random_seed(&random, seed);
        for (int step = 0; step < 2000; step++) {
            unsigned i = (unsigned)tri_random_below(&random, KEYS);
            if (tri_random_below(&random, 2) == 0) {
                cr_assert_eq(tri_tree_insert(&tree, &nodes[i]), !present[i], "seed %llu", seed);
                present[i] = true;
            } else {
                struct tri_tree_node *gone = tri_tree_remove(&tree, key_of(i));
                cr_assert_eq(gone, present[i] ? &nodes[i] : NULL, "seed %llu", seed);
                present[i] = false;
            }
            compare_at((unsigned)tri_random_below(&random, KEYS), seed);
        }
        tri_tree_check(&tree);
    }
}

Test(tree, check_finds_a_node_on_the_wrong_side, .signal = SIGABRT)
{
    insert_all(2);
    struct tri_tree_node *left = tree.root->left;
    tree.root->left = tree.root->right;
    tree.root->right = left;
    tri_tree_check(&tree);
}

// Two nodes in order of keys, the one of lower priority on top and the other on its left or right.
static void put_upside_down(bool child_left)
{
    unsigned i = 0;

    while ((tri_hash_u64(key_of(i)) > tri_hash_u64(key_of(i + 1))) != child_left) {
        i++;
    }
    tree.root = child_left ? &nodes[i + 1] : &nodes[i];
    tree.root->left = child_left ? &nodes[i] : NULL;
    tree.root->right = child_left ? NULL : &nodes[i + 1];
}

Test(tree, check_finds_a_left_child_above_its_parent, .signal = SIGABRT)
{
    put_upside_down(true);
    tri_tree_check(&tree);
}

Test(tree, check_finds_a_right_child_above_its_parent, .signal = SIGABRT)
{
    put_upside_down(false);
    tri_tree_check(&tree);
}
