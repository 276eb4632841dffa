// SPDX-License-Identifier: MIT
// The test kit: runs a scenario over seeds on the simulated ports.
#include <troupe/test.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "mailbox/type.h"
#include "platform/sim/sim.h"
#include "port/choice.h"
#include "port/memory.h"

#define SEEDS 1000
#define STOP_MS 60000
#define NS_PER_MS INT64_C(1000000)

struct tr_test {
    tr_system *system;
    uint64_t seed;
    uint32_t workers;
    uint32_t failures; // of this run
    const char *name;
    bool allow_leftovers;
    const tr_system_opts *system_opts;
    tr_test_fn fn;
    void *arg;
};

// Strategy by seed: half random walk, the rest PCT of depth 2 and 3.
static struct tri_sim_opts sim_opts(const struct tr_test *test, const tr_test_opts *opts)
{
    struct tri_sim_opts sim = { .seed = test->seed, .step_max = opts->steps_max };
    sim.strategy = test->seed % 2 == 0 ? TRI_SIM_RANDOM : TRI_SIM_PCT;
    sim.depth = test->seed % 4 == 1 ? 2 : 3;
    sim.pct_steps = 400;
    return sim;
}

static void complain(const struct tr_test *test, const char *file, int line, const char *text)
{
    fprintf(stderr, "%s: %s:%d: %s (seed %" PRIu64 ", replay with TR_REPLAY=%" PRIu64 ")\n",
            test->name, file, line, text, test->seed, test->seed);
}

void tr_test_fail(tr_test *test, const char *file, int line, const char *text)
{
    test->failures++;
    complain(test, file, line, text);
}

static struct tr_test *running; // for the simulator's failure hook, which has no context

static void on_failure(const struct tri_sim_failure *failure)
{
    running->failures++;
    complain(running, "simulator", 0, failure->what);
}

static void check_end(struct tr_test *test)
{
    tr_totals totals;
    if (tr_debug_totals(test->system, &totals) != TR_OK) {
        return;
    }
    TR_TEST_CHECK(test, totals.attempted == totals.accepted + totals.refused);
    TR_TEST_CHECK(test, totals.accepted == totals.received + totals.dropped + totals.dead_lettered +
                                               totals.waiting);
    TR_TEST_CHECK(test, totals.waiting == 0);
    TR_TEST_CHECK(test, totals.spawned == totals.exited);
}

static uint32_t alive(tr_system *system)
{
    tr_totals totals;
    (void)tr_debug_totals(system, &totals);
    return (uint32_t)(totals.spawned - totals.exited);
}

static void drive(void *context)
{
    struct tr_test *test = context;
    tr_system_opts opts = { 0 };
    if (test->system_opts != NULL) {
        opts = *test->system_opts;
    }
    opts.workers = test->workers;
    if (tr_system_start(&opts, &test->system) != TR_OK) {
        tr_test_fail(test, __FILE__, __LINE__, "the system does not start");
        return;
    }
    test->fn(test, test->arg);
    tr_test_quiet(test, 0);
    if (!test->allow_leftovers && alive(test->system) != 0) {
        tr_test_fail(test, __FILE__, __LINE__, "actors are left at the end of the scenario");
    }
    tr_err err = tr_system_stop(test->system, STOP_MS, NULL);
    TR_TEST_CHECK(test, err == TR_OK);
    if (err == TR_OK) {
        check_end(test);
        TR_TEST_CHECK(test, tr_system_free(test->system) == TR_OK);
    }
}

// One run; true when it passed.
static bool run_seed(struct tr_test *test, const tr_test_opts *opts, struct tri_sim_report *report)
{
    struct tri_sim_opts sim = sim_opts(test, opts);
    uint32_t types = tri_type_count();
    test->workers = opts->workers != 0 ? opts->workers : 1 + (uint32_t)(test->seed % 4);
    test->failures = 0;
    running = test;
    tri_sim_on_failure(on_failure);
    bool completed = tri_sim_run(&sim, drive, test, report);
    tri_sim_on_failure(NULL);
    if (completed && test->failures == 0) {
        // What the process keeps for good is the table of type names.
        TR_TEST_CHECK(test, report->live_blocks == (int64_t)(tri_type_count() - types));
        TR_TEST_CHECK(test, report->live_stacks == 0);
        TR_TEST_CHECK(test, report->live_threads == 0);
    }
    return completed && test->failures == 0;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static uint32_t count_distinct(uint64_t *hashes, uint32_t count)
{
    uint32_t distinct = 0;
    qsort(hashes, count, sizeof *hashes, by_value);
    for (uint32_t i = 0; i < count; i++) {
        distinct += i == 0 || hashes[i] != hashes[i - 1];
    }
    return distinct;
}

static void run_all(struct tr_test *test, const tr_test_opts *opts, uint64_t *hashes,
                    tr_test_report *report)
{
    uint64_t first = opts->first_seed == 0 ? 1 : opts->first_seed;
    for (uint32_t i = 0; i < report->runs; i++) {
        struct tri_sim_report sim;
        test->seed = first + i;
        if (!run_seed(test, opts, &sim)) {
            report->first_failure = report->failures++ == 0 ? test->seed : report->first_failure;
        }
        hashes[i] = sim.trace_hash;
        report->steps += sim.steps;
        report->trace_hash = tri_hash_u64(report->trace_hash ^ sim.trace_hash);
    }
    report->distinct_traces = count_distinct(hashes, report->runs);
}

tr_err tr_test_run(tr_test_fn fn, void *arg, const tr_test_opts *opts, tr_test_report *report)
{
    tr_test_opts whole = { 0 };
    tr_test_report result = { 0 };
    if (fn == NULL) {
        return TR_EINVAL;
    }
    if (opts != NULL) {
        whole = *opts;
    }
    const char *replay = getenv("TR_REPLAY");
    result.runs = whole.seeds == 0 ? SEEDS : whole.seeds;
    if (replay != NULL) {
        whole.first_seed = strtoull(replay, NULL, 10);
        result.runs = 1;
    }
    uint64_t *hashes = tri_memory_alloc(result.runs * sizeof *hashes);
    if (hashes == NULL) {
        return TR_ENOMEM;
    }
    struct tr_test test = { .name = whole.name == NULL ? "scenario" : whole.name,
                            .allow_leftovers = whole.allow_leftovers,
                            .system_opts = whole.system,
                            .fn = fn,
                            .arg = arg };
    run_all(&test, &whole, hashes, &result);
    tri_memory_free(hashes, result.runs * sizeof *hashes);
    if (report != NULL) {
        *report = result;
    }
    return result.failures == 0 ? TR_OK : TR_EEXITED;
}

tr_system *tr_test_system(tr_test *test)
{
    return test->system;
}

uint64_t tr_test_seed(const tr_test *test)
{
    return test->seed;
}

uint32_t tr_test_choose(tr_test *test, uint32_t below)
{
    (void)test;
    return tri_choose(TRI_CHOICE_USER, below);
}

void tr_test_quiet(tr_test *test, int64_t short_ms)
{
    (void)test;
    (void)tri_sim_settle((uint64_t)(short_ms * NS_PER_MS));
}

void tr_test_advance(tr_test *test, int64_t ms)
{
    (void)test;
    tri_sim_advance((uint64_t)(ms * NS_PER_MS));
}

uint64_t tr_test_steps(tr_test *test, uint64_t steps)
{
    uint64_t start = tri_sim_steps();
    (void)test;
    while (tri_sim_steps() - start < steps && tri_sim_give_way()) {}
    return tri_sim_steps() - start;
}

void tr_test_trace(tr_test *test, uint64_t value)
{
    (void)test;
    tri_sim_trace(value);
}
