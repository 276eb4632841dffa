// SPDX-License-Identifier: MIT
// Guests: threads that are no actors, inside a call into the system.
//
// Purpose: a guest sends and spawns directly. What may wait (a call, a blocked send, a start with
//   init) is done by an actor on the guest's behalf while the guest's thread parks.
// Invariants: x_guests counts the guests inside; tr_system_free waits for none. A waiting guest is
//   told exactly once, at the latest when its actor is ended by the system's stop.
// Threads: any. Ownership: the record of a wait stands on the guest's stack.
#ifndef TRI_NODE_GUEST_H
#define TRI_NODE_GUEST_H

#include <troupe/message.h>

#include "process/reason.h"
#include "process/spawn.h"

// Enters a call; *guest stands for the calling thread. TR_ESTOPPED, TR_EFORKED. A thread that runs
// an actor of the system must use the actor's functions, but is let in.
tr_err tri_guest_enter(struct tr_system *system, struct tri_thread *guest);
void tri_guest_leave(struct tri_thread *guest);

// What a guest waits for.
struct tri_guest_wait {
    struct tri_park park;
    tri_atomic(bool) x_told;
    tri_atomic(bool) x_left;
    enum tri_start start;
    tr_err err;
    struct tri_reason reason;
};

// To be given to a spawn as its tell function, with the wait as context.
void tri_guest_tell(void *context, enum tri_start start, tr_exit reason);
void tri_guest_wait(struct tri_thread *guest, struct tri_guest_wait *wait);
// Waits at most that long, 0 for ever; false when the time passed first: wait again.
bool tri_guest_wait_until(struct tri_thread *guest, struct tri_guest_wait *wait,
                          int64_t timeout_ms);

#endif
