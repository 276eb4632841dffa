// SPDX-License-Identifier: MIT
// Waits that are entered in the wait-for graph, or refused.
//
// Purpose: the steps that every wait takes while the option detect_cycles is on (process/waits.h).
// Threads: the worker that holds the actor. Ownership: none.
#ifndef TRI_PROCESS_CYCLE_H
#define TRI_PROCESS_CYCLE_H

#include "process/waits.h"
#include "process/section.h"

// For a wait whose request is yet to be sent: inserts its edge. True: it would close a cycle, which
// is noted.
bool tri_cycle_refuse(struct tri_thread *t, struct tr_self *self, struct tri_edge *edge,
                      int64_t timeout_ms);

// For a wait for what was sent before: announces its edge, and drains.
void tri_cycle_expect(struct tri_thread *t, struct tr_self *self, struct tri_edge *edge);
// Then, if it has not come: as tri_cycle_refuse.
bool tri_cycle_refuse_known(struct tri_thread *t, struct tr_self *self, struct tri_edge *edge,
                            uint64_t holder, int64_t timeout_ms);

#endif
