// SPDX-License-Identifier: MIT
// What an actor is doing, for how long, with which message, and whom it waits for.
//
// Purpose: scalars that anybody may read while the actor is stuck.
// Invariants: the moment is the P's clock, as it was last looked at, when the actor was activated
//   or suspended last: writing it costs one store and no clock. It may be older than the state by
//   what one activation takes. A worker that wakes looks at the clock.
// Threads: written by the worker that holds the actor, read by any. Ownership: none.
#ifndef TRI_PROCESS_DOING_H
#define TRI_PROCESS_DOING_H

#include "mailbox/type.h"
#include "port/clock.h"
#include "process/section.h"

// The actor begins to do something else.
static inline void tri_doing_mark(const struct tri_thread *t, struct tr_self *self)
{
    if (t->processor != NULL) {
        // relaxed: for people.
        tri_store(&self->x_since_ns, t->processor->now_ns, relaxed);
    }
}

// For how long, in milliseconds.
static inline int64_t tri_doing_ms(const struct tr_self *self, uint64_t now_ns)
{
    // relaxed: for people.
    uint64_t since_ns = tri_load(&self->x_since_ns, relaxed);
    return now_ns > since_ns ? (int64_t)((now_ns - since_ns) / 1000000) : 0;
}

// The type of the message that it handles in this state; NULL: none.
static inline const char *tri_doing_type(const struct tr_self *self, tr_state state)
{
    bool handles =
        state == TR_STATE_RUNNING || state == TR_STATE_CALLING || state == TR_STATE_BLOCKED;
    // relaxed: for people.
    uint32_t type = handles ? tri_load(&self->x_type, relaxed) : 0;
    return type == 0 ? NULL : tri_type_name(type);
}

// The key of the actor that it waits for in this state; 0: none, or several.
static inline uint64_t tri_doing_target(const struct tr_self *self, tr_state state)
{
    bool waits = state == TR_STATE_CALLING || state == TR_STATE_BLOCKED;
    // relaxed: for people.
    return waits ? tri_load(&self->x_target, relaxed) : 0;
}

#endif
