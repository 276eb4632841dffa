// SPDX-License-Identifier: MIT
// The inbound queue of an actor: many producers, one owner, and the idle state in the tail word.
//
// Purpose: one exchange both enqueues a node and tells whether the actor must be scheduled.
// States of x_tail, all transitions of this file:
//
//        push / schedule               push
//   NULL ────────────────▶ node ◀──────────────── RUNNING
//    ▲                     │  ▲  push (node→node)   ▲
//    └──── idle ───────────┘  └─                    │ detach
//    └──── idle (from RUNNING)        node ─────────┘
//   NULL ──── claim ───────────────────────▶ RUNNING
//
//   NULL     idle: nobody runs the actor and it is in no run queue.
//   RUNNING  active, and the owner holds no node of the queue.
//   node     active; the newest node. The last node the owner drained stays here as the *anchor*.
// Invariants: only the push or claim that found NULL schedules, so the actor has at most one owner.
//   x_first is written only by a push that found NULL or RUNNING, and cleared by the owner before
//   it can write either again. The anchor may be read in place, but it is freed, kept or unlinked
//   only after a successor was seen (tri_mpsc_next moved on) or after detach or idle succeeded.
// Slots: the queue is never reset. The next occupant of an actor slot is announced by an ordinary
//   push (mailbox/slot.h), so a late push to a dead occupant finds a consistent queue.
// Threads: push and claim by any; the rest by the owner. Ownership: nodes are the caller's.
#ifndef TRI_MAILBOX_MPSC_H
#define TRI_MAILBOX_MPSC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/atomic.h"

struct tri_mpsc_node {
    tri_atomic(struct tri_mpsc_node *) x_next; // the next newer node, once its producer linked it
};

struct tri_mpsc {
    tri_atomic(struct tri_mpsc_node *) x_tail;  // see the states above
    tri_atomic(struct tri_mpsc_node *) x_first; // oldest node when there is no anchor before it
    struct tri_mpsc_node *anchor;               // owner: last drained node still in the queue
};

#define TRI_MPSC_RUNNING ((struct tri_mpsc_node *)(uintptr_t)1)

// Appends node. Returns true when the queue was idle: the caller, and nobody else, must schedule.
static inline bool tri_mpsc_push(struct tri_mpsc *queue, struct tri_mpsc_node *node)
{
    // relaxed: published by the exchange below.
    tri_store(&node->x_next, NULL, relaxed);
    // release [mpsc-body]: the node's body before the node becomes the tail; pairs with the load in
    // tri_mpsc_next through x_next or x_first, and with the next push that finds this node.
    // acquire [mpsc-idle]: what the last owner did before it wrote NULL or RUNNING comes before.
    struct tri_mpsc_node *before = tri_xchg(&queue->x_tail, node, acq_rel);
    if (before == NULL || before == TRI_MPSC_RUNNING) {
        // release [mpsc-link]: the body before the link; pairs with tri_mpsc_next.
        tri_store(&queue->x_first, node, release);
    } else {
        // release [mpsc-link]: as above.
        tri_store(&before->x_next, node, release);
    }
    return before == NULL;
}

// Makes an idle actor the caller's, without a node. True: the caller owns it and must schedule it.
static inline bool tri_mpsc_claim(struct tri_mpsc *queue)
{
    struct tri_mpsc_node *expected = NULL;
    // relaxed: looked at again by the exchange.
    if (tri_load(&queue->x_tail, relaxed) != NULL) {
        return false;
    }
    // acquire [mpsc-idle]: what the last owner did before it wrote NULL comes before. relaxed on
    // failure: nothing is read through the value.
    return tri_cas(&queue->x_tail, &expected, TRI_MPSC_RUNNING, acquire, relaxed);
}

// Owner: whether the queue holds no node. Then every push that happened before was drained.
static inline bool tri_mpsc_bare(const struct tri_mpsc *queue)
{
    // relaxed: only compared; an older value than that of a push that happened before is ruled out.
    return tri_load(&queue->x_tail, relaxed) == TRI_MPSC_RUNNING;
}

// Drains one node: returns it and makes it the anchor, or NULL when nothing can be drained now.
// *gap tells the two kinds of NULL apart: true when a producer stands between its exchange and its
// link, so that a node will appear without any further push. When a node is returned, the anchor
// before it is the owner's to free.
static inline struct tri_mpsc_node *tri_mpsc_next(struct tri_mpsc *queue, bool *gap)
{
    struct tri_mpsc_node *anchor = queue->anchor;
    struct tri_mpsc_node *node;
    if (anchor != NULL) {
        // acquire [mpsc-link] [mpsc-body]: pairs with the link in tri_mpsc_push.
        node = tri_load(&anchor->x_next, acquire);
    } else {
        // acquire [mpsc-link]: as above.
        node = tri_load(&queue->x_first, acquire);
    }
    if (node == NULL) {
        // relaxed: only compared; a stale value means one more look later.
        struct tri_mpsc_node *tail = tri_load(&queue->x_tail, relaxed);
        *gap = tail != (anchor != NULL ? anchor : TRI_MPSC_RUNNING);
        return NULL;
    }
    *gap = false;
    if (anchor == NULL) {
        // relaxed: the next writer of x_first reads NULL or RUNNING from detach or idle first.
        tri_store(&queue->x_first, NULL, relaxed);
    }
    queue->anchor = node;
    return node;
}

// Whether tri_mpsc_next would find nothing now, with or without a gap.
static inline bool tri_mpsc_quiet(const struct tri_mpsc *queue)
{
    const tri_atomic(struct tri_mpsc_node *) *link =
        queue->anchor != NULL ? &queue->anchor->x_next : &queue->x_first;
    // relaxed: only compared; tri_mpsc_next acquires.
    return tri_load(link, relaxed) == NULL;
}

// Takes the anchor out of the queue: true when it is the owner's alone now. False when a newer node
// stands or is being linked behind it; tri_mpsc_next will move past the anchor then.
static inline bool tri_mpsc_detach(struct tri_mpsc *queue)
{
    struct tri_mpsc_node *expected = queue->anchor;
    // release [mpsc-idle]: x_first cleared and the owner's work before RUNNING is seen by a push.
    // relaxed on failure: nothing is read through the value.
    if (!tri_cas(&queue->x_tail, &expected, TRI_MPSC_RUNNING, release, relaxed)) {
        return false;
    }
    queue->anchor = NULL;
    return true;
}

// Gives the actor up: true when the queue is idle now and the caller owns nothing of it any more
// (another thread may already run the actor). The former anchor is no longer in the queue: the
// caller frees it if it had been handled. False when something newer stands behind the anchor.
static inline bool tri_mpsc_idle(struct tri_mpsc *queue)
{
    struct tri_mpsc_node *anchor = queue->anchor;
    struct tri_mpsc_node *expected = anchor != NULL ? anchor : TRI_MPSC_RUNNING;
    queue->anchor = NULL; // before the exchange: afterwards the field is the next owner's
    // release [mpsc-idle]: all of the owner's work before the idle state; pairs with the exchange
    // in tri_mpsc_push, whose caller schedules the next owner. relaxed on failure: only compared.
    if (tri_cas(&queue->x_tail, &expected, NULL, release, relaxed)) {
        return true;
    }
    queue->anchor = anchor;
    return false;
}

#endif
