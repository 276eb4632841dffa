// SPDX-License-Identifier: MIT
// Followers: senders that pour messages into one receiver go on beside it.
//
// Purpose: a flow of messages that are made and handled faster than a cache line crosses cores runs
//   on one core: the receiver's.
// Rules: a sender looks ahead at every TRI_LOOK_AHEAD-th message to a receiver. If it is far ahead,
//   or the receiver runs on another P, its turn ends. If the flow is dense as well (little time
//   since the last look on its P), it waits for its next turn among the followers of the receiver's
//   P, which thieves do not see; there followers and ring take turns.
// Arrivals: a stack (memory/returns.h) that any thread pushes and the P takes whole; a P that
//   sleeps, or is about to, is woken as for a deadline.
// Threads: any, inside a section. Ownership: none; a follower is in one place like any actor.
#ifndef TRI_PROCESS_FOLLOW_H
#define TRI_PROCESS_FOLLOW_H

#include "process/section.h"

// A sender looks at its receiver once in so many messages, and is far ahead of it when half as many
// wait. A power of two.
#define TRI_LOOK_AHEAD 256u

// The running actor has just sent message number `sent` to this receiver.
void tri_look_ahead(struct tri_thread *t, const struct tr_self *to, uint64_t sent);

// Puts an actor whose turn on this P is over, and that follows, where its next turn is.
void tri_follow(struct tri_thread *t, struct tr_self *self);

// The oldest follower of this P; NULL: none.
struct tr_self *tri_follower_take(struct tri_processor *p);

static inline bool tri_followers_wait(const struct tri_processor *p)
{
    // relaxed: a hint; the taking acquires.
    return p->followers.first != NULL || tri_load(&p->arrivals.x_top, relaxed) != NULL;
}

#endif
