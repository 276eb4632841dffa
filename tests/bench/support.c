// SPDX-License-Identifier: MIT
// Time, waiting and failing; see bench.h.
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int64_t bench_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

uint32_t bench_chance(uint32_t seed)
{
    return (seed * 1103515245u + 12345u) & 0x7fffffffu;
}

void bench_sleep_ms(long ms)
{
    struct timespec left = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
    while (nanosleep(&left, &left) != 0) {}
}

void bench_latch_init(struct bench_latch *latch, long count)
{
    // relaxed: no actor knows the latch yet; spawning one publishes it.
    atomic_store_explicit(&latch->x_left, count, memory_order_relaxed);
    pthread_mutex_init(&latch->lock, NULL);
    pthread_cond_init(&latch->zero, NULL);
    latch->open = count == 0;
}

void bench_latch_down(struct bench_latch *latch)
{
    // acq_rel [bench-latch]: what each actor did comes before the last one opens; pairs with
    // itself.
    if (atomic_fetch_sub_explicit(&latch->x_left, 1, memory_order_acq_rel) != 1) {
        return;
    }
    pthread_mutex_lock(&latch->lock);
    latch->open = true;
    pthread_cond_signal(&latch->zero);
    pthread_mutex_unlock(&latch->lock);
}

void bench_latch_wait(struct bench_latch *latch)
{
    pthread_mutex_lock(&latch->lock);
    while (!latch->open) {
        pthread_cond_wait(&latch->zero, &latch->lock);
    }
    pthread_mutex_unlock(&latch->lock);
}

void bench_latch_fini(struct bench_latch *latch)
{
    pthread_cond_destroy(&latch->zero);
    pthread_mutex_destroy(&latch->lock);
}

void bench_must(tr_err err, const char *what)
{
    if (err != TR_OK) {
        fprintf(stderr, "troupe: %s: %s (%s)\n", what, tr_err_text(err), tr_err_name(err));
        exit(1);
    }
}

void bench_check(bool right, const char *what)
{
    if (!right) {
        fprintf(stderr, "troupe: wrong result: %s\n", what);
        exit(1);
    }
}

void *bench_alloc(long count, size_t bytes_each)
{
    void *memory = calloc((size_t)count, bytes_each);
    bench_check(memory != NULL, "memory for the benchmark's own tables");
    return memory;
}

tr_pid bench_spawn(tr_system *sys, const tr_actor_spec *spec, const void *args, size_t args_bytes)
{
    tr_pid pid = tr_no_pid();
    tr_spawn_opts opts = { .args = args, .args_bytes = args_bytes };
    bench_must(tr_system_spawn(sys, spec, &opts, &pid), "spawn");
    return pid;
}

void bench_kill(tr_system *sys, tr_pid pid)
{
    bench_must(tr_system_exit_send(sys, pid, TR_KILL), "kill");
}
