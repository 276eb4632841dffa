// SPDX-License-Identifier: MIT
// Four priorities. Rows B24 B25 B26; G13 as far as it speaks of priorities.
#include "messages.h"
#include "scenario.h"

enum { LEVELS = 4, EACH = 3, TURNS = 20, LOW_TURN = 8 };

static const tr_priority by_urgency[LEVELS] = { TR_PRIORITY_MAX, TR_PRIORITY_HIGH,
                                                TR_PRIORITY_NORMAL, TR_PRIORITY_LOW };

static struct {
    unsigned left[LEVELS];        // actors that have not finished, by place in by_urgency
    unsigned turns[LEVELS][EACH]; // of each actor
    unsigned since_low;           // normal turns
    unsigned out_of_turn;
    unsigned normal_turns;
    unsigned waited;
    tr_pid other;
    bool stop;
    bool heard;
    unsigned finished;
} w;
TRT_WORLD(w);

// A thread that loses its processor holds its actor for a while where no queue shows it, so what is
// said of the order in the queues is looked at in runs without that.
static bool is_steady(void)
{
    return trt_totals().handoffs == 0;
}

struct place {
    uint32_t urgency; // in by_urgency
    uint32_t number;
};

// Notes a turn in which somebody more urgent waits, or somebody of the level is behind.
static void look_around(struct place me)
{
    unsigned *mine = w.turns[me.urgency];
    for (uint32_t i = 0; i < me.urgency && me.urgency < 2; i++) {
        w.out_of_turn += w.left[i] != 0;
    }
    for (uint32_t i = 0; me.urgency >= 2 && i < 2; i++) {
        w.out_of_turn += w.left[i] != 0;
    }
    for (uint32_t i = 0; i < EACH; i++) {
        w.out_of_turn += mine[i] < mine[me.number];
    }
    mine[me.number]++;
}

TRT_ACTOR(takes_turns)
{
    struct place me = *(const struct place *)arg;
    for (int i = 0; i < TURNS; i++) {
        look_around(me);
        tr_yield(self);
    }
    w.left[me.urgency]--;
    return TR_NORMAL;
}

TRT_ACTOR(spawns_all_levels)
{
    for (uint32_t i = 0; i < LEVELS * EACH; i++) {
        struct place place = { (LEVELS - 1) - i % LEVELS, i / LEVELS };
        trt_child(self, &takes_turns, TRT_ARG(&place), .priority = by_urgency[place.urgency]);
    }
    return TR_NORMAL;
}

// Max before high before the rest, and round robin among those of one priority.
TRT_SCENARIO(B24_the_urgent_go_strictly_first_and_each_level_takes_turns, .workers = 1)
{
    for (int i = 0; i < LEVELS; i++) {
        w.left[i] = EACH;
    }
    trt_spawn(&spawns_all_levels, .priority = TR_PRIORITY_MAX);
    trt_quiet();
    TRT_CHECK(!is_steady() || w.out_of_turn == 0);
    for (int i = 0; i < LEVELS; i++) {
        TRT_EQUAL(w.left[i], 0);
    }
}

TRT_ACTOR(normal_turns)
{
    for (int i = 0; i < 3 * TURNS; i++) {
        w.since_low++;
        tr_yield(self);
    }
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(low_turns)
{
    for (int i = 0; i < TURNS; i++) {
        if (is_steady() && w.finished == 0 && i > 0) {
            TRT_CHECK(w.since_low < 2 * LOW_TURN);
            w.waited = w.since_low > w.waited ? w.since_low : w.waited;
        }
        w.since_low = 0;
        tr_yield(self);
    }
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(spawns_low_and_normal)
{
    trt_child(self, &low_turns, .priority = TR_PRIORITY_LOW);
    for (int i = 0; i < EACH; i++) {
        trt_child(self, &normal_turns, 0);
    }
    return TR_NORMAL;
}

TRT_SCENARIO(low_runs_every_eighth_turn_while_normal_ones_wait, .workers = 1)
{
    trt_spawn(&spawns_low_and_normal, .priority = TR_PRIORITY_HIGH);
    trt_quiet();
    TRT_EQUAL(w.finished, 1 + EACH);
    TRT_CHECK(!is_steady() || w.waited == LOW_TURN - 1);
}

TRT_ACTOR(turns_until_told)
{
    while (!w.stop) {
        w.normal_turns++;
        tr_yield(self);
    }
    return TR_NORMAL;
}

TRT_ACTOR(stops_them)
{
    w.waited = w.normal_turns - w.waited;
    w.stop = true;
    return TR_NORMAL;
}

// An urgent actor that a thread without processor makes runnable waits in no line behind others.
TRT_SCENARIO(a_high_actor_of_a_guest_runs_at_the_next_turn, .workers = 1)
{
    for (int i = 0; i < EACH; i++) {
        trt_spawn(&turns_until_told, 0);
    }
    tr_test_steps(trt_test(), 20 + trt_choose(100));
    // It may be taken in the middle of its spawn: no turn is lost by looking before.
    w.waited = w.normal_turns;
    uint64_t before = w.normal_turns;
    trt_spawn(&stops_them, .priority = TR_PRIORITY_HIGH);
    w.waited = w.stop ? w.waited : (unsigned)(w.normal_turns - before) + w.waited;
    trt_quiet();
    TRT_CHECK(w.stop);
    TRT_EQUAL(trt_alive_count(), 0);
    TRT_CHECK(!is_steady() || w.waited <= 3);
}

TRT_ACTOR(high_until_told)
{
    while (!w.stop) {
        tr_yield(self);
    }
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(spawns_and_hogs)
{
    trt_child(self, &stops_them, 0);
    while (!w.stop) {
        tr_yield(self);
    }
    w.finished++;
    return TR_NORMAL;
}

// G3: who sits behind an urgent actor that never ends is taken over by an idle worker.
TRT_SCENARIO(an_urgent_actor_without_end_keeps_nobody_from_an_idle_worker, .workers = 2)
{
    trt_spawn(&spawns_and_hogs, .priority = TR_PRIORITY_HIGH);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(changes)
{
    static const tr_priority order[] = { TR_PRIORITY_HIGH, TR_PRIORITY_MAX, TR_PRIORITY_LOW };
    tr_actor_info info = TR_ACTOR_INFO_INIT;
    tr_priority before = TR_PRIORITY_NORMAL;
    for (size_t i = 0; i < TR_COUNT(order); i++) {
        TRT_EQUAL(tr_set_priority(self, order[i]), before);
        TRT_EQUAL(tr_debug_info(trt_system(), tr_self_pid(self), &info), TR_OK);
        TRT_EQUAL(info.priority, order[i]);
        before = order[i];
        tr_yield(self);
    }
    TRT_EQUAL(tr_set_priority(self, (tr_priority)4), TR_PRIORITY_LOW);
    TRT_EQUAL(tr_set_priority(self, TR_PRIORITY_HIGH), TR_PRIORITY_LOW);
    tr_yield(self);
    TRT_CHECK(!is_steady() || w.normal_turns == 0);
    w.stop = true;
    return TR_NORMAL;
}

TRT_ACTOR(spawns_to_change)
{
    trt_child(self, &changes, 0);
    return TR_NORMAL;
}

TRT_SCENARIO(a_change_of_priority_answers_the_former_one)
{
    tr_pid pid = tr_no_pid();
    tr_spawn_opts wrong = { .priority = (tr_priority)4 };
    TRT_EQUAL(tr_system_spawn(trt_system(), &changes, &wrong, &pid), TR_EINVAL);
    trt_spawn(&spawns_to_change, 0);
    trt_quiet();
    TRT_CHECK(w.stop);
}

static tr_next answer(tr_self *self, void *state, const tr_msg *msg)
{
    (void)state;
    scn_ask_reply(self, tr_msg_from(msg), &(struct scn_answer){ scn_ask_of(msg)->n });
    return TR_STOP(TR_NORMAL);
}

static const tr_actor_spec server = { .label = "server", .on_message = answer };

TRT_ACTOR(high_caller)
{
    struct scn_answer answer = { 0 };
    TRT_EQUAL(scn_ask_call(self, w.other, &(struct scn_ask){ 7 }, TR_INFINITY, &answer), TR_OK);
    TRT_EQUAL(answer.n, 7);
    w.stop = true;
    return TR_NORMAL;
}

// Nothing is inherited: the caller waits, and others take turns meanwhile.
TRT_SCENARIO(B25_a_high_caller_waits_for_a_low_server)
{
    w.other = trt_spawn(&server, .priority = TR_PRIORITY_LOW);
    trt_spawn(&turns_until_told, 0);
    trt_spawn(&high_caller, .priority = TR_PRIORITY_HIGH);
    trt_quiet();
    TRT_CHECK(w.stop);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(high_killer)
{
    TRT_EQUAL(tr_exit_send(self, w.other, TR_KILL), TR_OK);
    TRT_EQUAL(trt_await_end(self, w.other), TR_EXIT_NOPROC); // the kill came first
    w.stop = true;
    return TR_NORMAL;
}

TRT_ACTOR(low_yielder)
{
    for (;;) {
        tr_yield(self);
    }
    return TR_NORMAL;
}

TRT_SCENARIO(B26_a_low_actor_takes_its_signals_while_normal_ones_run)
{
    w.other = trt_spawn(&low_yielder, .priority = TR_PRIORITY_LOW);
    trt_spawn(&turns_until_told, 0);
    trt_spawn(&high_killer, .priority = TR_PRIORITY_HIGH);
    trt_quiet();
    TRT_CHECK(w.stop);
    TRT_EQUAL(trt_alive_count(), 0);
}

// A kill ends an actor of any priority among others of all priorities.
TRT_SCENARIO(a_kill_finds_an_actor_of_any_priority)
{
    for (uint32_t i = 0; i < LEVELS; i++) {
        tr_pid pid = trt_spawn(&high_until_told, .priority = by_urgency[i]);
        tr_test_steps(trt_test(), trt_choose(200));
        TRT_EQUAL(tr_system_exit_send(trt_system(), pid, TR_KILL), TR_OK);
    }
    trt_quiet();
    TRT_EQUAL(trt_alive_count(), 0);
}
