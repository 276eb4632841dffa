// SPDX-License-Identifier: MIT
// Taking everything out of the mailbox of an actor of tier t2.
//
// Threads: one. Ownership: static.
#ifndef TRT_OTP_FLAT_DRAIN_H
#define TRT_OTP_FLAT_DRAIN_H

#include <troupe.h>

#undef TR_MODULE
#define TR_MODULE otp_flat
TR_MESSAGE(word, {
    int32_t from;
    char text[16];
});

/// Takes and writes what waits for actor number `me`.
void flat_drain(tr_self *self, int me);

#endif
