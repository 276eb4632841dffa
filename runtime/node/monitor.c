// SPDX-License-Identifier: MIT
// The monitor thread: looks for stuck threads every tick, and carries out the system's stop.
#include "node/handoff.h"
#include "node/pick.h"
#include "node/stop.h"
#include "port/clock.h"
#include "port/tuning.h"
#include "process/deliver.h"
#include "process/notice.h"

#define QUIET_TICKS 10u             // ticks without work before the monitor sleeps
#define RETRY_NS UINT64_C(10000000) // after memory was missing for a notice

// How much an activation must have computed before it counts as stuck. A thread that the kernel
// keeps from running does not reach it, and another thread would not run any sooner.
#define COMPUTED_NS 2000000u

// The thread that holds the P, NULL in the middle of a hand-off.
static const struct tri_thread *holder(const struct tr_system *system,
                                       const struct tri_processor *p)
{
    // acquire [guard-give]: pairs with tri_guard_give; the giver may have made the thread. Threads
    // are never unmade while the system runs.
    uint32_t id = tri_load(&p->guard.x_holder, acquire);
    return id == TRI_GUARD_TAKEN ? NULL : system->threads[id - 1];
}

// Whether the P has run the same activation since the last tick, and the thread computes or waits
// in the kernel rather than for a core.
static bool stuck(const struct tr_system *system, struct tri_processor *p)
{
    // relaxed: compared only.
    uint32_t now = tri_load(&p->x_activations, relaxed);
    bool same = now == p->ticked_activations && (now & 1) != 0;
    const struct tri_thread *t = (now & 1) != 0 ? holder(system, p) : NULL;
    p->ticked_activations = now;
    if (t == NULL) {
        return false;
    }
    uint64_t computed = tri_os_thread_cpu_ns(&t->os);
    if (!same || t->id != p->ticked_thread) {
        p->ticked_thread = t->id;
        p->ticked_cpu_ns = computed;
        return false;
    }
    return computed - p->ticked_cpu_ns >= COMPUTED_NS || tri_os_thread_blocked(&t->os);
}

// Whether it runs that activation even now.
static bool still_stuck(const struct tri_processor *p)
{
    // relaxed: compared only.
    return tri_load(&p->x_activations, relaxed) == p->ticked_activations;
}

static bool anybody_awake(const struct tr_system *system)
{
    uint64_t all = ((uint64_t)1 << system->processor_count) - 1;
    // relaxed: a hint; a worker that wakes later stirs the monitor.
    return (tri_load(&system->idle.x_word, relaxed) & TRI_IDLE_SLEEPERS) != all;
}

// Work that lies in a queue while a worker sleeps: tri_ready_last may miss a worker that just fell
// asleep.
static void wake_for_surplus(struct tr_system *system)
{
    if (tri_work_waits(system)) {
        tri_wake_worker(system);
    }
}

void tri_monitor_tick(struct tr_system *system)
{
    uint32_t left = 0; // stuck, and nobody takes over
    for (uint32_t i = 0; i < system->processor_count; i++) {
        struct tri_processor *p = system->processors[i];
        if (stuck(system, p) &&
            (!system->can_hand_off || !tri_handoff_from(system, p, p->ticked_activations))) {
            left += still_stuck(p);
        }
    }
    tri_notice_alarm(system, &(tr_alarm){ .kind = TR_ALARM_STUCK, .on = left != 0, .value = left });
    tri_stir_processors(system); // a busy one looks at the clock once a tick
    wake_for_surplus(system);
}

void tri_monitor_stir(struct tr_system *system)
{
    // [monitor-stir]: the worker left the sleepers before it looks at the flag; pairs with the
    // fence in sleep_for_good: either the monitor sees a worker awake or the worker sees it asleep.
    tri_fence(seq_cst);
    // relaxed: ordered by the fence.
    if (tri_load(&system->x_monitor_sleeps, relaxed)) {
        tri_park_wake(&system->monitor.park);
    }
}

static void sleep_for_good(struct tr_system *system)
{
    // relaxed: see tri_monitor_stir.
    tri_store(&system->x_monitor_sleeps, true, relaxed);
    // [monitor-stir]: the flag before the last look at the workers; pairs with tri_monitor_stir.
    tri_fence(seq_cst);
    if (TRI_TUNING_TICK_NS == 0 || !anybody_awake(system)) {
        tri_park_wait(&system->monitor.park, 0);
    }
    // relaxed: as above.
    tri_store(&system->x_monitor_sleeps, false, relaxed);
}

// Sleeps until the next tick, or until something is to be told: that does not make a tick, because
// a tick compares what it finds with what stood one interval before.
static void nap(struct tr_system *system, uint64_t *next_tick)
{
    uint64_t now = tri_clock_ns();
    uint64_t interval = TRI_TUNING_TICK_NS == 0 ? RETRY_NS : TRI_TUNING_TICK_NS;
    if (*next_tick <= now) {
        *next_tick = now + interval;
    }
    tri_park_wait(&system->monitor.park, *next_tick);
    if (TRI_TUNING_TICK_NS != 0 && tri_clock_ns() >= *next_tick) {
        tri_monitor_tick(system);
    }
}

void tri_monitor_main(void *arg)
{
    struct tr_system *system = arg;
    uint32_t quiet = 0;
    uint64_t next_tick = 0;
    while (tri_system_phase(system) == TRI_PHASE_RUNNING) {
        bool again = tri_notice_flush(system);
        quiet = anybody_awake(system) ? 0 : quiet + 1;
        if (!again && (TRI_TUNING_TICK_NS == 0 || quiet > QUIET_TICKS)) {
            sleep_for_good(system);
            continue;
        }
        nap(system, &next_tick);
    }
    tri_stop_carry_out(system);
}
