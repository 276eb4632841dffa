// SPDX-License-Identifier: MIT
// Crash reports: what is known of an actor that ends with another reason than a clean one.
//
// Purpose: an event for the log, composed before anything of the actor goes.
// Invariants: needs no memory; at most so many a second as the sink's options say.
// Threads: the worker that ends the actor, in its section. Ownership: none.
#ifndef TRI_PROCESS_CRASH_H
#define TRI_PROCESS_CRASH_H

#include "process/section.h"

void tri_crash_report(struct tr_self *self, tr_exit reason);

#endif
