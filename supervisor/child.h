// SPDX-License-Identifier: MIT
// One child of a supervisor: its spec, whether it runs, and how it is started.
//
//              start ok              told to stop, ended without restart
//   STOPPED ────────────▶ RUNNING ──────────────────────────────────────▶ STOPPED
//      ▲                     │ ended, and its restart failed                  (a temporary child
//      │ stopped by hand     ▼                                                 is removed instead)
//      └──────────────── RESTARTING ──▶ RUNNING: a further attempt succeeded
//
// Invariants: pid is set exactly while RUNNING. A child may be RUNNING and dead: its exit message
//   waits, or it removed its link, and then the supervisor does not learn of its end.
// Threads: the supervisor. Ownership: the supervisor's heap.
#ifndef TRI_SUPERVISOR_CHILD_H
#define TRI_SUPERVISOR_CHILD_H

#include <troupe/supervisor.h>

#include "pack.h"
#include "reason.h"

enum tri_child_state { TRI_CHILD_STOPPED, TRI_CHILD_RUNNING, TRI_CHILD_RESTARTING };

struct tri_child {
    struct tri_child *previous; // in the order of specs
    struct tri_child *next;
    struct tri_child *next_same_id; // in the buckets of tri_children
    struct tri_child *next_same_pid;
    struct tri_packed_child *spec; // owned
    tr_pid pid;
    enum tri_child_state state;
    uint32_t restarts; // automatic restarts that succeeded
};

// Starts the actor of a packed child, linked to the caller, and waits for its init.
// TR_OK: *pid. TR_EIGNORED. Any other: it failed, *why says how.
tr_err tri_child_start(tr_self *self, const struct tri_packed_child *spec, uint32_t restarts,
                       tr_pid *pid, struct tri_reason *why);

// Starts a packed supervisor, linked to the caller. As tr_server_start.
tr_err tri_child_start_supervisor(tr_self *self, const struct tri_packed_supervisor *packed,
                                  const tr_server_opts *opts, tr_pid *pid);

#endif
