// SPDX-License-Identifier: MIT
// How many restarts a supervisor may make in a period.
//
// Rule: limit restarts within period_ns are tolerated, one more is not. A restart counts while its
//   age is at most the period: the window's edge is inclusive. Time is in nanoseconds; OTP floors
//   its clock to whole seconds first, so it may answer otherwise when the age of a restart is
//   within one second of the period.
// Invariants: count <= limit + 1 and count <= capacity; stamps rise from the oldest on.
// Threads: the supervisor. Ownership: the caller owns the ring of stamps and gives a bigger one
// when
//   tri_intensity_is_full, so that a high limit costs memory only when it is used.
#ifndef TRI_SUPERVISOR_INTENSITY_H
#define TRI_SUPERVISOR_INTENSITY_H

#include <stdbool.h>
#include <stdint.h>

struct tri_intensity {
    uint64_t period_ns;
    uint64_t *stamps;  // ring of `capacity`
    uint32_t limit;    // restarts tolerated
    uint32_t capacity; // room in stamps
    uint32_t oldest;   // place of the oldest stamp
    uint32_t count;    // stamps held
};

// An empty window.
void tri_intensity_init(struct tri_intensity *intensity, uint32_t limit, uint64_t period_ns);

// Forgets the stamps older than the period; true when the ring has no room for one more.
bool tri_intensity_is_full(struct tri_intensity *intensity, uint64_t now_ns);

// Moves the stamps into a bigger ring and returns the old one.
uint64_t *tri_intensity_move(struct tri_intensity *intensity, uint64_t *ring, uint32_t capacity);

// Counts a restart now. True: it is tolerated. The ring must not be full. Time must not run
// backwards.
bool tri_intensity_add(struct tri_intensity *intensity, uint64_t now_ns);

#endif
