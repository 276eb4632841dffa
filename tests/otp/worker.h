// SPDX-License-Identifier: MIT
// The workers of a scenario, and the observer that sees every end.
//
// Threads: one. Ownership: static.
#ifndef TRT_OTP_WORKER_H
#define TRT_OTP_WORKER_H

#include <troupe.h>

#undef TR_MODULE
#define TR_MODULE otp
TR_MESSAGE(die, { char reason[32]; });
TR_MESSAGE(watch, {
    tr_pid pid;
    int32_t node;
    uint32_t number; // of the attempt to start, for a worker
});
TR_MESSAGE0(watching);
TR_REQUEST(watch, watching);

TR_SERVER_DECLARE(worker);

/// The observer's body; its pid.
tr_exit observe(tr_self *self, const void *arg);
extern tr_pid observer;
/// Forgets what the observer saw in an earlier run.
void observer_clear(void);
/// Has the observer watch an actor; returns when it does.
void watch(tr_self *self, tr_pid pid, int node, unsigned number);

#endif
