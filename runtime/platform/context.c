// SPDX-License-Identifier: MIT
// Context switching above the assembly: what a flow carries, and what the sanitizers hear.
#include "platform/context.h"

#include <errno.h>

#include "base/check.h"

// The assembly: context_x86_64.S or context_aarch64.S.
struct tri_context *tri_context_launch(struct tri_context *from, void *top, void (*entry)(void *),
                                       void *arg);
_Noreturn void tri_context_leap(void *to_sp);
// Called by the assembly as the first function of a new flow.
_Noreturn void tri_context_arrive(struct tri_context *from, void (*entry)(void *), void *arg);

// As the C++ ABI lays it out.
struct tri_cxa_globals {
    void *caught;
    unsigned uncaught;
};

ptrdiff_t tri_errno_offset;

// Before main and before any thread: found once, read for ever.
__attribute__((constructor)) static void find_errno(void)
{
    tri_errno_offset = (char *)&errno - (char *)__builtin_thread_pointer();
}

// noinline: __cxa_get_globals must be asked anew on each side of a switch.
__attribute__((noinline)) void tri_carry_cxa_out(struct tri_carried *c)
{
    const struct tri_cxa_globals *g = __cxa_get_globals();
    c->cxa_caught = g->caught;
    c->cxa_uncaught = g->uncaught;
}

__attribute__((noinline)) void tri_carry_cxa_in(const struct tri_carried *c)
{
    struct tri_cxa_globals *g = __cxa_get_globals();
    g->caught = c->cxa_caught;
    g->uncaught = c->cxa_uncaught;
}

// Just after: tells whom we left (NULL: abandoned) where it stands, and restores our bookkeeping.
TRI_SANITIZER_HELPER void sanitizer_arrive(struct tri_context *left, void *kept)
{
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
TRI_SANITIZER_HELPER void sanitizer_leave_to(void **keep, const struct tri_context *to)
{
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
TRI_SANITIZER_HELPER void sanitizer_leave_to_top(void **keep, struct tri_stack *stack)
{
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

TRI_SANITIZER_HELPER void sanitizer_note_self(struct tri_context *from)
{
#if TRI_TSAN
    from->fiber = __tsan_get_current_fiber();
#endif
    (void)from;
}

#if TRI_ASAN || TRI_TSAN
TRI_UNINSTRUMENTED void tri_context_switch(struct tri_context *from, struct tri_context *to,
                                           struct tri_stack *to_stack)
{
    struct tri_carried mine;
    void *kept = NULL;
    tri_stack_check_switch(to_stack);
    tri_carry_out(&mine);
    sanitizer_note_self(from);
    sanitizer_leave_to(&kept, to);
    struct tri_context *left = tri_context_swap(from, to->sp);
    sanitizer_arrive(left, kept);
    tri_carry_in(&mine);
}
#endif

TRI_UNINSTRUMENTED void tri_context_start(struct tri_context *from, struct tri_stack *stack,
                                          void (*entry)(void *), void *arg)
{
    struct tri_carried mine;
    void *kept = NULL;
    tri_carry_out(&mine);
    sanitizer_note_self(from);
    sanitizer_leave_to_top(&kept, stack);
    struct tri_context *left = tri_context_launch(from, stack, entry, arg);
    sanitizer_arrive(left, kept);
    tri_carry_in(&mine);
}

TRI_UNINSTRUMENTED _Noreturn void tri_context_jump(struct tri_context *to)
{
    sanitizer_leave_to(NULL, to);
    tri_context_leap(to->sp);
}

TRI_UNINSTRUMENTED _Noreturn void tri_context_restart(struct tri_stack *stack,
                                                      void (*entry)(void *), void *arg)
{
    sanitizer_leave_to_top(NULL, stack);
    (void)tri_context_launch(NULL, stack, entry, arg);
    tri_check_failed(__FILE__, __LINE__, "a launch without a saved caller came back");
}

TRI_UNINSTRUMENTED _Noreturn void tri_context_arrive(struct tri_context *from,
                                                     void (*entry)(void *), void *arg)
{
    static const struct tri_carried nothing = { .error = 0 };
    sanitizer_arrive(from, NULL);
    tri_carry_in(&nothing);
    entry(arg);
    tri_check_failed(__FILE__, __LINE__, "a flow of control returned from its entry function");
}
