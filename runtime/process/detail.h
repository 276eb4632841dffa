// SPDX-License-Identifier: MIT
// What is kept of an actor's last call that failed.
//
// Purpose: an error explains itself; calls that succeed pay nothing.
// Threads: the worker that holds the actor. Ownership: the actor's, made at its first failed call.
#ifndef TRI_PROCESS_DETAIL_H
#define TRI_PROCESS_DETAIL_H

#include <troupe/detail.h>

#include "process/waits.h"
#include "process/section.h"

// Notes that a call to `to`, a key, failed. Nothing without memory.
void tri_detail_note(struct tri_thread *t, struct tr_self *self, tr_err err, uint64_t to,
                     int64_t timeout_ms);
// What was noted last was a call that would have closed this cycle.
void tri_detail_note_cycle(struct tr_self *self, const struct tri_cycle *cycle);

// What was noted; NULL if nothing was.
const tr_detail *tri_detail_of(const struct tr_self *self);

// The actor ends.
void tri_detail_fini(struct tri_thread *t, struct tr_self *self);

#endif
