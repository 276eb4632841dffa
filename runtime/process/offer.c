// SPDX-License-Identifier: MIT
#include "process/offer.h"

#include <string.h>

#include "mailbox/drop.h"
#include "process/block.h"
#include "process/deliver.h"
#include "process/receive.h"

struct tri_offer *tri_offer_of(struct tri_thread *t, struct tr_self *self)
{
    if (self->offer == NULL) {
        struct tri_offer *offer =
            tri_heap_alloc(&self->heap, tri_blocks_here(t), sizeof(struct tri_offer));
        if (offer == NULL) {
            return NULL;
        }
        memset(offer, 0, sizeof *offer);
        self->offer = offer;
        tri_offer_again(self);
    }
    return self->offer;
}

void tri_offer_again(struct tr_self *self)
{
    self->offer->tested = tri_match_begin(self);
    tri_mailbox_look(&self->box);
    self->box.cursor = self->box.first;
    tri_mailbox_looked(&self->box);
}

void tri_offer_retry(struct tr_self *self)
{
    struct tri_offer *offer = self->offer;
    tri_mailbox_look(&self->box);
    for (struct tr_msg *msg = self->box.first; msg != NULL && offer->postponed != 0;
         msg = tri_mailbox_next(&self->box, msg)) {
        offer->postponed -= (msg->flags & TRI_FLAG_POSTPONED) != 0;
        msg->flags &= (uint8_t)~TRI_FLAG_POSTPONED;
    }
    tri_mailbox_looked(&self->box);
    offer->postponed = 0; // the others have left the list
    tri_offer_again(self);
}

static bool skipped(const struct tri_offer *offer, const struct tr_msg *msg)
{
    return (msg->flags & TRI_FLAG_POSTPONED) != 0 || !tri_match_passes(&offer->match, msg);
}

// The oldest message that was not looked at and passes all but the predicate.
static struct tr_msg *next_candidate(struct tri_thread *t, struct tr_self *self)
{
    struct tri_offer *offer = self->offer;
    struct tri_mailbox *box = &self->box;
    struct tr_msg *dropped = NULL;
    tri_mailbox_look(box);
    struct tr_msg *msg =
        box->cursor != NULL ? box->cursor : tri_match_first_after(box, offer->tested);
    while (msg != NULL && skipped(offer, msg)) {
        msg = tri_mailbox_next(box, msg);
    }
    box->cursor = msg;
    offer->tested = msg != NULL ? msg->arrival - 1 : box->arrival;
    if (box->locked != NULL) {
        dropped = tri_drop_pin(box, msg);
    }
    tri_mailbox_looked(box);
    tri_answer_all_dropped(t, self, dropped);
    return msg;
}

// The message was looked at and is not wanted.
static void pass_over(struct tr_self *self, struct tr_msg *msg)
{
    tri_mailbox_look(&self->box);
    self->box.cursor = tri_mailbox_next(&self->box, msg);
    self->offer->tested = msg->arrival;
    tri_mailbox_looked(&self->box);
}

static bool fits(struct tri_thread **t, struct tr_self *self, const struct tr_msg *msg)
{
    if (self->offer->predicate == NULL) {
        return true;
    }
    self->in_predicate = true;
    tri_section_leave(*t);
    bool yes = self->offer->predicate(msg, self->offer->context);
    *t = tri_thread_here();
    (void)tri_section_enter(*t);
    self->in_predicate = false;
    return yes;
}

struct tr_msg *tri_offer_next(struct tri_thread **t, struct tr_self *self)
{
    struct tr_msg *msg = self->offer->nothing ? NULL : next_candidate(*t, self);
    while (msg != NULL && !fits(t, self, msg)) {
        pass_over(self, msg);
        msg = next_candidate(*t, self);
    }
    return msg;
}

// Takes back what tri_message_take has counted.
static void uncount(struct tri_thread *t, struct tr_self *self, const struct tr_msg *msg)
{
    if ((msg->flags & TRI_FLAG_COUNTED) != 0) {
        tri_count_add(t, offsetof(struct tri_counts, x_received), UINT64_MAX);
    }
    // relaxed: for people; one writer.
    tri_store(&self->x_handled, tri_load(&self->x_handled, relaxed) - 1, relaxed);
}

void tri_offer_postpone(struct tri_thread *t, struct tr_self *self)
{
    struct tr_msg *msg = self->current;
    self->current = NULL;
    msg->flags |= TRI_FLAG_POSTPONED;
    if (msg->kind == TRI_KIND_SEND) {
        msg->flags &= (uint8_t)~TRI_FLAG_TIMER; // its timer knows that it was taken
    }
    self->offer->postponed++;
    uncount(t, self, msg);
    if ((msg->flags & TRI_FLAG_CREDITED) != 0 && !tri_block_retake(self, msg)) {
        self->offer->debt++;
    }
    tri_mailbox_put_back(&self->box, msg);
}
