// SPDX-License-Identifier: MIT
// What the sanitizers and valgrind must hear about stacks and switches, in one place.
//
// Purpose: AddressSanitizer keeps the bounds of the running stack, ThreadSanitizer a "fiber" per
//   flow of control, valgrind a list of stacks. Each helper below is empty in a plain build.
// Invariants: no helper touches memory that the product owns; the code between a *_leave and the
//   switch itself is not instrumented (TRI_UNINSTRUMENTED).
// Threads: any; each call speaks of the calling thread.
// Ownership: a TSan fiber belongs to the stack whose header holds it.
#ifndef TRI_PLATFORM_SANITIZER_H
#define TRI_PLATFORM_SANITIZER_H

#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TRI_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define TRI_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define TRI_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#define TRI_TSAN 1
#endif
#ifndef TRI_ASAN
#define TRI_ASAN 0
#endif
#ifndef TRI_TSAN
#define TRI_TSAN 0
#endif

#if TRI_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#define TRI_UNINSTRUMENTED __attribute__((no_sanitize_address, noinline))
#elif TRI_TSAN && defined(__clang__)
#include <sanitizer/tsan_interface.h>
#define TRI_UNINSTRUMENTED                                                                         \
    __attribute__((no_sanitize("thread"), disable_sanitizer_instrumentation, noinline))
#elif TRI_TSAN
#include <sanitizer/tsan_interface.h>
#define TRI_UNINSTRUMENTED __attribute__((no_sanitize_thread, noinline))
#else
#define TRI_UNINSTRUMENTED __attribute__((noinline))
#endif
// For the helpers that surround a switch: they vanish in a plain build.
#if TRI_ASAN || TRI_TSAN
#define TRI_SANITIZER_HELPER static TRI_UNINSTRUMENTED
#else
#define TRI_SANITIZER_HELPER static inline
#endif

// The memory of an abandoned stack carries the poison of frames that never returned.
static inline void tri_sanitizer_unpoison(void *low, size_t bytes)
{
#if TRI_ASAN
    __asan_unpoison_memory_region(low, bytes);
#else
    (void)low;
    (void)bytes;
#endif
}

#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>) && !defined(NVALGRIND)
#include <valgrind/valgrind.h>
#define TRI_VALGRIND 1
#endif
#endif
#ifndef TRI_VALGRIND
#define TRI_VALGRIND 0
#endif

static inline unsigned tri_valgrind_stack_add(void *low, void *high)
{
#if TRI_VALGRIND
    return (unsigned)VALGRIND_STACK_REGISTER(low, high);
#else
    (void)low;
    (void)high;
    return 0;
#endif
}

static inline void tri_valgrind_stack_remove(unsigned id)
{
#if TRI_VALGRIND
    VALGRIND_STACK_DEREGISTER(id);
#endif
    (void)id;
}

#endif
