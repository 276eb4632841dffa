// SPDX-License-Identifier: MIT
// Lengths of texts that may lack an end.
//
// Purpose: C11 has no strnlen. Invariants: never reads past max bytes. Threads: any. Ownership:
//   none.
#ifndef TRI_BASE_TEXT_H
#define TRI_BASE_TEXT_H

#include <stddef.h>
#include <string.h>

// Length of a text, at most max.
static inline size_t tri_text_length(const char *text, size_t max)
{
    const char *end = memchr(text, '\0', max);
    return end == NULL ? max : (size_t)(end - text);
}

#endif
