// SPDX-License-Identifier: MIT
// The driver: the actor that starts the root, is its parent and performs the operations.
//
// Threads: one. Ownership: static.
#ifndef TRT_OTP_DRIVER_H
#define TRT_OTP_DRIVER_H

#include <troupe.h>

#undef TR_MODULE
#define TR_MODULE otp_driver
TR_MESSAGE0(begin); // start the root
TR_MESSAGE(perform, {
    int32_t op;
    bool in_burst; // hits the instances that were newest when the burst began
});
TR_MESSAGE0(show); // append the state of the tree to the trace

/// The driver's body.
tr_exit drive(tr_self *self, const void *arg);
/// Forgets an earlier run.
void driver_clear(void);
/// Remembers which instances are the newest now.
void driver_begin_burst(void);
/// Whether the root came up.
bool driver_has_root(void);

#endif
