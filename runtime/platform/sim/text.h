// SPDX-License-Identifier: MIT
// Lists of small numbers as short text.
//
// Purpose: decisions in a failure message and on a command line. Pairs of (count of zeros, next
//   number) as variable-length integers, 7 bits a byte, in base64 with - and _.
// Invariants: decode(encode(list)) is the list without trailing zeros, which mean the same.
// Threads: any. Ownership: both return malloc'ed memory; NULL when there is none or, for decode,
//   when the text is not one that encode writes.
#ifndef TRI_PLATFORM_SIM_TEXT_H
#define TRI_PLATFORM_SIM_TEXT_H

#include <stddef.h>
#include <stdint.h>

char *tri_sim_text_encode(const uint32_t *list, size_t count);
uint32_t *tri_sim_text_decode(const char *text, size_t *count);

#endif
