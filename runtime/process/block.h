// SPDX-License-Identifier: MIT
// Blocked senders: waiting for room in a full mailbox, first come first served.
//
// Purpose: back-pressure that suspends the actor and never its worker.
// Protocol of the credit word: a sender without credit puts a CREDIT record into the receiver's
//   list of waiters under its lock and sets the waiters bit (tri_bound_announce); the owner that
//   frees a place passes the credit to the first of them by delivering that record as a signal.
//   Nobody takes credit past waiters. A sender that gives up removes its record; if it is gone
//   from the list the credit is under way, and is accepted, or given back when the sender died.
// Books: room of a booked mailbox is charged and discharged under that lock. Whoever discharges
//   passes the room on to the waiters in their order as far as it reaches; the first that does not
//   fit holds all behind it.
// Threads: any, inside a section. Ownership: the record belongs to the list, then to the signal.
#ifndef TRI_PROCESS_BLOCK_H
#define TRI_PROCESS_BLOCK_H

#include "process/wait.h"

// A sender's answer from the mailbox of that generation, taking room if there is some.
enum tri_bound_answer tri_block_take(struct tr_self *to, uint32_t generation, uint32_t bytes);

// Waits for room for msg, which has its receiver's generation: TR_OK with *answer telling how it
// went, TR_ETIMEDOUT, TR_ENOMEM. May suspend self; t is renewed. self may be doomed after.
tr_err tri_block_acquire(struct tri_thread **t, struct tr_self *self, struct tr_self *to,
                         const struct tr_msg *msg, enum tri_bound_answer *answer);

// The owner: a credited message left the mailbox.
void tri_block_return(struct tri_thread *t, struct tr_self *self, const struct tr_msg *msg);

// The owner puts a credited message back into the mailbox: takes credit for it if there is some.
// False when there is none: then the next return is to be kept.
bool tri_block_retake(struct tr_self *self, const struct tr_msg *msg);

// Any thread: credit that was granted to an actor that died.
void tri_block_refuse(struct tri_thread *t, struct tr_msg *credit);

// A waiting sender gives up: true when its record was still waiting, and is freed.
bool tri_block_cancel(struct tri_thread *t, struct tri_wait *wait);

// The actor dies: if it waits for room it leaves the line, or gives back what was granted.
void tri_block_abandon(struct tri_thread *t, struct tr_self *self);

// Gives credit back that a sender took and does not use.
void tri_block_unused(struct tri_thread *t, struct tr_self *receiver, uint32_t generation,
                      uint32_t bytes);

// The owner dies: all waiters go on, their messages become dead letters.
void tri_block_close(struct tri_thread *t, struct tr_self *self);

#endif
