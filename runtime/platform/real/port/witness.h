// SPDX-License-Identifier: MIT
// What the dispatcher does with each actor, told to whoever checks it.
//
// Purpose: the simulator's oracles see every step of an actor between queues and workers; the
//   product tells nobody. Invariants: calls touch no state of the caller's.
// Threads: any. Ownership: none.
#ifndef TRI_PORT_WITNESS_H
#define TRI_PORT_WITNESS_H

#include "platform/witness_fact.h"

#define TRI_WITNESSED 0 // spares the callers' loads

static inline void tri_witness(const struct tri_witness_fact *fact)
{
    (void)fact;
}

#endif
