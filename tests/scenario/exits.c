// SPDX-License-Identifier: MIT
// What an actor does last: hooks in every way to end, and sections that put exits off.
#include "messages.h"
#include "sanitized.h"
#include "scenario.h"

#include <string.h>

static struct {
    tr_pid victim;
    tr_pid other;
    unsigned run;      // hooks that have run
    unsigned asked;    // hooks asked for and not taken back
    unsigned begun;    // sections
    unsigned finished; // actors that came to their end by themselves
    unsigned terminated;
    bool deep; // too deep for hooks on its own stack
    tr_exit_tag end;
} w;
TRT_WORLD(w);

#define STACK_BYTES ((TRT_ASAN ? 256 : 64) * 1024)
#define INTACT UINT64_C(0x1234abcd5678ef01)

static void note_hook(tr_self *self, void *arg)
{
    const char *name = arg;
    TRT_CHECK(tr_is_alive(trt_system(), tr_self_pid(self)));
    trt_note(0, "%s", name);
    w.run++;
}

static void frame_hook(tr_self *self, void *arg)
{
    const uint64_t *value = arg;
    volatile char room[6 * 1024];
    (void)self;
    for (size_t i = 0; i < sizeof room; i++) {
        room[i] = 1;
    }
    TRT_CHECK(*value == INTACT); // the frame of the actor that ended
    intptr_t away = (intptr_t)value - (intptr_t)room;
    TRT_CHECK(w.deep || (away > 0 && away < STACK_BYTES)); // on the actor's own stack
    w.run++;
}

static void ask(tr_self *self, tr_defer_fn fn, void *arg)
{
    TRT_EQUAL(tr_defer(self, fn, arg), TR_OK);
    w.asked++;
}

enum way { RETURNS, EXITS, WAITS, CALLS, IS_BLOCKED, YIELDS, EATS_HEAP, EATS_STACK, WAYS };

// Goes down until less than 8 KiB of the stack are left, then ends.
__attribute__((noinline)) static void eat_stack(tr_self *self, const volatile char *top)
{
    volatile char frame[1024];
    frame[0] = 1;
    if (w.finished != 0) {
        return; // never: for the compiler, which sees no other way back
    }
    if ((size_t)(top - frame) > STACK_BYTES - 5 * 1024) {
        w.deep = true;
        tr_exit_self(self, TR_ERROR("deep"));
    }
    eat_stack(self, top);
    frame[0] = 2;
}

static void go_on_until_ended(tr_self *self, enum way way)
{
    const volatile char top = 0;
    struct scn_answer answer;
    switch (way) {
    case RETURNS:
    case WAYS:
        break;
    case EXITS:
        tr_exit_self(self, TR_ERROR("by itself"));
    case WAITS:
        (void)trt_next_of(self, &scn_go_type);
        break;
    case CALLS:
        TRT_CHECK(scn_ask_call(self, w.other, &(struct scn_ask){ 0 }, 1000, &answer) != TR_OK);
        break;
    case IS_BLOCKED:
        (void)tr_send(self, w.other, scn_red, .n = 1);
        (void)tr_send(self, w.other, scn_red, .n = 2);
        break;
    case YIELDS:
        for (;;) {
            tr_yield(self);
        }
    case EATS_HEAP:
        for (;;) {
            (void)tr_alloc(self, 4096);
        }
    case EATS_STACK:
        eat_stack(self, &top);
    }
}

TRT_ACTOR(ends_somehow)
{
    const enum way *way = arg;
    uint64_t value = INTACT;
    ask(self, note_hook, "first");
    if (*way != RETURNS) {
        ask(self, frame_hook, &value);
    }
    ask(self, note_hook, "second");
    ask(self, note_hook, "third");
    TRT_EQUAL(tr_undefer(self, note_hook, "second"), TR_OK);
    TRT_EQUAL(tr_undefer(self, note_hook, "second"), TR_ENOENT);
    w.asked--;
    go_on_until_ended(self, *way);
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(never_takes)
{
    (void)trt_next_of(self, &scn_go_type);
    return TR_NORMAL;
}

TRT_ACTOR(watch_victim)
{
    w.end = trt_await_end(self, w.victim);
    TRT_EQUAL(w.run, w.asked); // before anybody hears of the end
    return TR_NORMAL;
}

static const tr_exit_tag ends[] = { TR_EXIT_NORMAL, TR_EXIT_ERROR,  TR_EXIT_KILLED, TR_EXIT_KILLED,
                                    TR_EXIT_KILLED, TR_EXIT_KILLED, TR_EXIT_KILLED, TR_EXIT_ERROR };

TRT_SCENARIO(hooks_run_last_in_first_out_however_an_actor_ends)
{
    enum way way = (enum way)(tr_test_seed(trt_test()) % WAYS);
    w.other = trt_spawn(&never_takes, .mailbox = { .capacity = 1, .block_ms = TR_INFINITY });
    w.victim = trt_spawn(&ends_somehow, TRT_ARG(&way), .heap_limit_bytes = 64 << 10);
    trt_spawn(&watch_victim, 0);
    if (way == YIELDS) {
        (void)tr_test_steps(trt_test(), 100);
    } else {
        trt_quiet();
    }
    trt_kill(w.victim);
    TRT_NOTES(0, "third first");
    TRT_EQUAL(w.run, way == RETURNS ? 2 : 3);
    TRT_CHECK(w.end == ends[way] || w.end == TR_EXIT_NOPROC); // the watcher may be late
    TRT_EQUAL(w.finished, way == RETURNS);
    trt_kill(w.other);
}

TRT_ACTOR(begins_and_ends_often)
{
    uint64_t value = INTACT;
    for (;;) {
        ask(self, frame_hook, &value);
        (void)trt_receive(self, NULL, 1);
        ask(self, note_hook, "x");
        tr_yield(self);
        w.asked--; // between this and the next line nothing can end it
        TRT_EQUAL(tr_undefer(self, note_hook, "x"), TR_OK);
        tr_yield(self);
        w.asked--;
        TRT_EQUAL(tr_undefer(self, frame_hook, &value), TR_OK);
    }
    return TR_NORMAL;
}

TRT_SCENARIO(museum_ponyc_4522_a_kill_at_any_step_runs_each_hook_once)
{
    w.victim = trt_spawn(&begins_and_ends_often, 0);
    (void)tr_test_steps(trt_test(), 1 + tr_test_seed(trt_test()) % 80);
    trt_kill(w.victim);
    TRT_EQUAL(w.run, w.asked);
    TRT_EQUAL(trt_alive_count(), 0);
}

static void tries_everything(tr_self *self, void *arg)
{
    const tr_msg *msg = NULL;
    struct scn_answer answer;
    tr_pid child = tr_no_pid();
    tr_spawn_opts opts = { .wait_init = true };
    (void)arg;
    TRT_EQUAL(tr_receive(self, NULL, 0, &msg), TR_EBUSY);
    TRT_EQUAL(tr_receive(self, NULL, 5, &msg), TR_EBUSY);
    TRT_EQUAL(scn_ask_call(self, w.other, &(struct scn_ask){ 0 }, 5, &answer), TR_EBUSY);
    TRT_EQUAL(tr_send(self, w.other, scn_red, .n = 1), TR_OK); // the last place
    TRT_EQUAL(tr_send(self, w.other, scn_red, .n = 2), TR_EBUSY);
    TRT_EQUAL(tr_spawn(self, &never_takes, &opts, &child), TR_EBUSY);
    TRT_EQUAL(tr_defer(self, note_hook, "late"), TR_EBUSY);
    tr_request asked;
    struct scn_ask ask = { 0 };
    TRT_EQUAL(tr_spawn(self, &never_takes, NULL, &child), TR_OK);
    TRT_EQUAL(tr_request_send(self, child, &scn_ask_type, &ask, &asked), TR_OK);
    TRT_EQUAL(tr_request_wait(self, asked, 5, &msg), TR_EBUSY);
    TRT_EQUAL(tr_exit_send(self, child, TR_KILL), TR_OK);
    tr_yield(self);
    tr_free(self, tr_alloc(self, 100), 100);
    TRT_EQUAL(tr_exit_send(self, tr_self_pid(self), TR_KILL), TR_OK); // ending already
    w.run++;
    tr_exit_self(self, TR_ERROR("the hook's own"));
}

TRT_ACTOR(ends_with_one_busy_hook)
{
    ask(self, note_hook, "last");
    ask(self, tries_everything, NULL);
    if (trt_choose(2) == 0) {
        tr_exit_self(self, TR_SHUTDOWN);
    }
    return TR_SHUTDOWN;
}

// A hook may send and free; what would suspend it is refused; its own exit ends it alone.
TRT_SCENARIO(a_hook_cannot_suspend_nor_change_the_reason)
{
    w.other = trt_spawn(&never_takes, .mailbox = { .capacity = 1 });
    w.victim = trt_spawn(&ends_with_one_busy_hook, 0);
    trt_spawn(&watch_victim, 0);
    trt_quiet();
    TRT_EQUAL(w.run, 2);
    TRT_CHECK(w.end == TR_EXIT_SHUTDOWN || w.end == TR_EXIT_NOPROC);
    TRT_NOTES(0, "last");
    trt_kill(w.other);
}

// Handler-style actors: idle, they stand on no stack.
static tr_next held_init(tr_self *self, void *state, const void *args)
{
    (void)state;
    (void)args;
    ask(self, note_hook, "first");
    ask(self, note_hook, "second");
    return TR_CONTINUE;
}

static tr_next held_message(tr_self *self, void *state, const tr_msg *msg)
{
    (void)state;
    if (tr_msg_is(msg, &scn_go_type)) {
        return TR_STOP(TR_SHUTDOWN);
    }
    if (tr_msg_is(msg, &scn_red_type)) {
        tr_exit_self(self, TR_ERROR("in a handler"));
    }
    (void)trt_next_of(self, &scn_go_type);
    return TR_CONTINUE;
}

static void held_terminate(tr_self *self, void *state, tr_exit reason)
{
    (void)state;
    trt_note(0, "terminate");
    w.terminated++;
    w.end = reason.tag;
    if (trt_choose(2) == 0) {
        tr_exit_self(self, TR_ERROR("in terminate"));
    }
    trt_dawdle(self);
}

static const tr_actor_spec held = {
    .label = "held", .init = held_init, .on_message = held_message, .terminate = held_terminate
};

TRT_SCENARIO(hooks_of_a_handler_style_actor_run_after_its_terminate)
{
    w.victim = trt_spawn(&held, 0);
    trt_quiet();
    switch (tr_test_seed(trt_test()) % 4) {
    case 0: // killed while idle
        trt_kill(w.victim);
        TRT_NOTES(0, "second first");
        return;
    case 1: // killed while suspended in its handler
        (void)scn_blue_system_send(trt_system(), w.victim, &(struct scn_blue){ 0 });
        trt_quiet();
        trt_kill(w.victim);
        TRT_NOTES(0, "second first");
        return;
    case 2:
        (void)scn_go_system_send(trt_system(), w.victim, &(struct scn_go){ 0 });
        break;
    default:
        (void)scn_red_system_send(trt_system(), w.victim, &(struct scn_red){ 0 });
    }
    trt_quiet();
    TRT_NOTES(0, "terminate second first");
    TRT_EQUAL(w.terminated, 1);
    TRT_EQUAL(w.run, 2);
    TRT_EQUAL(w.end, tr_test_seed(trt_test()) % 4 == 2 ? TR_EXIT_SHUTDOWN : TR_EXIT_ERROR);
}

// Sections that put exits off.
TRT_ACTOR(in_sections)
{
    tr_noexit_begin(self);
    w.begun = 1;
    tr_noexit_begin(self);
    tr_exit_send(self, tr_self_pid(self), TR_NORMAL); // the first: it counts
    trt_note(0, "outlived");
    TRT_EQUAL(trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, 30) == NULL, true);
    for (int i = 0; i < 3; i++) {
        tr_yield(self);
    }
    tr_noexit_end(self);
    trt_note(0, "still");
    w.finished++;
    tr_noexit_end(self);
    trt_note(0, "never");
    return TR_SHUTDOWN;
}

TRT_SCENARIO(a_section_puts_exits_off_while_suspended_too)
{
    w.victim = trt_spawn(&in_sections, 0);
    trt_spawn(&watch_victim, 0);
    (void)tr_test_steps(trt_test(), 20);
    TRT_EQUAL(tr_system_exit_send(trt_system(), w.victim, TR_KILL), TR_OK);
    trt_advance(40);
    TRT_EQUAL(w.finished, w.begun); // the kill may come before the section
    TRT_NOTES(0, w.finished == 1 ? "outlived still" : "");
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(waits_in_a_section)
{
    tr_noexit_begin(self);
    (void)scn_go_system_send(trt_system(), w.other, &(struct scn_go){ 0 });
    // It comes behind the kill.
    (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, 500);
    w.finished++;
    tr_noexit_end(self);
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(kills_then_tells)
{
    (void)trt_next_of(self, &scn_go_type);
    TRT_EQUAL(tr_exit_send(self, w.victim, tr_exit_make(TR_EXIT_ERROR, 7, "first")), TR_OK);
    TRT_EQUAL(tr_exit_send(self, w.victim, TR_KILL), TR_OK);
    (void)tr_send(self, w.victim, scn_go, 0);
    return TR_NORMAL;
}

TRT_SCENARIO(messages_behind_an_exit_are_received_in_a_section)
{
    w.other = trt_spawn(&kills_then_tells, 0);
    w.victim = trt_spawn(&waits_in_a_section, 0);
    trt_spawn(&watch_victim, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    TRT_CHECK(w.end == TR_EXIT_ERROR || w.end == TR_EXIT_NOPROC);
    TRT_EQUAL(trt_alive_count(), 0);
}
