// SPDX-License-Identifier: MIT
#include "intensity.h"

#include <stddef.h>

void tri_intensity_init(struct tri_intensity *intensity, uint32_t limit, uint64_t period_ns)
{
    *intensity = (struct tri_intensity){ .period_ns = period_ns, .limit = limit };
}

static void forget_old(struct tri_intensity *intensity, uint64_t now_ns)
{
    while (intensity->count > 0 &&
           now_ns - intensity->stamps[intensity->oldest] > intensity->period_ns) {
        intensity->oldest = (intensity->oldest + 1) % intensity->capacity;
        intensity->count--;
    }
}

bool tri_intensity_is_full(struct tri_intensity *intensity, uint64_t now_ns)
{
    forget_old(intensity, now_ns);
    return intensity->count == intensity->capacity;
}

uint64_t *tri_intensity_move(struct tri_intensity *intensity, uint64_t *ring, uint32_t capacity)
{
    uint64_t *old = intensity->stamps;
    for (uint32_t i = 0; i < intensity->count; i++) {
        ring[i] = old[(intensity->oldest + i) % intensity->capacity];
    }
    intensity->stamps = ring;
    intensity->capacity = capacity;
    intensity->oldest = 0;
    return old;
}

bool tri_intensity_add(struct tri_intensity *intensity, uint64_t now_ns)
{
    forget_old(intensity, now_ns);
    intensity->stamps[(intensity->oldest + intensity->count) % intensity->capacity] = now_ns;
    intensity->count++;
    return intensity->count <= intensity->limit;
}
