// SPDX-License-Identifier: MIT
// Two flows for C++ to run in, without the C11 headers of the runtime.
//
// Purpose: the switch as three plain calls. Invariants: flow i stands on stack i; resumes nest
//   never. Threads: one at a time; any may resume. Ownership: stacks belong to this helper.
#ifndef TRT_STRESS_EXCEPTIONS_FLOW_H
#define TRT_STRESS_EXCEPTIONS_FLOW_H

#ifdef __cplusplus
extern "C" {
#endif

// Begins body(arg) on a stack of its own and returns at its first trt_flow_suspend or its end.
void trt_flow_begin(int flow, void (*body)(void *), void *arg);
void trt_flow_resume(int flow);
void trt_flow_suspend(int flow);
void trt_flow_close(int flow);

#ifdef __cplusplus
}
#endif

#endif
