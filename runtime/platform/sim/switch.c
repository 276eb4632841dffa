// SPDX-License-Identifier: MIT
// Virtual threads: who runs, who waits, and how time passes.
#include "platform/sim/sim.h"
#include "platform/sim/state.h"
#include "port/fence.h"
#include "port/point.h"
#include "port/spin.h"

// Virtual time that passes when all that can run is spinning.
enum { SPIN_NS = 10000 };

struct tri_sim tri_sim = { .current = &tri_sim.threads[TRI_SIM_DRIVER], .now_ns = 1000000000 };
static void (*each_step)(void);

void tri_sim_each_step(void (*check)(void))
{
    each_step = check;
}

static uint64_t bit(const struct tri_sim_thread *t)
{
    return UINT64_C(1) << t->id;
}

void tri_sim_favour(uint32_t thread)
{
    tri_sim.favoured = thread;
}

void tri_sim_when_stuck(bool (*help)(void))
{
    tri_sim.help = help;
}

void tri_sim_step(uint32_t kind)
{
    tri_sim.steps++;
    tri_sim_fold((uint64_t)kind << 8 | tri_sim.current->id);
    if (tri_sim.steps > tri_sim.step_max) {
        tri_sim.step_max = UINT64_MAX; // the report itself may take steps
        tri_sim_fail("step limit");
    }
    if (each_step != NULL) {
        each_step();
    }
}

static void begin_thread(void *self)
{
    struct tri_sim_thread *t = self;
    t->run(t->arg);
    tri_sim_finish();
}

static void switch_to(uint32_t id)
{
    struct tri_sim_thread *from = tri_sim.current;
    struct tri_sim_thread *to = &tri_sim.threads[id];
    if (to == from) {
        return;
    }
    tri_sim.current = to;
    tri_sim_fold(UINT64_C(0x5717c4) << 8 | id);
    if (to->started) {
        tri_context_switch(&from->context, &to->context, NULL);
    } else {
        to->started = true;
        tri_context_start(&from->context, to->stack, begin_thread, to);
    }
}

void tri_sim_point(uint32_t kind)
{
    if (!tri_sim.active) {
        return;
    }
    tri_sim_step(kind);
    tri_sim.spinners &= ~bit(tri_sim.current);
    if ((tri_sim.runnable & (tri_sim.runnable - 1)) != 0) {
        switch_to(tri_sim_decide_thread(tri_sim.runnable));
    }
}

bool tri_sim_give_way(void)
{
    uint64_t others = tri_sim.runnable & ~bit(tri_sim.current);
    if (others == 0) {
        return false;
    }
    tri_sim_step(TRI_SIM_POINT_BLOCK);
    switch_to(tri_sim_decide_thread(others));
    return true;
}

void tri_spin_pause(void)
{
    if (!tri_sim.active) {
        return;
    }
    struct tri_sim_thread *me = tri_sim.current;
    tri_sim_step(TRI_SIM_POINT_SPIN);
    me->priority = tri_sim_lowest_priority();
    tri_sim.spinners |= bit(me);
    if ((tri_sim.runnable & ~tri_sim.spinners) == 0) {
        uint64_t first = tri_sim_earliest_deadline();
        uint64_t later = tri_sim.now_ns + SPIN_NS;
        tri_sim.spinners = 0;
        tri_sim_set_time(first != 0 && first < later ? first : later);
    }
    switch_to(tri_sim_decide_thread(tri_sim.runnable & ~tri_sim.spinners));
}

int tri_heavy_fence_open(void)
{
    return 0;
}

void tri_heavy_fence(void)
{
    tri_sim_point(TRI_SIM_POINT_FENCE);
}

uint64_t tri_sim_earliest_deadline(void)
{
    uint64_t first = 0;
    for (uint32_t i = 0; i < TRI_SIM_THREADS_MAX; i++) {
        const struct tri_sim_thread *t = &tri_sim.threads[i];
        if (t->state == TRI_SIM_PARKED && t->deadline != 0 && (first == 0 || t->deadline < first)) {
            first = t->deadline;
        }
    }
    return first;
}

void tri_sim_make_ready(struct tri_sim_thread *t)
{
    t->state = TRI_SIM_READY;
    t->deadline = 0;
    tri_sim.runnable |= bit(t);
}

void tri_sim_set_time(uint64_t now_ns)
{
    if (now_ns > tri_sim.now_ns) {
        tri_sim.now_ns = now_ns;
        tri_sim_fold(now_ns);
    }
    for (uint32_t i = 0; i < TRI_SIM_THREADS_MAX; i++) {
        struct tri_sim_thread *t = &tri_sim.threads[i];
        if (t->state == TRI_SIM_PARKED && t->deadline != 0 && t->deadline <= tri_sim.now_ns) {
            tri_sim_make_ready(t);
        }
    }
}

// The thread to run when the current one cannot: drawn among the runnable; else the settling
// driver; else time passes; else nothing can ever happen again.
static uint32_t next_thread(void)
{
    while (tri_sim.runnable == 0) {
        struct tri_sim_thread *driver = &tri_sim.threads[TRI_SIM_DRIVER];
        if (driver->state == TRI_SIM_SETTLING) {
            tri_sim_make_ready(driver);
            break;
        }
        uint64_t first = tri_sim_earliest_deadline();
        if (first == 0 && tri_sim.help != NULL && tri_sim.help()) {
            continue;
        }
        if (first == 0) {
            tri_sim_fail("deadlock: every thread waits and nothing can wake one");
        }
        tri_sim_set_time(first);
    }
    return tri_sim_decide_thread(tri_sim.runnable);
}

void tri_sim_block(enum tri_sim_state state, uint64_t deadline)
{
    struct tri_sim_thread *me = tri_sim.current;
    if (me->locks_held != 0) {
        tri_sim_fail("a thread waits while it holds a lock");
    }
    me->state = state;
    me->deadline = deadline;
    tri_sim.runnable &= ~bit(me);
    tri_sim.spinners &= ~bit(me);
    tri_sim_step(TRI_SIM_POINT_BLOCK);
    switch_to(next_thread());
}

_Noreturn void tri_sim_finish(void)
{
    struct tri_sim_thread *me = tri_sim.current;
    if (me->locks_held != 0) {
        tri_sim_fail("a thread ends while it holds a lock");
    }
    me->state = TRI_SIM_DONE;
    tri_sim.runnable &= ~bit(me);
    tri_sim.spinners &= ~bit(me);
    if (me->joiner != 0) {
        tri_sim_make_ready(&tri_sim.threads[me->joiner - 1]);
    }
    tri_sim_step(TRI_SIM_POINT_BLOCK);
    struct tri_sim_thread *to = &tri_sim.threads[next_thread()];
    tri_sim.current = to;
    tri_sim_fold(UINT64_C(0x5717c4) << 8 | to->id);
    if (to->started) {
        tri_context_jump(&to->context);
    }
    to->started = true;
    tri_context_restart(to->stack, begin_thread, to);
}

static void drive(void *unused)
{
    (void)unused;
    tri_sim.drive(tri_sim.drive_arg);
    tri_context_jump(&tri_sim.home);
}

void tri_sim_enter_driver(void)
{
    tri_context_start(&tri_sim.home, tri_sim.threads[TRI_SIM_DRIVER].stack, drive, NULL);
}
