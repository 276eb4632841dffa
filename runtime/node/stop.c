// SPDX-License-Identifier: MIT
#include "node/stop.h"

#include <stdlib.h>
#include <string.h>

#include "node/abandon.h"
#include "node/handoff.h"
#include "node/host.h"
#include "port/clock.h"
#include "port/memory.h"
#include "port/tuning.h"
#include "process/deliver.h"
#include "process/log.h"
#include "process/notice.h"
#include "process/registry.h"

#define NS_PER_MS UINT64_C(1000000)
#define LOOK_FIRST_NS (NS_PER_MS)
#define REFUSED_NS (50 * NS_PER_MS) // the same when actors refuse to end
#define REST_NS (10000 * NS_PER_MS) // longest wait for guests to leave and queues to be empty
#define LOOK_LAST_NS (100 * NS_PER_MS)

static uint64_t sum(const struct tr_system *system, size_t offset)
{
    const char *shared = (const char *)&system->guest_counts + offset;
    // relaxed: single-writer counts; exact when nobody spawns or exits.
    uint64_t total = tri_load((const tri_atomic(uint64_t) *)(const void *)shared, relaxed);
    for (uint32_t i = 0; i < system->processor_count; i++) {
        const char *own = (const char *)&system->processors[i]->counts + offset;
        // relaxed: as above.
        total += tri_load((const tri_atomic(uint64_t) *)(const void *)own, relaxed);
    }
    return total;
}

uint64_t tri_live_count(const struct tr_system *system)
{
    uint64_t exited = sum(system, offsetof(struct tri_counts, x_exited));
    tri_fence(acquire); // [live-count]: whom an ended actor spawned is counted; pairs with its exit
    uint64_t spawned = sum(system, offsetof(struct tri_counts, x_spawned));
    return spawned > exited ? spawned - exited : 0;
}

void tri_stop_begin(struct tr_system *system, int64_t deadline_ms)
{
    uint64_t now = tri_clock_ns();
    uint64_t limit = (UINT64_MAX - now) / NS_PER_MS;
    uint64_t ms = (uint64_t)deadline_ms;
    uint64_t deadline = ms > limit ? UINT64_MAX : now + ms * NS_PER_MS;
    tri_lock_acquire(&system->stop_lock);
    if (deadline < system->stop_deadline_ns) {
        system->stop_deadline_ns = deadline;
    }
    if (tri_system_phase(system) == TRI_PHASE_RUNNING) {
        // release [phase]: pairs with tri_system_phase.
        tri_store(&system->x_phase, TRI_PHASE_STOPPING, release);
    }
    tri_lock_release(&system->stop_lock);
    tri_park_wake(&system->monitor.park);
}

tr_err tri_stop_wait(struct tr_system *system, tr_stop_report *report)
{
    struct tri_stopper me;
    tri_park_init(&me.park);
    tri_lock_acquire(&system->stop_lock);
    bool over = tri_system_phase(system) >= TRI_PHASE_STOPPED;
    if (!over) {
        me.next = system->stoppers;
        system->stoppers = &me;
    }
    tri_lock_release(&system->stop_lock);
    while (tri_system_phase(system) < TRI_PHASE_STOPPED) {
        tri_park_wait(&me.park, 0);
    }
    tri_lock_acquire(&system->stop_lock); // whoever woke us is done with `me`
    tri_lock_release(&system->stop_lock);
    if (report != NULL) {
        *report = system->stop_report;
    }
    return system->stop_report.refuser_count == 0 ? TR_OK : TR_ETIMEDOUT;
}

// Sleeps until then or until something has ended. In host mode the caller runs the actors
// meanwhile.
static void pause_until(struct tr_system *system, uint64_t until)
{
    if (system->bell != NULL) {
        tri_host_run_or_wait(system, until);
    } else {
        tri_park_wait(&system->monitor.park, until);
    }
}

static uint64_t deadline_of(struct tr_system *system)
{
    tri_lock_acquire(&system->stop_lock);
    uint64_t deadline = system->stop_deadline_ns;
    tri_lock_release(&system->stop_lock);
    return deadline;
}

struct root {
    uint32_t serial;
    uint32_t slot;
    uint32_t generation;
};

static int latest_first(const void *a, const void *b)
{
    const struct root *x = a;
    const struct root *y = b;
    return (x->serial < y->serial) - (x->serial > y->serial);
}

static bool alive(const struct tr_self *actor)
{
    tr_state state = tri_actor_state(actor);
    return state != TR_STATE_FREE && state != TR_STATE_EXITING;
}

// As alive, of any slot: whoever took it from the fresh ones has finished its record, which the
// lock tells, so that a signal may be the first that it receives.
static bool found_alive(struct tr_system *system, const struct tr_self *actor)
{
    tri_lock_acquire(&system->slots_lock);
    bool living = alive(actor);
    tri_lock_release(&system->slots_lock);
    return living;
}

static bool parent_is_alive(const struct tr_system *system, const struct tr_self *actor)
{
    uint64_t parent = tri_actor_parent(actor);
    struct tr_self *above = parent == 0 ? NULL : tri_actor_at(system, (uint32_t)(parent >> 32));
    return above != NULL && tri_slot_holds(&above->slot, (uint32_t)parent);
}

// False without memory: tried again at the next look.
static bool send_exit(struct tr_system *system, uint32_t slot, uint32_t generation, tr_exit reason)
{
    struct tr_msg *msg = tri_exit_compose(&system->monitor, tr_no_pid(), reason);
    if (msg != NULL) {
        tri_deliver(&system->monitor, slot, generation, msg);
    }
    return msg != NULL;
}

// Signals every actor without living parent that was not signalled yet, latest root first.
static void signal_roots(struct tr_system *system)
{
    uint32_t slots = tri_table_count(&system->actors);
    uint32_t count = 0;
    struct root *roots = tri_memory_alloc(slots * sizeof *roots + 1);
    for (uint32_t i = 1; roots != NULL && i < slots; i++) {
        struct tr_self *actor = tri_actor_at(system, i);
        uint32_t generation = tri_slot_generation(&actor->slot);
        if (found_alive(system, actor) && actor->stop_signalled != generation &&
            !parent_is_alive(system, actor)) {
            // relaxed: written once at birth.
            uint32_t serial = tri_load(&actor->x_root_serial, relaxed);
            roots[count++] = (struct root){ serial, i, generation };
        }
    }
    if (count > 1) {
        qsort(roots, count, sizeof *roots, latest_first);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (send_exit(system, roots[i].slot, roots[i].generation, TR_SHUTDOWN)) {
            tri_actor_at(system, roots[i].slot)->stop_signalled = roots[i].generation;
        }
    }
    tri_memory_free(roots, slots * sizeof *roots + 1);
}

static void kill_all(struct tr_system *system)
{
    uint32_t slots = tri_table_count(&system->actors);
    for (uint32_t i = 1; i < slots; i++) {
        struct tr_self *actor = tri_actor_at(system, i);
        if (found_alive(system, actor)) {
            (void)send_exit(system, i, tri_slot_generation(&actor->slot), TR_KILL);
        }
    }
}

// Sleeps until then or an actor's end. Ticks meanwhile: actors that shall end may stand behind one
// that does not.
static void sleep_ticking(struct tr_system *system, uint64_t until, uint64_t *next_tick)
{
    if (TRI_TUNING_TICK_NS != 0 && tri_clock_ns() >= *next_tick) {
        tri_monitor_tick(system);
        *next_tick = tri_clock_ns() + TRI_TUNING_TICK_NS;
    }
    bool ticks_first = TRI_TUNING_TICK_NS != 0 && *next_tick < until;
    pause_until(system, ticks_first ? *next_tick : until);
    (void)tri_notice_flush(system);
}

// When the actors that do not obey are killed: after half of the time, by the deadline as it is
// now.
static uint64_t half_time(struct tr_system *system)
{
    uint64_t deadline = deadline_of(system);
    uint64_t begun = system->stop_begun_ns;
    return deadline == UINT64_MAX || deadline <= begun ? deadline : begun + (deadline - begun) / 2;
}

// Lets `look` look at the actors, at growing intervals, until none is alive or the time is over.
static bool wait_for_end(struct tr_system *system, uint64_t (*limit)(struct tr_system *),
                         void (*look)(struct tr_system *))
{
    uint64_t pause = LOOK_FIRST_NS;
    uint64_t next = 0;
    uint64_t next_tick = 0;
    while (tri_live_count(system) != 0) {
        uint64_t now = tri_clock_ns();
        uint64_t until = limit(system); // a later request may have shortened it
        if (now >= until) {
            return false;
        }
        if (now >= next) {
            look(system);
            next = now + pause;
            pause = pause * 2 > LOOK_LAST_NS ? LOOK_LAST_NS : pause * 2;
        }
        sleep_ticking(system, next < until ? next : until, &next_tick);
    }
    return true;
}

static void report_refusers(struct tr_system *system)
{
    tr_stop_report *report = &system->stop_report;
    uint32_t slots = tri_table_count(&system->actors);
    for (uint32_t i = 1; i < slots; i++) {
        struct tr_self *actor = tri_actor_at(system, i);
        uint32_t generation = tri_slot_generation(&actor->slot);
        if (tri_actor_state(actor) == TR_STATE_FREE) {
            continue; // one that ends may be stuck in a hook
        }
        if (report->refuser_count < TR_COUNT(report->refusers)) {
            tr_refuser *refuser = &report->refusers[report->refuser_count];
            refuser->pid = tri_pid_make(system, i, generation);
            tri_name_copy(system, actor, tri_key(i, generation), refuser->name);
            tri_actor_label(actor, refuser->label);
            refuser->state = tri_actor_state(actor);
            if (refuser->name[0] == '\0') {
                tri_actor_label(actor, refuser->name);
            }
        }
        report->refuser_count++;
    }
}

// Lets no guest in any more and waits until those inside have left: what they still spawn would
// find nobody to run it, and they might wait for it.
static void wait_for_guests(struct tr_system *system, uint64_t until)
{
    // release [phase]: pairs with tri_system_phase.
    tri_store(&system->x_phase, TRI_PHASE_CLOSING, release);
    tri_fence(seq_cst); // [guest-door]: the phase before the count; pairs with tri_guest_enter
    // acquire [guest]: what they did comes before the end; pairs with tri_guest_leave.
    while (tri_load(&system->x_guests, acquire) != 0 || tri_live_count(system) != 0) {
        uint64_t now = tri_clock_ns();
        if (now >= until) {
            return;
        }
        if (tri_live_count(system) != 0) {
            kill_all(system);
        }
        uint64_t next = now + LOOK_FIRST_NS / 10;
        pause_until(system, next < until ? next : until);
    }
}

// Waits until the workers have answered all that was sent to the dead.
static void wait_for_rest(struct tr_system *system, uint64_t until)
{
    uint64_t all = ((uint64_t)1 << system->processor_count) - 1;
    // relaxed: compared only.
    while (tri_load(&system->idle.x_word, relaxed) != all ||
           tri_injector_levels(&system->injector) != 0) {
        uint64_t now = tri_clock_ns();
        if (now >= until) {
            return;
        }
        uint64_t next = now + LOOK_FIRST_NS / 10;
        pause_until(system, next < until ? next : until);
    }
}

// Wakes every thread and joins them, unless one may be stuck.
static void end_threads(struct tr_system *system)
{
    // release [phase]: pairs with tri_system_phase.
    tri_store(&system->x_phase, TRI_PHASE_HALTED, release);
    // acquire [threads]: pairs with tri_thread_new.
    uint32_t count = tri_load(&system->x_thread_count, acquire);
    for (uint32_t i = 0; i < count; i++) {
        tri_park_wake(&system->threads[i]->park);
    }
    if (system->stop_report.refuser_count != 0) {
        tri_abandon_close(system); // they are joined by whoever frees the system
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (system->threads[i]->started) {
            tri_os_thread_join(&system->threads[i]->os);
        }
    }
}

static void tell_stoppers(struct tr_system *system)
{
    bool refused = system->stop_report.refuser_count != 0;
    tri_lock_acquire(&system->stop_lock);
    // release [phase]: pairs with tri_system_phase.
    tri_store(&system->x_phase, refused ? TRI_PHASE_ABANDONED : TRI_PHASE_STOPPED, release);
    for (struct tri_stopper *stopper = system->stoppers; stopper != NULL; stopper = stopper->next) {
        tri_park_wake(&stopper->park);
    }
    tri_lock_release(&system->stop_lock);
}

void tri_stop_look(struct tr_system *system)
{
    uint64_t now = tri_clock_ns();
    if (system->stop_begun_ns == 0) {
        system->stop_begun_ns = now;
    }
    if (now >= system->stop_look_ns) {
        system->stop_look_ns = now + LOOK_LAST_NS;
        if (now >= half_time(system)) {
            kill_all(system);
        } else {
            signal_roots(system);
        }
    }
}

void tri_stop_carry_out(struct tr_system *system)
{
    if (system->stop_begun_ns == 0) {
        system->stop_begun_ns = tri_clock_ns();
    }
    bool ended = wait_for_end(system, half_time, signal_roots);
    if (!ended) {
        kill_all(system);
        ended = wait_for_end(system, deadline_of, kill_all);
    }
    wait_for_guests(system, tri_clock_ns() + (ended ? REST_NS : REFUSED_NS));
    if (tri_live_count(system) == 0) {
        wait_for_rest(system, tri_clock_ns() + REST_NS);
    } else {
        report_refusers(system);
    }
    end_threads(system);
    tri_log_finish(system);
    tell_stoppers(system);
}

tr_err tri_stop_drive(struct tr_system *system, tr_stop_report *report)
{
    struct tri_park pause;
    tri_park_init(&pause);
    while (tri_host_enter(system) != TR_OK) {
        tri_park_wait(&pause, tri_clock_ns() + LOOK_FIRST_NS); // a step or a stop is under way
    }
    if (tri_system_phase(system) < TRI_PHASE_STOPPED) {
        tri_stop_carry_out(system);
    }
    tri_host_leave(system);
    return tri_stop_wait(system, report);
}
