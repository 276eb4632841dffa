// SPDX-License-Identifier: MIT
// Slabs of stacks, their guards, and the census of open ones.
#include "platform/stack.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/check.h"
#include "platform/sanitizer.h"
#include "port/lock.h"
#include "port/memory.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102 // Linux 6.13
#endif
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22 // Linux 5.14
#endif

enum {
    GUARD_BYTES = 64 * 1024,    // 16 pages of 4 KiB
    CANARY_BYTES = 128,         // above low, zero until overrun
    CLASS_MIN_LOG = 14,         // 16 KiB
    CLASS_COUNT = 13,           // up to 64 MiB
    SLAB_FIRST_STACKS = 16,     // the first slab of a class; each next one is twice as large
    SLAB_STACKS_MAX = 512,      // 64 MiB of the default class
    MPROTECT_STACKS_MAX = 8000, // each costs two mappings of the 65,530 a process may have
    FIBERS_MAX = 4000,          // ThreadSanitizer of gcc 12 dies at 8,128 threads and fibers
    UNGUARDED = 0xff,           // slot_guard of a slot never used
};

struct tri_slab {
    struct tri_slab *next;    // all slabs of the class
    struct tri_slab *partial; // slabs of the class with a free slot
    size_t bytes;             // of the mapping, this header's pages included
    uint32_t class;
    uint32_t stack_count;
    uint32_t fresh;      // slots from here on were never used
    uint32_t free_count; // used slots that are free again, in free_slot[0..free_count)
    uint16_t free_slot[SLAB_STACKS_MAX];
    uint8_t slot_guard[SLAB_STACKS_MAX]; // enum tri_guard_mode or UNGUARDED
};

// All of this is guarded by `lock`.
static struct {
    struct tri_lock lock;
    struct tri_slab *slabs[CLASS_COUNT];
    struct tri_slab *partial[CLASS_COUNT];
    size_t open_count;
    size_t mprotect_count;
    enum tri_guard_mode mode;
    bool install_works; // an installed guard was seen to refuse an access
} all;

tri_atomic(uint32_t) tri_stack_x_canaries;

static size_t class_bytes(uint32_t class)
{
    return (size_t)1 << (CLASS_MIN_LOG + class);
}

// CLASS_COUNT when no class is large enough.
static uint32_t class_of(size_t usable_bytes)
{
    size_t wanted = usable_bytes;
    uint32_t class = 0;
    if (wanted == 0) {
        wanted = (TRI_ASAN ? 256u : 64u) * 1024u;
    }
    while (class < CLASS_COUNT && class_bytes(class) < wanted) {
        class ++;
    }
    return class;
}

static size_t page_bytes(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static size_t slab_header_bytes(void)
{
    size_t page = page_bytes();
    return (sizeof(struct tri_slab) + page - 1) / page * page;
}

static char *slot_guard_low(struct tri_slab *slab, uint32_t index)
{
    size_t stride = GUARD_BYTES + class_bytes(slab->class);
    return (char *)slab + slab_header_bytes() + index * stride;
}

static bool slab_is_full(const struct tri_slab *slab)
{
    return slab->fresh == slab->stack_count && slab->free_count == 0;
}

static bool slab_is_unused(const struct tri_slab *slab)
{
    return slab->fresh == slab->free_count;
}

static struct tri_slab *slab_map(uint32_t class, uint32_t stack_count)
{
    size_t bytes = slab_header_bytes() + stack_count * (GUARD_BYTES + class_bytes(class));
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);
    if (p == MAP_FAILED) {
        return NULL;
    }
    (void)madvise(p, bytes, MADV_NOHUGEPAGE); // without it one touched page costs 2 MiB
    struct tri_slab *slab = p;
    slab->bytes = bytes;
    slab->class = class;
    slab->stack_count = stack_count;
    memset(slab->slot_guard, UNGUARDED, sizeof slab->slot_guard);
    return slab;
}

// Maps a slab twice as large as the class's newest, and smaller ones if that does not fit.
static struct tri_slab *slab_add(uint32_t class)
{
    uint32_t count = SLAB_FIRST_STACKS;
    if (all.slabs[class] != NULL) {
        count = all.slabs[class]->stack_count * 2;
    }
    if (count > SLAB_STACKS_MAX) {
        count = SLAB_STACKS_MAX;
    }
    struct tri_slab *slab = NULL;
    for (; slab == NULL && count > 0; count /= 2) {
        slab = slab_map(class, count);
    }
    if (slab != NULL) {
        slab->next = all.slabs[class];
        all.slabs[class] = slab;
        slab->partial = all.partial[class];
        all.partial[class] = slab;
    }
    return slab;
}

// Takes a slot; called with the lock held. NULL when nothing can be mapped.
static struct tri_slab *slot_take(uint32_t class, uint32_t *index)
{
    struct tri_slab *slab = all.partial[class];
    if (slab == NULL) {
        slab = slab_add(class);
        if (slab == NULL) {
            return NULL;
        }
    }
    if (slab->free_count > 0) {
        *index = slab->free_slot[--slab->free_count];
    } else {
        *index = slab->fresh++;
    }
    if (slab_is_full(slab)) {
        all.partial[class] = slab->partial;
    }
    return slab;
}

static void slot_return(struct tri_slab *slab, uint32_t index)
{
    if (slab_is_full(slab)) {
        slab->partial = all.partial[slab->class];
        all.partial[slab->class] = slab;
    }
    slab->free_slot[slab->free_count++] = (uint16_t)index;
}

// Whether the first page of a guard cannot be read in. User-mode emulators say yes to every advice.
static bool guard_refuses(char *low)
{
    return madvise(low, page_bytes(), MADV_POPULATE_READ) != 0;
}

// Guards a slot in the best mode left; called with the lock held. A refused mode is given up.
static enum tri_guard_mode guard_slot(char *low)
{
    if (all.mode == TRI_GUARD_INSTALL) {
        if (madvise(low, GUARD_BYTES, MADV_GUARD_INSTALL) == 0 &&
            (all.install_works || guard_refuses(low))) {
            all.install_works = true;
            return TRI_GUARD_INSTALL;
        }
        all.mode = TRI_GUARD_MPROTECT; // an older kernel, or memory that the host has locked
    }
    if (all.mode == TRI_GUARD_MPROTECT) {
        if (all.mprotect_count < MPROTECT_STACKS_MAX &&
            mprotect(low, GUARD_BYTES, PROT_NONE) == 0) {
            all.mprotect_count++;
            return TRI_GUARD_MPROTECT;
        }
        all.mode = TRI_GUARD_CANARY;
    }
    return TRI_GUARD_CANARY;
}

static struct tri_stack *stack_dress(struct tri_slab *slab, uint32_t index)
{
    char *low = slot_guard_low(slab, index) + GUARD_BYTES;
    size_t header = (sizeof(struct tri_stack) + 63) / 64 * 64;
    size_t usable = class_bytes(slab->class) - header;
    struct tri_stack *stack = (struct tri_stack *)(void *)(low + usable);
    *stack = (struct tri_stack){
        .low = low,
        .usable = usable,
        .slab = slab,
        .index = index,
        .guard = (enum tri_guard_mode)slab->slot_guard[index],
        .valgrind = tri_valgrind_stack_add(low, low + usable),
    };
#if TRI_TSAN
    stack->fiber = __tsan_create_fiber(0);
#endif
    if (stack->guard == TRI_GUARD_CANARY) {
        // relaxed: counted before the stack is handed out; a switch on another thread follows
        // whatever hands it over.
        (void)tri_add(&tri_stack_x_canaries, 1, relaxed);
    }
    return stack;
}

struct tri_stack *tri_stack_open(size_t usable_bytes)
{
    uint32_t class = class_of(usable_bytes);
    uint32_t index = 0;
    struct tri_slab *slab = NULL;
    if (class == CLASS_COUNT || tri_memory_refuses()) {
        return NULL;
    }
    tri_lock_acquire(&all.lock);
    if (!TRI_TSAN || all.open_count < FIBERS_MAX) {
        slab = slot_take(class, &index);
    }
    if (slab != NULL) {
        all.open_count++;
        if (slab->slot_guard[index] == UNGUARDED) {
            slab->slot_guard[index] = (uint8_t)guard_slot(slot_guard_low(slab, index));
        }
    }
    tri_lock_release(&all.lock);
    return slab == NULL ? NULL : stack_dress(slab, index);
}

void tri_stack_close(struct tri_stack *stack)
{
    if (stack == NULL) {
        return;
    }
    struct tri_slab *slab = stack->slab;
    uint32_t index = stack->index;
#if TRI_TSAN
    __tsan_destroy_fiber(stack->fiber);
#endif
    if (stack->guard == TRI_GUARD_CANARY) {
        // relaxed: only a hint for tri_stack_check_switch.
        (void)tri_sub(&tri_stack_x_canaries, 1, relaxed);
    }
    tri_valgrind_stack_remove(stack->valgrind);
    tri_sanitizer_unpoison(stack->low, stack->usable);
    (void)madvise(stack->low, class_bytes(slab->class), MADV_DONTNEED);
    tri_lock_acquire(&all.lock);
    all.open_count--;
    slot_return(slab, index);
    tri_lock_release(&all.lock);
}

void tri_stack_trim(struct tri_stack *stack)
{
    uintptr_t top_page = (uintptr_t)stack & ~(uintptr_t)(page_bytes() - 1);
    tri_sanitizer_unpoison(stack->low, stack->usable);
    (void)madvise(stack->low, top_page - (uintptr_t)stack->low, MADV_DONTNEED);
}

enum tri_guard_mode tri_stack_guard_mode(void)
{
    tri_lock_acquire(&all.lock);
    enum tri_guard_mode mode = all.mode;
    tri_lock_release(&all.lock);
    return mode;
}

void tri_stack_force_mode(enum tri_guard_mode mode)
{
    tri_lock_acquire(&all.lock);
    all.mode = mode;
    tri_lock_release(&all.lock);
}

__attribute__((noinline)) bool tri_stack_check(const struct tri_stack *stack)
{
    static const char untouched[CANARY_BYTES];
    if (stack->guard != TRI_GUARD_CANARY) {
        return true;
    }
    tri_sanitizer_unpoison(stack->low, CANARY_BYTES);
    return memcmp(stack->low, untouched, CANARY_BYTES) == 0;
}

size_t tri_stack_open_count(void)
{
    tri_lock_acquire(&all.lock);
    size_t count = all.open_count;
    tri_lock_release(&all.lock);
    return count;
}

static void slab_unmap(struct tri_slab *slab)
{
    for (uint32_t i = 0; i < slab->stack_count; i++) {
        if (slab->slot_guard[i] == TRI_GUARD_MPROTECT) {
            all.mprotect_count--;
        }
    }
    (void)munmap(slab, slab->bytes);
}

static void class_unmap_unused(uint32_t class)
{
    struct tri_slab *slab = all.slabs[class];
    all.slabs[class] = NULL;
    all.partial[class] = NULL;
    while (slab != NULL) {
        struct tri_slab *next = slab->next;
        if (slab_is_unused(slab)) {
            slab_unmap(slab);
        } else {
            slab->next = all.slabs[class];
            all.slabs[class] = slab;
            if (!slab_is_full(slab)) {
                slab->partial = all.partial[class];
                all.partial[class] = slab;
            }
        }
        slab = next;
    }
}

void tri_stack_unmap_all(void)
{
    tri_lock_acquire(&all.lock);
    for (uint32_t class = 0; class < CLASS_COUNT; class ++) {
        class_unmap_unused(class);
    }
    tri_lock_release(&all.lock);
}
