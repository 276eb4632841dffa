// SPDX-License-Identifier: MIT
// Hand-off: a P whose thread is stuck goes to a spare thread.
//
// Purpose: an actor that spins or blocks does not stop the others (architecture: progress).
// How: the monitor finds a P that has run the same activation for a whole tick, seizes it and gives
//   it to a spare. An actor that says tr_blocking_begin gives its P away itself. The thread left
//   without P goes on as a guest and becomes a spare at its actor's next suspension.
// Limits: spares_max extra threads; beyond it P's stay where they are, until one comes free.
// Threads: tri_handoff_* by the monitor or by the P's own thread outside sections; one at a time.
// Ownership: threads belong to the system.
#ifndef TRI_NODE_HANDOFF_H
#define TRI_NODE_HANDOFF_H

#include "process/section.h"

#define TRI_COUNT_HERE(p, field) tri_count(&(p)->counts.field)

// Takes the P from its thread and gives it to a spare, if its thread is still in the activation
// with that number. False when that is not possible now.
bool tri_handoff_from(struct tr_system *system, struct tri_processor *p, uint32_t activation);

// The P's own thread, inside a section, gives it away. False without a spare.
bool tri_handoff_give(struct tri_thread *t);

// The thread, between two activations, gives its P to one that wants it. False when none does.
bool tri_handoff_serve(struct tri_thread *t);

// Whether a thread without P has pinned actors that can run.
static inline bool tri_threads_want(const struct tr_system *system)
{
    // relaxed: a hint; who sleeps on it has the fence of tri_idle_sleep.
    return tri_load(&system->x_wanting, relaxed) != 0;
}

// A thread without P waits for one; true when it has it, inside a section. False when it shall end.
bool tri_spare_wait(struct tri_thread *t);

// Makes a thread (not yet running) with the next id; NULL at the limit or without memory.
struct tri_thread *tri_thread_new(struct tr_system *system);
tr_err tri_thread_run(struct tri_thread *t);

// The monitor's thread: ticks while anybody works, and carries out the stop.
void tri_monitor_main(void *arg);
// The monitor, once a tick: hands the P's of stuck threads on, and wakes a sleeper for work that
// lies.
void tri_monitor_tick(struct tr_system *system);
// A worker woke: the monitor ticks again if it slept.
void tri_monitor_stir(struct tr_system *system);

#endif
