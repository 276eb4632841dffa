// SPDX-License-Identifier: MIT
// A flow of control keeps what is its own when others run in between.
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <unwind.h>

#include "platform/context.h"

static struct tri_context home;
static struct tri_context away;
static struct tri_stack *stack;
static int count;

static void open_stack(void)
{
    stack = tri_stack_open(0);
    cr_assert_not_null(stack);
    count = 0;
}

static void close_stack(void)
{
    tri_stack_close(stack);
    tri_stack_unmap_all();
}

TestSuite(context, .init = open_stack, .fini = close_stack);

// A function of its own each time, because compilers remember the address of errno.
__attribute__((noinline)) static int errno_now(void)
{
    __asm__ volatile("" ::: "memory");
    return errno;
}

static void count_for_ever(void *step)
{
    for (;;) {
        count += *(int *)step;
        tri_context_switch(&away, &home, NULL);
    }
}

Test(context, a_million_switches_arrive_alternately)
{
    int step = 1;

    tri_context_start(&home, stack, count_for_ever, &step);
    for (int i = 1; i < 1000000; i++) {
        cr_assert_eq(count, i);
        tri_context_switch(&home, &away, stack);
    }
    cr_assert_eq(count, 1000000);
}

// Fills every callee-saved register, switches, and counts the registers that came back changed.
static unsigned long changed_registers(void (*switching)(void))
{
    unsigned long changed;
#if defined(__x86_64__)
    __asm__ volatile("movq %%rsp, %%r12\n\tandq $-16, %%rsp\n\tsubq $256, %%rsp\n\t"
                     "pushq %%rbp\n\tpushq %%rbp\n\tmovq $0x4444, %%rbp\n\t"
                     "movq $0x1111, %%rbx\n\tmovq $0x3333, %%r13\n\t"
                     "movq $0x5555, %%r14\n\tmovq $0x7777, %%r15\n\tcall *%1\n\t"
                     "xorq $0x1111, %%rbx\n\txorq $0x3333, %%r13\n\txorq $0x4444, %%rbp\n\t"
                     "xorq $0x5555, %%r14\n\txorq $0x7777, %%r15\n\torq %%r13, %%rbx\n\t"
                     "orq %%r14, %%rbx\n\torq %%r15, %%rbx\n\torq %%rbp, %%rbx\n\t"
                     "popq %%rbp\n\tpopq %%rbp\n\tmovq %%r12, %%rsp\n\tmovq %%rbx, %0"
                     : "=a"(changed)
                     : "d"(switching)
                     : "rbx", "rcx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
                       "r15", "memory", "cc");
#elif defined(__aarch64__)
#define FILL(n) "mov x" #n ", #0x" #n "\n\t"
#define FILL_FLOAT(n, from) "fmov d" #n ", x" #from "\n\t"
#define COMPARE(n) "mov x1, #0x" #n "\n\teor x1, x1, x" #n "\n\torr x0, x0, x1\n\t"
#define COMPARE_FLOAT(n, from) "fmov x1, d" #n "\n\teor x1, x1, x" #from "\n\torr x0, x0, x1\n\t"
    register void *x0 __asm__("x0") = (void *)switching;
    __asm__ volatile(
        FILL(19) FILL(20) FILL(21) FILL(22) FILL(23) FILL(24) FILL(25) FILL(26) FILL(27) FILL(28)
            FILL_FLOAT(8, 19) FILL_FLOAT(9, 20) FILL_FLOAT(10, 21) FILL_FLOAT(11, 22)
                FILL_FLOAT(12, 23) FILL_FLOAT(13, 24) FILL_FLOAT(14, 25)
                    FILL_FLOAT(15, 26) "blr x0\n\tmov x0, xzr\n\t" COMPARE(19) COMPARE(20)
                        COMPARE(21) COMPARE(22) COMPARE(23) COMPARE(24) COMPARE(25) COMPARE(26)
                            COMPARE(27) COMPARE(28) COMPARE_FLOAT(8, 19) COMPARE_FLOAT(9, 20)
                                COMPARE_FLOAT(10, 21) COMPARE_FLOAT(11, 22) COMPARE_FLOAT(12, 23)
                                    COMPARE_FLOAT(13, 24) COMPARE_FLOAT(14, 25)
                                        COMPARE_FLOAT(15, 26)
        : "+r"(x0)
        :
        : "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14",
          "x15", "x16", "x17", "x18", "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27",
          "x28", "x30", "d8", "d9", "d10", "d11", "d12", "d13", "d14", "d15", "memory", "cc");
    changed = (unsigned long)x0;
#endif
    return changed;
}

static void spoil_for_ever(void *unused)
{
    (void)unused;
    for (;;) {
#if defined(__x86_64__)
        __asm__ volatile("xorl %%ebx, %%ebx\n\txorl %%r12d, %%r12d\n\txorl %%r13d, %%r13d\n\t"
                         "xorl %%r14d, %%r14d\n\txorl %%r15d, %%r15d" ::
                             : "rbx", "r12", "r13", "r14", "r15");
#elif defined(__aarch64__)
#define CLEAR(n) "mov x" #n ", xzr\n\t"
#define CLEAR_FLOAT(n) "fmov d" #n ", xzr\n\t"
        __asm__ volatile(CLEAR(19) CLEAR(20) CLEAR(21) CLEAR(22) CLEAR(23) CLEAR(24) CLEAR(25)
                             CLEAR(26) CLEAR(27) CLEAR(28) CLEAR_FLOAT(8) CLEAR_FLOAT(9)
                                 CLEAR_FLOAT(10) CLEAR_FLOAT(11) CLEAR_FLOAT(12) CLEAR_FLOAT(13)
                                     CLEAR_FLOAT(14) CLEAR_FLOAT(15)
                         :
                         :
                         : "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28",
                           "d8", "d9", "d10", "d11", "d12", "d13", "d14", "d15");
#endif
        tri_context_switch(&away, &home, NULL);
    }
}

static void switch_away(void)
{
    tri_context_switch(&home, &away, stack);
}

Test(context, callee_saved_registers_survive_a_switch)
{
    tri_context_start(&home, stack, spoil_for_ever, NULL);
    cr_assert_eq(changed_registers(switch_away), 0);
    cr_assert_eq(changed_registers(switch_away), 0);
}

static void set_errno_for_ever(void *value)
{
    count = errno_now();
    errno = *(int *)value;
    for (;;) {
        tri_context_switch(&away, &home, NULL);
        count = errno_now();
    }
}

Test(context, errno_stays_with_its_flow)
{
    int theirs = ENOTDIR;

    errno = EDOM;
    tri_context_start(&home, stack, set_errno_for_ever, &theirs);
    cr_assert_eq(count, 0, "a fresh flow begins with errno 0");
    cr_assert_eq(errno_now(), EDOM);
    tri_context_switch(&home, &away, stack);
    cr_assert_eq(count, ENOTDIR);
    cr_assert_eq(errno_now(), EDOM);
}

static void *resume_here(void *unused)
{
    (void)unused;
    errno = ERANGE;
    tri_context_switch(&home, &away, stack);
    return errno_now() == ERANGE ? stack : NULL;
}

Test(context, a_flow_resumes_on_another_thread_with_its_errno)
{
    pthread_t other;
    void *kept = NULL;
    int theirs = EISDIR;

    tri_context_start(&home, stack, set_errno_for_ever, &theirs);
    cr_assert_eq(pthread_create(&other, NULL, resume_here, NULL), 0);
    cr_assert_eq(pthread_join(other, &kept), 0);
    cr_assert_eq(count, EISDIR);
    cr_assert_not_null(kept, "the other thread's own errno is as it was");
}

// Stands in for the C++ runtime, whose record of exceptions is found by this name.
struct tri_cxa_globals {
    void *caught;
    unsigned uncaught;
};

static struct tri_cxa_globals exceptions;

struct tri_cxa_globals *__cxa_get_globals(void)
{
    return &exceptions;
}

static void catch_for_ever(void *exception)
{
    count = exceptions.caught == NULL && exceptions.uncaught == 0;
    exceptions = (struct tri_cxa_globals){ .caught = exception, .uncaught = 7 };
    for (;;) {
        tri_context_switch(&away, &home, NULL);
        count = exceptions.caught == exception && exceptions.uncaught == 7;
    }
}

Test(context, exceptions_being_handled_stay_with_their_flow)
{
    int mine;
    int theirs;

    exceptions = (struct tri_cxa_globals){ .caught = &mine, .uncaught = 1 };
    tri_context_start(&home, stack, catch_for_ever, &theirs);
    cr_assert(count, "a fresh flow handles none");
    cr_assert(exceptions.caught == &mine && exceptions.uncaught == 1);
    tri_context_switch(&home, &away, stack);
    cr_assert(count);
    cr_assert(exceptions.caught == &mine && exceptions.uncaught == 1);
}

static void leave_for_ever(void *unused)
{
    (void)unused;
    count++;
    tri_context_jump(&home);
}

Test(context, an_abandoned_stack_is_used_again)
{
    errno = EDOM;
    for (int i = 1; i <= 10000; i++) {
        tri_context_start(&home, stack, leave_for_ever, NULL);
        cr_assert_eq(count, i);
    }
    cr_assert_eq(errno_now(), EDOM);
}

static uintptr_t first_frame;

static void begin_again(void *unused)
{
    char frame[512];
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);

    (void)unused;
    __asm__ volatile("" : : "r"(frame) : "memory");
    if (count == 0) {
        first_frame = here;
    }
    if (here != first_frame || count == 10000) {
        tri_context_jump(&home);
    }
    count++;
    tri_context_restart(stack, begin_again, NULL);
}

Test(context, a_restart_begins_at_the_top_of_the_same_stack)
{
    tri_context_start(&home, stack, begin_again, NULL);
    cr_assert_eq(count, 10000);
}

static void look_at_alignment(void *unused)
{
    (void)unused;
    count = (uintptr_t)__builtin_frame_address(0) % 16 == 0;
    tri_context_jump(&home);
}

Test(context, a_flow_begins_on_an_aligned_stack)
{
    tri_context_start(&home, stack, look_at_alignment, NULL);
    cr_assert(count);
}

static void just_return(void *unused)
{
    (void)unused;
}

Test(context, a_flow_that_returns_from_its_entry_aborts, .signal = SIGABRT)
{
    tri_context_start(&home, stack, just_return, NULL);
}

static _Unwind_Reason_Code count_frame(struct _Unwind_Context *frame, void *unused)
{
    (void)frame;
    (void)unused;
    return ++count > 50 ? _URC_END_OF_STACK : _URC_NO_REASON;
}

static void unwind(void *code)
{
    *(_Unwind_Reason_Code *)code = _Unwind_Backtrace(count_frame, NULL);
    tri_context_jump(&home);
}

Test(context, the_unwinder_stops_at_the_first_frame)
{
    _Unwind_Reason_Code code = _URC_NO_REASON;

    // What lies above the first frame looks like one more return address.
    stack->next = (struct tri_stack *)((uintptr_t)unwind + 8);
    tri_context_start(&home, stack, unwind, &code);
    cr_assert_eq(code, _URC_END_OF_STACK);
    cr_assert_lt(count, 10, "%d frames", count);
}
