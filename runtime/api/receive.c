// SPDX-License-Identifier: MIT
#include <troupe/message.h>

#include "api/receive.h"
#include "port/point.h"
#include "process/receive.h"
#include "process/signal.h"

// Runs the predicate on the actor's stack, outside the section.
static bool fits(struct tri_thread **t, struct tr_self *self, const tr_match *match,
                 const struct tr_msg *msg)
{
    if (match == NULL || match->predicate == NULL) {
        return true;
    }
    self->in_predicate = true;
    tri_section_leave(*t);
    bool yes = match->predicate(msg, match->context);
    *t = tri_thread_here();
    (void)tri_section_enter(*t);
    self->in_predicate = false;
    return yes;
}

struct tr_msg *tri_receive_select(struct tri_thread **t, struct tr_self *self,
                                  const tr_match *match, struct tri_wait *wait)
{
    bool own_ref = match != NULL && wait->ref != 0 && match->ref.owner == self->index;
    struct tr_msg *msg = wait->found;
    wait->found = NULL;
    if (msg == NULL) {
        msg = tri_match_search(*t, self, wait, own_ref ? match->ref.mark : wait->tested);
    }
    while (msg != NULL && !fits(t, self, match, msg)) {
        msg = tri_match_search(*t, self, wait, wait->tested);
    }
    return msg;
}

// Suspends until a message matches or the time is over.
static tr_err wait_for(struct tri_thread **t, struct tr_self *self, const tr_match *match,
                       struct tri_wait *wait, struct tr_msg **found)
{
    bool timed = (uint64_t)wait->timeout_ms < UINT64_MAX / 2 / TRI_NS_PER_MS;
    self->wait = wait; // before anything is drained
    tri_hold_processor(t, self);
    if (timed && !tri_alarm_begin(*t, self, (uint64_t)wait->timeout_ms * TRI_NS_PER_MS)) {
        self->wait = NULL;
        return TR_ENOMEM;
    }
    for (;;) {
        tri_drain(*t, self);
        if (!tri_doomed(self)) {
            *found = tri_receive_select(t, self, match, wait);
        }
        if (*found != NULL || tri_doomed(self) || wait->timed_out) {
            break;
        }
        tri_suspend(t, self, TRI_LEAVE_IDLE);
    }
    self->wait = NULL;
    if (timed) {
        tri_alarm_end(*t, self);
    }
    return *found != NULL || tri_doomed(self) ? TR_OK : TR_ETIMEDOUT;
}

static void let_go_of_current(struct tri_thread **t, struct tr_self *self)
{
    while (!tri_current_release(*t, self)) {
        tri_api_act(t, self);
    }
    tri_api_act(t, self);
    if (self->budget <= 0 && tri_may_suspend(self)) {
        tri_take_turns(t, self);
        tri_api_act(t, self);
    }
}

// Where the actor must not be suspended: refuses before anything has changed unless something can
// be taken at once.
static tr_err look_first(struct tri_thread **t, struct tr_self *self, const tr_match *match,
                         struct tri_wait *wait)
{
    tri_api_act(t, self);
    wait->tested = tri_match_begin(self);
    bool there = tri_receive_select(t, self, match, wait) != NULL;
    return there || wait->timeout_ms == 0 ? TR_OK : tri_suspend_refuse(self, "tr_receive");
}

void tri_receive_take(struct tri_thread *t, struct tr_self *self, struct tri_wait *wait,
                      struct tr_msg *msg)
{
    bool locked = self->box.locked != NULL; // what stands before it may be dropped at any time
    wait->at = locked || wait->at != msg ? NULL : msg->prev;
    tri_message_take(t, self, msg);
}

tr_err tri_receive_one(struct tri_thread **t, struct tr_self *self, const tr_match *match,
                       struct tri_wait *wait)
{
    tr_err err = tri_may_suspend(self) ? TR_OK : look_first(t, self, match, wait);
    if (err != TR_OK) {
        return err;
    }
    let_go_of_current(t, self);
    wait->tested = tri_match_begin(self);
    wait->at = NULL;
    struct tr_msg *msg = tri_receive_select(t, self, match, wait);
    if (msg == NULL && wait->timeout_ms == 0) {
        return TR_ETIMEDOUT;
    }
    if (msg == NULL) {
        err = wait_for(t, self, match, wait, &msg);
        tri_exit_if_doomed(*t, self);
    }
    if (msg != NULL) {
        tri_receive_take(*t, self, wait, msg);
    }
    return err;
}

tr_err tri_receive_enter(struct tr_self *self, const tr_match *match, struct tri_wait *wait,
                         uint32_t *ids, struct tri_thread **t)
{
    tr_err err = wait->timeout_ms < 0 ? TR_EINVAL : tri_match_translate(match, wait, ids);
    if (err != TR_OK) {
        return err;
    }
    tri_point(TRI_POINT_RECEIVE);
    *t = tri_actor_enter(self);
    if (*t == NULL) {
        return tri_outsider(self);
    }
    if (self->in_predicate || self->ending != NULL) {
        tri_section_leave(*t);
        return TR_EBUSY;
    }
    return TR_OK;
}

tr_err tr_receive(tr_self *self, const tr_match *match, int64_t timeout_ms, const tr_msg **out)
{
    struct tri_wait wait = { .what = TRI_WAIT_MESSAGE, .timeout_ms = timeout_ms };
    uint32_t ids[TRI_MATCH_TYPES_MAX];
    struct tri_thread *t = NULL;
    if (out == NULL) {
        return TR_EINVAL;
    }
    tr_err err = tri_receive_enter(self, match, &wait, ids, &t);
    if (err != TR_OK) {
        return err;
    }
    err = tri_receive_one(&t, self, match, &wait);
    if (err == TR_OK) {
        *out = self->current;
    }
    tri_section_leave(t);
    return err;
}
