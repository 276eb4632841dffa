// SPDX-License-Identifier: MIT
// Stress programs: real threads, exact invariants. A program defines trt_round() and trt_name;
// main() is in stress.c. It starts a system, plays rounds until the time is up, stops it, and
// checks that everything is back at zero; so for 1, 2, 3 and 8 workers, or the number it is given.
//
// usage: workers=N seconds=S seed=X (S per number of workers); TRT_WORKERS=N is the same as
// workers=N. A requirement that is not met prints and aborts: what follows would be noise.
#ifndef TRT_STRESS_H
#define TRT_STRESS_H

#include <troupe.h>

/// One number of workers.
struct trt_stress {
    tr_system *sys; ///< NULL when the program starts its own
    uint32_t workers;
    uint64_t seed; ///< differs from round to round
    uint32_t round;
};

/// The program's name, and whether it starts its own systems.
extern const char *const trt_name;
extern const bool trt_own_systems;
/// Plays one round: short, and complete when it returns.
void trt_round(struct trt_stress *stress);

/// Ends the program unless the condition holds.
#define TRT_REQUIRE(condition) ((condition) ? (void)0 : trt_give_up(__FILE__, __LINE__, #condition))
void trt_give_up(const char *file, int line, const char *what) __attribute__((noreturn));
/// Ends the program unless two numbers are equal; shows both.
#define TRT_SAME(actual, expected)                                                                 \
    trt_same_at(__FILE__, __LINE__, #actual, (long long)(actual), (long long)(expected))
void trt_same_at(const char *file, int line, const char *what, long long actual,
                 long long expected);

/// How much smaller the work is under a sanitizer: 1, or a divisor.
unsigned trt_divisor(void);

/// Small generator; a state per actor.
uint64_t trt_random(uint64_t *state);
uint32_t trt_below(uint64_t *state, uint32_t below);

/// Spawns from the round.
#define trt_start(stress, spec, ...)                                                               \
    trt_start_with((stress)->sys, (spec), &(tr_spawn_opts){ __VA_ARGS__ })
tr_pid trt_start_with(tr_system *sys, const tr_actor_spec *spec, const tr_spawn_opts *opts);
/// Spawns from an actor.
#define trt_child(self, spec, ...) trt_child_with((self), (spec), &(tr_spawn_opts){ __VA_ARGS__ })
tr_pid trt_child_with(tr_self *self, const tr_actor_spec *spec, const tr_spawn_opts *opts);
#define TRT_ARG(pointer) .args = (pointer), .args_bytes = sizeof *(pointer)

/// Defines a process-style actor.
#define TRT_ACTOR(ident)                                                                           \
    static tr_exit ident##_run_(tr_self *self, const void *arg);                                   \
    static const tr_actor_spec ident = { .label = #ident, .run = ident##_run_ };                   \
    static tr_exit ident##_run_(__attribute__((unused)) tr_self *self,                             \
                                __attribute__((unused)) const void *arg)

/// A referee counts to `expected` and then answers trt_await; without the count the program ends
/// with a list of what the actors are doing.
tr_pid trt_referee(struct trt_stress *stress, uint64_t expected);
/// Tells the referee: one more is done, with a number to be added up.
void trt_done(tr_self *self, tr_pid referee, uint64_t number);
/// Waits for the count; gives the sum of the numbers.
uint64_t trt_await(struct trt_stress *stress, tr_pid referee);

/// Receives; NULL when the time has passed.
const tr_msg *trt_receive(tr_self *self, const tr_match *match, int64_t timeout_ms);
/// Prints every actor and the totals on stderr.
void trt_dump(tr_system *sys);
/// Checks the fates of all messages of a system that was stopped.
void trt_check_stopped(tr_system *sys);

#endif
