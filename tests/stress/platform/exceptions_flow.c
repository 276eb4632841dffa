// SPDX-License-Identifier: MIT
#include "exceptions_flow.h"

#include "platform/context.h"

enum { FLOWS = 2 };

static struct {
    struct tri_stack *stack;
    struct tri_context resumer;
    struct tri_context context;
    void (*body)(void *);
    void *arg;
} flows[FLOWS];

static void run(void *flow)
{
    int i = *(int *)flow;
    flows[i].body(flows[i].arg);
    tri_context_jump(&flows[i].resumer);
}

void trt_flow_begin(int flow, void (*body)(void *), void *arg)
{
    static int numbers[FLOWS] = { 0, 1 };
    flows[flow].stack = tri_stack_open(0);
    flows[flow].body = body;
    flows[flow].arg = arg;
    tri_context_start(&flows[flow].resumer, flows[flow].stack, run, &numbers[flow]);
}

void trt_flow_resume(int flow)
{
    tri_context_switch(&flows[flow].resumer, &flows[flow].context, flows[flow].stack);
}

void trt_flow_suspend(int flow)
{
    tri_context_switch(&flows[flow].context, &flows[flow].resumer, NULL);
}

void trt_flow_close(int flow)
{
    tri_stack_close(flows[flow].stack);
}
