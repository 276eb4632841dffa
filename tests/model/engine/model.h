// SPDX-License-Identifier: MIT
// The model checker as its programs see it.
//
// Purpose: a program is a world (its shared memory), a set-up, up to seven threads, a final check.
//   The engine runs it again and again; in each run it chooses the schedule and the store that each
//   load returns, as a seed or a systematic search decides.
// Rules: shared memory lies in the world and is touched by the tri_ macros only (the set-up may
//   write directly what no macro touched before). Threads keep the rest in locals. What the checks
//   themselves observe in the world, but do not model (counters), is touched directly.
// Failure of a run: trt_check, a data race, use of freed memory, threads that sleep for ever, too
//   many steps.
// Threads: model threads are coroutines of one OS thread. Ownership: programs are static data.
#ifndef TRT_MODEL_H
#define TRT_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Bit 0 acquires, bit 1 releases, bit 2 gives a total order (to fences only).
enum trt_order {
    TRT_relaxed = 0,
    TRT_acquire = 1,
    TRT_release = 2,
    TRT_acq_rel = 3,
    TRT_seq_cst = 7
};

#define TRT_STRING_OF(x) #x
#define TRT_STRING(x) TRT_STRING_OF(x)
#define TRT_HERE(text) __FILE__ ":" TRT_STRING(__LINE__) ": " text
// A size and the two orders of a compare-and-swap in one word.
#define TRT_CAS(bytes, passed, failed)                                                             \
    ((unsigned)(bytes) << 8 | (unsigned)(failed) << 4 | (unsigned)(passed))

#define TRT_THREADS_MAX 7

struct trt_thread_spec {
    void (*body)(int argument);
    int argument;
    bool may_stay_blocked; // a worker that is parked at the end is no failure
};

enum trt_expect { TRT_CLEAN, TRT_FOUND };

struct trt_program {
    const char *name;
    void (*setup)(void);
    void (*finish)(void);                            // sees everything; may be NULL
    struct trt_thread_spec threads[TRT_THREADS_MAX]; // up to the first without a body
    enum trt_expect expect; // TRT_FOUND: a planted bug, which must be found by walk and by PCT
    const char *why;        // TRT_FOUND: a part of the failure's message
    unsigned percent;       // share of the executions asked for, 0 = 100
    bool exhaust;           // search systematically as well
    unsigned preemptions;   // bound of that search, 0 = none
    bool spurious;          // futex waits may end for no reason
};

// Runs the programs as the command line says, prints a line for each and the summary; exit status.
int trt_model_main(int argc, char **argv, void *world, size_t world_bytes,
                   const struct trt_program *programs);

// For program threads.
void trt_model_fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
#define trt_check(condition)                                                                       \
    ((condition) ? (void)0 : trt_model_fail("%s", TRT_HERE("check failed: " #condition)))
int trt_self(void);              // index of the running thread
unsigned trt_choose(unsigned n); // any number below n: the engine tries them all
void trt_step(void);             // a point at which another thread may run
void trt_yield(void);            // the same in a waiting loop: lets the others go first
// Memory that nobody may touch any more; every access so far must happen before.
void trt_free(void *p, size_t bytes);
void trt_unfree(void *p, size_t bytes); // allocated anew: contents are free to be written

// Reads that decided something, as a thief's reads of the entries that it then claims. Hardware may
// let a load see a store that follows it in every run of this model (load buffering), unless the
// two are ordered. trt_claim says that the loads this thread did on the location since `since`
// count: the run fails if a store of another thread came or comes after them unordered.
int trt_now(void);
void trt_claim(const void *p, size_t bytes, int since);

// Sleeping. A futex compares with the newest value and carries no order of its own.
void trt_futex_wait(const uint32_t *p, uint32_t expected);
void trt_futex_wake(const uint32_t *p);
void trt_block(void);      // sleeps until the next trt_wake: a bare signal, no token
void trt_wake(int thread); // lost when the thread does not sleep

// Called by the macros of base/atomic.h.
uint64_t trt_model_load(const void *p, size_t bytes, enum trt_order order, const char *here);
void trt_model_store(void *p, size_t bytes, uint64_t value, enum trt_order order, const char *here);
uint64_t trt_model_xchg(void *p, size_t bytes, uint64_t value, enum trt_order order,
                        const char *here);
uint64_t trt_model_add(void *p, size_t bytes, uint64_t value, enum trt_order order,
                       const char *here);
bool trt_model_cas(void *p, void *expected, uint64_t value, unsigned how, const char *here);
void trt_model_fence(enum trt_order order, const char *here);
void trt_model_light_fence(const char *here);
void trt_model_heavy_fence(const char *here);
const void *trt_model_plain_read(const void *p, size_t bytes, const char *here);
void *trt_model_plain_write(void *p, size_t bytes, const char *here);

#endif
