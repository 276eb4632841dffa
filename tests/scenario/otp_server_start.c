// SPDX-License-Identifier: MIT
// Servers: their start. Section E, rows E01 to E09.
#include <string.h>

#include "otp_kit.h"

#define TR_MODULE plain
TR_MESSAGE0(get);
TR_MESSAGE(value, { int64_t n; });
TR_REQUEST(get, value);

struct plain {
    int64_t n;
    char zero[100];
};
struct plain_args {
    int64_t first;
    int64_t how; // 0 continue, 1 stop, 2 ignore, 3 nonsense, 4 never comes back, 5 exits itself
};

static bool is_zero(const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

static tr_next plain_init(tr_self *self, struct plain *plain, const struct plain_args *args)
{
    kit.pid[0] = tr_self_pid(self);
    TRT_CHECK(is_zero((const char *)plain, sizeof *plain));
    plain->n = args == NULL ? -1 : args->first;
    trt_dawdle(self);
    trt_note(0, "init");
    switch (args == NULL ? 0 : args->how) {
    case 1:
        return TR_STOP(TR_ERROR("no luck"));
    case 2:
        return TR_IGNORE;
    case 3:
        return (tr_next){ .kind = 77 };
    case 4:
        kit_wait(self, TR_INFINITY);
        return TR_CONTINUE;
    case 5:
        tr_exit_self(self, TR_ERROR("gone"));
    default:
        return TR_CONTINUE;
    }
}

static tr_next plain_on_get(tr_self *self, struct plain *plain, const struct plain_get *get,
                            tr_from from)
{
    (void)get;
    plain_get_reply(self, from, &(struct plain_value){ plain->n });
    return TR_CONTINUE;
}

TR_SERVER(plain, TR_CALL(get));

static int64_t ask(tr_self *self, tr_pid server)
{
    struct plain_value value = { -99 };
    TRT_EQUAL(plain_get_call(self, server, &(struct plain_get){ 0 }, 1000, &value), TR_OK);
    return value.n;
}

// Starts one with a link from a driver that traps: nothing may be left when it fails.
static tr_err start(tr_self *self, int64_t how, int64_t timeout_ms)
{
    struct plain_args args = { .first = 5, .how = how };
    tr_server_opts opts = { TR_ARGS_OF(&args), .name = "plain", .link = true,
                            .start_timeout_ms = timeout_ms };
    tr_pid pid = tr_no_pid();
    tr_err err = tr_server_start(self, &plain_server, &opts, &pid);
    trt_note(0, "back");
    TRT_EQUAL(tr_pid_is_none(pid), err != TR_OK);
    return err;
}

static void check_no_remnant(tr_self *self)
{
    tr_pid pid;
    TRT_CHECK(!tr_is_alive(trt_system(), kit.pid[0]));
    TRT_EQUAL(tr_whereis(self, "plain", &pid), TR_ENOENT);
    TRT_CHECK(trt_receive(self, NULL, 0) == NULL);
    kit_settle(self);
    TRT_CHECK(trt_receive(self, NULL, 0) == NULL);
}

PLAY(E01_start_returns_when_init_is_done_with_a_registered_server, "init back")
{
    tr_pid pid = tr_no_pid();
    TRT_EQUAL(start(self, 0, 0), TR_OK);
    TRT_EQUAL(tr_whereis(self, "plain", &pid), TR_OK);
    TRT_EQUAL(ask(self, pid), 5);
    TRT_EQUAL(tr_server_stop(self, pid, TR_NORMAL, 1000), TR_OK);
}

PLAY(E01_init_gets_no_arguments_when_none_were_given, "init")
{
    tr_pid pid = tr_no_pid();
    TRT_EQUAL(tr_server_start(self, &plain_server, NULL, &pid), TR_OK);
    TRT_EQUAL(ask(self, pid), -1);
    TRT_EQUAL(tr_server_stop(self, pid, TR_NORMAL, 1000), TR_OK);
}

PLAY(E01_arguments_of_any_size_are_copied, "")
{
    static const tr_server quiet_server = { .name = "quiet", .state_bytes = 0 };
    static char large[50000];
    tr_server_opts opts = { .args = large, .args_bytes = sizeof large, .link = true };
    tr_pid pid = tr_no_pid();
    TRT_EQUAL(tr_server_start(self, &quiet_server, &opts, &pid), TR_OK);
    TRT_EQUAL(tr_server_stop(self, pid, TR_SHUTDOWN, 1000), TR_OK);
}

PLAY(E04_ignore_leaves_nothing, "init back")
{
    TRT_EQUAL(start(self, 2, 0), TR_EIGNORED);
    check_no_remnant(self);
}

PLAY(E05_a_stop_in_init_is_told_to_the_starter, "init back")
{
    TRT_EQUAL(start(self, 1, 0), TR_EEXITED);
    TRT_EQUAL(tr_call_reason(self).tag, TR_EXIT_ERROR);
    TRT_TEXT(tr_call_reason(self).text, "no luck");
    check_no_remnant(self);
}

PLAY(E07_a_fault_in_init_is_told_to_the_starter, "init back")
{
    TRT_EQUAL(start(self, 5, 0), TR_EEXITED);
    TRT_TEXT(tr_call_reason(self).text, "gone");
    check_no_remnant(self);
}

PLAY(E07_nonsense_from_init_is_a_bad_return, "init back")
{
    TRT_EQUAL(start(self, 3, 0), TR_EEXITED);
    TRT_EQUAL(tr_call_reason(self).tag, TR_EXIT_BAD_RETURN);
    check_no_remnant(self);
}

PLAY(E08_an_init_over_its_time_is_killed, "init back")
{
    uint64_t start_ns = tr_now_ns();
    TRT_EQUAL(start(self, 4, 70), TR_ETIMEDOUT);
    TRT_EQUAL(trt_ms_since(start_ns), 70);
    check_no_remnant(self);
}

// E09 is check_no_remnant above: no exit message, and the dead actor is really gone. C09 as well:
// the name is free at once.
PLAY(E09_a_failed_start_can_be_repeated_at_once, "init back init back init back init back")
{
    for (int i = 0; i < 3; i++) {
        TRT_EQUAL(start(self, 1, 0), TR_EEXITED);
    }
    TRT_EQUAL(start(self, 0, 0), TR_OK);
    TRT_EQUAL(tr_server_stop(self, kit.pid[0], TR_NORMAL, 1000), TR_OK);
}

PLAY(C08_a_taken_name_refuses_the_start, "init back back")
{
    TRT_EQUAL(start(self, 0, 0), TR_OK);
    tr_pid first = kit.pid[0];
    TRT_EQUAL(start(self, 0, 0), TR_EEXIST);
    TRT_EQUAL(tr_server_stop(self, first, TR_NORMAL, 1000), TR_OK);
}

TRT_SCENARIO(E01_a_guest_starts_a_server_and_calls_it)
{
    tr_server_opts opts = { TR_ARGS(struct plain_args, .first = 8) };
    struct plain_value value = { 0 };
    tr_pid pid = tr_no_pid();
    TRT_EQUAL(tr_system_server_start(trt_system(), &plain_server, &opts, &pid), TR_OK);
    TRT_EQUAL(plain_get_system_call(trt_system(), pid, &(struct plain_get){ 0 }, 1000, &value),
              TR_OK);
    TRT_EQUAL(value.n, 8);
    opts.link = true;
    TRT_EQUAL(tr_system_server_start(trt_system(), &plain_server, &opts, &pid), TR_EINVAL);
    trt_kill(pid);
}

TRT_SCENARIO(E05_a_guest_is_told_that_init_stopped)
{
    tr_server_opts opts = { TR_ARGS(struct plain_args, .how = 1) };
    tr_pid pid = tr_no_pid();
    TRT_EQUAL(tr_system_server_start(trt_system(), &plain_server, &opts, &pid), TR_EEXITED);
    opts = (tr_server_opts){ TR_ARGS(struct plain_args, .how = 2) };
    TRT_EQUAL(tr_system_server_start(trt_system(), &plain_server, &opts, &pid), TR_EIGNORED);
    TRT_CHECK(tr_pid_is_none(pid));
    TRT_EQUAL(trt_alive_count(), 0);
}

PLAY(wrong_options_are_refused, "")
{
    tr_pid pid = tr_no_pid();
    tr_server headless = plain_server;
    headless.handlers = NULL;
    TRT_EQUAL(tr_server_start(self, NULL, NULL, &pid), TR_EINVAL);
    TRT_EQUAL(tr_server_start(self, &plain_server, NULL, NULL), TR_EINVAL);
    TRT_EQUAL(tr_server_start(self, &headless, NULL, &pid), TR_EINVAL);
    TRT_EQUAL(tr_server_start(self, &plain_server, &(tr_server_opts){ .args_bytes = 4 }, &pid),
              TR_EINVAL);
    TRT_EQUAL(
        tr_server_start(self, &plain_server, &(tr_server_opts){ .start_timeout_ms = -1 }, &pid),
        TR_EINVAL);
    TRT_CHECK(tr_pid_is_none(pid));
}
