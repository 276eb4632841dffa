// SPDX-License-Identifier: MIT
// A counter: a server that keeps a total. Users see this only; its messages stay in counter.c.
// Threads: every function is for actors. Ownership: the total lives in the server's private state.
#ifndef COUNTER_H
#define COUNTER_H

#include <troupe.h>

/// Starts a counter that is linked to the caller.
tr_err counter_start(tr_self *self, int64_t first, tr_pid *out);
/// Adds to the total, without waiting.
void counter_add(tr_self *self, tr_pid counter, int64_t n);
/// Asks for the total; all that this caller has added before is in it.
tr_err counter_get(tr_self *self, tr_pid counter, int64_t timeout_ms, int64_t *out_total);
/// Stops the counter; returns when it has ended.
tr_err counter_stop(tr_self *self, tr_pid counter);

#endif
