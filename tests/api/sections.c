// SPDX-License-Identifier: MIT
// Sections in which an actor is not to be suspended, and hooks that take too long. Each case runs
// in a child process: in a checked build the first call that would suspend reports and aborts.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <troupe.h>
#include <unistd.h>

#define TR_MODULE sections
TR_MESSAGE0(go);
TR_MESSAGE0(other);
TR_REQUEST(go, other);

static int wrong;
static tr_system *sys;

#define HOLDS(condition) ((condition) ? (void)0 : complain(__LINE__, #condition))

static void complain(int line, const char *what)
{
    printf("sections.c:%d: %s\n", line, what);
    wrong++;
}

static tr_exit silent_run(tr_self *self, const void *arg)
{
    const tr_msg *msg;
    (void)arg;
    return tr_receive(self, &(tr_match){ TR_TYPES(&sections_other_type) }, TR_INFINITY, &msg) ==
                   TR_OK
               ? TR_NORMAL
               : TR_SHUTDOWN;
}

static const tr_actor_spec silent = { .label = "silent", .run = silent_run };

static tr_pid full_mailbox(tr_self *self)
{
    tr_pid pid = tr_no_pid();
    tr_spawn_opts opts = { .mailbox = { .capacity = 1 }, .link = true };
    HOLDS(tr_spawn(self, &silent, &opts, &pid) == TR_OK);
    HOLDS(sections_go_send(self, pid, NULL) == TR_OK);
    return pid;
}

// One call each that would suspend; what it would change is looked at afterwards.
static tr_err would_suspend(tr_self *self, int which, tr_pid other)
{
    const tr_msg *msg = NULL;
    tr_pid child = tr_no_pid();
    tr_spawn_opts opts = { .wait_init = true };
    switch (which) {
    case 0:
        return tr_receive(self, &(tr_match){ TR_TYPES(&sections_go_type) }, 1000, &msg);
    case 1:
        return tr_call_typed(self, other, &sections_go_type, NULL, 1000, &msg);
    case 2:
        return sections_go_send(self, other, NULL);
    case 3:
        return tr_spawn(self, &silent, &opts, &child);
    default:
        tr_yield(self);
        return TR_EBUSY;
    }
}

enum { WAYS = 5 };

static tr_exit careful_run(tr_self *self, const void *arg)
{
    const int *which = arg;
    const tr_msg *msg = NULL;
    tr_pid other = full_mailbox(self);
    HOLDS(sections_other_send(self, tr_self_pid(self), NULL) == TR_OK);
    HOLDS(sections_other_send(self, tr_self_pid(self), NULL) == TR_OK);
    HOLDS(tr_receive(self, NULL, 0, &msg) == TR_OK);
    tr_nosuspend_begin(self);
    tr_nosuspend_begin(self);
    tr_nosuspend_end(self);
    const tr_msg *kept = msg;
    HOLDS(would_suspend(self, *which, other) == TR_EBUSY);
    HOLDS(tr_msg_is(kept, &sections_other_type)); // still valid
    for (int i = 0; i < 5000; i++) {              // more than a budget: nothing takes turns
        HOLDS(sections_other_send(self, tr_self_pid(self), NULL) == TR_OK);
    }
    HOLDS(tr_receive(self, NULL, 1000, &msg) == TR_OK); // it waits already
    tr_nosuspend_end(self);
    HOLDS(tr_receive(self, &(tr_match){ TR_TYPES(&sections_go_type) }, 1, &msg) == TR_ETIMEDOUT);
    return TR_SHUTDOWN;
}

static const tr_actor_spec careful = { .label = "careful one", .run = careful_run };

static void wait_for_ends(void)
{
    tr_totals totals;
    do {
        HOLDS(tr_debug_totals(sys, &totals) == TR_OK);
    } while (totals.exited < totals.spawned);
}

static int in_child(int which)
{
    tr_pid pid;
    tr_totals totals;
    tr_spawn_opts opts = { .args = &which, .args_bytes = sizeof which };
    tr_system_opts few = { .workers = 2 };
    if (tr_system_start(&few, &sys) != TR_OK) {
        return 2;
    }
    HOLDS(tr_system_spawn(sys, &careful, &opts, &pid) == TR_OK);
    wait_for_ends();
    HOLDS(tr_debug_totals(sys, &totals) == TR_OK);
    HOLDS(totals.refused == (which == 2 ? 1u : 0u));
    HOLDS(totals.spawned == 2);
    HOLDS(tr_system_stop(sys, 5000, NULL) == TR_OK && tr_system_free(sys) == TR_OK);
    return wrong == 0 ? 0 : 1;
}

// Whether the child answered TR_EBUSY throughout, or died of a report that names place and actor.
static bool child_is_right(int which)
{
    char report[1024] = "";
    int ends[2];
    int status = 0;
    if (pipe(ends) != 0) {
        return false;
    }
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        _exit(in_child(which));
    }
    close(ends[1]);
    ssize_t got = read(ends[0], report, sizeof report - 1);
    close(ends[0]);
    (void)waitpid(child, &status, 0);
    if (WIFEXITED(status)) {
        return WEXITSTATUS(status) == 0;
    }
    return WTERMSIG(status) == SIGABRT && got > 0 && strstr(report, "sections.c:") != NULL &&
           strstr(report, "careful one") != NULL;
}

static void slow_hook(tr_self *self, void *arg)
{
    struct timespec begun;
    struct timespec now;
    (void)self;
    (void)arg;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    do {
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((now.tv_sec - begun.tv_sec) * 1000 + (now.tv_nsec - begun.tv_nsec) / 1000000 <
             TR_DEFER_MS + 2);
}

static tr_exit slow_run(tr_self *self, const void *arg)
{
    (void)arg;
    HOLDS(tr_defer(NULL, slow_hook, NULL) == TR_EINVAL);
    HOLDS(tr_defer(self, NULL, NULL) == TR_EINVAL);
    HOLDS(tr_undefer(self, NULL, NULL) == TR_EINVAL);
    HOLDS(tr_defer(self, slow_hook, NULL) == TR_OK);
    return TR_NORMAL;
}

static const tr_actor_spec slow = { .label = "slow", .run = slow_run };

static void listen(const tr_log_event *event, void *context)
{
    unsigned *late = context;
    *late += event->kind == TR_LOG_LATE_HOOK && strcmp(event->label, "slow") == 0;
}

static void late_hooks_are_counted(void)
{
    unsigned late = 0;
    tr_system_opts opts = { .log = { .fn = listen, .context = &late } };
    tr_pid pid;
    tr_totals totals;
    HOLDS(tr_system_start(&opts, &sys) == TR_OK);
    HOLDS(tr_system_spawn(sys, &slow, NULL, &pid) == TR_OK);
    wait_for_ends();
    HOLDS(tr_debug_totals(sys, &totals) == TR_OK && totals.late_hooks == 1);
    HOLDS(tr_system_stop(sys, 5000, NULL) == TR_OK && tr_system_free(sys) == TR_OK);
    HOLDS(late == 1); // told before the stop returned
}

int main(void)
{
    for (int which = 0; which < WAYS; which++) {
        if (!child_is_right(which)) {
            printf("sections.c: case %d\n", which);
            wrong++;
        }
    }
    late_hooks_are_counted();
    printf("%d passed, %d failed, 0 skipped\n", wrong == 0, wrong != 0);
    return wrong == 0 ? 0 : 1;
}
