// SPDX-License-Identifier: MIT
// Flows of control: where one stands, and how to go from one to another.
//
// Purpose: a flow runs on a pooled stack or on an OS thread's native one. Switching saves the
//   callee-saved registers on the stack being left and its stack pointer in a tri_context.
// Invariants: a context is valid from the moment a switch or start has left it until it is resumed
//   or its stack is reused, and is resumed at most once per save. entry functions never return.
//   errno and the C++ exception globals stay with the flow, also when it resumes on another thread.
//   Floating-point control words (rounding, masks) belong to the OS thread and are not carried.
// Threads: a context saved on one thread may be resumed on another; the caller publishes it with
//   release and takes it with acquire. No function here is reentrant from a signal handler.
// Ownership: the caller owns both contexts and stacks; nothing is allocated here.
#ifndef TRI_PLATFORM_CONTEXT_H
#define TRI_PLATFORM_CONTEXT_H

#include <stddef.h>

#include "platform/sanitizer.h"
#include "platform/stack.h"

struct tri_context {
    void *sp; // stack pointer of the suspended flow; the assembly knows that it stands at offset 0
#if TRI_ASAN
    const void *low; // bounds of the stack that the suspended flow stands on
    size_t size;
#endif
#if TRI_TSAN
    void *fiber; // the sanitizer's name for the suspended flow
#endif
};

// Suspends the current flow in *from and resumes `to`. Returns when somebody resumes *from.
// to_stack is the pooled stack on which `to` stands, or NULL for a native one: while canaries are
// in use it is checked, and a trampled one ends the process with a report.
void tri_context_switch(struct tri_context *from, struct tri_context *to,
                        struct tri_stack *to_stack);

// Suspends the current flow in *from and begins entry(arg) at the top of a stack that nobody
// stands on. What an earlier, abandoned flow left on it is forgotten.
void tri_context_start(struct tri_context *from, struct tri_stack *stack, void (*entry)(void *),
                       void *arg);

// Abandons the current flow for ever and resumes `to`.
_Noreturn void tri_context_jump(struct tri_context *to);

// Abandons the current flow for ever and begins entry(arg) at the top of `stack`, which may be the
// very stack that the caller stands on. `arg` must not lie on that stack.
_Noreturn void tri_context_restart(struct tri_stack *stack, void (*entry)(void *), void *arg);

#endif
