// SPDX-License-Identifier: MIT
// Threads that are no actors: send, call with a deadline, spawn with a handshake, end others.
#include "messages.h"
#include "scenario.h"

#include <string.h>

static struct {
    uint32_t next;
    unsigned finished;
    tr_exit_tag end;
} w;
TRT_WORLD(w);

TRT_ACTOR(serves)
{
    const int64_t *delay_ms = arg;
    for (;;) {
        const tr_msg *msg = trt_next(self);
        if (tr_msg_get_kind(msg) != TR_MSG_CALL) {
            return tr_exit_make(TR_EXIT_ERROR, 3, "asked to");
        }
        tr_from from = tr_msg_from(msg);
        uint32_t n = scn_ask_of(msg)->n;
        if (*delay_ms > 0) {
            (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_red_type) }, *delay_ms);
        }
        scn_ask_reply(self, from, &(struct scn_answer){ n + 1 });
    }
}

static tr_err call(tr_pid to, uint32_t n, int64_t timeout_ms, uint32_t *out)
{
    struct scn_answer answer = { 0 };
    tr_err err = scn_ask_system_call(trt_system(), to, &(struct scn_ask){ n }, timeout_ms, &answer);
    *out = answer.n;
    return err;
}

TRT_SCENARIO(a_guest_calls_with_a_deadline)
{
    int64_t delay_ms = 15 + trt_choose(10);
    tr_pid server = trt_spawn(&serves, TRT_ARG(&delay_ms));
    uint32_t n = 0;
    uint64_t start = tr_now_ns();
    tr_err err = call(server, 4, 20, &n);
    int64_t waited_ms = trt_ms_since(start);
    TRT_CHECK(err == TR_OK || err == TR_ETIMEDOUT);
    TRT_CHECK(delay_ms > 18 || err == TR_OK);
    TRT_CHECK(delay_ms < 22 || err == TR_ETIMEDOUT);
    TRT_EQUAL(n, err == TR_OK ? 5 : 0);
    TRT_CHECK(err == TR_OK ? waited_ms >= delay_ms : waited_ms >= 20);
    TRT_CHECK(waited_ms <= 21);
    TRT_EQUAL(call(server, 7, TR_INFINITY, &n), TR_OK); // a late reply is not taken for this one
    TRT_EQUAL(n, 8);
    trt_kill(server);
    TRT_EQUAL(call(server, 7, TR_INFINITY, &n), TR_ENOPROC);
}

TRT_SCENARIO(a_guest_hears_that_its_server_ended)
{
    int64_t delay_ms = 10;
    tr_pid server = trt_spawn(&serves, TRT_ARG(&delay_ms));
    TRT_EQUAL(tr_system_send(trt_system(), server, &scn_go_type, NULL), TR_OK);
    uint32_t n = 0;
    tr_err err = call(server, 1, TR_INFINITY, &n);
    TRT_CHECK(err == TR_EEXITED || err == TR_ENOPROC);
    TRT_CHECK(!tr_is_alive(trt_system(), server));
}

// The reason of a failed call, for a thread that has no tr_call_reason.
TRT_SCENARIO(a_guest_is_told_why_its_call_failed)
{
    int64_t delay_ms = 0;
    tr_pid server = trt_spawn(&serves, TRT_ARG(&delay_ms));
    struct scn_ask ask = { 1 };
    struct scn_answer answer = { 0 };
    tr_call_failure failure = { .reason = { TR_EXIT_NONE, 0, NULL } };
    tr_guest_call call = { .to = server,
                           .type = &scn_ask_type,
                           .body = &ask,
                           .timeout_ms = 100,
                           .reply_type = &scn_answer_type,
                           .reply_body = &answer };
    TRT_EQUAL(tr_system_call_why(trt_system(), &call, &failure), TR_OK);
    TRT_EQUAL(answer.n, 2);
    TRT_EQUAL(failure.reason.tag, TR_EXIT_NONE);
    TRT_EQUAL(tr_system_call_why(trt_system(), &call, NULL), TR_EINVAL);
    TRT_EQUAL(tr_system_call_why(trt_system(), NULL, &failure), TR_EINVAL);
    TRT_EQUAL(tr_system_send(trt_system(), server, &scn_go_type, NULL), TR_OK);
    tr_err err = tr_system_call_why(trt_system(), &call, &failure);
    if (err == TR_EEXITED) { // the request came before the server's end
        TRT_EQUAL(failure.reason.tag, TR_EXIT_ERROR);
        TRT_EQUAL(failure.reason.code, 3);
        TRT_CHECK(failure.reason.text == failure.text && strcmp(failure.text, "asked to") == 0);
    } else {
        TRT_EQUAL(err, TR_ENOPROC);
        TRT_EQUAL(failure.reason.tag, TR_EXIT_NOPROC);
    }
}

TRT_ACTOR(kills_later)
{
    const tr_pid *victim = arg;
    (void)trt_receive(self, NULL, trt_choose(20));
    TRT_EQUAL(tr_exit_send(self, *victim, TR_KILL), TR_OK);
    return TR_NORMAL;
}

TRT_SCENARIO(a_guest_waiting_for_a_killed_server_goes_on)
{
    int64_t delay_ms = 10;
    tr_pid server = trt_spawn(&serves, TRT_ARG(&delay_ms));
    trt_spawn(&kills_later, TRT_ARG(&server));
    uint32_t n = 0;
    tr_err err = call(server, 1, TR_INFINITY, &n);
    TRT_CHECK(err == TR_OK || err == TR_EEXITED || err == TR_ENOPROC);
    trt_advance(30);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(replies_red)
{
    const tr_msg *msg = trt_next(self);
    (void)tr_reply_typed(self, tr_msg_from(msg), &scn_red_type, &(struct scn_red){ 3 });
    return TR_NORMAL;
}

TRT_SCENARIO(a_guest_refuses_a_reply_of_another_type)
{
    tr_pid server = trt_spawn(&replies_red, 0);
    uint32_t n = 0;
    TRT_EQUAL(call(server, 1, 100, &n), TR_EINVAL);
    TRT_EQUAL(n, 0);
}

TRT_ACTOR(counts)
{
    for (;;) {
        const tr_msg *msg = trt_next(self);
        const struct scn_num *num = scn_num_of(msg);
        if (num == NULL) {
            return TR_NORMAL;
        }
        TRT_EQUAL(num->seq, w.next++);
    }
}

// G1 for a guest.
TRT_SCENARIO(a_guests_messages_keep_their_order)
{
    tr_pid counter = trt_spawn(&counts, 0);
    for (uint32_t i = 0; i < 10; i++) {
        struct scn_num num = { .seq = i };
        TRT_EQUAL(scn_num_system_send(trt_system(), counter, &num), TR_OK);
    }
    TRT_EQUAL(scn_go_system_send(trt_system(), counter, &(struct scn_go){ 0 }), TR_OK);
    trt_quiet();
    TRT_EQUAL(w.next, 10);
}

static tr_next fails_init(tr_self *self, void *state, const void *args)
{
    const unsigned *how = args;
    (void)state;
    trt_dawdle(self);
    if (*how == 0) {
        return TR_STOP(TR_ERROR("no"));
    }
    if (*how == 1) {
        return TR_IGNORE;
    }
    (void)trt_next_of(self, &scn_go_type);
    return TR_CONTINUE;
}

static tr_next takes_nothing(tr_self *self, void *state, const tr_msg *msg)
{
    (void)self;
    (void)state;
    (void)msg;
    return TR_CONTINUE;
}

static const tr_actor_spec failing = { .init = fails_init, .on_message = takes_nothing };

// C09 E01 for a guest.
TRT_SCENARIO(a_guests_spawn_with_a_failing_init_leaves_nothing)
{
    static const tr_err expected[] = { TR_EEXITED, TR_EIGNORED, TR_ETIMEDOUT };
    unsigned how = (unsigned)(tr_test_seed(trt_test()) % 3);
    for (int i = 0; i < 2; i++) {
        tr_pid pid = tr_no_pid();
        tr_spawn_opts opts = { TRT_ARG(&how), .name = "guest's", .wait_init = true,
                               .init_timeout_ms = 25 };
        uint64_t start = tr_now_ns();
        TRT_EQUAL(tr_system_spawn(trt_system(), &failing, &opts, &pid), expected[how]);
        TRT_CHECK(tr_pid_is_none(pid));
        TRT_CHECK(trt_ms_since(start) <= 26);
        tr_pid found;
        TRT_EQUAL(tr_system_whereis(trt_system(), "guest's", &found), TR_ENOENT);
    }
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_SCENARIO(a_guest_may_not_link_or_monitor)
{
    tr_ref ref = tr_no_ref();
    tr_pid pid = tr_no_pid();
    tr_spawn_opts linked = { .link = true };
    tr_spawn_opts monitored = { .monitor = &ref };
    TRT_EQUAL(tr_system_spawn(trt_system(), &counts, &linked, &pid), TR_EINVAL);
    TRT_EQUAL(tr_system_spawn(trt_system(), &counts, &monitored, &pid), TR_EINVAL);
    TRT_CHECK(tr_pid_is_none(pid) && ref.id == 0);
    TRT_EQUAL(trt_totals().spawned, 0);
}

TRT_ACTOR(traps)
{
    w.end = trt_exited_of(trt_next(self))->reason.tag;
    return TR_NORMAL;
}

TRT_SCENARIO(a_guest_sends_exit_signals)
{
    tr_pid trapping = trt_spawn(&traps, .trap = true);
    tr_pid plain = trt_spawn(&counts, 0);
    TRT_EQUAL(tr_system_exit_send(trt_system(), plain, TR_NORMAL), TR_OK);
    TRT_EQUAL(tr_system_exit_send(trt_system(), trapping, TR_ERROR("x")), TR_OK);
    trt_quiet();
    TRT_EQUAL(w.end, TR_EXIT_ERROR);
    TRT_CHECK(!tr_is_alive(trt_system(), trapping));
    TRT_CHECK(tr_is_alive(trt_system(), plain)); // `normal` is dropped
    TRT_EQUAL(tr_system_exit_send(trt_system(), plain, TR_SHUTDOWN), TR_OK);
    trt_quiet();
    TRT_EQUAL(trt_alive_count(), 0);
}
