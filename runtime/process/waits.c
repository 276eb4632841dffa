// SPDX-License-Identifier: MIT
#include "process/waits.h"

static struct tri_edge *edge_of(const struct tri_waits *waits, uint64_t waiter)
{
    struct tri_tree_node *node = tri_tree_find(&waits->edges, waiter);
    return node == NULL ? NULL : TRI_CONTAINER_OF(node, struct tri_edge, node);
}

// Whether the path that begins at `from` comes to `waiter`.
static bool leads_to(const struct tri_waits *waits, uint64_t from, uint64_t waiter,
                     struct tri_cycle *cycle)
{
    cycle->count = 1;
    cycle->keys[0] = waiter;
    while (from != waiter) {
        const struct tri_edge *edge = from == 0 ? NULL : edge_of(waits, from);
        if (edge == NULL) {
            return false;
        }
        if (cycle->count < TRI_CYCLE_MAX) {
            cycle->keys[cycle->count] = from;
        }
        cycle->count++;
        from = edge->holder;
    }
    return true;
}

bool tri_waits_begin(struct tri_waits *waits, uint64_t waiter, struct tri_edge *edge,
                     struct tri_cycle *cycle)
{
    edge->node.key = waiter;
    tri_lock_acquire(&waits->lock);
    bool closed = leads_to(waits, edge->holder, waiter, cycle);
    if (closed || !tri_tree_insert(&waits->edges, &edge->node)) {
        edge->node.key = 0;
    }
    tri_lock_release(&waits->lock);
    return closed;
}

void tri_waits_end(struct tri_waits *waits, struct tri_edge *edge)
{
    if (edge->node.key != 0) {
        tri_waits_forget(waits, edge->node.key);
    }
}

void tri_waits_forget(struct tri_waits *waits, uint64_t waiter)
{
    tri_lock_acquire(&waits->lock);
    (void)tri_tree_remove(&waits->edges, waiter);
    tri_lock_release(&waits->lock);
}

void tri_waits_settled(struct tri_waits *waits, uint64_t waiter, uint64_t ref)
{
    tri_lock_acquire(&waits->lock);
    struct tri_edge *edge = edge_of(waits, waiter);
    if (edge != NULL && edge->ref == ref) {
        edge->holder = 0;
    }
    tri_lock_release(&waits->lock);
}

bool tri_waits_move(struct tri_waits *waits, uint64_t waiter, uint64_t ref, uint64_t holder)
{
    struct tri_cycle unused;
    tri_lock_acquire(&waits->lock);
    struct tri_edge *edge = edge_of(waits, waiter);
    bool waited = edge != NULL && edge->ref == ref && edge->holder != 0;
    bool closes = waited && leads_to(waits, holder, waiter, &unused);
    if (waited && !closes) {
        edge->holder = holder;
    }
    tri_lock_release(&waits->lock);
    return closes;
}
