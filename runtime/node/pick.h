// SPDX-License-Identifier: MIT
// Which actor runs next: the order of priorities, and of the places where actors wait.
//
// Purpose: max and high go strictly first; low gets every eighth turn while normal ones wait; each
//   level is first in, first out with a run-next seat of bounded streak.
// Invariants: a P on which nobody but normal actors waits pays one branch for all of this.
// Threads: the worker, inside a section with its P; tri_work_waits by any. Ownership: none.
#ifndef TRI_NODE_PICK_H
#define TRI_NODE_PICK_H

#include "process/system.h"
#include "sched/glance.h"

// The next actor of the P's own queues and the thread's inbox, and if shared_first or urgent of the
// injector. NULL: none, or the thread has given its P to one that wants it.
struct tr_self *tri_pick(struct tri_thread *t, bool shared_first);

// The next actor of the injector. NULL: none.
struct tr_self *tri_pick_shared(struct tri_thread *t);

// Half of another P's actors of the most urgent level that any has; normal ones only where the
// oldest has waited since the glance, and none without a glance. NULL: none.
struct tr_self *tri_pick_steal(struct tri_thread *t, const struct tri_glance *glance);

// Whether there is an actor that any worker may take, or a thread that wants a P; takes nothing.
bool tri_work_waits(const struct tr_system *system);

// Whether the P's own rings hold anybody, or its seats more urgent ones than normal.
static inline bool tri_work_near(const struct tri_processor *p)
{
    return p->ranked != 0 || tri_ring_count(&p->rings[TR_PRIORITY_NORMAL]) != 0;
}

#endif
