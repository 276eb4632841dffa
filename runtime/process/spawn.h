// SPDX-License-Identifier: MIT
// Spawning: all that a child, its relations and its failure will need is allocated first.
//
// Purpose: either an actor with everything that was asked for, or an error and nothing.
// Threads: an actor's worker (parent), or a guest (parent NULL), inside a section.
// Ownership: see process/birth.h.
#ifndef TRI_PROCESS_SPAWN_H
#define TRI_PROCESS_SPAWN_H

#include "process/birth.h"

struct tri_spawn {
    const tr_actor_spec *spec;
    const tr_spawn_opts *opts; // whole, with defaults as zero
    tri_told tell;
    void *tell_context;
    bool tell_at_start;
};

// Spawns without waiting. With opts->wait_init *request names the reply of the start.
tr_err tri_spawn(struct tri_thread *t, struct tr_self *parent, const struct tri_spawn *spawn,
                 uint64_t *request, tr_pid *out);

// The parent waits for the start it asked for; *t may change. self may be doomed after.
tr_err tri_spawn_wait(struct tri_thread **t, struct tr_self *self, uint64_t request, tr_pid child,
                      int64_t timeout_ms);

// TR_EINVAL and friends for a spec or options that cannot be.
tr_err tri_spawn_check(const tr_actor_spec *spec, const tr_spawn_opts *opts);

// Ends an actor that took too long to start. One whose start is over goes on.
void tri_spawn_abort(struct tri_thread *t, tr_pid starter, tr_pid child);

// A new reference id of the P, or of the guests.
uint64_t tri_ref_id(struct tri_thread *t);

#endif
