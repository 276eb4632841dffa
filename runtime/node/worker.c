// SPDX-License-Identifier: MIT
#include "node/worker.h"

#include "base/check.h"
#include "node/handoff.h"
#include "node/pick.h"
#include "port/choice.h"
#include "port/clock.h"
#include "port/point.h"
#include "port/spin.h"
#include "port/tuning.h"
#include "process/deliver.h"
#include "process/follow.h"
#include "process/run.h"
#include "process/suspend.h"
#include "process/tick.h"
#include "sched/glance.h"

#define INJECTOR_TURN 61u // every so many turns the injector goes first
#define CLOCK_TURN 64u    // every so many turns the clock is read
#define PENDING_TURN 8u   // the same while moments wait for their deadline

// One look at what needs no search: due timers, own queues, the injector. It may give the P away.
static struct tr_self *take_near(struct tri_thread *t)
{
    bool more = true;
    struct tr_self *next = NULL;
    while (next == NULL && more) {
        more = tri_time_poll(t);
        next = tri_pick(t, false);
        if (next == NULL && t->processor != NULL) {
            next = tri_pick_shared(t);
        }
        more = more && t->processor != NULL;
    }
    if (next == NULL && t->processor != NULL && tri_threads_want(t->system)) {
        (void)tri_handoff_serve(t); // nothing to do here
    }
    return next;
}

static bool halted(const struct tr_system *system)
{
    return tri_system_phase(system) >= TRI_PHASE_HALTED;
}

// Near, then what is open to thieves at any time.
static struct tr_self *look(struct tri_thread *t)
{
    struct tr_self *found = take_near(t);
    return found != NULL || t->processor == NULL ? found : tri_pick_steal(t, NULL);
}

// Remembers where all rings end now.
static void glance_at(struct tri_thread *t, struct tri_glance *glance)
{
    struct tr_system *system = t->system;
    for (uint32_t i = 0; i < system->processor_count; i++) {
        tri_glance_note(glance, i, &system->processors[i]->rings[TR_PRIORITY_NORMAL]);
    }
}

// Waits a short time for work of its own, and then steals what has waited all that time: what its
// owner takes sooner is better left where its memory is. Sets *busy when others have work that
// does not wait so long.
static struct tr_self *search(struct tri_thread *t, bool *busy)
{
    struct tri_glance glance = { .filled = 0 };
    uint64_t until = TRI_TUNING_SEARCH_NS == 0 ? 0 : tri_clock_ns() + TRI_TUNING_SEARCH_NS;
    struct tr_self *found = look(t);
    glance_at(t, &glance);
    while (found == NULL && t->processor != NULL && until != 0 && t->system->processor_count > 1 &&
           !halted(t->system) && tri_clock_ns() < until) {
        for (int i = 0; i < 16; i++) {
            tri_spin_pause();
        }
        found = look(t);
    }
    if (found == NULL && t->processor != NULL) {
        found = tri_pick_steal(t, &glance);
        *busy = glance.filled != 0;
    }
    return found;
}

// Sleeps until a wake or the P's next deadline. Returns whether the worker is a searcher now.
static bool sleep_until_work(struct tri_thread *t)
{
    struct tri_processor *p = t->processor;
    uint64_t next = tri_time_next(p);
    uint64_t deadline = next == UINT64_MAX ? 0 : next;
    tri_blocks_flush(&p->blocks);
    TRI_COUNT_HERE(p, x_parks);
    tri_section_leave(t);
    tri_park_wait(&t->park, deadline);
    bool mine = tri_section_enter(t);
    TRI_CHECK(mine, "a sleeping worker lost its processor");
    t->processor->now_ns = tri_clock_ns(); // dates what its next actor begins to do
    // Claimed, if it cannot be cancelled: the token of the claim is spent, or comes now.
    bool claimed = !tri_idle_cancel(&t->system->idle, p->index);
    tri_monitor_stir(t->system);
    return claimed;
}

// Stays away for a moment, out of the producers' sight: all work that there is moves fast, and a
// producer that woke this worker for each piece of it would do nothing else.
static void doze(struct tri_thread *t)
{
    struct tri_processor *p = t->processor;
    uint64_t next = tri_time_next(p);
    uint64_t deadline = tri_clock_ns() + TRI_TUNING_DOZE_NS;
    tri_blocks_flush(&p->blocks);
    tri_section_leave(t);
    tri_park_wait(&t->park, next < deadline ? next : deadline);
    bool mine = tri_section_enter(t);
    TRI_CHECK(mine, "a dozing worker lost its processor");
}

// Goes to sleep unless a last look sees something. The look takes nothing: what a sleeper took
// would be unknown to the searchers. Returns whether the worker is a searcher now.
static bool rest(struct tri_thread *t, bool searching)
{
    struct tr_system *system = t->system;
    struct tri_processor *p = t->processor;
    tri_idle_sleep(&system->idle, p->index, searching);
    tri_point(TRI_POINT_IDLE);
    if (!tri_work_waits(system) && !tri_followers_wait(p) && !halted(system)) {
        return sleep_until_work(t);
    }
    if (tri_idle_cancel(&system->idle, p->index)) {
        if (!searching) {
            tri_spin_pause(); // others search: they take the work or leave it to this one
        }
        return false;
    }
    return true; // claimed meanwhile; the token ends some later sleep at once, which is harmless
}

// Finds the next actor, sleeping if there is none. NULL when the system halts, or the thread has
// given its P away.
static struct tr_self *find(struct tri_thread *t)
{
    struct tr_system *system = t->system;
    bool searching = false;
    while (!halted(system)) {
        searching = searching || tri_idle_search(&system->idle, system->processor_count);
        bool busy = false;
        struct tr_self *found = searching ? search(t, &busy) : take_near(t);
        if (found != NULL || t->processor == NULL) {
            if (searching && tri_idle_found(&system->idle)) {
                tri_wake_worker(system); // producers relied on this searcher
            }
            return found;
        }
        if (busy && TRI_TUNING_DOZE_NS != 0) {
            (void)tri_idle_found(&system->idle);
            searching = false;
            doze(t);
        } else {
            searching = rest(t, searching);
        }
    }
    if (searching) {
        (void)tri_idle_found(&system->idle);
    }
    return NULL;
}

struct tr_self *tri_worker_next(struct tri_thread *t, bool wait)
{
    struct tri_processor *p = t->processor;
    struct tr_self *next = NULL;
    p->tick++;
    if (p->tick % PENDING_TURN == 0 && (p->tick % CLOCK_TURN == 0 || tri_time_pending(p))) {
        (void)tri_time_poll(t);
    }
    bool shared_first =
        p->tick % INJECTOR_TURN == 0 || tri_choose(TRI_CHOICE_INJECTOR_FIRST, 8) == 1;
    if (tri_choose(TRI_CHOICE_STEAL_FIRST, 8) == 1 && !tri_work_near(p)) {
        struct tri_glance glance = { .filled = 0 };
        glance_at(t, &glance);
        next = tri_pick_steal(t, &glance);
    }
    if (next == NULL) {
        next = tri_pick(t, shared_first);
    }
    if (next == NULL && t->processor != NULL) {
        next = wait ? find(t) : take_near(t);
    }
    return next;
}

// x_activations is odd while an actor runs.
static void mark(struct tri_processor *p, bool running)
{
    // relaxed: the holder of the P is the only writer; the monitor compares values.
    uint32_t count = tri_load(&p->x_activations, relaxed) | 1;
    tri_store(&p->x_activations, running ? count : count + 1, relaxed);
}

void tri_worker_loop(void *unused)
{
    (void)unused;
    tri_after_switch(tri_thread_here());
    for (;;) {
        struct tri_thread *t = tri_thread_here();
        t->current = NULL;
        if (t->processor == NULL && !tri_spare_wait(t)) {
            tri_leave_thread(t);
        }
        mark(t->processor, false);
        tri_point(TRI_POINT_TURN);
        struct tr_self *next = tri_worker_next(t, true);
        if (next == NULL && t->processor == NULL) {
            continue;
        }
        if (next == NULL) {
            tri_leave_thread(t);
        }
        mark(t->processor, true);
        tri_run(t, next);
    }
}

void tri_worker_main(void *arg)
{
    struct tri_thread *t = arg;
    tri_os_thread_set(t);
    if (t->processor != NULL) {
        (void)tri_section_try(t); // there is nothing to go back to yet
    }
    tri_context_start(&t->native, t->stack, tri_worker_loop, NULL);
    t = tri_thread_here();
    tri_stack_close(t->dead_stack);
    t->dead_stack = NULL;
    tri_os_thread_set(NULL);
    // release [thread-ended]: the last access to the system; pairs with tri_abandon_settle.
    tri_store(&t->x_ended, true, release);
}
