// SPDX-License-Identifier: MIT
// Stopping children: one after the other, each dead before the next is told.
//
// Rules: the child is watched by a monitor, never by its link alone, so one that removed the link
// is
//   waited for as well. It is told `shutdown` and has its own time; then it is killed. TR_BRUTAL
//   kills at once. Its exit message is removed, so it is not handled as the end of a child again.
// Threads: the supervisor, which waits inside. Ownership: nothing is kept.
#ifndef TRI_SUPERVISOR_SHUTDOWN_H
#define TRI_SUPERVISOR_SHUTDOWN_H

#include "children.h"

// Stops a child if it runs; afterwards it is STOPPED. A restart that is due is forgotten.
void tri_shutdown_child(tr_self *self, struct tri_children *children, struct tri_child *child);

// Stops the children from the last one back to `from` (included; NULL: none). Temporary ones are
// removed.
void tri_shutdown_back_to(tr_self *self, struct tri_children *children, struct tri_child *from);

#endif
