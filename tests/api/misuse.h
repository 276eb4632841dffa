// SPDX-License-Identifier: MIT
// Checks of the misuse tests: a wrong answer is printed and counted, and the program goes on.
#ifndef TRT_MISUSE_H
#define TRT_MISUSE_H

#include <troupe.h>

void says_at(const char *file, int line, const char *call, long long answer, long long expected);
/// The call gives this number (an error, a count, true or false).
#define SAYS(call, expected)                                                                       \
    says_at(__FILE__, __LINE__, #call, (long long)(call), (long long)(expected))
/// The condition holds.
#define HOLDS(condition) says_at(__FILE__, __LINE__, #condition, (condition) ? 1 : 0, 1)

#define TR_MODULE misuse
TR_MESSAGE(num, { uint32_t n; });
TR_MESSAGE0(go);
TR_MESSAGE(ask, { uint32_t n; });
TR_MESSAGE(answer, { uint32_t n; });
TR_REQUEST(ask, answer);

/// Answers each request with its number, ends at the first other message.
extern const tr_actor_spec misuse_server;

void test_values(void);              // functions without a system
void test_systems(void);             // starting, stopping, freeing
void test_guests(tr_system *sys);    // functions that take a system
void test_actors(tr_system *sys);    // functions that take a self, in their actor
void test_strangers(tr_system *sys); // the same, in the wrong place
void test_limits(void);              // what has a bound
void test_fork(void);                // a forked child

/// Runs a process-style actor to its end.
void run_actor(tr_system *sys, tr_exit (*run)(tr_self *self, const void *arg));

#endif
