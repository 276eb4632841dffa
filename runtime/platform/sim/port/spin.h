// SPDX-License-Identifier: MIT
// One turn of a waiting loop: lets other virtual threads run.
//
// Purpose: a spinning thread waits for somebody, so somebody else is chosen. Invariants: when all
//   that can run is spinning, 10 us of virtual time pass. Threads: the one that simulates.
// Ownership: none.
#ifndef TRI_PORT_SPIN_H
#define TRI_PORT_SPIN_H

void tri_spin_pause(void);

#endif
