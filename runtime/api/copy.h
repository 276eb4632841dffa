// SPDX-License-Identifier: MIT
// Sending a copy of a body: what all functions that do it share.
//
// Purpose: one path from a public send to process/send.h, with the accounting of refusals.
// Threads: the actor's. Ownership: the caller keeps the body.
#ifndef TRI_API_COPY_H
#define TRI_API_COPY_H

#include <troupe/message.h>

// What a message carries beside its body.
struct tri_mark {
    uint64_t ref; // 0: none
    bool aliased; // ref is an alias, through which it comes
};

// Sends a message; answers as tr_send_typed.
tr_err tri_api_send_copy(tr_self *self, tr_pid to, const tr_type *type, const void *body,
                         struct tri_mark mark);

#endif
