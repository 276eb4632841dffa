// SPDX-License-Identifier: MIT
// What a run shows on standard error: a bar and a table of mailboxes that are drawn again and again
// on a terminal, a plain line now and then elsewhere.
//
// Invariant: on a terminal the cursor stands at the top of the table, so that a line which any
// thread prints by progress_say replaces the table until it is drawn again.
// Threads: progress_say from any; the rest from main's.
#ifndef WORDCOUNT_PROGRESS_H
#define WORDCOUNT_PROGRESS_H

#include "wordcount.h"

/// How much there is to do.
struct progress {
    uint32_t files;
    uint64_t bytes;        ///< 0 = not known
    uint64_t next_line_ns; ///< when the next plain line is due
};

/// Prints a line on standard error, with the program's name before it.
#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
void progress_say(const char *format, ...);

/// Shows how far it is. Without a terminal at most one line a second.
void progress_show(struct progress *progress, tr_system *sys, const struct wc_outcome *now);
/// Removes the table, or prints the last line.
void progress_end(struct progress *progress, tr_system *sys, const struct wc_outcome *now);

#endif
