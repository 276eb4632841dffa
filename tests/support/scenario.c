// SPDX-License-Identifier: MIT
// Runs scenarios: registration, command line, the oracle of fates after each run.
#include "scenario.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oom.h"
#include "sanitized.h"
#include "sweep.h"

enum { TRACKS = 8, NOTE_BYTES = 512, TEXT_COUNT = 32, TEXT_BYTES = 640 };

static struct {
    struct trt_scenario *first;
    struct trt_scenario **end;
    void *world;
    size_t world_bytes;
    uint32_t seeds;
    uint32_t workers; // TRT_WORKERS: for scenarios that leave it to the seed
} program = { .end = &program.first };

static struct {
    tr_test *test;
    char notes[TRACKS][NOTE_BYTES];
    char texts[TEXT_COUNT][TEXT_BYTES]; // of failures: they must outlive the run's report
    unsigned text_count;
    bool muted;
} run;

void trt_scenario_add(struct trt_scenario *scenario)
{
    *program.end = scenario;
    program.end = &scenario->next;
}

void trt_world_add(void *world, size_t bytes)
{
    program.world = world;
    program.world_bytes = bytes;
}

tr_test *trt_test(void)
{
    return run.test;
}

tr_system *trt_system(void)
{
    return tr_test_system(run.test);
}

void trt_mute(bool muted)
{
    run.muted = muted;
}

static void fail(const char *file, int line, const char *format, ...)
{
    if (run.muted) {
        return;
    }
    char *text = run.texts[run.text_count++ % TEXT_COUNT];
    va_list list;
    va_start(list, format);
    vsnprintf(text, TEXT_BYTES, format, list);
    va_end(list);
    tr_test_fail(run.test, file, line, text);
}

void trt_fail_at(const char *file, int line, const char *what)
{
    fail(file, line, "%s", what);
}

void trt_equal_at(const char *file, int line, const char *what, long long actual,
                  long long expected)
{
    if (actual != expected) {
        fail(file, line, "%s is %lld, not %lld", what, actual, expected);
    }
}

void trt_text_at(const char *file, int line, const char *what, const char *actual,
                 const char *expected)
{
    if (actual == NULL || strcmp(actual, expected) != 0) {
        fail(file, line, "%s is \"%.250s\", not \"%.250s\"", what,
             actual == NULL ? "(none)" : actual, expected);
    }
}

void trt_note(unsigned track, const char *format, ...)
{
    char *notes = run.notes[track % TRACKS];
    size_t used = strlen(notes);
    if (used != 0 && used + 1 < NOTE_BYTES) {
        notes[used++] = ' ';
        notes[used] = '\0';
    }
    va_list list;
    va_start(list, format);
    vsnprintf(notes + used, NOTE_BYTES - used, format, list);
    va_end(list);
}

const char *trt_notes(unsigned track)
{
    return run.notes[track % TRACKS];
}

void trt_notes_at(const char *file, int line, unsigned track, const char *expected)
{
    if (strcmp(trt_notes(track), expected) != 0) {
        fail(file, line, "notes %u are \"%.250s\", not \"%.250s\"", track, trt_notes(track),
             expected);
    }
}

// Runs once per seed, around the scenario itself.
static void run_scenario(tr_test *test, void *arg)
{
    const struct trt_scenario *scenario = arg;
    memset(&run, 0, sizeof run);
    run.test = test;
    if (program.world_bytes != 0) {
        memset(program.world, 0, program.world_bytes);
    }
    bool starves = scenario->oom && !trt_sweeps();
    if (starves) {
        trt_oom_begin();
    }
    trt_sweep_begin();
    scenario->fn(test, NULL);
    trt_sweep_end();
    if (starves) {
        trt_oom_end();
    }
    if (!scenario->stops && !trt_sweeps()) {
        trt_quiet();
        trt_check_fates();
    }
    for (unsigned track = 0; track < TRACKS; track++) {
        for (const char *note = run.notes[track]; *note != '\0'; note++) {
            tr_test_trace(test, (unsigned char)*note);
        }
    }
}

// A run under a sanitizer costs ten times as much; the schedules are the same, so fewer will do,
// and fewer still when the lane comes again with another number of workers.
static uint32_t seeds_of(const struct trt_scenario *scenario)
{
    uint32_t seeds = scenario->seeds == 0 ? 1000 : scenario->seeds;
    uint32_t most = program.workers != 0 ? 25 : 100;
    if (program.seeds != 0) {
        return program.seeds;
    }
    return TRT_SANITIZED && seeds > most ? most : seeds;
}

static uint32_t workers_of(const struct trt_scenario *scenario)
{
    return scenario->workers != 0 ? scenario->workers : program.workers;
}

static bool run_seeds(struct trt_scenario *scenario)
{
    tr_test_report report = { 0 };
    if (trt_sweeps()) {
        tr_test_opts opts = { .seeds = program.seeds,
                              .workers = workers_of(scenario),
                              .system = &scenario->system };
        return trt_sweep(scenario, run_scenario, &opts);
    }
    if (scenario->oom) {
        return trt_oom_sweep(scenario, run_scenario);
    }
    tr_test_opts opts = { .name = scenario->name,
                          .seeds = seeds_of(scenario),
                          .workers = workers_of(scenario),
                          .system = &scenario->system,
                          .steps_max = 1000000 };
    tr_err err = tr_test_run(run_scenario, scenario, &opts, &report);
    printf("scenario %s: %u runs, %u distinct traces\n", scenario->name, report.runs,
           report.distinct_traces);
    uint32_t fewest = scenario->traces == 0 ? 2 : scenario->traces;
    if (err == TR_OK && report.runs >= 100 && report.distinct_traces < fewest) {
        printf("  the seeds gave only %u different schedules, not %u\n", report.distinct_traces,
               fewest);
        return false;
    }
    if (err != TR_OK) {
        printf("  FAILED in %u runs (%s); the first: TR_REPLAY=%llu PROGRAM %s\n", report.failures,
               tr_err_name(err), (unsigned long long)report.first_failure, scenario->name);
    }
    return err == TR_OK;
}

static bool is_wanted(const char *name, int argc, char **argv)
{
    bool named = false;
    for (int i = 1; i < argc; i++) {
        if (strchr(argv[i], '=') == NULL) {
            named = true;
            if (strcmp(argv[i], name) == 0) {
                return true;
            }
        }
    }
    return !named;
}

int main(int argc, char **argv)
{
    unsigned passed = 0;
    unsigned failed = 0;
    unsigned skipped = 0;
    const char *workers = getenv("TRT_WORKERS");
    setvbuf(stdout, NULL, _IOLBF, 0);
    program.workers = workers == NULL ? 0 : (uint32_t)strtoul(workers, NULL, 10);
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "seeds=", 6) == 0) {
            program.seeds = (uint32_t)strtoul(argv[i] + 6, NULL, 10);
        }
        trt_sweep_option(argv[i]);
    }
    for (struct trt_scenario *one = program.first; one != NULL; one = one->next) {
        if (!is_wanted(one->name, argc, argv)) {
            skipped++;
        } else if (run_seeds(one)) {
            passed++;
        } else {
            failed++;
        }
    }
    printf("%u passed, %u failed, %u skipped\n", passed, failed, skipped);
    return failed == 0 && passed > 0 ? 0 : 1;
}
