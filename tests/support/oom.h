// SPDX-License-Identifier: MIT
// Memory that runs out at every point of a scenario: a scenario with `.oom = true` is played again
// and again, the first allocation failing, then the second, and so on, until none is left that
// could; once with that allocation alone failing, once with all that follow for a long while.
//
// A failure may end actors and leave the scenario's aim unreached; it may not break the runtime. So
// afterwards, with memory back, what is left is ended, a fresh actor answers a call, every message
// has one fate, and the census finds nothing.
// Threads: one. Ownership: none.
#ifndef TRT_OOM_H
#define TRT_OOM_H

#include "scenario.h"

/// Plays the scenario for every point; false when a play failed.
bool trt_oom_sweep(struct trt_scenario *scenario, tr_test_fn play);
/// Around one play.
void trt_oom_begin(void);
void trt_oom_end(void);

#endif
