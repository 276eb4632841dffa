// SPDX-License-Identifier: MIT
// G10: whole systems start and stop, in the middle of work, two at a time; threads and file
// descriptors are back to what they were.
#include "stress.h"

#include <dirent.h>
#include <sched.h>

#define TR_MODULE cycles
TR_MESSAGE(ask, { uint32_t n; });
TR_MESSAGE(answer, { uint32_t n; });
TR_REQUEST(ask, answer);

const char *const trt_name = "cycles";
const bool trt_own_systems = true;

enum { CYCLES = 50, STOP_MS = 20000 };
#define BURIAL_NS UINT64_C(10000000000)

static unsigned entries(const char *path)
{
    unsigned count = 0;
    DIR *folder = opendir(path);
    TRT_REQUIRE(folder != NULL);
    while (readdir(folder) != NULL) {
        count++;
    }
    closedir(folder);
    return count;
}

TRT_ACTOR(server)
{
    for (;;) {
        const tr_msg *msg = trt_receive(self, NULL, TR_INFINITY);
        if (tr_msg_get_kind(msg) == TR_MSG_CALL) {
            cycles_ask_reply(self, tr_msg_from(msg),
                             &(struct cycles_answer){ cycles_ask_of(msg)->n });
        }
    }
    return TR_NORMAL;
}

TRT_ACTOR(client)
{
    const tr_pid *to = arg;
    for (uint32_t n = 0;; n++) {
        struct cycles_answer answer = { 0 };
        tr_err err = cycles_ask_call(self, *to, &(struct cycles_ask){ n }, 5000, &answer);
        if (err != TR_OK) {
            return TR_NORMAL; // the server was stopped first
        }
        TRT_SAME(answer.n, n);
    }
    return TR_NORMAL;
}

TRT_ACTOR(sleeper)
{
    (void)trt_receive(self, NULL, 100000);
    return TR_NORMAL;
}

static void start_load(tr_system *sys, uint32_t load)
{
    tr_pid to = trt_start_with(sys, &server, &(tr_spawn_opts){ .name = "server" });
    for (uint32_t i = 0; i < load; i++) {
        trt_start_with(sys, &client, &(tr_spawn_opts){ TRT_ARG(&to) });
        trt_start_with(sys, &sleeper, NULL);
    }
    struct cycles_answer answer = { 0 };
    TRT_SAME(cycles_ask_system_call(sys, to, &(struct cycles_ask){ 7 }, STOP_MS, &answer), TR_OK);
    TRT_SAME(answer.n, 7);
}

static void stop(tr_system *sys)
{
    tr_stop_report report = { 0 };
    TRT_SAME(tr_system_stop(sys, STOP_MS, &report), TR_OK);
    TRT_SAME(report.refuser_count, 0);
    trt_check_stopped(sys);
    TRT_SAME(tr_system_stop(sys, STOP_MS, NULL), TR_OK);
    TRT_SAME(tr_system_free(sys), TR_OK);
}

static void cycle(uint32_t workers, uint64_t *chance)
{
    tr_system *sys[2] = { NULL, NULL };
    unsigned count = 1 + trt_below(chance, 2);
    for (unsigned i = 0; i < count; i++) {
        TRT_SAME(tr_system_start(&(tr_system_opts){ .workers = workers }, &sys[i]), TR_OK);
    }
    for (unsigned i = 0; i < count; i++) {
        uint32_t load = trt_below(chance, 4);
        if (load != 0) {
            start_load(sys[i], load);
        }
    }
    for (unsigned i = 0; i < count; i++) {
        stop(sys[i]);
    }
}

// A thread that was joined is still listed until the kernel has buried it.
static void require_no_more_threads(unsigned before)
{
    uint64_t end_ns = tr_now_ns() + BURIAL_NS;
    while (entries("/proc/self/task") > before && tr_now_ns() < end_ns) {
        sched_yield();
    }
    TRT_REQUIRE(entries("/proc/self/task") <= before);
}

void trt_round(struct trt_stress *stress)
{
    uint64_t chance = stress->seed;
    cycle(stress->workers, &chance); // a sanitizer's own thread begins with the first of ours
    unsigned threads = entries("/proc/self/task");
    unsigned files = entries("/proc/self/fd");
    for (unsigned i = 0; i < CYCLES / trt_divisor(); i++) {
        cycle(stress->workers, &chance);
    }
    require_no_more_threads(threads);
    TRT_SAME(entries("/proc/self/fd"), files);
}
