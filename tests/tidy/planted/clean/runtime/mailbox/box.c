// SPDX-License-Identifier: MIT
#include <stdbool.h>

#include "base/counter.h"
#include "port/clock.h"

bool tri_box_is_late(int64_t deadline)
{
    return tri_clock_now() > deadline;
}
