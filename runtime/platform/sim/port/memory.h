// SPDX-License-Identifier: MIT
// Counted memory that can be told to run out.
//
// Purpose: the simulator's allocator: a census of live blocks, faults at a chosen allocation, and
//   a check that each block is freed with the size it was asked for.
// Invariants: fresh memory up to 4 KiB is filled with 0xa5, so that no run depends on what was
//   there before. Threads: the one that simulates. Ownership: the caller owns what it gets.
#ifndef TRI_PORT_MEMORY_H
#define TRI_PORT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

void *tri_memory_alloc(size_t bytes);
void *tri_memory_alloc_zero(size_t bytes);
void tri_memory_free(void *p, size_t bytes);
// "simulated"
const char *tri_memory_name(void);
// Counts as an allocation: true if the fault injection wants this one to fail. Asked where stacks
// are opened, threads started and blocks taken from pools.
bool tri_memory_refuses(void);

// What of a pool was still in use when it went: bytes that were lost end the run.
static inline bool tri_memory_is_watched(void)
{
    return true;
}
void tri_memory_left(size_t bytes);

#endif
