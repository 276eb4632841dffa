// SPDX-License-Identifier: MIT
// What is offered to a handler: messages that are accepted and not postponed.
//
// Purpose: a handler-style actor skips messages without moving them.
// Structure: box->cursor is the oldest message that was not looked at under the present settings;
//   when it is NULL everything up to `tested` was. A postponed message carries TRI_FLAG_POSTPONED;
//   a retry takes the flags away and begins at the oldest message.
// Invariants: a message is looked at once per setting and retry. `postponed` is never less than the
//   number of flags in the list. debt is how many postponed messages wait without credit of their
//   own, because it had gone to a sender when they were put back: so many returns of credit are
//   kept.
// Threads: the worker that holds the actor. Ownership: a block of the actor's heap, made at first
//   need; actors that never postpone have none.
#ifndef TRI_PROCESS_OFFER_H
#define TRI_PROCESS_OFFER_H

#include "process/wait.h"

#define TRI_MATCH_TYPES_MAX 64

struct tri_offer {
    struct tri_wait match; // types, reference and sender
    bool (*predicate)(const struct tr_msg *msg, void *context);
    void *context;
    bool nothing;       // suspended
    uint32_t tested;    // arrival number up to which messages were looked at
    uint32_t postponed; // flags in the list, or more
    uint32_t debt;
    uint32_t ids[TRI_MATCH_TYPES_MAX];
};

// The record of the actor, made if need be; NULL without memory.
struct tri_offer *tri_offer_of(struct tri_thread *t, struct tr_self *self);

// Looks at everything again that is not postponed.
void tri_offer_again(struct tr_self *self);
// Looks at everything again.
void tri_offer_retry(struct tr_self *self);

// The oldest message that is to be handled; NULL: none now. Runs a predicate outside the section:
// *t is renewed.
struct tr_msg *tri_offer_next(struct tri_thread **t, struct tr_self *self);

// Puts the current message back into the mailbox.
void tri_offer_postpone(struct tri_thread *t, struct tr_self *self);

#endif
