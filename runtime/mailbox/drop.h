// SPDX-License-Identifier: MIT
// The mailbox engine that drops the oldest message: books and list under one lock.
//
// Purpose: what mailbox/mailbox.h does without a lock, for slots whose limits have a list. Such a
//   slot uses this engine for ever, so a late push to a former occupant meets the right structure.
// Invariants: charged messages, without the pinned one, never exceed the bound. Only a message that
//   was charged for the present occupant is dropped: no signal, reply, timer's message or START.
//   box->first and box->last are the ends of the private part; they are read under the lock.
// Threads: push by any; the rest by the owner. Ownership: as mailbox/mailbox.h; dropped messages
//   come back as a chain by x_next and are the caller's.
#ifndef TRI_MAILBOX_DROP_H
#define TRI_MAILBOX_DROP_H

#include "mailbox/limits.h"
#include "mailbox/mailbox.h"

// Pushes, charges a credited message if the occupant it is meant for has the books, and trims.
// True: the queue was idle, the caller schedules.
bool tri_drop_push(struct tri_mailbox *box, struct tr_msg *msg, struct tr_msg **dropped);

// Accepts what is inbound for the living occupant up to the first node that needs an act; that node
// is taken out and returned. NULL: nothing more is inbound.
struct tr_msg *tri_drop_drain(struct tri_mailbox *box);

// As their namesakes in mailbox/mailbox.h. What is appended is charged; the next pin trims.
void tri_drop_append(struct tri_mailbox *box, struct tr_msg *msg);
void tri_drop_take(struct tri_mailbox *box, struct tr_msg *msg);
void tri_drop_put_back(struct tri_mailbox *box, struct tr_msg *msg);
bool tri_drop_idle(struct tri_mailbox *box);

// A message goes into the owner's hand, under the lock; NULL: none. What was in it may be dropped
// again, and the mailbox is trimmed.
struct tr_msg *tri_drop_pin(struct tri_mailbox *box, struct tr_msg *msg);

// Whose ordinary messages the drain accepts; 0: nobody's.
void tri_drop_live(struct tri_mailbox *box, uint32_t generation);

#endif
