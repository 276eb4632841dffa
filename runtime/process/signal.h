// SPDX-License-Identifier: MIT
// Draining: what happens to each message and signal as it leaves the inbound queue.
//
// Purpose: before an actor takes a message, everything inbound is drained: ordinary messages join
//   the private list in order, signals act at once, so a pending exit beats queued messages.
// Rules: a node for another generation is stale and answered for the dead. A signal whose record is
//   reused waits as `held` while a producer is about to link behind it.
// Threads: the worker that holds the actor, inside a section. Ownership: as mailbox/mailbox.h.
#ifndef TRI_PROCESS_SIGNAL_H
#define TRI_PROCESS_SIGNAL_H

#include "process/section.h"

// Drains everything that can be drained now, unless an exit signal on the way dooms self.
// A free slot (generation 0) may become an actor by it.
void tri_drain(struct tri_thread *t, struct tr_self *self);

// The same, for a caller that comes with every message.
static inline void tri_drain_new(struct tri_thread *t, struct tr_self *self)
{
    if (self->held != NULL || self->box.locked != NULL || !tri_mpsc_quiet(&self->box.queue)) {
        tri_drain(t, self);
    }
}

// For an actor that dies, or a free slot: drains one node and answers it; a START that belongs here
// makes the actor. False when nothing is left.
bool tri_drain_one_for_dead(struct tri_thread *t, struct tr_self *self, tr_exit reason);

#endif
