// SPDX-License-Identifier: MIT
// Memory with a census and faults, and the pool of virtual threads' stacks.
#include "port/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "platform/sim/sim.h"
#include "platform/sim/state.h"
#include "platform/stack.h"

enum { FILL_MAX = 4096, FRESH = 0xa5, FREED = 0x5f, THREAD_STACK_BYTES = 256 * 1024 };

// Stands before each block and keeps it aligned for any type.
union header {
    struct {
        size_t bytes;
        uint64_t mark;
    } of;
    max_align_t align;
};

#define LIVE_MARK UINT64_C(0x74726f757065616c)

static struct {
    int64_t blocks;
    int64_t bytes;
    uint64_t allocations;
    uint64_t fail_at; // number of the allocation that fails; 0: none
    bool fail_on;     // and all later ones
    bool exempt;      // the simulator's own request
    struct tri_stack *stacks;
    int64_t own_stacks;
} m;

void tri_sim_memory_reset(void)
{
    m.blocks = 0;
    m.bytes = 0;
    m.allocations = 0;
    m.fail_at = 0;
}

void tri_sim_memory_counts(int64_t *blocks, int64_t *bytes, uint64_t *allocations)
{
    *blocks = m.blocks;
    *bytes = m.bytes;
    *allocations = m.allocations;
}

void tri_sim_fail_alloc(uint64_t nth, bool persistent)
{
    m.fail_at = nth == 0 ? 0 : m.allocations + nth;
    m.fail_on = persistent;
}

bool tri_memory_refuses(void)
{
    if (m.exempt) {
        return false;
    }
    m.allocations++;
    return m.fail_at != 0 &&
           (m.allocations == m.fail_at || (m.fail_on && m.allocations > m.fail_at));
}

static void *allocate(size_t bytes, int fill, size_t fill_bytes)
{
    if (tri_memory_refuses() || bytes > SIZE_MAX - sizeof(union header)) {
        return NULL;
    }
    union header *h = malloc(sizeof *h + bytes);
    if (h == NULL) {
        return NULL;
    }
    h->of.bytes = bytes;
    h->of.mark = LIVE_MARK;
    m.blocks++;
    m.bytes += (int64_t)bytes;
    return memset(h + 1, fill, fill_bytes);
}

void *tri_memory_alloc(size_t bytes)
{
    return allocate(bytes, FRESH, bytes < FILL_MAX ? bytes : FILL_MAX);
}

void *tri_memory_alloc_zero(size_t bytes)
{
    return allocate(bytes, 0, bytes);
}

void tri_memory_free(void *p, size_t bytes)
{
    if (p == NULL) {
        return;
    }
    union header *h = (union header *)p - 1;
    if (h->of.mark != LIVE_MARK) {
        tri_sim_fail("memory freed that is not allocated");
    }
    if (h->of.bytes != bytes) {
        tri_sim_fail("memory freed with another size than it was asked for");
    }
    h->of.mark = 0;
    m.blocks--;
    m.bytes -= (int64_t)bytes;
    memset(p, FREED, bytes < FILL_MAX ? bytes : FILL_MAX);
    free(h);
}

void tri_memory_left(size_t bytes)
{
    if (bytes != 0) {
        tri_sim_fail("blocks of a pool were never given back");
    }
}

const char *tri_memory_name(void)
{
    return "simulated";
}

struct tri_stack *tri_sim_stack_get(void)
{
    struct tri_stack *stack = m.stacks;
    if (stack != NULL) {
        m.stacks = stack->next;
        return stack;
    }
    m.exempt = true;
    stack = tri_stack_open(THREAD_STACK_BYTES);
    m.exempt = false;
    m.own_stacks += stack != NULL;
    return stack;
}

void tri_sim_stack_put(struct tri_stack *stack)
{
    if (stack != NULL) {
        stack->next = m.stacks;
        m.stacks = stack;
    }
}

int64_t tri_sim_product_stacks(void)
{
    return (int64_t)tri_stack_open_count() - m.own_stacks;
}
