// SPDX-License-Identifier: MIT
// A server that the scenarios of calls and ends put questions to. It notes what it handles on track
// 0.
#ifndef TRT_OTP_PROBE_H
#define TRT_OTP_PROBE_H

#include "otp_kit.h"

#undef TR_MODULE
#define TR_MODULE probe
TR_MESSAGE(num, { int64_t n; });      // cast: noted
TR_MESSAGE(give, { int64_t n; });     // cast: answers the request that was put off
TR_MESSAGE0(get);                     // call: answered with the last num
TR_MESSAGE0(put_off);                 // call: kept for later
TR_MESSAGE(work, { int64_t ms; });    // call: answered after a while
TR_MESSAGE(finish, { int32_t how; }); // call: see enum
TR_MESSAGE(value, { int64_t n; });
TR_MESSAGE0(stray); // in no table
TR_MESSAGE0(word);  // in no table
TR_REQUEST(get, value);
TR_REQUEST(put_off, value);
TR_REQUEST(work, value);
TR_REQUEST(finish, value);
TR_REQUEST(stray, value);

enum {
    STOP_ERROR = 1,
    STOP_NORMAL,
    REPLY_AND_STOP,
    STOP_THEN_REPLY,
    NONSENSE,
    FORGET,
    FAULT,
    IGNORE
};

/// With on_info and on_terminate.
TR_SERVER_DECLARE(probe);
/// The same without them.
extern const tr_server curt_server;

/// Starts a server without arguments; options may follow.
#define START_PROBE(self, server, ...)                                                             \
    start_probe((self), (server), &(tr_server_opts){ .args = NULL, ##__VA_ARGS__ })
tr_pid start_probe(tr_self *self, const tr_server *server, const tr_server_opts *opts);

#endif
