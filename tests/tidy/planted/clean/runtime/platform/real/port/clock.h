// SPDX-License-Identifier: MIT
// Time.
#ifndef TRI_PORT_CLOCK_H
#define TRI_PORT_CLOCK_H

#include <stdint.h>

int64_t tri_clock_now(void);

#endif
