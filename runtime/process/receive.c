// SPDX-License-Identifier: MIT
#include "process/receive.h"

#include "mailbox/drop.h"
#include "mailbox/index.h"
#include "process/block.h"
#include "process/book.h"
#include "process/deliver.h"
#include "process/timer.h"

static bool type_wanted(const struct tri_wait *wait, uint32_t type)
{
    for (uint32_t i = 0; i < wait->id_count; i++) {
        if (wait->ids[i] == type) {
            return true;
        }
    }
    return wait->id_count == 0;
}

bool tri_match_passes(const struct tri_wait *wait, const struct tr_msg *msg)
{
    return type_wanted(wait, msg->type) && (wait->ref == 0 || wait->ref == msg->ref) &&
           (wait->sender == 0 || wait->sender == tri_key(msg->from_slot, msg->from_generation));
}

// Arrival numbers wrap; the list is far shorter than half their range.
static bool younger(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) > 0;
}

struct tr_msg *tri_match_first_after(const struct tri_mailbox *box, uint32_t mark)
{
    struct tr_msg *msg = box->last;
    struct tr_msg *found = NULL;
    while (msg != NULL && younger(msg->arrival, mark)) {
        found = msg;
        msg = msg->prev;
    }
    return found;
}

static struct tr_msg *search_index(const struct tr_self *self, const struct tri_wait *wait)
{
    struct tr_msg *oldest = NULL;
    for (uint32_t i = 0; i < wait->id_count; i++) {
        struct tr_msg *msg = tri_index_first(&self->box, wait->ids[i]);
        if (msg != NULL && younger(msg->arrival, wait->tested) &&
            (oldest == NULL || younger(oldest->arrival, msg->arrival))) {
            oldest = msg;
        }
    }
    return oldest;
}

static bool worth_index(struct tr_self *self, const struct tri_wait *wait)
{
    if (wait->id_count == 0 || wait->ref != 0 || wait->sender != 0 || self->box.locked != NULL) {
        return false;
    }
    return self->box.index != NULL ||
           (self->box.length >= TRI_INDEX_WORTH && tri_index_build(&self->box));
}

// Where a search begins that has not tested the message before; there is a first one.
static struct tr_msg *search_begin(struct tr_self *self, struct tri_wait *wait, uint32_t mark)
{
    struct tri_mailbox *box = &self->box;
    if (younger(mark, box->arrival)) {
        mark = wait->tested; // half the range ago or more: it says nothing any more
    }
    uint32_t from = younger(mark, wait->tested) ? mark : wait->tested;
    if (younger(box->first->arrival, from)) {
        return worth_index(self, wait) ? search_index(self, wait) : box->first;
    }
    return tri_match_first_after(box, from);
}

static struct tr_msg *search(struct tr_self *self, struct tri_wait *wait, uint32_t mark)
{
    struct tri_mailbox *box = &self->box;
    struct tr_msg *msg = wait->at != NULL ? tri_mailbox_next(box, wait->at) : box->first;
    if (msg != NULL && wait->at == NULL) {
        msg = search_begin(self, wait, mark);
    }
    while (msg != NULL && !tri_match_passes(wait, msg)) {
        msg = tri_mailbox_next(box, msg);
    }
    wait->tested = msg != NULL ? msg->arrival : box->arrival;
    wait->at = msg != NULL ? msg : box->last;
    return msg;
}

// In a mailbox under a lock what was found is pinned; what was found before may be dropped again.
static struct tr_msg *search_locked(struct tri_thread *t, struct tr_self *self,
                                    struct tri_wait *wait, uint32_t mark)
{
    tri_mailbox_look(&self->box);
    struct tr_msg *msg = search(self, wait, mark);
    struct tr_msg *dropped = tri_drop_pin(&self->box, msg);
    wait->at = msg; // pinned; others may be dropped at any time
    tri_mailbox_looked(&self->box);
    tri_answer_all_dropped(t, self, dropped);
    return msg;
}

struct tr_msg *tri_match_search(struct tri_thread *t, struct tr_self *self, struct tri_wait *wait,
                                uint32_t mark)
{
    return self->box.locked == NULL ? search(self, wait, mark) : search_locked(t, self, wait, mark);
}

uint32_t tri_match_begin(const struct tr_self *self)
{
    tri_mailbox_look(&self->box);
    const struct tr_msg *first = self->box.first;
    uint32_t tested = first == NULL ? self->box.arrival : first->arrival - 1;
    tri_mailbox_looked(&self->box);
    return tested;
}

struct tr_msg *tri_match_oldest(struct tri_thread *t, struct tr_self *self)
{
    if (self->box.locked == NULL) {
        return self->box.first;
    }
    struct tri_wait any = { .tested = tri_match_begin(self) };
    return search_locked(t, self, &any, any.tested);
}

void tri_message_tell(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg)
{
    if (msg->kind == TRI_KIND_CALL) {
        tri_book_taken(t, self, msg);
    }
    if ((msg->flags & TRI_FLAG_CREDITED) != 0) {
        tri_block_return(t, self, msg);
    }
    if (msg->kind == TRI_KIND_SEND && (msg->flags & TRI_FLAG_TIMER) != 0) {
        tri_timer_taken(t, self, msg);
    }
}

bool tri_current_book(struct tr_self *self)
{
    struct tr_msg *msg = self->current;
    if (!tri_mailbox_claim(&self->box, msg)) {
        return false;
    }
    tri_book_enter(self, msg);
    self->current = NULL;
    return true;
}

void tri_kept_add(struct tr_self *self, struct tr_msg *msg)
{
    msg->prev = NULL;
    msg->same = self->kept;
    if (self->kept != NULL) {
        self->kept->prev = msg;
    }
    self->kept = msg;
}

void tri_kept_remove(struct tr_self *self, struct tr_msg *msg)
{
    if (msg->prev != NULL) {
        msg->prev->same = msg->same;
    } else {
        self->kept = msg->same;
    }
    if (msg->same != NULL) {
        msg->same->prev = msg->prev;
    }
}

bool tri_wait_over(struct tri_thread *t, struct tr_self *self)
{
    struct tri_wait *wait = self->wait;
    if (self->turn || wait->done || wait->timed_out) {
        return true;
    }
    if (wait->what != TRI_WAIT_MESSAGE) {
        return false;
    }
    if (wait->found == NULL) {
        wait->found = tri_match_search(t, self, wait, wait->tested);
    }
    return wait->found != NULL;
}
