// SPDX-License-Identifier: MIT
// A forked child may ask every public function of its parent's system: each answers TR_EFORKED at
// once, and the child ends by exit(). So does a child that an actor forks. covered.py sees to it
// that every function that takes a system is asked.
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <troupe.h>
#include <unistd.h>

#include "sanitized.h"

#define TR_MODULE forked
TR_MESSAGE(ask, { uint32_t n; });
TR_MESSAGE(answer, { uint32_t n; });
TR_REQUEST(ask, answer);
TR_MESSAGE(child, { int64_t pid; });
TR_MESSAGE0(birth);
TR_REQUEST(birth, child);

enum { STOP_MS = 20000, WAIT_MS = 20000, HANG_S = 20, LOAD_FORKS = 50 };

static unsigned passed;
static unsigned failed;
static tr_system *host;
static tr_pid server;
static tr_blob *blob;

static void says_at(int line, const char *call, long long answer, long long expected)
{
    passed += answer == expected;
    if (answer != expected) {
        failed++;
        fprintf(stderr, "%s:%d: %s gives %lld, not %lld\n", __FILE__, line, call, answer, expected);
    }
}
#define SAYS(call, expected) says_at(__LINE__, #call, (long long)(call), (long long)(expected))
#define REFUSED(call) SAYS(call, TR_EFORKED)

static tr_exit serve(tr_self *self, const void *arg);
static const tr_actor_spec spec = { .label = "server", .run = serve };

static void use_names_and_timers(tr_system *sys)
{
    static const struct forked_ask ask = { 1 };
    struct forked_answer answer;
    tr_pid pid;
    int64_t ms;
    tr_call_failure failure;
    tr_guest_call call = { server, &forked_ask_type, &ask, WAIT_MS, &forked_answer_type, &answer };
    REFUSED(tr_system_spawn_sized(sys, &spec, NULL, 0, &pid));
    REFUSED(tr_system_exit_send(sys, server, TR_KILL));
    REFUSED(tr_system_whereis(sys, "server", &pid));
    REFUSED(tr_system_send(sys, server, &forked_ask_type, &ask));
    REFUSED(tr_system_send_alias(sys, (tr_alias){ .owner = server, .ref = { .id = 1 } },
                                 &forked_ask_type, &ask));
    REFUSED(tr_system_send_blob(sys, server, &forked_ask_type, &ask, blob));
    REFUSED(
        tr_system_call(sys, server, &forked_ask_type, &ask, WAIT_MS, &forked_answer_type, &answer));
    REFUSED(tr_system_call_why(sys, &call, &failure));
    REFUSED(tr_system_timer_cancel(sys, (tr_timer){ 1, 1 }, &ms));
    REFUSED(tr_system_log(sys, TR_LOG_ERROR, "x", NULL, 0));
}

static bool each(const tr_actor_info *info, void *context)
{
    (void)info;
    (void)context;
    return true;
}

static void use_views(tr_system *sys)
{
    tr_actor_info info = TR_ACTOR_INFO_INIT;
    tr_totals totals;
    tr_alarm alarm;
    tr_dead_letter letter;
    size_t count;
    tr_links links = { .which = TR_LINKED };
    REFUSED(tr_debug_info(sys, server, &info));
    REFUSED(tr_debug_each(sys, each, NULL));
    REFUSED(tr_debug_totals(sys, &totals));
    REFUSED(tr_debug_top(sys, TR_TOP_DEPTH, &info, 1, &count));
    REFUSED(tr_debug_alarms(sys, &alarm, 1, &count));
    REFUSED(tr_debug_dead_letters(sys, &letter, 1, &count));
    REFUSED(tr_debug_links(sys, server, WAIT_MS, &links));
}

static void use_the_rest(tr_system *sys)
{
    static const tr_server nothing = { .name = "nothing" };
    static const tr_child children[] = { { .id = "a", .run = serve } };
    static const tr_supervisor_spec tree = { .children = children, .child_count = 1 };
    tr_blob *made = NULL;
    tr_pid pid;
    bool more;
    int64_t ms;
    REFUSED(tr_system_blob_new(sys, "", 1, &made));
    REFUSED(tr_system_blob_unref(sys, blob));
    REFUSED(tr_system_server_start(sys, &nothing, NULL, &pid));
    REFUSED(tr_system_supervisor_start(sys, &tree, &pid, NULL, 0));
    REFUSED(tr_supervise(sys, &tree));
    REFUSED(tr_system_step(host, 0, &more));
    REFUSED(tr_system_next_deadline(host, &ms));
    SAYS(tr_system_fd(host), -1);
    REFUSED(tr_system_stop(sys, STOP_MS, NULL));
    REFUSED(tr_system_free(sys));
    SAYS(tr_system_workers(sys), 2);
}

static void use_all(tr_system *sys)
{
    (void)alarm(HANG_S);
    use_names_and_timers(sys);
    use_views(sys);
    use_the_rest(sys);
}

// What only an actor may do, by one that finds itself in a forked child.
static void use_as_actor(tr_self *self)
{
    static const struct forked_ask ask = { 1 };
    const tr_msg *msg;
    tr_pid pid;
    tr_ref ref;
    struct forked_answer answer;
    REFUSED(tr_send_typed(self, server, &forked_ask_type, &ask));
    REFUSED(tr_receive(self, NULL, TR_INFINITY, &msg));
    REFUSED(forked_ask_call(self, server, &ask, WAIT_MS, &answer));
    REFUSED(tr_spawn(self, &spec, NULL, &pid));
    REFUSED(tr_link(self, server));
    REFUSED(tr_monitor(self, server, &ref));
    REFUSED(tr_exit_send(self, server, TR_KILL));
    REFUSED(tr_register(self, "child", server));
    REFUSED(tr_send_after(self, 0, server, &forked_ask_type, &ask, NULL));
    REFUSED(tr_sleep(self, 1));
}

// The child ends as programs do. The leak checker would look for the threads that it has not, so
// that under AddressSanitizer the child skips what runs at an exit.
static void end_child(void)
{
    int status = failed == 0 ? 0 : 1;
#if TRT_ASAN
    _exit(status);
#else
    exit(status);
#endif
}

static tr_exit serve(tr_self *self, const void *arg)
{
    const tr_msg *msg;
    (void)arg;
    while (tr_receive(self, NULL, TR_INFINITY, &msg) == TR_OK) {
        if (forked_birth_of(msg) != NULL) {
            pid_t child = fork();
            if (child == 0) {
                use_as_actor(self);
                use_all(tr_self_system(self));
                end_child();
            }
            forked_birth_reply(self, tr_msg_from(msg), &(struct forked_child){ child });
        } else {
            forked_ask_reply(self, tr_msg_from(msg), &(struct forked_answer){ 1 });
        }
    }
    return TR_NORMAL;
}

static void await(pid_t child)
{
    int status = -1;
    SAYS(child > 0 && waitpid(child, &status, 0) == child, true);
    SAYS(WIFEXITED(status), true); // a hang ends by SIGALRM
    SAYS(WEXITSTATUS(status), 0);
}

// Takes every lock of the system now and then, while it is forked.
static tr_exit bustle(tr_self *self, const void *arg)
{
    (void)arg;
    for (;;) {
        (void)!tr_register(self, "bustle", tr_self_pid(self));
        (void)tr_unregister(self, "bustle");
        (void)tr_send_after(self, 0, tr_self_pid(self), &forked_birth_type, NULL, NULL);
        const tr_msg *msg;
        (void)!tr_receive(self, NULL, 0, &msg);
        tr_yield(self);
    }
    return TR_NORMAL;
}

static void fork_from_guest(tr_system *sys)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        use_all(sys);
        end_child();
    }
    await(child);
}

int main(void)
{
    static const tr_actor_spec load = { .label = "bustle", .run = bustle };
    tr_system *sys = NULL;
    struct forked_child child = { -1 };
    struct forked_answer answer;
    SAYS(tr_system_start(&(tr_system_opts){ .workers = 2 }, &sys), TR_OK);
    SAYS(tr_system_start(&(tr_system_opts){ .host = true }, &host), TR_OK);
    SAYS(tr_system_spawn(sys, &spec, &(tr_spawn_opts){ .name = "server" }, &server), TR_OK);
    SAYS(tr_system_blob_new(sys, "", 1, &blob), TR_OK);
    fork_from_guest(sys);
    SAYS(forked_birth_system_call(sys, server, &(struct forked_birth){ 0 }, WAIT_MS, &child),
         TR_OK);
    await((pid_t)child.pid);
    SAYS(tr_system_spawn(sys, &load, NULL, NULL), TR_OK);
    for (int i = 0; i < LOAD_FORKS; i++) {
        fork_from_guest(sys);
    }
    SAYS(forked_ask_system_call(sys, server, &(struct forked_ask){ 1 }, WAIT_MS, &answer), TR_OK);
    SAYS(tr_system_blob_unref(sys, blob), TR_OK);
    SAYS(tr_system_stop(sys, STOP_MS, NULL), TR_OK);
    SAYS(tr_system_free(sys), TR_OK);
    SAYS(tr_system_stop(host, STOP_MS, NULL), TR_OK);
    SAYS(tr_system_free(host), TR_OK);
    printf("%u passed, %u failed, 0 skipped\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
