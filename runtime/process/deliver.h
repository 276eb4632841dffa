// SPDX-License-Identifier: MIT
// Delivery: putting messages and signals into mailboxes, and what becomes of those for the dead.
//
// Purpose: one ordered way from any sender to any receiver.
// Rules: the push that found the mailbox idle readies the receiver. A message for a generation that
//   is gone is a dead letter; a signal for one is answered: link → EXIT, monitor → DOWN, request →
//   failed reply, moved → CALL_DONE, unlink → acknowledgement, credit → goes back.
// Threads: any, inside a section. Ownership: takes the message.
#ifndef TRI_PROCESS_DELIVER_H
#define TRI_PROCESS_DELIVER_H

#include <troupe/dead.h>

#include "process/follow.h"
#include "process/limits.h"
#include "process/ready.h"
#include "process/reason.h"
#include "process/section.h"

// Delivers to a slot's occupant of that generation, or answers for the dead.
void tri_deliver(struct tri_thread *t, uint32_t slot, uint32_t generation, struct tr_msg *msg);

// Into a mailbox that drops its oldest messages.
void tri_push_and_drop(struct tri_thread *t, struct tr_self *to, struct tr_msg *msg);

// Pushes without looking at the generation: the drain does.
static inline void tri_push(struct tri_thread *t, struct tr_self *to, struct tr_msg *msg)
{
    // relaxed: a count; tri_mailbox_depth reads taken first.
    uint64_t sent = tri_add(&to->box.x_sent, 1, relaxed) + 1;
    if (sent % TRI_LOOK_AHEAD == 0) {
        tri_look_ahead(t, to, sent);
    }
    const struct tri_limits *limits = tri_actor_limits(to);
    if (limits != NULL && limits->lock != NULL) {
        tri_push_and_drop(t, to, msg);
    } else if (tri_mpsc_push(&to->box.queue, &msg->node)) {
        tri_ready(t, to);
    }
}

// Answers for an actor that is gone; frees or turns the message. `reason` is what the answers say:
// noproc, or, for what still waited when the actor ended, why it ended. `why` is what becomes of an
// ordinary message.
void tri_answer_dead(struct tri_thread *t, tr_pid dead, struct tr_msg *msg, tr_exit reason,
                     tr_dead_reason why);

// Answers for a mailbox whose policy discards the message: a request gets TR_EFULL. Frees or turns
// the message, which must not have been counted as waiting by its receiver any more.
void tri_answer_dropped(struct tri_thread *t, tr_pid to, struct tr_msg *msg, tr_dead_reason why);

// The same for a chain of the oldest messages of one mailbox.
void tri_answer_all_dropped(struct tri_thread *t, struct tr_self *of, struct tr_msg *dropped);

// Turns a request, or any block that has room for a reason, into a failed reply and delivers it.
void tri_reply_failed(struct tri_thread *t, struct tr_msg *request, tr_exit reason);

// A notice that a request has moved found nobody who waits for it: its new holder is told so.
void tri_moved_on(struct tri_thread *t, struct tr_msg *moved);

// An exit signal of tr_exit_send, or of the system (from none); NULL without memory.
struct tr_msg *tri_exit_compose(struct tri_thread *t, tr_pid from, tr_exit reason);

// Turns a relation record into the EXIT signal or DOWN notice it was made for, and delivers it.
void tri_send_exit(struct tri_thread *t, tr_pid from, struct tr_msg *link, uint64_t to,
                   tr_exit reason);
void tri_send_down(struct tri_thread *t, tr_pid from, struct tr_msg *watch, tr_exit reason);

#endif
