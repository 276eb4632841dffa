// SPDX-License-Identifier: MIT
// Times that the scheduler waits in, by the clock of this port.
//
// Purpose: virtual time stands still while anybody runs, so the simulator neither spins nor ticks.
// Invariants: constants. Threads: any. Ownership: none.
#ifndef TRI_PORT_TUNING_H
#define TRI_PORT_TUNING_H

#include <stdint.h>

#define TRI_TUNING_SEARCH_NS UINT64_C(0) // a searcher spins this long before it parks
#define TRI_TUNING_DOZE_NS UINT64_C(0) // a worker leaves fast work to others
#define TRI_TUNING_TICK_NS UINT64_C(0)   // of the monitor; 0: it never ticks

#endif
