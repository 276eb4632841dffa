// SPDX-License-Identifier: MIT
// The test kit itself: G11 (same seed, same trace, also in another process), and that it finds what
// it is for: failed checks, actors left over, schedules of depth two, endless runs.
#include "messages.h"
#include "sanitized.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <troupe/test.h>

#if TRT_ASAN
#include <sanitizer/lsan_interface.h>
#else
#define __lsan_disable() ((void)0)
#define __lsan_enable() ((void)0)
#endif

static struct {
    tr_test *test;
    tr_pid server;
    unsigned balance;
    uint64_t seeds_seen;
} w;

// Its failing scenarios abandon their systems on purpose; the leak sanitizer asks for this.
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
    return 1;
}

static tr_exit add_run(tr_self *self, const void *arg)
{
    (void)arg;
    unsigned balance = w.balance; // a read and a write with a scheduling point between them
    tr_yield(self);
    w.balance = balance + 1;
    return TR_NORMAL;
}

static const tr_actor_spec add = { .label = "add", .run = add_run };

static void add_twice(tr_test *test, void *arg)
{
    unsigned *lost = arg;
    w.balance = 0;
    (void)tr_system_spawn(tr_test_system(test), &add, NULL, NULL);
    (void)tr_system_spawn(tr_test_system(test), &add, NULL, NULL);
    tr_test_quiet(test, 0);
    tr_test_trace(test, w.balance);
    if (lost != NULL) {
        *lost += w.balance == 1;
    } else {
        TR_TEST_CHECK(test, w.balance == 2);
    }
}

static tr_exit wait_run(tr_self *self, const void *arg)
{
    const tr_msg *msg;
    (void)arg;
    (void)!tr_receive(self, NULL, TR_INFINITY, &msg);
    return TR_NORMAL;
}

static const tr_actor_spec waiter = { .label = "wait", .run = wait_run };

static void leave_one(tr_test *test, void *arg)
{
    (void)arg;
    (void)tr_system_spawn(tr_test_system(test), &waiter, NULL, NULL);
}

static tr_exit spin_run(tr_self *self, const void *arg)
{
    (void)arg;
    for (;;) {
        tr_yield(self);
    }
    return TR_NORMAL;
}

static const tr_actor_spec spinner = { .label = "spin", .run = spin_run };

static void run_for_ever(tr_test *test, void *arg)
{
    (void)arg;
    (void)tr_system_spawn(tr_test_system(test), &spinner, NULL, NULL);
    tr_test_quiet(test, 0);
}

static tr_exit serve_run(tr_self *self, const void *arg)
{
    (void)arg;
    for (int i = 0; i < 4; i++) {
        const tr_msg *msg;
        if (tr_receive(self, NULL, tr_test_choose(w.test, 3) * 10, &msg) == TR_OK) {
            scn_ask_reply(self, tr_msg_from(msg), &(struct scn_answer){ 0 });
        }
    }
    return TR_NORMAL;
}

static const tr_actor_spec server = { .label = "serve", .run = serve_run };

static tr_exit client_run(tr_self *self, const void *arg)
{
    (void)arg;
    struct scn_answer answer;
    for (int i = 0; i < 2; i++) {
        tr_err err = scn_ask_call(self, w.server, &(struct scn_ask){ 0 }, 5, &answer);
        tr_test_trace(w.test, (uint64_t)err);
    }
    return TR_NORMAL;
}

static const tr_actor_spec client = { .label = "client", .run = client_run };

static void mixed(tr_test *test, void *arg)
{
    (void)arg;
    w.test = test;
    w.seeds_seen += tr_test_seed(test);
    (void)tr_system_spawn(tr_test_system(test), &server, NULL, &w.server);
    (void)tr_system_spawn(tr_test_system(test), &client, NULL, NULL);
    (void)tr_system_spawn(tr_test_system(test), &client, NULL, NULL);
    tr_test_advance(test, 200);
}

static unsigned failures;

static void check(bool good, const char *what)
{
    printf("testkit %s: %s\n", what, good ? "ok" : "FAILED");
    failures += !good;
}

static tr_test_report run(tr_test_fn fn, void *arg, tr_test_opts opts, tr_err expected,
                          const char *what)
{
    tr_test_report report = { 0 };
    check(tr_test_run(fn, arg, &opts, &report) == expected, what);
    return report;
}

static uint64_t mixed_hash(void)
{
    tr_test_report report = { 0 };
    tr_test_opts opts = { .name = "mixed", .seeds = 100 };
    return tr_test_run(mixed, NULL, &opts, &report) == TR_OK ? report.trace_hash : 0;
}

static void check_determinism(const char *program)
{
    uint64_t hash = mixed_hash();
    check(hash != 0 && mixed_hash() == hash, "gives equal traces twice in one process");
    char command[512];
    char line[64] = "";
    snprintf(command, sizeof command, "'%s' hash", program);
    FILE *other = popen(command, "r"); // its addresses differ
    if (other != NULL) {
        (void)!fgets(line, sizeof line, other);
        pclose(other);
    }
    check(strtoull(line, NULL, 10) == hash, "gives equal traces in another process");
    w.seeds_seen = 0;
    tr_test_opts opts = { .name = "other seeds", .seeds = 10, .first_seed = 5 };
    tr_test_report report = run(mixed, NULL, opts, TR_OK, "runs from a first seed");
    check(report.runs == 10 && w.seeds_seen == 95, "runs the seeds it was asked for");
    check(report.trace_hash != hash, "gives other traces for other seeds");
    check(report.steps > 0 && report.distinct_traces > 1, "counts steps and schedules");
}

// The failing runs print their seeds on stderr; here they are meant to.
static void check_findings(void)
{
    unsigned lost = 0;
    tr_test_opts opts = { .name = "lost update", .seeds = 1000 };
    tr_test_report report = run(add_twice, &lost, opts, TR_OK, "runs a racy scenario");
    check(lost > 0 && lost < 1000, "finds both outcomes of a race");
    check(report.runs == 1000 && report.failures == 0, "reports no failure without one");
    opts.seeds = 100;
    report = run(add_twice, NULL, opts, TR_EEXITED, "fails a scenario whose check fails");
    check(report.failures > 0 && report.first_failure != 0, "reports the failing seed");
    tr_test_opts again = { .name = "replay", .seeds = 1, .first_seed = report.first_failure };
    report = run(add_twice, NULL, again, TR_EEXITED, "fails again with the failing seed");
    check(report.runs == 1 && report.failures == 1, "replays one run");
    opts.seeds = 3;
    report = run(leave_one, NULL, opts, TR_EEXITED, "fails a run that leaves an actor");
    check(report.failures == 3, "fails every such run");
    opts.allow_leftovers = true;
    (void)run(leave_one, NULL, opts, TR_OK, "allows leftovers when asked");
    tr_test_opts bounded = { .name = "endless", .seeds = 2, .steps_max = 2000 };
    __lsan_disable(); // what an endless run held is lost with it
    report = run(run_for_ever, NULL, bounded, TR_EEXITED, "ends and fails an endless run");
    __lsan_enable();
    check(report.failures == 2, "fails every endless run");
}

static void check_misuse(void)
{
    tr_test_report report = { .runs = 77 };
    check(tr_test_run(NULL, NULL, NULL, &report) == TR_EINVAL, "refuses no scenario");
    check(report.runs == 77, "leaves the report alone then");
    setenv("TR_REPLAY", "7", 1);
    w.seeds_seen = 0;
    tr_test_opts opts = { .name = "replayed", .seeds = 50 };
    report = run(mixed, NULL, opts, TR_OK, "obeys TR_REPLAY");
    check(report.runs == 1 && w.seeds_seen == 7, "replays that seed only");
    unsetenv("TR_REPLAY");
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "hash") == 0) {
        printf("%llu\n", (unsigned long long)mixed_hash());
        return 0;
    }
    unsetenv("TR_REPLAY");
    check_determinism(argv[0]);
    check_findings();
    check_misuse();
    if (failures == 0) {
        printf("1 passed, 0 failed, 0 skipped\n");
    } else {
        printf("0 passed, 1 failed, 0 skipped\n");
    }
    return failures == 0 ? 0 : 1;
}
