// SPDX-License-Identifier: MIT
#include "port/clock.h"

#include <time.h>

uint64_t tri_clock_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t); // cannot fail for this clock and a valid address
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}
