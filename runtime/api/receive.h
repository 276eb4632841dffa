// SPDX-License-Identifier: MIT
// The steps of receiving that tr_receive and tr_receive_batch share.
//
// Purpose: entering, waiting for the first message, and looking for one more.
// Threads: the worker that holds the actor, on the actor's stack. Ownership: none.
#ifndef TRI_API_RECEIVE_H
#define TRI_API_RECEIVE_H

#include "api/check.h"
#include "api/match.h"

// Checks the arguments and begins a section, *t; without one on an error. wait has its timeout.
tr_err tri_receive_enter(struct tr_self *self, const tr_match *match, struct tri_wait *wait,
                         uint32_t *ids, struct tri_thread **t);

// The oldest untested message that matches wholly; NULL when there is none. May run a predicate.
struct tr_msg *tri_receive_select(struct tri_thread **t, struct tr_self *self,
                                  const tr_match *match, struct tri_wait *wait);

// Makes what was selected current; the search goes on behind it.
void tri_receive_take(struct tri_thread *t, struct tr_self *self, struct tri_wait *wait,
                      struct tr_msg *msg);

// Waits for a message and makes it current; TR_ETIMEDOUT; TR_EBUSY.
tr_err tri_receive_one(struct tri_thread **t, struct tr_self *self, const tr_match *match,
                       struct tri_wait *wait);

#endif
