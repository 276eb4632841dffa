// SPDX-License-Identifier: MIT
// G3 G13: whatever can run runs before long, on whichever worker. Rows A23 B23 B27 B29.
#include "messages.h"
#include "scenario.h"

// An actor whose thread lost its processor comes back through the queue of all processors; one with
// work of its own looks there once in so many turns.
enum { ACTORS = 6, TURNS = 40, SHARED_QUEUE_TURNS = 64 };

static struct {
    uint64_t turn;         // turns taken by all yielders
    uint64_t last[ACTORS]; // when each had its last turn
    uint64_t worst;
    tr_pid other;
    bool heard;
    unsigned finished;
} w;
TRT_WORLD(w);

// Over all seeds of one program.
static uint64_t steals_total;
static unsigned runs_total;

TRT_ACTOR(yielder)
{
    const uint32_t *number = arg;
    for (int i = 0; i < TURNS; i++) {
        uint64_t waited = w.turn - w.last[*number];
        w.worst = waited > w.worst ? waited : w.worst;
        w.last[*number] = ++w.turn;
        tr_yield(self);
    }
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(spawns_many)
{
    for (uint32_t i = 0; i < ACTORS; i++) {
        w.last[i] = w.turn;
        trt_child(self, &yielder, TRT_ARG(&i));
    }
    return TR_NORMAL;
}

// Nobody waits longer than a few rounds of all the others.
TRT_SCENARIO(G13_a_runnable_actor_waits_a_bounded_number_of_turns, .workers = 1)
{
    trt_spawn(&spawns_many, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, ACTORS);
    TRT_CHECK(w.worst <= SHARED_QUEUE_TURNS + 4 * ACTORS);
}

// Actors born on one worker are taken over by idle ones.
TRT_SCENARIO(idle_workers_take_work_over, .workers = 4)
{
    trt_spawn(&spawns_many, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, ACTORS);
    steals_total += trt_totals().steals;
    if (++runs_total == 50) {
        TRT_CHECK(steals_total > 0);
    }
}

TRT_ACTOR(hears)
{
    (void)trt_next(self);
    w.heard = true;
    (void)trt_drain_of(self, &scn_red_type);
    return TR_NORMAL;
}

TRT_ACTOR(sends_until_heard)
{
    while (!w.heard) {
        TRT_EQUAL(tr_send(self, w.other, scn_red, .n = 0), TR_OK);
    }
    w.finished++;
    return TR_NORMAL;
}

// An actor that only sends gives way after its budget.
TRT_SCENARIO(B23_a_loop_of_sends_does_not_starve_its_receiver, .workers = 1, .seeds = 20)
{
    w.other = trt_spawn(&hears, 0);
    trt_quiet();
    trt_spawn(&sends_until_heard, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_alive_count(), 0);
}

static tr_next swallow(tr_self *self, void *state, const tr_msg *msg)
{
    uint32_t *count = state;
    (void)self;
    if (tr_msg_is(msg, &scn_go_type)) {
        w.heard = true;
        return TR_STOP(TR_NORMAL);
    }
    ++*count;
    return TR_CONTINUE;
}

static const tr_actor_spec swallower = { .on_message = swallow, .state_bytes = sizeof(uint32_t) };

TRT_ACTOR(feeds_itself)
{
    for (uint32_t i = 0; i < 40; i++) {
        TRT_EQUAL(tr_send(self, w.other, scn_red, .n = i), TR_OK);
    }
    TRT_EQUAL(tr_send(self, w.other, scn_go, 0), TR_OK);
    return TR_NORMAL;
}

// G3: the last message of a burst is handled as the first.
TRT_SCENARIO(a_burst_is_handled_to_its_end)
{
    w.other = trt_spawn(&swallower, 0);
    trt_spawn(&feeds_itself, 0);
    trt_quiet();
    TRT_CHECK(w.heard);
    TRT_EQUAL(trt_totals().received, 41);
    TRT_EQUAL(trt_alive_count(), 0);
}

// A waiting actor takes no turns.
TRT_SCENARIO(B27_a_quiet_system_takes_no_steps)
{
    w.other = trt_spawn(&hears, 0);
    trt_quiet();
    tr_totals before = trt_totals();
    TRT_EQUAL(tr_test_steps(trt_test(), 50) < 50, true);
    trt_advance(1000);
    TRT_EQUAL(trt_totals().received, before.received);
    TRT_EQUAL(trt_totals().parks, before.parks); // no worker woke to look
    trt_kill(w.other);
}

TRT_ACTOR(blocking)
{
    tr_blocking_begin(self);
    w.turn++; // stands for a system call
    tr_blocking_end(self);
    (void)trt_receive(self, NULL, 1);
    tr_blocking_begin(self);
    tr_blocking_end(self);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(declared_blocking_comes_back)
{
    for (int i = 0; i < 3; i++) {
        trt_spawn(&blocking, 0);
    }
    trt_advance(5);
    TRT_EQUAL(w.finished, 3);
}

TRT_ACTOR(interrupts)
{
    w.heard = true;
    return TR_NORMAL;
}

TRT_ACTOR(computes)
{
    for (;;) {
        (void)tr_self_pid(self); // does not look at signals
        (void)tr_send(self, tr_self_pid(self), scn_go, 0);
        w.turn++;
        (void)trt_poll_of(self, &scn_go_type);
    }
    return TR_NORMAL;
}

// An actor that never waits, but calls the runtime, ends at the next call that may exit.
TRT_SCENARIO(A23_a_busy_actor_ends_at_its_next_scheduling_point, .workers = 1)
{
    w.other = trt_spawn(&computes, 0);
    tr_test_steps(trt_test(), 50 + trt_choose(100));
    TRT_EQUAL(tr_system_exit_send(trt_system(), w.other, TR_KILL), TR_OK);
    uint64_t before = w.turn;
    trt_quiet();
    TRT_EQUAL(trt_alive_count(), 0);
    TRT_CHECK(w.turn - before <= 2);
}

TRT_ACTOR(yields_with_mail)
{
    for (uint32_t i = 0; i < ACTORS; i++) {
        TRT_EQUAL(tr_send(self, tr_self_pid(self), scn_red, .n = i), TR_OK);
    }
    trt_child(self, &interrupts, 0);
    while (!w.heard && w.turn < 1000) {
        tr_yield(self);
        w.turn++;
    }
    for (uint32_t i = 0; i < ACTORS; i++) {
        TRT_EQUAL(scn_red_of(trt_next(self))->n, i); // nothing is lost, nothing out of order
    }
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(B29_a_yield_lets_others_run_and_keeps_the_mailbox, .workers = 1)
{
    trt_spawn(&yields_with_mail, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    TRT_CHECK(trt_totals().handoffs != 0 || w.turn <= 2);
}
