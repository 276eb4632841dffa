// SPDX-License-Identifier: MIT
// The simulator's bell: a park in the place of a file descriptor.
//
// Purpose: as the real twin. Invariants: there is no descriptor; a wait takes the ring.
// Threads: the one that simulates. Ownership: the caller's storage.
#ifndef TRI_PORT_BELL_H
#define TRI_PORT_BELL_H

#include <stdint.h>

#include "port/park.h"

struct tri_bell {
    struct tri_park park;
};

static inline int tri_bell_open(struct tri_bell *bell)
{
    tri_park_init(&bell->park);
    return 0;
}

static inline void tri_bell_close(struct tri_bell *bell)
{
    (void)bell;
}

static inline int tri_bell_fd(const struct tri_bell *bell)
{
    (void)bell;
    return -1;
}

static inline void tri_bell_ring(struct tri_bell *bell)
{
    tri_park_wake(&bell->park);
}

static inline void tri_bell_clear(struct tri_bell *bell)
{
    bell->park.token = false;
}

static inline void tri_bell_wait(struct tri_bell *bell, uint64_t deadline_ns)
{
    tri_park_wait(&bell->park, deadline_ns);
}

#endif
