// SPDX-License-Identifier: MIT
// Servers: how they end, and when on_terminate is called. Section E, rows E33 to E41; traps 9
// to 11.
#include <string.h>

#include "otp_probe.h"

static tr_exit_tag end_of(tr_self *self, tr_ref ref)
{
    return trt_down_of(trt_receive(self, &(tr_match){ .ref = ref }, TR_INFINITY))->reason.tag;
}

// Sends an exit signal as the driver, which is the parent when the server is linked.
static tr_exit_tag end_by(tr_self *self, tr_exit reason)
{
    tr_ref ref;
    TRT_EQUAL(tr_monitor(self, kit.root, &ref), TR_OK);
    TRT_EQUAL(tr_exit_send(self, kit.root, reason), TR_OK);
    return end_of(self, ref);
}

// m33: the caller that is answered in on_terminate waits until it has run.
PLAY(E33_a_server_that_answers_in_on_terminate_answers_after_it, "end:normal")
{
    struct probe_value value = { 0 };
    tr_pid server = START_PROBE(self, &probe_server);
    uint64_t start_ns = tr_now_ns();
    TRT_EQUAL(
        probe_finish_call(self, server, &(struct probe_finish){ STOP_THEN_REPLY }, 5000, &value),
        TR_OK);
    TRT_EQUAL(value.n, 7);
    TRT_EQUAL(trt_ms_since(start_ns), 100);
}

// E34, the end causes one after the other: a stop, a bad result, a request without handler, a
// synchronous stop, and the parent's exit when trapping.
PLAY(E34_on_terminate_is_called_for_its_own_ends,
     "end:error | end:bad_return_value | end:error | end:shutdown | end:error |")
{
    struct probe_value value;
    for (int cause = 0; cause < 5; cause++) {
        tr_pid server = START_PROBE(self, &probe_server, .link = true, .trap = true);
        if (cause < 2) {
            int32_t how = cause == 0 ? STOP_ERROR : NONSENSE;
            (void)!probe_finish_call(self, server, &(struct probe_finish){ how }, 5000, &value);
        } else if (cause == 2) {
            (void)!probe_stray_call(self, server, &(struct probe_stray){ 0 }, 5000, &value);
        } else if (cause == 3) {
            TRT_EQUAL(tr_server_stop(self, server, TR_SHUTDOWN, 5000), TR_OK);
        } else {
            TRT_EQUAL(end_by(self, TR_ERROR("weird")), TR_EXIT_ERROR);
        }
        kit_mark();
    }
}

// E35: a signal ends a server that does not trap without it, and kill always does.
PLAY(E35_on_terminate_is_not_called_when_a_signal_ends_the_server, "| | |")
{
    START_PROBE(self, &probe_server, .link = true);
    TRT_EQUAL(end_by(self, TR_SHUTDOWN), TR_EXIT_SHUTDOWN);
    kit_mark();
    START_PROBE(self, &probe_server, .link = true);
    TRT_EQUAL(end_by(self, TR_KILL), TR_EXIT_KILLED);
    kit_mark();
    START_PROBE(self, &probe_server, .link = true, .trap = true);
    TRT_EQUAL(end_by(self, TR_KILL), TR_EXIT_KILLED);
    kit_mark();
}

// m21 for servers: the reason does not matter.
PLAY(E37_the_exit_of_the_parent_ends_a_trapping_server_whatever_the_reason,
     "end:shutdown end:error end:normal")
{
    START_PROBE(self, &probe_server, .link = true, .trap = true);
    TRT_EQUAL(end_by(self, TR_SHUTDOWN), TR_EXIT_SHUTDOWN);
    START_PROBE(self, &probe_server, .link = true, .trap = true);
    TRT_EQUAL(end_by(self, TR_ERROR("weird")), TR_EXIT_ERROR);
    START_PROBE(self, &probe_server, .link = true, .trap = true);
    TRT_EQUAL(end_by(self, TR_NORMAL), TR_EXIT_NORMAL);
}

PLAY(E37_the_text_of_the_parents_reason_is_kept, "end:error")
{
    char text[] = "a text of the parent";
    tr_ref ref;
    START_PROBE(self, &probe_server, .link = true, .trap = true);
    TRT_EQUAL(tr_monitor(self, kit.root, &ref), TR_OK);
    tr_exit_send(self, kit.root, tr_exit_make(TR_EXIT_ERROR, 3, text));
    memset(text, 'x', sizeof text - 1);
    const tr_down *down = trt_down_of(trt_receive(self, &(tr_match){ .ref = ref }, TR_INFINITY));
    TRT_EQUAL(down->reason.code, 3);
    TRT_TEXT(down->reason.text, "a text of the parent");
}

TRT_ACTOR(parent_that_returns)
{
    START_PROBE(self, &probe_server, .link = true, .trap = true);
    return TR_NORMAL;
}

PLAY(E37_a_parent_that_ends_normally_ends_a_trapping_server, "end:normal")
{
    trt_child(self, &parent_that_returns, 0);
    kit_settle(self);
    TRT_CHECK(!tr_is_alive(trt_system(), kit.root));
}

PLAY(E37_exits_of_others_go_to_on_info, "info:troupe.exited info:troupe.exited end:shutdown")
{
    START_PROBE(self, &probe_server, .link = true, .trap = true);
    TRT_EQUAL(tr_system_exit_send(trt_system(), kit.root, TR_SHUTDOWN), TR_OK);
    kit_settle(self);
    TRT_EQUAL(tr_system_exit_send(trt_system(), kit.root, TR_NORMAL), TR_OK);
    kit_settle(self);
    TRT_EQUAL(end_by(self, TR_SHUTDOWN), TR_EXIT_SHUTDOWN);
}

PLAY(E38_without_a_link_the_starter_is_no_parent, "info:troupe.exited end:shutdown")
{
    tr_pid server = START_PROBE(self, &probe_server, .trap = true);
    tr_exit_send(self, server, TR_ERROR("weird"));
    TRT_EQUAL(tr_server_stop(self, server, TR_SHUTDOWN, 1000), TR_OK);
}

TRT_SCENARIO(a_server_of_a_guest_is_ended_by_signals_from_no_actor)
{
    tr_pid server = tr_no_pid();
    TRT_EQUAL(tr_system_server_start(trt_system(), &probe_server, &(tr_server_opts){ .trap = true },
                                     &server),
              TR_OK);
    TRT_EQUAL(tr_system_exit_send(trt_system(), server, TR_SHUTDOWN), TR_OK);
    trt_quiet();
    TRT_NOTES(0, "end:shutdown");
    TRT_CHECK(!tr_is_alive(trt_system(), server));
}

// --- tr_server_stop ------------------------------------------------------------------------------

PLAY(E41_stop_comes_after_the_messages_before_it, "1 2 end:shutdown |")
{
    tr_pid server = START_PROBE(self, &probe_server);
    tr_send(self, server, probe_num, .n = 1);
    tr_send(self, server, probe_num, .n = 2);
    TRT_EQUAL(tr_server_stop(self, server, TR_SHUTDOWN, 1000), TR_OK);
    kit_mark();
}

PLAY(E41_stop_works_on_a_server_without_on_terminate, "")
{
    tr_pid server = START_PROBE(self, &curt_server);
    TRT_EQUAL(tr_server_stop(self, server, tr_exit_make(TR_EXIT_ERROR, 4, "my text"), 1000), TR_OK);
    TRT_CHECK(!tr_is_alive(trt_system(), server));
}

// The server is at work when the stop is asked for, and finds a cast that ends it before the stop.
PLAY(E41_stop_fails_with_the_real_reason, "worked end:error |")
{
    struct probe_value value;
    tr_pid server = START_PROBE(self, &probe_server);
    TRT_EQUAL(probe_work_call(self, server, &(struct probe_work){ 50 }, 5, &value), TR_ETIMEDOUT);
    TRT_EQUAL(probe_get_send(self, server, NULL), TR_OK);
    TRT_EQUAL(tr_server_stop(self, server, TR_NORMAL, 1000), TR_EEXITED);
    TRT_EQUAL(tr_call_reason(self).tag, TR_EXIT_ERROR);
    kit_mark();
}

PLAY(E41_stop_of_a_dead_server_and_of_oneself, "end:normal")
{
    tr_pid server = START_PROBE(self, &probe_server);
    TRT_EQUAL(tr_server_stop(self, server, TR_NORMAL, 1000), TR_OK);
    TRT_EQUAL(tr_server_stop(self, server, TR_NORMAL, 1000), TR_ENOPROC);
    TRT_EQUAL(tr_server_stop(self, tr_self_pid(self), TR_NORMAL, 1000), TR_EDEADLK);
    TRT_EQUAL(tr_server_stop(self, server, (tr_exit){ 0 }, 1000), TR_EINVAL);
    TRT_EQUAL(tr_server_stop(self, server, TR_NORMAL, -1), TR_EINVAL);
}

PLAY(E41_a_stop_that_timed_out_stays_in_effect, "| worked end:shutdown")
{
    tr_ref ref;
    tr_pid server = START_PROBE(self, &probe_server);
    struct probe_value value;
    TRT_EQUAL(probe_work_call(self, server, &(struct probe_work){ 500 }, 10, &value), TR_ETIMEDOUT);
    TRT_EQUAL(tr_monitor(self, server, &ref), TR_OK);
    TRT_EQUAL(tr_server_stop(self, server, TR_SHUTDOWN, 50), TR_ETIMEDOUT);
    kit_mark();
    TRT_EQUAL(end_of(self, ref), TR_EXIT_SHUTDOWN);
}

PLAY(E41_stop_waits_until_on_terminate_has_run, "end:shutdown |")
{
    struct probe_value value;
    tr_pid server = START_PROBE(self, &probe_server);
    TRT_EQUAL(probe_put_off_call(self, server, &(struct probe_put_off){ 0 }, 5, &value),
              TR_ETIMEDOUT);
    uint64_t start_ns = tr_now_ns();
    TRT_EQUAL(tr_server_stop(self, server, TR_SHUTDOWN, 1000), TR_OK);
    TRT_EQUAL(trt_ms_since(start_ns), 100);
    kit_mark();
}
