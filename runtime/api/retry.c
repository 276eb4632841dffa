// SPDX-License-Identifier: MIT
#include <troupe/registry.h>
#include <troupe/retry.h>

#include "api/check.h"
#include "base/random.h"
#include "port/clock.h"
#include "process/spawn.h"

static int64_t or_default(int64_t value, int64_t usual)
{
    return value == 0 ? usual : value == TR_ZERO ? 0 : value;
}

tr_err tr_retry_begin(const tr_retry_policy *policy, tr_retry *out)
{
    tr_retry_policy whole = { 0 };
    if (policy != NULL) {
        whole = *policy;
    }
    if (out == NULL || whole.first_ms < TR_ZERO || whole.max_ms < 0 || whole.deadline_ms < 0 ||
        whole.try_ms < 0 || whole.jitter_percent > 100) {
        return TR_EINVAL;
    }
    whole.attempts = whole.attempts == 0 ? 3 : whole.attempts;
    whole.factor = whole.factor == 0 ? 2 : whole.factor;
    whole.jitter_percent = whole.jitter_percent == 0 ? 50 : whole.jitter_percent;
    whole.first_ms = or_default(whole.first_ms, 50);
    whole.max_ms = or_default(whole.max_ms, 5000);
    whole.deadline_ms = or_default(whole.deadline_ms, TR_INFINITY);
    whole.try_ms = or_default(whole.try_ms, 5000);
    int64_t first = whole.first_ms < whole.max_ms ? whole.first_ms : whole.max_ms;
    *out = (tr_retry){ .x_policy = whole, .x_start_ns = tri_clock_ns(), .x_delay_ms = first };
    return TR_OK;
}

// What is left of the deadline; TR_INFINITY without one.
static int64_t left_ms(const tr_retry *retry)
{
    int64_t deadline_ms = retry->x_policy.deadline_ms;
    int64_t passed_ms = (int64_t)((tri_clock_ns() - retry->x_start_ns) / TRI_NS_PER_MS);
    return deadline_ms == TR_INFINITY ? TR_INFINITY
           : passed_ms >= deadline_ms ? 0
                                      : deadline_ms - passed_ms;
}

tr_err tr_retry_next(tr_self *self, tr_retry *retry, int64_t *delay_ms)
{
    if (retry == NULL || delay_ms == NULL || retry->x_policy.attempts == 0) {
        return TR_EINVAL;
    }
    const tr_retry_policy *policy = &retry->x_policy;
    int64_t whole = retry->x_delay_ms;
    // Two steps, so that no product overflows.
    int64_t jitter =
        whole / 100 * policy->jitter_percent + whole % 100 * (int64_t)policy->jitter_percent / 100;
    int64_t delay = whole - (int64_t)tr_random(self, (uint64_t)jitter + 1);
    if (++retry->x_tries >= policy->attempts || delay >= left_ms(retry)) {
        return TR_ETIMEDOUT;
    }
    bool grows = whole <= policy->max_ms / policy->factor;
    retry->x_delay_ms = grows ? whole * policy->factor : policy->max_ms;
    *delay_ms = delay;
    return TR_OK;
}

// A generator for one number, where none is at hand.
static struct tri_random make_generator(struct tri_thread *t)
{
    struct tri_random random;
    tri_random_seed(&random, tri_ref_id(t));
    return random;
}

uint64_t tr_random(tr_self *self, uint64_t below)
{
    struct tri_thread *t = below == 0 ? NULL : tri_actor_enter(self);
    if (t == NULL) {
        return 0;
    }
    if (tri_may_suspend(self)) {
        tri_hold_processor(&t, self);
    }
    struct tri_random own = { { 0 } };
    if (t->processor == NULL) {
        own = make_generator(t);
    }
    uint64_t number = tri_random_below(t->processor != NULL ? &t->processor->random : &own, below);
    tri_section_leave(t);
    return number;
}

tr_err tr_sleep(tr_self *self, int64_t ms)
{
    if (ms < 0) {
        return TR_EINVAL;
    }
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    // A wait for a reply that nobody sends.
    struct tri_wait wait = { .what = TRI_WAIT_REPLY };
    tri_api_act(&t, self);
    if (!tri_may_suspend(self)) {
        tri_section_leave(t);
        return tri_suspend_refuse(self, "tr_sleep");
    }
    tr_err err = tri_suspend_until(&t, self, &wait, ms);
    tri_exit_if_doomed(t, self);
    tri_section_leave(t);
    return err == TR_ENOMEM ? err : TR_OK;
}

// What is asked, and of whom: a pid, or whoever has the name.
struct question {
    const char *name;
    tr_pid to;
    const tr_type *type;
    const void *body;
};

static bool is_safe(tr_err err, const struct question *question, bool idempotent)
{
    switch (err) {
    case TR_EFULL:
        return true;
    case TR_ENOENT:
    case TR_ENOPROC:
        return question->name != NULL;
    case TR_ETIMEDOUT:
        return idempotent;
    case TR_EEXITED:
        return idempotent && question->name != NULL;
    default:
        return false;
    }
}

static tr_err try_once(tr_self *self, const struct question *question, int64_t timeout_ms,
                       const tr_msg **reply)
{
    tr_pid to = question->to;
    tr_err err = question->name == NULL ? TR_OK : tr_whereis(self, question->name, &to);
    return err == TR_OK ? tr_call_typed(self, to, question->type, question->body, timeout_ms, reply)
                        : err;
}

static tr_err try_often(tr_self *self, const struct question *question,
                        const tr_retry_policy *policy, const tr_msg **reply)
{
    tr_retry retry;
    tr_err err = tr_retry_begin(policy, &retry);
    if (err != TR_OK) {
        return err;
    }
    for (;;) {
        int64_t left = left_ms(&retry);
        int64_t try_ms = retry.x_policy.try_ms < left ? retry.x_policy.try_ms : left;
        int64_t delay_ms = 0;
        err = try_once(self, question, try_ms, reply);
        if (!is_safe(err, question, retry.x_policy.idempotent) ||
            tr_retry_next(self, &retry, &delay_ms) != TR_OK || tr_sleep(self, delay_ms) != TR_OK) {
            return err;
        }
    }
}

tr_err tr_call_retry(tr_self *self, tr_pid to, const tr_type *type, const void *body,
                     const tr_retry_policy *policy, const tr_msg **reply)
{
    struct question question = { .to = to, .type = type, .body = body };
    return try_often(self, &question, policy, reply);
}

tr_err tr_call_named_retry(tr_self *self, const char *name, const tr_type *type, const void *body,
                           const tr_retry_policy *policy, const tr_msg **reply)
{
    struct question question = { .name = name, .type = type, .body = body };
    return name == NULL ? TR_EINVAL : try_often(self, &question, policy, reply);
}
