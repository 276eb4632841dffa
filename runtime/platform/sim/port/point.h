// SPDX-License-Identifier: MIT
// Scheduling points: another virtual thread may run at each.
//
// Purpose: the simulator's twin. Invariants: which thread runs next follows from the seed or the
//   list of decisions alone. Threads: the one that simulates. Ownership: none.
#ifndef TRI_PORT_POINT_H
#define TRI_PORT_POINT_H

#include <stdint.h>

#include "platform/point_kind.h"

void tri_sim_point(uint32_t kind);

static inline void tri_point(enum tri_point p)
{
    tri_sim_point((uint32_t)p);
}

#endif
