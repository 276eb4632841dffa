// SPDX-License-Identifier: MIT
// Calls: one answer or one error, and nothing left in the mailbox. Rows E11 to E21.
#include "messages.h"
#include "scenario.h"

#include <string.h>

static struct {
    tr_pid server;
    tr_pid helper;
    tr_err answer;
    unsigned ok;
    unsigned timed_out;
    unsigned finished;
} w;
TRT_WORLD(w);

// What a server does with its n-th request.
struct service {
    int64_t delay_ms;   // before the reply
    unsigned replies;   // how many replies to each request
    tr_exit_tag ending; // not NONE: ends instead of answering
};

TRT_ACTOR(server)
{
    const struct service *service = arg;
    for (;;) {
        const tr_msg *msg = trt_next_of(self, &scn_ask_type);
        TRT_EQUAL(tr_msg_get_kind(msg), TR_MSG_CALL);
        tr_from from = tr_msg_from(msg);
        uint32_t n = scn_ask_of(msg)->n;
        if (service->ending != TR_EXIT_NONE) {
            return tr_exit_make(service->ending, 5, "busy elsewhere");
        }
        if (service->delay_ms > 0) {
            (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, service->delay_ms);
        }
        for (unsigned i = 0; i < service->replies; i++) {
            TRT_EQUAL(tr_reply_typed(self, from, &scn_answer_type, &(struct scn_answer){ n + i }),
                      TR_OK);
        }
    }
    return TR_NORMAL;
}

static void check_nothing_left(tr_self *self)
{
    TRT_CHECK(trt_receive(self, NULL, 0) == NULL);
    TRT_EQUAL(trt_depth(tr_self_pid(self)), 0);
}

TRT_ACTOR(calls_often)
{
    for (uint32_t i = 0; i < 4; i++) {
        struct scn_answer answer = { 0 };
        tr_err err = scn_ask_call(self, w.server, &(struct scn_ask){ i }, TR_INFINITY, &answer);
        TRT_EQUAL(err, TR_OK);
        TRT_EQUAL(answer.n, i);
        trt_dawdle(self);
    }
    w.finished++;
    check_nothing_left(self);
    return TR_NORMAL;
}

static void start_server(int64_t delay_ms, unsigned replies, tr_exit_tag ending)
{
    struct service service = { delay_ms, replies, ending };
    w.server = trt_spawn(&server, TRT_ARG(&service));
}

// E11
TRT_SCENARIO(each_call_gets_its_own_answer)
{
    start_server(0, 1, TR_EXIT_NONE);
    trt_spawn(&calls_often, 0);
    trt_spawn(&calls_often, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 2);
    trt_kill(w.server);
}

// E19, m42: a second reply is dropped.
TRT_SCENARIO(a_second_reply_is_dropped)
{
    start_server(0, 2, TR_EXIT_NONE);
    trt_spawn(&calls_often, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    trt_kill(w.server);
}

TRT_ACTOR(calls_with_patience)
{
    const int64_t *timeout_ms = arg;
    struct scn_answer answer = { 99 };
    uint64_t start = tr_now_ns();
    tr_err err = scn_ask_call(self, w.server, &(struct scn_ask){ 3 }, *timeout_ms, &answer);
    int64_t waited_ms = trt_ms_since(start);
    if (err == TR_OK) {
        TRT_EQUAL(answer.n, 3);
        w.ok++;
    } else {
        TRT_EQUAL(err, TR_ETIMEDOUT);
        TRT_EQUAL(answer.n, 99);
        TRT_CHECK(waited_ms >= *timeout_ms);
        w.timed_out++;
    }
    TRT_CHECK(waited_ms <= *timeout_ms + 1);
    (void)trt_receive(self, NULL, 100); // the server is done by then
    check_nothing_left(self);
    return TR_NORMAL;
}

// E15 E16, G7: late replies are dropped, early ones win, those at the deadline do one or the other.
TRT_SCENARIO(museum_tokio_4225_a_reply_that_races_the_timeout_leaves_nothing)
{
    int64_t service_ms = 15 + trt_choose(10);
    int64_t timeout_ms = 20;
    start_server(service_ms, 1, TR_EXIT_NONE);
    trt_spawn(&calls_with_patience, TRT_ARG(&timeout_ms));
    trt_advance(200);
    TRT_EQUAL(w.ok + w.timed_out, 1);
    if (service_ms < 19) {
        TRT_EQUAL(w.ok, 1);
    }
    if (service_ms > 21) {
        TRT_EQUAL(w.timed_out, 1);
    }
    trt_kill(w.server);
}

TRT_ACTOR(calls_the_dying)
{
    const tr_exit_tag *ending = arg;
    struct scn_answer answer;
    tr_err err = scn_ask_call(self, w.server, &(struct scn_ask){ 1 }, TR_INFINITY, &answer);
    TRT_EQUAL(err, TR_EEXITED);
    tr_exit reason = tr_call_reason(self);
    TRT_EQUAL(reason.tag, *ending);
    TRT_EQUAL(reason.code, 5);
    TRT_CHECK(reason.text != NULL && strcmp(reason.text, "busy elsewhere") == 0);
    check_nothing_left(self); // E17
    TRT_EQUAL(scn_ask_call(self, w.server, &(struct scn_ask){ 1 }, TR_INFINITY, &answer),
              TR_ENOPROC); // E12
    TRT_EQUAL(scn_ask_call(self, tr_self_pid(self), &(struct scn_ask){ 1 }, 10, &answer),
              TR_EDEADLK);
    check_nothing_left(self);
    w.finished++;
    return TR_NORMAL;
}

// E12 E13 E17: the reason of the server's end, normal included.
TRT_SCENARIO(a_server_that_ends_during_a_call_says_why)
{
    static const tr_exit_tag endings[] = { TR_EXIT_NORMAL, TR_EXIT_ERROR, TR_EXIT_SHUTDOWN };
    tr_exit_tag ending = endings[tr_test_seed(trt_test()) % TR_COUNT(endings)];
    start_server(0, 0, ending);
    trt_spawn(&calls_the_dying, TRT_ARG(&ending));
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(calls_once)
{
    struct scn_answer answer;
    w.answer = scn_ask_call(self, w.server, &(struct scn_ask){ 1 }, 1000, &answer);
    w.ok = w.answer == TR_EEXITED && tr_call_reason(self).tag == TR_EXIT_KILLED;
    check_nothing_left(self);
    w.finished++;
    return TR_NORMAL;
}

// E13 with a kill from outside, before, while or after the request is served.
TRT_SCENARIO(a_killed_server_frees_its_caller)
{
    start_server(10, 1, TR_EXIT_NONE);
    trt_spawn(&calls_once, 0);
    (void)tr_test_steps(trt_test(), 1 + trt_choose(40));
    trt_kill(w.server);
    TRT_EQUAL(w.finished, 1);
    TRT_CHECK(w.ok == 1 || w.answer == TR_ENOPROC || w.answer == TR_OK);
}

TR_MESSAGE(handed, { tr_from from; });

TRT_ACTOR(replies_for_another)
{
    const struct scn_handed *handed = scn_handed_of(trt_next_of(self, &scn_handed_type));
    trt_dawdle(self);
    scn_ask_reply(self, handed->from, &(struct scn_answer){ 77 });
    return TR_NORMAL;
}

TRT_ACTOR(delegates)
{
    tr_from from = tr_msg_from(trt_next_of(self, &scn_ask_type));
    TRT_EQUAL(tr_send(self, w.helper, scn_handed, .from = from), TR_OK);
    (void)trt_next_of(self, &scn_go_type);
    return TR_NORMAL;
}

TRT_ACTOR(calls_the_delegate)
{
    struct scn_answer answer = { 0 };
    TRT_EQUAL(scn_ask_call(self, w.server, &(struct scn_ask){ 1 }, TR_INFINITY, &answer), TR_OK);
    TRT_EQUAL(answer.n, 77);
    (void)tr_send(self, w.server, scn_go, 0);
    w.finished++;
    return TR_NORMAL;
}

// E18
TRT_SCENARIO(another_actor_may_reply)
{
    w.helper = trt_spawn(&replies_for_another, 0);
    w.server = trt_spawn(&delegates, 0);
    trt_spawn(&calls_the_delegate, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_alive_count(), 0);
}

// E20: the caller dies while it waits; the reply goes nowhere and the server goes on.
TRT_SCENARIO(a_reply_to_a_dead_caller_is_no_error)
{
    start_server(10, 1, TR_EXIT_NONE);
    tr_pid caller = trt_spawn(&calls_once, 0);
    trt_quiet();
    trt_kill(caller);
    trt_advance(20);
    struct scn_answer answer = { 0 };
    TRT_EQUAL(scn_ask_system_call(trt_system(), w.server, &(struct scn_ask){ 6 }, 100, &answer),
              TR_OK);
    TRT_EQUAL(answer.n, 6);
    trt_kill(w.server);
}

TRT_ACTOR(notes_order)
{
    for (int i = 0; i < 6; i++) {
        const tr_msg *msg = trt_next(self);
        if (tr_msg_get_kind(msg) == TR_MSG_CALL) {
            trt_note(0, "?%u", scn_ask_of(msg)->n);
            scn_ask_reply(self, tr_msg_from(msg), &(struct scn_answer){ 0 });
        } else {
            trt_note(0, "%u", scn_red_of(msg)->n);
        }
    }
    return TR_NORMAL;
}

TRT_ACTOR(sends_and_calls)
{
    struct scn_answer answer;
    for (uint32_t i = 0; i < 6; i += 3) {
        (void)tr_send(self, w.server, scn_red, .n = i);
        (void)tr_send(self, w.server, scn_red, .n = i + 1);
        TRT_EQUAL(scn_ask_call(self, w.server, &(struct scn_ask){ i + 2 }, 1000, &answer), TR_OK);
    }
    return TR_NORMAL;
}

// E21: requests and sends of one client keep their order.
TRT_SCENARIO(calls_and_sends_share_one_order)
{
    w.server = trt_spawn(&notes_order, 0);
    trt_spawn(&sends_and_calls, 0);
    trt_quiet();
    TRT_NOTES(0, "0 1 ?2 3 4 ?5");
}

TRT_ACTOR(calls_behind_a_queue)
{
    tr_pid me = tr_self_pid(self);
    for (uint32_t i = 0; i < 5; i++) {
        (void)tr_send(self, me, scn_red, .n = i);
    }
    const tr_msg *held = trt_next(self);
    TRT_EQUAL(scn_red_of(held)->n, 0);
    struct scn_answer answer = { 0 };
    TRT_EQUAL(scn_ask_call(self, w.server, &(struct scn_ask){ 9 }, TR_INFINITY, &answer), TR_OK);
    TRT_EQUAL(answer.n, 9);
    TRT_EQUAL(scn_red_of(held)->n, 0); // a call does not end the life of the last message
    for (uint32_t i = 1; i < 5; i++) {
        TRT_EQUAL(scn_red_of(trt_next(self))->n, i);
    }
    check_nothing_left(self);
    w.finished++;
    return TR_NORMAL;
}

// The reply passes the queue and is never taken for a message.
TRT_SCENARIO(a_reply_passes_the_queue_and_leaves_it_alone)
{
    start_server(0, 1, TR_EXIT_NONE);
    trt_spawn(&calls_behind_a_queue, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    trt_kill(w.server);
}
