// SPDX-License-Identifier: MIT
// inspect: pairs play ping-pong while many actors idle; every other slice of time somebody asks
// once for the ten deepest mailboxes. Slices with and without stand next to each other, so that
// what the machine does besides falls on both.
#include "bench.h"

#include <stdlib.h>

#define TR_MODULE inspect
TR_MESSAGE0(ball);
TR_MESSAGE(serve, { tr_pid to; });
TR_MESSAGE0(never);

enum { TOP = 10, DEEP = 100, LINE_LONGS = 8 };

struct player {
    atomic_long *passes; // a cache line of its own
};

static tr_next play(tr_self *self, void *state, const tr_msg *msg)
{
    struct player *me = state;
    const struct inspect_serve *first = inspect_serve_of(msg);
    tr_pid to = first != NULL ? first->to : tr_msg_sender(msg);
    long passes = atomic_load_explicit(me->passes, memory_order_relaxed);
    atomic_store_explicit(me->passes, passes + 1, memory_order_relaxed);
    (void)inspect_ball_send(self, to, &(struct inspect_ball){ 0 });
    return TR_CONTINUE;
}

static tr_next begin_player(tr_self *self, void *state, const void *args)
{
    (void)self;
    *(struct player *)state = *(const struct player *)args;
    return TR_CONTINUE;
}

static tr_next idle(tr_self *self, void *state, const tr_msg *msg)
{
    (void)self;
    (void)state;
    (void)msg;
    return TR_CONTINUE;
}

static tr_exit run_deep(tr_self *self, const void *arg)
{
    const tr_msg *msg;
    (void)arg;
    return tr_receive(self, &(tr_match){ TR_TYPES(&inspect_never_type) }, TR_INFINITY, &msg) ==
                   TR_OK
               ? TR_NORMAL
               : TR_ERROR("receive");
}

static const tr_actor_spec player = { .label = "player",
                                      .state_bytes = sizeof(struct player),
                                      .init = begin_player,
                                      .on_message = play };
static const tr_actor_spec idler = { .label = "idler", .on_message = idle };
static const tr_actor_spec deep = { .label = "deep", .run = run_deep };

static long sum(const atomic_long *passes, long players)
{
    long total = 0;
    for (long i = 0; i < players; i++) {
        total += atomic_load_explicit(&passes[i * LINE_LONGS], memory_order_relaxed);
    }
    return total;
}

static void look(const struct bench_run *run, int64_t *took_ns)
{
    static tr_actor_info infos[TOP];
    size_t count = 0;
    infos[0] = (tr_actor_info)TR_ACTOR_INFO_INIT;
    int64_t begun = bench_now_ns();
    bench_must(tr_debug_top(run->sys, TR_TOP_DEPTH, infos, TOP, &count), "inspect: top");
    *took_ns = bench_now_ns() - begun;
    bench_check(count == TOP && infos[0].mailbox_depth == DEEP, "inspect: the deepest is first");
}

// Messages a second with the look (every odd slice) and without.
static void play_slices(const struct bench_run *run, const atomic_long *passes,
                        struct bench_result *result)
{
    long slices = bench_value(run, "slices");
    long ms = bench_value(run, "ms");
    long players = 2 * bench_value(run, "pairs");
    int64_t *took_ns = bench_alloc(slices, sizeof *took_ns);
    double rate[2] = { 0, 0 };
    for (long i = 0; i < 2 * slices; i++) {
        long before = sum(passes, players);
        int64_t begun = bench_now_ns();
        bool with = (i + i / 2) % 2 != 0; // off on, on off, …: a drift falls on both
        if (with) {
            look(run, &took_ns[i / 2]);
        }
        bench_sleep_ms(ms);
        int64_t elapsed = bench_now_ns() - begun;
        long played = sum(passes, players) - before;
        rate[with] += (double)played / (double)elapsed * 1e9 / (double)slices;
        result->messages += played;
        result->elapsed_ns += elapsed;
    }
    bench_extra(result, "without_per_s", rate[0]);
    bench_extra(result, "with_per_s", rate[1]);
    bench_extra(result, "lost_percent", 100 * (1 - rate[1] / rate[0]));
    bench_latencies(result, took_ns, (size_t)slices); // sorts them
    bench_extra(result, "best_ns", (double)took_ns[0]);
    free(took_ns);
}

void bench_inspect(const struct bench_run *run, struct bench_result *result)
{
    long pairs = bench_value(run, "pairs");
    atomic_long *passes = bench_alloc(2 * pairs * LINE_LONGS, sizeof *passes);
    for (long i = 0; i < bench_value(run, "n"); i++) {
        bench_spawn(run->sys, &idler, NULL, 0);
    }
    for (int i = 1; i <= DEEP; i++) {
        tr_pid pid = bench_spawn(run->sys, &deep, NULL, 0);
        for (int j = 0; j < i; j++) {
            bench_must(tr_system_send(run->sys, pid, &inspect_ball_type, NULL), "inspect: fill");
        }
    }
    for (long i = 0; i < pairs; i++) {
        tr_pid ends[2];
        for (long j = 0; j < 2; j++) {
            struct player args = { &passes[(2 * i + j) * LINE_LONGS] };
            ends[j] = bench_spawn(run->sys, &player, &args, sizeof args);
        }
        bench_must(inspect_serve_system_send(run->sys, ends[0], &(struct inspect_serve){ ends[1] }),
                   "inspect: serve");
    }
    bench_sleep_ms(bench_value(run, "ms")); // warm up
    play_slices(run, passes, result);
    bench_must(tr_system_stop(run->sys, 60000, NULL), "inspect: stop");
    free(passes);
}
