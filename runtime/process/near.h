// SPDX-License-Identifier: MIT
// Near sends: straight into the list of a receiver that the sender's P holds.
//
// Purpose: a message between two actors of one P costs no locked operation, and one instead of two
//   when it finds its receiver idle.
// Rules: an actor that sits on one of the two seats of a P, or that was idle and is claimed, is the
//   P's alone: its holder does what the owner does. If no node is left in its inbound queue, all
//   that was pushed before stands in its list, and the message is appended there. Else it is pushed
//   like any other.
// Order: what a sender pushed before was drained, or is a node in the queue and the message goes
//   behind it; what it sends later is drained behind the list.
// Depth: what was not counted as sent is counted back from what was taken.
// Threads: the calling worker, inside a section. Ownership: the mailbox takes msg on true.
#ifndef TRI_PROCESS_NEAR_H
#define TRI_PROCESS_NEAR_H

#include "process/follow.h"
#include "process/ready.h"
#include "process/section.h"

// Whether the actor waits where only the holder of this P takes it from.
static inline bool tri_near_seated(const struct tri_processor *p, const struct tr_self *self)
{
    const struct tri_seats *seats = &p->seats[TR_PRIORITY_NORMAL];
    return seats->next == self || seats->again == self;
}

// Appends an ordinary message or request to the receiver's list; false: push it.
static inline bool tri_near_send(struct tri_thread *t, struct tr_self *to, struct tr_msg *msg)
{
    struct tri_processor *p = t->processor;
    struct tri_mailbox *box = &to->box;
    const struct tri_limits *limits = tri_actor_limits(to);
    if (p == NULL || msg->kind > TRI_KIND_CALL || (limits != NULL && limits->lock != NULL)) {
        return false;
    }
    bool seated = tri_near_seated(p, to);
    if (seated ? to->generation != msg->to_generation || !tri_mailbox_bare(box, &p->blocks)
               : !tri_mpsc_claim(&box->queue)) {
        return false;
    }
    if (to->generation == msg->to_generation) {
        tri_mailbox_count_back(box);
        tri_mailbox_append(box, msg);
        if (box->arrival % TRI_LOOK_AHEAD == 0) {
            // relaxed: a count.
            tri_look_ahead(t, to, tri_load(&box->x_sent, relaxed));
        }
    } else {
        // The slot has no such occupant; it has been claimed, so the push schedules nobody.
        (void)tri_add(&box->x_sent, 1, relaxed);
        (void)tri_mpsc_push(&box->queue, &msg->node);
    }
    if (!seated) {
        tri_ready(t, to);
    }
    return true;
}

#endif
