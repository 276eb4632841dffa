// SPDX-License-Identifier: MIT
// Systems are started, used, stopped and freed again and again, two at a time: each stops by
// itself while the other goes on, and threads, file descriptors and memory of the process stay
// what they were. A round is two systems; `workers=2 seconds=60` plays more than 10,000.
#include "stress.h"

#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "sanitized.h"

#define TR_MODULE again
TR_MESSAGE(ask, { uint32_t n; });
TR_MESSAGE(answer, { uint32_t n; });
TR_REQUEST(ask, answer);

const char *const trt_name = "again";
const bool trt_own_systems = true;

enum {
    WARM_ROUNDS = 40, // after which pools and the allocator hold what they will hold
    LOOK_ROUNDS = 20,
    PEERS = 4,
    STOP_MS = 20000,
    SLACK_KIB = 4096
};

static unsigned entries(const char *folder)
{
    unsigned count = 0;
    DIR *dir = opendir(folder);
    TRT_REQUIRE(dir != NULL);
    while (readdir(dir) != NULL) {
        count++;
    }
    closedir(dir);
    return count;
}

static long resident_kib(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    TRT_REQUIRE(file != NULL && fscanf(file, "%*s %ld", &pages) == 1);
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static tr_next serve(tr_self *self, void *state, const tr_msg *msg)
{
    (void)state;
    if (again_ask_of(msg) != NULL) {
        again_ask_reply(self, tr_msg_from(msg), &(struct again_answer){ again_ask_of(msg)->n });
    }
    return TR_CONTINUE;
}

static const tr_actor_spec server = { .label = "server", .on_message = serve };

// Leaves something of every kind behind when it is stopped.
TRT_ACTOR(user)
{
    const tr_pid *peer = arg;
    tr_ref ref;
    struct again_answer answer;
    TRT_SAME(tr_monitor(self, *peer, &ref), TR_OK);
    TRT_SAME(tr_register(self, "user", tr_self_pid(self)), TR_OK);
    TRT_SAME(again_ask_call(self, *peer, &(struct again_ask){ 7 }, TR_INFINITY, &answer), TR_OK);
    TRT_SAME(answer.n, 7);
    TRT_SAME(tr_send_after(self, 3600000, *peer, &again_ask_type, &answer, NULL), TR_OK);
    (void)trt_receive(self, NULL, TR_INFINITY);
    return TR_NORMAL;
}

struct pair {
    tr_system *sys;
    tr_pid server;
};

static void begin(struct pair *pair, uint32_t workers)
{
    TRT_SAME(tr_system_start(&(tr_system_opts){ .workers = workers }, &pair->sys), TR_OK);
    pair->server = trt_start_with(pair->sys, &server, NULL);
    trt_start_with(pair->sys, &user, &(tr_spawn_opts){ TRT_ARG(&pair->server) });
    for (int i = 0; i < PEERS; i++) {
        trt_start_with(pair->sys, &server, NULL);
    }
}

static void check_serves(const struct pair *pair, uint32_t n)
{
    struct again_answer answer = { 0 };
    TRT_SAME(
        again_ask_system_call(pair->sys, pair->server, &(struct again_ask){ n }, STOP_MS, &answer),
        TR_OK);
    TRT_SAME(answer.n, n);
}

static void end(struct pair *pair)
{
    TRT_SAME(tr_system_stop(pair->sys, STOP_MS, NULL), TR_OK);
    trt_check_stopped(pair->sys);
    TRT_SAME(tr_system_free(pair->sys), TR_OK);
}

static struct {
    unsigned threads;
    unsigned files;
    long kib;
} warm;

static void look(uint32_t round)
{
    if (round == WARM_ROUNDS) {
        warm.threads = entries("/proc/self/task");
        warm.files = entries("/proc/self/fd");
        warm.kib = resident_kib();
    } else if (round > WARM_ROUNDS && round % LOOK_ROUNDS == 0) {
        while (entries("/proc/self/task") != warm.threads) {
            sched_yield(); // a joined thread is listed for a moment longer
        }
        TRT_SAME(entries("/proc/self/fd"), warm.files);
        TRT_REQUIRE(TRT_SANITIZED || resident_kib() <= warm.kib + SLACK_KIB);
    }
}

void trt_round(struct trt_stress *stress)
{
    struct pair one;
    struct pair two;
    begin(&one, stress->workers);
    begin(&two, stress->workers);
    check_serves(&one, stress->round);
    end(&one);
    check_serves(&two, stress->round); // the end of the other is none of its business
    end(&two);
    look(stress->round);
}
