// SPDX-License-Identifier: MIT
// chameneos: c creatures meet in pairs in one mall, n times; both change colour.
#include "bench.h"

#define TR_MODULE chameneos
TR_MESSAGE0(start);
TR_MESSAGE(meet, { int64_t colour; });
TR_MESSAGE(met, { int64_t colour; });
TR_MESSAGE0(closed);

struct mall {
    int64_t left;
    tr_pid first; // waits for a second one
    int64_t colour;
};

struct creature {
    tr_pid mall;
    int64_t colour;
    int64_t meetings;
    atomic_long *x_meetings; // of all creatures
    struct bench_latch *latch;
};

static void bring_together(tr_self *self, struct mall *me, const tr_msg *msg)
{
    const struct chameneos_meet *meet = chameneos_meet_of(msg);
    tr_pid who = tr_msg_sender(msg);
    if (me->left == 0) {
        chameneos_closed_send(self, who, NULL);
    } else if (tr_pid_is_none(me->first)) {
        me->first = who;
        me->colour = meet->colour;
    } else {
        tr_send(self, me->first, chameneos_met, .colour = meet->colour);
        tr_send(self, who, chameneos_met, .colour = me->colour);
        me->first = tr_no_pid();
        me->left--;
    }
}

// False when the mall is closed.
static bool go_on(tr_self *self, struct creature *me, const tr_msg *msg)
{
    const struct chameneos_met *met = chameneos_met_of(msg);
    if (tr_msg_is(msg, &chameneos_closed_type)) {
        // relaxed: the latch orders it before the main thread's look.
        atomic_fetch_add_explicit(me->x_meetings, me->meetings, memory_order_relaxed);
        bench_latch_down(me->latch);
        return false;
    }
    if (met != NULL) {
        me->meetings++;
        if (met->colour != me->colour) {
            me->colour = 3 - me->colour - met->colour;
        }
    }
    tr_send(self, me->mall, chameneos_meet, .colour = me->colour);
    return true;
}

// --- Handlers -----------------------------------------------------------------------------------

static tr_next init_mall(tr_self *self, void *state, const void *args)
{
    (void)self;
    *(struct mall *)state = *(const struct mall *)args;
    return TR_CONTINUE;
}

static tr_next on_mall(tr_self *self, void *state, const tr_msg *msg)
{
    bring_together(self, state, msg);
    return TR_CONTINUE;
}

static tr_next init_creature(tr_self *self, void *state, const void *args)
{
    (void)self;
    *(struct creature *)state = *(const struct creature *)args;
    return TR_CONTINUE;
}

static tr_next on_creature(tr_self *self, void *state, const tr_msg *msg)
{
    return go_on(self, state, msg) ? TR_CONTINUE : TR_STOP(TR_NORMAL);
}

// --- Processes ----------------------------------------------------------------------------------

static tr_exit run_mall(tr_self *self, const void *arg)
{
    struct mall me = *(const struct mall *)arg;
    const tr_msg *msg;
    while (tr_receive(self, NULL, TR_INFINITY, &msg) == TR_OK) {
        bring_together(self, &me, msg);
    }
    return TR_ERROR("receive");
}

static tr_exit run_creature(tr_self *self, const void *arg)
{
    struct creature me = *(const struct creature *)arg;
    const tr_msg *msg;
    do {
        if (tr_receive(self, NULL, TR_INFINITY, &msg) != TR_OK) {
            return TR_ERROR("receive");
        }
    } while (go_on(self, &me, msg));
    return TR_NORMAL;
}

static const tr_actor_spec mall_handler = {
    .label = "mall", .init = init_mall, .on_message = on_mall, .state_bytes = sizeof(struct mall)
};
static const tr_actor_spec mall_process = { .label = "mall", .run = run_mall };
static const tr_actor_spec creature_handler = { .label = "creature",
                                                .init = init_creature,
                                                .on_message = on_creature,
                                                .state_bytes = sizeof(struct creature) };
static const tr_actor_spec creature_process = { .label = "creature", .run = run_creature };

// --- Measuring ----------------------------------------------------------------------------------

static int64_t open_mall(const struct bench_run *run, long creatures, long n)
{
    bool handler = run->style == BENCH_HANDLER;
    struct bench_latch latch;
    atomic_long meetings = 0;
    struct mall mall = { .left = n };
    bench_latch_init(&latch, creatures);
    struct creature args = { .x_meetings = &meetings, .latch = &latch };
    args.mall = bench_spawn(run->sys, handler ? &mall_handler : &mall_process, &mall, sizeof mall);
    int64_t start = bench_now_ns();
    for (long i = 0; i < creatures; i++) {
        args.colour = i % 3;
        tr_pid pid = bench_spawn(run->sys, handler ? &creature_handler : &creature_process, &args,
                                 sizeof args);
        bench_must(chameneos_start_system_send(run->sys, pid, NULL), "start");
    }
    bench_latch_wait(&latch);
    int64_t elapsed = bench_now_ns() - start;
    bench_check(meetings == 2 * n, "chameneos: the number of meetings");
    bench_kill(run->sys, args.mall);
    bench_latch_fini(&latch);
    return elapsed;
}

void bench_chameneos(const struct bench_run *run, struct bench_result *result)
{
    long creatures = bench_value(run, "c");
    long n = bench_value(run, "n");
    open_mall(run, creatures, n < 4000 ? n : 4000);
    result->elapsed_ns = open_mall(run, creatures, n);
    result->messages = 4 * n;
    bench_extra(result, "meetings_per_s", (double)n * 1e9 / (double)result->elapsed_ns);
}
