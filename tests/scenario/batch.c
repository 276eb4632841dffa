// SPDX-License-Identifier: MIT
// Several messages at a time: a batch is what as many receives would have given, stays readable
// until the next receive, and loses nothing however it ends.
#include <troupe/exits.h>

#include "messages.h"
#include "scenario.h"

enum { ROOM = 16, MESSAGES = 12, ASKERS = 3 };

static struct {
    tr_pid taker;
    tr_pid mute;
    unsigned answered;
    unsigned failed;
    unsigned sent;
    unsigned looked;
    bool held;
} w;
TRT_WORLD(w);

static const tr_type *const colours[] = { &scn_red_type, &scn_blue_type, &scn_green_type };

static uint32_t n_of(const tr_msg *msg)
{
    return *(const uint32_t *)tr_msg_body(msg); // the three colours have one layout
}

struct batch {
    const tr_msg *msgs[ROOM];
    size_t count;
};

static struct batch take(tr_self *self, const tr_match *match, int64_t timeout_ms, size_t max)
{
    struct batch batch = { .count = 0 };
    tr_err err = tr_receive_batch(self, match, timeout_ms, batch.msgs, max, &batch.count);
    TRT_EQUAL(err, batch.count == 0 ? TR_ETIMEDOUT : TR_OK);
    return batch;
}

static void note_batch(const struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        trt_note(0, "%u", n_of(batch->msgs[i]));
    }
    trt_note(0, "|");
}

static void send_colours(tr_self *self, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        TRT_EQUAL(tr_send_typed(self, tr_self_pid(self), colours[i % 3], &i), TR_OK);
    }
}

static bool is_even(const tr_msg *msg, void *context)
{
    (void)context;
    w.looked++;
    return n_of(msg) % 2 == 0;
}

TRT_ACTOR(takes_batches)
{
    send_colours(self, MESSAGES);
    struct batch batch = take(self, &(tr_match){ TR_TYPES(&scn_blue_type) }, 0, 2);
    note_batch(&batch);
    batch = take(self, &(tr_match){ .predicate = is_even }, TR_INFINITY, ROOM);
    note_batch(&batch);
    TRT_EQUAL(w.looked, MESSAGES - 2);
    batch = take(self, &(tr_match){ TR_TYPES(&scn_num_type) }, 0, ROOM);
    TRT_EQUAL(batch.count, 0);
    batch = take(self, NULL, 0, ROOM);
    note_batch(&batch);
    TRT_EQUAL(trt_depth(tr_self_pid(self)), 0);
    return TR_NORMAL;
}

TRT_SCENARIO(a_batch_is_the_oldest_that_match_in_order, .traces = 1)
{
    trt_spawn(&takes_batches, 0);
    trt_quiet();
    TRT_NOTES(0, "1 4 | 0 2 6 8 10 | 3 5 7 9 11 |");
}

TRT_ACTOR(asks_wrongly)
{
    const tr_msg *msg = NULL;
    size_t count = 7;
    TRT_EQUAL(tr_receive_batch(self, NULL, 0, &msg, 0, &count), TR_EINVAL);
    TRT_EQUAL(tr_receive_batch(self, NULL, -1, &msg, 1, &count), TR_EINVAL);
    TRT_EQUAL(tr_receive_batch(self, NULL, 0, NULL, 1, &count), TR_EINVAL);
    TRT_EQUAL(tr_receive_batch(self, NULL, 0, &msg, 1, NULL), TR_EINVAL);
    TRT_EQUAL(tr_receive_batch(self, NULL, 0, &msg, 1, &count), TR_ETIMEDOUT);
    uint64_t start = tr_now_ns();
    TRT_EQUAL(tr_receive_batch(self, NULL, 20, &msg, 1, &count), TR_ETIMEDOUT);
    TRT_CHECK(trt_ms_since(start) >= 20);
    TRT_EQUAL(count, 7);
    TRT_CHECK(msg == NULL);
    return TR_NORMAL;
}

TRT_SCENARIO(an_empty_batch_is_a_timeout)
{
    trt_spawn(&asks_wrongly, 0);
    trt_advance(30);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(sends_ten)
{
    const uint32_t *from = arg;
    for (uint32_t i = 0; i < 10; i++) {
        TRT_EQUAL(tr_send(self, w.taker, scn_num, .from = *from, .seq = i), TR_OK);
        w.sent++;
        if (trt_choose(3) == 0) {
            tr_yield(self);
        }
    }
    return TR_NORMAL;
}

static void take_thirty(tr_self *self)
{
    uint32_t next[3] = { 0 };
    for (unsigned left = 30; left > 0;) {
        struct batch batch = take(self, NULL, TR_INFINITY, 1 + trt_choose(ROOM));
        TRT_CHECK(batch.count > 0 && batch.count <= left);
        trt_dawdle(self); // they stay readable
        for (size_t i = 0; i < batch.count; i++) {
            const struct scn_num *num = scn_num_of(batch.msgs[i]);
            TRT_EQUAL(num->seq, next[num->from]++);
        }
        left -= (unsigned)batch.count;
    }
}

TRT_ACTOR(takes_thirty)
{
    take_thirty(self);
    TRT_CHECK(trt_receive(self, NULL, 0) == NULL);
    w.held = true;
    return TR_NORMAL;
}

static void race(tr_mailbox_opts mailbox)
{
    w.taker = trt_spawn(&takes_thirty, .mailbox = mailbox);
    for (uint32_t i = 0; i < 3; i++) {
        trt_spawn(&sends_ten, TRT_ARG(&i));
    }
    trt_quiet();
    TRT_EQUAL(trt_alive_count(), 0);
    TRT_CHECK(w.held);
}

TRT_SCENARIO(batches_lose_nothing_and_keep_each_senders_order)
{
    race((tr_mailbox_opts){ 0 });
}

TRT_SCENARIO(batches_let_blocked_senders_in)
{
    race((tr_mailbox_opts){ .capacity = 1 + trt_choose(4), .block_ms = TR_INFINITY });
}

TRT_SCENARIO(batches_give_back_bytes)
{
    race((tr_mailbox_opts){ .bytes = 8 + trt_choose(30), .block_ms = TR_INFINITY });
}

TRT_SCENARIO(batches_out_of_a_mailbox_that_could_drop)
{
    race((tr_mailbox_opts){ .capacity = 30, .policy = TR_MAILBOX_DROP_OLDEST });
}

TRT_ACTOR(takes_what_is_kept)
{
    while (trt_depth(tr_self_pid(self)) != 5 || w.sent != 30) {
        tr_yield(self);
    }
    struct batch batch = take(self, NULL, 0, 3);
    TRT_EQUAL(batch.count, 3);
    TRT_EQUAL(trt_depth(tr_self_pid(self)), 2);
    batch = take(self, NULL, 0, ROOM);
    TRT_EQUAL(batch.count, 2);
    TRT_EQUAL(scn_num_of(batch.msgs[1])->seq, 9);
    return TR_NORMAL;
}

TRT_SCENARIO(a_batch_of_the_messages_that_were_not_dropped)
{
    w.taker = trt_spawn(&takes_what_is_kept,
                        .mailbox = { .capacity = 5, .policy = TR_MAILBOX_DROP_OLDEST });
    for (uint32_t i = 0; i < 3; i++) {
        trt_spawn(&sends_ten, TRT_ARG(&i));
    }
    trt_quiet();
    TRT_EQUAL(trt_totals().dropped, 25);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(asker)
{
    const uint32_t *n = arg;
    struct scn_answer answer = { 0 };
    trt_dawdle(self);
    tr_err err = scn_ask_call(self, w.taker, &(struct scn_ask){ *n }, 1000, &answer);
    if (err == TR_OK) {
        TRT_EQUAL(answer.n, *n + 100);
        w.answered++;
    } else {
        TRT_EQUAL(err, TR_EEXITED);
        w.failed++;
    }
    return TR_NORMAL;
}

static void answer(tr_self *self, const tr_msg *msg)
{
    uint32_t n = scn_ask_of(msg)->n;
    scn_ask_reply(self, tr_msg_from(msg), &(struct scn_answer){ n + 100 });
}

// Answers the second half at once, the first of them twice over, and the first half when their
// messages are gone.
TRT_ACTOR(answers_in_batches)
{
    tr_from froms[ROOM];
    uint32_t ns[ROOM];
    for (unsigned left = ASKERS; left > 0;) {
        struct batch batch = take(self, NULL, TR_INFINITY, ROOM);
        size_t later = batch.count / 2;
        for (size_t i = batch.count; i-- > later;) {
            answer(self, batch.msgs[i]);
        }
        tr_yield(self);
        for (size_t i = 0; i < batch.count; i++) {
            froms[i] = tr_msg_from(batch.msgs[i]); // readable, answered or not
            ns[i] = scn_ask_of(batch.msgs[i])->n;
        }
        TRT_CHECK(!trt_poll_of(self, &scn_go_type)); // the batch is over
        for (size_t i = 0; i < later; i++) {
            struct scn_answer out = { ns[i] + 100 };
            scn_ask_reply(self, froms[i], &out);
        }
        left -= (unsigned)batch.count;
    }
    return TR_NORMAL;
}

static void start_askers(void)
{
    for (uint32_t i = 0; i < ASKERS; i++) {
        trt_spawn(&asker, TRT_ARG(&i));
    }
}

TRT_SCENARIO(requests_of_a_batch_are_answered_during_it_or_after)
{
    w.taker = trt_spawn(&answers_in_batches, 0);
    start_askers();
    trt_quiet();
    TRT_EQUAL(w.answered, ASKERS);
    TRT_EQUAL(trt_alive_count(), 0);
}

// Ends with a batch in its hands, one of it answered.
TRT_ACTOR(ends_with_a_batch)
{
    (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, 10);
    struct batch batch = take(self, NULL, TR_INFINITY, ROOM);
    TRT_EQUAL(batch.count, ASKERS + 2);
    for (size_t i = 0; i < batch.count; i++) {
        if (scn_ask_of(batch.msgs[i]) != NULL) {
            answer(self, batch.msgs[i]);
            break;
        }
    }
    w.held = true;
    if (trt_choose(2) == 0) {
        (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, TR_INFINITY);
    }
    return TR_NORMAL;
}

TRT_SCENARIO(an_actor_that_ends_with_a_batch_fails_its_requests)
{
    w.taker = trt_spawn(&ends_with_a_batch, 0);
    start_askers();
    for (uint32_t i = 0; i < 2; i++) {
        TRT_EQUAL(tr_system_send(trt_system(), w.taker, &scn_red_type, &i), TR_OK);
    }
    trt_quiet();
    trt_advance(20);
    TRT_CHECK(w.held);
    trt_kill(w.taker);
    TRT_EQUAL(w.answered, 1);
    TRT_EQUAL(w.failed, ASKERS - 1);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(gives_up)
{
    struct scn_answer answer;
    TRT_EQUAL(scn_ask_call(self, w.taker, &(struct scn_ask){ 1 }, 5, &answer), TR_ETIMEDOUT);
    w.failed++;
    return TR_NORMAL;
}

TRT_ACTOR(holds_on)
{
    struct batch batch = take(self, NULL, TR_INFINITY, ROOM);
    TRT_EQUAL(batch.count, 1);
    // A wait that is no receive, while the caller gives up.
    struct scn_answer none;
    TRT_EQUAL(scn_ask_call(self, w.mute, &(struct scn_ask){ 2 }, 20, &none), TR_ETIMEDOUT);
    TRT_EQUAL(scn_ask_of(batch.msgs[0])->n, 1);
    answer(self, batch.msgs[0]); // for nobody
    return TR_NORMAL;
}

TRT_ACTOR(mute)
{
    (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, TR_INFINITY);
    return TR_NORMAL;
}

TRT_SCENARIO(a_request_of_a_batch_stays_readable_when_its_caller_gives_up)
{
    w.mute = trt_spawn(&mute, 0);
    w.taker = trt_spawn(&holds_on, 0);
    trt_spawn(&gives_up, 0);
    trt_advance(50);
    TRT_EQUAL(w.failed, 1);
    TRT_EQUAL(trt_alive_count(), 1);
    trt_kill(w.mute);
}

TRT_ACTOR(keeps)
{
    send_colours(self, 4);
    struct batch batch = take(self, NULL, 0, ROOM);
    TRT_EQUAL(batch.count, 4);
    tr_msg *kept = tr_msg_keep(self, batch.msgs[2]);
    TRT_CHECK(kept == batch.msgs[2]);
    TRT_CHECK(tr_msg_keep(self, kept) == NULL); // once
    tr_msg *last = tr_msg_keep(self, batch.msgs[3]);
    TRT_CHECK(trt_receive(self, NULL, 0) == NULL);
    TRT_EQUAL(n_of(kept), 2);
    TRT_EQUAL(tr_send_move(self, tr_self_pid(self), &last), TR_OK);
    TRT_EQUAL(n_of(trt_next(self)), 3);
    tr_msg_free(self, kept);
    return TR_NORMAL;
}

TRT_SCENARIO(messages_of_a_batch_can_be_kept, .traces = 1)
{
    trt_spawn(&keeps, 0);
    trt_quiet();
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(takes_in_sections)
{
    send_colours(self, 3);
    tr_noexit_begin(self);
    TRT_EQUAL(tr_exit_send(self, tr_self_pid(self), TR_KILL), TR_OK);
    tr_nosuspend_begin(self);
    struct batch batch = take(self, NULL, TR_INFINITY, ROOM); // there is something: no wait
    TRT_EQUAL(batch.count, 3);
    tr_nosuspend_end(self);
    TRT_EQUAL(n_of(batch.msgs[2]), 2);
    w.held = true;
    tr_noexit_end(self);
    TRT_CHECK(false);
    return TR_NORMAL;
}

TRT_SCENARIO(sections_hold_while_a_batch_is_taken, .traces = 1)
{
    trt_spawn(&takes_in_sections, 0);
    trt_quiet();
    TRT_CHECK(w.held);
    TRT_EQUAL(trt_alive_count(), 0);
}

TRT_ACTOR(takes_shots)
{
    tr_timer timer;
    tr_pid me = tr_self_pid(self);
    struct scn_red red = { 5 };
    TRT_EQUAL(tr_send_after(self, 3, me, &scn_red_type, &red, NULL), TR_OK);
    TRT_EQUAL(tr_send_after(self, 4, me, &scn_red_type, &red, &timer), TR_OK);
    TRT_CHECK(trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, 10) == NULL);
    struct batch batch = take(self, NULL, TR_INFINITY, ROOM);
    TRT_EQUAL(batch.count, 2);
    TRT_EQUAL(n_of(batch.msgs[1]), 5);
    int64_t left_ms = 0;
    TRT_EQUAL(tr_timer_cancel(self, timer, &left_ms), TR_ENOENT); // taken
    w.held = true;
    return TR_NORMAL;
}

TRT_SCENARIO(messages_of_timers_come_in_batches_too)
{
    trt_spawn(&takes_shots, 0);
    trt_advance(20);
    TRT_CHECK(w.held);
}

static tr_next on_mixed(tr_self *self, void *state, const tr_msg *msg)
{
    (void)state;
    if (scn_go_of(msg) != NULL) {
        struct batch batch = take(self, NULL, 0, ROOM);
        w.answered += (unsigned)batch.count;
    } else {
        w.answered++;
        w.looked += n_of(msg); // readable
    }
    return TR_CONTINUE;
}

TRT_SCENARIO(a_handler_takes_a_batch_too, .traces = 1)
{
    static const tr_actor_spec mixed = { .label = "mixed", .on_message = on_mixed };
    tr_pid pid = trt_spawn(&mixed, 0);
    for (uint32_t i = 0; i < 3; i++) {
        TRT_EQUAL(tr_system_send(trt_system(), pid, &scn_go_type, NULL), TR_OK);
        TRT_EQUAL(tr_system_send(trt_system(), pid, &scn_red_type, &i), TR_OK);
        TRT_EQUAL(tr_system_send(trt_system(), pid, &scn_blue_type, &i), TR_OK);
        trt_quiet();
    }
    TRT_EQUAL(w.answered, 6);
    TRT_EQUAL(trt_totals().received, 9);
    trt_kill(pid);
}
