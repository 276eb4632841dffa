// SPDX-License-Identifier: MIT
// Who runs next and what a load returns: random walk, PCT of depth 3, and a systematic search.
//
// Walk and PCT are functions of a seed alone, so that a seed replays a run. The search keeps its
// choices in a list and advances the last one that has an alternative.
#include <stdarg.h>
#include <stdio.h>

#include "engine/engine.h"

#define CHOICES_MAX 8192
#define PCT_DEPTH 3

static struct {
    unsigned sticky;                   // walk: of 4 steps, how many stay with the thread
    unsigned pct_steps;                // length of a run, as a probe found it
    unsigned change_at[PCT_DEPTH - 1]; // steps at which the running thread loses its priority
    int lowest;                        // priority of the next thread that yields
} random_state;

static struct {
    uint8_t chosen[CHOICES_MAX];
    uint8_t options[CHOICES_MAX];
    unsigned depth;  // of this run
    unsigned length; // of the recorded prefix
    unsigned preemptions_max, preemptions;
} search;

void trt_trace(const char *format, ...)
{
    if (!trt_engine.trace) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    printf("  %4u  %c  ", trt_engine.steps,
           trt_engine.current == TRT_MAIN ? 'm' : (char)('0' + trt_engine.current));
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
}

void trt_pct_steps(unsigned steps)
{
    random_state.pct_steps = steps > 4 ? steps : 4;
}

void trt_explore_begin(uint64_t seed)
{
    uint64_t z = seed * 0x9E3779B97F4A7C15u + 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    trt_engine.random = (z ^ z >> 31) | 1;
    trt_engine.strategy = (seed & 1) != 0 ? TRT_PCT : TRT_WALK;
    random_state.sticky = (unsigned)(trt_random() % 4);
    random_state.lowest = 0;
    if (trt_engine.strategy == TRT_PCT) {
        for (int i = 0; i < PCT_DEPTH - 1; i++) {
            random_state.change_at[i] = 1 + (unsigned)(trt_random() % random_state.pct_steps);
        }
    }
}

static void draw_priorities(void)
{
    int count = trt_engine.thread_count;
    for (int i = 0; i < count; i++) {
        int j = (int)(trt_random() % (uint64_t)(i + 1));
        trt_engine.threads[i].priority = trt_engine.threads[j].priority;
        trt_engine.threads[j].priority = PCT_DEPTH + i;
    }
}

void trt_dfs_begin(unsigned preemptions)
{
    trt_engine.strategy = TRT_DFS;
    search.length = 0;
    search.depth = 0;
    search.preemptions = 0;
    search.preemptions_max = preemptions != 0 ? preemptions : CHOICES_MAX;
}

bool trt_dfs_advance(void)
{
    search.preemptions = 0;
    search.length = search.depth;
    search.depth = 0;
    while (search.length > 0) {
        unsigned last = search.length - 1;
        if (search.chosen[last] + 1 < search.options[last]) {
            search.chosen[last]++;
            return true;
        }
        search.length--;
    }
    return false;
}

static unsigned choose_next_in_search(unsigned n)
{
    if (n == 1) {
        return 0;
    }
    unsigned at = search.depth++;
    if (at >= CHOICES_MAX) {
        trt_model_fail("more than %d choices in a run", CHOICES_MAX);
    }
    if (at >= search.length) {
        search.chosen[at] = 0;
        search.options[at] = (uint8_t)n;
    }
    return search.chosen[at];
}

unsigned trt_choose(unsigned n)
{
    if (trt_engine.strategy == TRT_DFS) {
        return choose_next_in_search(n);
    }
    return (unsigned)(trt_random() % n);
}

unsigned trt_pick_store(unsigned n)
{
    if (n == 1) {
        return 0;
    }
    if (trt_engine.strategy == TRT_DFS) {
        return choose_next_in_search(n);
    }
    uint64_t random = trt_random();
    return (random & 1) != 0 ? 0 : (unsigned)((random >> 1) % n);
}

// Lists who may run, the current thread first; returns their number.
static unsigned list_ready(int *ready)
{
    unsigned n = 0;
    for (int pass = 0; pass < 2 && n == 0; pass++) {
        for (int i = 0; i < trt_engine.thread_count; i++) {
            struct trt_thread *thread = &trt_engine.threads[i];
            if (thread->state != TRT_READY || (thread->yielded && pass == 0)) {
                continue;
            }
            ready[n++] = i;
            if (i == trt_engine.current) {
                ready[n - 1] = ready[0];
                ready[0] = i;
            }
        }
    }
    return n;
}

static int pick_by_priority(const int *ready, unsigned n)
{
    for (int i = 0; i < PCT_DEPTH - 1; i++) {
        if (trt_engine.steps == random_state.change_at[i]) {
            trt_me()->priority = i + 1;
        }
    }
    int best = ready[0];
    for (unsigned i = 1; i < n; i++) {
        if (trt_engine.threads[ready[i]].priority > trt_engine.threads[best].priority) {
            best = ready[i];
        }
    }
    return best;
}

static int pick_in_search(const int *ready, unsigned n)
{
    if (trt_engine.steps > TRT_STEPS_UNFAIR) {
        return ready[n - 1]; // a loop that waits: let the others go on, and try nothing else
    }
    bool may_stay = ready[0] == trt_engine.current;
    if (may_stay && search.preemptions >= search.preemptions_max) {
        return ready[0];
    }
    unsigned chosen = choose_next_in_search(n);
    search.preemptions += may_stay && chosen != 0;
    return ready[chosen];
}

static int pick_thread(const int *ready, unsigned n)
{
    if (trt_engine.strategy == TRT_DFS) {
        return pick_in_search(ready, n);
    }
    if (trt_engine.steps > TRT_STEPS_UNFAIR) {
        return ready[trt_random() % n];
    }
    if (trt_engine.strategy == TRT_PCT) {
        return pick_by_priority(ready, n);
    }
    uint64_t random = trt_random();
    if (ready[0] == trt_engine.current && (random & 3) < random_state.sticky) {
        return ready[0];
    }
    return ready[(random >> 2) % n];
}

// Nobody can run: the end, or threads that sleep for ever.
static void __attribute__((noreturn)) end_run(void)
{
    for (int i = 0; i < trt_engine.thread_count; i++) {
        if (trt_engine.threads[i].state == TRT_BLOCKED && !trt_may_stay_blocked(i)) {
            trt_model_fail("thread %d sleeps for ever", i);
        }
    }
    trt_abandon();
}

void trt_schedule(bool blocked)
{
    int ready[TRT_LANES];
    struct trt_thread *me = trt_me();
    if (trt_engine.current == TRT_MAIN && !blocked) {
        return;
    }
    if (trt_engine.current == TRT_MAIN && trt_engine.strategy == TRT_PCT) {
        draw_priorities();
    }
    if (blocked && me->state == TRT_READY) {
        trt_trace("sleeps");
        me->state = TRT_BLOCKED;
    }
    if (++trt_engine.steps > TRT_STEPS_MAX) {
        trt_model_fail("more than %d steps: livelock", TRT_STEPS_MAX);
    }
    unsigned n = list_ready(ready);
    if (n == 0) {
        end_run();
    }
    int next = n == 1 ? ready[0] : pick_thread(ready, n);
    if (next == trt_engine.current) {
        return;
    }
    for (int i = 0; i < trt_engine.thread_count; i++) {
        trt_engine.threads[i].yielded = false;
    }
    if (trt_engine.current == TRT_MAIN) {
        trt_begin_threads(next);
    }
    trt_switch(next);
}

int trt_self(void)
{
    return trt_engine.current;
}

void trt_step(void)
{
    trt_schedule(false);
}

void trt_yield(void)
{
    struct trt_thread *me = trt_me();
    me->yielded = true;
    me->priority = --random_state.lowest;
    trt_schedule(false);
    me->yielded = false;
    me->fresh = true;
}

void trt_block(void)
{
    trt_schedule(true);
}

void trt_wake(int thread)
{
    trt_schedule(false);
    if (trt_engine.threads[thread].state == TRT_BLOCKED) {
        trt_trace("wakes %d", thread);
        trt_engine.threads[thread].state = TRT_READY;
    }
}

void trt_futex_wake(const uint32_t *p)
{
    trt_schedule(false);
    for (int i = 0; i < trt_engine.thread_count; i++) {
        struct trt_thread *thread = &trt_engine.threads[i];
        if (thread->state == TRT_BLOCKED && thread->waits_at == p) {
            trt_trace("wakes %d", i);
            thread->state = TRT_READY;
            thread->waits_at = NULL;
        }
    }
}
