// SPDX-License-Identifier: MIT
// Parking a thread on a sticky token.
//
// Purpose: one thread sleeps until another wakes it. Invariants: the word is EMPTY, TOKEN (a wake
//   came first) or WAITING (the owner sleeps or is about to). A wake is never lost and never
//   counted twice: any number of wakes before a wait are one token.
// Threads: one owner waits; anybody wakes. Ownership: the caller's storage; it must stay mapped
//   until every wake that was begun has returned.
//
//   EMPTY --wait--> WAITING --wake--> TOKEN --wait returns--> EMPTY
//   EMPTY --wake--> TOKEN                WAITING --deadline--> EMPTY
#ifndef TRI_PORT_PARK_H
#define TRI_PORT_PARK_H

#include <stdint.h>

#include "base/atomic.h"

struct tri_park {
    tri_atomic(uint32_t) x_word;
};

void tri_park_init(struct tri_park *p);
// Returns when the token is there (and takes it), or at or after deadline_ns on tri_clock_ns's
// scale; 0 means no deadline. Never returns for any other reason.
void tri_park_wait(struct tri_park *p, uint64_t deadline_ns);
// Leaves the token; a system call only if the owner waits. What the caller wrote before is visible
// to the owner after its wait.
void tri_park_wake(struct tri_park *p);

#endif
