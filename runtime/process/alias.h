// SPDX-License-Identifier: MIT
// Aliases, as records among the monitors of their owner.
//
// Purpose: messages that come through an alias are let in or dropped when they are drained.
// Structure: a record of kind ALIAS in the tree `monitors`, keyed by the reference. It is ACTIVE
//   while the alias is on, and holds the record of a watch with the same reference while that is
//   pending; when neither is left, it is gone.
// Threads: the worker that holds the owner; senders know the reference only.
// Ownership: the record is its owner's.
#ifndef TRI_PROCESS_ALIAS_H
#define TRI_PROCESS_ALIAS_H

#include <troupe/alias.h>

#include "process/section.h"

// A record that is on; `watch` is NULL or the record of the monitor. NULL without memory.
struct tr_msg *tri_alias_record(struct tri_thread *t, uint64_t ref, tr_alias_mode mode,
                                struct tr_msg *watch);

// A message through an alias: joins the list, or is dropped.
void tri_on_aliased(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg);

// Switches the alias off: true if it was on.
bool tri_alias_off(struct tri_thread *t, struct tr_self *self, uint64_t ref);

// The monitor of this record fires or is given up: takes the record of the watch out, NULL if there
// is none, and switches the alias off if its mode says so.
struct tr_msg *tri_alias_take_watch(struct tri_thread *t, struct tr_self *self,
                                    struct tr_msg *record);

// The record of its watch, which stays in it; NULL if there is none.
struct tr_msg *tri_alias_watch(struct tr_msg *record);

// The owner ends: frees the record, which is in no tree, and gives the record of its watch or NULL.
struct tr_msg *tri_alias_fini(struct tri_thread *t, struct tr_msg *record);

#endif
