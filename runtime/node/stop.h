// SPDX-License-Identifier: MIT
// Stopping a system: exit signals to the roots, then kill, then the threads end.
//
// Phases: RUNNING → STOPPING (asked for) → CLOSING (all actors have ended, guests leave) → HALTED
//   (threads end) → STOPPED; or STOPPING → HALTED → ABANDONED when actors refused. The monitor's
//   thread carries the stop out; whoever asked waits, or not (an actor).
// Threads: begin and wait by any; carry out by the monitor. Ownership: see system.c.
#ifndef TRI_NODE_STOP_H
#define TRI_NODE_STOP_H

#include "process/section.h"

// A thread that waits for the stop.
struct tri_stopper {
    struct tri_stopper *next;
    struct tri_park park;
};

// Asks for the stop; a later request may shorten the deadline.
void tri_stop_begin(struct tr_system *system, int64_t deadline_ms);

// Waits until the stop is over: TR_OK or TR_ETIMEDOUT, and the report.
tr_err tri_stop_wait(struct tr_system *system, tr_stop_report *report);

// The monitor: does it all.
void tri_stop_carry_out(struct tr_system *system);

// Host mode, in a step after an actor asked for the stop: signals the actors, now and then.
void tri_stop_look(struct tr_system *system);

// Host mode: carries the stop out on the calling thread unless that was done; as tri_stop_wait.
tr_err tri_stop_drive(struct tr_system *system, tr_stop_report *report);

// Actors alive.
uint64_t tri_live_count(const struct tr_system *system);

#endif
