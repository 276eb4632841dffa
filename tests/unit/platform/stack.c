// SPDX-License-Identifier: MIT
// Stacks are usable to the last byte, guarded below, and give their memory back.
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "platform/context.h"

static struct tri_context home;
static struct tri_context away;

// The address sanitizer reports a fault itself and exits.
#if TRI_ASAN
#define DIES .exit_code = 1
#else
#define DIES .signal = SIGSEGV
#endif

static void unmap(void)
{
    tri_stack_unmap_all();
}

TestSuite(stack, .fini = unmap);

static struct tri_stack *open_in(enum tri_guard_mode mode)
{
    tri_stack_force_mode(mode);
    struct tri_stack *stack = tri_stack_open(0);
    cr_assert_not_null(stack);
    return stack;
}

Test(stack, every_usable_byte_can_be_written)
{
    size_t wanted[] = { 1, 16 * 1024, 64 * 1024, 100000, 1024 * 1024 };

    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        struct tri_stack *stack = tri_stack_open(wanted[i]);
        cr_assert_not_null(stack);
        cr_assert_geq(stack->usable + 128, wanted[i]);
        cr_assert_eq((uintptr_t)stack % 64, 0);
        cr_assert_eq(stack->low + stack->usable, (char *)stack);
        memset(stack->low, 0x55, stack->usable);
        tri_stack_close(stack);
    }
    cr_assert_eq(tri_stack_open_count(), 0);
}

Test(stack, one_that_no_class_holds_is_refused)
{
    cr_assert_null(tri_stack_open((size_t)65 * 1024 * 1024));
    cr_assert_null(tri_stack_open(SIZE_MAX));
    cr_assert_eq(tri_stack_open_count(), 0);
}

// Recursion with frames of its own size until something stops it.
static int overflow(int depth)
{
    volatile char frame[1000];
    frame[0] = (char)depth;
    return depth < 0 ? 0 : overflow(depth + 1) + frame[0];
}

static void overflow_flow(void *unused)
{
    (void)unused;
    (void)overflow(0);
}

Test(stack, museum_minicoro_19_an_overflow_hits_the_installed_guard, DIES)
{
    tri_context_start(&home, open_in(TRI_GUARD_INSTALL), overflow_flow, NULL);
}

Test(stack, an_overflow_hits_the_protected_guard, DIES)
{
    tri_context_start(&home, open_in(TRI_GUARD_MPROTECT), overflow_flow, NULL);
}

static void write_below(enum tri_guard_mode mode, long distance)
{
    // Where the kernel has no such guard, the stack has the next best one, which holds as well.
    struct tri_stack *stack = open_in(mode);
    *(volatile char *)(stack->low - distance) = 1;
}

Test(stack, the_last_byte_of_an_installed_guard_is_guarded, DIES)
{
    write_below(TRI_GUARD_INSTALL, 1);
}

Test(stack, the_first_byte_of_an_installed_guard_is_guarded, DIES)
{
    write_below(TRI_GUARD_INSTALL, 64 * 1024);
}

Test(stack, the_last_byte_of_a_protected_guard_is_guarded, DIES)
{
    write_below(TRI_GUARD_MPROTECT, 1);
}

Test(stack, the_first_byte_of_a_protected_guard_is_guarded, DIES)
{
    write_below(TRI_GUARD_MPROTECT, 64 * 1024);
}

Test(stack, a_used_guard_is_still_there_after_close_and_open, DIES)
{
    tri_stack_close(open_in(TRI_GUARD_INSTALL));
    struct tri_stack *stack = open_in(TRI_GUARD_INSTALL);
    *(volatile char *)(stack->low - 1) = 1;
}

static void overrun_and_come_back(void *stack)
{
    // What an overflow leaves behind when nothing stopped it.
    memset(((struct tri_stack *)stack)->low, 0x55, 64);
    tri_context_switch(&away, &home, NULL);
}

Test(stack, a_canary_is_checked_at_the_next_switch, .signal = SIGABRT)
{
    struct tri_stack *stack = open_in(TRI_GUARD_CANARY);

    tri_context_start(&home, stack, overrun_and_come_back, stack);
    cr_assert_not(tri_stack_check(stack));
    tri_context_switch(&home, &away, stack);
}

Test(stack, an_untouched_canary_is_intact)
{
    struct tri_stack *stack = open_in(TRI_GUARD_CANARY);

    cr_assert_eq(stack->guard, TRI_GUARD_CANARY);
    memset(stack->low + 128, 0x55, stack->usable - 128);
    cr_assert(tri_stack_check(stack));
    tri_stack_trim(stack);
    cr_assert(tri_stack_check(stack));
    tri_stack_close(stack);
    cr_assert_eq(tri_load(&tri_stack_x_canaries, relaxed), 0);
}

Test(stack, the_mode_tried_first_needs_no_mapping)
{
    struct tri_stack *stack = tri_stack_open(0);
    // Installing a guard, and seeing that its page cannot be read in.
    bool supported =
        madvise(stack->low - 4096, 4096, 102) == 0 && madvise(stack->low - 4096, 4096, 22) != 0;

    if (!supported) {
        cr_skip("this kernel does not know MADV_GUARD_INSTALL");
    }
    cr_assert_eq(stack->guard, TRI_GUARD_INSTALL);
    cr_assert_eq(tri_stack_guard_mode(), TRI_GUARD_INSTALL);
    tri_stack_close(stack);
}

Test(stack, locked_memory_falls_back_to_protection)
{
    if (TRI_ASAN || mlockall(MCL_FUTURE | MCL_ONFAULT) != 0) {
        cr_skip("this process may not lock memory"); // the address sanitizer ignores the call
    }
    struct tri_stack *stack = tri_stack_open(0);
    (void)munlockall();
    cr_assert_eq(stack->guard, TRI_GUARD_MPROTECT);
    cr_assert_eq(tri_stack_guard_mode(), TRI_GUARD_MPROTECT);
    tri_stack_close(stack);
}

Test(stack, protection_ends_at_its_budget_and_canaries_follow)
{
    enum { BUDGET = 8000 };
    static struct tri_stack *stacks[BUDGET + 1];

    tri_stack_force_mode(TRI_GUARD_MPROTECT);
    for (int i = 0; i <= BUDGET; i++) {
        stacks[i] = tri_stack_open(16 * 1024);
        cr_assert_not_null(stacks[i]);
    }
    cr_assert_eq(stacks[BUDGET - 1]->guard, TRI_GUARD_MPROTECT);
    cr_assert_eq(stacks[BUDGET]->guard, TRI_GUARD_CANARY);
    cr_assert_eq(tri_stack_guard_mode(), TRI_GUARD_CANARY);
    for (int i = 0; i <= BUDGET; i++) {
        tri_stack_close(stacks[i]);
    }
}

static bool is_mapped(void *address)
{
    unsigned char resident = 0;
    uintptr_t page = (uintptr_t)address & ~(uintptr_t)4095;
    return mincore((void *)page, 1, &resident) == 0 || errno != ENOMEM;
}

static bool is_resident(void *address)
{
    unsigned char resident = 0;
    uintptr_t page = (uintptr_t)address & ~(uintptr_t)4095;
    return mincore((void *)page, 1, &resident) == 0 && (resident & 1);
}

Test(stack, trimming_keeps_the_top_page_and_gives_the_rest_back)
{
    struct tri_stack *stack = tri_stack_open(0);

    memset(stack->low, 0x55, stack->usable);
    tri_stack_trim(stack);
    cr_assert_not(is_resident(stack->low));
    cr_assert_not(is_resident(stack->low + stack->usable / 2));
    cr_assert_eq(((char *)stack)[-1], 0x55);
    tri_stack_close(stack);
}

Test(stack, a_closed_stack_holds_no_memory_and_is_the_next_to_open)
{
    struct tri_stack *stack = tri_stack_open(0);

    memset(stack->low, 0x55, stack->usable);
    tri_stack_close(stack);
    cr_assert_not(is_resident(stack));
    cr_assert_eq(tri_stack_open(0), stack);
    tri_stack_close(stack);
}

Test(stack, unmapping_spares_slabs_with_an_open_stack)
{
    enum { COUNT = 40 }; // more than the first slab holds
    struct tri_stack *stacks[COUNT];

    for (int i = 0; i < COUNT; i++) {
        stacks[i] = tri_stack_open(0);
    }
    for (int i = 1; i < COUNT; i++) {
        tri_stack_close(stacks[i]);
    }
    tri_stack_unmap_all();
    cr_assert(is_mapped(stacks[0]));
    cr_assert_not(is_mapped(stacks[COUNT - 1]));
    tri_stack_close(stacks[0]);
    tri_stack_unmap_all();
    cr_assert_not(is_mapped(stacks[0]));
}

static void *open_and_close(void *failures)
{
    struct tri_stack *held[8];

    for (int round = 0; round < 300; round++) {
        for (int i = 0; i < 8; i++) {
            held[i] = tri_stack_open(0);
            *(int *)failures += held[i] == NULL;
            *(void **)(void *)held[i]->low = failures;
        }
        for (int i = 0; i < 8; i++) {
            *(int *)failures += *(void **)(void *)held[i]->low != failures;
            tri_stack_close(held[i]);
        }
    }
    return NULL;
}

Test(stack, threads_open_and_close_without_sharing_one)
{
    pthread_t threads[4];
    int failures[4] = { 0 };

    for (int i = 0; i < 4; i++) {
        cr_assert_eq(pthread_create(&threads[i], NULL, open_and_close, &failures[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        cr_assert_eq(pthread_join(threads[i], NULL), 0);
        cr_assert_eq(failures[i], 0);
    }
    cr_assert_eq(tri_stack_open_count(), 0);
}
