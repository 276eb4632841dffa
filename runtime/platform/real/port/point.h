// SPDX-License-Identifier: MIT
// Scheduling points: the places where the order of threads matters.
//
// Purpose: the simulator may run another virtual thread at each of these; the product does nothing.
// Invariants: no lock is held and no thread-local value is cached across one. Threads: any.
// Ownership: none.
#ifndef TRI_PORT_POINT_H
#define TRI_PORT_POINT_H

#include "platform/point_kind.h"

static inline void tri_point(enum tri_point p)
{
    (void)p;
}

#endif
