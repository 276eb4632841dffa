// SPDX-License-Identifier: MIT
// Reports: events of the log that the runtime makes about its actors and their messages.
//
// Purpose: what is known of an actor that crashes, composed before anything of it goes; and of a
//   message type that is described in two ways.
// Invariants: need no memory; at most so many a second as the sink's options say of crash reports.
// Threads: any, in a section, no lock held. Ownership: none.
#ifndef TRI_PROCESS_REPORT_H
#define TRI_PROCESS_REPORT_H

#include <troupe/message.h>

#include "process/section.h"

// The actor ends; a clean end is not reported.
void tri_report_crash(struct tr_self *self, tr_exit reason);

// A message was refused because its type contradicts another description of the same name.
void tri_report_conflict(struct tr_system *system, const tr_type *type);

#endif
