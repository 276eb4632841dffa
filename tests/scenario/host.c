// SPDX-License-Identifier: MIT
// Host mode: the scenario is the host, and steps a system of its own.
#include "messages.h"
#include "scenario.h"

#include <troupe/host.h>

#define NS_PER_MS INT64_C(1000000)

static struct {
    tr_system *sys;
    unsigned pings;
    unsigned finished;
    tr_err answer;
    tr_err nested;
} w;
TRT_WORLD(w);

static void start(void)
{
    tr_system_opts opts = { .host = true };
    TRT_EQUAL(tr_system_start(&opts, &w.sys), TR_OK);
}

static void end(void)
{
    TRT_EQUAL(tr_system_stop(w.sys, 1000, NULL), TR_OK);
    tr_totals totals;
    TRT_EQUAL(tr_debug_totals(w.sys, &totals), TR_OK);
    TRT_EQUAL(totals.spawned, totals.exited);
    TRT_EQUAL(totals.waiting, 0);
    TRT_EQUAL(totals.attempted, totals.accepted + totals.refused);
    TRT_EQUAL(tr_system_step(w.sys, 0, NULL), TR_ESTOPPED);
    TRT_EQUAL(tr_system_free(w.sys), TR_OK);
}

static tr_pid spawn(const tr_actor_spec *spec, const tr_spawn_opts *opts)
{
    tr_pid pid = tr_no_pid();
    TRT_EQUAL(tr_system_spawn(w.sys, spec, opts, &pid), TR_OK);
    return pid;
}

// Steps until nothing is left to do.
static void step_all(void)
{
    bool more = true;
    while (more) {
        int64_t budget_ns = trt_choose(2) == 0 ? 0 : TR_INFINITY;
        TRT_EQUAL(tr_system_step(w.sys, budget_ns, &more), TR_OK);
    }
}

// The host's loop: steps, and lets time pass up to the next deadline.
static void loop_for(int64_t ms)
{
    uint64_t start = tr_now_ns();
    for (int64_t left = ms; left > 0; left = ms - trt_ms_since(start)) {
        int64_t wait_ms = 7;
        step_all();
        TRT_EQUAL(tr_system_next_deadline(w.sys, &wait_ms), TR_OK);
        trt_advance(wait_ms < 0 || wait_ms > left ? left : wait_ms);
    }
    step_all();
}

TRT_ACTOR(pong)
{
    for (;;) {
        const tr_msg *msg = trt_next(self);
        if (!tr_msg_is(msg, &scn_whom_type)) {
            return TR_NORMAL;
        }
        (void)tr_send(self, scn_whom_of(msg)->pid, scn_go, 0);
    }
}

TRT_ACTOR(ping)
{
    tr_pid other = trt_child(self, &pong, 0);
    for (int i = 0; i < 20; i++) {
        (void)tr_send(self, other, scn_whom, .pid = tr_self_pid(self));
        (void)trt_next_of(self, &scn_go_type);
        w.pings++;
    }
    (void)tr_send(self, other, scn_go, 0);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(actors_run_only_while_the_host_steps)
{
    start();
    bool more = true;
    spawn(&ping, NULL);
    trt_advance(10);
    TRT_EQUAL(w.pings, 0);
    TRT_EQUAL(tr_system_step(w.sys, 0, &more), TR_OK);
    TRT_CHECK(more && w.pings == 0);
    step_all();
    TRT_EQUAL(w.pings, 20);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(tr_system_step(w.sys, 0, &more), TR_OK);
    TRT_CHECK(!more);
    end();
}

TRT_ACTOR(ticks)
{
    uint64_t start_ns = tr_now_ns();
    TRT_EQUAL(
        tr_send_every(self, 10, 10, tr_self_pid(self), &scn_red_type, &(struct scn_red){ 1 }, NULL),
        TR_OK);
    for (int i = 1; i <= 5; i++) {
        (void)trt_next(self);
        TRT_CHECK(trt_ms_since(start_ns) >= i * 10 && trt_ms_since(start_ns) <= i * 10 + 2);
    }
    TRT_CHECK(trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, 15) == NULL);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(the_next_deadline_says_how_long_the_host_may_wait)
{
    start();
    int64_t wait_ms = 7;
    TRT_EQUAL(tr_system_next_deadline(w.sys, &wait_ms), TR_OK);
    TRT_EQUAL(wait_ms, -1);
    spawn(&ticks, NULL);
    TRT_EQUAL(tr_system_next_deadline(w.sys, &wait_ms), TR_OK);
    TRT_EQUAL(wait_ms, 0);
    step_all();
    TRT_EQUAL(tr_system_next_deadline(w.sys, &wait_ms), TR_OK);
    TRT_CHECK(wait_ms >= 9 && wait_ms <= 10);
    loop_for(70);
    TRT_EQUAL(w.finished, 1);
    end();
}

static tr_next answers_init(tr_self *self, void *state, const void *args)
{
    (void)state;
    (void)args;
    (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, 5);
    return TR_CONTINUE;
}

static tr_next answers(tr_self *self, void *state, const tr_msg *msg)
{
    (void)state;
    if (scn_ask_of(msg) == NULL) {
        return TR_STOP(TR_NORMAL);
    }
    uint32_t n = scn_ask_of(msg)->n;
    tr_from from = tr_msg_from(msg);
    if (n > 0) {
        (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, n);
    }
    scn_ask_reply(self, from, &(struct scn_answer){ n + 1 });
    return TR_CONTINUE;
}

static const tr_actor_spec server = { .init = answers_init, .on_message = answers };

// Nobody else steps: the calls of the host's thread drive the system while they wait.
TRT_SCENARIO(calls_of_the_hosts_thread_drive_the_system)
{
    start();
    tr_pid pid = spawn(&server, &(tr_spawn_opts){ .wait_init = true });
    struct scn_answer answer = { 0 };
    for (uint32_t n = 0; n < 12; n += 3) {
        TRT_EQUAL(scn_ask_system_call(w.sys, pid, &(struct scn_ask){ n }, 100, &answer), TR_OK);
        TRT_EQUAL(answer.n, n + 1);
    }
    uint64_t start_ns = tr_now_ns();
    TRT_EQUAL(scn_ask_system_call(w.sys, pid, &(struct scn_ask){ 50 }, 20, &answer), TR_ETIMEDOUT);
    TRT_CHECK(trt_ms_since(start_ns) >= 20 && trt_ms_since(start_ns) <= 21);
    end();
}

TRT_SCENARIO(a_start_that_takes_too_long_ends_at_its_deadline)
{
    start();
    tr_pid pid = tr_no_pid();
    tr_spawn_opts opts = { .wait_init = true, .init_timeout_ms = 2 };
    uint64_t start_ns = tr_now_ns();
    TRT_EQUAL(tr_system_spawn(w.sys, &server, &opts, &pid), TR_ETIMEDOUT);
    TRT_CHECK(trt_ms_since(start_ns) >= 2 && trt_ms_since(start_ns) < 4);
    TRT_CHECK(tr_pid_is_none(pid));
    end();
}

TRT_ACTOR(misuses)
{
    struct scn_answer answer;
    int64_t wait_ms;
    TRT_EQUAL(tr_system_step(w.sys, 0, NULL), TR_EDEADLK);
    TRT_EQUAL(tr_system_next_deadline(w.sys, &wait_ms), TR_EBUSY);
    TRT_EQUAL(scn_ask_system_call(w.sys, tr_self_pid(self), &(struct scn_ask){ 1 }, 10, &answer),
              TR_EDEADLK);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(misuse_of_host_mode_is_answered)
{
    tr_system *none = NULL;
    int64_t wait_ms = 7;
    TRT_EQUAL(tr_system_start(&(tr_system_opts){ .host = true, .workers = 2 }, &none), TR_EINVAL);
    TRT_EQUAL(tr_system_step(NULL, 0, NULL), TR_EINVAL);
    TRT_EQUAL(tr_system_step(trt_system(), 0, NULL), TR_EINVAL);
    TRT_EQUAL(tr_system_next_deadline(trt_system(), &wait_ms), TR_EINVAL);
    TRT_EQUAL(tr_system_fd(trt_system()), -1);
    start();
    TRT_EQUAL(tr_system_step(w.sys, -1, NULL), TR_EINVAL);
    TRT_EQUAL(tr_system_next_deadline(w.sys, NULL), TR_EINVAL);
    spawn(&misuses, NULL);
    step_all();
    TRT_EQUAL(w.finished, 1);
    end();
}

// An actor of the scenario's own system uses the host system: as a guest, on a worker's thread.
TRT_ACTOR(sends_from_a_worker)
{
    const tr_pid *to = arg;
    for (int i = 0; i < 5; i++) {
        TRT_EQUAL(scn_red_system_send(w.sys, *to, &(struct scn_red){ 1 }), TR_OK);
        trt_dawdle(self);
    }
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(counts)
{
    for (;;) {
        (void)trt_next_of(self, &scn_red_type);
        w.pings++;
    }
    return TR_NORMAL;
}

TRT_SCENARIO(other_threads_wake_the_host)
{
    start();
    tr_pid pid = spawn(&counts, NULL);
    step_all();
    trt_spawn(&sends_from_a_worker, TRT_ARG(&pid));
    while (w.finished == 0 && !trt_helped()) {
        (void)tr_test_steps(trt_test(), trt_choose(5));
        (void)tr_system_step(w.sys, 0, NULL);
    }
    step_all();
    TRT_EQUAL(w.pings, 5);
    end();
}

TRT_ACTOR(stops_itself)
{
    (void)trt_receive(self, NULL, 5);
    w.answer = tr_system_stop(w.sys, 1000, NULL);
    (void)trt_receive(self, NULL, TR_INFINITY);
    return TR_NORMAL;
}

TRT_ACTOR(tidies)
{
    TRT_EQUAL(trt_exited_of(trt_next(self))->reason.tag, TR_EXIT_SHUTDOWN);
    (void)trt_receive(self, NULL, 20);
    w.finished++;
    return TR_NORMAL;
}

// The stop that an actor asks for is carried out by the steps that follow.
TRT_SCENARIO(an_actor_stops_a_host_system)
{
    start();
    spawn(&stops_itself, NULL);
    spawn(&tidies, &(tr_spawn_opts){ .trap = true });
    tr_err err = TR_OK;
    for (int i = 0; i < 100 && err == TR_OK; i++) {
        int64_t wait_ms = 0;
        err = tr_system_step(w.sys, TR_INFINITY, NULL);
        TRT_EQUAL(tr_system_next_deadline(w.sys, &wait_ms), TR_OK);
        trt_advance(wait_ms < 0 ? 1 : wait_ms);
    }
    TRT_EQUAL(err, TR_ESTOPPED);
    TRT_EQUAL(w.answer, TR_OK);
    TRT_EQUAL(w.finished, 1);
    end();
}

TRT_ACTOR(ignores_all)
{
    for (;;) {
        (void)trt_next(self);
    }
    return TR_NORMAL;
}

// G10 for a host: the stop at any step, with actors in the middle of things.
TRT_SCENARIO(a_host_system_stops_at_any_step)
{
    start();
    spawn(&ping, NULL);
    spawn(&ticks, NULL);
    spawn(&tidies, &(tr_spawn_opts){ .trap = true });
    tr_pid pid = spawn(&server, NULL);
    spawn(trt_choose(2) == 0 ? &ignores_all : &tidies, &(tr_spawn_opts){ .trap = true });
    for (uint32_t i = trt_choose(60); i > 0; i--) {
        (void)tr_system_step(w.sys, 0, NULL);
    }
    (void)scn_ask_system_send(w.sys, pid, &(struct scn_ask){ 1 });
    uint64_t start_ns = tr_now_ns();
    end();
    TRT_CHECK(trt_ms_since(start_ns) <= 600);
}

TRT_ACTOR(calls_into_the_host)
{
    const tr_pid *to = arg;
    struct scn_answer answer = { 0 };
    w.answer = scn_ask_system_call(w.sys, *to, &(struct scn_ask){ 2 }, 1000, &answer);
    w.finished++;
    return TR_NORMAL;
}

// Another thread's call waits for the host's steps; it does not run actors itself.
TRT_SCENARIO(calls_of_other_threads_wait_for_the_host)
{
    start();
    tr_pid pid = spawn(&server, NULL);
    step_all();
    trt_spawn(&calls_into_the_host, TRT_ARG(&pid));
    (void)tr_test_steps(trt_test(), 200);
    TRT_EQUAL(w.finished, 0);
    for (int i = 0; i < 1000 && w.finished == 0; i++) {
        loop_for(1);
    }
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(w.answer, TR_OK);
    end();
}
