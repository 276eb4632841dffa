// SPDX-License-Identifier: MIT
// Hooks: what an actor does last, and the one way in which every end goes through them.
//
// Purpose: an actor that holds something from outside gives it back however it ends.
// How: an actor that ends on a stack of its own runs its hooks there, above its intact frames, or
//   on a fresh stack when less than 8 KiB are left. One that stands nowhere (a handler that has
//   returned) runs them on the stack of the loop. A suspended one is resumed for it.
// Invariants: a hook is taken off the list before it runs, so none runs twice. While hooks run,
//   self->ending is the reason: the actor is not doomed again, and cannot be suspended. A hook that
//   ends itself (tri_exit_here) is abandoned and the next one runs.
// Threads: the worker that holds the actor, inside a section that is left around each hook.
// Ownership: hooks lie on the actor's heap.
#ifndef TRI_PROCESS_DEFER_H
#define TRI_PROCESS_DEFER_H

#include <troupe/exits.h>

#include "process/birth.h"

struct tri_hook {
    struct tri_hook *older;
    tr_defer_fn fn;
    void *arg;
};

// Puts a hook on top; false without memory.
bool tri_hook_push(struct tri_thread *t, struct tr_self *self, tr_defer_fn fn, void *arg);
// Takes back the newest of these; false when there is none.
bool tri_hook_remove(struct tri_thread *t, struct tr_self *self, tr_defer_fn fn, void *arg);

// Ends the actor that runs, from anywhere on its stack, and goes on with the scheduler.
_Noreturn void tri_exit_here(struct tri_thread *t, struct tr_self *self, tr_exit reason);
// As above if an exit signal was received.
void tri_exit_if_doomed(struct tri_thread *t, struct tr_self *self);

// Ends an actor from the scheduler's loop, with its hooks; t is out of date when it returns. One
// that is suspended must have no hooks left: it is resumed to run them.
void tri_end(struct tri_thread *t, struct tr_self *self, tr_exit reason, enum tri_start start);

// Ends an actor of a system whose threads have ended, wherever it stood; its hooks are not run.
void tri_end_abandoned(struct tri_thread *t, struct tr_self *self, tr_exit reason);

#endif
