// SPDX-License-Identifier: MIT
// G3 G13: who is far ahead of others gives way to them.
#include "messages.h"
#include "scenario.h"

// One activation in four has the full budget of 2,000. A thread that has lost its processor sends
// through the queue of all, so the limit holds in most runs only.
enum { MANY = 1500, FLOOD_MAX = 256 + 128 + 4, RUNS = 50, MOST = 48 };

static struct {
    tr_pid sink;
    uint32_t sent;
    uint32_t seen;
    uint32_t worst; // most that were sent and not yet seen
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
