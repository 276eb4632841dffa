// SPDX-License-Identifier: MIT
#include "process/batch.h"

#include "process/receive.h"

void tri_batch_add(struct tr_self *self, struct tr_msg *msg)
{
    msg->flags |= TRI_FLAG_BATCHED;
    msg->arrival = self->batch_round;
    msg->prev = NULL;
    msg->same = self->batch;
    if (self->batch != NULL) {
        self->batch->prev = msg;
    }
    self->batch = msg;
}

static void remove(struct tr_self *self, struct tr_msg *msg)
{
    if (msg->prev != NULL) {
        msg->prev->same = msg->same;
    } else {
        self->batch = msg->same;
    }
    if (msg->same != NULL) {
        msg->same->prev = msg->prev;
    }
    msg->flags &= (uint8_t)~TRI_FLAG_BATCHED;
}

bool tri_batch_join(struct tr_self *self)
{
    struct tr_msg *msg = self->current;
    if (msg->kind != TRI_KIND_CALL || self->answered) {
        self->current = NULL;
        tri_batch_add(self, msg);
        return true;
    }
    if (!tri_current_book(self)) {
        return false;
    }
    msg->flags |= TRI_FLAG_BATCHED;
    msg->arrival = self->batch_round;
    return true;
}

struct tr_msg *tri_batch_give(struct tr_self *self, const struct tr_msg *msg)
{
    if (!tri_batch_holds(self, msg) || msg->kind != TRI_KIND_SEND) {
        return NULL;
    }
    struct tr_msg *given = msg->prev != NULL ? msg->prev->same : self->batch;
    remove(self, given);
    return given;
}

void tri_batch_end(struct tri_thread *t, struct tr_self *self)
{
    self->batching = false;
    while (self->batch != NULL) {
        struct tr_msg *msg = self->batch;
        remove(self, msg);
        tri_mailbox_free(&self->box, tri_blocks_here(t), msg);
    }
}
