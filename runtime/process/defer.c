// SPDX-License-Identifier: MIT
#include "process/defer.h"

#include "base/check.h"
#include "platform/sanitizer.h"
#include "port/clock.h"
#include "process/log.h"
#include "process/notice.h"
#include "process/reason.h"
#include "process/suspend.h"

#define ROOM_BYTES ((TRI_ASAN ? 32u : 8u) * 1024u)
#define NS_PER_MS UINT64_C(1000000)

bool tri_hook_push(struct tri_thread *t, struct tr_self *self, tr_defer_fn fn, void *arg)
{
    struct tri_hook *hook = tri_heap_alloc(&self->heap, tri_blocks_here(t), sizeof *hook);
    if (hook == NULL) {
        return false;
    }
    *hook = (struct tri_hook){ .older = self->hooks, .fn = fn, .arg = arg };
    self->hooks = hook;
    return true;
}

bool tri_hook_remove(struct tri_thread *t, struct tr_self *self, tr_defer_fn fn, void *arg)
{
    struct tri_hook **place = &self->hooks;
    while (*place != NULL && ((*place)->fn != fn || (*place)->arg != arg)) {
        place = &(*place)->older;
    }
    struct tri_hook *hook = *place;
    if (hook == NULL) {
        return false;
    }
    *place = hook->older;
    tri_heap_free(&self->heap, tri_blocks_here(t), hook, sizeof *hook);
    return true;
}

static void report_late(struct tri_thread *t, struct tr_self *self, uint64_t took_ns)
{
    struct tri_log_record record;
    bool wake = false;
    TRI_COUNT(t, x_late_hooks);
    if (!tri_log_wants(t->system, TR_LOG_WARNING)) {
        return;
    }
    tri_log_begin(&record, TR_LOG_WARNING, TR_LOG_LATE_HOOK, "a hook took too long");
    tri_log_actor(&record, self, tri_actor_pid(self));
    tr_log_field took = tr_log_number("ms", (int64_t)(took_ns / NS_PER_MS));
    tri_log_add(&record, &took);
    (void)tri_log_put(t->system, &record, &wake);
    if (wake) {
        tri_notice_wake(t->system);
    }
}

// Runs the hooks that are left. The thread may have lost its P afterwards.
static void run_hooks(struct tri_thread *t, struct tr_self *self)
{
    tri_actor_set_state(self, TR_STATE_EXITING);
    t->current = self;
    while (self->hooks != NULL) {
        struct tri_hook hook = *self->hooks;
        tri_heap_free(&self->heap, tri_blocks_here(t), self->hooks, sizeof hook);
        self->hooks = hook.older;
        uint64_t begun = tri_clock_ns();
        tri_section_leave(t);
        hook.fn(self, hook.arg);
        (void)tri_section_enter(t); // a hook cannot suspend: the thread is the same
        uint64_t took_ns = tri_clock_ns() - begun;
        if (took_ns > TR_DEFER_MS * NS_PER_MS) {
            report_late(t, self, took_ns);
        }
    }
}

// Buries the actor and gives back the stack that it ended on, if that is not the thread's.
static void bury(struct tri_thread *t, struct tr_self *self, tr_exit reason, enum tri_start start)
{
    struct tri_stack *stack = self->stack;
    self->stack = NULL;
    tri_exit_actor(t, self, reason, start); // looks at the wait, which stands on the stack
    if (stack != NULL) {
        tri_stack_put(t, stack);
    }
}

void tri_end_abandoned(struct tri_thread *t, struct tr_self *self, tr_exit reason)
{
    self->hooks = NULL;
    self->ending = NULL;
    if (self->stack == NULL) {
        self->wait = NULL; // it stood on the stack of a thread that has ended
    }
    bury(t, self, reason, TRI_START_FAILED);
}

static _Noreturn void finish_here(struct tri_thread *t, struct tr_self *self)
{
    run_hooks(t, self);
    bury(t, self, self->ending->public, TRI_START_FAILED);
    tri_loop_again(t);
}

static void finish_elsewhere(void *arg)
{
    finish_here(tri_thread_here(), arg);
}

// Whether the stack that this thread stands on has room for hooks.
static bool has_room(const struct tri_thread *t)
{
    return (uintptr_t)__builtin_frame_address(0) - (uintptr_t)t->stack->low >= ROOM_BYTES;
}

_Noreturn void tri_exit_here(struct tri_thread *t, struct tr_self *self, tr_exit reason)
{
    struct tri_reason kept;
    if (self->hooks == NULL && self->ending == NULL) {
        bury(t, self, reason, TRI_START_FAILED);
        tri_loop_again(t);
    }
    if (self->ending == NULL) { // else a hook ends itself, and the first reason stands
        kept.public = tri_reason_copy(reason, kept.text);
        self->ending = &kept;
    }
    if (self->stack != NULL && self->stack != t->stack) {
        // A hook on the fresh stack: nothing of that is needed any more.
        tri_context_restart(t->stack, finish_elsewhere, self);
    }
    // Without memory for a fresh stack the rest of this one has to do.
    struct tri_stack *fresh = has_room(t) ? NULL : tri_stack_get(t, TR_STACK_DEFAULT);
    if (fresh != NULL) {
        self->stack = t->stack; // its frames stay until the hooks have run
        t->stack = fresh;
        tri_context_start(&self->context, fresh, finish_elsewhere, self);
        TRI_CHECK(false, "an actor came back from its end");
    }
    finish_here(t, self);
}

void tri_exit_if_doomed(struct tri_thread *t, struct tr_self *self)
{
    if (tri_doomed(self)) {
        struct tri_exited_body *body = tri_body(self->doom);
        tri_exit_here(t, self, body->public.reason);
    }
}

void tri_end(struct tri_thread *t, struct tr_self *self, tr_exit reason, enum tri_start start)
{
    struct tri_reason kept;
    if (self->hooks != NULL) {
        kept.public = tri_reason_copy(reason, kept.text);
        reason = kept.public;
        self->ending = &kept;
        run_hooks(t, self);
    }
    bury(t, self, reason, start);
}
