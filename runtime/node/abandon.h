// SPDX-License-Identifier: MIT
// A system that was stopped while actors refused to end: how its threads end later, and how it can
// be freed after all.
//
// Purpose: the host gets its memory back once the last stuck thread has returned.
// How: closing gives every P to nobody, so that a thread that comes back from user code finds its P
//   lost, and ends there (tri_section_lost). When all have ended, whoever frees the system buries
//   the actors that are left, without their hooks, as a thread without P, and what their mailboxes
//   hold.
// Threads: close by the monitor, settle by the thread that frees. Ownership: none.
#ifndef TRI_NODE_ABANDON_H
#define TRI_NODE_ABANDON_H

#include "process/section.h"

// After the phase is HALTED: no thread keeps its P.
void tri_abandon_close(struct tr_system *system);

// Makes an abandoned system a stopped one. TR_EBUSY while a thread of it lives; TR_ENOMEM: to be
// tried again.
tr_err tri_abandon_settle(struct tr_system *system);

#endif
