// SPDX-License-Identifier: MIT
// A system is stopped while threads that are no actors call, spawn and send as fast as they can:
// each of their calls returns, and nothing they sent or spawned is left over.
#include "stress.h"

#include <pthread.h>
#include <stdatomic.h>

#define TR_MODULE halt
TR_MESSAGE(ask, { uint32_t n; });
TR_MESSAGE(answer, { uint32_t n; });
TR_REQUEST(ask, answer);
TR_MESSAGE0(word);

const char *const trt_name = "halt";
const bool trt_own_systems = true;

enum { GUESTS = 3, STOP_MS = 20000 };

struct guest {
    tr_system *sys;
    tr_pid server;
    atomic_uint *begun;
    uint64_t seed;
};

static tr_next serve(tr_self *self, void *state, const tr_msg *msg)
{
    (void)state;
    if (halt_ask_of(msg) != NULL) {
        halt_ask_reply(self, tr_msg_from(msg), &(struct halt_answer){ halt_ask_of(msg)->n });
    }
    return TR_CONTINUE;
}

static const tr_actor_spec server = { .label = "server", .on_message = serve };

TRT_ACTOR(waits)
{
    (void)trt_receive(self, NULL, TR_INFINITY);
    return TR_NORMAL;
}

static tr_next ready(tr_self *self, void *state, const void *args)
{
    (void)self;
    (void)state;
    (void)args;
    return TR_CONTINUE;
}

static const tr_actor_spec starts = { .label = "starts", .init = ready, .on_message = serve };

static tr_err one_step(struct guest *guest)
{
    struct halt_answer answer;
    tr_pid pid;
    switch (trt_below(&guest->seed, 4)) {
    case 0:
        return halt_ask_system_call(guest->sys, guest->server, &(struct halt_ask){ 1 }, STOP_MS,
                                    &answer);
    case 1:
        return tr_system_spawn(guest->sys, &waits, NULL, &pid);
    case 2:
        return tr_system_spawn(guest->sys, &starts, &(tr_spawn_opts){ .wait_init = true }, &pid);
    default:
        return halt_word_system_send(guest->sys, guest->server, &(struct halt_word){ 0 });
    }
}

static void *guest_main(void *arg)
{
    struct guest *guest = arg;
    tr_err err;
    atomic_fetch_add(guest->begun, 1);
    do {
        err = one_step(guest);
        TRT_REQUIRE(err == TR_OK || err == TR_ESTOPPED || err == TR_EEXITED || err == TR_ENOPROC);
    } while (err != TR_ESTOPPED);
    return NULL;
}

void trt_round(struct trt_stress *stress)
{
    struct guest guests[GUESTS];
    pthread_t threads[GUESTS];
    atomic_uint begun = 0;
    tr_system *sys = NULL;
    TRT_SAME(tr_system_start(&(tr_system_opts){ .workers = stress->workers }, &sys), TR_OK);
    tr_pid pid = trt_start_with(sys, &server, NULL);
    for (uint32_t i = 0; i < GUESTS; i++) {
        guests[i] = (struct guest){
            .sys = sys, .server = pid, .begun = &begun, .seed = stress->seed + i
        };
        TRT_SAME(pthread_create(&threads[i], NULL, guest_main, &guests[i]), 0);
    }
    while (atomic_load(&begun) < 1 + stress->round % GUESTS) {
        struct halt_answer answer;
        TRT_SAME(halt_ask_system_call(sys, pid, &(struct halt_ask){ 2 }, STOP_MS, &answer), TR_OK);
    }
    TRT_SAME(tr_system_stop(sys, STOP_MS, NULL), TR_OK);
    for (int i = 0; i < GUESTS; i++) {
        TRT_SAME(pthread_join(threads[i], NULL), 0);
    }
    trt_check_stopped(sys);
    TRT_SAME(tr_system_free(sys), TR_OK);
}
