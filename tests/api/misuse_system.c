// SPDX-License-Identifier: MIT
// Misuse of values, of systems as a whole, of limits, and of a forked child.
#include "misuse.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STOP_MS = 20000 };

static void test_texts(void)
{
    SAYS(strcmp(tr_err_name(TR_OK), "TR_OK"), 0);
    SAYS(strcmp(tr_err_name(TR_ETIMEDOUT), "TR_ETIMEDOUT"), 0);
    SAYS(strcmp(tr_err_name(TR_ESYSTEM), "TR_ESYSTEM"), 0);
    SAYS(strcmp(tr_err_name((tr_err)999), "TR_E?"), 0);
    SAYS(strcmp(tr_err_name((tr_err)-1), "TR_E?"), 0);
    for (int err = TR_OK; err <= TR_ESYSTEM; err++) {
        HOLDS(strncmp(tr_err_name((tr_err)err), "TR_", 3) == 0);
        HOLDS(strlen(tr_err_text((tr_err)err)) > 1);
    }
    HOLDS(tr_err_text((tr_err)999) != NULL);
    SAYS(strcmp(tr_exit_tag_name(TR_EXIT_NORMAL), "normal"), 0);
    SAYS(strcmp(tr_exit_tag_name(TR_EXIT_KILLED), "killed"), 0);
    SAYS(strcmp(tr_exit_tag_name(TR_EXIT_NOPROC), "noproc"), 0);
    HOLDS(tr_exit_tag_name((tr_exit_tag)999) != NULL);
    HOLDS(tr_state_name(TR_STATE_RUNNING) != NULL && tr_state_name((tr_state)999) != NULL);
    SAYS(strcmp(tr_version(), "0.1.0"), 0);
    HOLDS(strcmp(tr_system_allocator(), "jemalloc") == 0 ||
          strcmp(tr_system_allocator(), "libc") == 0);
}

static void test_format(void)
{
    char text[64];
    SAYS(tr_exit_format(TR_NORMAL, text, sizeof text), 6);
    SAYS(strcmp(text, "normal"), 0);
    tr_exit reason = tr_exit_make(TR_EXIT_ERROR, 3, "no pong");
    SAYS(tr_exit_format(reason, text, sizeof text), strlen("error: no pong (3)"));
    SAYS(strcmp(text, "error: no pong (3)"), 0);
    SAYS(tr_exit_format(tr_exit_make(TR_EXIT_SHUTDOWN, 0, "over"), text, sizeof text), 14);
    SAYS(strcmp(text, "shutdown: over"), 0);
    SAYS(tr_exit_format(reason, text, 6), strlen("error: no pong (3)"));
    SAYS(strcmp(text, "error"), 0);
    memset(text, 'x', sizeof text);
    SAYS(tr_exit_format(reason, text, 1), strlen("error: no pong (3)"));
    HOLDS(text[0] == '\0' && text[1] == 'x');
    SAYS(tr_exit_format(reason, NULL, 0), strlen("error: no pong (3)"));
}

void test_values(void)
{
    test_texts();
    test_format();
    HOLDS(tr_pid_is_none(tr_no_pid()));
    HOLDS(tr_pid_equal(tr_no_pid(), tr_no_pid()));
    HOLDS(tr_now_ns() <= tr_now_ns());
    SAYS(tr_system_workers(NULL), 0);
    HOLDS(!tr_is_alive(NULL, tr_no_pid()));
}

static void test_options(void)
{
    tr_system *sys = NULL;
    struct {
        tr_system_opts opts;
        uint64_t newer;
    } grown = { .opts = { .workers = 1 }, .newer = 0 };
    SAYS(tr_system_start_sized(&grown.opts, sizeof grown, &sys), TR_OK);
    SAYS(tr_system_workers(sys), 1);
    SAYS(tr_system_stop(sys, STOP_MS, NULL), TR_OK);
    SAYS(tr_system_free(sys), TR_OK);
    grown.newer = 1; // an option that this library does not know
    sys = NULL;
    SAYS(tr_system_start_sized(&grown.opts, sizeof grown, &sys), TR_EINVAL);
    HOLDS(sys == NULL);
    grown.opts.spares_max = UINT32_MAX; // beyond what an older caller knows: not read
    SAYS(tr_system_start_sized(&grown.opts, sizeof(uint32_t), &sys), TR_OK);
    SAYS(tr_system_workers(sys), 1);
    SAYS(tr_system_stop(sys, STOP_MS, NULL), TR_OK);
    SAYS(tr_system_free(sys), TR_OK);
}

// Gives a blob that is still held.
static tr_blob *test_blobs(tr_system *sys, tr_pid server)
{
    tr_blob *blob = NULL;
    SAYS(tr_system_blob_new(NULL, "x", 1, &blob), TR_EINVAL);
    SAYS(tr_system_blob_new(sys, NULL, 1, &blob), TR_EINVAL);
    SAYS(tr_system_blob_new(sys, "x", 1, NULL), TR_EINVAL);
    SAYS(tr_system_blob_unref(sys, NULL), TR_EINVAL);
    HOLDS(blob == NULL && tr_blob_data(NULL) == NULL && tr_blob_bytes(NULL) == 0);
    SAYS(tr_system_blob_new(sys, NULL, 0, &blob), TR_OK);
    SAYS(tr_system_send_blob(sys, server, NULL, NULL, blob), TR_EINVAL);
    SAYS(tr_system_send_blob(sys, server, &misuse_go_type, NULL, NULL), TR_EINVAL);
    HOLDS(tr_blob_bytes(blob) == 0);
    return blob;
}

static void test_after_stop(tr_system *sys, tr_pid server, tr_blob *blob)
{
    tr_pid pid = tr_no_pid();
    tr_totals totals = { .attempted = 77 };
    struct misuse_answer answer;
    SAYS(tr_system_stop(sys, STOP_MS, NULL), TR_OK);
    SAYS(tr_system_stop(sys, 0, NULL), TR_OK); // it has stopped: no time is needed
    SAYS(tr_system_spawn(sys, &misuse_server, NULL, &pid), TR_ESTOPPED);
    HOLDS(tr_pid_is_none(pid));
    SAYS(misuse_go_system_send(sys, server, &(struct misuse_go){ 0 }), TR_ESTOPPED);
    SAYS(misuse_ask_system_call(sys, server, &(struct misuse_ask){ 0 }, 10, &answer), TR_ESTOPPED);
    SAYS(tr_system_exit_send(sys, server, TR_KILL), TR_ESTOPPED);
    HOLDS(!tr_is_alive(sys, server));
    SAYS(tr_debug_totals(sys, &totals), TR_OK);
    SAYS(totals.spawned, totals.exited);
    SAYS(tr_system_free(sys), TR_EBUSY); // a guest holds a blob
    SAYS(tr_system_blob_unref(sys, blob), TR_OK);
    SAYS(tr_system_free(sys), TR_OK);
}

void test_systems(void)
{
    tr_system *sys = NULL;
    tr_pid server = tr_no_pid();
    SAYS(tr_system_start(NULL, NULL), TR_EINVAL);
    SAYS(tr_system_start(&(tr_system_opts){ .workers = TR_WORKERS_MAX + 1 }, &sys), TR_EINVAL);
    SAYS(tr_system_start(&(tr_system_opts){ .guard = TR_GUARD_CANARY + 1 }, &sys), TR_EINVAL);
    SAYS(tr_system_guard(NULL), TR_GUARD_BEST);
    HOLDS(sys == NULL);
    SAYS(tr_system_stop(NULL, 0, NULL), TR_EINVAL);
    SAYS(tr_system_free(NULL), TR_OK);
    test_options();
    SAYS(tr_system_start(NULL, &sys), TR_OK);
    HOLDS(tr_system_workers(sys) >= 1);
    SAYS(tr_system_spawn(sys, &misuse_server, NULL, &server), TR_OK);
    SAYS(tr_system_free(sys), TR_EBUSY);
    HOLDS(tr_is_alive(sys, server));
    test_after_stop(sys, server, test_blobs(sys, server));
}

// Two systems in one process: the pids of one mean nothing in the other.
static void test_foreign_pids(tr_system *one)
{
    tr_system *two = NULL;
    tr_pid pid = tr_no_pid();
    struct misuse_answer answer;
    tr_actor_info info = TR_ACTOR_INFO_INIT;
    SAYS(tr_system_start(&(tr_system_opts){ .workers = 1 }, &two), TR_OK);
    SAYS(tr_system_spawn(one, &misuse_server, NULL, &pid), TR_OK);
    HOLDS(tr_is_alive(one, pid) && !tr_is_alive(two, pid));
    SAYS(misuse_ask_system_call(two, pid, &(struct misuse_ask){ 1 }, 1000, &answer), TR_ENOPROC);
    SAYS(tr_debug_info(two, pid, &info), TR_ENOPROC);
    SAYS(misuse_ask_system_call(one, pid, &(struct misuse_ask){ 1 }, 1000, &answer), TR_OK);
    SAYS(tr_system_stop(two, STOP_MS, NULL), TR_OK);
    SAYS(tr_system_free(two), TR_OK);
}

void test_limits(void)
{
    enum { ACTORS = 3 };
    static const tr_type other_layout = { "misuse.num", "{ char c; }", 1, 1, 0, NULL };
    tr_system *sys = NULL;
    tr_pid pid[ACTORS + 1] = { { 0, 0, 0, 0 } };
    SAYS(tr_system_start(&(tr_system_opts){ .workers = 1, .actors_max = ACTORS }, &sys), TR_OK);
    for (int i = 0; i < ACTORS; i++) {
        SAYS(tr_system_spawn(sys, &misuse_server, NULL, &pid[i]), TR_OK);
    }
    SAYS(tr_system_spawn(sys, &misuse_server, NULL, &pid[ACTORS]), TR_ELIMIT);
    tr_spawn_opts named = { .name = "at the limit" };
    SAYS(tr_system_spawn(sys, &misuse_server, &named, &pid[ACTORS]), TR_ELIMIT);
    HOLDS(tr_pid_is_none(pid[ACTORS]));
    SAYS(tr_system_whereis(sys, "at the limit", &pid[ACTORS]), TR_ENOENT);
    struct misuse_answer answer;
    // A guest that calls is represented by an actor, and there is no room for one more.
    SAYS(misuse_ask_system_call(sys, pid[0], &(struct misuse_ask){ 1 }, 1000, &answer), TR_ELIMIT);
    HOLDS(tr_is_alive(sys, pid[0]));
    SAYS(misuse_num_system_send(sys, pid[0], &(struct misuse_num){ 1 }), TR_OK);
    SAYS(tr_system_send(sys, pid[1], &other_layout, "c"), TR_ECONFLICT);
    HOLDS(tr_is_alive(sys, pid[1]));
    while (tr_is_alive(sys, pid[0])) { // it ends at the number
        (void)misuse_go_system_send(sys, pid[0], &(struct misuse_go){ 0 });
    }
    while (tr_system_spawn(sys, &misuse_server, &named, &pid[ACTORS]) == TR_ELIMIT) {}
    HOLDS(tr_is_alive(sys, pid[ACTORS]));
    HOLDS(!tr_pid_equal(pid[0], pid[ACTORS]) && !tr_is_alive(sys, pid[0]));
    SAYS(tr_system_exit_send(sys, pid[1], TR_KILL), TR_OK);
    SAYS(tr_system_exit_send(sys, pid[2], TR_KILL), TR_OK);
    SAYS(tr_system_exit_send(sys, pid[3], TR_KILL), TR_OK);
    SAYS(tr_system_stop(sys, STOP_MS, NULL), TR_OK);
    SAYS(tr_system_free(sys), TR_OK);
    SAYS(tr_system_start(&(tr_system_opts){ .workers = 1 }, &sys), TR_OK);
    test_foreign_pids(sys);
    SAYS(tr_system_stop(sys, STOP_MS, NULL), TR_OK);
    SAYS(tr_system_free(sys), TR_OK);
}

// In the child: each call is refused; the number of the first that is not.
static int use_in_child(tr_system *sys, tr_pid pid)
{
    tr_pid child = tr_no_pid();
    struct misuse_answer answer;
    if (tr_system_spawn(sys, &misuse_server, NULL, &child) != TR_EFORKED) {
        return 1;
    }
    if (misuse_go_system_send(sys, pid, &(struct misuse_go){ 0 }) != TR_EFORKED) {
        return 2;
    }
    if (misuse_ask_system_call(sys, pid, &(struct misuse_ask){ 0 }, 10, &answer) != TR_EFORKED) {
        return 3;
    }
    if (tr_system_exit_send(sys, pid, TR_KILL) != TR_EFORKED) {
        return 4;
    }
    if (tr_system_stop(sys, 100, NULL) != TR_EFORKED) {
        return 5;
    }
    return 0;
}

void test_fork(void)
{
    tr_system *sys = NULL;
    tr_pid pid = tr_no_pid();
    struct misuse_answer answer;
    int status = -1;
    SAYS(tr_system_start(&(tr_system_opts){ .workers = 2 }, &sys), TR_OK);
    SAYS(tr_system_spawn(sys, &misuse_server, NULL, &pid), TR_OK);
    pid_t child = fork();
    if (child == 0) {
        _exit(use_in_child(sys, pid));
    }
    HOLDS(child > 0 && waitpid(child, &status, 0) == child);
    HOLDS(WIFEXITED(status));
    SAYS(WEXITSTATUS(status), 0);
    SAYS(misuse_ask_system_call(sys, pid, &(struct misuse_ask){ 0 }, STOP_MS, &answer), TR_OK);
    SAYS(tr_system_stop(sys, STOP_MS, NULL), TR_OK);
    SAYS(tr_system_free(sys), TR_OK);
}
