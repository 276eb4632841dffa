// SPDX-License-Identifier: MIT
#include "process/suspend.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/check.h"
#include "platform/sanitizer.h"
#include "process/birth.h"
#include "process/block.h"
#include "process/defer.h"
#include "process/deliver.h"
#include "process/doing.h"
#include "process/signal.h"
#include "process/witness.h"

#define WARM_STACKS 64
#define WARM_LARGE_STACKS 8
#define LARGE_BYTES ((TRI_ASAN ? 4u : 1u) * 1024u * 1024u)

static tr_stack_class class_of(const struct tri_stack *stack)
{
    return stack->usable > LARGE_BYTES / 2 ? TR_STACK_LARGE : TR_STACK_DEFAULT;
}

struct tri_stack *tri_stack_get(struct tri_thread *t, tr_stack_class class)
{
    struct tri_processor *p = t->processor;
    if (p == NULL || p->stacks[class].first == NULL) {
        return tri_stack_open(class == TR_STACK_LARGE ? LARGE_BYTES : 0);
    }
    struct tri_stack *stack = p->stacks[class].first;
    p->stacks[class].first = stack->next;
    p->stacks[class].count--;
    return stack;
}

void tri_stack_put(struct tri_thread *t, struct tri_stack *stack)
{
    struct tri_processor *p = t->processor;
    tr_stack_class class = class_of(stack);
    tri_stack_check_switch(stack); // what its last user did to it
    if (p == NULL ||
        p->stacks[class].count >= (class == TR_STACK_LARGE ? WARM_LARGE_STACKS : WARM_STACKS)) {
        tri_stack_close(stack);
        return;
    }
    stack->next = p->stacks[class].first;
    p->stacks[class].first = stack;
    p->stacks[class].count++;
}

_Noreturn void tri_loop_again(struct tri_thread *t)
{
    if (class_of(t->stack) == TR_STACK_LARGE) {
        // Without memory the loop stays where it is: it is not choosy.
        struct tri_stack *stack = tri_stack_get(t, TR_STACK_DEFAULT);
        if (stack != NULL) {
            t->dead_stack = t->stack;
            t->stack = stack;
        }
    }
    tri_stack_check_switch(t->stack);
    tri_context_restart(t->stack, t->system->loop, NULL);
}

_Noreturn void tri_leave_thread(struct tri_thread *t)
{
    tri_section_leave(t);
    t->dead_stack = t->stack;
    t->stack = NULL;
    tri_context_jump(&t->native);
}

void tri_section_lost(struct tri_thread *t)
{
    if (t->system->bell == NULL && tri_system_phase(t->system) >= TRI_PHASE_HALTED) {
        t->current = NULL;
        tri_leave_thread(t);
    }
}

void tri_settle(struct tri_thread *t, struct tr_self *self)
{
    if (tri_mailbox_idle(&self->box, tri_blocks_here(t))) {
        tri_tell(TRI_WITNESS_IDLE, t, self, 0);
    } else {
        tri_ready_last(t, self);
    }
}

tr_state tri_state_of_wait(const struct tr_self *self)
{
    static const tr_state states[] = { TR_STATE_WAITING, TR_STATE_CALLING, TR_STATE_BLOCKED };
    return self->turn ? TR_STATE_RUNNABLE : states[self->wait->what];
}

void tri_after_switch(struct tri_thread *t)
{
    struct tr_self *leaving = t->leaving;
    if (t->dead_stack != NULL) {
        tri_stack_put(t, t->dead_stack);
        t->dead_stack = NULL;
    }
    if (leaving == NULL) {
        return;
    }
    t->leaving = NULL;
    switch ((enum tri_leave)t->leaving_how) {
    case TRI_LEAVE_IDLE:
        tri_settle(t, leaving);
        break;
    case TRI_LEAVE_QUEUE:
        tri_ready_again(t, leaving);
        break;
    case TRI_LEAVE_INJECT:
        tri_inject(t, leaving);
        break;
    }
}

void tri_suspend(struct tri_thread **t, struct tr_self *self, enum tri_leave how)
{
    struct tri_thread *here = *t;
    TRI_ASSERT(tri_may_suspend(self));
    struct tri_stack *stack = tri_stack_get(here, TR_STACK_DEFAULT);
    if (stack == NULL) {
        tri_exit_here(here, self, tr_exit_make(TR_EXIT_KILLED, 0, "out of memory for a stack"));
    }
    tri_actor_set_state(self, tri_state_of_wait(self));
    tri_doing_mark(here, self);
    // relaxed: for people.
    tri_store(&self->x_has_stack, true, relaxed);
    tri_store(&self->x_target, self->wait == NULL ? 0 : self->wait->target, relaxed);
    self->stack = here->stack;
    tri_stack_check_switch(self->stack);
    here->stack = stack;
    here->current = NULL;
    here->leaving = self;
    here->leaving_how = (uint8_t)(here->processor == NULL ? TRI_LEAVE_INJECT : how);
    tri_context_start(&self->context, stack, self->system->loop, NULL);
    here = tri_thread_here();
    tri_after_switch(here);
    *t = here;
    tri_exit_if_doomed(here, self); // resumed to run its hooks
}

tr_err tri_suspend_refuse(const struct tr_self *self, const char *function)
{
#if TRI_CHECKED
    if (self->nosuspend != 0 && self->ending == NULL) {
        char text[160];
        char label[TRI_LABEL_BYTES];
        tri_actor_label(self, label);
        (void)snprintf(text, sizeof text,
                       "%s would suspend actor %" PRIu32 ".%" PRIu32 " \"%s\" inside "
                       "tr_nosuspend_begin",
                       function, self->index, self->generation, label);
        tri_check_failed(self->nosuspend_place, 0, text);
    }
#else
    (void)self;
    (void)function;
#endif
    return TR_EBUSY;
}

_Noreturn void tri_resume(struct tri_thread *t, struct tr_self *self)
{
    t->dead_stack = t->stack;
    t->stack = self->stack;
    self->stack = NULL;
    t->current = self;
    tri_actor_set_state(self, TR_STATE_RUNNING);
    // relaxed: for people.
    tri_store(&self->x_has_stack, false, relaxed);
    tri_context_jump(&self->context);
}

void tri_hold_processor(struct tri_thread **t, struct tr_self *self)
{
    while ((*t)->processor == NULL) {
        self->turn = true;
        tri_suspend(t, self, TRI_LEAVE_INJECT);
        self->turn = false;
    }
}

void tri_take_turns(struct tri_thread **t, struct tr_self *self)
{
    self->turn = true;
    tri_suspend(t, self, TRI_LEAVE_QUEUE);
    self->turn = false;
}

static bool over(const struct tr_self *self, const struct tri_wait *wait)
{
    return tri_doomed(self) || wait->done || wait->found != NULL || wait->timed_out;
}

#define NS_PER_MS 1000000u

// Where the actor must not be suspended: what has come by now counts, else the wait is refused. In
// a hook the wait in which the actor was ended is still to be looked at, and stays.
static tr_err look_only(struct tri_thread *t, struct tr_self *self, struct tri_wait *wait)
{
    struct tri_wait *before = self->wait;
    self->wait = wait;
    tri_drain(t, self);
    self->wait = before;
    return over(self, wait) ? TR_OK : tri_suspend_refuse(self, "a call that waits");
}

tr_err tri_suspend_until(struct tri_thread **t, struct tr_self *self, struct tri_wait *wait,
                         int64_t timeout_ms)
{
    // About 292 years; beyond is for ever.
    bool timed = timeout_ms < INT64_MAX / NS_PER_MS;
    if (!tri_may_suspend(self)) {
        return look_only(*t, self, wait);
    }
#ifdef TRI_PLANT_FORGOTTEN_WAIT
    // A bug for the option plant_bug: what is drained on the way to a new P meets no wait.
    tri_hold_processor(t, self);
    self->wait = wait;
#else
    // The wait comes first: what is drained on the way to a new P must find it.
    self->wait = wait;
    tri_hold_processor(t, self);
#endif
    timed = timed && !over(self, wait);
    if (timed && !tri_alarm_begin(*t, self, (uint64_t)timeout_ms * NS_PER_MS)) {
        self->wait = NULL;
        return TR_ENOMEM;
    }
    tri_drain(*t, self);
    while (!over(self, wait)) {
        tri_suspend(t, self, TRI_LEAVE_IDLE);
        tri_drain(*t, self);
    }
    if (timed) {
        tri_alarm_end(*t, self);
    }
    self->wait = NULL;
    bool came = tri_doomed(self) || wait->done || wait->found != NULL;
    return came ? TR_OK : TR_ETIMEDOUT;
}
