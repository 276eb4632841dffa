// SPDX-License-Identifier: MIT
// The real ports: clock, entropy, threads, parking, locks, memory, fence.
#include <criterion/criterion.h>
#include <linux/futex.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "platform/sanitizer.h"
#include "port/choice.h"
#include "port/clock.h"
#include "port/entropy.h"
#include "port/fence.h"
#include "port/lock.h"
#include "port/memory.h"
#include "port/park.h"
#include "port/point.h"
#include "port/thread.h"

Test(clock, never_runs_backwards)
{
    uint64_t last = tri_clock_ns();

    cr_assert_neq(last, 0);
    for (int i = 0; i < 100000; i++) {
        uint64_t now = tri_clock_ns();
        cr_assert_geq(now, last);
        last = now;
    }
}

Test(entropy, does_not_repeat)
{
    uint64_t first = tri_entropy();

    cr_assert_neq(first, tri_entropy());
    cr_assert_neq(first, tri_entropy());
}

struct seen {
    sigset_t blocked;
    char name[16];
    void *word_before;
    void *word_after;
};

static void look_around(void *seen)
{
    struct seen *s = seen;
    pthread_sigmask(SIG_SETMASK, NULL, &s->blocked);
    pthread_getname_np(pthread_self(), s->name, sizeof s->name);
    s->word_before = tri_os_thread_get();
    tri_os_thread_set(s);
    s->word_after = tri_os_thread_get();
}

Test(thread, museum_go_38033_starts_named_and_deaf_to_all_but_faults)
{
    struct tri_os_thread thread;
    struct seen seen;
    sigset_t mine;

    cr_assert_eq(tri_os_thread_start(&thread, look_around, &seen), 0);
    tri_os_thread_join(&thread);
    cr_assert_str_eq(seen.name, "troupe");
    cr_assert(sigismember(&seen.blocked, SIGTERM) && sigismember(&seen.blocked, SIGALRM));
    cr_assert_not(sigismember(&seen.blocked, SIGSEGV) || sigismember(&seen.blocked, SIGBUS));
    pthread_sigmask(SIG_SETMASK, NULL, &mine);
    cr_assert_not(sigismember(&mine, SIGTERM), "the starter's own mask is as it was");
}

Test(thread, each_has_a_word_of_its_own)
{
    struct tri_os_thread thread;
    struct seen seen;

    tri_os_thread_set(&thread);
    cr_assert_eq(tri_os_thread_start(&thread, look_around, &seen), 0);
    tri_os_thread_join(&thread);
    cr_assert_null(seen.word_before);
    cr_assert_eq(seen.word_after, &seen);
    cr_assert_eq(tri_os_thread_get(), &thread);
}

Test(thread, the_affinity_mask_counts_the_cpus)
{
    cpu_set_t one;

    cr_assert_geq(tri_cpu_count(), 1);
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    cr_assert_eq(sched_setaffinity(0, sizeof one, &one), 0);
    cr_assert_eq(tri_cpu_count(), 1);
}

Test(park, a_wake_before_the_wait_is_kept, .timeout = 10)
{
    struct tri_park park;

    tri_park_init(&park);
    tri_park_wake(&park);
    tri_park_wait(&park, 0);
}

Test(park, many_wakes_are_one_token, .timeout = 10)
{
    struct tri_park park;
    uint64_t deadline;

    tri_park_init(&park);
    tri_park_wake(&park);
    tri_park_wake(&park);
    tri_park_wait(&park, 0);
    deadline = tri_clock_ns() + 1000000;
    tri_park_wait(&park, deadline);
    cr_assert_geq(tri_clock_ns(), deadline, "the second wait had no token");
}

Test(park, returns_at_the_deadline_and_not_before, .timeout = 10)
{
    struct tri_park park;

    tri_park_init(&park);
    for (int i = 0; i < 10; i++) {
        uint64_t deadline = tri_clock_ns() + 500000;
        tri_park_wait(&park, deadline);
        cr_assert_geq(tri_clock_ns(), deadline);
    }
}

struct sleeper {
    struct tri_park park;
    tri_atomic(int) x_returned;
    uint64_t deadline;
    int written_before;
    int seen_after;
};

static void sleep_once(void *sleeper)
{
    struct sleeper *s = sleeper;
    tri_park_wait(&s->park, s->deadline);
    s->seen_after = s->written_before;
    tri_store(&s->x_returned, 1, relaxed); // relaxed: joined before it is relied upon
}

// Wakes the sleeper behind the port's back until it has slept `times` times.
static void wake_spuriously(struct sleeper *s, int times)
{
    while (times > 0) {
        times -= syscall(SYS_futex, &s->park.x_word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0) == 1;
    }
}

static void sleep_through_spurious_wakes(uint64_t deadline)
{
    struct tri_os_thread thread;
    struct sleeper sleeper = { .deadline = deadline };

    tri_park_init(&sleeper.park);
    cr_assert_eq(tri_os_thread_start(&thread, sleep_once, &sleeper), 0);
    wake_spuriously(&sleeper, 100);
    cr_assert_eq(tri_load(&sleeper.x_returned, relaxed), 0);
    sleeper.written_before = 42;
    tri_park_wake(&sleeper.park);
    tri_os_thread_join(&thread);
    cr_assert_eq(sleeper.seen_after, 42);
}

Test(park, museum_ponyc_5576_a_spurious_wake_is_no_wake, .timeout = 20)
{
    sleep_through_spurious_wakes(0);
    sleep_through_spurious_wakes(tri_clock_ns() + UINT64_C(3600000000000));
}

struct pair {
    struct tri_park a;
    struct tri_park b;
};

static void answer(void *pair)
{
    struct pair *p = pair;
    for (int i = 0; i < 5000; i++) {
        tri_park_wait(&p->a, 0);
        tri_park_wake(&p->b);
    }
}

Test(park, two_threads_take_turns_without_losing_a_wake, .timeout = 60)
{
    struct tri_os_thread thread;
    struct pair pair;

    tri_park_init(&pair.a);
    tri_park_init(&pair.b);
    cr_assert_eq(tri_os_thread_start(&thread, answer, &pair), 0);
    for (int i = 0; i < 5000; i++) {
        tri_park_wake(&pair.a);
        tri_park_wait(&pair.b, 0);
    }
    tri_os_thread_join(&thread);
}

static struct tri_lock lock = TRI_LOCK_INIT;
static long guarded;

static void add_guarded(void *unused)
{
    (void)unused;
    for (int i = 0; i < 100000; i++) {
        tri_lock_acquire(&lock);
        guarded = guarded + 1;
        tri_lock_release(&lock);
    }
}

Test(lock, sections_of_four_threads_do_not_overlap, .timeout = 60)
{
    struct tri_os_thread threads[4];

    for (int i = 0; i < 4; i++) {
        cr_assert_eq(tri_os_thread_start(&threads[i], add_guarded, NULL), 0);
    }
    for (int i = 0; i < 4; i++) {
        tri_os_thread_join(&threads[i]);
    }
    cr_assert_eq(guarded, 400000);
}

Test(memory, what_is_asked_for_is_there)
{
    static const char zero[1000];
    void *p = tri_memory_alloc(1000);
    memset(p, 0x55, 1000);
    tri_memory_free(p, 1000);
    void *z = tri_memory_alloc_zero(1000); // most likely the same block
    p = tri_memory_alloc(1000);
    void *nothing = tri_memory_alloc(0);

    cr_assert(p != NULL && z != NULL && nothing != NULL);
    cr_assert_eq(memcmp(z, zero, 1000), 0);
    tri_memory_free(p, 1000);
    tri_memory_free(z, 1000);
    tri_memory_free(nothing, 0);
    tri_memory_free(NULL, 1000);
}

Test(memory, too_much_is_refused)
{
    if (TRI_ASAN) {
        cr_skip("the address sanitizer's allocator ends the process instead");
    }
    cr_assert_null(tri_memory_alloc(SIZE_MAX / 2 - 4096));
    cr_assert_not(tri_memory_refuses());
}

Test(memory, the_allocator_is_the_one_that_is_linked)
{
    extern void *mallocx(size_t, int) __attribute__((weak));
    const char *expected = mallocx != NULL ? "jemalloc" : "libc";

    cr_assert_str_eq(tri_memory_name(), expected);
}

Test(fence, is_available_and_returns)
{
    cr_assert_eq(tri_heavy_fence_open(), 0);
    for (int i = 0; i < 100; i++) {
        tri_heavy_fence();
    }
}

Test(choice, the_product_takes_the_first_option)
{
    tri_point(TRI_POINT_SEND);
    cr_assert_eq(tri_choose(TRI_CHOICE_VICTIM, 5), 0);
}
