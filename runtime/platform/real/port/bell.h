// SPDX-License-Identifier: MIT
// A bell that a host's own loop can wait for.
//
// Purpose: a file descriptor that is readable from a ring until it is cleared; any number of rings
//   are one. Invariants: non-blocking, closed on exec. Threads: open, clear, wait and close by one
//   at a time; ring by any.
// Ownership: the caller's storage; it must stay mapped until every ring that was begun has
// returned.
#ifndef TRI_PORT_BELL_H
#define TRI_PORT_BELL_H

#include <stdint.h>

struct tri_bell {
    int fd;
};

// 0, or an errno value.
int tri_bell_open(struct tri_bell *bell);
void tri_bell_close(struct tri_bell *bell);
// −1 in the simulator.
int tri_bell_fd(const struct tri_bell *bell);
void tri_bell_ring(struct tri_bell *bell);
void tri_bell_clear(struct tri_bell *bell);
// Returns when it was rung, at or after deadline_ns on tri_clock_ns's scale (0: none), or, rarely,
// for no reason.
void tri_bell_wait(struct tri_bell *bell, uint64_t deadline_ns);

#endif
