// SPDX-License-Identifier: MIT
// Starts that a process-style actor acknowledges itself (OTP's proc_lib:init_ack), ends of servers
// inside a handler, and actors on large stacks.
#include "messages.h"
#include "sanitized.h"
#include "scenario.h"

#include <string.h>

static struct {
    bool begun;
    bool ready;
    unsigned finished;
    unsigned terminated;
} w;
TRT_WORLD(w);

enum plan { ACKS, ACKS_TWICE, FAILS, RETURNS, EXITS, HANGS, PLANS };

static tr_exit acknowledging_run(tr_self *self, const void *arg)
{
    const enum plan *plan = arg;
    w.begun = true;
    trt_dawdle(self);
    switch (*plan) {
    case FAILS:
        tr_init_fail(self, tr_exit_make(TR_EXIT_ERROR, 9, "not today"));
    case EXITS:
        tr_exit_self(self, tr_exit_make(TR_EXIT_ERROR, 9, "not today"));
    case RETURNS:
        return tr_exit_make(TR_EXIT_ERROR, 9, NULL);
    case HANGS:
        (void)trt_next_of(self, &scn_go_type);
        break;
    default:
        break;
    }
    w.ready = true;
    TRT_EQUAL(tr_init_done(self), TR_OK);
    TRT_EQUAL(tr_init_done(self), TR_EBUSY);
    (void)trt_next_of(self, &scn_go_type);
    return TR_NORMAL;
}

static const tr_actor_spec acknowledging = { .label = "acknowledging",
                                             .run = acknowledging_run,
                                             .init_ack = true };

static tr_err expected_start(enum plan plan)
{
    return plan == ACKS || plan == ACKS_TWICE ? TR_OK : plan == HANGS ? TR_ETIMEDOUT : TR_EEXITED;
}

TRT_ACTOR(starts_one)
{
    const enum plan *plan = arg;
    tr_pid child = tr_no_pid();
    tr_ref ref = tr_no_ref();
    tr_spawn_opts opts = { TRT_ARG(plan),     .name = "started",     .link = true,
                           .wait_init = true, .init_timeout_ms = 30, .monitor = &ref };
    TRT_EQUAL(tr_spawn(self, &acknowledging, &opts, &child), expected_start(*plan));
    TRT_CHECK(w.ready == (expected_start(*plan) == TR_OK) && w.begun);
    tr_pid found = tr_no_pid();
    if (expected_start(*plan) == TR_OK) {
        TRT_EQUAL(tr_whereis(self, "started", &found), TR_OK);
        (void)tr_send(self, child, scn_go, 0);
        TRT_EQUAL(trt_down_of(trt_next_of(self, &tr_down_type))->reason.tag, TR_EXIT_NORMAL);
        (void)trt_exited_of(trt_next_of(self, &tr_exited_type));
    } else {
        TRT_EQUAL(tr_whereis(self, "started", &found), TR_ENOENT);
        TRT_EQUAL(tr_call_reason(self).code, expected_start(*plan) == TR_EEXITED ? 9 : 0);
        TRT_CHECK(tr_pid_is_none(child) && ref.id == 0);
    }
    TRT_EQUAL(tr_init_done(self), TR_EINVAL);      // its own spec knows of no such thing
    TRT_CHECK(trt_receive(self, NULL, 5) == NULL); // no exit, no notice
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_process_acknowledges_its_start_or_fails_it)
{
    enum plan plan = (enum plan)(tr_test_seed(trt_test()) % PLANS);
    trt_spawn(&starts_one, TRT_ARG(&plan), .trap = true);
    trt_advance(60);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_alive_count(), 0);
}

// A guest that waits for the start, likewise.
TRT_SCENARIO(a_guest_waits_for_an_acknowledged_start)
{
    enum plan plan = (enum plan)(tr_test_seed(trt_test()) % HANGS);
    tr_pid child = tr_no_pid();
    tr_spawn_opts opts = { TRT_ARG(&plan), .wait_init = true };
    TRT_EQUAL(tr_system_spawn(trt_system(), &acknowledging, &opts, &child), expected_start(plan));
    TRT_CHECK(w.ready == (expected_start(plan) == TR_OK));
    if (expected_start(plan) == TR_OK) {
        trt_kill(child);
    }
    TRT_EQUAL(trt_alive_count(), 0);
}

// A server that ends itself in a handler terminates as if it had answered TR_STOP.
struct quits {
    unsigned handled;
};

static tr_next quits_on_now(tr_self *self, struct quits *state, const struct scn_go *body)
{
    (void)body;
    state->handled++;
    trt_dawdle(self);
    tr_exit_self(self, tr_exit_make(TR_EXIT_ERROR, 3, "now"));
}

static tr_next thunk(tr_self *self, void *state, const tr_msg *msg)
{
    return quits_on_now(self, state, tr_msg_body(msg));
}

static void quits_on_terminate(tr_self *self, void *state, tr_exit reason)
{
    const struct quits *own = state;
    (void)self;
    TRT_EQUAL(own->handled, 1);
    TRT_EQUAL(reason.code, 3);
    TRT_CHECK(reason.text != NULL && strcmp(reason.text, "now") == 0);
    w.terminated++;
}

static const tr_server_handler quits_handlers[] = { { .type = &scn_go_type, .handle = thunk } };
static const tr_server quits = { .name = "quits",
                                 .handlers = quits_handlers,
                                 .handler_count = 1,
                                 .on_terminate = quits_on_terminate,
                                 .state_bytes = sizeof(struct quits) };

TRT_ACTOR(starts_quits)
{
    tr_pid server = tr_no_pid();
    tr_ref ref = tr_no_ref();
    TRT_EQUAL(tr_server_start(self, &quits, NULL, &server), TR_OK);
    TRT_EQUAL(tr_monitor(self, server, &ref), TR_OK);
    (void)tr_send(self, server, scn_go, 0);
    const tr_down *down = trt_down_of(trt_next_of(self, &tr_down_type));
    TRT_EQUAL(down->reason.code, 3);
    TRT_EQUAL(w.terminated, 1);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_server_that_exits_in_a_handler_terminates)
{
    trt_spawn(&starts_quits, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
}

// Large stacks: 512 KiB are used, which no default stack holds.
__attribute__((noinline)) static size_t use_stack(tr_self *self, unsigned depth)
{
    volatile char frame[4096];
    frame[depth % sizeof frame] = (char)depth;
    if (depth == 0) {
        trt_dawdle(self); // suspended that deep
        return 0;
    }
    return use_stack(self, depth - 1) + (size_t)(frame[depth % sizeof frame] == (char)depth);
}

TRT_ACTOR(deep)
{
    enum { DEPTH = 128 };
    for (unsigned i = 0; i < 3; i++) {
        TRT_EQUAL(use_stack(self, DEPTH), DEPTH);
    }
    (void)trt_next_of(self, &scn_go_type);
    w.finished++;
    return TR_NORMAL;
}

static tr_next deep_message(tr_self *self, void *state, const tr_msg *msg)
{
    enum { DEPTH = 128 };
    (void)state;
    TRT_EQUAL(use_stack(self, DEPTH), DEPTH);
    w.finished++;
    return tr_msg_is(msg, &scn_go_type) ? TR_STOP(TR_NORMAL) : TR_CONTINUE;
}

static const tr_actor_spec deep_handler = { .label = "deep handler", .on_message = deep_message };

// Actors of both classes take turns on the same workers.
TRT_SCENARIO(actors_of_the_large_class_run_on_large_stacks)
{
    tr_pid process = trt_spawn(&deep, .stack = TR_STACK_LARGE);
    tr_pid handler = trt_spawn(&deep_handler, .stack = TR_STACK_LARGE);
    enum plan plan = ACKS;
    tr_pid small = trt_spawn(&acknowledging, TRT_ARG(&plan));
    (void)tr_test_steps(trt_test(), trt_choose(40));
    (void)scn_red_system_send(trt_system(), handler, &(struct scn_red){ 0 });
    (void)scn_go_system_send(trt_system(), process, &(struct scn_go){ 0 });
    (void)scn_go_system_send(trt_system(), handler, &(struct scn_go){ 0 });
    (void)scn_go_system_send(trt_system(), small, &(struct scn_go){ 0 });
    trt_quiet();
    TRT_EQUAL(w.finished, 3);
    TRT_EQUAL(trt_alive_count(), 0);
}
