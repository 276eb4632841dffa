// SPDX-License-Identifier: MIT
#include "base/tree.h"

#include "base/check.h"
#include "base/hash.h"

// Distinct keys have distinct priorities, since the hash is a bijection.
static uint64_t priority_of(const struct tri_tree_node *node)
{
    return tri_hash_u64(node->key);
}

// Splits a subtree without the key into what is smaller and what is larger.
static void split_at(struct tri_tree_node *top, uint64_t key, struct tri_tree_node **smaller,
                     struct tri_tree_node **larger)
{
    while (top != NULL) {
        if (top->key < key) {
            *smaller = top;
            smaller = &top->right;
            top = top->right;
        } else {
            *larger = top;
            larger = &top->left;
            top = top->left;
        }
    }
    *smaller = NULL;
    *larger = NULL;
}

// Puts two subtrees, all of one below all of the other, at *place as one.
static void join_at(struct tri_tree_node **place, struct tri_tree_node *smaller,
                    struct tri_tree_node *larger)
{
    while (smaller != NULL && larger != NULL) {
        if (priority_of(smaller) > priority_of(larger)) {
            *place = smaller;
            place = &smaller->right;
            smaller = smaller->right;
        } else {
            *place = larger;
            place = &larger->left;
            larger = larger->left;
        }
    }
    *place = smaller != NULL ? smaller : larger;
}

bool tri_tree_insert(struct tri_tree *tree, struct tri_tree_node *node)
{
    if (tri_tree_find(tree, node->key) != NULL) {
        return false;
    }
    uint64_t priority = priority_of(node);
    struct tri_tree_node **place = &tree->root;

    while (*place != NULL && priority_of(*place) > priority) {
        place = (*place)->key < node->key ? &(*place)->right : &(*place)->left;
    }
    split_at(*place, node->key, &node->left, &node->right);
    *place = node;
    return true;
}

struct tri_tree_node *tri_tree_find(const struct tri_tree *tree, uint64_t key)
{
    struct tri_tree_node *node = tree->root;

    while (node != NULL && node->key != key) {
        node = node->key < key ? node->right : node->left;
    }
    return node;
}

struct tri_tree_node *tri_tree_first(const struct tri_tree *tree)
{
    struct tri_tree_node *node = tree->root;

    while (node != NULL && node->left != NULL) {
        node = node->left;
    }
    return node;
}

struct tri_tree_node *tri_tree_next_above(const struct tri_tree *tree, uint64_t key)
{
    struct tri_tree_node *node = tree->root;
    struct tri_tree_node *best = NULL;

    while (node != NULL) {
        if (node->key > key) {
            best = node;
            node = node->left;
        } else {
            node = node->right;
        }
    }
    return best;
}

struct tri_tree_node *tri_tree_remove(struct tri_tree *tree, uint64_t key)
{
    struct tri_tree_node **place = &tree->root;

    while (*place != NULL && (*place)->key != key) {
        place = (*place)->key < key ? &(*place)->right : &(*place)->left;
    }
    struct tri_tree_node *node = *place;
    if (node != NULL) {
        join_at(place, node->left, node->right);
        node->left = NULL;
        node->right = NULL;
    }
    return node;
}

// Recursion is as deep as the tree.
static void check_between(const struct tri_tree_node *node, uint64_t low, uint64_t high)
{
    TRI_CHECK(low <= node->key && node->key <= high, "tree: a node stands on the wrong side");
    if (node->left != NULL) {
        TRI_CHECK(node->key > low, "tree: nothing can be smaller than the lowest key");
        TRI_CHECK(priority_of(node->left) < priority_of(node), "tree: child above its parent");
        check_between(node->left, low, node->key - 1);
    }
    if (node->right != NULL) {
        TRI_CHECK(node->key < high, "tree: nothing can be larger than the highest key");
        TRI_CHECK(priority_of(node->right) < priority_of(node), "tree: child above its parent");
        check_between(node->right, node->key + 1, high);
    }
}

void tri_tree_check(const struct tri_tree *tree)
{
    if (tree->root != NULL) {
        check_between(tree->root, 0, UINT64_MAX);
    }
}
