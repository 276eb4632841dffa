// SPDX-License-Identifier: MIT
// Memory behind the pools.
//
// Purpose: the one door to the allocator: jemalloc by weak reference if the build asks for it
//   (TRI_JEMALLOC=1) and the process has it, else the C library.
// Invariants: tri_memory_free is given the size that was asked for. Threads: any.
// Ownership: the caller owns what it gets.
#ifndef TRI_PORT_MEMORY_H
#define TRI_PORT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

// At least one byte, aligned for any type; NULL when there is none.
void *tri_memory_alloc(size_t bytes);
void *tri_memory_alloc_zero(size_t bytes);
// NULL is ignored.
void tri_memory_free(void *p, size_t bytes);
// "jemalloc" or "libc": what serves this process.
const char *tri_memory_name(void);

// Whether a resource that is not allocated here must be refused now. The simulator's fault
// injection answers yes; in the product this is constant and costs nothing.
static inline bool tri_memory_refuses(void)
{
    return false;
}

// Whether somebody wants to know what of a pool was still in use when it went (tri_memory_left).
static inline bool tri_memory_is_watched(void)
{
    return false;
}

static inline void tri_memory_left(size_t bytes)
{
    (void)bytes;
}

#endif
