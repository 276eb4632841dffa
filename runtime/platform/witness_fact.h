// SPDX-License-Identifier: MIT
// The facts about an actor and the dispatcher, shared by both twins of the port.
//
// Purpose: names for what the simulator's oracles look at. Invariants: an actor is IDLE, QUEUED or
//   OWNED by a worker.
//
//   IDLE ──queued──▶ QUEUED ──taken──▶ OWNED ──idle──▶ IDLE
//                       ▲                └──queued──▶ QUEUED
// Threads: none. Ownership: none.
#ifndef TRI_PLATFORM_WITNESS_FACT_H
#define TRI_PLATFORM_WITNESS_FACT_H

#include <stdint.h>

enum tri_witness_what {
    TRI_WITNESS_QUEUED,
    TRI_WITNESS_TAKEN, // to run
    TRI_WITNESS_MOVED, // taken out of a queue, to be queued elsewhere
    TRI_WITNESS_IDLE,
};

// Places beside the queues of the P's, which are numbered by the P's index.
enum { TRI_WITNESS_INJECTOR = 1000, TRI_WITNESS_INBOX };

struct tri_witness_fact {
    enum tri_witness_what what;
    uint32_t system;  // index of the system
    uint32_t slot;    // of the actor
    uint32_t place;   // QUEUED: where; TAKEN: by which P
    uint32_t urgency; // 0 low … 3 max
    uint32_t thread;  // that tells it; 0: no thread of the runtime's
    uint32_t pinned;  // TAKEN: the only thread that may run it; 0: any
};

#endif
