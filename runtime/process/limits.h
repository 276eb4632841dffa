// SPDX-License-Identifier: MIT
// The shape of a mailbox: from the options of a spawn to the credit word and the books.
//
// Purpose: a number of messages stands in the word alone; anything more gets a record of limits,
//   made by the spawner at the slot's first need and kept with the slot.
// Threads: the spawner, which holds the slot alone; tri_limits_fini at the system's end.
// Ownership: the system owns the records.
#ifndef TRI_PROCESS_LIMITS_H
#define TRI_PROCESS_LIMITS_H

#include <troupe/actor.h>

#include "process/section.h"

// Whether the options make sense.
bool tri_limits_valid(const tr_mailbox_opts *mailbox);

// Whether they need a mailbox under a lock.
bool tri_limits_locked(const tr_mailbox_opts *mailbox);

// Makes sure that the slot has a record if the options need one: TR_OK, TR_ENOMEM.
tr_err tri_limits_provide(struct tri_thread *t, struct tr_self *slot,
                          const tr_mailbox_opts *mailbox);

// Before START: the bound of the mailbox holds from the first message on.
void tri_limits_set(struct tr_self *slot, uint32_t generation, const tr_mailbox_opts *mailbox);

// Tells of the alarm of the mailbox if it has changed. No lock is held.
void tri_limits_tell(struct tr_self *of);

// Frees all records.
void tri_limits_fini(struct tr_system *system);

#endif
