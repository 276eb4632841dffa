// SPDX-License-Identifier: MIT
#include "process/run.h"

#include <string.h>
#include <troupe/actor.h>

#include "process/defer.h"
#include "process/deliver.h"
#include "process/doing.h"
#include "process/offer.h"
#include "process/receive.h"
#include "process/signal.h"
#include "process/suspend.h"
#include "process/witness.h"
#include "port/choice.h"

static bool end_if_doomed(struct tri_thread *t, struct tr_self *self)
{
    if (!tri_doomed(self)) {
        return false;
    }
    struct tri_exited_body *body = tri_body(self->doom);
    tri_end(t, self, body->public.reason, TRI_START_FAILED);
    return true;
}

static tr_exit reason_of(tr_next next)
{
    return tr_exit_make((tr_exit_tag)next.tag, next.code, next.text);
}

// A callback answered something else than CONTINUE: the reason it ends with.
static tr_exit stop_reason(tr_next next)
{
    tr_exit reason = reason_of(next);
    if (next.kind != TR_NEXT_STOP || !tri_reason_valid(reason)) {
        return tr_exit_make(TR_EXIT_BAD_RETURN, next.kind, "callback");
    }
    return reason;
}

// Comes back from user code: the thread may be another one, and may have lost its P.
static struct tri_thread *back(struct tr_self *self)
{
    struct tri_thread *t = tri_thread_here();
    (void)self;
    (void)tri_section_enter(t);
    return t;
}

static bool make_state(struct tri_thread *t, struct tr_self *self)
{
    if (self->state_bytes <= TRI_INLINE_STATE_BYTES) {
        self->state = self->inline_state;
    } else {
        self->state = tri_heap_alloc(&self->heap, tri_blocks_here(t), self->state_bytes);
    }
    if (self->state != NULL) {
        memset(self->state, 0, self->state_bytes);
    }
    return self->state != NULL;
}

// Runs init. False when the actor did not start; it is gone then.
static bool start_handler(struct tri_thread **t, struct tr_self *self)
{
    tr_next next = TR_CONTINUE;
    if (!make_state(*t, self)) {
        tri_end(*t, self, tr_exit_make(TR_EXIT_KILLED, 0, "out of memory for the state"),
                TRI_START_FAILED);
        return false;
    }
    if (self->spec->init != NULL) {
        const void *args = self->birth->args_bytes == 0 ? NULL : self->birth->args;
        tri_section_leave(*t);
        next = self->spec->init(self, self->state, args);
        *t = back(self);
    }
    if (next.kind == TR_NEXT_CONTINUE) {
        tri_birth_done(*t, self);
        self->serves = self->spec->terminate != NULL;
        return true;
    }
    if (next.kind == TR_NEXT_IGNORE) {
        tri_end(*t, self, TR_NORMAL, TRI_START_IGNORED);
    } else {
        tri_end(*t, self, stop_reason(next), TRI_START_FAILED);
    }
    return false;
}

// Hands one message to the handler. False when the actor ended.
static bool handle(struct tri_thread **t, struct tr_self *self, struct tr_msg *msg)
{
    tri_message_take(*t, self, msg);
    tri_section_leave(*t);
    tr_next next = self->spec->on_message(self, self->state, msg);
    *t = back(self);
    if (next.kind == TR_NEXT_CONTINUE) {
        return true;
    }
    tr_exit reason = stop_reason(next);
    if (self->serves) {
        self->serves = false;
        tri_section_leave(*t);
        self->spec->terminate(self, self->state, reason);
        *t = back(self);
    }
    tri_end(*t, self, reason, TRI_START_FAILED);
    return false;
}

// Handles messages until there are none, the budget is used up, or the P is lost. It may use half a
// budget more than a sender, so that it catches up with one that has just used up its own.
static void run_handler(struct tri_thread *t, struct tr_self *self)
{
    if (!self->started) {
        self->started = true;
        if (!start_handler(&t, self)) {
            return;
        }
    }
    bool more = true;
    for (;;) {
        bool released = tri_current_release(t, self);
        tri_drain_new(t, self);
        if (end_if_doomed(t, self)) {
            return;
        }
        if (!released || self->budget <= self->overdraft || t->processor == NULL) {
            break;
        }
        struct tr_msg *msg =
            self->offer == NULL ? tri_match_oldest(t, self) : tri_offer_next(&t, self);
        if (msg == NULL) {
            more = false;
            break;
        }
        if (!handle(&t, self, msg)) {
            return;
        }
    }
    t->current = NULL;
    if (more) {
        tri_actor_set_state(self, TR_STATE_RUNNABLE);
        tri_ready_again(t, self);
        return;
    }
    tri_actor_set_state(self, TR_STATE_IDLE);
    tri_settle(t, self);
}

static void run_process(struct tri_thread *t, struct tr_self *self)
{
    self->started = true;
    if (!self->spec->init_ack) {
        tri_birth_done(t, self);
    }
    const void *args = self->birth->args_bytes == 0 ? NULL : self->birth->args;
    tri_section_leave(t);
    tr_exit reason = self->spec->run(self, args);
    t = back(self);
    if (!tri_reason_valid(reason)) {
        reason = tr_exit_make(TR_EXIT_BAD_RETURN, (int32_t)reason.tag, "run");
    }
    tri_end(t, self, reason, TRI_START_FAILED);
}

static int32_t draw_budget(const struct tr_system *system)
{
    // The simulator ends activations early, option 0 is the full budget.
    uint32_t drawn = tri_choose(TRI_CHOICE_BUDGET, 4);
    return drawn == 0 ? system->reductions : (int32_t)drawn;
}

static void run_body(struct tri_thread *t, struct tr_self *self)
{
    if (self->spec->run != NULL) {
        run_process(t, self);
    } else {
        run_handler(t, self);
    }
}

// An activation of an actor of the large class stands at the base of a large stack.
static void begin_large(void *arg)
{
    struct tri_thread *t = tri_thread_here();
    tri_after_switch(t);
    run_body(t, arg);
    tri_loop_again(tri_thread_here());
}

static void run_large(struct tri_thread *t, struct tr_self *self)
{
    struct tri_stack *stack = tri_stack_get(t, TR_STACK_LARGE);
    if (stack == NULL) {
        tri_end(t, self, tr_exit_make(TR_EXIT_KILLED, 0, "out of memory for a stack"),
                TRI_START_FAILED);
        return;
    }
    t->dead_stack = t->stack;
    t->stack = stack;
    tri_context_restart(stack, begin_large, self);
}

void tri_run(struct tri_thread *t, struct tr_self *self)
{
    tri_tell(TRI_WITNESS_TAKEN, t, self, t->processor->index);
    tri_drain(t, self);
    if (self->generation == 0) {
        // Stale messages on a free slot: their senders marked it runnable.
        tri_actor_set_state(self, TR_STATE_FREE);
        tri_settle(t, self);
        return;
    }
    bool doomed = tri_doomed(self);
    if (doomed && (self->stack == NULL || self->hooks == NULL)) {
        (void)end_if_doomed(t, self);
        return;
    }
    if (!doomed && self->started && self->stack != NULL && !tri_wait_over(t, self)) {
        tri_actor_set_state(self, tri_state_of_wait(self));
        tri_settle(t, self);
        return;
    }
    self->budget = draw_budget(t->system);
    self->overdraft = -self->budget / 2;
    t->current = self;
    // relaxed: a hint for senders.
    tri_store(&self->x_home, (uint8_t)t->processor->index, relaxed);
    tri_actor_set_state(self, TR_STATE_RUNNING);
    tri_doing_mark(t, self);
    if (self->stack != NULL) {
        tri_resume(t, self);
    }
    if (self->large) {
        run_large(t, self);
    } else {
        run_body(t, self);
    }
}
