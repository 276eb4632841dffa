// SPDX-License-Identifier: MIT
// The end of messages that nobody receives.
//
// Purpose: each such message is counted under its reason, remembered for people, and told to the
//   watchers. Invariants: one call a message, for counted messages (TRI_FLAG_COUNTED) only; signals
//   and notices are never dead letters.
// Threads: any, in a section, no lock held. Ownership: the message stays the caller's.
#ifndef TRI_PROCESS_DEAD_H
#define TRI_PROCESS_DEAD_H

#include <troupe/dead.h>

#include "process/section.h"

// Nobody will receive the message: `to` is whom it was for. An uncounted one is ignored.
void tri_dead(struct tri_thread *t, tr_dead_reason reason, tr_pid to, const struct tr_msg *msg);

#endif
