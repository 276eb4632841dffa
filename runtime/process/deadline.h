// SPDX-License-Identifier: MIT
// Deadlines that travel with requests, while the option inherit_deadlines is on.
//
// Purpose: a call made while serving a call ends before the caller that waits for it gives up.
// Representation: the `spare` word of a request is its deadline in milliseconds of the system's
//   clock, modulo 2^32; 0 is none. Deadlines further away than 2^31 ms (24 days) are not passed on.
// Rounding: a deadline is rounded down and the present up, so that an inherited deadline is never
//   later than the one it comes from.
// Threads: the worker that holds the actor. Ownership: none.
#ifndef TRI_PROCESS_DEADLINE_H
#define TRI_PROCESS_DEADLINE_H

#include "port/clock.h"
#include "process/section.h"

#define TRI_DEADLINE_MS_NS UINT64_C(1000000)

// The request being served carries a deadline: the time left of it, 0 when it has passed.
static inline bool tri_deadline_left(const struct tr_self *self, int64_t *left_ms)
{
    const struct tr_msg *msg = self->current;
    if (msg == NULL || msg->kind != TRI_KIND_CALL || msg->spare == 0 ||
        (self->answered && (msg->flags & TRI_FLAG_GIVEN_UP) == 0)) {
        return false;
    }
    uint64_t now_ms = (tri_clock_ns() + TRI_DEADLINE_MS_NS - 1) / TRI_DEADLINE_MS_NS;
    int32_t left = (int32_t)(msg->spare - (uint32_t)now_ms);
    *left_ms = left > 0 ? left : 0;
    return true;
}

// Cuts a timeout to what is left for the request being served. False: nothing is left.
static inline bool tri_deadline_limit(const struct tr_self *self, int64_t *timeout_ms)
{
    int64_t left_ms = 0;
    if (!self->system->inherit_deadlines || !tri_deadline_left(self, &left_ms)) {
        return true;
    }
    if (left_ms < *timeout_ms) {
        *timeout_ms = left_ms;
    }
    return left_ms != 0;
}

// Writes the deadline of a request that is waited for that long.
static inline void tri_deadline_stamp(const struct tr_self *self, struct tr_msg *request,
                                      int64_t timeout_ms)
{
    if (self->system->inherit_deadlines && timeout_ms < INT32_MAX) {
        uint32_t at = (uint32_t)(tri_clock_ns() / TRI_DEADLINE_MS_NS + (uint64_t)timeout_ms);
        request->spare = at == 0 ? UINT32_MAX : at;
    }
}

#endif
