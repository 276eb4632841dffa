// SPDX-License-Identifier: MIT
// The command line of a model program: how many runs, which seed, what is printed.
//
//   --executions N   runs of each program, half by walk and half by PCT (default 20000)
//   --program NAME   only that program
//   --seed S         one run, traced; an even seed walks, an odd one follows PCT
//   --base S         first seed (default 1): another base tries other runs
//   --hunt N         for mutants: N runs of each clean program, no systematic search; the first
//                    failure ends it
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "engine/engine.h"

#define SEARCH_FACTOR 16 // the systematic search may take that many times the random runs

static struct {
    uint64_t executions, base, seed;
    bool has_seed;
    bool hunts;
    const char *only;
    uint64_t runs_total;
    unsigned passed, failed;
} options = { .executions = 20000, .base = 1 };

// The first failure of each way to search.
struct finding {
    bool found;
    uint64_t runs, seed;
    char message[sizeof trt_engine.message];
};

static void note(struct finding *finding, uint64_t runs, uint64_t seed)
{
    finding->runs = runs;
    if (trt_engine.failed && !finding->found) {
        finding->found = true;
        finding->seed = seed;
        memcpy(finding->message, trt_engine.message, sizeof finding->message);
    }
}

// Seeds of one parity: one strategy.
static void search_random(const struct trt_program *program, uint64_t executions, unsigned parity,
                          struct finding *finding)
{
    uint64_t seed = options.base * 2 + parity;
    for (uint64_t i = 1; i <= executions && !finding->found; i++, seed += 2) {
        trt_explore_begin(seed);
        trt_fibres_run(program);
        note(finding, i, seed);
    }
    options.runs_total += finding->runs;
}

// Returns whether the search came to its end.
static bool search_all(const struct trt_program *program, uint64_t executions,
                       struct finding *finding)
{
    trt_dfs_begin(program->preemptions);
    for (uint64_t i = 1; i <= executions && !finding->found; i++) {
        trt_fibres_run(program);
        note(finding, i, 0);
        if (!trt_dfs_advance()) {
            options.runs_total += finding->runs;
            return true;
        }
    }
    options.runs_total += finding->runs;
    return false;
}

static void report(bool passed, const char *name, const char *text)
{
    printf("%-4s %-44s %s\n", passed ? "ok" : "FAIL", name, text);
    options.passed += passed;
    options.failed += !passed;
}

static void report_clean(const struct trt_program *program, const struct finding *walk,
                         const struct finding *pct, const struct finding *all, bool complete)
{
    char text[1024];
    const struct finding *bad = walk->found ? walk : pct->found ? pct : all;
    if (bad == all && all->found) {
        (void)snprintf(text, sizeof text, "search run %llu: %s", (unsigned long long)all->runs,
                       all->message);
    } else if (bad->found) {
        (void)snprintf(text, sizeof text, "seed %llu executions %llu: %s",
                       (unsigned long long)bad->seed, (unsigned long long)bad->runs, bad->message);
    } else {
        (void)snprintf(text, sizeof text, "clean: walk %llu, PCT %llu, search %llu%s",
                       (unsigned long long)walk->runs, (unsigned long long)pct->runs,
                       (unsigned long long)all->runs, complete ? " (complete)" : "");
    }
    report(!bad->found, program->name, text);
}

static void report_planted(const struct trt_program *program, const struct finding *walk,
                           const struct finding *pct, const struct finding *all)
{
    char text[1024];
    const struct finding *missing = !walk->found ? walk : !pct->found ? pct : all;
    bool passed = walk->found && pct->found && (all->found || !program->exhaust);
    if (!passed) {
        (void)snprintf(text, sizeof text, "not found by %s in %llu executions",
                       missing == walk  ? "walk"
                       : missing == pct ? "PCT"
                                        : "search",
                       (unsigned long long)missing->runs);
    } else if (strstr(walk->message, program->why) == NULL ||
               strstr(pct->message, program->why) == NULL) {
        passed = false;
        (void)snprintf(text, sizeof text, "found another failure: %.400s / %.400s", walk->message,
                       pct->message);
    } else {
        (void)snprintf(text, sizeof text, "found: walk %llu, PCT %llu, search %llu",
                       (unsigned long long)walk->runs, (unsigned long long)pct->runs,
                       (unsigned long long)all->runs);
    }
    report(passed, program->name, text);
}

static void run_program(const struct trt_program *program)
{
    struct finding walk = { 0 }, pct = { 0 }, all = { 0 };
    unsigned percent = program->percent != 0 ? program->percent : 100;
    uint64_t executions = options.executions * percent / 200;
    bool complete = false;
    search_random(program, executions, 0, &walk);
    if (!walk.found || program->expect == TRT_FOUND) {
        search_random(program, executions, 1, &pct);
    }
    if (program->exhaust && !options.hunts &&
        (program->expect == TRT_FOUND || (!walk.found && !pct.found))) {
        complete = search_all(program, executions * SEARCH_FACTOR, &all);
    }
    if (program->expect == TRT_CLEAN) {
        report_clean(program, &walk, &pct, &all, complete);
    } else {
        report_planted(program, &walk, &pct, &all);
    }
}

// The length of a run, which PCT needs: a walk with a fixed seed tells it.
static void probe(const struct trt_program *program)
{
    trt_engine.trace = false;
    trt_pct_steps(4);
    trt_explore_begin(2);
    trt_fibres_run(program);
    trt_pct_steps(trt_engine.steps);
}

static void replay(const struct trt_program *program)
{
    trt_engine.trace = true;
    trt_explore_begin(options.seed);
    trt_fibres_run(program);
    report(!trt_engine.failed, program->name, trt_engine.failed ? trt_engine.message : "clean");
}

static bool parse(int argc, char **argv)
{
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 == argc) {
            return false;
        }
        uint64_t number = strtoull(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--executions") == 0) {
            options.executions = number;
        } else if (strcmp(argv[i], "--hunt") == 0) {
            options.executions = number;
            options.hunts = true;
        } else if (strcmp(argv[i], "--base") == 0) {
            options.base = number;
        } else if (strcmp(argv[i], "--seed") == 0) {
            options.seed = number;
            options.has_seed = true;
        } else if (strcmp(argv[i], "--program") == 0) {
            options.only = argv[i + 1];
        } else {
            return false;
        }
    }
    return true;
}

static bool is_wanted(const struct trt_program *program)
{
    if (options.hunts && (program->expect == TRT_FOUND || options.failed > 0)) {
        return false;
    }
    return options.only == NULL || strcmp(options.only, program->name) == 0;
}

int trt_model_main(int argc, char **argv, void *world, size_t world_bytes,
                   const struct trt_program *programs)
{
    if (!parse(argc, argv)) {
        fprintf(stderr,
                "usage: %s [--executions N] [--program NAME] [--seed S] [--base S] [--hunt N]\n",
                argv[0]);
        return 2;
    }
    clock_t begin = clock();
    trt_memory_init(world, world_bytes);
    trt_fibres_init();
    for (const struct trt_program *program = programs; program->name != NULL; program++) {
        if (is_wanted(program)) {
            probe(program);
            (options.has_seed ? replay : run_program)(program);
            fflush(stdout);
        }
    }
    double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
    printf("%llu executions in %.2f s\n", (unsigned long long)options.runs_total, seconds);
    printf("%u passed, %u failed, 0 skipped\n", options.passed, options.failed);
    return options.failed == 0 ? 0 : 1;
}
