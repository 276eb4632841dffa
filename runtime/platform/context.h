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

// Suspends the current flow in *from and begins entry(arg) at the top of a stack that nobody
// stands on. What an earlier, abandoned flow left on it is forgotten.
void tri_context_start(struct tri_context *from, struct tri_stack *stack, void (*entry)(void *),
                       void *arg);

// Abandons the current flow for ever and resumes `to`.
_Noreturn void tri_context_jump(struct tri_context *to);

// Abandons the current flow for ever and begins entry(arg) at the top of `stack`, which may be the
// very stack that the caller stands on. `arg` must not lie on that stack.
_Noreturn void tri_context_restart(struct tri_stack *stack, void (*entry)(void *), void *arg);

// Thread state that stays with the flow; lies on the flow's own stack while it is suspended.
struct tri_carried {
    void *cxa_caught; // the C++ runtime's record of exceptions being handled
    unsigned cxa_uncaught;
    int error;
};

// The C++ runtime's accessor of that record; weak, NULL in a process without one.
extern struct tri_cxa_globals *__cxa_get_globals(void) __attribute__((weak));
void tri_carry_cxa_out(struct tri_carried *c);
void tri_carry_cxa_in(const struct tri_carried *c);

// Where errno lies relative to the thread register: the same in every thread of a process.
extern ptrdiff_t tri_errno_offset;

// By hand, because compilers take the address of errno for a constant of the function, and a flow
// may be resumed on another thread.
static inline int tri_errno_read(void)
{
    int value;
#if defined(__x86_64__)
    __asm__ volatile("movl %%fs:(%1), %0" : "=r"(value) : "r"(tri_errno_offset) : "memory");
#elif defined(__aarch64__)
    char *thread;
    __asm__ volatile("mrs %1, tpidr_el0\n\tldr %w0, [%1, %2]"
                     : "=r"(value), "=&r"(thread)
                     : "r"(tri_errno_offset)
                     : "memory");
#endif
    return value;
}

static inline void tri_errno_write(int value)
{
#if defined(__x86_64__)
    __asm__ volatile("movl %0, %%fs:(%1)" : : "r"(value), "r"(tri_errno_offset) : "memory");
#elif defined(__aarch64__)
    char *thread;
    __asm__ volatile("mrs %0, tpidr_el0\n\tstr %w1, [%0, %2]"
                     : "=&r"(thread)
                     : "r"(value), "r"(tri_errno_offset)
                     : "memory");
#endif
}

// The running thread's errno; not to be kept over a suspension.
static inline int *tri_errno_place(void)
{
    char *thread;
#if defined(__x86_64__)
    __asm__ volatile("movq %%fs:0, %0" : "=r"(thread) : : "memory");
#elif defined(__aarch64__)
    __asm__ volatile("mrs %0, tpidr_el0" : "=r"(thread) : : "memory");
#endif
    return (int *)(void *)(thread + tri_errno_offset);
}

static inline void tri_carry_out(struct tri_carried *c)
{
    c->error = tri_errno_read();
    if (__cxa_get_globals != NULL) {
        tri_carry_cxa_out(c);
    }
}

static inline void tri_carry_in(const struct tri_carried *c)
{
    tri_errno_write(c->error);
    if (__cxa_get_globals != NULL) {
        tri_carry_cxa_in(c);
    }
}

// The assembly: context_x86_64.S or context_aarch64.S. Returns whom the resumer left.
struct tri_context *tri_context_swap(struct tri_context *from, void *to_sp);

// Suspends the current flow in *from and resumes `to`. Returns when somebody resumes *from.
// to_stack is the pooled stack on which `to` stands, or NULL for a native one: while canaries are
// in use it is checked, and a trampled one ends the process with a report.
#if TRI_ASAN || TRI_TSAN
void tri_context_switch(struct tri_context *from, struct tri_context *to,
                        struct tri_stack *to_stack);
#else
// Inline, because a function that is left on one stack and returns on another always mispredicts
// its return: 10 ns.
static inline void tri_context_switch(struct tri_context *from, struct tri_context *to,
                                      struct tri_stack *to_stack)
{
    struct tri_carried mine;
    tri_stack_check_switch(to_stack);
    tri_carry_out(&mine);
    (void)tri_context_swap(from, to->sp);
    tri_carry_in(&mine);
}
#endif

#endif
