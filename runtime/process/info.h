// SPDX-License-Identifier: MIT
// Questions to an actor that the runtime answers when it drains them: the INFO signal.
//
// Purpose: what only the actor's worker may look at is read by it, in order with messages. The
//   question is turned into its answer, a REPLY, so the actor asked needs no memory.
// Threads: the worker that holds the actor. Ownership: the question is its own answer.
#ifndef TRI_PROCESS_INFO_H
#define TRI_PROCESS_INFO_H

#include <troupe/relations.h>

#include "process/section.h"

// Body of a question and of its answer.
struct tri_info {
    uint32_t which;    // tr_relation
    uint32_t capacity; // how many keys fit
    uint64_t count;    // how many there are
    uint64_t keys[];   // of the first of them
};

// A question with room for `capacity` keys; NULL without memory.
struct tr_msg *tri_info_question(struct tri_thread *t, uint32_t which, uint32_t capacity);

// Writes the answer.
void tri_info_fill(struct tr_self *self, struct tri_info *info);

// A question arrived; it is claimed.
void tri_on_info(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg);

#endif
