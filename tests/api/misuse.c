// SPDX-License-Identifier: MIT
// Each public function answers misuse as its header and the table of the design say: an error, no
// crash, and out-parameters untouched.
#include "misuse.h"

#include <stdio.h>
#include <stdlib.h>

static unsigned passed;
static unsigned failed;

void says_at(const char *file, int line, const char *call, long long answer, long long expected)
{
    if (answer == expected) {
        passed++;
        return;
    }
    failed++;
    fprintf(stderr, "%s:%d: %s gives %lld (as an error %s), not %lld (%s)\n", file, line, call,
            answer, tr_err_name((tr_err)answer), expected, tr_err_name((tr_err)expected));
}

static tr_exit serve(tr_self *self, const void *arg)
{
    const tr_msg *msg;
    (void)arg;
    while (tr_receive(self, NULL, TR_INFINITY, &msg) == TR_OK && misuse_ask_of(msg) != NULL) {
        misuse_ask_reply(self, tr_msg_from(msg), &(struct misuse_answer){ misuse_ask_of(msg)->n });
    }
    return TR_NORMAL;
}

const tr_actor_spec misuse_server = { .label = "server", .run = serve };

struct job {
    tr_exit (*run)(tr_self *self, const void *arg);
};

// Runs the job when it is asked to, so that the asker can wait for its end.
static tr_exit work(tr_self *self, const void *arg)
{
    const struct job *job = arg;
    const tr_msg *msg;
    SAYS(tr_receive(self, NULL, TR_INFINITY, &msg), TR_OK);
    tr_from from = tr_msg_from(msg);
    tr_exit reason = job->run(self, NULL);
    misuse_ask_reply(self, from, &(struct misuse_answer){ 0 });
    return reason;
}

void run_actor(tr_system *sys, tr_exit (*run)(tr_self *self, const void *arg))
{
    static const tr_actor_spec worker = { .label = "worker", .run = work };
    struct job job = { run };
    tr_pid pid = tr_no_pid();
    struct misuse_answer answer;
    SAYS(tr_system_spawn(sys, &worker, &(tr_spawn_opts){ .args = &job, .args_bytes = sizeof job },
                         &pid),
         TR_OK);
    SAYS(misuse_ask_system_call(sys, pid, &(struct misuse_ask){ 0 }, 20000, &answer), TR_OK);
}

int main(void)
{
    tr_system *sys = NULL;
    test_values();
    test_systems();
    test_limits();
    test_fork();
    if (tr_system_start(&(tr_system_opts){ .workers = 2 }, &sys) != TR_OK) {
        fprintf(stderr, "no system\n");
        return 1;
    }
    test_guests(sys);
    test_actors(sys);
    test_strangers(sys);
    SAYS(tr_system_stop(sys, 20000, NULL), TR_OK);
    SAYS(tr_system_free(sys), TR_OK);
    printf("%u passed, %u failed, 0 skipped\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
