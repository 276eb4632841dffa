// SPDX-License-Identifier: MIT
// A test outside this tree, on simulated ports: a timer of an hour takes no time.
#include <stdio.h>
#include <troupe/test.h>

static tr_exit wait_an_hour(tr_self *self, const void *arg)
{
    const tr_msg *msg;
    (void)arg;
    if (tr_receive(self, NULL, INT64_C(3600000), &msg) != TR_ETIMEDOUT) {
        return TR_ERROR("woken early");
    }
    return TR_NORMAL;
}

static void hour_passes(tr_test *test, void *arg)
{
    static const tr_actor_spec spec = { .run = wait_an_hour };
    tr_pid pid;
    (void)arg;
    TR_TEST_CHECK(test, tr_system_spawn(tr_test_system(test), &spec, NULL, &pid) == TR_OK);
    tr_test_quiet(test, 0); // it waits now
    tr_test_advance(test, INT64_C(3599000));
    TR_TEST_CHECK(test, tr_is_alive(tr_test_system(test), pid));
    tr_test_advance(test, 2000);
    tr_test_quiet(test, 0);
    TR_TEST_CHECK(test, !tr_is_alive(tr_test_system(test), pid));
}

int main(void)
{
    tr_test_report report;
    if (tr_test_run(hour_passes, NULL, &(tr_test_opts){ .seeds = 10 }, &report) != TR_OK) {
        return 1;
    }
    printf("%s: %d\n", tr_version(), 32 + (int)report.runs);
    return 0;
}
