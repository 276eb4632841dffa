// SPDX-License-Identifier: MIT
// What the public functions share: entering, validating, leaving.
//
// Purpose: each misuse gets its documented answer before anything is touched.
// Threads: any. Ownership: none.
#ifndef TRI_API_CHECK_H
#define TRI_API_CHECK_H

#include <string.h>

#include "process/defer.h"
#include "process/section.h"
#include "process/suspend.h"

#define TRI_NS_PER_MS UINT64_C(1000000)

// Copies an options struct whose size the caller knows: shorter is filled with zero, longer must be
// zero beyond what this version knows. NULL gives all zero.
tr_err tri_opts_copy(void *to, size_t to_bytes, const void *from, size_t from_bytes);

// The answer to a caller that is not the actor that self names, after tri_actor_enter gave NULL. In
// a forked child no thread is an actor.
static inline tr_err tri_outsider(const struct tr_self *self)
{
    return self == NULL ? TR_EINVAL : tri_system_forked(self->system) ? TR_EFORKED : TR_ENOTACTOR;
}

// For a function without result: ends the process with a report in checked builds.
void tri_not_actor(const char *function);

// Acts on what is inbound, for a function that may exit; *t is inside a section.
void tri_api_act(struct tri_thread **t, struct tr_self *self);

// In the simulator, now and then takes the P from the calling thread; nothing in the product.
void tri_api_chance(struct tr_self *self);

#endif
