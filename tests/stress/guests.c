// SPDX-License-Identifier: MIT
// Four threads that are no actors send, call, spawn, look in and kill; the counts are exact, also
// when the system is stopped under them.
#include "stress.h"

#include <pthread.h>

#define TR_MODULE guests
TR_MESSAGE(num, {
    uint32_t from;
    uint32_t seq;
});
TR_MESSAGE(ask, { uint32_t n; });
TR_MESSAGE(answer, { uint32_t n; });
TR_REQUEST(ask, answer);
TR_MESSAGE0(total_wanted);
TR_MESSAGE(total, { uint64_t count; });
TR_REQUEST(total_wanted, total);

const char *const trt_name = "guests";
const bool trt_own_systems = true;

enum { GUESTS = 4, STEPS = 400, STOP_MS = 20000 };

struct guest {
    tr_system *sys;
    tr_pid server;
    uint32_t number;
    uint32_t steps;
    uint64_t seed;
    uint64_t sent;    // accepted numbers
    uint64_t spawned; // accepted spawns
    bool until_stopped;
};

struct server {
    uint32_t next[GUESTS];
    uint64_t count;
};

static tr_next serve(tr_self *self, void *state, const tr_msg *msg)
{
    struct server *own = state;
    const struct guests_num *num = guests_num_of(msg);
    if (num != NULL) {
        TRT_SAME(num->seq, own->next[num->from]++); // G1 for guests
        own->count++;
    } else if (guests_ask_of(msg) != NULL) {
        guests_ask_reply(self, tr_msg_from(msg), &(struct guests_answer){ guests_ask_of(msg)->n });
    } else {
        guests_total_wanted_reply(self, tr_msg_from(msg), &(struct guests_total){ own->count });
    }
    return TR_CONTINUE;
}

static const tr_actor_spec server_spec = { .label = "server",
                                           .on_message = serve,
                                           .state_bytes = sizeof(struct server) };

TRT_ACTOR(short_lived)
{
    tr_yield(self);
    return TR_NORMAL;
}

TRT_ACTOR(long_lived)
{
    (void)trt_receive(self, NULL, TR_INFINITY);
    return TR_NORMAL;
}

static bool count_actor(const tr_actor_info *info, void *context)
{
    TRT_REQUIRE(info->pid.slot != 0);
    ++*(unsigned *)context;
    return true;
}

static tr_err look_in(struct guest *guest)
{
    tr_actor_info info = TR_ACTOR_INFO_INIT;
    tr_totals totals;
    unsigned count = 0;
    tr_err err = tr_debug_each(guest->sys, count_actor, &count);
    if (err == TR_OK) {
        err = tr_debug_info(guest->sys, guest->server, &info);
        (void)tr_debug_totals(guest->sys, &totals);
    }
    return err;
}

static tr_err spawn_and_kill(struct guest *guest, bool kill)
{
    tr_pid pid = tr_no_pid();
    tr_err err = tr_system_spawn(guest->sys, kill ? &long_lived : &short_lived, NULL, &pid);
    if (err == TR_OK) {
        guest->spawned++;
        err = kill ? tr_system_exit_send(guest->sys, pid, TR_KILL) : TR_OK;
        (void)tr_is_alive(guest->sys, pid);
    }
    return err;
}

static tr_err one_step(struct guest *guest)
{
    tr_err err;
    switch (trt_below(&guest->seed, 8)) {
    case 0: {
        struct guests_answer answer = { 0 };
        uint32_t n = trt_below(&guest->seed, 1000);
        err = guests_ask_system_call(guest->sys, guest->server, &(struct guests_ask){ n }, STOP_MS,
                                     &answer);
        TRT_REQUIRE(err != TR_OK || answer.n == n);
        return err;
    }
    case 1:
        return spawn_and_kill(guest, false);
    case 2:
        return spawn_and_kill(guest, true);
    case 3:
        return look_in(guest);
    default:
        err = guests_num_system_send(guest->sys, guest->server,
                                     &(struct guests_num){ guest->number, (uint32_t)guest->sent });
        guest->sent += err == TR_OK;
        return err;
    }
}

static void *guest_main(void *arg)
{
    struct guest *guest = arg;
    for (uint32_t i = 0; i < guest->steps || guest->until_stopped; i++) {
        tr_err err = one_step(guest);
        if (guest->until_stopped && err != TR_OK) {
            TRT_REQUIRE(err == TR_ESTOPPED || err == TR_EEXITED || err == TR_ENOPROC);
            if (err == TR_ESTOPPED) {
                break;
            }
        } else {
            TRT_SAME(err, TR_OK);
        }
    }
    return NULL;
}

static void check_counts(tr_system *sys, tr_pid server, const struct guest *guests)
{
    uint64_t sent = 0;
    for (int i = 0; i < GUESTS; i++) {
        sent += guests[i].sent;
    }
    struct guests_total total = { 0 };
    TRT_SAME(guests_total_wanted_system_call(sys, server, &(struct guests_total_wanted){ 0 },
                                             STOP_MS, &total),
             TR_OK);
    TRT_SAME(total.count, sent);
}

void trt_round(struct trt_stress *stress)
{
    struct guest guests[GUESTS];
    pthread_t threads[GUESTS];
    bool until_stopped = stress->round % 2 == 1;
    TRT_SAME(tr_system_start(&(tr_system_opts){ .workers = stress->workers }, &stress->sys), TR_OK);
    tr_pid server = trt_start(stress, &server_spec, 0);
    for (uint32_t i = 0; i < GUESTS; i++) {
        guests[i] = (struct guest){ .sys = stress->sys,
                                    .server = server,
                                    .number = i,
                                    .steps = STEPS / trt_divisor(),
                                    .seed = stress->seed + i,
                                    .until_stopped = until_stopped };
        TRT_SAME(pthread_create(&threads[i], NULL, guest_main, &guests[i]), 0);
    }
    if (until_stopped) {
        struct guests_answer answer;
        TRT_SAME(guests_ask_system_call(stress->sys, server, &(struct guests_ask){ 0 }, STOP_MS,
                                        &answer),
                 TR_OK);
        TRT_SAME(tr_system_stop(stress->sys, STOP_MS, NULL), TR_OK);
    }
    for (int i = 0; i < GUESTS; i++) {
        TRT_SAME(pthread_join(threads[i], NULL), 0);
    }
    if (!until_stopped) {
        check_counts(stress->sys, server, guests);
        TRT_SAME(tr_system_stop(stress->sys, STOP_MS, NULL), TR_OK);
    }
    trt_check_stopped(stress->sys);
    TRT_SAME(tr_system_free(stress->sys), TR_OK);
    stress->sys = NULL;
}
