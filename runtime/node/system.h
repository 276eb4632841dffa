// SPDX-License-Identifier: MIT
// Making and freeing a system.
//
// Purpose: allocate, wire and start P's and threads; take everything apart again.
// Invariants: several systems live in one process; each has an index, and a creation that tells it
//   from earlier ones. A system with refusers is never freed.
// Threads: one at a time per system. Ownership: the caller frees what tri_system_new made.
#ifndef TRI_NODE_SYSTEM_H
#define TRI_NODE_SYSTEM_H

#include "process/system.h"

tr_err tri_system_new(const tr_system_opts *opts, struct tr_system **out);
// The system has stopped, or never ran.
void tri_system_delete(struct tr_system *system);

#endif
