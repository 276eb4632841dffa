// SPDX-License-Identifier: MIT
// The trace of one run, and exit reasons as words.
//
// Threads: one. Ownership: static; words live until a few more were made.
#ifndef TRT_OTP_TRACE_H
#define TRT_OTP_TRACE_H

#include <troupe/types.h>

/// Begins anew.
void trace_clear(void);
/// What happens from now on is not part of the trace.
void trace_finish(void);
/// Appends to the trace.
void trace_put(const char *format, ...) __attribute__((format(printf, 1, 2)));
/// Notes an end, or what an operation gave; both come after the events of their block.
void trace_end(const char *format, ...) __attribute__((format(printf, 1, 2)));
void trace_ret(const char *format, ...) __attribute__((format(printf, 1, 2)));
/// Appends the ends, in order, and the results of a block.
void trace_close_block(void);
/// The trace so far.
const char *trace_text(void);

tr_exit reason_of(const char *word);
const char *word_of(tr_exit reason);

#endif
