// SPDX-License-Identifier: MIT
// A count with a limit, and whether it is near it.
//
// Purpose: an alarm that comes on at 80 % of a limit and goes off below 70 %, so that a count that
//   dances about one figure does not flap. Invariants: on only with a limit.
// Threads: whoever holds the lock that guards the gauge. Ownership: none.
#ifndef TRI_PROCESS_GAUGE_H
#define TRI_PROCESS_GAUGE_H

#include <stdbool.h>
#include <stdint.h>

struct tri_gauge {
    uint32_t used;
    uint32_t limit; // 0: none
    bool on;
};

// One more. True when the gauge went on with it.
static inline bool tri_gauge_more(struct tri_gauge *gauge)
{
    gauge->used++;
    bool near = (uint64_t)gauge->used * 5 >= (uint64_t)gauge->limit * 4;
    if (gauge->on || gauge->limit == 0 || !near) {
        return false;
    }
    gauge->on = true;
    return true;
}

// One less. True when the gauge went off with it.
static inline bool tri_gauge_less(struct tri_gauge *gauge)
{
    gauge->used--;
    if (!gauge->on || (uint64_t)gauge->used * 10 >= (uint64_t)gauge->limit * 7) {
        return false;
    }
    gauge->on = false;
    return true;
}

#endif
