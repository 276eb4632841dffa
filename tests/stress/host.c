// SPDX-License-Identifier: MIT
// A host's own loop with poll: other threads send and call, timers tick, and the process has no
// thread of the runtime.
#include "sanitized.h"
#include "stress.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#define TR_MODULE host
TR_MESSAGE(ask, { uint32_t n; });
TR_MESSAGE(answer, { uint32_t n; });
TR_REQUEST(ask, answer);
TR_MESSAGE0(word);
TR_MESSAGE0(tick);

const char *const trt_name = "host";
const bool trt_own_systems = true;

enum { GUESTS = 3, STEPS = 400, STOP_MS = 20000 };

static struct {
    tr_system *sys;
    tr_pid server;
    pthread_t host;
    atomic_uint left;  // guests that have not ended
    atomic_uint words; // seen by the server
    unsigned ticks;
    uint64_t missed;
} w;

static tr_next serve(tr_self *self, void *state, const tr_msg *msg)
{
    (void)state;
    TRT_REQUIRE(pthread_equal(pthread_self(), w.host));
    if (host_ask_of(msg) != NULL) {
        host_ask_reply(self, tr_msg_from(msg), &(struct host_answer){ host_ask_of(msg)->n + 1 });
    } else if (tr_msg_is(msg, &host_word_type)) {
        atomic_fetch_add(&w.words, 1);
    }
    return TR_CONTINUE;
}

static const tr_actor_spec server = { .label = "server", .on_message = serve };

// G7 for an interval on a real clock: none early, and none lost without being counted.
TRT_ACTOR(ticker)
{
    tr_timer timer;
    uint64_t start_ns = tr_now_ns();
    TRT_SAME(tr_send_every(self, 2, 2, tr_self_pid(self), &host_tick_type, NULL, &timer), TR_OK);
    for (;;) {
        (void)trt_receive(self, NULL, TR_INFINITY);
        uint64_t now_ns = tr_now_ns();
        TRT_SAME(tr_timer_missed(self, timer, &w.missed), TR_OK);
        w.ticks++;
        uint64_t due = (now_ns - start_ns) / 2000000;
        TRT_REQUIRE(w.ticks + w.missed <= due);
        // By the schedule; lateness that adds up would fall behind it more and more.
        TRT_REQUIRE(w.ticks + w.missed + 25 >= due);
    }
    return TR_NORMAL;
}

static void *guest_main(void *arg)
{
    uint64_t seed = (uint64_t)(uintptr_t)arg;
    for (uint32_t i = 0; i < STEPS / trt_divisor() + 1; i++) {
        struct host_answer answer = { 0 };
        if (trt_below(&seed, 4) == 0) {
            TRT_SAME(
                host_ask_system_call(w.sys, w.server, &(struct host_ask){ i }, STOP_MS, &answer),
                TR_OK);
            TRT_SAME(answer.n, i + 1);
        } else {
            TRT_SAME(host_word_system_send(w.sys, w.server, &(struct host_word){ 0 }), TR_OK);
        }
    }
    atomic_fetch_sub(&w.left, 1);
    TRT_SAME(host_word_system_send(w.sys, w.server, &(struct host_word){ 0 }), TR_OK);
    return NULL;
}

static unsigned thread_count(void)
{
    unsigned count = 0;
    DIR *tasks = opendir("/proc/self/task");
    TRT_REQUIRE(tasks != NULL);
    for (struct dirent *task = readdir(tasks); task != NULL; task = readdir(tasks)) {
        count += task->d_name[0] != '.';
    }
    (void)closedir(tasks);
    return count;
}

// A thread that was joined stands in the list a little longer.
static unsigned settled_count(unsigned wanted)
{
    uint64_t until_ns = tr_now_ns() + (uint64_t)STOP_MS * 1000000u;
    while (thread_count() != wanted && tr_now_ns() < until_ns) {
        sched_yield();
    }
    return thread_count();
}

static void *nothing(void *arg)
{
    return arg;
}

// The number of threads that the process has by itself: a sanitizer adds one of its own with the
// program's first thread.
static unsigned own_threads(void)
{
    pthread_t thread;
    TRT_SAME(pthread_create(&thread, NULL, nothing, NULL), 0);
    TRT_SAME(pthread_join(thread, NULL), 0);
    return settled_count(TRT_TSAN ? 2 : 1);
}

// One turn of the loop.
static void turn(void)
{
    int64_t wait_ms = 0;
    tr_err err = tr_system_step(w.sys, 1000000, NULL);
    TRT_SAME(err, TR_OK);
    TRT_SAME(tr_system_next_deadline(w.sys, &wait_ms), TR_OK);
    struct pollfd loop = { .fd = tr_system_fd(w.sys), .events = POLLIN };
    (void)poll(&loop, 1, wait_ms > 1000 ? 1000 : (int)wait_ms);
}

static bool readable(void)
{
    struct pollfd loop = { .fd = tr_system_fd(w.sys), .events = POLLIN };
    return poll(&loop, 1, 0) == 1;
}

// The descriptor says whether there is something to do, whoever made it.
static void check_descriptor(void)
{
    bool more = false;
    TRT_REQUIRE(readable()); // two actors were spawned
    TRT_SAME(tr_system_step(w.sys, 0, &more), TR_OK);
    TRT_REQUIRE(more && readable());
    while (more) {
        TRT_SAME(tr_system_step(w.sys, TR_INFINITY, &more), TR_OK);
    }
    TRT_REQUIRE(!readable());
    TRT_SAME(host_word_system_send(w.sys, w.server, &(struct host_word){ 0 }), TR_OK);
    TRT_REQUIRE(readable());
    TRT_REQUIRE((fcntl(tr_system_fd(w.sys), F_GETFD) & FD_CLOEXEC) != 0);
    TRT_REQUIRE((fcntl(tr_system_fd(w.sys), F_GETFL) & O_NONBLOCK) != 0);
}

void trt_round(struct trt_stress *stress)
{
    pthread_t threads[GUESTS];
    unsigned before = own_threads();
    w.words = 0;
    w.ticks = 0;
    w.host = pthread_self();
    atomic_store(&w.left, GUESTS);
    TRT_SAME(tr_system_start(&(tr_system_opts){ .host = true }, &w.sys), TR_OK);
    TRT_SAME(thread_count(), before);
    w.server = trt_start_with(w.sys, &server, NULL);
    trt_start_with(w.sys, &ticker, NULL);
    check_descriptor();
    uint64_t start_ns = tr_now_ns();
    for (uint32_t i = 0; i < GUESTS; i++) {
        void *seed = (void *)(uintptr_t)(stress->seed + i);
        TRT_SAME(pthread_create(&threads[i], NULL, guest_main, seed), 0);
    }
    while (atomic_load(&w.left) > 0 || tr_now_ns() - start_ns < 30000000) {
        turn();
    }
    for (int i = 0; i < GUESTS; i++) {
        TRT_SAME(pthread_join(threads[i], NULL), 0);
    }
    turn();
    TRT_REQUIRE(w.ticks > 0);
    TRT_SAME(tr_system_stop(w.sys, STOP_MS, NULL), TR_OK);
    TRT_REQUIRE(atomic_load(&w.words) >= GUESTS - 1);
    trt_check_stopped(w.sys);
    TRT_SAME(tr_system_free(w.sys), TR_OK);
    TRT_SAME(settled_count(before), before);
}
