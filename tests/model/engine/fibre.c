// SPDX-License-Identifier: MIT
// Model threads: coroutines that are made once and started anew in every run.
//
// A stack is entered once through ucontext; after that _setjmp and _longjmp switch, which cost no
// system call. The fortified longjmp refuses to change stacks, so it is switched off in this file.
#undef _FORTIFY_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <ucontext.h>

#include "engine/engine.h"

#define STACK_BYTES 65536

struct fibre {
    jmp_buf base;    // the beginning of a run
    jmp_buf context; // where it was left
    bool started;
    ucontext_t birth;
    char stack[STACK_BYTES] __attribute__((aligned(16)));
};

struct trt_engine trt_engine;
static struct fibre fibres[TRT_THREADS_MAX];
static const struct trt_program *running;
static jmp_buf home; // the OS thread's own stack: ends a run
static int being_born;

static void fibre_main(void)
{
    if (_setjmp(fibres[being_born].base) == 0) {
        _longjmp(home, 1);
    }
    const struct trt_thread_spec *spec = &running->threads[trt_engine.current];
    spec->body(spec->argument);
    trt_me()->state = TRT_DONE;
    trt_schedule(true);
}

void trt_fibres_init(void)
{
    static ucontext_t unused;
    for (being_born = 0; being_born < TRT_THREADS_MAX; being_born++) {
        struct fibre *fibre = &fibres[being_born];
        if (getcontext(&fibre->birth) != 0) {
            trt_model_fail("getcontext failed");
        }
        fibre->birth.uc_stack.ss_sp = fibre->stack;
        fibre->birth.uc_stack.ss_size = sizeof fibre->stack;
        makecontext(&fibre->birth, fibre_main, 0);
        if (_setjmp(home) == 0) {
            (void)swapcontext(&unused, &fibre->birth);
        }
    }
}

static void __attribute__((noreturn)) resume(int next)
{
    trt_engine.current = next;
    struct fibre *fibre = &fibres[next];
    if (!fibre->started) {
        fibre->started = true;
        _longjmp(fibre->base, 1);
    }
    _longjmp(fibre->context, 1);
}

void trt_switch(int next)
{
    if (_setjmp(fibres[trt_engine.current].context) == 0) {
        resume(next);
    }
}

void trt_abandon(void)
{
    _longjmp(home, 1);
}

void trt_model_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(trt_engine.message, sizeof trt_engine.message, format, arguments);
    va_end(arguments);
    trt_engine.failed = true;
    trt_trace("%s", trt_engine.message);
    trt_abandon();
}

static void reset_threads(const struct trt_program *program)
{
    int count = 0;
    while (count < TRT_THREADS_MAX && program->threads[count].body != NULL) {
        count++;
    }
    memset(trt_engine.threads, 0, sizeof trt_engine.threads);
    trt_engine.thread_count = count;
    for (int i = 0; i < count; i++) {
        trt_engine.threads[i].state = TRT_READY;
        fibres[i].started = false;
    }
    trt_engine.steps = 0;
    trt_engine.failed = false;
    trt_engine.current = TRT_MAIN;
    running = program;
}

// What main did happens before the threads; at the end, what the threads did happens before main.
static void hand_over(bool to_threads)
{
    struct trt_thread *main_thread = &trt_engine.threads[TRT_MAIN];
    for (int i = 0; i < trt_engine.thread_count; i++) {
        if (to_threads) {
            trt_engine.threads[i].now = main_thread->now;
        } else {
            trt_clock_join(&main_thread->now, &trt_engine.threads[i].now);
        }
    }
}

void trt_fibres_run(const struct trt_program *program)
{
    reset_threads(program);
    trt_memory_reset();
    trt_order_reset();
    if (_setjmp(home) == 0) {
        program->setup();
        hand_over(true);
        trt_schedule(true);
    }
    if (trt_engine.failed) {
        return;
    }
    trt_engine.current = TRT_MAIN;
    hand_over(false);
    if (_setjmp(home) == 0 && program->finish != NULL) {
        program->finish();
    }
}

void trt_begin_threads(int first)
{
    resume(first);
}

bool trt_may_stay_blocked(int thread)
{
    return running->threads[thread].may_stay_blocked;
}

// Whether this futex wait ends for no reason.
bool trt_wakes_spuriously(void)
{
    return running->spurious && trt_engine.strategy != TRT_DFS && trt_random() % 8 == 0;
}
