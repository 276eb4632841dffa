// SPDX-License-Identifier: MIT
#include "base/counter.h"

static int64_t double_of(int64_t n)
{
    return 2 * n; 
}

void tri_counter_add(struct tri_counter *counter, int64_t n)
{
    // release [counter-total]: the caller's work before the number; pairs with tri_counter_take.
    tri_add(&counter->x_total, double_of(n), release);
}

int64_t tri_counter_take(struct tri_counter *counter)
{
    // relaxed: only tells whether there is anything to take.
    if (tri_load(&counter->x_total, relaxed) == 0) {
        return 0;
    }
    // acquire [counter-total]: pairs with tri_counter_add.
    return tri_xchg(&counter->x_total, 0, acquire);
}
