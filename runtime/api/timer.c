// SPDX-License-Identifier: MIT
#include <troupe/timer.h>

#include "api/check.h"
#include "node/guest.h"
#include "port/clock.h"
#include "port/point.h"
#include "process/registry.h"
#include "process/send.h"
#include "process/timer.h"

uint64_t tr_now_ns(void)
{
    return tri_clock_ns();
}

static uint64_t to_ns(int64_t ms)
{
    uint64_t most = UINT64_MAX / 2 / TRI_NS_PER_MS;
    return ((uint64_t)ms < most ? (uint64_t)ms : most) * TRI_NS_PER_MS;
}

static int64_t to_ms(uint64_t ns)
{
    return (int64_t)(ns / TRI_NS_PER_MS + (ns % TRI_NS_PER_MS != 0));
}

// Arms a timer as planned but for its message.
static tr_err start(tr_self *self, struct tri_timer_plan *plan, const struct tr_type *type,
                    const void *body, tr_timer *out)
{
    if (type == NULL || (body == NULL && type->bytes != 0) ||
        (plan->to != NULL && tr_pid_is_none(*plan->to))) {
        return TR_EINVAL;
    }
    tri_point(TRI_POINT_TIMER);
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    if (plan->kind == TRI_TIMER_NAMED && self->in_predicate) {
        tri_section_leave(t);
        return TR_EBUSY; // the message that is looked at may be of the one before
    }
    if (t->processor == NULL && !tri_may_suspend(self)) {
        tri_section_leave(t);
        return tri_suspend_refuse(self, "a timer function");
    }
    tri_hold_processor(&t, self);
    tr_err err = plan->to != NULL && !tri_pid_local(t->system, *plan->to)
                     ? TR_ENOPROC
                     : tri_compose(t, TRI_KIND_SEND, type, body, &plan->msg);
    if (err == TR_OK) {
        if (plan->kind == TRI_TIMER_NAMED) {
            err = tri_timer_set(t, self, plan);
        } else {
            err = tri_timer_arm(t, self, plan, out);
        }
        if (err != TR_OK) {
            tri_msg_release(tri_blocks_here(t), plan->msg);
        }
    }
    tri_section_leave(t);
    return err;
}

tr_err tr_send_after(tr_self *self, int64_t delay_ms, tr_pid to, const tr_type *type,
                     const void *body, tr_timer *out)
{
    struct tri_timer_plan plan = { .kind = TRI_TIMER_ONCE, .when_ns = to_ns(delay_ms), .to = &to };
    return delay_ms < 0 ? TR_EINVAL : start(self, &plan, type, body, out);
}

tr_err tr_send_at(tr_self *self, uint64_t when_ns, tr_pid to, const tr_type *type, const void *body,
                  tr_timer *out)
{
    struct tri_timer_plan plan = {
        .kind = TRI_TIMER_ONCE, .when_ns = when_ns, .absolute = true, .to = &to
    };
    return start(self, &plan, type, body, out);
}

tr_err tr_send_named_after(tr_self *self, int64_t delay_ms, const char *name, const tr_type *type,
                           const void *body, tr_timer *out)
{
    struct tri_timer_plan plan = { .kind = TRI_TIMER_ONCE,
                                   .when_ns = to_ns(delay_ms),
                                   .name = name };
    tr_err err = delay_ms < 0 ? TR_EINVAL : tri_name_check(name);
    return err != TR_OK ? err : start(self, &plan, type, body, out);
}

tr_err tr_send_every(tr_self *self, int64_t first_ms, int64_t period_ms, tr_pid to,
                     const tr_type *type, const void *body, tr_timer *out)
{
    struct tri_timer_plan plan = { .kind = TRI_TIMER_EVERY,
                                   .when_ns = to_ns(first_ms),
                                   .period_ns = to_ns(period_ms),
                                   .to = &to };
    return first_ms < 0 || period_ms < 1 ? TR_EINVAL : start(self, &plan, type, body, out);
}

tr_err tr_send_named_every(tr_self *self, int64_t first_ms, int64_t period_ms, const char *name,
                           const tr_type *type, const void *body, tr_timer *out)
{
    struct tri_timer_plan plan = { .kind = TRI_TIMER_EVERY,
                                   .when_ns = to_ns(first_ms),
                                   .period_ns = to_ns(period_ms),
                                   .name = name };
    tr_err err = first_ms < 0 || period_ms < 1 ? TR_EINVAL : tri_name_check(name);
    return err != TR_OK ? err : start(self, &plan, type, body, out);
}

tr_err tr_timer_set(tr_self *self, const char *name, int64_t delay_ms, const tr_type *type,
                    const void *body)
{
    struct tri_timer_plan plan = { .kind = TRI_TIMER_NAMED,
                                   .when_ns = to_ns(delay_ms),
                                   .name = name };
    tr_err err = delay_ms < 0 ? TR_EINVAL : tri_name_check(name);
    return err != TR_OK ? err : start(self, &plan, type, body, NULL);
}

tr_err tr_timer_unset(tr_self *self, const char *name)
{
    tr_err err = tri_name_check(name);
    if (err != TR_OK) {
        return err;
    }
    tri_point(TRI_POINT_TIMER);
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    err = self->in_predicate ? TR_EBUSY : tri_timer_unset(t, self, name);
    tri_section_leave(t);
    return err;
}

static tr_err cancel(struct tri_thread *t, tr_self *self, tr_timer timer, int64_t *remaining_ms)
{
    uint64_t left_ns = 0;
    tr_err err = tri_timer_stop(t, self, timer, &left_ns);
    if (err == TR_OK && remaining_ms != NULL) {
        *remaining_ms = to_ms(left_ns);
    }
    return err;
}

tr_err tr_timer_cancel(tr_self *self, tr_timer timer, int64_t *remaining_ms)
{
    tri_point(TRI_POINT_TIMER);
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    tr_err err = self->in_predicate ? TR_EBUSY : cancel(t, self, timer, remaining_ms);
    tri_section_leave(t);
    return err;
}

tr_err tr_system_timer_cancel(tr_system *sys, tr_timer timer, int64_t *remaining_ms)
{
    struct tri_thread guest;
    tr_err err = sys == NULL ? TR_EINVAL : tri_guest_enter(sys, &guest);
    if (err == TR_OK) {
        tri_point(TRI_POINT_TIMER);
        err = cancel(&guest, NULL, timer, remaining_ms);
        tri_guest_leave(&guest);
    }
    return err;
}

static tr_err look(tr_self *self, tr_timer timer, uint64_t *left_ns, uint64_t *missed)
{
    tri_point(TRI_POINT_TIMER);
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    tr_err err = tri_timer_left(t->system, timer, left_ns, missed);
    tri_section_leave(t);
    return err;
}

tr_err tr_timer_read(tr_self *self, tr_timer timer, int64_t *remaining_ms)
{
    uint64_t left_ns = 0;
    uint64_t missed = 0;
    tr_err err = remaining_ms == NULL ? TR_EINVAL : look(self, timer, &left_ns, &missed);
    if (err == TR_OK) {
        *remaining_ms = to_ms(left_ns);
    }
    return err;
}

tr_err tr_timer_missed(tr_self *self, tr_timer timer, uint64_t *count)
{
    uint64_t left_ns = 0;
    uint64_t missed = 0;
    tr_err err = count == NULL ? TR_EINVAL : look(self, timer, &left_ns, &missed);
    if (err == TR_OK) {
        *count = missed;
    }
    return err;
}

tr_timer tr_timer_of(const tr_msg *msg)
{
    tr_timer timer = { 0, 0 };
    if (msg != NULL && (msg->ref & TR_TIMER_REF) != 0) {
        timer.slot = (uint32_t)((msg->ref & ~TR_TIMER_REF) >> 32);
        timer.generation = (uint32_t)msg->ref;
    }
    return timer;
}
