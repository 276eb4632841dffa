// SPDX-License-Identifier: MIT
// Calls that could never return are refused, by the option detect_cycles.
#include "messages.h"
#include "scenario.h"

#define RING 4
#define WATCHED .system = { .detect_cycles = true }

static struct {
    tr_pid ring[RING];
    tr_pid asker;
    unsigned size;
    bool nested;
    unsigned ok;
    unsigned refused;
    unsigned late;
    unsigned failed;
    unsigned finished;
    tr_detail detail;
    tr_pid refused_one;
} w;
TRT_WORLD(w);

// Calls and counts how it went.
static tr_err call(tr_self *self, tr_pid to, int64_t timeout_ms)
{
    struct scn_answer answer = { 0 };
    uint64_t start = tr_now_ns();
    tr_err err = scn_ask_call(self, to, &(struct scn_ask){ 1 }, timeout_ms, &answer);
    w.ok += err == TR_OK;
    w.late += err == TR_ETIMEDOUT;
    w.failed += err == TR_EEXITED || err == TR_ENOPROC;
    if (err == TR_EDEADLK) {
        w.refused++;
        w.refused_one = tr_self_pid(self);
        TRT_EQUAL(trt_ms_since(start), 0);
        w.detail.struct_bytes = sizeof w.detail;
        TRT_EQUAL(tr_error_detail(self, &w.detail), TR_OK);
    }
    return err;
}

// On `go` calls its neighbour; on a request too, before it answers, if the ring is nested.
TRT_ACTOR(neighbour)
{
    const unsigned *place = arg;
    for (;;) {
        const tr_msg *msg = trt_next(self);
        bool request = tr_msg_get_kind(msg) == TR_MSG_CALL;
        tr_from from = tr_msg_from(msg);
        if (!request || w.nested) {
            trt_dawdle(self);
            (void)call(self, w.ring[(*place + 1) % w.size], 1000);
        }
        if (request) {
            scn_ask_reply(self, from, &(struct scn_answer){ 0 });
        } else {
            w.finished++;
        }
    }
    return TR_NORMAL;
}

static void start_ring(unsigned size, bool nested)
{
    w.size = size;
    w.nested = nested;
    for (unsigned i = 0; i < size; i++) {
        w.ring[i] = trt_spawn(&neighbour, TRT_ARG(&i));
    }
}

static void go(unsigned place)
{
    TRT_EQUAL(tr_system_send(trt_system(), w.ring[place], &scn_go_type, NULL), TR_OK);
}

static void end_ring(void)
{
    for (unsigned i = 0; i < w.size; i++) {
        trt_kill(w.ring[i]);
    }
}

// The cycle that was reported is the whole ring, from the refused one on.
static void check_cycle(void)
{
    unsigned first = 0;
    while (first + 1 < w.size && !tr_pid_equal(w.ring[first], w.refused_one)) {
        first++;
    }
    TRT_EQUAL(w.detail.err, TR_EDEADLK);
    TRT_EQUAL(w.detail.cycle_count, w.size);
    for (unsigned i = 0; i < w.size; i++) {
        TRT_CHECK(tr_pid_equal(w.detail.cycle[i], w.ring[(first + i) % w.size]));
    }
    TRT_CHECK(tr_pid_equal(w.detail.pid, w.ring[(first + 1) % w.size]));
}

TRT_SCENARIO(a_call_that_closes_a_cycle_is_refused_at_once, WATCHED)
{
    start_ring(2 + trt_choose(RING - 1), true);
    go(0);
    trt_quiet();
    TRT_EQUAL(w.refused, 1);
    TRT_EQUAL(w.ok, w.size - 1);
    TRT_EQUAL(w.finished, 1);
    check_cycle();
    end_ring();
}

TRT_SCENARIO(without_the_option_the_cycle_ends_by_its_timeouts)
{
    start_ring(3, true);
    go(0);
    trt_advance(5000);
    TRT_EQUAL(w.refused, 0);
    TRT_CHECK(w.late >= 1);
    end_ring();
}

// Of calls that close a cycle at the same time one is refused, and all others are answered.
TRT_SCENARIO(of_calls_that_race_to_close_a_cycle_one_is_refused, WATCHED)
{
    start_ring(2 + trt_choose(RING - 1), false);
    for (unsigned i = 0; i < w.size; i++) {
        go(i);
    }
    trt_quiet();
    TRT_EQUAL(w.finished, w.size);
    TRT_CHECK(w.refused <= 1);
    TRT_EQUAL(w.ok + w.refused, w.size);
    if (w.refused == 1) {
        check_cycle();
    }
    end_ring();
}

// A kill at any step: the others go on, and the next cycle is found as well.
TRT_SCENARIO(a_kill_in_the_middle_of_a_cycle_leaves_no_edge, WATCHED)
{
    start_ring(RING, true);
    go(0);
    (void)tr_test_steps(trt_test(), 1 + tr_test_seed(trt_test()) % 80);
    trt_kill(w.ring[1]);
    trt_advance(5000);
    TRT_EQUAL(w.finished, 1);
    w.ring[1] = w.ring[2]; // a ring of three now, whose second and third both call the third
    w.ring[2] = w.ring[0];
    w.refused = 0;
    go(0);
    trt_advance(5000);
    TRT_EQUAL(w.finished, 2);
    TRT_EQUAL(w.refused, 1);
    trt_kill(w.ring[0]);
    trt_kill(w.ring[1]);
    trt_kill(w.ring[3]);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(replies_and_calls_back)
{
    for (int i = 0; i < 4; i++) {
        const tr_msg *msg = trt_next_of(self, &scn_ask_type);
        tr_from from = tr_msg_from(msg);
        scn_ask_reply(self, from, &(struct scn_answer){ 0 });
        TRT_EQUAL(call(self, w.asker, TR_INFINITY), TR_OK);
    }
    return TR_NORMAL;
}

TRT_ACTOR(calls_and_serves)
{
    for (int i = 0; i < 4; i++) {
        TRT_EQUAL(call(self, w.ring[0], TR_INFINITY), TR_OK);
        const tr_msg *msg = trt_next_of(self, &scn_ask_type);
        scn_ask_reply(self, tr_msg_from(msg), &(struct scn_answer){ 0 });
    }
    w.finished++;
    return TR_NORMAL;
}

// An actor that has been answered and has not yet run again is not in the way.
TRT_SCENARIO(an_actor_whose_answer_is_under_way_waits_for_nobody, WATCHED)
{
    w.ring[0] = trt_spawn(&replies_and_calls_back, 0);
    w.asker = trt_spawn(&calls_and_serves, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(w.ok, 8);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(delegates_once)
{
    const tr_msg *msg = trt_next_of(self, &scn_ask_type);
    tr_from from = tr_msg_from(msg);
    (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, 5);
    tr_err err = tr_delegate(self, from, w.ring[1]);
    if (err != TR_OK) {
        TRT_EQUAL(err, TR_EDEADLK);
        w.refused++;
        scn_ask_reply(self, from, &(struct scn_answer){ 0 });
    }
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(calls_the_asker_while_serving)
{
    const tr_msg *msg = trt_next_of(self, &scn_ask_type);
    tr_from from = tr_msg_from(msg);
    TRT_EQUAL(call(self, from.caller, TR_INFINITY), TR_EDEADLK);
    scn_ask_reply(self, from, &(struct scn_answer){ 0 });
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(asks_the_delegating)
{
    w.asker = tr_self_pid(self);
    TRT_EQUAL(call(self, w.ring[0], TR_INFINITY), TR_OK);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(the_graph_follows_a_delegated_request, WATCHED)
{
    w.ring[0] = trt_spawn(&delegates_once, 0);
    w.ring[1] = trt_spawn(&calls_the_asker_while_serving, 0);
    trt_spawn(&asks_the_delegating, 0);
    trt_advance(20);
    TRT_EQUAL(w.finished, 3);
    TRT_EQUAL(w.refused, 1);
    TRT_EQUAL(w.detail.cycle_count, 2); // the first server is not part of it
    TRT_CHECK(tr_pid_equal(w.detail.cycle[0], w.ring[1]));
    TRT_CHECK(tr_pid_equal(w.detail.cycle[1], w.asker));
}

TRT_ACTOR(asks_and_serves)
{
    w.asker = tr_self_pid(self);
    TRT_EQUAL(call(self, w.ring[0], TR_INFINITY), TR_OK);
    const tr_msg *msg = trt_next_of(self, &scn_ask_type);
    scn_ask_reply(self, tr_msg_from(msg), &(struct scn_answer){ 0 });
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(calls_the_asker)
{
    (void)trt_receive(self, NULL, 1);
    TRT_EQUAL(call(self, w.asker, TR_INFINITY), TR_OK);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_delegation_that_would_close_a_cycle_is_refused, WATCHED)
{
    w.ring[0] = trt_spawn(&delegates_once, 0);
    w.ring[1] = trt_spawn(&calls_the_asker, 0);
    trt_spawn(&asks_and_serves, 0);
    trt_advance(20);
    TRT_EQUAL(w.finished, 3);
    TRT_EQUAL(w.refused, 1);
    TRT_EQUAL(w.ok, 2);
}

TRT_ACTOR(fills_a_mailbox)
{
    (void)tr_send(self, w.ring[0], scn_red, .n = 0);
    (void)tr_send(self, w.ring[0], scn_red, .n = 1); // waits for room
    const tr_msg *msg = trt_next_of(self, &scn_ask_type);
    scn_ask_reply(self, tr_msg_from(msg), &(struct scn_answer){ 0 });
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(calls_the_blocked)
{
    (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, 1);
    TRT_EQUAL(call(self, w.asker, TR_INFINITY), TR_EDEADLK);
    (void)trt_next_of(self, &scn_red_type); // makes room: the sender is no longer in the way
    TRT_EQUAL(call(self, w.asker, TR_INFINITY), TR_OK);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_sender_that_waits_for_room_is_part_of_the_graph, WATCHED)
{
    w.ring[0] = trt_spawn(&calls_the_blocked, .mailbox = { .capacity = 1 });
    w.asker = trt_spawn(&fills_a_mailbox, 0);
    trt_advance(10);
    TRT_EQUAL(w.finished, 2);
    TRT_EQUAL(w.refused, 1);
}

TRT_ACTOR(requests_in_a_cycle)
{
    tr_request asked = { 0 };
    struct scn_answer answer;
    TRT_EQUAL(scn_ask_request(self, w.ring[0], &(struct scn_ask){ 0 }, &asked), TR_OK);
    (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, 1);
    tr_err err = scn_ask_take(self, asked, TR_INFINITY, &answer);
    if (err == TR_EDEADLK) { // still open: serve first
        w.refused++;
        const tr_msg *msg = trt_next_of(self, &scn_ask_type);
        scn_ask_reply(self, tr_msg_from(msg), &(struct scn_answer){ 0 });
        err = scn_ask_take(self, asked, TR_INFINITY, &answer);
    }
    TRT_EQUAL(err, TR_OK);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_wait_for_a_request_is_part_of_the_graph, WATCHED)
{
    unsigned place = 0;
    w.size = 2;
    w.nested = true;
    w.ring[0] = trt_spawn(&neighbour, TRT_ARG(&place));
    w.ring[1] = trt_spawn(&requests_in_a_cycle, 0);
    trt_advance(2000);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(w.refused, 1);
    trt_kill(w.ring[0]);
}
