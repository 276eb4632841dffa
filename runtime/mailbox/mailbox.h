// SPDX-License-Identifier: MIT
// The owner's side of a mailbox: the private list in arrival order, behind the inbound queue.
//
// Purpose: drain, search, take and free messages without ever moving one that did not match.
// Structure: one chain by x_next. Its older part, first … last, is private and doubly linked by
//   prev; the rest is inbound. The newest drained node may still be the queue's anchor.
// Invariants: messages between first and last are in arrival order with rising arrival numbers. A
//   message that was taken while it is the anchor is the *zombie*: out of the list, freed as soon
//   as the queue has moved past it. x_sent − x_taken is the depth, exact, readable by anybody.
// Engines: a slot that drops its oldest messages has a list under a lock instead of the queue
//   (mailbox/drop.h); the functions below serve both.
// Threads: everything here by the owner, except tri_mailbox_depth. Ownership: the mailbox owns
//   what is in it; a taken message is the caller's and goes back by tri_mailbox_free.
#ifndef TRI_MAILBOX_MAILBOX_H
#define TRI_MAILBOX_MAILBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "mailbox/limits.h"
#include "mailbox/message.h"

struct tri_index;

struct tri_mailbox {
    tri_atomic(uint64_t) x_sent; // pushed ever, by fetch-and-add: same line as the tail
    struct tri_mpsc queue;       // its anchor, and all that follows, is the owner's
    // Owner only, except the count.
    struct tr_msg *first;         // oldest private message
    struct tr_msg *last;          // newest private message
    struct tr_msg *zombie;        // taken, but still the queue's anchor
    tri_atomic(uint64_t) x_taken; // left the mailbox ever
    uint32_t arrival;             // number of the newest drained message
    uint32_t length;              // of the private list
    struct tri_index *index;      // by type, while it pays
    struct tr_msg *cursor;        // oldest message not yet offered to a handler that skips some
    struct tri_limits *locked;    // the engine of mailbox/drop.h; fixed before the first push
};

// Messages and signals that wait now. Exact when nobody sends or takes; never negative.
static inline uint64_t tri_mailbox_depth(const struct tri_mailbox *box)
{
    // acquire [depth]: taken is read first, so a message counted as taken was counted as sent.
    uint64_t taken = tri_load(&box->x_taken, acquire);
    if (box->locked != NULL) {
        // acquire [depth]: as above.
        taken += tri_load(&box->locked->x_dropped, acquire);
    }
    // relaxed: a count; ordered by the acquire above.
    return tri_load(&box->x_sent, relaxed) - taken;
}

// Begins and ends a look at the private list; only a mailbox under a lock needs it.
static inline void tri_mailbox_look(const struct tri_mailbox *box)
{
    if (box->locked != NULL) {
        tri_lock_acquire(box->locked->lock);
    }
}

static inline void tri_mailbox_looked(const struct tri_mailbox *box)
{
    if (box->locked != NULL) {
        tri_lock_release(box->locked->lock);
    }
}

// One message or signal has left the mailbox.
static inline void tri_mailbox_count_taken(struct tri_mailbox *box)
{
    // relaxed: the owner's own count.
    uint64_t taken = tri_load(&box->x_taken, relaxed);
    // release [depth]: pairs with tri_mailbox_depth.
    tri_store(&box->x_taken, taken + 1, release);
}

// A message is back that was counted as taken, or there without having been counted as sent.
static inline void tri_mailbox_count_back(struct tri_mailbox *box)
{
    // relaxed: the owner's own count.
    uint64_t taken = tri_load(&box->x_taken, relaxed);
    // release [depth]: pairs with tri_mailbox_depth.
    tri_store(&box->x_taken, taken - 1, release);
}

// The youngest message of the list that is older than msg, which is not in it; NULL: none.
struct tr_msg *tri_mailbox_older(const struct tri_mailbox *box, const struct tr_msg *msg);

// Puts a taken message back to its place in the list.
void tri_mailbox_put_back(struct tri_mailbox *box, struct tr_msg *msg);

// Makes a taken or drained message the caller's for good, so that its links may be reused. False
// when a newer node is about to be linked behind it: try again later.
bool tri_mailbox_claim(struct tri_mailbox *box, struct tr_msg *msg);

// Gives the actor up. True: it is idle and no longer the caller's. False: something newer waits.
bool tri_mailbox_idle(struct tri_mailbox *box, struct tri_blocks *blocks);

// The message after this one in the list; NULL after the last.
static inline struct tr_msg *tri_mailbox_next(const struct tri_mailbox *box,
                                              const struct tr_msg *msg)
{
    if (msg == box->last) {
        return NULL;
    }
    // relaxed: links inside the private list are the owner's own.
    return tri_msg_of_node(tri_load(&msg->node.x_next, relaxed));
}

// A long list's index hears of each message (mailbox/index.h).
void tri_index_add(struct tri_mailbox *box, struct tr_msg *msg);
void tri_index_remove(struct tri_mailbox *box, struct tr_msg *msg);

// The same steps in a mailbox under a lock (mailbox/drop.h).
struct tr_msg *tri_drop_drain(struct tri_mailbox *box);
void tri_drop_append(struct tri_mailbox *box, struct tr_msg *msg);
void tri_drop_take(struct tri_mailbox *box, struct tr_msg *msg);

static inline bool tri_mailbox_is_anchor(const struct tri_mailbox *box, const struct tr_msg *msg)
{
    return box->queue.anchor == &msg->node;
}

// Drains the next node from the queue, frees the zombie it moves past, and returns the node, not
// yet in the list; NULL when nothing can be drained now, *gap as in tri_mpsc_next.
static inline struct tr_msg *tri_mailbox_drain(struct tri_mailbox *box, struct tri_blocks *blocks,
                                               bool *gap)
{
    if (box->locked != NULL) {
        *gap = false;
        return tri_drop_drain(box);
    }
    struct tri_mpsc_node *node = tri_mpsc_next(&box->queue, gap);
    if (node == NULL) {
        return NULL;
    }
    struct tr_msg *zombie = box->zombie;
    if (zombie != NULL) {
        box->zombie = NULL;
        tri_msg_release(blocks, zombie);
    }
    return tri_msg_of_node(node);
}

// Appends a drained message to the list and gives it its arrival number.
static inline void tri_mailbox_append(struct tri_mailbox *box, struct tr_msg *msg)
{
    if (box->locked != NULL) {
        tri_drop_append(box, msg);
        return;
    }
    msg->arrival = ++box->arrival;
    msg->prev = box->last;
    if (box->last != NULL) {
        // relaxed: the last message is no longer the anchor; its link is the owner's own.
        tri_store(&box->last->node.x_next, &msg->node, relaxed);
    } else {
        box->first = msg;
    }
    box->last = msg;
    box->length++;
    if (box->index != NULL) {
        tri_index_add(box, msg);
    }
}

// Owner: whether all that was pushed before is in the list and the queue holds no node, so that the
// owner may append what comes next. Empties the queue of a lone anchor.
static inline bool tri_mailbox_bare(struct tri_mailbox *box, struct tri_blocks *blocks)
{
    if (tri_mpsc_bare(&box->queue)) {
        return true;
    }
    if (box->queue.anchor == NULL || !tri_mpsc_detach(&box->queue)) {
        return false;
    }
    if (box->zombie != NULL) {
        tri_msg_release(blocks, box->zombie);
        box->zombie = NULL;
    }
    return true;
}

// Takes a message out of the list; it is the caller's, and may still be the anchor.
static inline void tri_mailbox_take(struct tri_mailbox *box, struct tr_msg *msg)
{
    if (box->locked != NULL) {
        tri_drop_take(box, msg);
        return;
    }
    struct tr_msg *next = tri_mailbox_next(box, msg);
    if (box->index != NULL) {
        tri_index_remove(box, msg);
    }
    if (box->cursor == msg) {
        box->cursor = next;
    }
    if (next != NULL) {
        next->prev = msg->prev;
    } else {
        box->last = msg->prev;
    }
    if (msg->prev == NULL) {
        box->first = next;
    } else if (next != NULL) {
        // relaxed: both stand inside the private list.
        tri_store(&msg->prev->node.x_next, &next->node, relaxed);
    }
    box->length--;
    tri_mailbox_count_taken(box);
}

// Frees a taken or drained message now, or, if it is the anchor, as soon as the queue moved past.
static inline void tri_mailbox_free(struct tri_mailbox *box, struct tri_blocks *blocks,
                                    struct tr_msg *msg)
{
    if (!tri_mailbox_is_anchor(box, msg)) {
        tri_msg_release(blocks, msg);
        return;
    }
    TRI_ASSERT(box->zombie == NULL);
    box->zombie = msg;
}

#endif
