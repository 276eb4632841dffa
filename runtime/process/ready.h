// SPDX-License-Identifier: MIT
// Making actors runnable: where they wait for their turn, and who is woken for them.
//
// Purpose: one choice of place for every actor that has something to do.
// Rules: an actor found idle goes into the run-next seat of its level on this P, the one that sat
//   there to the end of the ring. An actor of another level than the one that runs is not kept
//   near: it goes to the end of its ring, where a thief may find it. Without P the injector.
// Threads: any, inside a section. Ownership: none.
#ifndef TRI_PROCESS_READY_H
#define TRI_PROCESS_READY_H

#include "process/section.h"

// Makes an actor whose mailbox was found idle runnable.
void tri_ready(struct tri_thread *t, struct tr_self *self);

// Puts an actor at the end of the run queue of this P, or into the injector.
void tri_ready_last(struct tri_thread *t, struct tr_self *self);

// Puts an actor whose turn is over at the end of the run queue of this P. When it alone would wait
// there it stays out of the thieves' reach, so that a lone pair of actors shares one core.
void tri_ready_again(struct tri_thread *t, struct tr_self *self);

// Puts an actor into the injector and wakes a worker for it.
void tri_inject(struct tri_thread *t, struct tr_self *self);

// The actor that runs gives way at its next send or receive.
void tri_end_turn(struct tri_thread *t);

// Wakes a parked worker if there is one and nobody searches.
void tri_wake_worker(struct tr_system *system);

// Every P looks at what is shared at its next turn.
void tri_stir_processors(struct tr_system *system);

#endif
