// SPDX-License-Identifier: MIT
#include "process/waits.h"

static struct tri_edge *edge_of(const struct tri_waits *waits, uint64_t waiter)
{
    struct tri_tree_node *node = tri_tree_find(&waits->edges, waiter);
    return node == NULL ? NULL : TRI_CONTAINER_OF(node, struct tri_edge, node);
}

// Whether the holder that has this edge took the request, and went on without answering it: then
// somebody else may answer.
static bool put_aside(const struct tri_edge *holder, uint64_t ref)
{
    return ref == TRI_EDGE_ANY ? !tri_tree_empty(holder->book)
                               : tri_tree_find(holder->book, ref) != NULL;
}

// Whether the path that begins with this edge comes back to its waiter.
static bool closes(const struct tri_waits *waits, const struct tri_edge *first, uint64_t waiter,
                   struct tri_cycle *cycle)
{
    const struct tri_edge *edge = first;
    cycle->count = 0;
    for (uint64_t from = waiter;;) {
        if (cycle->count < TRI_CYCLE_MAX) {
            cycle->keys[cycle->count] = from;
        }
        cycle->count++;
        from = edge->holder;
        const struct tri_edge *next = from == waiter ? first : edge_of(waits, from);
        if (from == 0 || next == NULL || put_aside(next, edge->ref)) {
            return false;
        }
        if (next == first) {
            return true;
        }
        edge = next;
    }
}

static void insert(struct tri_waits *waits, uint64_t waiter, struct tri_edge *edge)
{
    edge->node.key = waiter;
    if (!tri_tree_insert(&waits->edges, &edge->node)) {
        edge->node.key = 0;
    }
}

bool tri_waits_begin(struct tri_waits *waits, uint64_t waiter, struct tri_edge *edge,
                     struct tri_cycle *cycle)
{
    tri_lock_acquire(&waits->lock);
    edge->node.key = 0;
    bool closed = closes(waits, edge, waiter, cycle);
    if (!closed) {
        insert(waits, waiter, edge);
    }
    tri_lock_release(&waits->lock);
    return closed;
}

void tri_waits_announce(struct tri_waits *waits, uint64_t waiter, struct tri_edge *edge)
{
    tri_lock_acquire(&waits->lock);
    insert(waits, waiter, edge);
    tri_lock_release(&waits->lock);
}

bool tri_waits_confirm(struct tri_waits *waits, struct tri_edge *edge, uint64_t holder,
                       struct tri_cycle *cycle)
{
    uint64_t waiter = edge->node.key;
    bool closed = false;
    tri_lock_acquire(&waits->lock);
    if (waiter != 0 && !edge->over) {
        edge->holder = edge->holder == 0 ? holder : edge->holder;
        closed = closes(waits, edge, waiter, cycle);
    }
    if (closed) {
        (void)tri_tree_remove(&waits->edges, waiter);
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

static bool is_about(const struct tri_edge *edge, uint64_t ref)
{
    return edge != NULL && !edge->over &&
           (edge->ref == ref || (edge->ref == TRI_EDGE_ANY && ref != TRI_EDGE_START));
}

void tri_waits_settled(struct tri_waits *waits, uint64_t waiter, uint64_t ref)
{
    tri_lock_acquire(&waits->lock);
    struct tri_edge *edge = edge_of(waits, waiter);
    if (is_about(edge, ref)) {
        edge->over = true;
        edge->holder = 0;
    }
    tri_lock_release(&waits->lock);
}

bool tri_waits_move(struct tri_waits *waits, uint64_t waiter, uint64_t ref, uint64_t holder)
{
    struct tri_cycle unused;
    struct tri_edge *edge = edge_of(waits, waiter);
    if (!is_about(edge, ref)) {
        return false;
    }
    if (edge->ref == TRI_EDGE_ANY) {
        edge->over = true; // several may answer from now on
        edge->holder = 0;
        return false;
    }
    uint64_t before = edge->holder;
    edge->holder = holder;
    bool closed = closes(waits, edge, waiter, &unused);
    if (closed) {
        edge->holder = before;
    }
    return closed;
}
