// SPDX-License-Identifier: MIT
// Stacks for flows of control, each with a guard below it.
//
// Purpose: cut stacks out of large NORESERVE mappings (slabs): one resident page per stack in use,
//   no file mapping per stack, an overflow that dies instead of trampling a neighbour.
// Invariants: from low up: usable bytes, then this header, which is the top of the stack; below
//   low lie 16 pages of guard. `low <= (char *)stack - usable` and equality holds.
//   Guard modes, best first: INSTALL (MADV_GUARD_INSTALL, Linux 6.13 and later; no mapping of its
//   own); MPROTECT for the first 8,000 stacks (each splits a mapping, and a process has 65,530);
//   CANARY: 128 bytes above low must stay zero; seen late, when the stack is next switched to.
//   A mode that the kernel refuses is given up for the next one for the rest of the process.
// Threads: open and close from any thread (a short lock); a stack has one user at a time.
// Ownership: the caller owns an open stack; slabs belong to this file until tri_stack_unmap_all.
#ifndef TRI_PLATFORM_STACK_H
#define TRI_PLATFORM_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/atomic.h"
#include "base/check.h"

enum tri_guard_mode {
    TRI_GUARD_INSTALL,
    TRI_GUARD_MPROTECT,
    TRI_GUARD_CANARY,
};

struct tri_slab;

struct tri_stack {
    struct tri_stack *next;    // for the owner: a link in a pool of free stacks
    char *low;                 // lowest usable byte
    size_t usable;             // bytes from low up to this header
    struct tri_slab *slab;     // where it was cut from
    void *fiber;               // ThreadSanitizer's name for the flow on it, else NULL
    uint32_t index;            // place in the slab
    uint32_t valgrind;         // valgrind's name for it
    enum tri_guard_mode guard; // how this one is guarded
};

// Opens a stack of at least usable_bytes less one header and less than twice that; 0 means 64 KiB
// (256 KiB under AddressSanitizer). NULL when memory or address space is exhausted.
struct tri_stack *tri_stack_open(size_t usable_bytes);
// Gives the pages of a stack back to the kernel and the stack to its slab. NULL is ignored.
void tri_stack_close(struct tri_stack *stack);
// Gives the pages of an idle stack back to the kernel, except the topmost one.
void tri_stack_trim(struct tri_stack *stack);

// How the next stack will be guarded, as far as is known.
enum tri_guard_mode tri_stack_guard_mode(void);
// For tests: use this mode (or what the kernel leaves of it) from the next stack on.
void tri_stack_force_mode(enum tri_guard_mode mode);
// False when a canary stack was overrun; true for every other mode.
bool tri_stack_check(const struct tri_stack *stack);
// Stacks open now.
size_t tri_stack_open_count(void);
// Unmaps every slab of which no stack is open.
void tri_stack_unmap_all(void);

// Nonzero while stacks guarded by canaries are open.
extern tri_atomic(uint32_t) tri_stack_x_canaries;

// The check at a switch: one load of a word that hardly ever changes, unless canaries are in use.
static inline void tri_stack_check_switch(const struct tri_stack *stack)
{
    // relaxed: only a hint; the opener of a canary stack counts it before it first runs.
    if (tri_load(&tri_stack_x_canaries, relaxed) != 0 && stack != NULL) {
        TRI_CHECK(tri_stack_check(stack), "stack overflow: the canary below a stack is dead");
    }
}

#endif
