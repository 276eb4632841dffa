// SPDX-License-Identifier: MIT
// The queue of a mailbox that drops its oldest messages: a short list under a lock.
//
// Purpose: senders may take an ordinary message out of the middle, so that memory stays bounded
//   while the owner is stuck.
// Structure: one doubly linked chain. Its older part is the owner's private list; what begins at
//   `fresh` is inbound.
//
//     first                      fresh                 last
//       ▼                          ▼                     ▼
//       m1 ⇄ m2 ⇄ … ⇄ mk ⇄ n1 ⇄ n2 ⇄ … ⇄ n
//       └──── private ────┘ └────── inbound ──────┘
//
// Invariants: order is the order of pushes. A push that finds the queue not active makes it so, and
//   that sender alone schedules; the owner gives it up only when nothing is fresh. The pinned node
//   is in the owner's hand: it is never dropped. A node leaves the chain once: taken by the owner,
//   or dropped by whoever trims.
// Threads: every function under the lock of the mailbox. Ownership: intrusive.
#ifndef TRI_MAILBOX_LOCKED_H
#define TRI_MAILBOX_LOCKED_H

#include <stdbool.h>
#include <stddef.h>

#include "mailbox/mpsc.h"

struct tri_locked_node {
    struct tri_mpsc_node link;    // towards younger nodes; shared with the lock-free queue
    struct tri_locked_node *prev; // towards older nodes
};

struct tri_locked {
    struct tri_locked_node *first;        // oldest of all
    struct tri_locked_node *fresh;        // oldest inbound
    struct tri_locked_node *last;         // newest of all
    const struct tri_locked_node *pinned; // in the owner's hand
    bool active;                          // the owner runs or is scheduled
};

static inline struct tri_locked_node *tri_locked_next(const struct tri_locked_node *node)
{
    // relaxed: guarded by the lock.
    return (struct tri_locked_node *)(void *)tri_load(&node->link.x_next, relaxed);
}

static inline void tri_locked_set_next(struct tri_locked_node *node, struct tri_locked_node *next)
{
    // relaxed: guarded by the lock.
    tri_store(&node->link.x_next, next == NULL ? NULL : &next->link, relaxed);
}

// Puts a node between two neighbours, either of which may be NULL.
static inline void tri_locked_join(struct tri_locked *list, struct tri_locked_node *older,
                                   struct tri_locked_node *node, struct tri_locked_node *younger)
{
    node->prev = older;
    tri_locked_set_next(node, younger);
    if (older != NULL) {
        tri_locked_set_next(older, node);
    } else {
        list->first = node;
    }
    if (younger != NULL) {
        younger->prev = node;
    } else {
        list->last = node;
    }
}

// Sender: appends. True when the queue was idle: the caller, and nobody else, must schedule.
static inline bool tri_locked_push(struct tri_locked *list, struct tri_locked_node *node)
{
    bool idle = !list->active;
    tri_locked_join(list, list->last, node, NULL);
    if (list->fresh == NULL) {
        list->fresh = node;
    }
    list->active = true;
    return idle;
}

// Owner: the oldest inbound node moves to the private part; NULL when nothing is inbound.
static inline struct tri_locked_node *tri_locked_drain(struct tri_locked *list)
{
    struct tri_locked_node *node = list->fresh;
    if (node != NULL) {
        list->fresh = tri_locked_next(node);
    }
    return node;
}

// Takes a node out of the chain.
static inline void tri_locked_unlink(struct tri_locked *list, struct tri_locked_node *node)
{
    struct tri_locked_node *next = tri_locked_next(node);
    if (list->fresh == node) {
        list->fresh = next;
    }
    if (node->prev != NULL) {
        tri_locked_set_next(node->prev, next);
    } else {
        list->first = next;
    }
    if (next != NULL) {
        next->prev = node->prev;
    } else {
        list->last = node->prev;
    }
    if (list->pinned == node) {
        list->pinned = NULL;
    }
}

// Newest node of the private part; NULL when it is empty.
static inline struct tri_locked_node *tri_locked_private_last(const struct tri_locked *list)
{
    return list->fresh != NULL ? list->fresh->prev : list->last;
}

// Owner: puts a node that is not in the chain at the young end of the private part.
static inline void tri_locked_insert(struct tri_locked *list, struct tri_locked_node *node)
{
    tri_locked_join(list, tri_locked_private_last(list), node, list->fresh);
}

// The oldest node that may be dropped; NULL when there is none.
static inline struct tri_locked_node *tri_locked_victim(
    const struct tri_locked *list,
    bool (*droppable)(const struct tri_locked_node *node, const void *context), const void *context)
{
    struct tri_locked_node *node = list->first;
    while (node != NULL && (node == list->pinned || !droppable(node, context))) {
        node = tri_locked_next(node);
    }
    return node;
}

// Owner: gives the actor up. False when something is inbound.
static inline bool tri_locked_idle(struct tri_locked *list)
{
    if (list->fresh != NULL) {
        return false;
    }
    list->active = false;
    return true;
}

#endif
