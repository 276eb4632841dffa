// SPDX-License-Identifier: MIT
// The parts of the engine that its own files share.
//
// Purpose: threads (fibre.c), memory (memory.c, order.c), choices (explore.c), programs (run.c).
// Invariants: exactly one thread is current; TRT_MAIN runs set-up and final check, unscheduled.
// Threads: one OS thread. Ownership: all static.
#ifndef TRT_MODEL_ENGINE_H
#define TRT_MODEL_ENGINE_H

#include "engine/clock.h"
#include "engine/model.h"

#define TRT_MAIN 7
#define TRT_STEPS_MAX 6000   // of one run: beyond it a livelock is reported
#define TRT_STEPS_UNFAIR 600 // beyond it scheduling is fair and loads return the newest store

enum trt_state { TRT_ABSENT, TRT_READY, TRT_BLOCKED, TRT_DONE };

struct trt_thread {
    enum trt_state state;
    bool yielded;                // lets the others go first
    bool fresh;                  // the next load returns the newest store
    int16_t time;                // own operations so far
    int priority;                // PCT
    const void *waits_at;        // futex address
    struct trt_clock now;        // what this thread knows
    struct trt_clock acquirable; // what an acquire fence would add
    struct trt_clock released;   // what a relaxed store publishes: the last release fence
};

enum trt_strategy { TRT_WALK, TRT_PCT, TRT_DFS };

struct trt_engine {
    struct trt_thread threads[TRT_LANES];
    int current;
    int thread_count;
    unsigned steps;
    enum trt_strategy strategy;
    uint64_t random;
    bool trace;
    bool failed;
    char message[512];
};

extern struct trt_engine trt_engine;

static inline struct trt_thread *trt_me(void)
{
    return &trt_engine.threads[trt_engine.current];
}

static inline uint64_t trt_random(void)
{
    uint64_t x = trt_engine.random;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    trt_engine.random = x;
    return x * 0x2545F4914F6CDD1Du >> 11;
}

// memory.c
void trt_memory_init(void *world, size_t bytes);
void trt_memory_reset(void);

// order.c
void trt_order_reset(void);

// fibre.c
void trt_fibres_init(void);
// Runs all threads of the program from their beginning until they are done, blocked or failed.
void trt_fibres_run(const struct trt_program *program);
void trt_switch(int next);                                   // from a thread to another
void trt_begin_threads(int first) __attribute__((noreturn)); // from main
void trt_abandon(void) __attribute__((noreturn));            // ends the run
bool trt_may_stay_blocked(int thread);
bool trt_wakes_spuriously(void);

// explore.c
void trt_explore_begin(uint64_t seed); // walk and PCT
void trt_schedule(bool blocked);       // chooses who runs next and switches
unsigned trt_pick_store(unsigned n);   // 0 = newest
void trt_pct_steps(unsigned steps);
void trt_dfs_begin(unsigned preemptions);
bool trt_dfs_advance(void); // false when everything was tried
void trt_trace(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
