// SPDX-License-Identifier: MIT
// What scenarios do again and again: spawn, receive, look in, wait.
#include "scenario.h"

#include <string.h>

uint32_t trt_choose(uint32_t below)
{
    return tr_test_choose(trt_test(), below);
}

void trt_dawdle(tr_self *self)
{
    for (uint32_t left = trt_choose(4); left > 0; left--) {
        tr_yield(self);
    }
}

void trt_quiet(void)
{
    tr_test_quiet(trt_test(), 0);
}

void trt_advance(int64_t ms)
{
    tr_test_advance(trt_test(), ms);
}

int64_t trt_ms_since(uint64_t start_ns)
{
    return (int64_t)((tr_now_ns() - start_ns) / 1000000u);
}

tr_pid trt_spawn_with(const tr_actor_spec *spec, const tr_spawn_opts *opts)
{
    tr_pid pid = tr_no_pid();
    TRT_EQUAL(tr_system_spawn(trt_system(), spec, opts, &pid), TR_OK);
    return pid;
}

tr_pid trt_child_with(tr_self *self, const tr_actor_spec *spec, const tr_spawn_opts *opts)
{
    tr_pid pid = tr_no_pid();
    TRT_EQUAL(tr_spawn(self, spec, opts, &pid), TR_OK);
    return pid;
}

const tr_msg *trt_receive(tr_self *self, const tr_match *match, int64_t timeout_ms)
{
    const tr_msg *msg = NULL;
    tr_err err = tr_receive(self, match, timeout_ms, &msg);
    TRT_CHECK(err == TR_OK || err == TR_ETIMEDOUT);
    TRT_CHECK((err == TR_OK) == (msg != NULL));
    return err == TR_OK ? msg : NULL;
}

const tr_msg *trt_next(tr_self *self)
{
    return trt_receive(self, NULL, TR_INFINITY);
}

const tr_msg *trt_next_of(tr_self *self, const tr_type *type)
{
    return trt_receive(self, &(tr_match){ TR_TYPES(type) }, TR_INFINITY);
}

bool trt_poll_of(tr_self *self, const tr_type *type)
{
    return trt_receive(self, &(tr_match){ TR_TYPES(type) }, 0) != NULL;
}

unsigned trt_drain_of(tr_self *self, const tr_type *type)
{
    unsigned count = 0;
    while (trt_poll_of(self, type)) {
        count++;
    }
    return count;
}

const tr_down *trt_down_of(const tr_msg *msg)
{
    static const tr_down none;
    bool is_down = msg != NULL && tr_msg_get_kind(msg) == TR_MSG_DOWN &&
                   tr_msg_is(msg, &tr_down_type) && tr_msg_bytes(msg) >= sizeof(tr_down);
    TRT_CHECK(is_down);
    return is_down ? tr_msg_body(msg) : &none;
}

const tr_exited *trt_exited_of(const tr_msg *msg)
{
    static const tr_exited none;
    bool is_exited = msg != NULL && tr_msg_get_kind(msg) == TR_MSG_EXIT &&
                     tr_msg_is(msg, &tr_exited_type) && tr_msg_bytes(msg) >= sizeof(tr_exited);
    TRT_CHECK(is_exited);
    return is_exited ? tr_msg_body(msg) : &none;
}

tr_exit_tag trt_await_end(tr_self *self, tr_pid pid)
{
    tr_ref ref = tr_no_ref();
    TRT_EQUAL(tr_monitor(self, pid, &ref), TR_OK);
    const tr_down *down = trt_down_of(trt_receive(self, &(tr_match){ .ref = ref }, TR_INFINITY));
    TRT_CHECK(tr_pid_equal(down->pid, pid));
    return down->reason.tag;
}

tr_totals trt_totals(void)
{
    tr_totals totals = { 0 };
    TRT_EQUAL(tr_debug_totals(trt_system(), &totals), TR_OK);
    return totals;
}

tr_state trt_state(tr_pid pid)
{
    tr_actor_info info = TR_ACTOR_INFO_INIT;
    return tr_debug_info(trt_system(), pid, &info) == TR_OK ? info.state : TR_STATE_FREE;
}

size_t trt_depth(tr_pid pid)
{
    tr_actor_info info = TR_ACTOR_INFO_INIT;
    return tr_debug_info(trt_system(), pid, &info) == TR_OK ? info.mailbox_depth : 0;
}

static bool count_one(const tr_actor_info *info, void *context)
{
    (void)info;
    ++*(unsigned *)context;
    return true;
}

unsigned trt_alive_count(void)
{
    unsigned count = 0;
    TRT_EQUAL(tr_debug_each(trt_system(), count_one, &count), TR_OK);
    return count;
}

void trt_check_fates(void)
{
    tr_totals now = trt_totals();
    TRT_EQUAL(now.accepted + now.refused, now.attempted);
    TRT_EQUAL(now.received + now.dropped + now.dead_lettered + now.waiting, now.accepted);
    TRT_EQUAL(now.spawned - now.exited, trt_alive_count());
    if (now.spawned == now.exited) {
        TRT_EQUAL(now.waiting, 0);
    }
}

void trt_kill(tr_pid pid)
{
    TRT_EQUAL(tr_system_exit_send(trt_system(), pid, TR_KILL), TR_OK);
    trt_quiet();
}
