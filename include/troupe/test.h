// SPDX-License-Identifier: MIT
// Deterministic tests: a scenario runs over many seeds, each a different schedule of the same
// program, on one thread and in virtual time. Link libtroupe-test instead of libtroupe.
#ifndef TROUPE_TEST_H
#define TROUPE_TEST_H

#include <troupe.h>

#ifdef __cplusplus
extern "C" {
#endif

/// One run of a scenario under one seed.
typedef struct tr_test tr_test;

/// A scenario. It starts actors in tr_test_system(), moves time, waits until quiet and checks.
typedef void (*tr_test_fn)(tr_test *test, void *arg);

/// Options of tr_test_run; zero means default.
typedef struct tr_test_opts {
    const char *name;             ///< of the scenario, for messages
    uint32_t seeds;               ///< how many; 0 = 1,000
    uint64_t first_seed;          ///< 0 = 1
    uint32_t workers;             ///< virtual workers; 0 = 1 to 4 by the seed
    uint64_t steps_max;           ///< a run with more steps fails; 0 = 10,000,000
    const tr_system_opts *system; ///< options of the system, without workers; NULL = defaults
    bool allow_leftovers;         ///< do not fail when actors are left at the end of the scenario
} tr_test_opts;

/// What the runs gave.
typedef struct tr_test_report {
    uint32_t runs;            ///< seeds run
    uint32_t failures;        ///< runs in which a check failed
    uint64_t first_failure;   ///< seed of the first of them
    uint32_t distinct_traces; ///< different schedules among the runs
    uint64_t trace_hash;      ///< of all runs together: equal in every process for equal code
    uint64_t steps;           ///< scheduling points passed
} tr_test_report;

/// Runs a scenario over seeds. Each failing seed is printed on stderr with the line that replays
/// it. The environment variable TR_REPLAY=SEED runs that seed only. At the end of each run the
/// system is stopped and a census is taken: actors, messages, timers, stacks and memory must be
/// back at zero.
/// @param fn      the scenario
/// @param arg     handed to it
/// @param opts    options, or NULL
/// @param report  receives the result; may be NULL
/// @return TR_OK no failure; TR_EEXITED at least one run failed; TR_EINVAL
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_test_run(tr_test_fn fn, void *arg, const tr_test_opts *opts,
                          tr_test_report *report);

/// The system under test; it is started before and stopped after the scenario. The scenario is a
/// guest of it.
/// [any-thread] [never-suspends] [owner: the test]
TR_API tr_system *tr_test_system(tr_test *test);

/// The seed of this run.
/// [any-thread] [never-suspends]
TR_API uint64_t tr_test_seed(const tr_test *test);

/// A number from the run's own generator, recorded in its trace.
/// @param below  exclusive bound, not 0
/// [any-thread] [never-suspends]
TR_API uint32_t tr_test_choose(tr_test *test, uint32_t below);

/// Waits until quiet: no actor is runnable, no message its owner would take now, no timer due
/// within short_ms; time jumps over such timers.
/// @param short_ms  timers up to this far away are waited for, in milliseconds
/// [any-thread] [never-suspends]
TR_API void tr_test_quiet(tr_test *test, int64_t short_ms);

/// Moves virtual time forward, letting everything that becomes due happen in order.
/// @param ms  milliseconds
/// [any-thread] [never-suspends]
TR_API void tr_test_advance(tr_test *test, int64_t ms);

/// Lets up to `steps` scheduling points pass, then returns in the middle of things: for killing or
/// stopping at every step.
/// @return the number passed, less than steps when everything is quiet
/// [any-thread] [never-suspends]
TR_API uint64_t tr_test_steps(tr_test *test, uint64_t steps);

/// Folds a value into the trace, so that runs with different outcomes count as different.
/// [any-thread] [never-suspends]
TR_API void tr_test_trace(tr_test *test, uint64_t value);

/// Records a failure of this run; the run goes on.
/// @param file, line  place of the check
/// @param text        what was expected
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API void tr_test_fail(tr_test *test, const char *file, int line, const char *text);

/// Checks a condition; a failure is recorded with its text, and the run goes on.
#define TR_TEST_CHECK(test, condition)                                                             \
    ((condition) ? (void)0 : tr_test_fail((test), __FILE__, __LINE__, #condition))

#ifdef __cplusplus
}
#endif

#endif
