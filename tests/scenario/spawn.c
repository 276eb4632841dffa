// SPDX-License-Identifier: MIT
// Births: arguments, handler-style actors, the init handshake and its failures, heap limits.
// Rows A01 A02 A44 C09 E01 E04 E05 E08 E09.
#include "messages.h"
#include "scenario.h"

#include <string.h>

static struct {
    unsigned inits;
    unsigned handled;
    unsigned terminated;
    unsigned finished;
    tr_exit_tag end;
    tr_pid child;
} w;
TRT_WORLD(w);

struct greeting {
    char text[40];
    uint64_t number;
};

TRT_ACTOR(reads_args)
{
    const struct greeting *greeting = arg;
    tr_yield(self);
    TRT_TEXT(greeting->text, "hello");
    TRT_EQUAL(greeting->number, 17);
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(no_args)
{
    TRT_CHECK(arg == NULL);
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(spawns_and_spoils)
{
    struct greeting greeting = { "hello", 17 };
    tr_pid child = trt_child(self, &reads_args, TRT_ARG(&greeting));
    memset(&greeting, 0xff, sizeof greeting); // the child has its own copy
    TRT_CHECK(!tr_pid_is_none(child));
    trt_child(self, &no_args, 0);
    return TR_NORMAL;
}

TRT_SCENARIO(arguments_are_copied)
{
    trt_spawn(&spawns_and_spoils, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 2);
}

TRT_ACTOR(child_of)
{
    const tr_pid *parent = arg;
    TRT_CHECK(tr_pid_equal(tr_self_parent(self), *parent));
    TRT_CHECK(tr_self_system(self) == trt_system());
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(parent)
{
    tr_pid me = tr_self_pid(self);
    TRT_CHECK(tr_pid_is_none(tr_self_parent(self)));
    tr_pid child = trt_child(self, &child_of, TRT_ARG(&me));
    TRT_CHECK(!tr_pid_equal(child, me));
    return TR_NORMAL;
}

TRT_SCENARIO(a_child_knows_its_parent)
{
    trt_spawn(&parent, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_totals().spawned, 2);
}

// A handler-style actor whose init does as its arguments say.
struct plan {
    enum { INIT_GOES_ON, INIT_STOPS, INIT_IGNORES, INIT_HANGS, INIT_EXITS } init;
};

struct state {
    uint32_t sum;
    unsigned char zero[100];
};

static tr_next planned_init(tr_self *self, void *state, const void *args)
{
    const struct plan *plan = args;
    static const unsigned char zero[100];
    struct state *own = state;
    TRT_CHECK(memcmp(own->zero, zero, sizeof zero) == 0 && own->sum == 0);
    w.inits++;
    trt_dawdle(self);
    switch (plan->init) {
    case INIT_STOPS:
        return TR_STOP(tr_exit_make(TR_EXIT_ERROR, 9, "not today"));
    case INIT_IGNORES:
        return TR_IGNORE;
    case INIT_HANGS:
        (void)trt_next_of(self, &scn_go_type);
        return TR_CONTINUE;
    case INIT_EXITS:
        tr_exit_self(self, tr_exit_make(TR_EXIT_ERROR, 9, "not today"));
    case INIT_GOES_ON:
        break;
    }
    own->sum = 100;
    return TR_CONTINUE;
}

static tr_next planned_message(tr_self *self, void *state, const tr_msg *msg)
{
    struct state *own = state;
    (void)self;
    if (tr_msg_is(msg, &scn_go_type)) {
        return TR_STOP(tr_exit_make(TR_EXIT_SHUTDOWN, (int32_t)own->sum, NULL));
    }
    own->sum += scn_red_of(msg)->n;
    w.handled++;
    return TR_CONTINUE;
}

static void planned_terminate(tr_self *self, void *state, tr_exit reason)
{
    const struct state *own = state;
    (void)self;
    TRT_EQUAL(reason.code, own->sum);
    w.terminated++;
}

static const tr_actor_spec planned = { .label = "planned",
                                       .init = planned_init,
                                       .on_message = planned_message,
                                       .terminate = planned_terminate,
                                       .state_bytes = sizeof(struct state) };

TRT_ACTOR(starts_handler)
{
    struct plan plan = { INIT_GOES_ON };
    tr_ref ref;
    tr_pid child = trt_child(self, &planned, TRT_ARG(&plan), .wait_init = true, .monitor = &ref);
    TRT_EQUAL(w.inits, 1); // E01: init is over
    (void)tr_send(self, child, scn_red, .n = 5);
    (void)tr_send(self, child, scn_red, .n = 6);
    (void)tr_send(self, child, scn_go, 0);
    (void)tr_send(self, child, scn_red, .n = 7); // behind the end: not handled
    const tr_down *down = trt_down_of(trt_next(self));
    TRT_EQUAL(down->reason.tag, TR_EXIT_SHUTDOWN);
    TRT_EQUAL(down->reason.code, 111);
    return TR_NORMAL;
}

TRT_SCENARIO(a_handler_style_actor_inits_handles_and_terminates)
{
    trt_spawn(&starts_handler, 0);
    trt_quiet();
    TRT_EQUAL(w.handled, 2);
    TRT_EQUAL(w.terminated, 1);
    TRT_EQUAL(trt_totals().dead_lettered, 1);
}

static tr_err expected_answer(const struct plan *plan)
{
    return plan->init == INIT_IGNORES ? TR_EIGNORED
           : plan->init == INIT_HANGS ? TR_ETIMEDOUT
                                      : TR_EEXITED;
}

// Starts an actor that fails, and the next one at once under the same name.
TRT_ACTOR(starts_the_failing)
{
    const struct plan *plan = arg;
    struct plan good = { INIT_GOES_ON };
    for (int i = 0; i < 2; i++) {
        tr_pid child = tr_no_pid();
        tr_ref ref = tr_no_ref();
        tr_spawn_opts opts = { TRT_ARG(plan),     .name = "fails",       .link = true,
                               .wait_init = true, .init_timeout_ms = 30, .monitor = &ref };
        TRT_EQUAL(tr_spawn(self, &planned, &opts, &child), expected_answer(plan));
        TRT_CHECK(tr_pid_is_none(child) && ref.id == 0);
        if (expected_answer(plan) == TR_EEXITED) {
            TRT_EQUAL(tr_call_reason(self).code, 9);
        }
        TRT_CHECK(trt_receive(self, NULL, 0) == NULL); // E09: no exit, no down
        tr_pid found;
        TRT_EQUAL(tr_whereis(self, "fails", &found), TR_ENOENT); // C09
    }
    tr_pid child = trt_child(self, &planned, TRT_ARG(&good), .name = "fails", .wait_init = true);
    (void)tr_send(self, child, scn_go, 0);
    TRT_CHECK(trt_receive(self, NULL, 50) == NULL);
    w.finished++;
    return TR_NORMAL;
}

// C09 E04 E05 E08 E09
TRT_SCENARIO(a_failing_init_leaves_nothing)
{
    struct plan plan = { INIT_STOPS + tr_test_seed(trt_test()) % 4 };
    trt_spawn(&starts_the_failing, TRT_ARG(&plan), .trap = true);
    trt_advance(150);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_totals().spawned, 4);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(starts_linked_not_trapping)
{
    struct plan plan = { INIT_STOPS };
    tr_pid child = tr_no_pid();
    tr_spawn_opts opts = { TRT_ARG(&plan), .link = true, .wait_init = true };
    TRT_EQUAL(tr_spawn(self, &planned, &opts, &child), TR_EEXITED);
    (void)trt_receive(self, NULL, 10);
    w.finished++; // the failed child's exit did not reach it
    return TR_NORMAL;
}

// E09 for a starter that does not trap: it lives.
TRT_SCENARIO(a_failing_linked_start_does_not_end_its_starter)
{
    trt_spawn(&starts_linked_not_trapping, 0);
    trt_advance(20);
    TRT_EQUAL(w.finished, 1);
}

static tr_next slow_init(tr_self *self, void *state, const void *args)
{
    const int64_t *init_ms = args;
    (void)state;
    (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, *init_ms);
    return TR_CONTINUE;
}

static const tr_actor_spec slow = { .init = slow_init, .on_message = planned_message };

TRT_ACTOR(starts_slow)
{
    int64_t init_ms = 27 + trt_choose(6);
    tr_pid child = tr_no_pid();
    tr_pid found = tr_no_pid();
    tr_spawn_opts opts = { TRT_ARG(&init_ms), .name = "slow", .link = true, .wait_init = true,
                           .init_timeout_ms = 30 };
    tr_err err = tr_spawn(self, &slow, &opts, &child);
    if (err == TR_OK) {
        TRT_CHECK(init_ms <= 31);
        TRT_CHECK(tr_is_alive(trt_system(), child));
        TRT_EQUAL(tr_exit_send(self, child, TR_KILL), TR_OK);
        TRT_CHECK(tr_pid_equal(trt_exited_of(trt_next(self))->pid, child));
    } else {
        TRT_EQUAL(err, TR_ETIMEDOUT);
        TRT_CHECK(init_ms >= 29);
        TRT_EQUAL(tr_whereis(self, "slow", &found), TR_ENOENT);
        TRT_EQUAL(trt_alive_count(), 1);
    }
    TRT_CHECK(trt_receive(self, NULL, 20) == NULL);
    w.finished++;
    return TR_NORMAL;
}

// E08 at the deadline itself: the start is one or the other, and never leaves an actor behind.
TRT_SCENARIO(an_init_that_ends_at_its_deadline_is_kept_or_gone)
{
    trt_spawn(&starts_slow, .trap = true);
    trt_advance(80);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_alive_count(), 0);
}

// The starter dies while it waits; the child, linked, goes with it, whatever its init does.
TRT_SCENARIO(a_starter_killed_during_init_leaves_nothing)
{
    struct plan plan = { INIT_STOPS + tr_test_seed(trt_test()) % 4 };
    tr_pid starter = trt_spawn(&starts_the_failing, TRT_ARG(&plan), .trap = true);
    (void)tr_test_steps(trt_test(), 1 + trt_choose(60));
    trt_kill(starter);
    trt_advance(100);
    if (trt_alive_count() != 0) { // the last child is not linked: it may be left over
        tr_pid found = tr_no_pid();
        TRT_EQUAL(tr_system_whereis(trt_system(), "fails", &found), TR_OK);
        TRT_EQUAL(trt_alive_count(), 1);
        trt_kill(found);
    }
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(eats_heap)
{
    const size_t *bytes = arg;
    for (size_t eaten = 0; eaten < *bytes; eaten += 512) {
        memset(tr_alloc(self, 512), 0xaa, 512);
    }
    return TR_NORMAL;
}

TRT_ACTOR(feeds)
{
    tr_ref ref;
    size_t bytes = 16 << 10;
    for (int i = 0; i < 2; i++, bytes <<= 8) {
        trt_child(self, &eats_heap, TRT_ARG(&bytes), .heap_limit_bytes = 256 << 10,
                  .monitor = &ref);
        tr_exit_tag tag = trt_down_of(trt_next(self))->reason.tag;
        trt_note(0, "%s", tr_exit_tag_name(tag));
    }
    return TR_NORMAL;
}

TRT_SCENARIO(A44_an_actor_over_its_heap_limit_is_killed, .seeds = 200)
{
    trt_spawn(&feeds, 0);
    trt_quiet();
    TRT_NOTES(0, "normal killed");
}

TRT_ACTOR(ends_normally)
{
    return TR_NORMAL;
}

TRT_ACTOR(spawns_the_quick)
{
    tr_ref ref;
    tr_pid child = trt_child(self, &ends_normally, 0);
    TRT_CHECK(!tr_pid_is_none(child)); // at once, and it may be dead already
    w.end = tr_is_alive(trt_system(), child) ? TR_EXIT_NONE : TR_EXIT_NORMAL;
    trt_child(self, &ends_normally, .monitor = &ref);
    TRT_EQUAL(trt_down_of(trt_next(self))->reason.tag, TR_EXIT_NORMAL);
    w.finished++;
    return TR_NORMAL;
}

// The child runs beside its parent: dead before the spawn returns, or alive after it.
TRT_SCENARIO(A01_spawn_answers_at_once, .workers = 3)
{
    trt_spawn(&spawns_the_quick, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    tr_test_trace(trt_test(), w.end);
}

TRT_SCENARIO(A02_an_actor_whose_run_returns_normal_ends_so)
{
    trt_spawn(&spawns_the_quick, 0);
    trt_spawn(&spawns_the_quick, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 2);
    TRT_EQUAL(trt_totals().exited, 6);
}

TRT_ACTOR(fails)
{
    tr_exit_self(self, tr_exit_make(TR_EXIT_ERROR, 4, "the cause"));
}

TRT_ACTOR(outlives_failures)
{
    tr_ref ref;
    trt_child(self, &fails, 0);
    trt_child(self, &fails, .monitor = &ref);
    const tr_down *down = trt_down_of(trt_next(self));
    TRT_EQUAL(down->reason.code, 4);
    TRT_TEXT(down->reason.text, "the cause");
    trt_dawdle(self);
    TRT_CHECK(trt_receive(self, NULL, 5) == NULL);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(A03_a_failure_ends_that_actor_alone)
{
    trt_spawn(&outlives_failures, 0);
    trt_advance(10);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_totals().exited, 3);
}
