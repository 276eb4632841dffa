// SPDX-License-Identifier: MIT
// Servers: requests, casts and everything else. Section E, rows E11 to E27; trap 12.
#include <string.h>

#include "otp_probe.h"

static tr_err get(tr_self *self, tr_pid server, int64_t *out)
{
    struct probe_value value = { -1 };
    tr_err err = probe_get_call(self, server, &(struct probe_get){ 0 }, 5000, &value);
    *out = value.n;
    return err;
}

static tr_err finish(tr_self *self, tr_pid server, int32_t how)
{
    struct probe_value value;
    return probe_finish_call(self, server, &(struct probe_finish){ how }, 5000, &value);
}

PLAY(E11_a_call_returns_the_reply, "4 end:normal")
{
    int64_t n = 0;
    tr_pid server = START_PROBE(self, &probe_server);
    tr_send(self, server, probe_num, .n = 4);
    TRT_EQUAL(get(self, server, &n), TR_OK);
    TRT_EQUAL(n, 4);
    TRT_EQUAL(tr_server_stop(self, server, TR_NORMAL, 1000), TR_OK);
}

PLAY(E12_a_call_to_nobody_or_to_oneself_fails_at_once, "end:normal")
{
    int64_t n = 0;
    tr_pid server = START_PROBE(self, &probe_server);
    TRT_EQUAL(tr_server_stop(self, server, TR_NORMAL, 1000), TR_OK);
    uint64_t start_ns = tr_now_ns();
    TRT_EQUAL(get(self, server, &n), TR_ENOPROC);
    TRT_EQUAL(get(self, tr_self_pid(self), &n), TR_EDEADLK);
    TRT_EQUAL(trt_ms_since(start_ns), 0);
}

PLAY(E13_a_server_that_ends_during_a_call_fails_it_with_its_reason, "end:error end:normal")
{
    tr_pid server = START_PROBE(self, &probe_server);
    TRT_EQUAL(finish(self, server, STOP_ERROR), TR_EEXITED);
    TRT_EQUAL(tr_call_reason(self).tag, TR_EXIT_ERROR);
    TRT_EQUAL(tr_call_reason(self).code, 12);
    TRT_TEXT(tr_call_reason(self).text, "asked to");
    server = START_PROBE(self, &probe_server);
    TRT_EQUAL(finish(self, server, STOP_NORMAL), TR_EEXITED);
    TRT_EQUAL(tr_call_reason(self).tag, TR_EXIT_NORMAL);
}

PLAY(E15_after_a_timeout_the_server_works_on_and_the_late_reply_is_dropped, "worked 5 end:normal")
{
    struct probe_value value;
    int64_t n = 0;
    tr_pid server = START_PROBE(self, &probe_server);
    TRT_EQUAL(probe_work_call(self, server, &(struct probe_work){ 50 }, 20, &value), TR_ETIMEDOUT);
    tr_send(self, server, probe_num, .n = 5);
    TRT_EQUAL(get(self, server, &n), TR_OK);
    TRT_EQUAL(n, 5);
    TRT_CHECK(trt_receive(self, NULL, 100) == NULL);
    TRT_EQUAL(tr_server_stop(self, server, TR_NORMAL, 1000), TR_OK);
}

// E16 and E17: whoever wins the race at 20 ms, nothing is left in the mailbox.
PLAY(E16_a_reply_and_a_timeout_at_the_same_moment_leave_nothing_behind, "worked end:normal")
{
    struct probe_value value;
    tr_pid server = START_PROBE(self, &probe_server);
    tr_err err = probe_work_call(self, server, &(struct probe_work){ 20 }, 20, &value);
    TRT_CHECK(err == TR_OK || err == TR_ETIMEDOUT);
    TRT_EQUAL(tr_server_stop(self, server, TR_NORMAL, 1000), TR_OK);
    TRT_CHECK(trt_receive(self, NULL, 100) == NULL);
}

PLAY(E17_no_monitor_notice_is_left_after_a_call, "end:normal")
{
    int64_t n = 0;
    tr_pid server = START_PROBE(self, &probe_server);
    TRT_EQUAL(get(self, server, &n), TR_OK);
    TRT_EQUAL(tr_server_stop(self, server, TR_NORMAL, 1000), TR_OK);
    TRT_CHECK(trt_receive(self, NULL, 100) == NULL);
}

TRT_ACTOR(asks_and_waits)
{
    struct probe_value value = { 0 };
    kit.err[0] = probe_put_off_call(self, kit.root, &(struct probe_put_off){ 0 }, 5000, &value);
    trt_note(1, "%d", (int)value.n);
    return TR_NORMAL;
}

PLAY(E18_a_reply_may_come_later, "")
{
    tr_pid server = START_PROBE(self, &probe_server);
    trt_child(self, &asks_and_waits, 0);
    kit_settle(self);
    tr_send(self, server, probe_give, .n = 31);
    kit_settle(self);
    TRT_EQUAL(kit.err[0], TR_OK);
    TRT_NOTES(1, "31");
    tr_exit_send(self, server, TR_KILL);
}

// E19: OTP leaves the second reply in the caller's mailbox; here it is dropped.
PLAY(E19_the_second_of_two_replies_is_dropped, "")
{
    tr_pid server = START_PROBE(self, &probe_server);
    trt_child(self, &asks_and_waits, 0);
    kit_settle(self);
    tr_send(self, server, probe_give, .n = 31);
    tr_send(self, server, probe_give, .n = 32);
    kit_settle(self);
    TRT_NOTES(1, "31");
    tr_exit_send(self, server, TR_KILL);
}

PLAY(E20_a_reply_to_a_dead_caller_is_no_error, "6")
{
    int64_t n = 0;
    tr_pid server = START_PROBE(self, &probe_server);
    tr_pid caller = trt_child(self, &asks_and_waits, 0);
    kit_settle(self);
    tr_exit_send(self, caller, TR_KILL);
    tr_send(self, server, probe_give, .n = 1);
    tr_send(self, server, probe_num, .n = 6);
    TRT_EQUAL(get(self, server, &n), TR_OK);
    TRT_EQUAL(tr_exit_send(self, server, TR_KILL), TR_OK);
}

PLAY(E21_requests_and_casts_of_one_client_are_handled_in_order, "1 2 info:probe.word 3 end:normal")
{
    int64_t n = 0;
    tr_pid server = START_PROBE(self, &probe_server);
    tr_send(self, server, probe_num, .n = 1);
    tr_send(self, server, probe_num, .n = 2);
    TRT_EQUAL(get(self, server, &n), TR_OK);
    TRT_EQUAL(n, 2);
    probe_word_send(self, server, NULL);
    tr_send(self, server, probe_num, .n = 3);
    TRT_EQUAL(tr_server_stop(self, server, TR_NORMAL, 1000), TR_OK);
}

PLAY(E22_a_cast_to_nobody_is_no_error, "end:normal")
{
    tr_pid server = START_PROBE(self, &probe_server);
    TRT_EQUAL(tr_server_stop(self, server, TR_NORMAL, 1000), TR_OK);
    TRT_EQUAL(tr_send(self, server, probe_num, .n = 1), TR_OK);
}

PLAY(E23_other_messages_go_to_on_info, "info:probe.word info:troupe.down 1 end:normal")
{
    tr_pid server = START_PROBE(self, &probe_server);
    tr_down forged = { .pid = tr_self_pid(self) };
    probe_word_send(self, server, NULL);
    TRT_EQUAL(tr_send_typed(self, server, &tr_down_type, &forged), TR_OK);
    tr_send(self, server, probe_num, .n = 1);
    TRT_EQUAL(tr_server_stop(self, server, TR_NORMAL, 1000), TR_OK);
}

PLAY(E23_without_on_info_they_are_dropped, "1")
{
    tr_pid server = START_PROBE(self, &curt_server);
    probe_word_send(self, server, NULL);
    tr_send(self, server, probe_num, .n = 1);
    TRT_EQUAL(tr_server_stop(self, server, TR_NORMAL, 1000), TR_OK);
}

PLAY(E24_a_request_without_handler_ends_the_server_and_is_named, "end:error")
{
    struct probe_value value;
    tr_pid server = START_PROBE(self, &probe_server);
    TRT_EQUAL(probe_stray_call(self, server, &(struct probe_stray){ 0 }, 1000, &value), TR_EEXITED);
    TRT_EQUAL(tr_call_reason(self).tag, TR_EXIT_ERROR);
    TRT_TEXT(tr_call_reason(self).text, "no handler for call probe.stray");
}

PLAY(E24_a_request_sent_as_a_cast_ends_the_server_and_is_named, "end:error")
{
    tr_ref ref;
    tr_pid server = START_PROBE(self, &probe_server);
    TRT_EQUAL(tr_monitor(self, server, &ref), TR_OK);
    probe_get_send(self, server, NULL);
    const tr_down *down = trt_down_of(trt_receive(self, &(tr_match){ .ref = ref }, 1000));
    TRT_TEXT(down->reason.text, "no handler for cast probe.get");
}

PLAY(E24_a_cast_sent_as_a_request_ends_the_server_and_is_named, "end:error")
{
    const tr_msg *reply;
    tr_pid server = START_PROBE(self, &probe_server);
    TRT_EQUAL(tr_call_typed(self, server, &probe_num_type, &(struct probe_num){ 1 }, 1000, &reply),
              TR_EEXITED);
    TRT_TEXT(tr_call_reason(self).text, "no handler for call probe.num");
}

PLAY(E25_a_handler_may_reply_and_stop, "end:normal")
{
    tr_pid server = START_PROBE(self, &probe_server);
    TRT_EQUAL(finish(self, server, REPLY_AND_STOP), TR_OK);
    kit_settle(self);
    TRT_CHECK(!tr_is_alive(trt_system(), server));
}

PLAY(E27_nonsense_from_a_handler_is_a_bad_return, "end:bad_return_value end:bad_return_value")
{
    tr_pid server = START_PROBE(self, &probe_server);
    TRT_EQUAL(finish(self, server, NONSENSE), TR_EEXITED);
    TRT_EQUAL(tr_call_reason(self).tag, TR_EXIT_BAD_RETURN);
    TRT_TEXT(tr_call_reason(self).text, "probe.finish");
    server = START_PROBE(self, &probe_server);
    TRT_EQUAL(finish(self, server, IGNORE), TR_EEXITED);
    TRT_EQUAL(tr_call_reason(self).tag, TR_EXIT_BAD_RETURN);
}

PLAY(E27_a_handler_that_forgets_to_answer_is_a_bad_return, "end:bad_return_value")
{
    tr_pid server = START_PROBE(self, &probe_server);
    TRT_EQUAL(finish(self, server, FORGET), TR_EEXITED);
    TRT_EQUAL(tr_call_reason(self).tag, TR_EXIT_BAD_RETURN);
}
