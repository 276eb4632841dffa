// SPDX-License-Identifier: MIT
#include "port/memory.h"

#include <stdlib.h>

#if defined(TRI_JEMALLOC) && TRI_JEMALLOC

// jemalloc's own entry points, weak: NULL unless the program links jemalloc.
extern void *mallocx(size_t size, int flags) __attribute__((weak));
extern void sdallocx(void *p, size_t size, int flags) __attribute__((weak));
enum { MALLOCX_ZEROED = 0x40 }; // jemalloc's MALLOCX_ZERO

static bool have_jemalloc(void)
{
    return mallocx != NULL && sdallocx != NULL;
}

#else

enum { MALLOCX_ZEROED = 0x40 };

static bool have_jemalloc(void)
{
    return false;
}

static void *mallocx(size_t size, int flags)
{
    (void)size;
    (void)flags;
    return NULL;
}

static void sdallocx(void *p, size_t size, int flags)
{
    (void)p;
    (void)size;
    (void)flags;
}

#endif

void *tri_memory_alloc(size_t bytes)
{
    size_t asked = bytes == 0 ? 1 : bytes;
    return have_jemalloc() ? mallocx(asked, 0) : malloc(asked);
}

void *tri_memory_alloc_zero(size_t bytes)
{
    size_t asked = bytes == 0 ? 1 : bytes;
    return have_jemalloc() ? mallocx(asked, MALLOCX_ZEROED) : calloc(1, asked);
}

void tri_memory_free(void *p, size_t bytes)
{
    if (p == NULL) {
        return;
    }
    if (have_jemalloc()) {
        sdallocx(p, bytes == 0 ? 1 : bytes, 0);
    } else {
        free(p);
    }
}

const char *tri_memory_name(void)
{
    return have_jemalloc() ? "jemalloc" : "libc";
}
