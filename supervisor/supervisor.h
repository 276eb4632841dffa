// SPDX-License-Identifier: MIT
// A supervisor: a server (tr_server) that traps exits and has children.
//
// Purpose: the state that the parts of this floor share, and the module that serves it. Being a
//   server it inherits tr_server_stop and the rule that the exit of its parent ends it with the
//   parent's reason; its on_terminate stops the children in reverse order.
// Invariants: it never waits for a child but inside a start or a stop, both of which the child's
// spec
//   bounds in time. A failed restart goes back into its own mailbox, so that it stays responsive.
// Threads: the actor. Ownership: everything is on the actor's heap.
#ifndef TRI_SUPERVISOR_SUPERVISOR_H
#define TRI_SUPERVISOR_SUPERVISOR_H

#include "children.h"
#include "intensity.h"

struct tri_supervisor {
    tr_strategy strategy;
    bool guarded; // started for a guest: the parent is a guard, who is told of giving up
    struct tri_children children;
    struct tri_intensity intensity;
    struct tri_reason reason; // why it ends; outlives the callback's frame
};

// The module of all supervisors; its arguments are a struct tri_packed_supervisor.
extern const tr_server tri_supervisor_server;

#endif
