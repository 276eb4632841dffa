// SPDX-License-Identifier: MIT
#include <troupe/actor.h>

#include "api/check.h"
#include "base/check.h"
#include "node/handoff.h"
#include "port/point.h"
#include "process/deliver.h"
#include "process/receive.h"
#include "process/registry.h"
#include "process/relation.h"
#include "process/spawn.h"
#include "process/waits.h"

// A start that is waited for: the child may call its parent before it has started.
struct starting {
    bool watched;
    struct tri_edge edge;
    uint64_t request;
    tr_pid child;
};

static void begin_start(struct tri_thread *t, struct tr_self *self, const tr_spawn_opts *opts,
                        struct starting *starting)
{
    starting->watched = opts->wait_init && t->system->detect_cycles;
    starting->edge = (struct tri_edge){ .ref = TRI_EDGE_START, .book = &self->calls };
    if (starting->watched) {
        tri_waits_announce(&t->system->waits, tri_key(self->index, self->generation),
                           &starting->edge);
    }
}

static tr_err await_start(struct tri_thread **t, struct tr_self *self, const tr_spawn_opts *opts,
                          struct starting *starting)
{
    struct tri_cycle none; // a child that was just born waits for nobody but its parent
    tr_pid child = starting->child;
    int64_t timeout_ms = opts->init_timeout_ms == 0 ? TR_INFINITY : opts->init_timeout_ms;
    if (starting->watched) {
        (void)tri_waits_confirm(&(*t)->system->waits, &starting->edge,
                                tri_key(child.slot, child.generation), &none);
    }
    return tri_spawn_wait(t, self, starting->request, child, timeout_ms);
}

static tr_err spawn(struct tri_thread **t, struct tr_self *self, const tr_actor_spec *spec,
                    tr_spawn_opts *opts, tr_pid *out)
{
    struct tri_spawn request = { .spec = spec, .opts = opts };
    struct starting starting = { 0 };
    tr_ref watch = tr_no_ref();
    tr_ref *monitor = opts->monitor;
    if (monitor != NULL) {
        opts->monitor = &watch; // the caller's stays as it is until nothing can fail
    }
    tri_api_act(t, self);
    if (opts->wait_init && !tri_may_suspend(self)) {
        return tri_suspend_refuse(self, "tr_spawn with wait_init");
    }
    begin_start(*t, self, opts, &starting);
    tr_err err = tri_system_phase((*t)->system) == TRI_PHASE_RUNNING
                     ? tri_spawn(*t, self, &request, &starting.request, &starting.child)
                     : TR_ESTOPPED;
    if (err == TR_OK && opts->wait_init) {
        err = await_start(t, self, opts, &starting);
        tri_exit_if_doomed(*t, self);
        if (err != TR_OK && monitor != NULL) {
            tri_monitor_flush(*t, self, watch.id);
        }
    }
    if (err == TR_OK && out != NULL) {
        *out = starting.child;
    }
    if (err == TR_OK && monitor != NULL) {
        *monitor = watch;
    }
    if (starting.watched) {
        tri_waits_end(&(*t)->system->waits, &starting.edge);
    }
    return err;
}

tr_err tr_spawn_sized(tr_self *self, const tr_actor_spec *spec, const tr_spawn_opts *opts,
                      size_t opts_bytes, tr_pid *out)
{
    tr_spawn_opts whole;
    tr_err err = tri_opts_copy(&whole, sizeof whole, opts, opts_bytes);
    if (err == TR_OK) {
        err = tri_spawn_check(spec, &whole);
    }
    if (err != TR_OK) {
        return err;
    }
    tri_point(TRI_POINT_SPAWN);
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    err = spawn(&t, self, spec, &whole, out);
    tri_section_leave(t);
    tri_api_chance(self);
    return err;
}

tr_pid tr_self_pid(const tr_self *self)
{
    return self == NULL ? tr_no_pid() : tri_actor_pid(self);
}

tr_pid tr_self_parent(const tr_self *self)
{
    uint64_t parent = self == NULL ? 0 : tri_actor_parent(self);
    return parent == 0 ? tr_no_pid()
                       : tri_pid_make(self->system, (uint32_t)(parent >> 32), (uint32_t)parent);
}

tr_system *tr_self_system(const tr_self *self)
{
    return self == NULL ? NULL : self->system;
}

tr_err tr_init_done(tr_self *self)
{
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    tr_err err = TR_EINVAL;
    if (self->spec->run != NULL && self->spec->init_ack) {
        err = self->acked ? TR_EBUSY : TR_OK;
    }
    if (err == TR_OK) {
        self->acked = true;
        tri_birth_done(t, self);
    }
    tri_section_leave(t);
    return err;
}

void tr_init_fail(tr_self *self, tr_exit reason)
{
    tr_exit_self(self, reason); // the starter has not been answered: it hears of a failure
}

// The last act of a handler-style actor that ends itself; *reason stays valid.
static void say_goodbye(struct tri_thread **t, struct tr_self *self, tr_exit reason)
{
    self->serves = false;
    tri_section_leave(*t);
    self->spec->terminate(self, self->state, reason);
    *t = tri_thread_here();
    (void)tri_section_enter(*t);
}

void tr_exit_self(tr_self *self, tr_exit reason)
{
    struct tri_reason kept;
    struct tri_thread *t = tri_actor_enter(self);
    TRI_CHECK(t != NULL, "tr_exit_self outside the actor that self names");
    if (!tri_reason_valid(reason)) {
        reason = tr_exit_make(TR_EXIT_BAD_RETURN, (int32_t)reason.tag, "tr_exit_self");
    }
    if (self->serves && self->ending == NULL) {
        kept.public = tri_reason_copy(reason, kept.text);
        reason = kept.public;
        say_goodbye(&t, self, reason);
    }
    tri_exit_here(t, self, reason);
}

bool tr_trap_exits(tr_self *self, bool on)
{
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        tri_not_actor("tr_trap_exits");
        return false;
    }
    bool before = self->trap;
    self->trap = on;
    tri_section_leave(t);
    return before;
}

bool tr_is_alive(tr_system *sys, tr_pid pid)
{
    if (sys == NULL || !tri_pid_local(sys, pid)) {
        return false;
    }
    struct tr_self *actor = tri_actor_at(sys, pid.slot);
    return actor != NULL && tri_slot_holds(&actor->slot, pid.generation);
}

void tr_yield(tr_self *self)
{
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        tri_not_actor("tr_yield");
        return;
    }
    tri_api_act(&t, self);
    if (tri_may_suspend(self)) {
        tri_take_turns(&t, self);
        tri_api_act(&t, self);
    } else {
        (void)tri_suspend_refuse(self, "tr_yield");
    }
    tri_section_leave(t);
}

void *tr_alloc(tr_self *self, size_t bytes)
{
    struct tri_thread *t = tri_actor_enter(self);
    TRI_CHECK(t != NULL, "tr_alloc outside the actor that self names");
    void *memory = tri_heap_alloc(&self->heap, tri_blocks_here(t), bytes);
    if (memory == NULL) {
        tri_exit_here(t, self, tr_exit_make(TR_EXIT_KILLED, 0, "heap limit"));
    }
    tri_section_leave(t);
    return memory;
}

void *tr_try_alloc(tr_self *self, size_t bytes)
{
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        tri_not_actor("tr_try_alloc");
        return NULL;
    }
    void *memory = tri_heap_alloc(&self->heap, tri_blocks_here(t), bytes);
    tri_section_leave(t);
    return memory;
}

void tr_free(tr_self *self, void *memory, size_t bytes)
{
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        tri_not_actor("tr_free");
        return;
    }
    if (memory != NULL) {
        tri_heap_free(&self->heap, tri_blocks_here(t), memory, bytes);
    }
    tri_section_leave(t);
}

void tr_blocking_begin(tr_self *self)
{
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        tri_not_actor("tr_blocking_begin");
        return;
    }
    if (!tri_handoff_give(t)) {
        tri_section_leave(t);
    }
}

void tr_blocking_end(tr_self *self)
{
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        tri_not_actor("tr_blocking_end");
        return;
    }
    if (tri_may_suspend(self)) { // else it goes on without, as a guest does
        tri_hold_processor(&t, self);
        tri_api_act(&t, self);
    }
    tri_section_leave(t);
}
