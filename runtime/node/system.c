// SPDX-License-Identifier: MIT
#include "node/system.h"

#include "node/handoff.h"
#include "node/host.h"
#include "node/stop.h"
#include "node/worker.h"
#include "port/clock.h"
#include "port/entropy.h"
#include "port/fence.h"
#include "port/memory.h"
#include "process/deliver.h"
#include "process/limits.h"
#include "process/log.h"
#include "process/notice.h"
#include "process/registry.h"
#include "process/suspend.h"
#include "process/tick.h"
#include "process/timer.h"

#define REDUCTIONS 2000
#define SPARES 64
#define ACTORS_MAX 4000000

static tri_atomic(uint32_t) x_last_index; // of systems in this process

static tr_err new_processor(struct tr_system *system, uint32_t index)
{
    struct tri_processor *p = tri_memory_alloc_zero(sizeof *p);
    if (p == NULL) {
        return TR_ENOMEM;
    }
    p->system = system;
    p->index = index;
    p->now_ns = tri_clock_ns();
    tri_list_init(&p->pending);
    tri_list_init(&p->dated);
    tri_random_seed(&p->random, tri_entropy());
    tri_wheel_init(&p->wheel, p->now_ns);
    system->processors[index] = p;
    system->homes[index] = &p->blocks;
    tri_blocks_init(&p->blocks, (uint8_t)index, system->homes, system->processor_count);
    return TR_OK;
}

static tr_err make_processors(struct tr_system *system)
{
    uint32_t count = system->processor_count;
    system->processors = tri_memory_alloc_zero(count * sizeof(struct tri_processor *));
    system->homes = tri_memory_alloc_zero(count * sizeof(struct tri_blocks *));
    system->threads = tri_memory_alloc_zero(system->thread_max * sizeof(struct tri_thread *));
    if (system->processors == NULL || system->homes == NULL || system->threads == NULL) {
        return TR_ENOMEM;
    }
    tr_err err = tri_registry_init(system);
    for (uint32_t i = 0; i < count && err == TR_OK; i++) {
        err = new_processor(system, i);
    }
    return err;
}

// Workers hold their P from the first moment.
static tr_err make_threads(struct tr_system *system)
{
    for (uint32_t i = 0; i < system->processor_count; i++) {
        struct tri_thread *t = tri_thread_new(system);
        if (t == NULL) {
            return TR_ENOMEM;
        }
        t->processor = system->processors[i];
        // relaxed: before the threads start.
        tri_store(&t->processor->x_sleeper, &t->park, relaxed);
        tri_store(&t->processor->guard.x_holder, t->id, relaxed);
    }
    return TR_OK;
}

static tr_err start_threads(struct tr_system *system)
{
    tr_err err = TR_OK;
    for (uint32_t i = 0; i < system->processor_count && err == TR_OK; i++) {
        err = tri_thread_run(system->threads[i]);
    }
    if (err == TR_OK && tri_os_thread_start(&system->monitor.os, tri_monitor_main, system) != 0) {
        err = TR_ESYSTEM;
    }
    system->monitor.started = err == TR_OK;
    return err;
}

static void set_up(struct tr_system *system, const tr_system_opts *opts)
{
    uint32_t spares = opts->spares_max == 0 ? SPARES : opts->spares_max;
    if (opts->guard != TR_GUARD_BEST) {
        tri_stack_force_mode((enum tri_guard_mode)(opts->guard - TR_GUARD_INSTALL));
    }
    system->processor_count = opts->workers == 0 ? tri_cpu_count() : opts->workers;
    if (system->processor_count > TR_WORKERS_MAX) {
        system->processor_count = TR_WORKERS_MAX;
    }
    system->thread_max = system->processor_count + spares;
    if (opts->host) {
        system->processor_count = 1;
        system->thread_max = 1;
    }
    system->actors_max = opts->actors_max == 0 ? ACTORS_MAX : opts->actors_max;
    system->slots.limit = system->actors_max;
    system->named.limit = system->actors_max;
    system->armed.limit = opts->timers_max == 0 ? TRI_TABLE_RECORDS_MAX : opts->timers_max;
    system->reductions = opts->reductions == 0 ? REDUCTIONS : (int32_t)opts->reductions;
    system->detect_cycles = opts->detect_cycles;
    system->inherit_deadlines = opts->inherit_deadlines;
    // relaxed: uniqueness is all.
    system->system_index = tri_add(&x_last_index, 1, relaxed) + 1;
    system->creation = (uint32_t)tri_entropy() | 1;
    system->stop_deadline_ns = UINT64_MAX;
    system->can_hand_off = !opts->host && !opts->declared_only && tri_heavy_fence_open() == 0;
    system->loop = opts->host ? tri_host_loop : tri_worker_loop;
    system->process_id = tri_process_id();
    system->monitor.system = system;
    tri_park_init(&system->monitor.park);
    tri_table_init(&system->actors, sizeof(struct tr_self));
    tri_table_init(&system->timers, sizeof(struct tri_timer));
}

// A start that failed half-way: whoever runs ends.
static void abort_start(struct tr_system *system)
{
    // release [phase]: pairs with tri_system_phase.
    tri_store(&system->x_phase, TRI_PHASE_HALTED, release);
    for (uint32_t i = 0; i < system->processor_count; i++) {
        struct tri_thread *t = system->threads == NULL ? NULL : system->threads[i];
        if (t != NULL && t->started) {
            tri_park_wake(&t->park);
            tri_os_thread_join(&t->os);
        }
    }
    tri_system_delete(system);
}

tr_err tri_system_new(const tr_system_opts *opts, struct tr_system **out)
{
    struct tr_system *system = tri_memory_alloc_zero(sizeof *system);
    if (system == NULL) {
        return TR_ENOMEM;
    }
    set_up(system, opts);
    bool heard = tri_notices_new(system) && tri_log_new(system, &opts->log);
    tr_err err = heard ? make_processors(system) : TR_ENOMEM;
    if (err == TR_OK) {
        err = make_threads(system);
    }
    if (err == TR_OK) {
        err = opts->host ? tri_host_open(system) : start_threads(system);
    }
    if (err != TR_OK) {
        abort_start(system);
        return err;
    }
    *out = system;
    return TR_OK;
}

static void drop_stacks(struct tri_stack_pool *pool)
{
    while (pool->first != NULL) {
        struct tri_stack *stack = pool->first;
        pool->first = stack->next;
        tri_stack_close(stack);
    }
}

// All blocks have come home by now; one that is missing was lost.
static void check_blocks(struct tri_blocks *blocks)
{
    if (tri_memory_is_watched()) {
        tri_blocks_flush(blocks); // takes in what other P's sent
        tri_memory_left(tri_blocks_used_bytes(blocks));
    }
}

static void delete_processors(struct tr_system *system)
{
    for (uint32_t i = 0; i < system->processor_count; i++) {
        struct tri_processor *p = system->processors[i];
        if (p != NULL) {
            drop_stacks(&p->stacks[TR_STACK_DEFAULT]);
            drop_stacks(&p->stacks[TR_STACK_LARGE]);
            tri_time_fini(p);
            tri_blocks_flush(&p->blocks);
        }
    }
    for (uint32_t i = 0; i < system->processor_count; i++) {
        if (system->processors[i] != NULL) {
            check_blocks(&system->processors[i]->blocks);
            tri_blocks_fini(&system->processors[i]->blocks);
            tri_memory_free(system->processors[i], sizeof(struct tri_processor));
        }
    }
}

void tri_system_delete(struct tr_system *system)
{
    if (system->monitor.started) {
        tri_os_thread_join(&system->monitor.os);
    }
    if (system->processors != NULL && system->homes != NULL) {
        delete_processors(system);
    }
    tri_host_close(system);
    for (uint32_t i = 0; system->threads != NULL && i < system->thread_max; i++) {
        tri_memory_free(system->threads[i], sizeof(struct tri_thread));
    }
    tri_registry_fini(system);
    tri_notices_free(system);
    tri_log_free(system);
    tri_limits_fini(system);
    tri_table_fini(&system->actors);
    tri_table_fini(&system->timers);
    tri_memory_free(system->threads, system->thread_max * sizeof(struct tri_thread *));
    tri_memory_free(system->homes, system->processor_count * sizeof(struct tri_blocks *));
    tri_memory_free(system->processors, system->processor_count * sizeof(struct tri_processor *));
    tri_memory_free(system, sizeof *system);
    tri_stack_unmap_all();
}
