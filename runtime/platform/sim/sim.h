// SPDX-License-Identifier: MIT
// The simulator: the whole runtime on one OS thread, in virtual time, from a seed.
//
// Purpose: explore thread interleavings and replay each one exactly. Every thread the runtime
//   starts is a coroutine; the ports under sim/port decide from the seed who runs next.
// Invariants: same seed and options, same program: same trace hash, with address randomisation on.
//   Nothing here depends on an address, the real clock or the kernel's entropy.
// Threads: one OS thread drives one simulation at a time; it is virtual thread 0, "the driver".
// Ownership: stacks of virtual threads are pooled for the life of the process; all else is reset
//   by tri_sim_begin.
#ifndef TRI_PLATFORM_SIM_SIM_H
#define TRI_PLATFORM_SIM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tri_sim_strategy {
    TRI_SIM_RANDOM, // at each point every thread that can run is equally likely
    TRI_SIM_PCT,    // random priorities, lowered at depth - 1 random points; random walk afterwards
};

struct tri_sim_opts {
    uint64_t seed;
    enum tri_sim_strategy strategy;
    uint32_t depth;     // of PCT; 0: 3
    uint32_t pct_steps; // steps among which PCT places its changes; 0: 1,000
    uint32_t cpu_count; // what tri_cpu_count says; 0: 2
    uint64_t step_max;  // a run longer than this fails; 0: 10,000,000
    const char *replay; // decisions as tri_sim_decisions writes them, or NULL to draw
};

struct tri_sim_report {
    uint64_t trace_hash;
    uint64_t steps;
    uint64_t decision_count;
    uint64_t allocation_count; // points at which tri_sim_fail_alloc could have failed
    uint64_t time_ns;
    int64_t live_blocks; // allocated and not freed since tri_sim_begin
    int64_t live_bytes;
    int64_t live_stacks;   // opened and not closed since tri_sim_begin
    uint32_t live_threads; // started and not joined
    bool failed;
};

struct tri_sim_failure {
    const char *what;
    uint64_t seed;
    const char *decisions; // text for tri_sim_opts.replay
};

// The calling flow becomes the driver until tri_sim_end. The report may be NULL.
void tri_sim_begin(const struct tri_sim_opts *opts);
void tri_sim_end(struct tri_sim_report *report);
// Both around drive(arg), which runs on a stack of the simulator. A failure ends the run instead
// of the process, after the hook: false, and whatever the run held is leaked.
bool tri_sim_run(const struct tri_sim_opts *opts, void (*drive)(void *), void *arg,
                 struct tri_sim_report *report);

// For the driver: gives way until every other virtual thread is parked, then passes over deadlines
// that lie within short_ns of the moment of the call, settling at each. True if any thread ran.
bool tri_sim_settle(uint64_t short_ns);
// For the driver: moves time forward by ns, deadline by deadline, settling at each.
void tri_sim_advance(uint64_t ns);

// Lets one of the others run, until the choice falls on the caller again. False if none can.
bool tri_sim_give_way(void);

// Folds an event of the caller into the trace hash.
void tri_sim_trace(uint64_t event);
// Steps so far.
uint64_t tri_sim_steps(void);
// Called at each step before the choice; must not reach a scheduling point itself. NULL: none.
void tri_sim_each_step(void (*check)(void));

// This virtual thread runs whenever it can; 0: none. Such turns are not decisions.
void tri_sim_favour(uint32_t thread);
// Called when all wait and nobody has a deadline, before that fails: true when it readied a thread.
// NULL: none. Both last until the next begin.
void tri_sim_when_stuck(bool (*help)(void));

// The nth allocation from now fails (1: the next), and with `persistent` all later ones too.
// 0: none fails.
void tri_sim_fail_alloc(uint64_t nth, bool persistent);

// The decisions of the current or last run as text, NUL-terminated, valid until the next begin.
// Ends in '+' when the run took more decisions than are kept (the seed alone still replays it).
const char *tri_sim_decisions(void);

// Ends the run as failed: deadlock, step limit and broken rules come here, and test kits may too.
// The hook, if there is one, is called first. Without a hook the failure goes to stderr. Then
// tri_sim_run returns false; a run begun with tri_sim_begin aborts the process.
_Noreturn void tri_sim_fail(const char *what);
void tri_sim_on_failure(void (*hook)(const struct tri_sim_failure *failure));

#endif
