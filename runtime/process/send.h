// SPDX-License-Identifier: MIT
// Sending: from the caller's body or message to the receiver's mailbox.
//
// Purpose: one path for sends, requests and moves, with the accounting of every attempt.
// Invariants: each attempt is refused, or accepted and later received, dropped or dead-lettered.
// Threads: the actor's worker, inside a section. Ownership: tri_send takes msg on TR_OK.
#ifndef TRI_PROCESS_SEND_H
#define TRI_PROCESS_SEND_H

#include <string.h>
#include <troupe/message.h>

#include "mailbox/type.h"
#include "process/report.h"
#include "process/section.h"

// Most bodies are a word or two: no call for them.
static inline void tri_copy_body(void *to, const void *from, size_t bytes)
{
    if (bytes == 8) {
        memcpy(to, from, 8);
    } else if (bytes == 16) {
        memcpy(to, from, 16);
    } else {
        memcpy(to, from, bytes);
    }
}

// A message of that type with a copy of the body (NULL: not filled): TR_OK, or why not. Roomy for
// CALL.
static inline tr_err tri_compose(struct tri_thread *t, enum tri_kind kind, const tr_type *type,
                                 const void *body, struct tr_msg **out)
{
    uint32_t id = 0;
    tr_err err = tri_type_id(type, &id);
    if (err == TR_ECONFLICT) {
        tri_report_conflict(t->system, type);
    }
    if (err != TR_OK) {
        return err;
    }
    struct tr_msg *msg = kind == TRI_KIND_CALL
                             ? tri_msg_alloc_roomy(tri_blocks_here(t), kind, type->bytes)
                             : tri_msg_alloc(tri_blocks_here(t), kind, type->bytes);
    if (msg == NULL) {
        return TR_ENOMEM;
    }
    msg->type = id;
    if (body != NULL) {
        tri_copy_body(tri_body(msg), body, type->bytes);
    }
    *out = msg;
    return TR_OK;
}

// Sends msg from self; may suspend self in a full mailbox: *t is renewed, and the actor may end. On
// an error msg is still the caller's.
tr_err tri_send(struct tri_thread **t, struct tr_self *self, tr_pid to, struct tr_msg *msg);

// After a send: lets others run when the budget of the activation is used up.
void tri_send_spend(struct tri_thread **t, struct tr_self *self);

// Sends msg from a guest: TR_EBUSY means that the mailbox is full and the guest must wait.
tr_err tri_send_guest(struct tri_thread *t, tr_pid to, struct tr_msg *msg);

#endif
