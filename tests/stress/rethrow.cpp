// SPDX-License-Identifier: MIT
// C++ exceptions and errno belong to the actor: many actors suspend inside catch blocks, nested
// ones too, resume on other threads and rethrow. What comes is what each of them threw.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <pthread.h>
#include <troupe.h>

namespace {

constexpr int actors = 300;
constexpr int rounds = 40;

std::atomic<int> wrong{ 0 };
std::atomic<int> migrated{ 0 };

struct outer {
    int who;
    int round;
};

struct inner {
    int who;
};

// The compiler must ask anew which thread this is.
__attribute__((noinline)) pthread_t thread_here()
{
    pthread_t here = pthread_self();
    __asm__ volatile("" : "+r"(here) : : "memory");
    return here;
}

void require(bool holds)
{
    wrong += !holds;
}

// Lets others run, in one of three ways; errno must be what it was.
void suspend(tr_self *self, int value, int way)
{
    const tr_msg *msg = nullptr;
    pthread_t before = thread_here();
    errno = value;
    if (way % 8 == 0) {
        require(tr_receive(self, nullptr, 1, &msg) == TR_ETIMEDOUT);
    } else if (way % 64 == 3) {
        tr_blocking_begin(self); // the processor goes to another thread
        tr_blocking_end(self);
    } else {
        tr_yield(self);
    }
    require(errno == value);
    migrated += !pthread_equal(before, thread_here());
}

// An exception inside the handling of another one.
void nested(tr_self *self, int who, int round)
{
    try {
        throw inner{ who };
    } catch (const inner &) {
        suspend(self, who + 1, round + who);
        try {
            throw;
        } catch (const inner &again) {
            suspend(self, who + 2, round + 1 + who);
            require(again.who == who);
        }
    }
}

void play(tr_self *self, int who, int round)
{
    try {
        try {
            throw outer{ who, round };
        } catch (...) {
            suspend(self, who, round + 2 + who);
            nested(self, who, round);
            require(std::uncaught_exceptions() == 0);
            suspend(self, who + 3, round + 3 + who);
            throw;
        }
    } catch (const outer &mine) {
        require(mine.who == who && mine.round == round);
        return;
    } catch (...) {
        require(false); // another actor's
    }
    require(false);
}

tr_exit run(tr_self *self, const void *arg)
{
    const int who = *static_cast<const int *>(arg);
    for (int round = 0; round < rounds; round++) {
        play(self, who, round);
    }
    return TR_NORMAL;
}

void wait_for_ends(tr_system *sys)
{
    tr_totals totals;
    do {
        require(tr_debug_totals(sys, &totals) == TR_OK);
    } while (totals.exited < totals.spawned);
}

void with_workers(uint32_t workers)
{
    tr_system_opts opts = {};
    tr_actor_spec spec = {};
    tr_system *sys = nullptr;
    opts.workers = workers;
    spec.label = "rethrows";
    spec.run = run;
    if (tr_system_start(&opts, &sys) != TR_OK) {
        std::abort();
    }
    for (int i = 0; i < actors; i++) {
        tr_spawn_opts how = {};
        tr_pid pid;
        how.args = &i;
        how.args_bytes = sizeof i;
        require(tr_system_spawn(sys, &spec, &how, &pid) == TR_OK);
    }
    wait_for_ends(sys);
    require(tr_system_stop(sys, 10000, nullptr) == TR_OK && tr_system_free(sys) == TR_OK);
}

} // namespace

int main()
{
    const char *only = std::getenv("TRT_WORKERS");
    uint32_t first = only == nullptr ? 2 : uint32_t(std::atoi(only));
    uint32_t last = only == nullptr ? 4 : first;
    for (uint32_t workers = first; workers <= last; workers++) {
        with_workers(workers);
    }
    require(migrated > 0 || last == 1);
    std::printf("rethrow: %d resumptions on another thread\n", migrated.load());
    std::printf("%d passed, %d failed, 0 skipped\n", wrong == 0, wrong != 0);
    return wrong == 0 ? 0 : 1;
}
