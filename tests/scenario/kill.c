// SPDX-License-Identifier: MIT
// Ending actors in every state and at every step. Rows A22 A23 A24, m41; G9 and G10 as far as they
// show.
#include "messages.h"
#include "scenario.h"

static struct {
    tr_pid victim;
    tr_pid other;
    uint64_t turns;
    unsigned replies;
    unsigned finished;
    tr_exit_tag end;
} w;
TRT_WORLD(w);

TRT_ACTOR(in_receive)
{
    (void)trt_next_of(self, &scn_go_type);
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(in_timed_receive)
{
    (void)trt_receive(self, NULL, 1000);
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(in_loop)
{
    for (;;) {
        w.turns++;
        tr_yield(self);
    }
    return TR_NORMAL;
}

TRT_ACTOR(in_call)
{
    struct scn_answer answer;
    tr_err err = scn_ask_call(self, w.other, &(struct scn_ask){ .n = 1 }, 1000, &answer);
    w.finished += err != TR_EINVAL;
    return TR_NORMAL;
}

TRT_ACTOR(in_full_send)
{
    (void)tr_send(self, w.other, scn_red, .n = 1);
    (void)tr_send(self, w.other, scn_red, .n = 2);
    w.finished++;
    return TR_NORMAL;
}

static const struct {
    const tr_actor_spec *spec;
    tr_state state;
} states[] = {
    { &in_receive, TR_STATE_WAITING },
    { &in_timed_receive, TR_STATE_WAITING },
    { &in_call, TR_STATE_CALLING },
    { &in_full_send, TR_STATE_BLOCKED },
};

TRT_ACTOR(watch_victim)
{
    w.end = trt_await_end(self, w.victim);
    return TR_NORMAL;
}

static void start_other(void)
{
    w.other = trt_spawn(&in_receive, .mailbox = { .capacity = 1 });
}

// A suspended actor ends at once, whatever it waits for.
TRT_SCENARIO(a_suspended_actor_is_killed_at_once)
{
    unsigned pick = (unsigned)(tr_test_seed(trt_test()) % TR_COUNT(states));
    start_other();
    w.victim = trt_spawn(states[pick].spec, 0);
    trt_spawn(&watch_victim, 0);
    trt_quiet();
    TRT_EQUAL(trt_state(w.victim), states[pick].state);
    trt_kill(w.victim);
    TRT_EQUAL(w.end, TR_EXIT_KILLED);
    TRT_EQUAL(w.finished, 0);
    trt_kill(w.other);
}

// An actor that is always busy is killed at its next call of the runtime.
TRT_SCENARIO(a_busy_actor_is_killed)
{
    w.victim = trt_spawn(&in_loop, 0);
    trt_spawn(&watch_victim, 0);
    (void)tr_test_steps(trt_test(), 20 + trt_choose(60));
    trt_kill(w.victim);
    TRT_CHECK(w.end == TR_EXIT_KILLED || w.end == TR_EXIT_NOPROC); // the watcher may be late
    TRT_CHECK(w.turns > 0 || trt_alive_count() == 0);
}

TRT_ACTOR(parent)
{
    tr_ref ref;
    tr_pid child = trt_child(self, &in_receive, .link = true, .monitor = &ref, .name = "child");
    tr_timer timer;
    TRT_EQUAL(tr_send_after(self, 20, child, &scn_go_type, NULL, &timer), TR_OK);
    struct scn_answer answer;
    tr_err err = scn_ask_call(self, w.other, &(struct scn_ask){ .n = 1 }, 30, &answer);
    TRT_CHECK(err == TR_OK || err == TR_ETIMEDOUT || err == TR_EEXITED || err == TR_ENOPROC);
    (void)trt_down_of(trt_next_of(self, &tr_down_type));
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(answerer)
{
    for (;;) {
        const tr_msg *msg = trt_next_of(self, &scn_ask_type);
        trt_dawdle(self);
        scn_ask_reply(self, tr_msg_from(msg), &(struct scn_answer){ .n = 0 });
    }
    return TR_NORMAL;
}

// A kill at any step of an actor with a child, a link, a monitor, a timer and a call leaves nothing
// behind: its child dies by the link, its name is free, the other goes on serving.
TRT_SCENARIO(museum_akka_317_a_kill_at_any_step_leaves_nothing)
{
    w.other = trt_spawn(&answerer, 0);
    w.victim = trt_spawn(&parent, .trap = true);
    (void)tr_test_steps(trt_test(), 1 + tr_test_seed(trt_test()) % 60);
    trt_kill(w.victim);
    TRT_EQUAL(trt_alive_count(), 1);
    tr_pid found;
    TRT_EQUAL(tr_system_whereis(trt_system(), "child", &found), TR_ENOENT);
    struct scn_answer answer;
    TRT_EQUAL(scn_ask_system_call(trt_system(), w.other, &(struct scn_ask){ 0 }, 1000, &answer),
              TR_OK);
    trt_advance(100);
    trt_kill(w.other);
}

// The same with the server killed: its caller hears of it or was answered, and goes on.
TRT_SCENARIO(a_kill_of_the_server_at_any_step_frees_its_caller)
{
    w.other = trt_spawn(&answerer, 0);
    w.victim = trt_spawn(&parent, .trap = true);
    (void)tr_test_steps(trt_test(), 1 + tr_test_seed(trt_test()) % 60);
    trt_kill(w.other);
    trt_advance(100);
    TRT_EQUAL(w.finished, 2); // the child, told by the timer, and the parent
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(echo)
{
    for (;;) {
        const tr_msg *msg = trt_next_of(self, &scn_red_type);
        (void)tr_send(self, tr_msg_sender(msg), scn_blue, .n = scn_red_of(msg)->n);
    }
    return TR_NORMAL;
}

TRT_ACTOR(kills_between_pings)
{
    tr_ref ref;
    tr_pid child = trt_child(self, &echo, .monitor = &ref);
    (void)trt_receive(self, NULL, 1); // the echo waits in its receive
    (void)tr_send(self, child, scn_red, .n = 1);
    TRT_EQUAL(tr_exit_send(self, child, TR_KILL), TR_OK);
    (void)tr_send(self, child, scn_red, .n = 2);
    const tr_msg *msg = trt_next(self);
    for (; !tr_msg_is(msg, &tr_down_type); msg = trt_next(self)) {
        TRT_EQUAL(scn_blue_of(msg)->n, 1); // the second comes after the kill: never
        w.replies++;
    }
    TRT_EQUAL(trt_down_of(msg)->reason.tag, TR_EXIT_KILLED);
    TRT_CHECK(trt_receive(self, NULL, 5) == NULL);
    w.finished = 1;
    return TR_NORMAL;
}

// m41: messages behind the exit are dropped unhandled.
TRT_SCENARIO(A22_nothing_behind_a_kill_is_handled)
{
    trt_spawn(&kills_between_pings, 0);
    trt_advance(20);
    TRT_EQUAL(w.finished, 1);
    TRT_CHECK(w.replies <= 1);
}

// Stays busy, without letting others run here, until `depth` messages and signals wait for it.
static void work_until_depth(tr_self *self, size_t depth)
{
    while (trt_depth(tr_self_pid(self)) < depth && !trt_helped()) {
        TRT_EQUAL(tr_unlink(self, w.other), TR_OK); // any call that neither waits nor takes
    }
}

TRT_ACTOR(busy_then_receive)
{
    (void)trt_next_of(self, &scn_go_type);
    work_until_depth(self, 3);
    // A red one is in the queue, a kill and a red one are on their way: the kill acts first.
    (void)trt_next_of(self, &scn_red_type);
    w.replies++;
    return TR_NORMAL;
}

TRT_ACTOR(floods_the_busy)
{
    tr_ref ref;
    w.other = tr_self_pid(self);
    tr_pid child = trt_child(self, &busy_then_receive, .monitor = &ref);
    (void)tr_send(self, child, scn_red, .n = 1);
    (void)tr_send(self, child, scn_go, 0);
    trt_dawdle(self);
    (void)tr_exit_send(self, child, TR_KILL);
    (void)tr_send(self, child, scn_red, .n = 2);
    TRT_EQUAL(trt_down_of(trt_next(self))->reason.tag, TR_EXIT_KILLED);
    w.finished = 1;
    return TR_NORMAL;
}

// m41: a pending exit beats the messages that were queued before it.
TRT_SCENARIO(museum_akka_net_145_a_pending_kill_beats_queued_messages, .workers = 3)
{
    trt_spawn(&floods_the_busy, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(w.replies, 0);
}

TRT_ACTOR(in_foreign_code)
{
    tr_blocking_begin(self);
    w.turns = 1;
    while (w.turns == 1 && tr_test_steps(trt_test(), 1) != 0) {} // the kernel's time: others run
    tr_blocking_end(self);
    w.finished++; // never: the kill waits for it
    return TR_NORMAL;
}

TRT_ACTOR(kills_the_blocked)
{
    tr_ref ref;
    tr_pid found;
    while (w.turns == 0) {
        tr_yield(self);
    }
    TRT_EQUAL(tr_monitor(self, w.victim, &ref), TR_OK);
    TRT_EQUAL(tr_exit_send(self, w.victim, TR_KILL), TR_OK);
    trt_dawdle(self);
    TRT_CHECK(trt_receive(self, NULL, 0) == NULL);
    TRT_CHECK(tr_is_alive(trt_system(), w.victim));
    TRT_EQUAL(tr_whereis(self, "blocked", &found), TR_OK);
    w.turns = 2;
    w.end = trt_down_of(trt_next(self))->reason.tag;
    TRT_EQUAL(tr_whereis(self, "blocked", &found), TR_ENOENT);
    return TR_NORMAL;
}

// OTP releases name, links and monitors at once; here they go when the actor comes back, and no
// line of it runs any more.
TRT_SCENARIO(A24_an_actor_in_foreign_code_ends_when_it_comes_back, .workers = 3, .seeds = 300)
{
    w.victim = trt_spawn(&in_foreign_code, .name = "blocked");
    trt_spawn(&kills_the_blocked, 0);
    trt_advance(20);
    TRT_EQUAL(w.end, TR_EXIT_KILLED);
    TRT_EQUAL(w.finished, 0);
    TRT_EQUAL(trt_alive_count(), 0);
}
