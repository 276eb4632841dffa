// SPDX-License-Identifier: MIT
// G10: a system can be stopped at every step, within its deadline, and leaves nothing.
#include <string.h>

#include "messages.h"
#include "scenario.h"

static struct {
    tr_pid server;
    tr_pid narrow;
    unsigned shutdowns;
    unsigned finished;
    tr_err answer;
} w;
TRT_WORLD(w);

TRT_ACTOR(server)
{
    for (;;) {
        const tr_msg *msg = trt_next_of(self, &scn_ask_type);
        trt_dawdle(self);
        scn_ask_reply(self, tr_msg_from(msg), &(struct scn_answer){ 1 });
    }
    return TR_NORMAL;
}

TRT_ACTOR(narrow)
{
    (void)trt_next_of(self, &scn_go_type);
    return TR_NORMAL;
}

TRT_ACTOR(leaf)
{
    (void)trt_receive(self, NULL, 50);
    return TR_NORMAL;
}

// One of everything that an actor can be in the middle of.
TRT_ACTOR(busy)
{
    tr_ref ref;
    tr_pid child = tr_no_pid();
    tr_spawn_opts opts = { .link = true, .monitor = &ref };
    if (tr_spawn(self, &leaf, &opts, &child) == TR_OK) {
        (void)tr_send_after(self, 10, child, &scn_red_type, &(uint32_t){ 1 }, NULL);
    }
    struct scn_answer answer;
    (void)!scn_ask_call(self, w.server, &(struct scn_ask){ 1 }, 40, &answer);
    (void)tr_send(self, w.narrow, scn_red, .n = 1);
    (void)tr_send(self, w.narrow, scn_red, .n = 2);
    const tr_msg *msg;
    (void)!tr_receive(self, NULL, 30, &msg);
    return TR_NORMAL;
}

static void start_load(void)
{
    w.server = trt_spawn(&server, 0);
    w.narrow = trt_spawn(&narrow, .mailbox = { .capacity = 1 });
    trt_spawn(&busy, 0);
    trt_spawn(&busy, .trap = true);
}

static void stop_and_check(int64_t deadline_ms, int64_t longest_ms)
{
    tr_stop_report report = { .refuser_count = 99 };
    uint64_t start = tr_now_ns();
    TRT_EQUAL(tr_system_stop(trt_system(), deadline_ms, &report), TR_OK);
    TRT_EQUAL(report.refuser_count, 0);
    TRT_CHECK(trt_ms_since(start) <= longest_ms);
    tr_totals totals = trt_totals();
    TRT_EQUAL(totals.spawned, totals.exited);
    TRT_EQUAL(totals.waiting, 0);
    TRT_EQUAL(totals.attempted, totals.accepted + totals.refused);
    TRT_EQUAL(totals.accepted, totals.received + totals.dropped + totals.dead_lettered);
}

// Trapping actors that go on end by their own timeouts or by the kill at half the time.
TRT_SCENARIO(museum_caf_255_a_system_stops_at_any_step, .stops = true)
{
    start_load();
    (void)tr_test_steps(trt_test(), tr_test_seed(trt_test()) % 120);
    stop_and_check(1000, 600);
}

TRT_SCENARIO(a_system_stops_at_any_moment, .stops = true)
{
    start_load();
    trt_advance(trt_choose(60));
    (void)tr_test_steps(trt_test(), trt_choose(30));
    stop_and_check(1000, 600);
}

TRT_SCENARIO(an_empty_system_stops_at_once, .stops = true, .traces = 1)
{
    stop_and_check(1000, 10);
    TRT_EQUAL(tr_system_stop(trt_system(), 1000, NULL), TR_OK); // a second stop finds it done
}

TRT_ACTOR(ignores_shutdown)
{
    for (;;) {
        const tr_exited *exited = trt_exited_of(trt_next(self));
        TRT_EQUAL(exited->reason.tag, TR_EXIT_SHUTDOWN);
        w.shutdowns++;
    }
    return TR_NORMAL;
}

TRT_ACTOR(obeys_shutdown)
{
    const tr_exited *exited = trt_exited_of(trt_next(self));
    TRT_EQUAL(exited->reason.tag, TR_EXIT_SHUTDOWN);
    w.shutdowns++;
    (void)trt_receive(self, NULL, 20); // its tidying takes a while
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(actors_that_obey_are_waited_for, .stops = true)
{
    trt_spawn(&obeys_shutdown, .trap = true);
    trt_spawn(&obeys_shutdown, .trap = true);
    trt_quiet();
    stop_and_check(1000, 100);
    TRT_EQUAL(w.shutdowns, 2);
    TRT_EQUAL(w.finished, 2);
}

TRT_SCENARIO(actors_that_do_not_are_killed_at_half_the_time, .stops = true)
{
    trt_spawn(&ignores_shutdown, .trap = true);
    trt_quiet();
    uint64_t start = tr_now_ns();
    stop_and_check(1000, 600);
    TRT_CHECK(trt_ms_since(start) >= 500);
    TRT_EQUAL(w.shutdowns, 1);
}

TRT_ACTOR(stops_the_system)
{
    w.answer = tr_system_stop(tr_self_system(self), 1000, NULL);
    w.finished++;
    (void)trt_receive(self, NULL, 200);
    w.finished++; // not reached: it does not trap
    return TR_NORMAL;
}

// From an actor the stop only begins.
TRT_SCENARIO(an_actor_may_begin_the_stop, .stops = true)
{
    start_load();
    trt_spawn(&stops_the_system, 0);
    trt_quiet();
    stop_and_check(2000, 1100);
    TRT_CHECK(w.finished <= 1);
    TRT_EQUAL(w.answer, TR_OK);
}

TRT_SCENARIO(nothing_can_be_done_after_stop, .stops = true)
{
    tr_pid pid = trt_spawn(&narrow, 0);
    trt_quiet();
    stop_and_check(1000, 100);
    tr_system *sys = trt_system();
    tr_pid child = tr_no_pid();
    struct scn_answer answer;
    TRT_EQUAL(tr_system_spawn(sys, &narrow, NULL, &child), TR_ESTOPPED);
    TRT_CHECK(tr_pid_is_none(child));
    TRT_EQUAL(scn_go_system_send(sys, pid, &(struct scn_go){ 0 }), TR_ESTOPPED);
    TRT_EQUAL(scn_ask_system_call(sys, pid, &(struct scn_ask){ 0 }, 100, &answer), TR_ESTOPPED);
    TRT_EQUAL(tr_system_exit_send(sys, pid, TR_KILL), TR_ESTOPPED);
    TRT_CHECK(!tr_is_alive(sys, pid));
}

static tr_next slow_init(tr_self *self, void *state, const void *args)
{
    (void)state;
    (void)args;
    (void)trt_next_of(self, &scn_go_type);
    return TR_CONTINUE;
}

static tr_next any_message(tr_self *self, void *state, const tr_msg *msg)
{
    (void)self;
    (void)state;
    (void)msg;
    return TR_CONTINUE;
}

static const tr_actor_spec slow = { .init = slow_init, .on_message = any_message };

TRT_ACTOR(waits_for_init)
{
    tr_pid child = tr_no_pid();
    tr_spawn_opts opts = { .wait_init = true, .name = "slow" };
    (void)tr_spawn(self, &slow, &opts, &child);
    return TR_NORMAL;
}

TRT_SCENARIO(a_stop_ends_a_start_that_waits_for_init, .stops = true)
{
    trt_spawn(&waits_for_init, .trap = trt_choose(2) == 0);
    (void)tr_test_steps(trt_test(), trt_choose(30));
    stop_and_check(1000, 600);
}

TRT_ACTOR(stops)
{
    (void)trt_next_of(self, &scn_go_type);
    trt_dawdle(self);
    TRT_EQUAL(tr_system_stop(tr_self_system(self), 1000, NULL), TR_OK);
    return TR_NORMAL;
}

static tr_next nothing_to_do(tr_self *self, void *state, const void *args)
{
    (void)self;
    (void)state;
    (void)args;
    return TR_CONTINUE;
}

static tr_next ignore(tr_self *self, void *state, const tr_msg *msg)
{
    (void)self;
    (void)state;
    (void)msg;
    return TR_CONTINUE;
}

static const tr_actor_spec starts = { .init = nothing_to_do, .on_message = ignore };

// What a guest spawns at the last moment must still be run, or the guest would wait for ever.
TRT_SCENARIO(museum_libuv_2231_a_guest_that_comes_as_the_system_stops_is_answered)
{
    tr_err err = TR_OK;
    tr_pid stopper = trt_spawn(&stops, 0);
    w.server = trt_spawn(&server, 0);
    TRT_EQUAL(scn_go_system_send(trt_system(), stopper, &(struct scn_go){ 0 }), TR_OK);
    while (err != TR_ESTOPPED) {
        struct scn_answer answer;
        tr_pid pid;
        err = trt_choose(2) == 0 ? scn_ask_system_call(trt_system(), w.server,
                                                       &(struct scn_ask){ 1 }, 500, &answer)
                                 : tr_system_spawn(trt_system(), &starts,
                                                   &(tr_spawn_opts){ .wait_init = true }, &pid);
        TRT_CHECK(err == TR_OK || err == TR_ESTOPPED || err == TR_EEXITED || err == TR_ENOPROC);
    }
}

// Refuses in a section that puts exits off: waiting for ever, or waking all the time.
TRT_ACTOR(refuses)
{
    const bool *wakes = arg;
    tr_noexit_begin(self);
    while (*wakes) {
        TRT_EQUAL(tr_sleep(self, 1), TR_OK);
    }
    (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, TR_INFINITY);
    return TR_NORMAL;
}

// Leaves something of every kind with a refuser: nobody is left to take it.
TRT_ACTOR(leaves_things)
{
    const tr_pid *refuser = arg;
    tr_ref ref;
    tr_request request;
    TRT_EQUAL(tr_monitor(self, *refuser, &ref), TR_OK);
    TRT_EQUAL(tr_link(self, *refuser), TR_OK);
    TRT_EQUAL(tr_send_after(self, 100000, *refuser, &scn_red_type, &(uint32_t){ 1 }, NULL), TR_OK);
    TRT_EQUAL(tr_send_after(self, 1, *refuser, &scn_red_type, &(uint32_t){ 1 }, NULL), TR_OK);
    TRT_EQUAL(tr_send(self, *refuser, scn_red, .n = 1), TR_OK);
    TRT_EQUAL(scn_ask_request(self, *refuser, &(struct scn_ask){ 1 }, &request), TR_OK);
    (void)trt_receive(self, NULL, TR_INFINITY);
    return TR_NORMAL;
}

// A system of its own beside that of the run, whose census sees what is left.
static void abandon(bool wakes)
{
    tr_system *sys = NULL;
    tr_pid pid = tr_no_pid();
    tr_stop_report report = { 0 };
    tr_system_opts opts = { .workers = 1 + trt_choose(2) };
    trt_spawn(&leaf, 0); // the oracles of the simulator watch the first system that runs somebody
    TRT_EQUAL(tr_system_start(&opts, &sys), TR_OK);
    tr_spawn_opts named = { TRT_ARG(&wakes), .name = "stubborn" };
    TRT_EQUAL(tr_system_spawn(sys, &refuses, &named, &pid), TR_OK);
    TRT_EQUAL(tr_system_spawn(sys, &leaves_things, &(tr_spawn_opts){ TRT_ARG(&pid) }, NULL), TR_OK);
    trt_advance(5);
    TRT_EQUAL(tr_system_free(sys), TR_EBUSY);
    TRT_EQUAL(tr_system_stop(sys, 100, &report), TR_ETIMEDOUT);
    TRT_EQUAL(report.refuser_count, 1);
    TRT_CHECK(tr_pid_equal(report.refusers[0].pid, pid));
    TRT_CHECK(strcmp(report.refusers[0].name, "stubborn") == 0);
    TRT_CHECK(strcmp(report.refusers[0].label, "refuses") == 0);
    TRT_EQUAL(tr_system_send(sys, pid, &scn_go_type, NULL), TR_ESTOPPED);
    trt_quiet(); // the threads end
    TRT_EQUAL(tr_system_free(sys), TR_OK);
}

TRT_SCENARIO(a_refuser_asleep_is_buried_when_its_system_is_freed)
{
    abandon(false);
}

TRT_SCENARIO(a_refuser_that_wakes_loses_its_thread)
{
    abandon(true);
}
