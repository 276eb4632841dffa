// SPDX-License-Identifier: MIT
#include "mailbox/mailbox.h"

#include "base/check.h"
#include "mailbox/drop.h"
#include "mailbox/index.h"

static bool is_anchor(const struct tri_mailbox *box, const struct tr_msg *msg)
{
    return box->queue.anchor == &msg->node;
}

static void free_zombie(struct tri_mailbox *box, struct tri_blocks *blocks)
{
    struct tr_msg *zombie = box->zombie;
    if (zombie != NULL) {
        box->zombie = NULL;
        tri_msg_release(blocks, zombie);
    }
}

struct tr_msg *tri_mailbox_drain(struct tri_mailbox *box, struct tri_blocks *blocks, bool *gap)
{
    if (box->locked != NULL) {
        *gap = false;
        return tri_drop_drain(box);
    }
    struct tri_mpsc_node *node = tri_mpsc_next(&box->queue, gap);
    if (node == NULL) {
        return NULL;
    }
    free_zombie(box, blocks);
    return tri_msg_of_node(node);
}

void tri_mailbox_append(struct tri_mailbox *box, struct tr_msg *msg)
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

void tri_mailbox_take(struct tri_mailbox *box, struct tr_msg *msg)
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

struct tr_msg *tri_mailbox_older(const struct tri_mailbox *box, const struct tr_msg *msg)
{
    struct tr_msg *older = box->cursor != NULL ? box->cursor->prev : box->last;
    // Arrival numbers wrap.
    while (older != NULL && (int32_t)(older->arrival - msg->arrival) > 0) {
        older = older->prev;
    }
    return older;
}

// While the message is the anchor it is the youngest of all and its link is the queue's.
void tri_mailbox_put_back(struct tri_mailbox *box, struct tr_msg *msg)
{
    if (box->locked != NULL) {
        tri_drop_put_back(box, msg);
        return;
    }
    struct tr_msg *older = tri_mailbox_older(box, msg);
    struct tr_msg *younger = older == NULL ? box->first : tri_mailbox_next(box, older);
    tri_index_drop(box); // it holds each type in order; built again when it pays
    msg->prev = older;
    if (older == NULL) {
        box->first = msg;
    } else {
        // relaxed: inside the private list.
        tri_store(&older->node.x_next, &msg->node, relaxed);
    }
    if (younger == NULL) {
        box->last = msg;
    } else {
        // relaxed: inside the private list.
        tri_store(&msg->node.x_next, &younger->node, relaxed);
        younger->prev = msg;
    }
    box->length++;
    tri_mailbox_count_back(box);
}

void tri_mailbox_free(struct tri_mailbox *box, struct tri_blocks *blocks, struct tr_msg *msg)
{
    if (!is_anchor(box, msg)) {
        tri_msg_release(blocks, msg);
        return;
    }
    TRI_ASSERT(box->zombie == NULL);
    box->zombie = msg;
}

bool tri_mailbox_claim(struct tri_mailbox *box, struct tr_msg *msg)
{
    return !is_anchor(box, msg) || tri_mpsc_detach(&box->queue);
}

bool tri_mailbox_idle(struct tri_mailbox *box, struct tri_blocks *blocks)
{
    if (box->locked != NULL) {
        return tri_drop_idle(box);
    }
    struct tr_msg *zombie = box->zombie;
    box->zombie = NULL; // before the actor is given up: afterwards the field is the next owner's
    if (!tri_mpsc_idle(&box->queue)) {
        box->zombie = zombie;
        return false;
    }
    if (zombie != NULL) {
        tri_msg_release(blocks, zombie);
    }
    return true;
}
