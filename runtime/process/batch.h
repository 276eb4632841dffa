// SPDX-License-Identifier: MIT
// Messages received together.
//
// Purpose: what one tr_receive_batch took stays readable until the next receive.
// Structure: ordinary messages and notices hang in `batch`, linked by prev and same. A request goes
//   into the books at once, marked with the number of the batch; when it is answered meanwhile it
//   joins the list instead of being freed. When the batch ends its number is over, and requests
//   without an answer are in the books like any other.
// Invariants: `batching` from the first message of a batch to its end; `current` is NULL then,
//   but while a message is on its way into the batch.
// Threads: the worker that holds the actor. Ownership: the actor owns the messages of its batch.
#ifndef TRI_PROCESS_BATCH_H
#define TRI_PROCESS_BATCH_H

#include "process/section.h"

// Begins a batch; the last one is over.
static inline void tri_batch_begin(struct tr_self *self)
{
    self->batching = true;
    self->batch_round++;
}

// The current message joins the batch. False when it cannot yet because a producer is about to link
// behind it: try again after the next drain.
bool tri_batch_join(struct tr_self *self);

// Whether a request in the books is to be readable still.
static inline bool tri_batch_holds(const struct tr_self *self, const struct tr_msg *request)
{
    return self->batching && (request->flags & TRI_FLAG_BATCHED) != 0 &&
           request->arrival == self->batch_round;
}

// A request that left the books stays readable.
void tri_batch_add(struct tr_self *self, struct tr_msg *msg);

// Takes an ordinary message out of the batch; NULL when it is not in it.
struct tr_msg *tri_batch_give(struct tr_self *self, const struct tr_msg *msg);

// Ends the batch: its messages are freed.
void tri_batch_end(struct tri_thread *t, struct tr_self *self);

#endif
