// SPDX-License-Identifier: MIT
#include "process/timer.h"

#include <string.h>

#include "port/clock.h"
#include "process/dead.h"
#include "process/deliver.h"
#include "process/notice.h"
#include "process/tick.h"

#define UNDATED_MAX 8 // timers armed in an activation before the clock is read

static struct tri_timer_more *make_more(struct tri_thread *t, const struct tri_timer_plan *plan)
{
    size_t length = plan->name == NULL ? 0 : strlen(plan->name);
    size_t bytes = sizeof(struct tri_timer_more) + length + 1;
    struct tri_block_tag tag;
    struct tri_timer_more *more = tri_block_get(tri_blocks_here(t), bytes, &tag);
    if (more != NULL) {
        more->period_ns = plan->period_ns;
        more->bytes = (uint32_t)bytes;
        more->tag = tag;
        memcpy(more->name, plan->name == NULL ? "" : plan->name, length + 1);
    }
    return more;
}

static void drop_more(struct tri_thread *t, struct tri_timer_more *more)
{
    if (more != NULL) {
        tri_block_put(tri_blocks_here(t), more, more->tag, more->bytes);
    }
}

static void recycle(struct tri_thread *t, struct tri_timer *timer)
{
    struct tr_system *system = t->system;
    drop_more(t, timer->more);
    timer->more = NULL;
    tri_fate_renew(&timer->fate);
    tri_lock_acquire(&system->timers_lock);
    timer->next = system->free_timers;
    system->free_timers = timer;
    bool wake =
        tri_gauge_less(&system->armed) && tri_notice_gauge(system, TR_ALARM_TIMERS, &system->armed);
    tri_lock_release(&system->timers_lock);
    if (wake) {
        tri_notice_wake(system);
    }
}

// The second, by [timer-gone], gives the record back.
static void let_go(struct tri_thread *t, struct tri_timer *timer, uint64_t party)
{
    if (tri_fate_let_go(&timer->fate, party)) {
        recycle(t, timer);
    }
}

void tri_timer_leave(struct tri_thread *t, struct tri_timer *timer)
{
    if (timer->msg != NULL) {
        tri_msg_release(tri_blocks_here(t), timer->msg);
        timer->msg = NULL;
    }
    let_go(t, timer, TRI_FATE_WHEEL_GONE);
}

static void grow(struct tr_system *system)
{
    uint32_t first = 0;
    if (tri_table_grow(&system->timers, &first) != TRI_TABLE_GREW) {
        return;
    }
    // Backwards, so that the lowest is used first.
    for (uint32_t i = TRI_TABLE_SEGMENT_RECORDS; i-- > 0;) {
        struct tri_timer *timer = tri_table_at(&system->timers, first + i);
        timer->index = first + i;
        tri_fate_init(&timer->fate);
        timer->next = system->free_timers;
        system->free_timers = timer;
    }
}

static tr_err take_record(struct tr_system *system, struct tri_timer **out)
{
    tr_err err = TR_ELIMIT;
    tri_lock_acquire(&system->timers_lock);
    if (system->armed.used < system->armed.limit) {
        if (system->free_timers == NULL) {
            grow(system);
        }
        *out = system->free_timers;
        err = *out == NULL ? TR_ENOMEM : TR_OK;
    }
    if (err == TR_OK) {
        system->free_timers = (*out)->next;
    }
    bool wake = err == TR_OK && tri_gauge_more(&system->armed) &&
                tri_notice_gauge(system, TR_ALARM_TIMERS, &system->armed);
    tri_lock_release(&system->timers_lock);
    if (wake) {
        tri_notice_wake(system);
    }
    return err;
}

static void disown(struct tri_thread *t, struct tri_timer *timer)
{
    tri_list_remove(&timer->owned);
    let_go(t, timer, TRI_FATE_OWNER_GONE);
}

// Lets go of up to two of the oldest records whose wheel is done with them.
static void sweep(struct tri_thread *t, struct tr_self *self)
{
    for (int i = 0; i < 2; i++) {
        struct tri_link *link = tri_list_first(&self->timers);
        if (link == NULL) {
            return;
        }
        struct tri_timer *timer = TRI_CONTAINER_OF(link, struct tri_timer, owned);
        // A named timer is let go of when its message is taken.
        if (timer->kind != TRI_TIMER_NAMED && tri_fate_wheel_gone(&timer->fate)) {
            disown(t, timer);
        } else {
            tri_list_remove(link); // to the end: others get their turn
            tri_list_push_back(&self->timers, link);
        }
    }
}

// Fills a record that nobody else may touch.
static void fill(struct tri_timer *timer, const struct tri_timer_plan *plan, uint64_t target,
                 struct tri_timer_more *more)
{
    // release [timer-read]: the record's renewal before its new contents; pairs with
    // tri_timer_left.
    tri_fence(release);
    // relaxed: published by the word, and by the fence.
    tri_store(&timer->x_deadline_ns, plan->absolute ? plan->when_ns : 0, relaxed);
    tri_store(&timer->x_delay_ns, plan->when_ns, relaxed);
    tri_store(&timer->x_target, target, relaxed);
    tri_store(&timer->x_missed, 0, relaxed);
    timer->msg = plan->msg;
    timer->more = more;
    timer->kind = (uint8_t)plan->kind;
    timer->owned = (struct tri_link){ 0 };
    timer->due = (struct tri_due){ .owner = TRI_DUE_TIMER, .absolute = plan->absolute };
}

static tr_err arm(struct tri_thread *t, struct tr_self *self, const struct tri_timer_plan *plan,
                  struct tri_timer **out)
{
    struct tri_timer_more *more = NULL;
    struct tri_timer *timer = NULL;
    sweep(t, self);
    if (plan->name != NULL || plan->kind == TRI_TIMER_EVERY) {
        more = make_more(t, plan);
        if (more == NULL) {
            return TR_ENOMEM;
        }
    }
    tr_err err = take_record(t->system, &timer);
    if (err != TR_OK) {
        drop_more(t, more);
        return err;
    }
    uint64_t target = plan->to != NULL ? tri_key(plan->to->slot, plan->to->generation) : 0;
    if (plan->kind == TRI_TIMER_NAMED) {
        target = tri_key(self->index, self->generation);
    }
    fill(timer, plan, target, more);
    plan->msg->ref = tri_timer_ref(timer->index, tri_fate_generation(&timer->fate));
    timer->owner = self->index;
    plan->msg->from_slot = self->index;
    plan->msg->from_generation = self->generation;
    tri_list_push_back(&self->timers, &timer->owned);
    tri_due_arm(t->processor, &timer->due, plan->when_ns);
    tri_fate_arm(&timer->fate);
    if (++t->processor->undated_timers >= UNDATED_MAX) {
        tri_time_date(t->processor);
    }
    *out = timer;
    return TR_OK;
}

tr_err tri_timer_arm(struct tri_thread *t, struct tr_self *self, const struct tri_timer_plan *plan,
                     tr_timer *out)
{
    struct tri_timer *timer = NULL;
    tr_err err = arm(t, self, plan, &timer);
    if (err == TR_OK && out != NULL) {
        *out = (tr_timer){ timer->index, tri_fate_generation(&timer->fate) };
    }
    return err;
}

// The wheel's part of a cancel: here, or by the P that has the timer.
static void leave_wheel(struct tri_thread *t, struct tri_timer *timer)
{
    struct tri_processor *p = t->processor;
    if (p != NULL && timer->due.home == p->index) {
        tri_due_disarm(p, &timer->due);
        tri_timer_leave(t, timer);
        return;
    }
    struct tri_processor *home = t->system->processors[timer->due.home];
    tri_returns_push(&home->cancelled, &timer->back, &timer->back);
}

// Cancels if nobody was faster; *timer is the caller's to read until it leaves the wheel.
static bool cancel(struct tri_thread *t, struct tri_timer *timer, uint32_t generation)
{
    if (!tri_fate_decide(&timer->fate, generation, TRI_FATE_CANCELLED)) {
        return false;
    }
    if (timer->kind != TRI_TIMER_EVERY) { // a shot may be made of an interval's just now
        tri_msg_release(tri_blocks_here(t), timer->msg);
        timer->msg = NULL;
    }
    return true;
}

// Takes a timer's message out of the caller's own mailbox, if it waits there.
static bool drop_waiting(struct tri_thread *t, struct tr_self *self, uint64_t ref)
{
    tri_mailbox_look(&self->box);
    struct tr_msg *msg = self->box.first;
    while (msg != NULL &&
           (msg->kind != TRI_KIND_SEND || (msg->flags & TRI_FLAG_TIMER) == 0 || msg->ref != ref)) {
        msg = tri_mailbox_next(&self->box, msg);
    }
    tri_mailbox_looked(&self->box); // a timer's message is never dropped
    if (msg == NULL) {
        return false;
    }
    tri_dead(t, TR_DEAD_TIMER_OFF, tri_actor_pid(self), msg);
    tri_mailbox_take(&self->box, msg);
    tri_mailbox_free(&self->box, tri_blocks_here(t), msg);
    return true;
}

// The rest of a cancel by `self`, NULL for a guest. Its owner lets go at once; the owner lives, or
// it would have cancelled the timer itself.
static void end_cancelled(struct tri_thread *t, struct tr_self *self, struct tri_timer *timer,
                          tr_timer handle)
{
    bool interval = timer->kind == TRI_TIMER_EVERY;
    bool mine = self != NULL && timer->owner == self->index;
    leave_wheel(t, timer);
    if (mine) {
        disown(t, timer);
    }
    if (interval && self != NULL) {
        (void)drop_waiting(t, self, tri_timer_ref(handle.slot, handle.generation));
    }
}

static struct tri_timer *timer_of(const struct tr_system *system, tr_timer handle)
{
    return handle.generation == 0 ? NULL : tri_table_at(&system->timers, handle.slot);
}

tr_err tri_timer_stop(struct tri_thread *t, struct tr_self *self, tr_timer handle,
                      uint64_t *left_ns)
{
    struct tri_timer *timer = timer_of(t->system, handle);
    uint64_t unused = 0;
    // The time left and whether the receiver lives are of the moment before.
    if (timer == NULL || tri_timer_left(t->system, handle, left_ns, &unused) != TR_OK) {
        *left_ns = 0;
        if (timer == NULL || !cancel(t, timer, handle.generation)) {
            return TR_ENOENT;
        }
        end_cancelled(t, self, timer, handle);
        return TR_ENOENT;
    }
    if (!cancel(t, timer, handle.generation)) {
        return TR_ENOENT;
    }
    end_cancelled(t, self, timer, handle);
    return TR_OK;
}

tr_err tri_timer_left(struct tr_system *system, tr_timer handle, uint64_t *left_ns,
                      uint64_t *missed)
{
    struct tri_timer *timer = timer_of(system, handle);
    // acquire [timer-armed]: pairs with tri_fate_arm.
    if (timer == NULL ||
        !tri_fate_is_armed(tri_load(&timer->fate.x_word, acquire), handle.generation)) {
        return TR_ENOENT;
    }
    // relaxed: the second look at the word says whether they belong together.
    uint64_t deadline = tri_load(&timer->x_deadline_ns, relaxed);
    uint64_t delay = tri_load(&timer->x_delay_ns, relaxed);
    uint64_t target = tri_load(&timer->x_target, relaxed);
    uint64_t merged = tri_load(&timer->x_missed, relaxed);
    // acquire [timer-read]: the contents before the second look; pairs with the fence that stands
    // between a record's renewal and its new contents.
    tri_fence(acquire);
    // relaxed: as above.
    if (!tri_fate_is_armed(tri_load(&timer->fate.x_word, relaxed), handle.generation) ||
        (target != 0 && !tri_key_alive(system, target))) {
        return TR_ENOENT;
    }
    uint64_t now = deadline == 0 ? 0 : tri_clock_ns();
    *left_ns = deadline == 0 ? delay : deadline > now ? deadline - now : 0;
    *missed = merged;
    return TR_OK;
}

// The place of a named timer among the actor's; *place is NULL when there is none.
static struct tri_timer **find_named(struct tr_self *self, const char *name)
{
    struct tri_timer **place = &self->named_timers;
    while (*place != NULL && strcmp((*place)->more->name, name) != 0) {
        place = &(*place)->next;
    }
    return place;
}

// Ends a named timer wherever its message is. True when it had not been received.
static void end_named(struct tri_thread *t, struct tr_self *self, struct tri_timer **place)
{
    struct tri_timer *timer = *place;
    uint32_t generation = tri_fate_generation(&timer->fate);
    *place = timer->next;
    if (cancel(t, timer, generation)) {
        leave_wheel(t, timer);
    } else {
        (void)drop_waiting(t, self, tri_timer_ref(timer->index, generation));
    }
    disown(t, timer); // what is still inbound finds it gone
}

tr_err tri_timer_set(struct tri_thread *t, struct tr_self *self, const struct tri_timer_plan *plan)
{
    struct tri_timer *timer = NULL;
    tr_err err = arm(t, self, plan, &timer);
    if (err != TR_OK) {
        return err;
    }
    struct tri_timer **before = find_named(self, plan->name);
    if (*before != NULL) {
        end_named(t, self, before);
    }
    timer->next = self->named_timers;
    self->named_timers = timer;
    return TR_OK;
}

tr_err tri_timer_unset(struct tri_thread *t, struct tr_self *self, const char *name)
{
    struct tri_timer **place = find_named(self, name);
    if (*place == NULL) {
        return TR_ENOENT;
    }
    end_named(t, self, place);
    return TR_OK;
}

bool tri_timer_wants(const struct tr_system *system, const struct tr_msg *tick)
{
    const struct tri_timer *timer =
        tri_table_at(&system->timers, (uint32_t)((tick->ref & ~TR_TIMER_REF) >> 32));
    return timer != NULL && tri_fate_in_force(&timer->fate, (uint32_t)tick->ref);
}

void tri_timer_taken(struct tri_thread *t, struct tr_self *self, const struct tr_msg *msg)
{
    uint32_t index = (uint32_t)((msg->ref & ~TR_TIMER_REF) >> 32);
    struct tri_timer *timer = tri_table_at(&t->system->timers, index);
    struct tri_timer **place = self == NULL ? NULL : &self->named_timers;
    while (place != NULL && *place != NULL && *place != timer) {
        place = &(*place)->next;
    }
    if (place == NULL || *place == NULL) {
        tri_fate_shot_taken(&timer->fate, (uint32_t)msg->ref);
    } else if (tri_fate_generation(&timer->fate) == (uint32_t)msg->ref) {
        *place = timer->next;
        disown(t, timer);
    }
}

void tri_timers_cancel_all(struct tri_thread *t, struct tr_self *self)
{
    self->named_timers = NULL;
    for (struct tri_link *link = tri_list_first(&self->timers); link != NULL;
         link = tri_list_first(&self->timers)) {
        struct tri_timer *timer = TRI_CONTAINER_OF(link, struct tri_timer, owned);
        if (cancel(t, timer, tri_fate_generation(&timer->fate))) {
            leave_wheel(t, timer);
        }
        disown(t, timer);
    }
}
