// SPDX-License-Identifier: MIT
// The state of a simulation, shared by the files of this folder.
//
// Purpose: one struct, reset as a whole between runs. Invariants: bit i of `runnable` is set
//   exactly if threads[i].state is READY; `current` is READY while it runs; spinners lie within
//   the live threads. Threads: the one that simulates. Ownership: static.
#ifndef TRI_PLATFORM_SIM_STATE_H
#define TRI_PLATFORM_SIM_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "platform/context.h"

enum { TRI_SIM_THREADS_MAX = 64, TRI_SIM_DRIVER = 0 };

//   FREE -> READY (start) <-> PARKED, JOINING, SETTLING (driver only) ; READY -> DONE -> FREE
//   (join)
enum tri_sim_state {
    TRI_SIM_FREE,
    TRI_SIM_READY,
    TRI_SIM_PARKED,   // in tri_park_wait
    TRI_SIM_JOINING,  // in tri_os_thread_join
    TRI_SIM_SETTLING, // the driver in tri_sim_settle: runs when nothing else can
    TRI_SIM_DONE,
};

struct tri_sim_thread {
    enum tri_sim_state state;
    uint32_t id;
    bool started;        // its context or the native flow exists
    uint32_t locks_held; // tri_lock's
    uint32_t joiner;     // thread that joins this one, plus one
    int64_t priority;    // for PCT: the highest runs
    uint64_t deadline;   // while parked; 0: none
    void *word;          // tri_os_thread_set
    void (*run)(void *);
    void *arg;
    struct tri_stack *stack; // NULL for a driver on its native stack
    struct tri_context context;
};

// Kinds of points beside enum tri_point; they go into the trace hash.
enum {
    TRI_SIM_POINT_WAIT = 64,
    TRI_SIM_POINT_WAKE,
    TRI_SIM_POINT_SPIN,
    TRI_SIM_POINT_BLOCK,
    TRI_SIM_POINT_FENCE,
    TRI_SIM_POINT_TIME,
};

struct tri_sim {
    bool active;
    bool failed;
    bool running; // inside tri_sim_run: a failure returns to `home`
    struct tri_sim_thread *current;
    uint64_t runnable;
    uint64_t spinners; // called tri_spin_pause and nothing else since
    uint64_t steps;
    uint64_t step_max;
    uint64_t now_ns;
    uint64_t hash;
    uint64_t seed;
    uint32_t favoured;  // thread that runs whenever it can; 0: none
    bool (*help)(void); // asked before a deadlock fails
    uint64_t entropy;   // state of the generator behind tri_entropy
    uint32_t cpu_count;
    int64_t stacks_before; // the product's open stacks when the run began
    void (*drive)(void *);
    void *drive_arg;
    struct tri_context home;
    struct tri_sim_thread threads[TRI_SIM_THREADS_MAX];
};

extern struct tri_sim tri_sim;

static inline uint64_t tri_sim_mix(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static inline void tri_sim_fold(uint64_t event)
{
    tri_sim.hash = (tri_sim.hash ^ event) * UINT64_C(0x9fb21c651e98df25);
    tri_sim.hash ^= tri_sim.hash >> 32;
}

// decide.c
void tri_sim_decide_reset(uint64_t seed, uint32_t strategy, uint32_t depth, uint32_t pct_steps);
bool tri_sim_decide_replay(const char *text);
uint64_t tri_sim_decision_count(void);
// One of the threads in `candidates` (not empty), recorded.
uint32_t tri_sim_decide_thread(uint64_t candidates);
int64_t tri_sim_first_priority(void);
// A spinning thread gives way to all others.
int64_t tri_sim_lowest_priority(void);

// switch.c
// Counts a step and checks the limit.
void tri_sim_step(uint32_t kind);
// Takes the current thread out of the runnable ones in `state` and runs others until it is ready.
void tri_sim_block(enum tri_sim_state state, uint64_t deadline);
void tri_sim_make_ready(struct tri_sim_thread *t);
// The end of a virtual thread: runs another for ever.
_Noreturn void tri_sim_finish(void);
// Earliest deadline of a parked thread; 0: none.
uint64_t tri_sim_earliest_deadline(void);
// Sets the time (never back) and readies the threads whose deadline has come.
void tri_sim_set_time(uint64_t now_ns);
// Runs thread 0 on its own stack, from home; returns when the run has ended.
void tri_sim_enter_driver(void);

// witness.c
void tri_sim_witness_reset(void);
// All others are parked: nobody may be left in a queue.
void tri_sim_witness_quiet(void);

// memory.c
void tri_sim_memory_reset(void);
void tri_sim_memory_counts(int64_t *blocks, int64_t *bytes, uint64_t *allocations);
// Stacks for virtual threads, outside the census and the fault injection.
struct tri_stack *tri_sim_stack_get(void);
void tri_sim_stack_put(struct tri_stack *stack);
int64_t tri_sim_product_stacks(void);

#endif
