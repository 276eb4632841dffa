// SPDX-License-Identifier: MIT
#include "mailbox/mailbox.h"

#include "base/check.h"
#include "mailbox/drop.h"
#include "mailbox/index.h"

struct tr_msg *tri_mailbox_older(const struct tri_mailbox *box, const struct tr_msg *msg)
{
    // Arrival numbers wrap. What stands before the cursor is older than it; the message may be
    // younger, if it was received out of turn.
    bool before = box->cursor != NULL && (int32_t)(box->cursor->arrival - msg->arrival) > 0;
    struct tr_msg *older = before ? box->cursor->prev : box->last;
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

bool tri_mailbox_claim(struct tri_mailbox *box, struct tr_msg *msg)
{
    return !tri_mailbox_is_anchor(box, msg) || tri_mpsc_detach(&box->queue);
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
