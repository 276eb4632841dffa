// SPDX-License-Identifier: MIT
// Tier t2: flat actors that link, monitor, name and end each other, and aliases.
//
// Threads: one. Ownership: static.
#ifndef TRT_OTP_FLAT_H
#define TRT_OTP_FLAT_H

#include <troupe/test.h>

/// Plays the script once; the trace is left in trace.h.
void flat_play(tr_test *test);

#endif
