// SPDX-License-Identifier: MIT
// Suspending: the actor keeps the stack it stands on, the worker goes on on another.
//
// Purpose: a handler that waits holds a stack, one that returns holds none.
// How: the scheduler's loop runs at the base of a pooled stack and calls actors as functions. When
//   an actor suspends, the whole stack becomes the actor's and the thread starts its loop on a
//   fresh one. When a loop resumes an actor, the loop's own stack is given back.
// Invariants: an actor is given up (mailbox idle, queue, injector) only after its stack was left:
//   the flow that arrives does it (tri_after_switch). A thread may be another one after a
//   suspension.
// Threads: the calling worker, inside a section. Ownership: stacks of the P's pool.
#ifndef TRI_PROCESS_SUSPEND_H
#define TRI_PROCESS_SUSPEND_H

#include "process/wait.h"

// What becomes of a suspended actor once its stack was left.
enum tri_leave {
    TRI_LEAVE_IDLE,   // until a message comes
    TRI_LEAVE_QUEUE,  // end of the run queue
    TRI_LEAVE_INJECT, // the thread has lost its P
};

// Suspends self until a worker resumes it; *t is the thread then. Without memory for a stack the
// actor ends with `killed` and this does not return.
void tri_suspend(struct tri_thread **t, struct tr_self *self, enum tri_leave how);

// Waits for what `wait` says, up to timeout_ms. TR_OK it came, or self is doomed; TR_ETIMEDOUT;
// TR_ENOMEM.
tr_err tri_suspend_until(struct tri_thread **t, struct tr_self *self, struct tri_wait *wait,
                         int64_t timeout_ms);

// Lets others run: the actor goes to the end of the run queue. self may be doomed after.
void tri_take_turns(struct tri_thread **t, struct tr_self *self);

// Makes sure that the thread holds a P, by migrating the actor if it lost its own.
void tri_hold_processor(struct tri_thread **t, struct tr_self *self);

// What a call that would suspend does when it must not (tri_may_suspend): reports the place of the
// section in checked builds, and answers TR_EBUSY.
tr_err tri_suspend_refuse(const struct tr_self *self, const char *function);

// What a suspended actor is doing, for people.
tr_state tri_state_of_wait(const struct tr_self *self);

// First act of a flow that was switched to: completes what the flow before it left undone.
void tri_after_switch(struct tri_thread *t);
// Gives the actor up when it has nothing to do, or queues it again.
void tri_settle(struct tri_thread *t, struct tr_self *self);

// Resumes a suspended actor; the caller's flow, a scheduler's loop, is abandoned.
_Noreturn void tri_resume(struct tri_thread *t, struct tr_self *self);

// Goes on with the scheduler's loop from the top of a stack of the default class.
// Ends the thread from wherever it stands, with the stack it stands on.
_Noreturn void tri_leave_thread(struct tri_thread *t);
_Noreturn void tri_loop_again(struct tri_thread *t);

// Stacks of the P's pools, or fresh ones; NULL without memory.
struct tri_stack *tri_stack_get(struct tri_thread *t, tr_stack_class class);
void tri_stack_put(struct tri_thread *t, struct tri_stack *stack);

#endif
