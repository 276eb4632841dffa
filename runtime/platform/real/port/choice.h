// SPDX-License-Identifier: MIT
// Free choices of the dispatcher.
//
// Purpose: where more than one decision is right, the product takes option 0 and the simulator
//   draws one from its seed. Invariants: option 0 is the product's policy. Threads: any.
// Ownership: none.
#ifndef TRI_PORT_CHOICE_H
#define TRI_PORT_CHOICE_H

#include <stdint.h>

#include "platform/point_kind.h"

// A number in [0, options); options >= 1.
static inline uint32_t tri_choose(enum tri_choice what, uint32_t options)
{
    (void)what;
    (void)options;
    return 0;
}

#endif
