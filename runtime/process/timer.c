// SPDX-License-Identifier: MIT
#include "process/timer.h"

#include "port/clock.h"
#include "process/deliver.h"
#include "process/notice.h"

enum {
    FATE_ARMED = 0,
    FATE_FIRED = 1,
    FATE_CANCELLED = 2,
    FATE_MASK = 3,
    OWNER_GONE = 4,
    WHEEL_GONE = 8,
    WORD_FLAGS = 255,
};

#define FIRE_SLICE 256 // moves of the wheel per look

static uint32_t generation_of(uint64_t word)
{
    return (uint32_t)(word >> 8);
}

static void recycle(struct tri_thread *t, struct tri_timer *timer)
{
    struct tr_system *system = t->system;
    // relaxed: the second to let go is alone with the record.
    uint64_t word = tri_load(&timer->x_word, relaxed);
    uint32_t generation = generation_of(word) + 1;
    // relaxed: handles of the old generation are refused whatever they see.
    tri_store(&timer->x_word, (uint64_t)(generation == 0 ? 1 : generation) << 8 | FATE_FIRED,
              relaxed);
    tri_lock_acquire(&system->timers_lock);
    timer->next_free = system->free_timers;
    system->free_timers = timer;
    bool wake =
        tri_gauge_less(&system->armed) && tri_notice_gauge(system, TR_ALARM_TIMERS, &system->armed);
    tri_lock_release(&system->timers_lock);
    if (wake) {
        tri_notice_wake(system);
    }
}

// One party lets go. acq_rel [timer-gone]: the second sees all that the first did.
static void let_go(struct tri_thread *t, struct tri_timer *timer, uint64_t flag)
{
    uint64_t before = tri_add(&timer->x_word, flag, acq_rel);
    if ((before & (OWNER_GONE | WHEEL_GONE)) != 0) {
        recycle(t, timer);
    }
}

static void grow(struct tr_system *system)
{
    uint32_t first = 0;
    if (tri_table_grow(&system->timers, &first) != TRI_TABLE_GREW) {
        return;
    }
    for (uint32_t i = 0; i < TRI_TABLE_SEGMENT_RECORDS; i++) {
        struct tri_timer *timer = tri_table_at(&system->timers, first + i);
        timer->index = first + i;
        // relaxed: not yet known to anybody.
        tri_store(&timer->x_word, (uint64_t)1 << 8 | FATE_FIRED, relaxed);
        timer->next_free = system->free_timers;
        system->free_timers = timer;
    }
}

static struct tri_timer *take_record(struct tr_system *system)
{
    tri_lock_acquire(&system->timers_lock);
    if (system->free_timers == NULL) {
        grow(system);
    }
    struct tri_timer *timer = system->free_timers;
    if (timer != NULL) {
        system->free_timers = timer->next_free;
    }
    bool wake = timer != NULL && tri_gauge_more(&system->armed) &&
                tri_notice_gauge(system, TR_ALARM_TIMERS, &system->armed);
    tri_lock_release(&system->timers_lock);
    if (wake) {
        tri_notice_wake(system);
    }
    return timer;
}

static void disown(struct tri_thread *t, struct tri_timer *timer)
{
    tri_list_remove(&timer->owned);
    let_go(t, timer, OWNER_GONE);
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
        // acquire [timer-gone]: pairs with let_go.
        if ((tri_load(&timer->x_word, acquire) & WHEEL_GONE) != 0) {
            disown(t, timer);
        } else {
            tri_list_remove(link); // to the end: others get their turn
            tri_list_push_back(&self->timers, link);
        }
    }
}

struct tri_timer *tri_timer_arm(struct tri_thread *t, struct tr_self *self, uint64_t delay_ns,
                                uint64_t target, struct tr_msg *msg)
{
    sweep(t, self);
    struct tri_timer *timer = take_record(t->system);
    if (timer == NULL) {
        return NULL;
    }
    // relaxed: free records belong to whoever took them.
    uint64_t word = tri_load(&timer->x_word, relaxed) & ~(uint64_t)WORD_FLAGS;
    timer->msg = msg;
    timer->target = target;
    timer->delay_ns = delay_ns;
    timer->due = (struct tri_due){ .owner = TRI_DUE_TIMER };
    // relaxed: published by the word.
    tri_store(&timer->x_deadline_ns, 0, relaxed);
    // release [timer-armed]: the record before the word; pairs with tri_timer_stop.
    tri_store(&timer->x_word, word | FATE_ARMED, release);
    timer->owned = (struct tri_link){ 0 };
    tri_list_push_back(&self->timers, &timer->owned);
    tri_due_arm(t->processor, &timer->due, delay_ns);
    return timer;
}

tr_timer tri_timer_handle(const struct tri_timer *timer)
{
    // relaxed: the generation changes only when the owner has let go.
    tr_timer handle = { timer->index, generation_of(tri_load(&timer->x_word, relaxed)) };
    return handle;
}

// Decides the fate of an armed timer; true for the one caller that does.
static bool decide(struct tri_timer *timer, uint32_t generation, uint64_t fate)
{
    // acquire [timer-armed]: pairs with tri_timer_arm.
    uint64_t word = tri_load(&timer->x_word, acquire);
    do {
        if (generation_of(word) != generation || (word & FATE_MASK) != FATE_ARMED) {
            return false;
        }
        // acq_rel [timer-armed]: the winner has the message, and what a loser sees is final.
        // relaxed on failure: retried.
    } while (!tri_cas(&timer->x_word, &word, word | fate, acq_rel, relaxed));
    return true;
}

static void leave_wheel(struct tri_thread *t, struct tri_timer *timer)
{
    struct tri_processor *p = t->processor;
    if (p != NULL && timer->due.home == p->index) {
        tri_due_disarm(p, &timer->due);
        let_go(t, timer, WHEEL_GONE);
        return;
    }
    struct tri_processor *home = t->system->processors[timer->due.home];
    tri_returns_push(&home->cancelled, &timer->back, &timer->back);
}

tr_err tri_timer_stop(struct tri_thread *t, tr_timer handle, uint64_t *left_ns)
{
    struct tri_timer *timer = tri_table_at(&t->system->timers, handle.slot);
    if (timer == NULL || handle.generation == 0 ||
        !decide(timer, handle.generation, FATE_CANCELLED)) {
        return TR_ENOENT;
    }
    // relaxed: an estimate of the time that is left.
    uint64_t deadline = tri_load(&timer->x_deadline_ns, relaxed);
    uint64_t now = deadline == 0 ? 0 : tri_clock_ns();
    *left_ns = deadline == 0 ? timer->delay_ns : deadline > now ? deadline - now : 0;
    struct tr_self *target = tri_actor_at(t->system, (uint32_t)(timer->target >> 32));
    bool dead = target == NULL || !tri_slot_holds(&target->slot, (uint32_t)timer->target);
    tri_msg_release(tri_blocks_here(t), timer->msg);
    leave_wheel(t, timer);
    return dead ? TR_ENOENT : TR_OK;
}

void tri_timers_cancel_all(struct tri_thread *t, struct tr_self *self)
{
    for (struct tri_link *link = tri_list_first(&self->timers); link != NULL;
         link = tri_list_first(&self->timers)) {
        struct tri_timer *timer = TRI_CONTAINER_OF(link, struct tri_timer, owned);
        // relaxed: the generation cannot change while the owner holds on.
        uint32_t generation = generation_of(tri_load(&timer->x_word, relaxed));
        if (decide(timer, generation, FATE_CANCELLED)) {
            tri_msg_release(tri_blocks_here(t), timer->msg);
            leave_wheel(t, timer);
        }
        disown(t, timer);
    }
}

static void fire_timer(struct tri_thread *t, struct tri_timer *timer)
{
    // relaxed: the generation cannot change while the wheel holds on.
    uint32_t generation = generation_of(tri_load(&timer->x_word, relaxed));
    if (!decide(timer, generation, FATE_FIRED)) {
        return; // a foreign cancel is under way to this P
    }
    struct tr_msg *msg = timer->msg;
    uint64_t target = timer->target;
    let_go(t, timer, WHEEL_GONE);
    struct tr_self *to = tri_actor_at(t->system, (uint32_t)(target >> 32));
    if (to == NULL || !tri_slot_holds(&to->slot, (uint32_t)target)) {
        tri_msg_release(tri_blocks_here(t), msg); // the receiver is gone: nothing was sent
        return;
    }
    TRI_COUNT(t, x_attempted);
    msg->flags |= TRI_FLAG_COUNTED;
    tri_deliver(t, (uint32_t)(target >> 32), (uint32_t)target, msg);
}

static void set_deadlines(struct tri_processor *p)
{
    for (struct tri_link *link = tri_list_pop_front(&p->pending); link != NULL;
         link = tri_list_pop_front(&p->pending)) {
        struct tri_due *due = TRI_CONTAINER_OF(link, struct tri_due, node.link);
        uint64_t delay = due->node.deadline_ns;
        due->pending = false;
        due->node.deadline_ns = delay < UINT64_MAX - p->now_ns ? p->now_ns + delay : UINT64_MAX;
        tri_wheel_add(&p->wheel, &due->node);
        if (due->owner == TRI_DUE_TIMER) {
            struct tri_timer *timer = TRI_CONTAINER_OF(due, struct tri_timer, due);
            // relaxed: read for an estimate only.
            tri_store(&timer->x_deadline_ns, due->node.deadline_ns, relaxed);
        }
    }
}

static void drop_cancelled(struct tri_thread *t)
{
    struct tri_return_node *node = tri_returns_take(&t->processor->cancelled);
    while (node != NULL) {
        struct tri_timer *timer = TRI_CONTAINER_OF(node, struct tri_timer, back);
        node = node->next;
        tri_due_disarm(t->processor, &timer->due);
        let_go(t, timer, WHEEL_GONE);
    }
}

bool tri_time_poll(struct tri_thread *t)
{
    struct tri_processor *p = t->processor;
    if (tri_list_empty(&p->pending) && tri_wheel_count(&p->wheel) == 0) {
        return false;
    }
    drop_cancelled(t);
    p->now_ns = tri_clock_ns();
    set_deadlines(p);
    struct tri_list due;
    tri_list_init(&due);
    bool more = tri_wheel_expire(&p->wheel, p->now_ns, FIRE_SLICE, &due);
    for (struct tri_link *link = tri_list_pop_front(&due); link != NULL;
         link = tri_list_pop_front(&due)) {
        struct tri_due *moment = TRI_CONTAINER_OF(link, struct tri_due, node.link);
        if (moment->owner == TRI_DUE_ALARM) {
            tri_alarm_fire(t, TRI_CONTAINER_OF(moment, struct tri_alarm, due));
        } else {
            fire_timer(t, TRI_CONTAINER_OF(moment, struct tri_timer, due));
        }
    }
    return more;
}

uint64_t tri_time_next(const struct tri_processor *p)
{
    return tri_list_empty(&p->pending) ? tri_wheel_next(&p->wheel) : p->now_ns;
}
