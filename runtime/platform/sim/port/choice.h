// SPDX-License-Identifier: MIT
// Free choices of the dispatcher, drawn from the seed.
//
// Purpose: the simulator's twin. Invariants: draws are recorded and replayed like the choice of
//   threads. Threads: the one that simulates. Ownership: none.
#ifndef TRI_PORT_CHOICE_H
#define TRI_PORT_CHOICE_H

#include <stdint.h>

#include "platform/point_kind.h"

uint32_t tri_sim_draw(uint32_t what, uint32_t options);

static inline uint32_t tri_choose(enum tri_choice what, uint32_t options)
{
    return tri_sim_draw((uint32_t)what, options);
}

#endif
