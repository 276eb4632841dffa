// SPDX-License-Identifier: MIT
// Context switching above the assembly: what a flow carries, and what the sanitizers hear.
#include "platform/context.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

// The assembly: context_x86_64.S or context_aarch64.S.
struct tri_context *tri_context_swap(struct tri_context *from, void *to_sp);
struct tri_context *tri_context_launch(struct tri_context *from, void *top, void (*entry)(void *),
                                       void *arg);
_Noreturn void tri_context_leap(void *to_sp);
// Called by the assembly as the first function of a new flow.
_Noreturn void tri_context_arrive(struct tri_context *from, void (*entry)(void *), void *arg);

// The C++ runtime's record of exceptions being handled; per thread there, per flow here.
struct cxa_globals {
    void *caught;
    unsigned uncaught;
};
// Weak: NULL in a process without a C++ runtime.
extern struct cxa_globals *__cxa_get_globals(void) __attribute__((weak));

// Thread state that stays with the flow. Lives on the flow's own stack while it is suspended.
struct carried {
    struct cxa_globals cxa;
    int error;
};

// noinline and opaque: the address of errno belongs to the thread the flow happens to run on and
// must be asked for anew after each switch, though the C library declares it constant.
__attribute__((noinline)) static void carry_out(struct carried *c) {
    __asm__ volatile("" ::: "memory");
    c->error = errno;
    if (__cxa_get_globals != NULL) {
        c->cxa = *__cxa_get_globals();
    }
}

__attribute__((noinline)) static void carry_in(const struct carried *c) {
    __asm__ volatile("" ::: "memory");
    errno = c->error;
    if (__cxa_get_globals != NULL) {
        *__cxa_get_globals() = c->cxa;
    }
}

// Just after: tells whom we left (NULL: abandoned) where it stands, and restores our bookkeeping.
TRI_SANITIZER_HELPER void sanitizer_arrive(struct tri_context *left, void *kept) {
#if TRI_ASAN
    const void *low = NULL;
    size_t size = 0;
    __sanitizer_finish_switch_fiber(kept, &low, &size);
    if (left != NULL) {
        left->low = low;
        left->size = size;
    }
#endif
    (void)left;
    (void)kept;
}

// Just before the stack pointer moves. `keep` receives ASan's bookkeeping of the flow being left,
// or is NULL when that flow is abandoned.
TRI_SANITIZER_HELPER void sanitizer_leave_to(void **keep, const struct tri_context *to) {
#if TRI_ASAN
    __sanitizer_start_switch_fiber(keep, to->low, to->size);
#endif
#if TRI_TSAN
    __tsan_switch_to_fiber(to->fiber, 0);
#endif
    (void)keep;
    (void)to;
}

// The same for a flow that begins at the top of a stack.
TRI_SANITIZER_HELPER void sanitizer_leave_to_top(void **keep, struct tri_stack *stack) {
#if TRI_ASAN
    tri_sanitizer_unpoison(stack->low, stack->usable);
    __sanitizer_start_switch_fiber(keep, stack->low, stack->usable);
#endif
#if TRI_TSAN
    // The frames of an abandoned flow are still on its fiber's call stack: begin with a new fiber.
    void *abandoned = stack->fiber;
    stack->fiber = __tsan_create_fiber(0);
    __tsan_switch_to_fiber(stack->fiber, 0);
    __tsan_destroy_fiber(abandoned);
#endif
    (void)keep;
    (void)stack;
}

TRI_SANITIZER_HELPER void sanitizer_note_self(struct tri_context *from) {
#if TRI_TSAN
    from->fiber = __tsan_get_current_fiber();
#endif
    (void)from;
}

TRI_UNINSTRUMENTED void tri_context_switch(struct tri_context *from, struct tri_context *to,
                                           struct tri_stack *to_stack) {
    struct carried mine;
    void *kept = NULL;
    tri_stack_check_switch(to_stack);
    carry_out(&mine);
    sanitizer_note_self(from);
    sanitizer_leave_to(&kept, to);
    struct tri_context *left = tri_context_swap(from, to->sp);
    sanitizer_arrive(left, kept);
    carry_in(&mine);
}

TRI_UNINSTRUMENTED void tri_context_start(struct tri_context *from, struct tri_stack *stack,
                                          void (*entry)(void *), void *arg) {
    struct carried mine;
    void *kept = NULL;
    carry_out(&mine);
    sanitizer_note_self(from);
    sanitizer_leave_to_top(&kept, stack);
    struct tri_context *left = tri_context_launch(from, stack, entry, arg);
    sanitizer_arrive(left, kept);
    carry_in(&mine);
}

TRI_UNINSTRUMENTED _Noreturn void tri_context_jump(struct tri_context *to) {
    sanitizer_leave_to(NULL, to);
    tri_context_leap(to->sp);
}

TRI_UNINSTRUMENTED _Noreturn void tri_context_restart(struct tri_stack *stack,
                                                      void (*entry)(void *), void *arg) {
    sanitizer_leave_to_top(NULL, stack);
    (void)tri_context_launch(NULL, stack, entry, arg);
    abort(); // a launch without a saved caller has nowhere to return to
}

TRI_UNINSTRUMENTED _Noreturn void tri_context_arrive(struct tri_context *from,
                                                     void (*entry)(void *), void *arg) {
    static const struct carried nothing = {.cxa = {.caught = NULL, .uncaught = 0}, .error = 0};
    sanitizer_arrive(from, NULL);
    carry_in(&nothing);
    entry(arg);
    fputs("troupe: a flow of control returned from its entry function\n", stderr);
    abort();
}
