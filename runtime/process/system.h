// SPDX-License-Identifier: MIT
// The system's shared record, a processor (P), and a thread of the runtime.
//
// Purpose: the data that the floors above process/ wire together. A P owns everything called per
//   worker: run queue, pools, wheel, stacks, counters. A thread owns its flag, park token and
//   native context, and holds at most one P.
// Invariants: a P's owner zone is touched inside guarded sections only (process/section.h).
//   Counters x_ of a P have one writer at a time, the holder.
// Threads: as the zones say. Ownership: the system owns P's and threads until tr_system_free.
#ifndef TRI_PROCESS_SYSTEM_H
#define TRI_PROCESS_SYSTEM_H

#include <stdbool.h>
#include <stdint.h>
#include <troupe/dead.h>
#include <troupe/system.h>

#include "base/random.h"
#include "memory/blob.h"
#include "memory/table.h"
#include "platform/context.h"
#include "port/park.h"
#include "port/thread.h"
#include "process/actor.h"
#include "process/gauge.h"
#include "process/injector.h"
#include "sched/guard.h"
#include "sched/idle.h"
#include "sched/ring.h"
#include "timer/wheel.h"

// Single-writer statistics of one P; the shared copy of guests is written by fetch-and-add.
struct tri_counts {
    tri_atomic(uint64_t) x_attempted;
    tri_atomic(uint64_t) x_refused;
    tri_atomic(uint64_t) x_received;
    tri_atomic(uint64_t) x_dead[TR_DEAD_REASONS]; // not received, by reason
    tri_atomic(uint64_t) x_spawned;
    tri_atomic(uint64_t) x_exited;
    tri_atomic(uint64_t) x_steals;
    tri_atomic(uint64_t) x_parks;
    tri_atomic(uint64_t) x_late_hooks;
};

// Open stacks of one class that nobody uses, last in first out.
struct tri_stack_pool {
    struct tri_stack *first;
    uint32_t count;
};

// Where a thread without P stands.
enum tri_listed {
    TRI_LISTED_NOT,     // it holds a P, is a guest, or was promised a P
    TRI_LISTED_SPARE,   // takes any P that is offered
    TRI_LISTED_WANTING, // the same, and actors wait that it alone may run
};

// Two places of a level that no thief reaches.
struct tri_seats {
    struct tr_self *next;  // readied last: runs next, on this P
    struct tr_self *again; // used its budget up while the ring was empty: older than the ring
    uint32_t streak;       // taken from `next` in a row
};

// Actors that stay with their receiver's P, in order of arrival.
struct tri_followers {
    struct tri_return_node *first;
    struct tri_return_node *last;
    bool went;          // the turn before was a follower's
    uint64_t looked_ns; // when a sender on this P last looked ahead
};

// The wait-for graph (process/waits.h).
struct tri_waits {
    struct tri_lock lock;
    struct tri_tree edges; // by the actor that waits
};
struct tri_bell;

struct tri_processor {
    struct tri_guard guard;
    tri_atomic(struct tri_park *) x_sleeper; // of the thread that sleeps with this P
    tri_atomic(uint32_t) x_activations;      // odd while an actor runs; the monitor compares it
    struct tri_counts counts;
    // What the monitor saw when it met this activation first; monitor only.
    uint32_t ticked_activations;
    uint32_t ticked_thread;
    uint64_t ticked_cpu_ns;
    struct tri_returns arrivals; // followers from other P's
    char pad[64];
    struct tri_ring rings[TRI_LEVELS]; // thieves take from them
    // Owner.
    struct tr_system *system;
    uint32_t index;
    uint32_t tick;
    uint32_t ranked;                    // levels but normal that may hold somebody
    tri_atomic(bool) x_urgent;          // set by others: an urgent actor waits in the injector
    struct tri_seats seats[TRI_LEVELS]; // beside the ring of the level
    struct tri_followers followers;     // process/follow.h
    uint32_t passed;                    // normal turns while low ones waited
    struct tri_stack_pool stacks[2];    // warm, by tr_stack_class
    struct tr_self *free_slots;         // by free_next
    uint32_t free_slot_count;
    uint64_t ref_serial;
    uint64_t now_ns;         // clock at the last look
    struct tri_list pending; // struct tri_due: get their deadline at the next look at the clock
    struct tri_list dated;   // struct tri_due: have their deadline, and enter the wheel then
    uint32_t undated_timers; // armed since the clock was read
    struct tri_returns cancelled; // timers of this wheel that another P cancelled
    struct tri_random random;
    struct tri_blocks blocks;
    struct tri_wheel wheel;
};

struct tri_thread {
    struct tri_guard_flag flag;
    uint32_t id;                     // from 1
    struct tri_processor *processor; // NULL: none held, as far as this thread knows
    struct tr_system *system;
    struct tr_self *current;      // the actor that runs
    struct tri_stack *stack;      // the stack this thread stands on; NULL: the native one
    struct tr_self *leaving;      // to be given up or queued once its stack is left
    uint8_t leaving_how;          // enum tri_leave
    struct tri_stack *dead_stack; // to be pooled once it is left
    tri_atomic(struct tri_processor *) x_offered; // a P for a spare thread
    struct tri_injector inbox;                    // actors pinned to this thread
    uint32_t inbox_turns;  // levels whose next turn is the inbox's, before the P's
    uint32_t wanted_turns; // taken while another thread wanted a P
    uint8_t listed;        // enum tri_listed; guarded by the lock of the spares
    struct tri_thread *next_spare;
    struct tri_park park;
    struct tri_context native;
    struct tri_os_thread os;
    bool started;
    tri_atomic(bool) x_ended; // it touches nothing of the system any more
};

struct tr_system {
    struct tri_table actors;
    struct tri_table timers;
    struct tri_processor **processors;
    struct tri_blocks **homes;
    uint32_t processor_count;
    uint32_t system_index;
    uint32_t creation;
    uint32_t actors_max;
    int32_t reductions;
    bool can_hand_off;  // membarrier is available
    bool detect_cycles; // waits is kept
    bool inherit_deadlines;
    void (*loop)(void *); // the scheduler's loop, begun on every fresh stack
    struct tri_idle idle;
    struct tri_injector injector; // actors readied by threads without P, and overflow of rings
    // Slots and timers free for anybody.
    struct tri_lock slots_lock;
    struct tr_self *free_slots;
    struct tr_self *free_locked_slots; // with mailboxes under a lock
    struct tri_limits *limits;         // all records ever made
    uint32_t fresh_next;               // slots that were never used, up to fresh_end
    uint32_t fresh_end;
    struct tri_gauge slots; // taken: by actors, or kept by P's
    struct tri_lock timers_lock;
    struct tri_timer *free_timers;
    struct tri_gauge armed; // timers
    // Names.
    struct tri_lock names_lock;
    struct tri_name **names;
    uint32_t name_buckets;
    struct tri_gauge named;
    bool names_told; // an alarm changed under the lock
    struct tri_waits waits;
    // Guests.
    tri_atomic(uint32_t) x_guests; // foreign threads inside a call
    tri_atomic(uint64_t) x_guest_refs;
    struct tri_counts guest_counts;
    tri_atomic(uint32_t) x_root_serial;
    tri_atomic(uint64_t) x_handoffs;
    // Host mode (node/host.h): no threads of ours.
    struct tri_bell *bell;              // rung instead of waking a worker; NULL: workers run
    tri_atomic(bool) x_stepping;        // a thread of the host steps
    tri_atomic(uint64_t) x_host_thread; // who steps, or did last
    uint64_t step_until_ns;             // 0: one activation; UINT64_MAX: until nothing is left
    uint32_t step_turns;
    bool step_emptied; // the step ended because there was nothing left
    bool step_more;    // the last step left work behind
    struct tri_notices *notices;
    struct tri_log *log; // NULL: nobody listens
    // Threads. Monitor is one more thread without P.
    struct tri_thread **threads; // by id − 1
    uint32_t thread_max;
    tri_atomic(uint32_t) x_thread_count;
    struct tri_lock spares_lock;
    struct tri_thread *spares;  // last in, first out
    bool spares_out;            // all stand in for others
    struct tri_thread *wanting; // first in, first out: each has pinned actors that can run
    struct tri_thread *wanting_last;
    tri_atomic(uint32_t) x_wanting; // how many
    struct tri_thread monitor;
    tri_atomic(uint8_t) x_phase; // enum tri_phase
    tri_atomic(bool) x_monitor_sleeps;
    struct tri_lock stop_lock;
    struct tri_stopper *stoppers;    // threads that wait for the stop
    tri_atomic(uint32_t) x_stoppers; // threads inside tr_system_stop
    uint64_t stop_deadline_ns;
    uint64_t stop_begun_ns;
    uint64_t stop_look_ns; // host mode: when to signal again
    tr_stop_report stop_report;
    struct tri_blob_totals blobs;
    uint64_t process_id; // of the process that started it
};

enum tri_phase {
    TRI_PHASE_RUNNING,
    TRI_PHASE_STOPPING, // no spawns by guests; exit signals are on their way
    TRI_PHASE_CLOSING,  // the actors have ended; no guest enters, those inside leave
    TRI_PHASE_HALTED,   // threads end
    TRI_PHASE_STOPPED,  // nothing runs
    TRI_PHASE_ABANDONED // stopped with refusers; STOPPED once they are buried
};

static inline enum tri_phase tri_system_phase(const struct tr_system *system)
{
    // acquire [phase]: who sees a phase sees what was prepared for it.
    return (enum tri_phase)tri_load(&system->x_phase, acquire);
}

// The record of a slot, NULL if there is none yet.
static inline struct tr_self *tri_actor_at(const struct tr_system *system, uint32_t slot)
{
    return tri_table_at(&system->actors, slot);
}

static inline struct tr_pid tri_pid_make(const struct tr_system *system, uint32_t slot,
                                         uint32_t generation)
{
    tr_pid pid = { slot, generation, system->system_index, system->creation };
    return slot == 0 ? tr_no_pid() : pid;
}

static inline tr_pid tri_actor_pid(const struct tr_self *self)
{
    return tri_pid_make(self->system, self->index, self->generation);
}

// Whether a pid is of this system and well-formed; the actor may be dead.
static inline bool tri_pid_local(const struct tr_system *system, tr_pid pid)
{
    return pid.slot != 0 && pid.generation != 0 && pid.system == system->system_index &&
           pid.creation == system->creation;
}

// Whether this process is a forked child of the one that started the system: its threads and what
// its locks guard were left behind.
static inline bool tri_system_forked(const struct tr_system *system)
{
    return system->process_id != tri_process_id();
}

// Adds to a counter that only the holder of the P writes.
static inline void tri_count(tri_atomic(uint64_t) * counter)
{
    // relaxed: a statistic with one writer; nothing is ordered by it.
    tri_store(counter, tri_load(counter, relaxed) + 1, relaxed);
}

#endif
