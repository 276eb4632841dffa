// SPDX-License-Identifier: MIT
// G3 G13: who is far ahead of others gives way to them.
#include "messages.h"
#include "scenario.h"

// One activation in four has the full budget of 2,000. A thread that has lost its processor sends
// through the queue of all, so the limit holds in most runs only.
enum { MANY = 1500, FLOOD_MAX = 256 + 128 + 16, RUNS = 50, MOST = 48 };
enum { SENDERS = 4, EACH = 600 };

static struct {
    tr_pid sink;
    uint32_t sent;
    uint32_t seen;
    uint32_t worst;         // most that were sent and not yet seen
    uint32_t next[SENDERS]; // number of the next message of each sender
    uint32_t left;
} w;
TRT_WORLD(w);

// Over all seeds.
static unsigned runs_total;
static unsigned within_total;

static void count_sent(void)
{
    w.sent++;
    w.worst = w.sent - w.seen > w.worst ? w.sent - w.seen : w.worst;
}

static tr_next see(tr_self *self, void *state, const tr_msg *msg)
{
    (void)self;
    (void)state;
    (void)msg;
    w.seen++;
    return w.seen == MANY ? TR_STOP(TR_NORMAL) : TR_CONTINUE;
}

static const tr_actor_spec sees = { .on_message = see };

TRT_ACTOR(floods)
{
    for (uint32_t i = 0; i < MANY; i++) {
        count_sent();
        TRT_EQUAL(tr_send(self, w.sink, scn_red, .n = i), TR_OK);
    }
    return TR_NORMAL;
}

// A backlog is handled while it is small.
TRT_SCENARIO(a_sender_far_ahead_of_its_receiver_gives_way, .workers = 1)
{
    w.sink = trt_spawn(&sees, 0);
    trt_quiet();
    trt_spawn(&floods, 0);
    trt_quiet();
    TRT_EQUAL(w.seen, MANY);
    within_total += w.worst <= FLOOD_MAX ? 1 : 0;
    if (++runs_total == RUNS) {
        TRT_CHECK(within_total >= MOST);
    }
}

static tr_next check_order(tr_self *self, void *state, const tr_msg *msg)
{
    const struct scn_red *red = scn_red_of(msg);
    (void)self;
    (void)state;
    uint32_t sender = (uint32_t)red->n / EACH;
    TRT_EQUAL((uint32_t)red->n % EACH, w.next[sender]++);
    return --w.left == 0 ? TR_STOP(TR_NORMAL) : TR_CONTINUE;
}

static const tr_actor_spec checks_order = { .on_message = check_order };

TRT_ACTOR(pours)
{
    const uint32_t *number = arg;
    for (uint32_t i = 0; i < EACH; i++) {
        TRT_EQUAL(tr_send(self, w.sink, scn_red, .n = *number * EACH + i), TR_OK);
    }
    return TR_NORMAL;
}

TRT_ACTOR(opens_all)
{
    for (uint32_t i = 0; i < SENDERS; i++) {
        trt_child(self, &pours, TRT_ARG(&i));
    }
    return TR_NORMAL;
}

// Senders that follow their receiver from worker to worker keep their order, and all come to their
// end while every worker may sleep at any time.
TRT_SCENARIO(followers_keep_their_order, .workers = 3)
{
    w.left = SENDERS * EACH;
    w.sink = trt_spawn(&checks_order, 0);
    trt_spawn(&opens_all, 0);
    trt_quiet();
    TRT_EQUAL(w.left, 0);
    TRT_EQUAL(trt_alive_count(), 0);
}
