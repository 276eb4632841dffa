// SPDX-License-Identifier: MIT
// Trying again: delays that grow, with jitter, and calls that are made again when that is safe.
#ifndef TROUPE_RETRY_H
#define TROUPE_RETRY_H

#include <troupe/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/// How often and how patiently something is tried; zero means default.
typedef struct tr_retry_policy {
    uint32_t attempts;       ///< tries at most, the first included; 0 = 3
    uint32_t factor;         ///< each delay is that many times the one before; 0 = 2
    uint32_t jitter_percent; ///< a delay is shortened by up to that much; 0 = 50; at most 100
    int64_t first_ms;        ///< first delay; 0 = 50; TR_ZERO = none
    int64_t max_ms;          ///< longest delay; 0 = 5,000
    int64_t deadline_ms;     ///< time for all of it; 0 = no limit
    int64_t try_ms;          ///< for calls: timeout of each try; 0 = 5,000; TR_INFINITY
    bool idempotent;         ///< for calls: the request does no harm when it is served twice
} tr_retry_policy;

/// Where a series of tries stands. Made by tr_retry_begin; the fields are the runtime's.
typedef struct tr_retry {
    tr_retry_policy x_policy;
    uint64_t x_start_ns;
    int64_t x_delay_ms;
    uint32_t x_tries;
} tr_retry;

/// Begins a series: the first try is made at once.
/// @param policy  the policy, copied; NULL for all defaults
/// @param out     receives the state
/// @return TR_OK; TR_EINVAL (a negative time, jitter above 100)
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_retry_begin(const tr_retry_policy *policy, tr_retry *out);

/// After a try that failed: how long to wait before the next.
/// @param retry     the state
/// @param delay_ms  receives the delay in milliseconds
/// @return TR_OK; TR_ETIMEDOUT (no tries are left, or the deadline would pass meanwhile);
///   TR_EINVAL
/// [actor-only] [may-suspend] [owner: caller keeps]
TR_API TR_MUST_CHECK tr_err tr_retry_next(tr_self *self, tr_retry *retry, int64_t *delay_ms);

/// A random number of the runtime's own generator, which a seed replays in tests. Not for secrets.
/// @param below  exclusive bound, not 0
/// @return the number; 0 for a bound of 0 or a caller that is no actor
/// [actor-only] [may-suspend]
TR_API uint64_t tr_random(tr_self *self, uint64_t below);

/// Waits without receiving: messages stay in the mailbox, exit signals act.
/// @param ms  milliseconds; TR_INFINITY
/// @return TR_OK; TR_EINVAL; TR_ENOMEM
/// [actor-only] [may-suspend] [may-exit]
TR_API tr_err tr_sleep(tr_self *self, int64_t ms);

/// Calls until there is a reply, as long as a retry is safe: after TR_EFULL, when nothing was
/// sent; for an idempotent request also after TR_ETIMEDOUT.
/// @param to      the server
/// @param type    the request's type
/// @param body    its body
/// @param policy  the policy, or NULL
/// @param reply   receives the reply
/// @return as tr_call_typed: what the last try answered
/// [actor-only] [may-suspend] [may-exit] [owner: valid until the next call of this actor]
TR_API TR_MUST_CHECK tr_err tr_call_retry(tr_self *self, tr_pid to, const tr_type *type,
                                          const void *body, const tr_retry_policy *policy,
                                          const tr_msg **reply);

/// As tr_call_retry, to whoever has the name at each try. A retry is safe also while nobody has it
/// (TR_ENOENT) and when its bearer was dead (TR_ENOPROC); for an idempotent request also when it
/// ended first (TR_EEXITED). So a call survives the restart of its server.
/// @param name  the server's registered name
/// @return as tr_call_retry; TR_ENOENT
/// [actor-only] [may-suspend] [may-exit] [owner: valid until the next call of this actor]
TR_API TR_MUST_CHECK tr_err tr_call_named_retry(tr_self *self, const char *name,
                                                const tr_type *type, const void *body,
                                                const tr_retry_policy *policy,
                                                const tr_msg **reply);

#ifdef __cplusplus
}
#endif

#endif
