// SPDX-License-Identifier: MIT
// Scenarios: small programs over the public face that run under many seeds in the simulator.
//
// A program is a file of TRT_SCENARIO blocks, linked with scenario.c. The actors of a scenario run
// on one thread, so that they may write what they saw into a static struct (zeroed before each run,
// see TRT_WORLD) and into notes; the scenario compares when the system is quiet. After each
// scenario the fates of all messages are added up.
//
// usage of a program: [NAME…] [seeds=N]; TR_REPLAY=SEED runs that seed only.
// Threads: one. Ownership: everything is static or the caller's.
#ifndef TRT_SCENARIO_H
#define TRT_SCENARIO_H

#include <troupe/test.h>

/// One scenario; made by TRT_SCENARIO.
struct trt_scenario {
    const char *name;
    tr_test_fn fn;
    struct trt_scenario *next;
    uint32_t seeds;        ///< 0 = 1,000
    uint32_t workers;      ///< 0 = 1 to 4 by the seed
    uint32_t traces;       ///< fewest different schedules that are expected; 0 = 2
    tr_system_opts system; ///< options of its system
    bool stops;            ///< the scenario stops the system itself
    bool oom;              ///< played once for each allocation that could fail, see oom.h
};

void trt_scenario_add(struct trt_scenario *scenario);
void trt_world_add(void *world, size_t bytes);

/// Defines and registers a scenario: TRT_SCENARIO(a_sentence, .workers = 4) { … }.
#define TRT_SCENARIO(ident, ...)                                                                   \
    static void ident(tr_test *test);                                                              \
    static void ident##_start_(tr_test *test, void *unused)                                        \
    {                                                                                              \
        (void)unused;                                                                              \
        ident(test);                                                                               \
    }                                                                                              \
    static struct trt_scenario ident##_entry_ = { .name = #ident,                                  \
                                                  .fn = ident##_start_,                            \
                                                  ##__VA_ARGS__ };                                 \
    __attribute__((constructor)) static void ident##_add_(void)                                    \
    {                                                                                              \
        trt_scenario_add(&ident##_entry_);                                                         \
    }                                                                                              \
    static void ident(__attribute__((unused)) tr_test *test)

/// Names a static object that is zeroed before each run.
#define TRT_WORLD(object)                                                                          \
    __attribute__((constructor)) static void trt_world_add_(void)                                  \
    {                                                                                              \
        trt_world_add(&(object), sizeof(object));                                                  \
    }                                                                                              \
    extern int trt_world_end_

/// Defines a process-style actor: TRT_ACTOR(sink) { … return TR_NORMAL; } makes `static const
/// tr_actor_spec sink`; the body sees `self` and `arg`.
#define TRT_ACTOR(ident)                                                                           \
    static tr_exit ident##_run_(tr_self *self, const void *arg);                                   \
    static const tr_actor_spec ident = { .label = #ident, .run = ident##_run_ };                   \
    static tr_exit ident##_run_(__attribute__((unused)) tr_self *self,                             \
                                __attribute__((unused)) const void *arg)

/// Whether a play took so long that somebody killed whoever was left (sweep.h): loops that wait
/// for another actor, and are in no call that may end them, end by this.
bool trt_helped(void);
/// Silences the scenario's own checks, because somebody kills its actors (sweep.h).
void trt_mute(bool muted);

/// The run under way.
tr_test *trt_test(void);
tr_system *trt_system(void);

/// Checks a condition of the run under way.
#define TRT_CHECK(condition) ((condition) ? (void)0 : trt_fail_at(__FILE__, __LINE__, #condition))
void trt_fail_at(const char *file, int line, const char *what);
/// Checks that two numbers are equal; a failure shows both.
#define TRT_EQUAL(actual, expected)                                                                \
    trt_equal_at(__FILE__, __LINE__, #actual, (long long)(actual), (long long)(expected))
void trt_equal_at(const char *file, int line, const char *what, long long actual,
                  long long expected);

/// Checks a text; NULL is none.
#define TRT_TEXT(actual, expected) trt_text_at(__FILE__, __LINE__, #actual, (actual), (expected))
void trt_text_at(const char *file, int line, const char *what, const char *actual,
                 const char *expected);

/// Appends a word to the notes of a track (0 to 7); words are joined by blanks.
void trt_note(unsigned track, const char *format, ...) __attribute__((format(printf, 2, 3)));
/// The notes of a track.
const char *trt_notes(unsigned track);
/// Checks the notes of a track.
#define TRT_NOTES(track, expected) trt_notes_at(__FILE__, __LINE__, (track), (expected))
void trt_notes_at(const char *file, int line, unsigned track, const char *expected);

/// A number below `below`, drawn by the run.
uint32_t trt_choose(uint32_t below);
/// Yields none to three times, as the run draws.
void trt_dawdle(tr_self *self);
/// Waits until nothing can happen without time passing.
void trt_quiet(void);
/// Moves time.
void trt_advance(int64_t ms);
/// Milliseconds of system time since `start_ns`, rounded down.
int64_t trt_ms_since(uint64_t start_ns);

/// Spawns from the scenario; a failure fails the run. The macro takes the fields of the options.
#define trt_spawn(spec, ...) trt_spawn_with((spec), &(tr_spawn_opts){ __VA_ARGS__ })
tr_pid trt_spawn_with(const tr_actor_spec *spec, const tr_spawn_opts *opts);
/// Spawns from an actor, likewise.
#define trt_child(self, spec, ...) trt_child_with((self), (spec), &(tr_spawn_opts){ __VA_ARGS__ })
tr_pid trt_child_with(tr_self *self, const tr_actor_spec *spec, const tr_spawn_opts *opts);
/// The fields of the options that hand a value to the actor.
#define TRT_ARG(pointer) .args = (pointer), .args_bytes = sizeof *(pointer)

/// Receives; NULL when the time has passed. Any other answer fails the run.
const tr_msg *trt_receive(tr_self *self, const tr_match *match, int64_t timeout_ms);
/// Receives the next message whatever it is, waiting for ever.
const tr_msg *trt_next(tr_self *self);
/// Receives the next message of a type, waiting for ever.
const tr_msg *trt_next_of(tr_self *self, const tr_type *type);
/// Whether a message of this type waits; it is taken.
bool trt_poll_of(tr_self *self, const tr_type *type);
/// Takes every waiting message of a type and says how many there were.
unsigned trt_drain_of(tr_self *self, const tr_type *type);

/// The body of a message that must have this type; NULL fails the run.
const tr_down *trt_down_of(const tr_msg *msg);
const tr_exited *trt_exited_of(const tr_msg *msg);
/// Monitors an actor and waits for its end; gives the tag of its reason.
tr_exit_tag trt_await_end(tr_self *self, tr_pid pid);

/// What the debug functions say.
tr_totals trt_totals(void);
/// State of an actor, TR_STATE_FREE when it is dead.
tr_state trt_state(tr_pid pid);
/// Messages and signals waiting for an actor; 0 when it is dead.
size_t trt_depth(tr_pid pid);
/// Number of actors alive.
unsigned trt_alive_count(void);
/// Checks that every message has one fate; to be called when quiet.
void trt_check_fates(void);
/// Ends an actor by kill from the scenario and waits until quiet.
void trt_kill(tr_pid pid);

#endif
