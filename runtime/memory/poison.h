// SPDX-License-Identifier: MIT
// Memory that must not be touched, made known to AddressSanitizer.
//
// Purpose: pools keep freed memory mapped; poisoning it makes a use after free visible all the
// same. Invariants: nothing but a call, and nothing at all in builds without AddressSanitizer.
// Threads: the owner of the memory. Ownership: none.
#ifndef TRI_MEMORY_POISON_H
#define TRI_MEMORY_POISON_H

#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#define TRI_POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TRI_POISON 1
#endif
#endif

#ifdef TRI_POISON
void __asan_poison_memory_region(const volatile void *start, size_t bytes);
void __asan_unpoison_memory_region(const volatile void *start, size_t bytes);
#endif

static inline void tri_poison(const void *start, size_t bytes)
{
#ifdef TRI_POISON
    __asan_poison_memory_region(start, bytes);
#else
    (void)start;
    (void)bytes;
#endif
}

static inline void tri_unpoison(const void *start, size_t bytes)
{
#ifdef TRI_POISON
    __asan_unpoison_memory_region(start, bytes);
#else
    (void)start;
    (void)bytes;
#endif
}

#endif
