// SPDX-License-Identifier: MIT
#include "node/handoff.h"

#include "node/worker.h"
#include "port/clock.h"
#include "port/memory.h"
#include "port/spin.h"
#include "process/notice.h"
#include "process/ready.h"
#include "sched/idle.h"

#define SETTLE_NS 50000u // longest wait for a section to end

struct tri_thread *tri_thread_new(struct tr_system *system)
{
    // relaxed: guarded by the lock of the spares, or by the start of the system.
    uint32_t count = tri_load(&system->x_thread_count, relaxed);
    if (count == system->thread_max) {
        return NULL;
    }
    struct tri_thread *t = tri_memory_alloc_zero(sizeof *t);
    if (t == NULL) {
        return NULL;
    }
    t->id = count + 1;
    t->system = system;
    tri_park_init(&t->park);
    system->threads[count] = t;
    // release [threads]: the thread before the count that shows it.
    tri_store(&system->x_thread_count, count + 1, release);
    return t;
}

tr_err tri_thread_run(struct tri_thread *t)
{
    t->stack = tri_stack_open(0);
    t->started = t->stack != NULL; // before it runs: it may be handed a P at once
    if (t->started && tri_os_thread_start(&t->os, tri_worker_main, t) == 0) {
        return TR_OK;
    }
    tri_stack_close(t->stack);
    t->stack = NULL;
    t->started = false;
    // relaxed: nobody runs on it.
    tri_store(&t->x_offered, NULL, relaxed);
    return TR_ESYSTEM;
}

// The last spare is taken, or one is free again; under the lock of the spares.
static bool tell_spares(struct tr_system *system, bool out)
{
    uint32_t most = system->thread_max - system->processor_count;
    system->spares_out = out;
    return tri_notice_alarm_locked(system, TR_ALARM_SPARES, out, out ? most : most - 1, most);
}

static void change_wanting(struct tr_system *system, int change)
{
    // relaxed: written under the lock of the spares, read as a hint.
    uint32_t count = tri_load(&system->x_wanting, relaxed);
    tri_store(&system->x_wanting, count + (uint32_t)change, relaxed);
}

static struct tri_thread *pop_wanting(struct tr_system *system)
{
    struct tri_thread *first = system->wanting;
    if (first != NULL) {
        system->wanting = first->next_spare;
        change_wanting(system, -1);
    }
    return first;
}

// A thread to give a P to: first one that wants it, then a spare, then a new thread, which starts
// as a spare and finds the offer when it first looks.
static struct tri_thread *take_spare(struct tr_system *system)
{
    tri_lock_acquire(&system->spares_lock);
    if (tri_system_phase(system) >= TRI_PHASE_HALTED) {
        tri_lock_release(&system->spares_lock);
        return NULL; // threads end: none is woken or made
    }
    struct tri_thread *spare = pop_wanting(system);
    if (spare == NULL && system->spares != NULL) {
        spare = system->spares;
        system->spares = spare->next_spare;
    } else if (spare == NULL) {
        spare = tri_thread_new(system);
    }
    if (spare != NULL) {
        spare->listed = TRI_LISTED_NOT;
    }
    // relaxed: guarded by the lock.
    bool all = tri_load(&system->x_thread_count, relaxed) == system->thread_max;
    bool out = spare == NULL && all && system->thread_max > system->processor_count;
    bool wake = out && !system->spares_out && tell_spares(system, true);
    tri_lock_release(&system->spares_lock);
    if (wake) {
        tri_notice_wake(system);
    }
    return spare;
}

// Under the lock: lists a thread by what waits in its inbox.
static bool list(struct tri_thread *t)
{
    struct tr_system *system = t->system;
    bool wants = tri_injector_levels(&t->inbox) != 0;
    t->listed = wants ? TRI_LISTED_WANTING : TRI_LISTED_SPARE;
    if (!wants) {
        t->next_spare = system->spares;
        system->spares = t;
        return false;
    }
    t->next_spare = NULL;
    if (system->wanting == NULL) {
        system->wanting = t;
    } else {
        system->wanting_last->next_spare = t;
    }
    system->wanting_last = t;
    change_wanting(system, 1);
    return true;
}

// Asks the holders of P's for one. A worker that falls asleep sees the thread in its last look.
static void ask(struct tr_system *system)
{
    tri_stir_processors(system);
    tri_wake_worker(system);
}

static void put_spare(struct tri_thread *t)
{
    struct tr_system *system = t->system;
    tri_lock_acquire(&system->spares_lock);
    bool wants = list(t);
    bool wake = system->spares_out && tell_spares(system, false);
    tri_lock_release(&system->spares_lock);
    if (wants) {
        ask(system);
    }
    if (wake) {
        tri_notice_wake(system);
    }
}

// A spare that was woken: an actor that it alone may run has come.
static void want(struct tri_thread *t)
{
    struct tr_system *system = t->system;
    bool wants = false;
    tri_lock_acquire(&system->spares_lock);
    if (t->listed == TRI_LISTED_SPARE && tri_injector_levels(&t->inbox) != 0) {
        struct tri_thread **link = &system->spares;
        while (*link != t) {
            link = &(*link)->next_spare;
        }
        *link = t->next_spare;
        wants = list(t);
    }
    tri_lock_release(&system->spares_lock);
    if (wants) {
        ask(system);
    }
}

// The P is TAKEN and nobody is inside: the spare gets it.
static bool give(struct tri_processor *p, struct tri_thread *spare)
{
    // relaxed: written by whoever has the P to give.
    struct tri_park *before = tri_load(&p->x_sleeper, relaxed);
    // release [sleeper]: how to wake the P's next thread.
    tri_store(&p->x_sleeper, &spare->park, release);
    // release [offer]: the P as its last holder left it; pairs with tri_spare_wait.
    tri_store(&spare->x_offered, p, release);
    if (!spare->started && tri_thread_run(spare) != TR_OK) {
        // release [sleeper]: as it was. The P is still TAKEN: nobody has seen the attempt.
        tri_store(&p->x_sleeper, before, release);
        return false;
    }
    tri_guard_give(&p->guard, spare->id); // the spare waits for it in tri_section_enter
    // relaxed: a statistic.
    (void)tri_add(&p->system->x_handoffs, 1, relaxed);
    tri_park_wake(&spare->park);
    return true;
}

// Waits for the section of the thread that lost the P to end.
static bool settle(const struct tri_thread *from)
{
    uint64_t until = 0;
    while (!tri_guard_settled(&from->flag)) {
        uint64_t now = tri_clock_ns();
        until = until == 0 ? now + SETTLE_NS : until;
        if (now > until) {
            return false;
        }
        tri_spin_pause();
    }
    return true;
}

bool tri_handoff_from(struct tr_system *system, struct tri_processor *p, uint32_t activation)
{
    // relaxed: only the monitor changes a holder, but for its own thread's tri_handoff_give. That
    // thread was made under the lock of the spares, which is held once more before it is used.
    uint32_t id = tri_load(&p->guard.x_holder, relaxed);
    if (id == TRI_GUARD_TAKEN) {
        return false;
    }
    struct tri_thread *spare = take_spare(system);
    if (spare == NULL) {
        return false;
    }
    if (!tri_guard_seize(&p->guard, id)) {
        put_spare(spare);
        return false;
    }
    // relaxed: once settled nobody writes it.
    if (settle(system->threads[id - 1]) && tri_load(&p->x_activations, relaxed) == activation &&
        give(p, spare)) {
        return true;
    }
    tri_guard_give(&p->guard, id);
    put_spare(spare);
    return false;
}

// The thread lets go of its P, for the spare.
static bool let_go(struct tri_thread *t, struct tri_thread *spare)
{
    struct tri_processor *p = t->processor;
    t->processor = NULL;
    tri_guard_leave(&t->flag);
    uint32_t found = tri_guard_let_go(&p->guard, t->id);
    while (found == TRI_GUARD_TAKEN) {
        // The monitor is about to decide: it gives the P to another spare, or back to this thread.
        tri_spin_pause();
        found = tri_guard_let_go(&p->guard, t->id);
    }
    if (found != t->id) {
        put_spare(spare); // the monitor was faster, it gave the P to another spare
        return true;
    }
    if (!give(p, spare)) {
        tri_guard_give(&p->guard, t->id);
        t->processor = p;
        put_spare(spare);
        (void)tri_section_enter(t);
        return false;
    }
    return true;
}

bool tri_handoff_give(struct tri_thread *t)
{
    struct tri_thread *spare = t->processor == NULL ? NULL : take_spare(t->system);
    return spare != NULL && let_go(t, spare);
}

bool tri_handoff_serve(struct tri_thread *t)
{
    struct tr_system *system = t->system;
    tri_lock_acquire(&system->spares_lock);
    struct tri_thread *spare = pop_wanting(system);
    if (spare != NULL) {
        spare->listed = TRI_LISTED_NOT;
    }
    tri_lock_release(&system->spares_lock);
    return spare != NULL && let_go(t, spare);
}

bool tri_spare_wait(struct tri_thread *t)
{
    bool listed = false;
    for (;;) {
        // acquire [offer]: pairs with give.
        struct tri_processor *p = tri_load(&t->x_offered, acquire);
        if (p != NULL) {
            // relaxed: the offer is taken by this thread only.
            tri_store(&t->x_offered, NULL, relaxed);
            t->processor = p;
            t->wanted_turns = 0;
            if (tri_section_try(t)) {
                return true;
            }
        }
        if (tri_system_phase(t->system) >= TRI_PHASE_HALTED) {
            return false;
        }
        if (!listed || p != NULL) {
            put_spare(t); // also when the offer was taken back at once
            listed = true;
        } else {
            want(t);
        }
        tri_park_wait(&t->park, 0);
    }
}
