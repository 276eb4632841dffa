// SPDX-License-Identifier: MIT
// What the benchmarks share: parameters, waiting for actors, time, and the result.
//
// A benchmark is one entry of the table in main.c and one function that measures. The function
// works on a running system, warms up with a small count, measures the full one and fills a result.
// It uses the public headers only, and checks what it computed: a wrong value ends the program.
//
// Threads: everything here belongs to the main thread, except bench_latch_down, which any actor may
// call, and bench_now_ns.
// Ownership: a latch is its benchmark's; it must outlive the actors that count it down.
#ifndef BENCH_H
#define BENCH_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <troupe.h>

// How the actors of a benchmark are written.
enum bench_style {
    BENCH_HANDLER = 1, // callbacks of a tr_actor_spec
    BENCH_PROCESS = 2, // a function with receives in it
    BENCH_SERVER = 4,  // a TR_SERVER module
    BENCH_MAILBOX = 8, // bounded: over bounded mailboxes
    BENCH_BUFFER = 16  // bounded: through an actor that keeps the items
};

#define BENCH_PARAM_MAX 6
#define BENCH_EXTRA_MAX 12

struct bench_param {
    const char *name;    // NULL ends the list
    long value;          // default in the table, the value in a run
    long least;          // smallest value allowed
    const char *choices; // words that stand for 0, 1, …, such as "one|many"; NULL: a number
};

struct bench_run;
struct bench_result;

struct bench {
    const char *name;
    void (*measure)(const struct bench_run *run, struct bench_result *result);
    unsigned styles;          // enum bench_style, or-ed
    enum bench_style initial; // style unless style= says otherwise
    struct bench_param params[BENCH_PARAM_MAX];
};

struct bench_run {
    const struct bench *bench;
    tr_system *sys;
    enum bench_style style;
    long workers; // as asked for; 0 = one per core
    struct bench_param params[BENCH_PARAM_MAX];
};

struct bench_result {
    int64_t messages;
    int64_t elapsed_ns;
    struct {
        const char *name;
        double value;
    } extras[BENCH_EXTRA_MAX];
    size_t extra_count;
};

// --- One entry each in the table of main.c ------------------------------------------------------
void bench_pingpong(const struct bench_run *run, struct bench_result *result);
void bench_ring(const struct bench_run *run, struct bench_result *result);
void bench_counting(const struct bench_run *run, struct bench_result *result);
void bench_fanin(const struct bench_run *run, struct bench_result *result);
void bench_fork_create(const struct bench_run *run, struct bench_result *result);
void bench_memory(const struct bench_run *run, struct bench_result *result);
void bench_idle(const struct bench_run *run, struct bench_result *result);
void bench_call(const struct bench_run *run, struct bench_result *result);
void bench_fanout(const struct bench_run *run, struct bench_result *result);
void bench_big(const struct bench_run *run, struct bench_result *result);
void bench_chameneos(const struct bench_run *run, struct bench_result *result);
void bench_skynet(const struct bench_run *run, struct bench_result *result);
void bench_selective(const struct bench_run *run, struct bench_result *result);
void bench_bounded(const struct bench_run *run, struct bench_result *result);
void bench_timers(const struct bench_run *run, struct bench_result *result);
void bench_restart(const struct bench_run *run, struct bench_result *result);
void bench_payload(const struct bench_run *run, struct bench_result *result);
void bench_inspect(const struct bench_run *run, struct bench_result *result);
void bench_hog(const struct bench_run *run, struct bench_result *result);

// --- bounded in its two styles ------------------------------------------------------------------

struct bench_bound {
    long capacity; // most items under way
    long producers;
    long consumers;
};

// Nanoseconds for n items of each producer.
int64_t bench_trade_mailboxes(tr_system *sys, const struct bench_bound *bound, long n);

// --- Parameters and results ---------------------------------------------------------------------

// Value of a parameter that the table declares; of a word, its place among the choices.
long bench_value(const struct bench_run *run, const char *name);
// Adds a number that only this benchmark reports.
void bench_extra(struct bench_result *result, const char *name, double value);
// Adds percentiles of latencies, which it sorts.
void bench_latencies(struct bench_result *result, int64_t *samples, size_t count);
// Prints the result as one JSON object on one line.
void bench_print(const struct bench_run *run, const struct bench_result *result);
// A number of kibibytes from /proc/self/status, such as "VmRSS:"; 0 if there is none.
long bench_status_kib(const char *key);
const char *bench_style_name(enum bench_style style);

// --- Time and waiting ---------------------------------------------------------------------------

int64_t bench_now_ns(void);
// The peers' generator of chance.
uint32_t bench_chance(uint32_t seed);
void bench_sleep_ms(long ms);

// Lets the main thread wait until actors have counted down to zero.
struct bench_latch {
    atomic_long x_left;
    pthread_mutex_t lock;
    pthread_cond_t zero;
    bool open; // under lock
};

void bench_latch_init(struct bench_latch *latch, long count);
void bench_latch_down(struct bench_latch *latch);
void bench_latch_wait(struct bench_latch *latch);
void bench_latch_fini(struct bench_latch *latch);

// --- Failing ------------------------------------------------------------------------------------

// Ends the program when an error or a wrong value turns up; `what` says where.
void bench_must(tr_err err, const char *what);
void bench_check(bool right, const char *what);

// Zeroed memory for `count` things; to be freed with free().
void *bench_alloc(long count, size_t bytes_each);
// Spawns from the main thread; args are copied. Ends the program on failure.
tr_pid bench_spawn(tr_system *sys, const tr_actor_spec *spec, const void *args, size_t args_bytes);
// Ends an actor from the main thread, without waiting.
void bench_kill(tr_system *sys, tr_pid pid);

#endif
