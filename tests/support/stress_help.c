// SPDX-License-Identifier: MIT
// What stress programs share: requirements, chance, spawning, the referee, a dump of a system.
#include "stress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define TR_MODULE stress
TR_MESSAGE(done, { uint64_t number; });
TR_MESSAGE0(verdict_wanted);
TR_MESSAGE(verdict, { uint64_t sum; });
TR_REQUEST(verdict_wanted, verdict);

enum { PATIENCE_MS = 60000 };

void trt_give_up(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: %s: not so: %s\n", file, line, trt_name, what);
    printf("0 passed, 1 failed, 0 skipped\n");
    fflush(NULL);
    abort();
}

void trt_same_at(const char *file, int line, const char *what, long long actual, long long expected)
{
    if (actual != expected) {
        char text[200];
        snprintf(text, sizeof text, "%s is %lld, not %lld", what, actual, expected);
        trt_give_up(file, line, text);
    }
}

uint64_t trt_random(uint64_t *state)
{
    uint64_t mixed = (*state += 0x9e3779b97f4a7c15u);
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    return mixed ^ (mixed >> 31);
}

uint32_t trt_below(uint64_t *state, uint32_t below)
{
    return (uint32_t)(((trt_random(state) >> 32) * below) >> 32);
}

tr_pid trt_start_with(tr_system *sys, const tr_actor_spec *spec, const tr_spawn_opts *opts)
{
    tr_pid pid = tr_no_pid();
    TRT_SAME(tr_system_spawn(sys, spec, opts, &pid), TR_OK);
    return pid;
}

tr_pid trt_child_with(tr_self *self, const tr_actor_spec *spec, const tr_spawn_opts *opts)
{
    tr_pid pid = tr_no_pid();
    TRT_SAME(tr_spawn(self, spec, opts, &pid), TR_OK);
    return pid;
}

const tr_msg *trt_receive(tr_self *self, const tr_match *match, int64_t timeout_ms)
{
    const tr_msg *msg = NULL;
    tr_err err = tr_receive(self, match, timeout_ms, &msg);
    TRT_REQUIRE(err == TR_OK || err == TR_ETIMEDOUT);
    return err == TR_OK ? msg : NULL;
}

TRT_ACTOR(referee)
{
    const uint64_t *expected = arg;
    uint64_t sum = 0;
    for (uint64_t count = 0; count < *expected; count++) {
        const tr_msg *msg =
            trt_receive(self, &(tr_match){ TR_TYPES(&stress_done_type) }, TR_INFINITY);
        sum += stress_done_of(msg)->number;
    }
    const tr_msg *wanted =
        trt_receive(self, &(tr_match){ TR_TYPES(&stress_verdict_wanted_type) }, TR_INFINITY);
    stress_verdict_wanted_reply(self, tr_msg_from(wanted), &(struct stress_verdict){ sum });
    return TR_NORMAL;
}

tr_pid trt_referee(struct trt_stress *stress, uint64_t expected)
{
    return trt_start(stress, &referee, TRT_ARG(&expected));
}

void trt_done(tr_self *self, tr_pid judge, uint64_t number)
{
    TRT_SAME(tr_send(self, judge, stress_done, .number = number), TR_OK);
}

uint64_t trt_await(struct trt_stress *stress, tr_pid judge)
{
    struct stress_verdict verdict = { 0 };
    struct stress_verdict_wanted wanted = { 0 };
    tr_err err = stress_verdict_wanted_system_call(stress->sys, judge, &wanted,
                                                   PATIENCE_MS * (int64_t)trt_divisor(), &verdict);
    if (err != TR_OK) {
        fprintf(stderr, "%s: round %u is not done: %s\n", trt_name, stress->round,
                tr_err_name(err));
        trt_dump(stress->sys);
        trt_give_up(__FILE__, __LINE__, "the round ends");
    }
    return verdict.sum;
}

static bool print_actor(const tr_actor_info *info, void *context)
{
    (void)context;
    fprintf(stderr, "  actor %u.%u %s %s: %s, depth %zu, handled %" PRIu64 "\n", info->pid.slot,
            info->pid.generation, info->name, info->label, tr_state_name(info->state),
            info->mailbox_depth, info->handled_count);
    return true;
}

void trt_dump(tr_system *sys)
{
    tr_totals now = { 0 };
    (void)tr_debug_totals(sys, &now);
    fprintf(stderr,
            "  attempted %" PRIu64 " accepted %" PRIu64 " refused %" PRIu64 " received %" PRIu64
            " dropped %" PRIu64 " dead %" PRIu64 " waiting %" PRIu64 " spawned %" PRIu64
            " exited %" PRIu64 " steals %" PRIu64 " handoffs %" PRIu64 " parks %" PRIu64 "\n",
            now.attempted, now.accepted, now.refused, now.received, now.dropped, now.dead_lettered,
            now.waiting, now.spawned, now.exited, now.steals, now.handoffs, now.parks);
    (void)tr_debug_each(sys, print_actor, NULL);
}

void trt_check_stopped(tr_system *sys)
{
    tr_totals now = { 0 };
    TRT_SAME(tr_debug_totals(sys, &now), TR_OK);
    TRT_SAME(now.spawned, now.exited);
    TRT_SAME(now.waiting, 0);
    TRT_SAME(now.accepted + now.refused, now.attempted);
    TRT_SAME(now.received + now.dropped + now.dead_lettered, now.accepted);
}
