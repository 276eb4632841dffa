// SPDX-License-Identifier: MIT
#include "process/deliver.h"

#include "port/point.h"
#include "process/block.h"

// When the ring holds as many, who adds to it gives way.
#define CROWD 64u

void tri_wake_worker(struct tr_system *system)
{
    int worker = tri_idle_wake(&system->idle);
    if (worker >= 0) {
        // The sleeping thread holds its P; the P's thread cannot change while it sleeps.
        // acquire [sleeper]: pairs with the store before the sleep.
        struct tri_park *park = tri_load(&system->processors[worker]->x_sleeper, acquire);
        tri_park_wake(park);
    }
}

void tri_inject(struct tri_thread *t, struct tr_self *self)
{
    struct tr_system *system = t->system;
    // relaxed: the list is guarded by the lock.
    tri_store(&self->x_run_next, NULL, relaxed);
    tri_lock_acquire(&system->inject_lock);
    // relaxed: read without the lock as a hint only.
    if (tri_load(&system->x_inject_first, relaxed) == NULL) {
        tri_store(&system->x_inject_first, self, relaxed);
    } else {
        // relaxed: guarded by the lock.
        tri_store(&system->inject_last->x_run_next, self, relaxed);
    }
    system->inject_last = self;
    tri_lock_release(&system->inject_lock);
    tri_wake_worker(system);
}

void tri_ready_last(struct tri_thread *t, struct tr_self *self)
{
    struct tri_processor *p = t->processor;
    if (p == NULL || !tri_ring_push(&p->ring, self)) {
        tri_inject(t, self);
        return;
    }
    // relaxed: a hint; a sleeper that is missed here is found by the monitor's next tick.
    uint64_t word = tri_load(&t->system->idle.x_word, relaxed);
    if ((word & TRI_IDLE_SLEEPERS) != 0 && (word & ~TRI_IDLE_SLEEPERS) == 0) {
        tri_wake_worker(t->system);
    }
}

void tri_ready_again(struct tri_thread *t, struct tr_self *self)
{
    struct tri_processor *p = t->processor;
    if (p != NULL && p->again == NULL && tri_ring_count(&p->ring) == 0) {
        p->again = self;
    } else {
        tri_ready_last(t, self);
    }
}

// The actor that runs gives way at its next send or receive.
static void end_turn(struct tri_thread *t)
{
    if (t->current != NULL) {
        t->current->budget = 0;
    }
}

// The same, if it has spent as much as the crowd in this turn: others may have made the crowd.
static void end_long_turn(struct tri_thread *t)
{
    if (t->current != NULL && t->current->budget + (int32_t)CROWD <= t->system->reductions) {
        t->current->budget = 0;
    }
}

void tri_ready(struct tri_thread *t, struct tr_self *self)
{
    if (tri_actor_state(self) == TR_STATE_IDLE) {
        tri_actor_set_state(self, TR_STATE_RUNNABLE);
    }
    struct tri_processor *p = t->processor;
    if (p == NULL) {
        tri_inject(t, self);
        return;
    }
    struct tr_self *displaced = p->run_next;
    p->run_next = self;
    if (displaced != NULL) {
        tri_ready_last(t, displaced);
        if (tri_ring_count(&p->ring) >= CROWD) {
            end_long_turn(t);
        }
    }
}

void tri_look_ahead(struct tri_thread *t, const struct tr_self *to, uint64_t sent)
{
    // relaxed: a count, compared with a limit.
    if (sent - tri_load(&to->box.x_taken, relaxed) >= TRI_LOOK_AHEAD / 2) {
        end_turn(t);
    }
}

void tri_deliver(struct tri_thread *t, uint32_t slot, uint32_t generation, struct tr_msg *msg)
{
    struct tr_self *to = tri_actor_at(t->system, slot);
    msg->to_generation = generation;
    if (to == NULL || !tri_slot_holds(&to->slot, generation)) {
        tri_answer_dead(t, tri_pid_make(t->system, slot, generation), msg,
                        tr_exit_make(TR_EXIT_NOPROC, 0, NULL));
        return;
    }
    tri_point(TRI_POINT_SIGNAL);
    tri_push(t, to, msg);
}

void tri_reply_failed(struct tri_thread *t, struct tr_msg *request, tr_exit reason)
{
    struct tri_reason *body = tri_body(request);
    uint32_t slot = request->from_slot;
    uint32_t generation = request->from_generation;
    body->public = tri_reason_copy(reason, body->text);
    request->kind = TRI_KIND_REPLY;
    request->flags = TRI_FLAG_FAILED | TRI_FLAG_ROOMY;
    request->from_slot = 0;
    request->from_generation = 0;
    tri_deliver(t, slot, generation, request);
}

struct tr_msg *tri_exit_compose(struct tri_thread *t, tr_pid from, tr_exit reason)
{
    struct tr_msg *msg =
        tri_msg_alloc(tri_blocks_here(t), TRI_KIND_EXIT, sizeof(struct tri_exited_body));
    if (msg != NULL) {
        struct tri_exited_body *body = tri_body(msg);
        body->public.pid = from;
        body->public.reason = tri_reason_copy(reason, body->text);
        msg->flags = TRI_FLAG_EXPLICIT;
        msg->type = TRI_TYPE_EXITED;
        msg->from_slot = from.slot;
        msg->from_generation = from.generation;
    }
    return msg;
}

void tri_send_exit(struct tri_thread *t, tr_pid from, struct tr_msg *link, uint64_t to,
                   tr_exit reason)
{
    struct tri_exited_body *body = tri_body(link);
    body->public.pid = from;
    body->public.reason = tri_reason_copy(reason, body->text);
    link->kind = TRI_KIND_EXIT;
    link->flags = 0;
    link->type = TRI_TYPE_EXITED;
    link->ref = 0;
    link->from_slot = from.slot;
    link->from_generation = from.generation;
    tri_deliver(t, (uint32_t)(to >> 32), (uint32_t)to, link);
}

void tri_send_down(struct tri_thread *t, tr_pid from, struct tr_msg *watch, tr_exit reason)
{
    struct tri_down_body *body = tri_body(watch);
    uint32_t slot = watch->from_slot;
    uint32_t generation = watch->from_generation;
    body->public.ref.id = watch->ref;
    body->public.ref.owner = slot;
    body->public.ref.mark = watch->spare;
    body->public.pid = from;
    body->public.reason = tri_reason_copy(reason, body->text);
    watch->kind = TRI_KIND_DOWN;
    watch->flags = 0;
    watch->type = TRI_TYPE_DOWN;
    watch->from_slot = from.slot;
    watch->from_generation = from.generation;
    tri_deliver(t, slot, generation, watch);
}

static void answer_unlink(struct tri_thread *t, tr_pid dead, struct tr_msg *msg)
{
    uint32_t slot = msg->from_slot;
    uint32_t generation = msg->from_generation;
    msg->kind = TRI_KIND_UNLINK_ACK;
    msg->from_slot = dead.slot;
    msg->from_generation = dead.generation;
    tri_deliver(t, slot, generation, msg);
}

void tri_answer_dead(struct tri_thread *t, tr_pid dead, struct tr_msg *msg, tr_exit reason)
{
    if ((msg->flags & TRI_FLAG_COUNTED) != 0) {
        TRI_COUNT(t, x_dead_lettered);
    }
    switch ((enum tri_kind)msg->kind) {
    case TRI_KIND_CALL:
        tri_reply_failed(t, msg, reason);
        return;
    case TRI_KIND_LINK:
        tri_send_exit(t, dead, msg, tri_key(msg->from_slot, msg->from_generation), reason);
        return;
    case TRI_KIND_MONITOR:
        tri_send_down(t, dead, msg, reason);
        return;
    case TRI_KIND_UNLINK:
        answer_unlink(t, dead, msg);
        return;
    case TRI_KIND_CREDIT:
        tri_block_refuse(t, msg);
        return;
    default:
        break;
    }
    tri_msg_release(tri_blocks_here(t), msg);
}
