// SPDX-License-Identifier: MIT
// One mailbox with pools of its own, for the unit tests of this floor.
//
// Purpose: to push and to look from one thread. Invariants: trt_box_begin first, trt_box_end last:
//   it proves that no block is left. Threads: one. Ownership: as in mailbox/mailbox.h.
#ifndef TRT_UNIT_MAILBOX_BOX_H
#define TRT_UNIT_MAILBOX_BOX_H

#include "mailbox/mailbox.h"

extern struct tri_mailbox trt_box;
extern struct tri_blocks trt_pool;

void trt_box_begin(void);
// Empties the mailbox, then checks that every block is back.
void trt_box_end(void);

// Sends a message of that type; *idle, if not NULL, tells whether the mailbox was idle.
struct tr_msg *trt_box_send(uint32_t type, bool *idle);
// Drains one message and appends it to the private list; NULL when there was none.
struct tr_msg *trt_box_accept(void);
// Sends and accepts a message.
struct tr_msg *trt_box_hold(uint32_t type);
// Blocks in use.
size_t trt_box_blocks(void);
// Types of the private list, oldest first, as digits; checks the list's links on the way.
const char *trt_box_types(void);

#endif
