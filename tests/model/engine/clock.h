// SPDX-License-Identifier: MIT
// Vector clocks of the model checker: one lane of 16 bits per model thread.
//
// Purpose: "happens before" and "must be visible to" as comparisons of small vectors.
// Invariants: lane i counts the operations of thread i; coh is never below hb in any lane.
// Threads: one OS thread. Ownership: values.
#ifndef TRT_MODEL_CLOCK_H
#define TRT_MODEL_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define TRT_LANES 8
#define TRT_NEVER INT16_MAX

typedef int16_t trt_lanes __attribute__((vector_size(2 * TRT_LANES)));

struct trt_clock {
    trt_lanes hb;  // operations that happen before: they order plain data
    trt_lanes coh; // operations no load may overlook: hb, and what seq_cst fences add to it
};

static inline trt_lanes trt_lanes_max(trt_lanes a, trt_lanes b)
{
    trt_lanes greater = a > b;
    return (a & greater) | (b & ~greater);
}

static inline bool trt_lanes_any(trt_lanes mask)
{
    uint64_t half[2];
    memcpy(half, &mask, sizeof half);
    return (half[0] | half[1]) != 0;
}

// Whether every lane of a is at most that of b.
static inline bool trt_lanes_within(trt_lanes a, trt_lanes b)
{
    return !trt_lanes_any(a > b);
}

static inline void trt_clock_join(struct trt_clock *into, const struct trt_clock *from)
{
    into->hb = trt_lanes_max(into->hb, from->hb);
    into->coh = trt_lanes_max(into->coh, from->coh);
}

#endif
