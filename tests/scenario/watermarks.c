// SPDX-License-Identifier: MIT
// Marks of a mailbox: the alarm comes on at the high one and goes off at the low one, once each.
#include "messages.h"
#include "scenario.h"

#include <troupe/alarm.h>
#include <troupe/log.h>

static struct {
    tr_pid narrow;
    bool go;
} w;
TRT_WORLD(w);

// Notes what it is told of mailboxes.
TRT_ACTOR(watcher)
{
    TRT_EQUAL(tr_alarm_subscribe(self, true), TR_OK);
    for (const tr_msg *msg; (msg = trt_receive(self, NULL, 500)) != NULL;) {
        const tr_alarm *alarm = tr_msg_body(msg);
        TRT_CHECK(tr_msg_is(msg, &tr_alarm_type) && alarm->kind == TR_ALARM_MAILBOX);
        TRT_CHECK(tr_pid_equal(alarm->about, w.narrow));
        TRT_EQUAL(alarm->missed, 0);
        trt_note(0, "%s", alarm->on ? "on" : alarm->value == 0 ? "ended" : "off");
    }
    return TR_NORMAL;
}

// Leaves its messages where they are for 50 ms, then takes them all.
TRT_ACTOR(gate)
{
    TRT_CHECK(trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, 50) == NULL);
    while (trt_receive(self, NULL, 20) != NULL) {
        trt_dawdle(self);
    }
    (void)trt_next_of(self, &scn_go_type); // its end would take the alarm off
    return TR_NORMAL;
}

static void listen(const tr_log_event *event, void *context)
{
    (void)context;
    if (event->kind == TR_LOG_ALARM && event->level == TR_LOG_WARNING) {
        trt_note(1, "%s/%s", event->name, event->label);
    }
}

static void send_some(unsigned count)
{
    struct scn_num num = { 0 };
    for (unsigned i = 0; i < count; i++) {
        TRT_EQUAL(scn_num_system_send(trt_system(), w.narrow, &num), TR_OK);
    }
    trt_quiet();
}

static size_t alarms(void)
{
    tr_alarm list[4];
    size_t count = 0;
    TRT_EQUAL(tr_debug_alarms(trt_system(), list, 4, &count), TR_OK);
    return count;
}

static tr_mailbox_opts any_shape(void)
{
    static const tr_mailbox_opts shapes[] = {
        { .high = 3, .low = 1 },
        { .capacity = 9, .high = 3, .low = 1 },
        { .bytes = 9000, .high = 3, .low = 1 },
        { .capacity = 9, .policy = TR_MAILBOX_DROP_OLDEST, .high = 3, .low = 1 },
    };
    return shapes[trt_choose(4)];
}

TRT_SCENARIO(an_alarm_comes_on_at_the_high_mark_and_goes_off_at_the_low_one)
{
    trt_spawn(&watcher, 0);
    w.narrow = trt_spawn(&gate, .mailbox = any_shape());
    trt_quiet();
    send_some(2);
    TRT_EQUAL(alarms(), 0);
    send_some(1);
    TRT_EQUAL(alarms(), 1);
    send_some(4);
    TRT_EQUAL(alarms(), 1);
    trt_advance(100);
    TRT_EQUAL(alarms(), 0);
    TRT_CHECK(tr_is_alive(trt_system(), w.narrow));
    trt_advance(600);
    TRT_NOTES(0, "on off");
    trt_kill(w.narrow);
}

TRT_SCENARIO(the_alarm_of_a_mailbox_goes_off_with_its_owner)
{
    trt_spawn(&watcher, 0);
    w.narrow = trt_spawn(&gate, .mailbox = any_shape());
    trt_quiet();
    send_some(5);
    TRT_EQUAL(alarms(), 1);
    trt_kill(w.narrow);
    TRT_EQUAL(alarms(), 0);
    trt_advance(600);
    TRT_NOTES(0, "on ended");
}

// What is logged of an alarm says whose it is, by name while that lives.
TRT_SCENARIO(the_log_names_the_owner_of_a_full_mailbox, .system = { .log = { .fn = listen } })
{
    w.narrow = trt_spawn(&gate, .mailbox = { .high = 3, .low = 1 }, .name = "narrow");
    trt_quiet();
    send_some(5);
    trt_kill(w.narrow);
    trt_quiet();
    TRT_NOTES(1, "narrow/gate");
}

// The owner does not come back to the runtime: its senders raise the alarm.
TRT_ACTOR(stuck)
{
    (void)trt_next(self);
    while (!w.go) {
        tr_yield(self);
    }
    while (trt_receive(self, NULL, 0) != NULL) {}
    return TR_NORMAL;
}

TRT_ACTOR(floods_stuck)
{
    for (uint32_t seq = 0; seq < 4; seq++) {
        TRT_EQUAL(tr_send(self, w.narrow, scn_num, .seq = seq), TR_OK);
    }
    TRT_EQUAL(alarms(), 1);
    w.go = true;
    return TR_NORMAL;
}

TRT_SCENARIO(senders_raise_the_alarm_of_a_stuck_owner)
{
    w.narrow = trt_spawn(&stuck, .mailbox = any_shape());
    trt_spawn(&floods_stuck, 0);
    trt_quiet();
    TRT_CHECK(w.go);
    TRT_EQUAL(alarms(), 0);
}

TRT_ACTOR(refused)
{
    tr_mailbox_opts bad[] = {
        { .low = 1 }, { .high = 2, .low = 2 }, { .high = 2, .low = 3 }, { .capacity = 4, .high = 5 }
    };
    for (size_t i = 0; i < TR_COUNT(bad); i++) {
        tr_spawn_opts opts = { .mailbox = bad[i] };
        TRT_EQUAL(tr_spawn(self, &gate, &opts, NULL), TR_EINVAL);
    }
    return TR_NORMAL;
}

TRT_SCENARIO(marks_that_make_no_sense_are_refused, .seeds = 50)
{
    trt_spawn(&refused, 0);
    trt_quiet();
    TRT_EQUAL(trt_alive_count(), 0);
}
