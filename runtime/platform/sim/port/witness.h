// SPDX-License-Identifier: MIT
// What the dispatcher does with each actor, checked in every simulated run.
//
// Purpose: the simulator's twin: an actor is on one worker at most (G4), in one queue at most, runs
//   on its own thread if it is pinned, waits a bounded number of turns (G13), and waits for nobody
//   when all sleep (G3). Invariants: slots from 4,096 on, and all systems of a run but the first,
//   are not watched. Threads: the one that simulates. Ownership: none.
#ifndef TRI_PORT_WITNESS_H
#define TRI_PORT_WITNESS_H

#include "platform/witness_fact.h"

#define TRI_WITNESSED 1

void tri_witness(const struct tri_witness_fact *fact);

#endif
