// SPDX-License-Identifier: MIT
// A fault at every step of a scenario: with `sweep=kill` a scenario is played again and again under
// the same seed, and at its first, second, … scheduling point a stranger kills one of its actors,
// chosen by the seed and the step; with `sweep=stop` the stranger stops the system there; with
// `sweep=alloc` the first, second, … allocation fails. `step=K` plays that step alone.
//
// The scenario's own checks are silent in such a run, for its actors may miss each other. What may
// not fail: every wait ends, what is left can be killed, a fresh actor answers a call, every
// message has one fate, the system stops, and the census finds nothing.
// Threads: one. Ownership: none.
#ifndef TRT_SWEEP_H
#define TRT_SWEEP_H

#include "scenario.h"

/// Takes `sweep=…` and `step=…` from the command line.
void trt_sweep_option(const char *argument);
bool trt_sweeps(void);
/// Plays the scenario for every step under each seed; false when a play failed.
bool trt_sweep(struct trt_scenario *scenario, tr_test_fn play, const tr_test_opts *opts);
/// Around one play; nothing unless the program sweeps.
void trt_sweep_begin(void);
void trt_sweep_end(void);

#endif
