// SPDX-License-Identifier: MIT
// Alarms and dead letters: each is told, in order, and never more than one at a time.
#include <troupe/alarm.h>
#include <troupe/dead.h>

#include "messages.h"
#include "scenario.h"

#include <string.h>

static struct {
    tr_pid watcher;
    tr_pid gone;
    unsigned notices;
    uint64_t letters; // told and missed
    unsigned by_reason[TR_DEAD_REASONS];
    unsigned ons;
    unsigned offs;
    bool state[TR_ALARM_KINDS];
    bool disorder;
    size_t deepest;
    bool forwards;
    bool slow;
} w;
TRT_WORLD(w);

static void look_at_depth(void)
{
    size_t depth = trt_depth(w.watcher);
    w.deepest = depth > w.deepest ? depth : w.deepest;
}

static void take_letter(const tr_dead_letter *letter)
{
    w.letters += 1 + letter->missed;
    w.by_reason[letter->reason]++;
}

static void take_alarm(const tr_alarm *alarm)
{
    TRT_EQUAL(alarm->missed, 0);
    w.disorder = w.disorder || w.state[alarm->kind] == alarm->on;
    w.state[alarm->kind] = alarm->on;
    w.ons += alarm->on;
    w.offs += !alarm->on;
}

TRT_ACTOR(watches)
{
    TRT_EQUAL(tr_dead_letters_watch(self, true), TR_OK);
    TRT_EQUAL(tr_dead_letters_watch(self, true), TR_OK);
    TRT_EQUAL(tr_alarm_subscribe(self, true), TR_OK);
    for (;;) {
        const tr_msg *msg = trt_next(self);
        look_at_depth();
        if (tr_msg_is(msg, &scn_go_type)) {
            return TR_NORMAL;
        }
        w.notices++;
        TRT_CHECK(tr_pid_is_none(tr_msg_sender(msg)));
        if (tr_msg_is(msg, &tr_alarm_type)) {
            TRT_EQUAL(tr_msg_bytes(msg), sizeof(tr_alarm));
            take_alarm(tr_msg_body(msg));
            continue;
        }
        TRT_CHECK(tr_msg_is(msg, &tr_dead_letter_type));
        take_letter(tr_msg_body(msg));
        if (w.forwards) {
            TRT_EQUAL(tr_send_typed(self, w.gone, &tr_dead_letter_type, tr_msg_body(msg)), TR_OK);
        }
        if (w.slow) {
            TRT_CHECK(trt_receive(self, &(tr_match){ TR_TYPES(&scn_go_type) }, 50) == NULL);
        }
    }
}

TRT_ACTOR(ends)
{
    return TR_NORMAL;
}

TRT_ACTOR(posts)
{
    for (uint32_t i = 0; i < 8; i++) {
        TRT_EQUAL(tr_send(self, w.gone, scn_red, .n = i), TR_OK);
        look_at_depth();
        trt_dawdle(self);
    }
    return TR_NORMAL;
}

static void finish(void)
{
    TRT_EQUAL(scn_go_system_send(trt_system(), w.watcher, NULL), TR_OK);
    trt_quiet();
}

static void begin(void)
{
    w.gone = trt_spawn(&ends, 0);
    w.watcher = trt_spawn(&watches, 0);
    trt_quiet();
}

// Every dead letter is told or counted in the next notice; a watcher has one unread at most.
TRT_SCENARIO(dead_letters_are_told_one_at_a_time)
{
    begin();
    (void)trt_spawn(&posts, 0);
    (void)trt_spawn(&posts, 0);
    trt_quiet();
    TRT_EQUAL(w.letters, 16);
    TRT_EQUAL(w.by_reason[TR_DEAD_NO_PROCESS], w.notices);
    TRT_CHECK(w.deepest <= 1);
    finish();
}

// A slow watcher gets few notices and all the numbers.
TRT_SCENARIO(a_slow_watcher_is_told_the_number)
{
    w.slow = true;
    begin();
    (void)trt_spawn(&posts, 0);
    trt_quiet();
    trt_advance(1000);
    TRT_EQUAL(w.letters, 8);
    TRT_CHECK(w.notices <= 8);
    TRT_CHECK(w.deepest <= 1);
    finish();
}

TRT_ACTOR(takes_one)
{
    (void)trt_next(self);
    return TR_NORMAL;
}

TRT_ACTOR(answers_twice)
{
    const tr_msg *msg = trt_next(self);
    tr_from from = tr_msg_from(msg);
    scn_ask_reply(self, from, &(struct scn_answer){ 1 });
    scn_ask_reply(self, from, &(struct scn_answer){ 2 });
    return TR_NORMAL;
}

TRT_ACTOR(asks)
{
    const tr_pid *server = arg;
    struct scn_answer answer;
    TRT_EQUAL(scn_ask_call(self, *server, &(struct scn_ask){ 1 }, TR_INFINITY, &answer), TR_OK);
    (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_red_type) }, 10);
    return TR_NORMAL;
}

// The reason tells a letter to the dead, one that waited when its receiver ended, and a second
// reply apart; the totals count each under its heading, and all are dead letters.
TRT_SCENARIO(dead_letters_have_their_reasons)
{
    begin();
    TRT_EQUAL(tr_system_send(trt_system(), w.gone, &scn_red_type, &(struct scn_red){ 1 }), TR_OK);
    trt_quiet();
    tr_pid pid = trt_spawn(&takes_one, 0);
    trt_quiet();
    (void)tr_system_exit_send(trt_system(), pid, TR_KILL);
    tr_pid server = trt_spawn(&answers_twice, 0);
    (void)trt_spawn(&asks, TRT_ARG(&server));
    trt_quiet();
    trt_advance(100);
    tr_totals totals = trt_totals();
    TRT_EQUAL(totals.unreceived[TR_DEAD_NO_PROCESS], 1);
    TRT_EQUAL(totals.unreceived[TR_DEAD_LATE_REPLY], 1);
    TRT_EQUAL(totals.dead_lettered, 2);
    TRT_EQUAL(totals.dropped, 0);
    TRT_EQUAL(w.letters, 2);
    finish();
}

// What waited when its receiver ended is told as that, and the system remembers the latest.
TRT_SCENARIO(the_latest_dead_letters_are_remembered)
{
    tr_dead_letter list[4];
    size_t count = 0;
    tr_pid pid = trt_spawn(&takes_one, 0);
    for (uint32_t i = 0; i < 3; i++) {
        TRT_EQUAL(tr_system_send(trt_system(), pid, &scn_blue_type, &(struct scn_blue){ i }),
                  TR_OK);
    }
    trt_quiet();
    TRT_EQUAL(tr_system_send(trt_system(), pid, &scn_red_type, &(struct scn_red){ 1 }), TR_OK);
    TRT_EQUAL(tr_debug_dead_letters(trt_system(), list, 4, &count), TR_OK);
    TRT_EQUAL(count, 3);
    TRT_EQUAL(list[0].reason, TR_DEAD_NO_PROCESS);
    TRT_CHECK(strcmp(list[0].type_name, "scn.red") == 0);
    TRT_CHECK(tr_pid_equal(list[0].to, pid) && list[0].bytes == sizeof(struct scn_red));
    TRT_CHECK(strcmp(list[2].type_name, "scn.blue") == 0);
    for (unsigned i = 0; i < 70; i++) {
        TRT_EQUAL(tr_system_send(trt_system(), pid, &scn_red_type, &(struct scn_red){ 1 }), TR_OK);
    }
    TRT_EQUAL(tr_debug_dead_letters(trt_system(), list, 2, &count), TR_OK);
    TRT_EQUAL(count, 2);
}

// A watcher that passes its notices on to the dead comes to rest.
TRT_SCENARIO(notices_of_notices_are_not_told)
{
    w.forwards = true;
    begin();
    (void)trt_spawn(&posts, 0);
    trt_quiet();
    TRT_EQUAL(w.letters, 8);
    TRT_EQUAL(trt_totals().dead_lettered, 8 + w.notices);
    finish();
}

// A watcher that ends, or no longer wants them, is told nothing; nothing of it is left.
TRT_ACTOR(watches_a_little)
{
    TRT_EQUAL(tr_dead_letters_watch(self, true), TR_OK);
    trt_dawdle(self);
    if (trt_choose(2) == 0) {
        TRT_EQUAL(tr_dead_letters_watch(self, false), TR_OK);
        unsigned taken = trt_drain_of(self, &tr_dead_letter_type);
        (void)trt_receive(self, &(tr_match){ TR_TYPES(&scn_red_type) }, 20);
        TRT_CHECK(taken + trt_drain_of(self, &tr_dead_letter_type) <= 1);
    }
    return TR_NORMAL;
}

TRT_SCENARIO(watchers_come_and_go)
{
    w.gone = trt_spawn(&ends, 0);
    trt_quiet();
    for (unsigned i = 0; i < 3; i++) {
        (void)trt_spawn(&watches_a_little, 0);
    }
    (void)trt_spawn(&posts, 0);
    trt_quiet();
    trt_advance(100);
    TRT_EQUAL(trt_totals().dead_lettered, 8);
}

TRT_ACTOR(waits)
{
    (void)trt_next(self);
    return TR_NORMAL;
}

// The alarm of the actors comes on at 80 % of the limit, once, and goes off below 70 %.
TRT_SCENARIO(the_actors_alarm_has_a_beginning_and_an_end, .system = { .actors_max = 20 })
{
    tr_pid pids[17];
    tr_alarm alarms[2];
    size_t count = 9;
    begin();
    for (unsigned i = 0; i < 14; i++) {
        pids[i] = trt_spawn(&waits, 0);
    }
    trt_quiet();
    TRT_EQUAL(w.ons, 0);
    for (unsigned i = 14; i < 17; i++) {
        pids[i] = trt_spawn(&waits, 0);
    }
    trt_quiet();
    TRT_EQUAL(w.ons, 1);
    TRT_EQUAL(tr_debug_alarms(trt_system(), alarms, 2, &count), TR_OK);
    TRT_EQUAL(count, 1);
    TRT_EQUAL(alarms[0].kind, TR_ALARM_ACTORS);
    TRT_EQUAL(alarms[0].limit, 20);
    for (unsigned i = 0; i < 17; i++) {
        trt_kill(pids[i]);
    }
    TRT_EQUAL(w.ons, 1);
    TRT_EQUAL(w.offs, 1);
    TRT_CHECK(!w.disorder);
    TRT_EQUAL(tr_debug_alarms(trt_system(), alarms, 2, &count), TR_OK);
    TRT_EQUAL(count, 0);
    finish();
}

TRT_ACTOR(blocks)
{
    for (unsigned i = 0; i < 5; i++) {
        tr_blocking_begin(self);
        (void)tr_test_choose(trt_test(), 2);
        tr_blocking_end(self);
        trt_dawdle(self);
    }
    return TR_NORMAL;
}

// The spares' alarm alternates, whatever the order in which threads block and come back.
TRT_SCENARIO(the_spares_alarm_alternates, .system = { .spares_max = 1 }, .workers = 3)
{
    begin();
    for (unsigned i = 0; i < 4; i++) {
        (void)trt_spawn(&blocks, 0);
    }
    trt_quiet();
    TRT_CHECK(!w.disorder);
    TRT_EQUAL(w.ons, w.offs);
    TRT_CHECK(!w.state[TR_ALARM_SPARES]);
    finish();
}

// Many threads pass the mark of a limit at once: the alarm is on or off as the count is.
TRT_ACTOR(comes_and_goes)
{
    trt_dawdle(self);
    return TR_NORMAL;
}

TRT_SCENARIO(an_alarm_ends_as_the_count_does, .system = { .actors_max = 10 })
{
    tr_alarm alarms[1];
    size_t count = 9;
    begin();
    for (unsigned i = 0; i < 20; i++) {
        tr_pid pid;
        (void)tr_system_spawn(trt_system(), &comes_and_goes, NULL, &pid);
    }
    trt_quiet();
    TRT_EQUAL(tr_debug_alarms(trt_system(), alarms, 1, &count), TR_OK);
    TRT_EQUAL(count, 0);
    TRT_EQUAL(w.ons, w.offs);
    TRT_CHECK(!w.disorder);
    finish();
}
