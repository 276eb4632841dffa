// SPDX-License-Identifier: MIT
// Requests whose replies are taken later, and requests that change hands. Rows B15 B16 E13 E15 E16
// E18 E20.
#include "messages.h"
#include "scenario.h"

static struct {
    tr_pid server;
    tr_pid servers[3];
    tr_pid helper;
    tr_pid asker;
    unsigned ok;
    unsigned failed;
    unsigned late;
    unsigned finished;
    unsigned served;
    bool abandoned;
} w;
TRT_WORLD(w);

// Answers each request with its number plus an offset, after a while.
struct service {
    int64_t delay_ms;
    uint32_t offset;
};

TRT_ACTOR(answers)
{
    const struct service *service = arg;
    for (;;) {
        const tr_msg *msg = trt_next_of(self, &scn_ask_type);
        tr_from from = tr_msg_from(msg);
        uint32_t n = scn_ask_of(msg)->n;
        if (service->delay_ms > 0) {
            (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, service->delay_ms);
        }
        w.served++;
        scn_ask_reply(self, from, &(struct scn_answer){ n + service->offset });
    }
    return TR_NORMAL;
}

static tr_pid start_server(int64_t delay_ms, uint32_t offset)
{
    struct service service = { delay_ms, offset };
    return trt_spawn(&answers, TRT_ARG(&service));
}

static tr_request ask(tr_self *self, tr_pid to, uint32_t n)
{
    tr_request request = { 0 };
    TRT_EQUAL(scn_ask_request(self, to, &(struct scn_ask){ n }, &request), TR_OK);
    return request;
}

static void check_nothing_left(tr_self *self)
{
    TRT_CHECK(trt_receive(self, NULL, 0) == NULL);
    TRT_EQUAL(trt_depth(tr_self_pid(self)), 0);
}

TRT_ACTOR(asks_three_and_takes_backwards)
{
    tr_request asked[3];
    struct scn_answer answer = { 0 };
    for (uint32_t i = 0; i < 3; i++) {
        asked[i] = ask(self, w.server, i);
        (void)tr_send(self, tr_self_pid(self), scn_red, .n = i);
        trt_dawdle(self);
    }
    for (uint32_t i = 3; i-- > 0;) {
        TRT_EQUAL(scn_ask_take(self, asked[i], TR_INFINITY, &answer), TR_OK);
        TRT_EQUAL(answer.n, i);
        TRT_EQUAL(scn_ask_take(self, asked[i], TR_INFINITY, &answer), TR_ENOENT);
    }
    for (uint32_t i = 0; i < 3; i++) {
        TRT_EQUAL(scn_red_of(trt_next(self))->n, i);
    }
    check_nothing_left(self);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(B16_several_replies_are_awaited_at_once_and_taken_in_any_order)
{
    w.server = start_server(0, 0);
    trt_spawn(&asks_three_and_takes_backwards, 0);
    trt_spawn(&asks_three_and_takes_backwards, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 2);
    trt_kill(w.server);
}

TRT_ACTOR(asks_behind_a_queue)
{
    tr_pid me = tr_self_pid(self);
    for (uint32_t i = 0; i < 50; i++) {
        (void)tr_send(self, me, scn_red, .n = i);
    }
    tr_request asked = ask(self, w.server, 7);
    struct scn_answer answer = { 0 };
    TRT_EQUAL(scn_ask_take(self, asked, TR_INFINITY, &answer), TR_OK);
    TRT_EQUAL(answer.n, 7);
    TRT_EQUAL(trt_drain_of(self, &scn_red_type), 50);
    check_nothing_left(self);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(B15_a_reply_passes_the_queue_into_its_request)
{
    w.server = start_server(0, 0);
    trt_spawn(&asks_behind_a_queue, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    trt_kill(w.server);
}

TRT_ACTOR(waits_twice)
{
    tr_request asked = ask(self, w.server, 4);
    struct scn_answer answer = { 99 };
    TRT_EQUAL(scn_ask_take(self, asked, 0, &answer), TR_ETIMEDOUT);
    tr_err err = scn_ask_take(self, asked, 10, &answer);
    if (err == TR_ETIMEDOUT) {
        TRT_EQUAL(answer.n, 99);
        w.late++;
        err = scn_ask_take(self, asked, 100, &answer);
    }
    TRT_EQUAL(err, TR_OK);
    TRT_EQUAL(answer.n, 4);
    check_nothing_left(self);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(E16_a_timeout_leaves_the_request_open_and_its_reply_wins)
{
    int64_t delay_ms = 5 + trt_choose(10);
    w.server = start_server(delay_ms, 0);
    trt_spawn(&waits_twice, 0);
    trt_advance(200);
    TRT_EQUAL(w.finished, 1);
    if (delay_ms < 9) {
        TRT_EQUAL(w.late, 0);
    }
    if (delay_ms > 11) {
        TRT_EQUAL(w.late, 1);
    }
    trt_kill(w.server);
}

TRT_ACTOR(abandons)
{
    tr_request asked = ask(self, w.server, 4);
    (void)trt_receive(self, NULL, 1 + trt_choose(12));
    TRT_EQUAL(tr_request_abandon(self, asked), TR_OK);
    TRT_EQUAL(tr_request_abandon(self, asked), TR_ENOENT);
    struct scn_answer answer = { 0 };
    TRT_EQUAL(scn_ask_take(self, asked, 0, &answer), TR_ENOENT);
    (void)trt_receive(self, NULL, 50);
    check_nothing_left(self);
    TRT_EQUAL(trt_totals().unreceived[TR_DEAD_LATE_REPLY], 1);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(E15_the_reply_of_an_abandoned_request_is_a_dead_letter)
{
    w.server = start_server(6, 0);
    trt_spawn(&abandons, 0);
    trt_advance(100);
    TRT_EQUAL(w.finished, 1);
    trt_kill(w.server);
}

TRT_ACTOR(asks_the_dying)
{
    tr_request asked[4];
    struct scn_answer answer;
    for (uint32_t i = 0; i < 4; i++) {
        asked[i] = ask(self, w.server, i);
    }
    for (uint32_t i = 0; i < 4; i++) {
        tr_err err = scn_ask_take(self, asked[i], TR_INFINITY, &answer);
        w.ok += err == TR_OK;
        w.failed += err == TR_EEXITED || err == TR_ENOPROC;
        if (err == TR_EEXITED) {
            TRT_EQUAL(tr_call_reason(self).tag, TR_EXIT_KILLED);
        }
    }
    check_nothing_left(self);
    w.finished++;
    return TR_NORMAL;
}

// The server is killed at any step: each request has exactly one end.
TRT_SCENARIO(E13_the_end_of_a_server_answers_its_open_requests)
{
    w.server = start_server((int64_t)trt_choose(2), 0);
    trt_spawn(&asks_the_dying, 0);
    (void)tr_test_steps(trt_test(), 1 + tr_test_seed(trt_test()) % 120);
    trt_kill(w.server);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(w.ok + w.failed, 4);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(asks_all)
{
    tr_requests all;
    TRT_EQUAL(tr_requests_new(self, &all), TR_OK);
    for (uint32_t i = 0; i < 6; i++) {
        tr_request asked = ask(self, w.servers[i % 3], i);
        trt_dawdle(self);
        TRT_EQUAL(tr_requests_add(self, all, asked, 100 + i), TR_OK);
        TRT_EQUAL(tr_requests_add(self, all, asked, 100 + i), TR_EEXIST);
    }
    unsigned seen = 0;
    for (unsigned left = 6; left > 0; left--) {
        TRT_EQUAL(tr_requests_count(self, all), left);
        uint64_t label = 0;
        const tr_msg *reply = NULL;
        tr_err err = tr_requests_wait_any(self, all, TR_INFINITY, &label, &reply);
        seen |= 1u << (label - 100);
        if (err == TR_OK) {
            TRT_EQUAL(scn_answer_of(reply)->n, label - 100 + 10 * ((label - 100) % 3));
            w.ok++;
        } else {
            TRT_CHECK(err == TR_EEXITED || err == TR_ENOPROC);
            TRT_EQUAL((label - 100) % 3, 2);
            w.failed++;
        }
        trt_note(0, "%u", (unsigned)label);
    }
    TRT_EQUAL(seen, 63);
    const tr_msg *none;
    TRT_EQUAL(tr_requests_wait_any(self, all, TR_INFINITY, NULL, &none), TR_ENOENT);
    TRT_EQUAL(tr_requests_free(self, all), TR_OK);
    TRT_EQUAL(tr_requests_free(self, all), TR_ENOENT);
    check_nothing_left(self);
    w.finished++;
    return TR_NORMAL;
}

static void start_three(void)
{
    for (unsigned i = 0; i < 3; i++) {
        w.servers[i] = start_server(0, 10 * i);
    }
}

static void kill_three(void)
{
    for (unsigned i = 0; i < 3; i++) {
        trt_kill(w.servers[i]);
    }
}

TRT_SCENARIO(every_request_of_a_collection_is_answered_once)
{
    start_three();
    trt_spawn(&asks_all, 0);
    (void)tr_test_steps(trt_test(), trt_choose(150));
    trt_kill(w.servers[2]);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(w.ok + w.failed, 6);
    kill_three();
}

TRT_ACTOR(takes_the_first)
{
    tr_requests all;
    TRT_EQUAL(tr_requests_new(self, &all), TR_OK);
    for (uint32_t i = 0; i < 3; i++) {
        TRT_EQUAL(tr_requests_add(self, all, ask(self, w.servers[i], 0), i), TR_OK);
    }
    uint64_t label = 99;
    const tr_msg *reply = NULL;
    TRT_EQUAL(tr_requests_wait_any(self, all, 5, &label, &reply), TR_ETIMEDOUT);
    TRT_EQUAL(label, 99);
    (void)trt_receive(self, NULL, 27); // two have answered, the last asked first
    TRT_EQUAL(tr_requests_wait_any(self, all, 0, &label, &reply), TR_OK);
    TRT_EQUAL(label, 2);
    TRT_EQUAL(tr_requests_wait_any(self, all, 0, &label, &reply), TR_OK);
    TRT_EQUAL(label, 1);
    TRT_EQUAL(tr_requests_wait_any(self, all, 0, &label, &reply), TR_ETIMEDOUT);
    TRT_EQUAL(tr_requests_count(self, all), 1);
    w.finished++;
    return TR_NORMAL; // with one open
}

TRT_SCENARIO(the_answer_that_came_first_is_taken_first)
{
    for (unsigned i = 0; i < 3; i++) {
        w.servers[i] = start_server(40 - 15 * i, 0);
    }
    trt_spawn(&takes_the_first, 0);
    trt_advance(200);
    TRT_EQUAL(w.finished, 1);
    kill_three();
}

// A kill of the asker at any step: the servers go on and keep nothing of it.
TRT_SCENARIO(E20_a_kill_of_the_asker_at_any_step_leaves_nothing)
{
    bool slow = trt_choose(2) == 0;
    for (unsigned i = 0; i < 3; i++) {
        w.servers[i] = start_server(slow ? 40 - 15 * i : 0, slow ? 0 : 10 * i);
    }
    w.asker = trt_spawn(slow ? &takes_the_first : &asks_all, 0);
    (void)tr_test_steps(trt_test(), 1 + tr_test_seed(trt_test()) % 120);
    trt_kill(w.asker);
    TRT_EQUAL(trt_alive_count(), 3);
    struct scn_answer answer;
    TRT_EQUAL(
        scn_ask_system_call(trt_system(), w.servers[0], &(struct scn_ask){ 0 }, 1000, &answer),
        TR_OK);
    kill_three();
}

TRT_ACTOR(posts)
{
    tr_request asked = { 0 };
    TRT_EQUAL(scn_ask_post(self, w.server, &(struct scn_ask){ 5 }, &asked), TR_OK);
    const tr_msg *reply = NULL;
    tr_err early = tr_request_wait(self, asked, 0, &reply);
    TRT_CHECK(early == TR_EINVAL || early == TR_ENOENT); // ENOENT: it is a message already
    (void)tr_send(self, tr_self_pid(self), scn_red, .n = 1);
    for (int i = 0; i < 2; i++) {
        const tr_msg *msg = trt_next(self);
        tr_err err = tr_request_check(asked, msg);
        if (err == TR_ENOENT) {
            TRT_EQUAL(scn_red_of(msg)->n, 1);
        } else if (err == TR_OK) {
            TRT_EQUAL(tr_msg_get_kind(msg), TR_MSG_REPLY);
            TRT_EQUAL(scn_answer_of(msg)->n, 5);
            w.ok++;
        } else {
            TRT_CHECK(tr_msg_is(msg, &tr_failed_type));
            TRT_EQUAL(tr_msg_bytes(msg), sizeof(tr_exit));
            const tr_exit *reason = tr_msg_body(msg);
            TRT_EQUAL(reason->tag, err == TR_ENOPROC ? TR_EXIT_NOPROC : TR_EXIT_KILLED);
            w.failed++;
        }
    }
    TRT_EQUAL(tr_request_abandon(self, asked), TR_ENOENT);
    check_nothing_left(self);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(the_reply_of_a_posted_request_comes_as_a_message)
{
    w.server = start_server(1, 0);
    w.asker = trt_spawn(&posts, 0);
    if (trt_choose(2) == 0) {
        (void)tr_test_steps(trt_test(), 1 + trt_choose(60));
        trt_kill(w.server);
    }
    trt_advance(10);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(w.ok + w.failed, 1);
    trt_kill(w.server);
}

TRT_ACTOR(passes_on)
{
    for (;;) {
        const tr_msg *msg = trt_next(self);
        if (tr_msg_is(msg, &scn_go_type)) {
            return TR_NORMAL;
        }
        tr_from from = tr_msg_from(msg);
        if (trt_choose(2) == 0) { // from the book, not from the hand
            (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_blue_type) }, 0);
            (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_blue_type) }, 1);
            (void)tr_send(self, tr_self_pid(self), scn_blue, .n = 0);
            (void)trt_next_of(self, &scn_blue_type);
        }
        tr_err err = tr_delegate(self, from, w.helper);
        TRT_CHECK(err == TR_OK || err == TR_ENOENT); // ENOENT: the caller gave up
        TRT_EQUAL(tr_delegate(self, from, w.helper), TR_ENOENT);
        w.late += err == TR_ENOENT;
    }
    return TR_NORMAL;
}

TRT_ACTOR(calls_the_passer)
{
    const int64_t *timeout_ms = arg;
    for (uint32_t i = 0; i < 3; i++) {
        struct scn_answer answer = { 0 };
        tr_err err = scn_ask_call(self, w.server, &(struct scn_ask){ i }, *timeout_ms, &answer);
        w.ok += err == TR_OK && answer.n == i + 5;
        w.failed += err == TR_EEXITED || err == TR_ENOPROC || err == TR_ETIMEDOUT;
    }
    check_nothing_left(self);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(E18_a_delegated_request_is_answered_by_its_new_holder)
{
    int64_t timeout_ms = TR_INFINITY;
    w.helper = start_server(0, 5);
    w.server = trt_spawn(&passes_on, 0);
    trt_spawn(&calls_the_passer, TRT_ARG(&timeout_ms));
    trt_spawn(&calls_the_passer, TRT_ARG(&timeout_ms));
    trt_advance(100);
    TRT_EQUAL(w.finished, 2);
    TRT_EQUAL(w.ok, 6);
    trt_kill(w.server);
    trt_kill(w.helper);
}

// The first server ends after it handed the request on: the caller does not care. The new holder
// ends: the caller hears of it.
TRT_SCENARIO(E18_a_delegated_request_fails_with_its_new_holder_only)
{
    int64_t timeout_ms = TR_INFINITY;
    w.helper = start_server(trt_choose(3), 5);
    w.server = trt_spawn(&passes_on, 0);
    trt_spawn(&calls_the_passer, TRT_ARG(&timeout_ms));
    (void)tr_test_steps(trt_test(), 1 + tr_test_seed(trt_test()) % 150);
    trt_kill(w.helper);
    trt_advance(50);
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(w.ok + w.failed, 3);
    trt_kill(w.server);
}

TRT_ACTOR(asks_and_waits_for_its_second_holder)
{
    struct scn_answer answer = { 0 };
    tr_request asked = ask(self, w.server, 1);
    (void)trt_next_of(self, &scn_go_type); // the passer has ended
    TRT_EQUAL(scn_ask_take(self, asked, TR_INFINITY, &answer), TR_OK);
    TRT_EQUAL(answer.n, 6);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(the_end_of_a_former_holder_means_nothing)
{
    w.helper = start_server(20, 5);
    w.server = trt_spawn(&passes_on, 0);
    w.asker = trt_spawn(&asks_and_waits_for_its_second_holder, 0);
    trt_advance(5);
    trt_kill(w.server);
    TRT_EQUAL(tr_system_send(trt_system(), w.asker, &scn_go_type, NULL), TR_OK);
    trt_advance(50);
    TRT_EQUAL(w.finished, 1);
    trt_kill(w.helper);
}

// Takes requests and never answers; passes some on. In the end it holds none: all callers gave up.
TRT_ACTOR(keeps_silent)
{
    tr_from taken[6];
    unsigned count = 0;
    (void)trt_next_of(self, &scn_go_type);
    bool passes = !tr_pid_equal(tr_self_pid(self), w.helper);
    const tr_msg *msg = trt_receive(self, &(tr_match){ TR_TYPES(&scn_ask_type) }, 5);
    for (; msg != NULL; msg = trt_receive(self, &(tr_match){ TR_TYPES(&scn_ask_type) }, 5)) {
        taken[count++] = tr_msg_from(msg);
        if (passes && trt_choose(2) == 0) {
            tr_err err = tr_delegate(self, tr_msg_from(msg), w.helper);
            TRT_CHECK(err == TR_OK || err == TR_ENOENT);
        }
    }
    (void)trt_next_of(self, &scn_blue_type);
    while (count > 0) {
        TRT_EQUAL(tr_delegate(self, taken[--count], w.helper), TR_ENOENT);
    }
    w.served++;
    return TR_NORMAL;
}

static void send_both(const tr_type *type, uint32_t n)
{
    TRT_EQUAL(tr_system_send(trt_system(), w.server, type, &n), TR_OK);
    TRT_EQUAL(tr_system_send(trt_system(), w.helper, type, &n), TR_OK);
}

TRT_ACTOR(gives_up)
{
    struct scn_answer answer;
    int64_t timeout_ms = (int64_t)trt_choose(12);
    if (trt_choose(2) == 0) {
        TRT_EQUAL(scn_ask_call(self, w.server, &(struct scn_ask){ 1 }, timeout_ms, &answer),
                  TR_ETIMEDOUT);
    } else {
        tr_request asked = ask(self, w.server, 1);
        TRT_EQUAL(scn_ask_take(self, asked, timeout_ms, &answer), TR_ETIMEDOUT);
        if (trt_choose(2) == 0) {
            TRT_EQUAL(tr_request_abandon(self, asked), TR_OK);
        }
    }
    w.finished++;
    return TR_NORMAL; // an open request is given up here
}

// Callers give up or end at any moment, before their requests are taken, after, and on their way to
// another holder.
TRT_SCENARIO(a_request_that_is_given_up_leaves_every_book)
{
    w.helper = trt_spawn(&keeps_silent, 0);
    w.server = trt_spawn(&keeps_silent, 0);
    tr_pid killed = trt_spawn(&gives_up, 0);
    for (unsigned i = 0; i < 5; i++) {
        trt_spawn(&gives_up, 0);
    }
    (void)tr_test_steps(trt_test(), trt_choose(100));
    TRT_EQUAL(tr_system_exit_send(trt_system(), killed, TR_KILL), TR_OK);
    (void)tr_test_steps(trt_test(), trt_choose(50));
    send_both(&scn_go_type, 0);
    trt_advance(200);
    TRT_CHECK(w.finished >= 5);
    send_both(&scn_blue_type, 0);
    trt_quiet();
    TRT_EQUAL(w.served, 2);
    TRT_EQUAL(trt_alive_count(), 0);
}
