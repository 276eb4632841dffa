// SPDX-License-Identifier: MIT
// What a supervisor does when a child ended: nothing, restart it alone or in a group, or give up.
//
// Rules (docs/design/supervisor.md): each automatic attempt counts once, whatever it starts, failed
// ones
//   included. A failed attempt marks the child whose start failed as RESTARTING and sends the
//   supervisor a message; the next attempt begins at that child.
// Threads: the supervisor. Ownership: see supervisor.h.
#ifndef TRI_SUPERVISOR_STRATEGY_H
#define TRI_SUPERVISOR_STRATEGY_H

#include "supervisor.h"

enum tri_verdict {
    TRI_GO_ON,
    TRI_GIVE_UP // the supervisor must end with `shutdown`
};

// A running child ended. Its exit message has been taken.
enum tri_verdict tri_strategy_ended(tr_self *self, struct tri_supervisor *supervisor,
                                    struct tri_child *child, tr_exit reason);

// The message of a failed attempt came back. A child that is not RESTARTING any more is left alone.
enum tri_verdict tri_strategy_try_again(tr_self *self, struct tri_supervisor *supervisor,
                                        const char *id);

#endif
