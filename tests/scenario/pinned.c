// SPDX-License-Identifier: MIT
// Actors that one thread alone may run. The simulator checks on which thread each activation is;
// see also tests/stress/pinned.c.
#include "messages.h"
#include "scenario.h"

enum { ACTORS = 4, ROUNDS = 10, SERVED = 20 };

static struct {
    tr_pid pids[ACTORS];
    tr_pid other;
    unsigned turns[2]; // of actors that are not pinned, and that are
    unsigned finished;
    unsigned served;
    bool stop;
} w;
TRT_WORLD(w);

static bool is_pinned(tr_pid pid)
{
    tr_actor_info info = TR_ACTOR_INFO_INIT;
    TRT_EQUAL(tr_debug_info(trt_system(), pid, &info), TR_OK);
    return info.pinned;
}

// Suspends in every way there is.
TRT_ACTOR(wanders)
{
    TRT_CHECK(is_pinned(tr_self_pid(self)));
    for (int i = 0; i < ROUNDS; i++) {
        tr_yield(self);
        (void)trt_receive(self, NULL, trt_choose(2));
        if (trt_choose(3) == 0) {
            tr_blocking_begin(self);
            tr_blocking_end(self);
        }
        TRT_EQUAL(tr_send(self, tr_self_pid(self), scn_go, 0), TR_OK);
        (void)trt_next_of(self, &scn_go_type);
    }
    w.finished++;
    return TR_NORMAL;
}

static tr_priority drawn_priority(void)
{
    return (tr_priority)trt_choose(TR_PRIORITY_MAX + 1);
}

// However threads lose processors, a pinned actor comes back to its own.
TRT_SCENARIO(a_pinned_actor_stays_on_its_thread)
{
    for (int i = 0; i < ACTORS; i++) {
        trt_spawn(&wanders, .pinned = true, .priority = drawn_priority());
    }
    trt_advance(10 * ROUNDS);
    TRT_EQUAL(w.finished, ACTORS);
    TRT_EQUAL(trt_totals().pinned_ready, 0);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(takes_turns)
{
    const bool *pinned = arg;
    TRT_EQUAL(is_pinned(tr_self_pid(self)), *pinned);
    while (!w.stop) {
        w.turns[*pinned]++;
        w.stop = w.turns[0] >= SERVED && w.turns[1] >= SERVED;
        tr_yield(self);
    }
    return TR_NORMAL;
}

// G13: neither the thread's inbox nor the processor's queues starve the other.
TRT_SCENARIO(pinned_actors_and_others_share_the_turns, .workers = 1)
{
    for (int i = 0; i < ACTORS; i++) {
        bool pinned = i % 2 == 1;
        trt_spawn(&takes_turns, TRT_ARG(&pinned), .pinned = pinned);
    }
    trt_quiet();
    TRT_CHECK(w.stop);
    TRT_EQUAL(trt_alive_count(), 0);
}

static tr_next serve(tr_self *self, void *state, const tr_msg *msg)
{
    (void)state;
    if (tr_msg_is(msg, &scn_go_type)) {
        return TR_STOP(TR_NORMAL);
    }
    scn_ask_reply(self, tr_msg_from(msg), &(struct scn_answer){ scn_ask_of(msg)->n });
    return TR_CONTINUE;
}

static const tr_actor_spec server = { .label = "server", .on_message = serve };

TRT_ACTOR(caller)
{
    const uint32_t *number = arg;
    for (uint32_t i = 0; i < SERVED; i++) {
        struct scn_answer answer = { 0 };
        struct scn_ask ask = { *number + i };
        TRT_EQUAL(scn_ask_call(self, w.pids[*number], &ask, TR_INFINITY, &answer), TR_OK);
        TRT_EQUAL(answer.n, *number + i);
        w.served++;
    }
    TRT_EQUAL(tr_send(self, w.pids[*number], scn_go, 0), TR_OK);
    return TR_NORMAL;
}

// Handler-style, pinned to whichever threads ran them first: each gets a processor again and again.
TRT_SCENARIO(pinned_servers_on_several_threads_are_all_served)
{
    for (uint32_t i = 0; i < ACTORS; i++) {
        w.pids[i] = trt_spawn(&server, .pinned = true);
    }
    for (uint32_t i = 0; i < ACTORS; i++) {
        trt_spawn(&caller, TRT_ARG(&i), .pinned = trt_choose(2) == 1);
    }
    trt_quiet();
    TRT_EQUAL(w.served, ACTORS * SERVED);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(waits)
{
    (void)trt_next_of(self, &scn_go_type);
    return TR_NORMAL;
}

TRT_SCENARIO(a_pinned_actor_is_killed_wherever_it_waits)
{
    for (int i = 0; i < ACTORS; i++) {
        w.pids[i] = trt_spawn(i % 2 == 0 ? &waits : &wanders, .pinned = true);
    }
    tr_test_steps(trt_test(), trt_choose(300));
    for (int i = 0; i < ACTORS; i++) {
        TRT_EQUAL(tr_system_exit_send(trt_system(), w.pids[i], TR_KILL), TR_OK);
    }
    trt_quiet();
    TRT_EQUAL(trt_alive_count(), 0);
    TRT_EQUAL(trt_totals().pinned_ready, 0);
}

TRT_ACTOR(turns_for_ever)
{
    for (;;) {
        tr_yield(self);
    }
    return TR_NORMAL;
}

TRT_SCENARIO(a_system_with_pinned_actors_stops, .stops = true)
{
    for (int i = 0; i < ACTORS; i++) {
        trt_spawn(i % 2 == 0 ? &waits : &turns_for_ever, .pinned = true);
    }
    tr_test_steps(trt_test(), trt_choose(300));
    tr_stop_report report = { 0 };
    TRT_EQUAL(tr_system_stop(trt_system(), 60000, &report), TR_OK);
    TRT_EQUAL(report.refuser_count, 0);
}
