// SPDX-License-Identifier: MIT
// Misuse of the functions that take a system, from a thread that is no actor.
#include "misuse.h"

#include <string.h>

static void test_guest_spawn(tr_system *sys)
{
    static const tr_actor_spec nothing = { .label = "neither run nor on_message" };
    tr_pid pid = tr_no_pid();
    char name[TR_NAME_MAX + 2];
    memset(name, 'n', sizeof name);
    name[TR_NAME_MAX + 1] = '\0';
    SAYS(tr_system_spawn(NULL, &misuse_server, NULL, &pid), TR_EINVAL);
    SAYS(tr_system_spawn(sys, NULL, NULL, &pid), TR_EINVAL);
    SAYS(tr_system_spawn(sys, &nothing, NULL, &pid), TR_EINVAL);
    SAYS(tr_system_spawn(sys, &misuse_server, &(tr_spawn_opts){ .args_bytes = 8 }, &pid),
         TR_EINVAL);
    SAYS(tr_system_spawn(sys, &misuse_server, &(tr_spawn_opts){ .name = "" }, &pid), TR_EINVAL);
    SAYS(tr_system_spawn(sys, &misuse_server, &(tr_spawn_opts){ .name = name }, &pid),
         TR_ENAMETOOLONG);
    SAYS(tr_system_spawn(sys, &misuse_server, &(tr_spawn_opts){ .link = true }, &pid), TR_EINVAL);
    tr_spawn_opts negative = { .wait_init = true, .init_timeout_ms = -5 };
    SAYS(tr_system_spawn(sys, &misuse_server, &negative, &pid), TR_EINVAL);
    HOLDS(tr_pid_is_none(pid));
    struct {
        tr_spawn_opts opts;
        uint64_t newer;
    } grown = { .newer = 1 };
    SAYS(tr_system_spawn_sized(sys, &misuse_server, &grown.opts, sizeof grown, &pid), TR_EINVAL);
    HOLDS(tr_pid_is_none(pid));
}

static void test_guest_send(tr_system *sys, tr_pid server)
{
    static const tr_type unnamed = { NULL, "", 0, 1, 0, NULL };
    static const tr_type steep = { "misuse.steep", "{ }", 64, 64, 0, NULL };
    char body[64] = "";
    struct misuse_num num = { 1 };
    SAYS(tr_system_send(NULL, server, &misuse_num_type, &num), TR_EINVAL);
    SAYS(tr_system_send(sys, server, NULL, &num), TR_EINVAL);
    SAYS(tr_system_send(sys, server, &misuse_num_type, NULL), TR_EINVAL);
    SAYS(tr_system_send(sys, server, &unnamed, NULL), TR_EINVAL);
    SAYS(tr_system_send(sys, server, &steep, body), TR_EINVAL); // aligned beyond 16
}

static void test_guest_call(tr_system *sys, tr_pid server)
{
    struct misuse_ask ask = { 1 };
    struct misuse_answer answer = { 99 };
    const tr_type *asks = &misuse_ask_type;
    const tr_type *answers = &misuse_answer_type;
    SAYS(tr_system_call(NULL, server, asks, &ask, 10, answers, &answer), TR_EINVAL);
    SAYS(tr_system_call(sys, server, NULL, &ask, 10, answers, &answer), TR_EINVAL);
    SAYS(tr_system_call(sys, server, asks, NULL, 10, answers, &answer), TR_EINVAL);
    SAYS(tr_system_call(sys, server, asks, &ask, -1, answers, &answer), TR_EINVAL);
    SAYS(tr_system_call(sys, server, asks, &ask, 10, NULL, &answer), TR_EINVAL);
    SAYS(tr_system_call(sys, server, asks, &ask, 10, answers, NULL), TR_EINVAL);
    SAYS(tr_system_call(sys, tr_no_pid(), asks, &ask, 10, answers, &answer) == TR_OK, false);
    SAYS(answer.n, 99);
    SAYS(tr_system_call(sys, server, asks, &ask, INT64_MAX - 1, answers, &answer), TR_OK);
    SAYS(answer.n, 1); // a huge timeout is a long one
}

static bool each(const tr_actor_info *info, void *context)
{
    (void)info;
    ++*(unsigned *)context;
    return false; // ends the walk
}

static void test_guest_debug(tr_system *sys, tr_pid server)
{
    tr_actor_info info = TR_ACTOR_INFO_INIT;
    tr_totals totals = { .attempted = 0 };
    unsigned count = 0;
    SAYS(tr_debug_info(NULL, server, &info), TR_EINVAL);
    SAYS(tr_debug_info(sys, server, NULL), TR_EINVAL);
    SAYS(tr_debug_info(sys, tr_no_pid(), &info), TR_ENOPROC);
    HOLDS(tr_pid_is_none(info.pid));
    SAYS(tr_debug_info(sys, server, &info), TR_OK);
    HOLDS(tr_pid_equal(info.pid, server) && strcmp(info.label, "server") == 0);
    SAYS(tr_debug_each(NULL, each, &count), TR_EINVAL);
    SAYS(tr_debug_each(sys, NULL, &count), TR_EINVAL);
    SAYS(count, 0);
    SAYS(tr_debug_each(sys, each, &count), TR_OK);
    SAYS(count, 1);
    SAYS(tr_debug_totals(NULL, &totals), TR_EINVAL);
    SAYS(tr_debug_totals(sys, NULL), TR_EINVAL);
}

static void test_guest_rest(tr_system *sys, tr_pid server)
{
    tr_pid found = tr_no_pid();
    tr_pid forged = server;
    forged.generation++;
    SAYS(tr_system_exit_send(NULL, server, TR_KILL), TR_EINVAL);
    SAYS(tr_system_exit_send(sys, server, tr_exit_make(TR_EXIT_NONE, 0, NULL)), TR_EINVAL);
    SAYS(tr_system_exit_send(sys, server, tr_exit_make((tr_exit_tag)999, 0, NULL)), TR_EINVAL);
    SAYS(tr_system_whereis(NULL, "name", &found), TR_EINVAL);
    SAYS(tr_system_whereis(sys, NULL, &found), TR_EINVAL);
    SAYS(tr_system_whereis(sys, "name", NULL), TR_EINVAL);
    SAYS(tr_system_whereis(sys, "", &found), TR_EINVAL);
    SAYS(tr_system_whereis(sys, "name", &found), TR_ENOENT);
    HOLDS(tr_pid_is_none(found));
    HOLDS(!tr_is_alive(sys, forged) && !tr_is_alive(sys, tr_no_pid()));
    forged.slot = UINT32_MAX;
    HOLDS(!tr_is_alive(sys, forged));
    struct misuse_answer answer;
    SAYS(misuse_ask_system_call(sys, forged, &(struct misuse_ask){ 0 }, 100, &answer), TR_ENOPROC);
    SAYS(tr_system_exit_send(sys, forged, TR_KILL), TR_OK);
}

void test_guests(tr_system *sys)
{
    tr_pid server = tr_no_pid();
    SAYS(tr_system_spawn(sys, &misuse_server, NULL, &server), TR_OK);
    test_guest_spawn(sys);
    test_guest_send(sys, server);
    test_guest_call(sys, server);
    test_guest_debug(sys, server);
    test_guest_rest(sys, server);
    HOLDS(tr_is_alive(sys, server)); // whatever was refused did not reach it
    SAYS(misuse_go_system_send(sys, server, &(struct misuse_go){ 0 }), TR_OK);
}
