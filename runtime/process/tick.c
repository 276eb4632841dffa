// SPDX-License-Identifier: MIT
#include "process/tick.h"

#include <string.h>

#include "base/check.h"
#include "port/clock.h"
#include "process/deliver.h"
#include "process/registry.h"
#include "process/timer.h"

#define FIRE_SLICE 256 // moves of the wheel per look

// Whom the message is for: 0 when a name has nobody, or the receiver is dead.
static uint64_t receiver_of(struct tr_system *system, const struct tri_timer *timer)
{
    // relaxed: fixed when the timer was armed.
    uint64_t target = tri_load(&timer->x_target, relaxed);
    if (target == 0) {
        return tri_name_find(system, timer->more->name);
    }
    return tri_key_alive(system, target) ? target : 0;
}

static void send(struct tri_thread *t, uint64_t to, struct tr_msg *msg, enum tri_timer_kind kind)
{
    TRI_COUNT(t, x_attempted);
    msg->flags |= TRI_FLAG_COUNTED;
    if (kind != TRI_TIMER_ONCE) {
        msg->flags |= TRI_FLAG_TIMER;
        msg->kind = TRI_KIND_TICK;
    }
    tri_deliver(t, (uint32_t)(to >> 32), (uint32_t)to, msg);
}

// A timer that fires once. A receiver that is gone gets nothing: nothing was sent.
static void fire_once(struct tri_thread *t, struct tri_timer *timer)
{
    if (!tri_fate_decide(&timer->fate, tri_fate_generation(&timer->fate), TRI_FATE_FIRED)) {
        return; // a foreign cancel is under way to this P
    }
    enum tri_timer_kind kind = (enum tri_timer_kind)timer->kind;
    uint64_t to = receiver_of(t->system, timer);
    struct tr_msg *msg = timer->msg;
    if (to != 0) {
        timer->msg = NULL;
    }
    tri_timer_leave(t, timer);
    if (to != 0) {
        send(t, to, msg, kind);
    }
}

static struct tr_msg *copy_of(struct tri_thread *t, const struct tr_msg *from)
{
    struct tr_msg *msg = tri_msg_alloc(tri_blocks_here(t), TRI_KIND_SEND, from->bytes);
    if (msg != NULL) {
        msg->type = from->type;
        msg->from_slot = from->from_slot;
        msg->from_generation = from->from_generation;
        msg->ref = from->ref;
        memcpy(msg + 1, from + 1, from->bytes);
    }
    return msg;
}

static void count_missed(struct tri_timer *timer, uint64_t shots)
{
    // relaxed: a count with one writer, the wheel's side.
    uint32_t missed = tri_load(&timer->x_missed, relaxed);
    uint64_t sum = missed + shots;
    tri_store(&timer->x_missed, sum > UINT32_MAX ? UINT32_MAX : (uint32_t)sum, relaxed);
}

// The shot that is due goes out unless the last one was not taken yet.
static void shoot(struct tri_thread *t, struct tri_timer *timer, uint64_t to)
{
    uint32_t generation = tri_fate_generation(&timer->fate);
    switch (tri_fate_shoot(&timer->fate, generation)) {
    case TRI_SHOT_OVER:
        break;
    case TRI_SHOT_MERGE:
        count_missed(timer, 1);
        break;
    case TRI_SHOT_SEND: {
        struct tr_msg *msg = to == 0 ? NULL : copy_of(t, timer->msg);
        if (msg != NULL) {
            send(t, to, msg, TRI_TIMER_EVERY);
        } else {
            // Nobody has the name, or there is no memory: this shot is lost, the next one comes.
            count_missed(timer, 1);
            tri_fate_shot_taken(&timer->fate, generation);
        }
        break;
    }
    }
}

// An interval. Shots whose time has passed while the P did not look are merged with this one.
static void fire_every(struct tri_thread *t, struct tri_timer *timer)
{
    struct tri_processor *p = t->processor;
    uint64_t period = timer->more->period_ns;
    uint64_t to = receiver_of(t->system, timer);
    // relaxed: fixed when the timer was armed.
    if (to == 0 && tri_load(&timer->x_target, relaxed) != 0) {
        if (tri_fate_decide(&timer->fate, tri_fate_generation(&timer->fate), TRI_FATE_FIRED)) {
            tri_timer_leave(t, timer); // it ends with its receiver
        }
        return;
    }
    uint64_t late = (p->now_ns - timer->due.node.deadline_ns) / period;
    count_missed(timer, late);
    uint64_t step = (late + 1) * period;
    uint64_t last = timer->due.node.deadline_ns;
    timer->due.node.deadline_ns = step < UINT64_MAX - last ? last + step : UINT64_MAX;
    // relaxed: read for an estimate only.
    tri_store(&timer->x_deadline_ns, timer->due.node.deadline_ns, relaxed);
    shoot(t, timer, to);
    // Also when it was cancelled meanwhile: its record comes here to be taken out.
    tri_wheel_add(&p->wheel, &timer->due.node);
}

void tri_time_date(struct tri_processor *p)
{
    p->now_ns = tri_clock_ns();
    p->undated_timers = 0;
    for (struct tri_link *link = tri_list_pop_front(&p->pending); link != NULL;
         link = tri_list_pop_front(&p->pending)) {
        struct tri_due *due = TRI_CONTAINER_OF(link, struct tri_due, node.link);
        uint64_t delay = due->node.deadline_ns;
        if (!due->absolute) {
            due->node.deadline_ns = delay < UINT64_MAX - p->now_ns ? p->now_ns + delay : UINT64_MAX;
        }
        tri_list_push_back(&p->dated, link);
        if (due->owner == TRI_DUE_TIMER) {
            struct tri_timer *timer = TRI_CONTAINER_OF(due, struct tri_timer, due);
            // relaxed: read for an estimate only.
            tri_store(&timer->x_deadline_ns, due->node.deadline_ns, relaxed);
        }
    }
}

static void fill_wheel(struct tri_processor *p)
{
    for (struct tri_link *link = tri_list_pop_front(&p->dated); link != NULL;
         link = tri_list_pop_front(&p->dated)) {
        struct tri_due *due = TRI_CONTAINER_OF(link, struct tri_due, node.link);
        due->pending = false;
        tri_wheel_add(&p->wheel, &due->node);
    }
}

static void drop_cancelled(struct tri_thread *t)
{
    struct tri_return_node *node = tri_returns_take(&t->processor->cancelled);
    while (node != NULL) {
        struct tri_timer *timer = TRI_CONTAINER_OF(node, struct tri_timer, back);
        node = node->next;
        tri_due_disarm(t->processor, &timer->due);
        tri_timer_leave(t, timer);
    }
}

static void fire(struct tri_thread *t, struct tri_due *due)
{
    TRI_ASSERT(due->node.deadline_ns <= t->processor->now_ns);
    struct tri_timer *timer = TRI_CONTAINER_OF(due, struct tri_timer, due);
    if (due->owner == TRI_DUE_ALARM) {
        tri_alarm_fire(t, TRI_CONTAINER_OF(due, struct tri_alarm, due));
    } else if (timer->kind == TRI_TIMER_EVERY) {
        fire_every(t, timer);
    } else {
        fire_once(t, timer);
    }
}

bool tri_time_poll(struct tri_thread *t)
{
    struct tri_processor *p = t->processor;
    if (!tri_time_pending(p) && tri_wheel_count(&p->wheel) == 0) {
        return false;
    }
    drop_cancelled(t);
    tri_time_date(p);
    fill_wheel(p);
    struct tri_list due;
    tri_list_init(&due);
    bool more = tri_wheel_expire(&p->wheel, p->now_ns, FIRE_SLICE, &due);
    for (struct tri_link *link = tri_list_pop_front(&due); link != NULL;
         link = tri_list_pop_front(&due)) {
        fire(t, TRI_CONTAINER_OF(link, struct tri_due, node.link));
    }
    return more;
}

uint64_t tri_time_next(const struct tri_processor *p)
{
    return tri_time_pending(p) ? p->now_ns : tri_wheel_next(&p->wheel);
}

void tri_time_fini(struct tri_processor *p)
{
    struct tri_thread here = { .system = p->system, .processor = p };
    struct tri_thread *t = &here;
    struct tri_list due;
    tri_list_init(&due);
    for (struct tri_return_node *node = tri_returns_take(&p->cancelled); node != NULL;) {
        struct tri_timer *timer = TRI_CONTAINER_OF(node, struct tri_timer, back);
        node = node->next;
        tri_due_disarm(p, &timer->due);
        tri_timer_leave(t, timer);
    }
    while (tri_wheel_expire(&p->wheel, UINT64_MAX, SIZE_MAX, &due)) {}
    tri_list_append(&due, &p->pending);
    tri_list_append(&due, &p->dated);
    for (struct tri_link *link = tri_list_pop_front(&due); link != NULL;
         link = tri_list_pop_front(&due)) {
        struct tri_due *moment = TRI_CONTAINER_OF(link, struct tri_due, node.link);
        TRI_CHECK(moment->owner == TRI_DUE_ALARM, "a timer outlived its owner");
        struct tri_alarm *alarm = TRI_CONTAINER_OF(moment, struct tri_alarm, due);
        tri_msg_release(tri_blocks_here(t), &alarm->signal);
    }
}
