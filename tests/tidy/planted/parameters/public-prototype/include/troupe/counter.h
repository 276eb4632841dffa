// SPDX-License-Identifier: MIT
// Counting, for users.
#ifndef TR_COUNTER_H
#define TR_COUNTER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A counter.
struct tr_counter {
    int64_t total; ///< the sum
};

/// Adds n to the counter. Never fails.
/// [any-thread] [never-suspends] [owner: caller keeps]
void tr_counter_add(struct tr_counter *counter, int64_t n, int a, int b, int c, int d,
                    int e, int f);

/// The sum. Errors: TR_ETIMEDOUT after timeout_ms milliseconds.
/// [actor-only] [may-suspend] [may-exit]
int tr_counter_get(struct tr_counter *counter, int64_t timeout_ms, int64_t *out);

#ifdef __cplusplus
}
#endif

#endif
