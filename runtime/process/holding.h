// SPDX-License-Identifier: MIT
// What an actor holds of blobs: its book.
//
// Purpose: references go with their actor, and their bytes are charged to it.
// Invariants: an actor holds one reference of a blob however often it took it; the entry counts.
//   Each entry's bytes are charged to the actor's heap, in full: so much stays because of it.
// Threads: the worker that runs the actor; x_blob_bytes is read by any.
// Ownership: entries lie on the actor's heap; each owns one reference.
#ifndef TRI_PROCESS_HOLDING_H
#define TRI_PROCESS_HOLDING_H

#include "memory/blob.h"
#include "process/section.h"

// Enters a reference that the caller has into the book. TR_ELIMIT over the actor's heap limit,
// TR_ENOMEM: the reference is still the caller's.
tr_err tri_hold(struct tri_thread *t, struct tr_self *self, struct tr_blob *blob);
// Takes a further reference and enters it, or counts the entry up.
tr_err tri_hold_more(struct tri_thread *t, struct tr_self *self, struct tr_blob *blob);
// Counts the entry down, and gives its reference back with the last; false when there is none.
bool tri_hold_less(struct tri_thread *t, struct tr_self *self, struct tr_blob *blob);
// The actor ends: gives all references back.
void tri_hold_nothing(struct tri_thread *t, struct tr_self *self);

#endif
