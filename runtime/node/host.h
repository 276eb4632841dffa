// SPDX-License-Identifier: MIT
// Host mode: a system without threads of its own, which the host's loop steps.
//
// Purpose: the calling thread becomes the system's one worker for the time of a call.
// Invariants: one thread steps at a time (x_stepping). Between steps the worker counts as asleep,
//   so whoever readies an actor rings the bell; a step that leaves work behind rings it itself. The
//   host's thread is the one that started the system or stepped it last: its calls as a guest
//   drive the system while they wait, those of other threads park.
// Threads: as each function says. Ownership: the system owns its bell and its idle stack.
#ifndef TRI_NODE_HOST_H
#define TRI_NODE_HOST_H

#include "port/bell.h"
#include "process/system.h"

// The loop of such a system: entry of every fresh stack.
void tri_host_loop(void *unused);

// Makes the bell; the caller is the host's thread from now on. TR_OK, TR_ENOMEM, TR_ESYSTEM.
tr_err tri_host_open(struct tr_system *system);
void tri_host_close(struct tr_system *system);

// Becomes the one that steps, and stops to be it. TR_EBUSY.
tr_err tri_host_enter(struct tr_system *system);
void tri_host_leave(struct tr_system *system);

// For the one that steps: runs actors and due timers for about budget_ns, 0 for one activation,
// UINT64_MAX until there is nothing to do. False when nothing is left to do now.
bool tri_host_run(struct tr_system *system, uint64_t budget_ns);

// For the one that steps: runs what there is to run, or waits for a ring, a due timer or the
// deadline (UINT64_MAX: none).
void tri_host_run_or_wait(struct tr_system *system, uint64_t deadline_ns);

// When the host must step again, by the clock: 0 now, UINT64_MAX never.
uint64_t tri_host_next(struct tr_system *system);

// A guest waits, up to a deadline (0: none): drives the system if the caller is the host's thread,
// else parks.
void tri_host_wait(struct tr_system *system, struct tri_park *park, uint64_t deadline_ns);

#endif
