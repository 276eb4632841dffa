// SPDX-License-Identifier: MIT
// Locations and stores: what memory.c keeps and order.c works on.
//
// Purpose: for every location the stores in modification order, for every store what it releases
//   and who has seen it. Plain data is not versioned: only its last accesses are kept.
// Invariants: the memory itself holds the newest store; a location is plain or atomic for ever.
// Threads: one OS thread. Ownership: locations live until the next run.
#ifndef TRT_MODEL_MEMORY_H
#define TRT_MODEL_MEMORY_H

#include "engine/engine.h"

#define TRT_STORES_MAX 32

struct store {
    trt_lanes seen; // per thread: when it first read or wrote this store
    struct trt_clock releases;
    uint64_t value;
    uint32_t stale_reads;
    bool is_rmw; // stands directly behind the store it read
};

struct location {
    const char *base;
    uint32_t bytes;
    bool is_plain;
    uint32_t count;
    trt_lanes reads, writes; // per thread: the last access
    trt_lanes overtaken;     // per thread: its last load that a store followed unordered
    trt_lanes claimed;       // per thread: its last load that counts
    const char *read_at, *written_at;
    struct store stores[TRT_STORES_MAX];
};

static inline uint64_t trt_raw_value(const void *p, size_t bytes)
{
    uint64_t value = 0;
    memcpy(&value, p, bytes);
    return value;
}

// Begins an operation of the current thread: its clock advances by one.
static inline struct trt_thread *trt_tick(void)
{
    struct trt_thread *me = trt_me();
    me->time++;
    me->now.hb[trt_engine.current] = me->time;
    me->now.coh[trt_engine.current] = me->time;
    return me;
}

// The location at p, made on first use; fails the run on freed memory or another size or kind.
struct location *trt_find(const void *p, size_t bytes, bool is_plain, const char *here);

#endif
