// SPDX-License-Identifier: MIT
// One activation of an actor by the scheduler's loop.
//
// Purpose: drain, decide, and run init, the body, or handlers until the budget is used up or
//   nothing is left to do.
// Threads: the worker, inside a section that is left around user code. Ownership: none.
#ifndef TRI_PROCESS_RUN_H
#define TRI_PROCESS_RUN_H

#include "process/section.h"

// Runs an actor that was taken from a queue. May not return: when the actor holds a stack, the
// caller's flow is abandoned for it. When it returns, t is out of date: look it up again.
void tri_run(struct tri_thread *t, struct tr_self *self);

#endif
