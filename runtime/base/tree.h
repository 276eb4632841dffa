// SPDX-License-Identifier: MIT
// A search tree by number whose nodes live inside the things it holds.
//
// Purpose: ordered lookup with no memory of its own, so that inserting cannot fail for want of it.
// Invariants: keys are unique; left < node < right; a node's priority, a hash of its key, is above
//   those of its children (a treap). The shape depends on the set of keys alone: O(log n) deep for
//   keys that were not chosen against the hash.
// Threads: none of its own; the owner of the tree only. Ownership: nodes belong to the caller. A
//   zeroed tree is empty.
#ifndef TRI_BASE_TREE_H
#define TRI_BASE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tri_tree_node {
    struct tri_tree_node *left;  // smaller keys
    struct tri_tree_node *right; // larger keys
    uint64_t key;                // set by the caller, unchanged while in the tree
};

struct tri_tree {
    struct tri_tree_node *root;
};

static inline bool tri_tree_empty(const struct tri_tree *tree)
{
    return tree->root == NULL;
}

// False, and nothing changed, when the node's key is present.
bool tri_tree_insert(struct tri_tree *tree, struct tri_tree_node *node);

// These three give NULL when there is no such node.
struct tri_tree_node *tri_tree_find(const struct tri_tree *tree, uint64_t key);
struct tri_tree_node *tri_tree_first(const struct tri_tree *tree);
// The node with the smallest key above this one, which need not be present.
struct tri_tree_node *tri_tree_next_above(const struct tri_tree *tree, uint64_t key);

// Takes the node out and gives it back; NULL when the key is absent.
struct tri_tree_node *tri_tree_remove(struct tri_tree *tree, uint64_t key);

// Walks the whole tree and checks its invariants.
void tri_tree_check(const struct tri_tree *tree);

#endif
