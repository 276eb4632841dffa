// SPDX-License-Identifier: MIT
// The supervisor's answers to the admin functions.
//
// Purpose: start_child, terminate_child, restart_child, delete_child, which_children,
// count_children,
//   as requests served between other messages. None of them counts as a restart.
// Threads: the supervisor. Ownership: see supervisor.h.
#ifndef TRI_SUPERVISOR_ADMIN_H
#define TRI_SUPERVISOR_ADMIN_H

#include "supervisor.h"

// Handlers for the table of the supervisor's server: state is a struct tri_supervisor.
tr_next tri_admin_on_start(tr_self *self, void *state, const tr_msg *msg);
tr_next tri_admin_on_order(tr_self *self, void *state, const tr_msg *msg);
tr_next tri_admin_on_which(tr_self *self, void *state, const tr_msg *msg);
tr_next tri_admin_on_count(tr_self *self, void *state, const tr_msg *msg);

#endif
