// SPDX-License-Identifier: MIT
// The receiver of tier t5 and the messages it takes.
//
// Threads: one. Ownership: static.
#ifndef TRT_OTP_RECEIVER_H
#define TRT_OTP_RECEIVER_H

#include <troupe.h>

#undef TR_MODULE
#define TR_MODULE otp_select
TR_MESSAGE(item, {
    char tag[8];
    int32_t num;
});
TR_MESSAGE(request, { tr_ref ref; });
TR_MESSAGE(answer, { int32_t num; });
TR_MESSAGE0(list); // write the mailbox and go on waiting

/// The body of the receiver.
tr_exit receive_as_told(tr_self *self, const void *arg);

/// What the receiver is, and whom it knows by which name.
struct receiver {
    tr_pid pid;
    bool blocked;   ///< inside an operation
    tr_ref awaited; ///< carried by what it waits for now; none: it looks at each message
    char names[16][8];
    tr_pid pids[16];
    int count;
};
extern struct receiver receiver;

/// The actor with that name; none if there is none.
tr_pid receiver_peer(const char *name);

#endif
