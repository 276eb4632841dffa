// SPDX-License-Identifier: MIT
// The worker: the scheduler's loop, and finding something to run.
//
// Purpose: run the next actor of the P; without one take from the injector, steal, or sleep.
// Order of looking: run-next slot (bounded streak), ring; every 61st turn the injector first, every
//   64th a look at the clock. Idle: at most half the workers search, for a bounded time, then sleep
//   until a wake or the next deadline of the P.
// Invariants: the loop runs at the base of a pooled stack, inside a section while it holds a P.
// Threads: workers and spares. Ownership: none.
#ifndef TRI_NODE_WORKER_H
#define TRI_NODE_WORKER_H

#include "process/system.h"

// The scheduler's loop: entry of every fresh stack.
void tri_worker_loop(void *unused);

// Entry of an OS thread: arg is its struct tri_thread.
void tri_worker_main(void *arg);

// The next actor to run. Waits for one until the system halts, or else looks near and gives NULL.
// NULL without P: the thread has lost it.
struct tr_self *tri_worker_next(struct tri_thread *t, bool wait);

#endif
