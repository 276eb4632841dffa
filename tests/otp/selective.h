// SPDX-License-Identifier: MIT
// Tier t5: one receiver, some senders, and what selective receives take out of the mailbox.
//
// Threads: one. Ownership: static.
#ifndef TRT_OTP_SELECTIVE_H
#define TRT_OTP_SELECTIVE_H

#include <troupe/test.h>

/// Plays the script once; the trace is left in trace.h.
void selective_play(tr_test *test);

#endif
