// SPDX-License-Identifier: MIT
#include <troupe/timer.h>

#include "api/check.h"
#include "port/clock.h"
#include "port/point.h"
#include "process/send.h"
#include "process/timer.h"

uint64_t tr_now_ns(void)
{
    return tri_clock_ns();
}

static uint64_t delay_ns(int64_t ms)
{
    uint64_t most = UINT64_MAX / 2 / TRI_NS_PER_MS;
    return ((uint64_t)ms < most ? (uint64_t)ms : most) * TRI_NS_PER_MS;
}

tr_err tr_send_after(tr_self *self, int64_t delay_ms, tr_pid to, const tr_type *type,
                     const void *body, tr_timer *out)
{
    if (delay_ms < 0 || type == NULL || (body == NULL && type->bytes != 0)) {
        return TR_EINVAL;
    }
    tri_point(TRI_POINT_TIMER);
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    struct tr_msg *msg = NULL;
    tr_err err = TR_EINVAL;
    if (t->processor == NULL && !tri_may_suspend(self)) {
        tri_section_leave(t);
        return tri_suspend_refuse(self, "tr_send_after");
    }
    tri_hold_processor(&t, self);
    if (tri_pid_local(t->system, to)) {
        err = tri_compose(t, TRI_KIND_SEND, type, body, &msg);
    }
    if (err == TR_OK) {
        msg->from_slot = self->index;
        msg->from_generation = self->generation;
        struct tri_timer *timer =
            tri_timer_arm(t, self, delay_ns(delay_ms), tri_key(to.slot, to.generation), msg);
        if (timer == NULL) {
            tri_msg_release(tri_blocks_here(t), msg);
            err = TR_ENOMEM;
        } else if (out != NULL) {
            *out = tri_timer_handle(timer);
        }
    }
    tri_section_leave(t);
    return err;
}

tr_err tr_timer_cancel(tr_self *self, tr_timer timer, int64_t *remaining_ms)
{
    tri_point(TRI_POINT_TIMER);
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    uint64_t left_ns = 0;
    tr_err err = tri_timer_stop(t, timer, &left_ns);
    if (err == TR_OK && remaining_ms != NULL) {
        *remaining_ms = (int64_t)((left_ns + TRI_NS_PER_MS - 1) / TRI_NS_PER_MS);
    }
    tri_section_leave(t);
    return err;
}
