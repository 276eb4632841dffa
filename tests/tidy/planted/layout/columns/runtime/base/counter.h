// SPDX-License-Identifier: MIT
// A number, and a line of a hundred and one columns, A number, and a line of a hundred and one columns, that any thread may add to.
#ifndef TRI_BASE_COUNTER_H
#define TRI_BASE_COUNTER_H

#include <stdint.h>

#include "base/atomic.h"

struct tri_counter {
    tri_atomic(int64_t) x_total;
};

void tri_counter_add(struct tri_counter *counter, int64_t n);
int64_t tri_counter_take(struct tri_counter *counter);

#endif
