// SPDX-License-Identifier: MIT
#include "node/host.h"

#include "node/worker.h"
#include "port/clock.h"
#include "port/memory.h"
#include "port/point.h"
#include "process/notice.h"
#include "process/run.h"
#include "process/suspend.h"
#include "process/tick.h"

tr_err tri_host_open(struct tr_system *system)
{
    struct tri_bell *bell = tri_memory_alloc_zero(sizeof *bell);
    if (bell == NULL) {
        return TR_ENOMEM;
    }
    struct tri_thread *t = system->threads[0];
    t->stack = tri_stack_open(0);
    if (t->stack == NULL || tri_bell_open(bell) != 0) {
        tri_stack_close(t->stack);
        tri_memory_free(bell, sizeof *bell);
        return TR_ESYSTEM;
    }
    system->bell = bell;
    // relaxed: nobody else knows the system yet.
    tri_store(&system->x_host_thread, tri_os_thread_id(), relaxed);
    tri_idle_sleep(&system->idle, 0, false);
    return TR_OK;
}

void tri_host_close(struct tr_system *system)
{
    if (system->bell != NULL) {
        tri_bell_close(system->bell);
        tri_memory_free(system->bell, sizeof *system->bell);
        tri_stack_close(system->threads[0]->stack);
    }
}

tr_err tri_host_enter(struct tr_system *system)
{
    bool free = false;
    // acquire [stepping]: what the last step left; pairs with tri_host_leave. relaxed on failure:
    // nothing is read.
    if (!tri_cas(&system->x_stepping, &free, true, acquire, relaxed)) {
        return TR_EBUSY;
    }
    // relaxed: each thread looks for its own number only.
    tri_store(&system->x_host_thread, tri_os_thread_id(), relaxed);
    return TR_OK;
}

void tri_host_leave(struct tr_system *system)
{
    // release [stepping]: this step's work before the next one; pairs with tri_host_enter.
    tri_store(&system->x_stepping, false, release);
}

// The next actor, unless the budget is used up; at least one.
static struct tr_self *next_actor(struct tri_thread *t)
{
    struct tr_system *system = t->system;
    bool spent = system->step_turns != 0 &&
                 (system->step_until_ns == 0 ||
                  (system->step_until_ns != UINT64_MAX && tri_clock_ns() >= system->step_until_ns));
    if (spent) {
        return NULL;
    }
    struct tr_self *next = tri_worker_next(t, false);
    system->step_emptied = next == NULL;
    system->step_turns++;
    return next;
}

void tri_host_loop(void *unused)
{
    (void)unused;
    tri_after_switch(tri_thread_here());
    for (;;) {
        struct tri_thread *t = tri_thread_here();
        t->current = NULL;
        tri_point(TRI_POINT_TURN);
        struct tr_self *next = next_actor(t);
        if (next == NULL) {
            tri_section_leave(t);
            tri_context_jump(&t->native); // the stack stays the thread's for the next step
        }
        tri_run(t, next);
    }
}

// Runs the loop on the calling thread, which may be inside a step of another system.
static bool run_loop(struct tr_system *system, uint64_t budget_ns)
{
    struct tri_thread *t = system->threads[0];
    void *outer = tri_os_thread_get();
    uint64_t now = budget_ns == 0 || budget_ns == UINT64_MAX ? 0 : tri_clock_ns();
    system->step_turns = 0;
    system->step_emptied = false;
    system->step_until_ns = budget_ns < UINT64_MAX - now ? now + budget_ns : UINT64_MAX;
    tri_os_thread_set(t);
    (void)tri_section_enter(t);
    tri_context_start(&t->native, t->stack, tri_host_loop, NULL);
    tri_os_thread_set(outer);
    return system->step_emptied;
}

// Whether others have put something into the injector, or the inbox of pinned actors.
static bool sees_work(const struct tr_system *system)
{
    return (tri_injector_levels(&system->injector) |
            tri_injector_levels(&system->threads[0]->inbox)) != 0;
}

bool tri_host_run(struct tr_system *system, uint64_t budget_ns)
{
    struct tri_processor *p = system->processors[0];
    tri_bell_clear(system->bell);
    if (!tri_idle_cancel(&system->idle, 0)) {
        (void)tri_idle_found(&system->idle); // whoever woke it made it a searcher
    }
    bool emptied = run_loop(system, budget_ns);
    tri_blocks_flush(&p->blocks);
    tri_idle_sleep(&system->idle, 0, false);
    // Ordered by the fence in tri_idle_sleep.
    bool more = !emptied || sees_work(system);
    if (more) {
        tri_bell_ring(system->bell);
    }
    system->step_more = more;
    (void)tri_notice_flush(system);
    return more;
}

uint64_t tri_host_next(struct tr_system *system)
{
    if (system->step_more || sees_work(system)) {
        return 0; // whoever injects later rings the bell
    }
    return tri_time_next(system->processors[0]);
}

void tri_host_run_or_wait(struct tr_system *system, uint64_t deadline_ns)
{
    (void)tri_host_run(system, UINT64_MAX);
    if (system->step_turns > 1) {
        return; // something was done: the caller looks at it
    }
    uint64_t next = tri_host_next(system);
    uint64_t until = next < deadline_ns ? next : deadline_ns;
    if (next != 0) {
        tri_bell_wait(system->bell, until == UINT64_MAX ? 0 : until);
    }
}

void tri_host_wait(struct tr_system *system, struct tri_park *park, uint64_t deadline_ns)
{
    // relaxed: only the thread itself has written its own number.
    bool mine = tri_load(&system->x_host_thread, relaxed) == tri_os_thread_id();
    if (!mine || tri_host_enter(system) != TR_OK) {
        tri_park_wait(park, deadline_ns);
        return;
    }
    if (!tri_host_run(system, 0)) {
        uint64_t next = tri_host_next(system);
        uint64_t until = deadline_ns == 0 || next < deadline_ns ? next : deadline_ns;
        tri_bell_wait(system->bell, until == UINT64_MAX ? 0 : until);
    }
    tri_host_leave(system);
}
