// SPDX-License-Identifier: MIT
// Taking messages: selection, and the end of a message's life.
//
// Purpose: the oldest message that matches, without looking again at those that did not.
// Rules: by types the oldest of each wanted type is compared when the list is long (index); by
//   reference the search begins after the reference was made; else from the oldest. A suspended
//   receive tests only what was drained since. Predicates run on the actor's own stack.
// Invariants: `current` is the message being handled, or the last one received; it is freed by
//   tri_current_release. A request without an answer then joins `calls`.
// Threads: the worker that holds the actor. Ownership: see above.
#ifndef TRI_PROCESS_RECEIVE_H
#define TRI_PROCESS_RECEIVE_H

#include "process/batch.h"
#include "process/notice.h"
#include "process/wait.h"

// The oldest message after those tested that passes all tests but the predicate; marks how far it
// looked. NULL: none now.
struct tr_msg *tri_match_search(struct tri_thread *t, struct tr_self *self, struct tri_wait *wait,
                                uint32_t mark);

// Whether a message passes all tests but the predicate.
bool tri_match_passes(const struct tri_wait *wait, const struct tr_msg *msg);

// The oldest message with an arrival number above `mark`, found from the young end.
struct tr_msg *tri_match_first_after(const struct tri_mailbox *box, uint32_t mark);

// What counts as tested when a search begins: all before the oldest message.
uint32_t tri_match_begin(const struct tr_self *self);

// The oldest message, for a handler; NULL: none.
struct tr_msg *tri_match_oldest(struct tri_thread *t, struct tr_self *self);

// Tells those who wait for this message to leave the mailbox.
void tri_message_tell(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg);

// Takes a message out of the list and makes it current; returns its credit.
static inline void tri_message_take(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg)
{
    tri_mailbox_take(&self->box, msg);
    self->current = msg;
    self->answered = false;
    if (msg->kind == TRI_KIND_CALL || (msg->flags & (TRI_FLAG_CREDITED | TRI_FLAG_TIMER)) != 0) {
        tri_message_tell(t, self, msg);
    }
    if ((msg->flags & TRI_FLAG_COUNTED) != 0) {
        TRI_COUNT(t, x_received);
    } else if (self->watching) {
        tri_watch_taken(self, msg);
    }
    // relaxed: for people; one writer.
    tri_store(&self->x_type, msg->type, relaxed);
    tri_store(&self->x_handled, tri_load(&self->x_handled, relaxed) + 1, relaxed);
    self->budget--;
}

// Enters the current message, a request without an answer, into the books. False as below.
bool tri_current_book(struct tr_self *self);

// Ends the life of the current message, or of the last batch. False when it could not be released
// yet because a producer is about to link behind it: try again after the next drain.
static inline bool tri_current_release(struct tri_thread *t, struct tr_self *self)
{
    struct tr_msg *msg = self->current;
    if (msg == NULL) {
        if (self->batching) {
            tri_batch_end(t, self);
        }
        return true;
    }
    if (msg->kind == TRI_KIND_CALL && !self->answered) {
        return tri_current_book(self);
    }
    self->current = NULL;
    tri_mailbox_free(&self->box, tri_blocks_here(t), msg);
    return true;
}

// Messages that user code holds, so that they end with the actor.
void tri_kept_add(struct tr_self *self, struct tr_msg *msg);
void tri_kept_remove(struct tr_self *self, struct tr_msg *msg);

// Whether a suspended actor may go on, after a drain.
bool tri_wait_over(struct tri_thread *t, struct tr_self *self);

#endif
