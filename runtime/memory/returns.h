// SPDX-License-Identifier: MIT
// Blocks on their way home: a stack of batches that any thread pushes and the home takes whole.
//
// Purpose: a block freed far from the pool it came from goes back in batches, one locked operation
//   for a batch on each side.
// Invariants: the home takes everything or nothing, so a node is never popped singly and the
//   compare-and-swap in push cannot be fooled by a node that left and came back.
// Threads: push by any, take by the home. Ownership: nodes belong to the stack between the two.
#ifndef TRI_MEMORY_RETURNS_H
#define TRI_MEMORY_RETURNS_H

#include <stddef.h>

#include "base/atomic.h"

struct tri_return_node {
    struct tri_return_node *next; // towards older nodes; plain: published by the push
};

struct tri_returns {
    tri_atomic(struct tri_return_node *) x_top;
};

// Pushes the chain first → … → last (linked by next) in one step.
static inline void tri_returns_push(struct tri_returns *returns, struct tri_return_node *first,
                                    struct tri_return_node *last)
{
    // relaxed: a guess; the exchange below checks it.
    struct tri_return_node *top = tri_load(&returns->x_top, relaxed);
    do {
        tri_plain_write(&last->next, top);
        // release [returns]: the chain and the blocks' contents before the home can see them; pairs
        // with tri_returns_take. A push on top of another keeps the older one's release sequence.
        // relaxed on failure: only compared again.
    } while (!tri_cas(&returns->x_top, &top, first, release, relaxed));
}

// Takes everything that came home, newest first; NULL when nothing did.
static inline struct tri_return_node *tri_returns_take(struct tri_returns *returns)
{
    // relaxed: a hint that spares the exchange; a miss is seen at the next look.
    if (tri_load(&returns->x_top, relaxed) == NULL) {
        return NULL;
    }
    // acquire [returns]: pairs with every push whose nodes are taken.
    return tri_xchg(&returns->x_top, NULL, acquire);
}

#endif
