// SPDX-License-Identifier: MIT
// The log: order, completeness, crash reports and their rate, the limit of the queue.
#include <troupe/log.h>

#include "messages.h"
#include "scenario.h"

#include <stdio.h>
#include <string.h>

static struct {
    unsigned told;
    unsigned crashes;
    uint64_t suppressed;
    unsigned lost_events;
    int64_t next[4]; // of each actor's own counting
    bool disorder;
    char last[200];
    tr_pid pid;
    tr_pid parent;
} w;
TRT_WORLD(w);

static const tr_log_field *field(const tr_log_event *event, const char *key)
{
    for (size_t i = 0; i < event->field_count; i++) {
        if (strcmp(event->fields[i].key, key) == 0) {
            return &event->fields[i];
        }
    }
    return NULL;
}

static void listen(const tr_log_event *event, void *context)
{
    TRT_CHECK(context == &w);
    w.told++;
    w.suppressed += event->suppressed;
    w.lost_events += event->kind == TR_LOG_LOST;
    w.crashes += event->kind == TR_LOG_CRASH;
    const tr_log_field *who = field(event, "who");
    const tr_log_field *seq = field(event, "seq");
    if (who != NULL && seq != NULL) {
        w.disorder = w.disorder || seq->value.number != w.next[who->value.number];
        w.next[who->value.number] = seq->value.number + 1;
    }
    if (event->kind == TR_LOG_CRASH) {
        (void)snprintf(w.last, sizeof w.last, "%s|%s|%s|%s|%s|%d|%d", event->text, event->name,
                       event->label, field(event, "reason")->value.text,
                       field(event, "message")->value.text,
                       (int)field(event, "depth")->value.number,
                       (int)tr_pid_equal(event->actor, w.pid) +
                           2 * (int)tr_pid_equal(field(event, "parent")->value.pid, w.parent));
    }
}

#define LISTEN .system = { .log = { .fn = listen, .context = &w } }

static tr_err say(tr_self *self, int64_t who, int64_t seq)
{
    tr_log_field fields[] = { tr_log_number("who", who), tr_log_number("seq", seq) };
    return tr_log(self, TR_LOG_INFO, "said", fields, 2);
}

TRT_ACTOR(talks)
{
    const int64_t *who = arg;
    for (int64_t i = 0; i < 5; i++) {
        TRT_EQUAL(say(self, *who, i), TR_OK);
        trt_dawdle(self);
    }
    return TR_NORMAL;
}

// Each actor's events reach the sink in the order in which it logged them, none missing.
TRT_SCENARIO(events_arrive_in_order, LISTEN)
{
    for (int64_t who = 0; who < 3; who++) {
        (void)trt_spawn(&talks, TRT_ARG(&who));
    }
    trt_quiet();
    TRT_EQUAL(w.told, 15);
    TRT_CHECK(!w.disorder);
    TRT_EQUAL(w.suppressed, 0);
}

// What was logged before the stop was told when the stop returns.
TRT_SCENARIO(everything_is_told_before_the_stop_returns, LISTEN, .stops = true)
{
    uint32_t count = 1 + trt_choose(20);
    for (uint32_t i = 0; i < count; i++) {
        TRT_EQUAL(tr_system_log(trt_system(), TR_LOG_ERROR, "guest", NULL, 0), TR_OK);
    }
    int64_t who = 1;
    (void)trt_spawn(&talks, TRT_ARG(&who));
    (void)tr_test_steps(trt_test(), trt_choose(60));
    TRT_EQUAL(tr_system_stop(trt_system(), 1000, NULL), TR_OK);
    TRT_EQUAL(w.told, count + (unsigned)w.next[1]);
    TRT_EQUAL(tr_system_log(trt_system(), TR_LOG_ERROR, "late", NULL, 0), TR_ESTOPPED);
}

TRT_ACTOR(ends_badly)
{
    (void)trt_next(self);
    return tr_exit_make(TR_EXIT_ERROR, 7, "boom");
}

TRT_ACTOR(bears)
{
    w.parent = tr_self_pid(self);
    w.pid = trt_child(self, &ends_badly, .name = "victim", .mailbox = { .capacity = 9 });
    TRT_EQUAL(tr_send(self, w.pid, scn_red, .n = 1), TR_OK);
    (void)trt_await_end(self, w.pid);
    return TR_NORMAL;
}

// A crash report says who, why, in which message, how much waited, and whose child.
TRT_SCENARIO(a_crash_report_names_actor_reason_and_message, LISTEN)
{
    (void)trt_spawn(&bears, 0);
    trt_quiet();
    TRT_EQUAL(w.told, 1);
    TRT_CHECK(strncmp(w.last, "actor crashed|victim|ends_badly|error: boom (7)|scn.red|", 56) == 0);
    TRT_CHECK(strlen(w.last) > 1 && w.last[strlen(w.last) - 1] == '3');
}

TRT_ACTOR(ends_with)
{
    const tr_exit *reason = arg;
    return *reason;
}

// normal, shutdown and shutdown with a text are clean ends: no report.
TRT_SCENARIO(clean_ends_are_not_reported, LISTEN, .traces = 1)
{
    tr_exit reasons[] = { TR_NORMAL, TR_SHUTDOWN, tr_exit_make(TR_EXIT_SHUTDOWN, 0, "over") };
    for (size_t i = 0; i < TR_COUNT(reasons); i++) {
        (void)trt_spawn(&ends_with, TRT_ARG(&reasons[i]));
    }
    trt_quiet();
    TRT_EQUAL(w.told, 0);
    tr_exit bad = tr_exit_make(TR_EXIT_TIMEOUT, 0, NULL);
    (void)trt_spawn(&ends_with, TRT_ARG(&bad));
    trt_quiet();
    TRT_EQUAL(w.crashes, 1);
}

TRT_ACTOR(waits)
{
    (void)trt_next(self);
    return TR_NORMAL;
}

// Whom a signal ends did not crash.
TRT_SCENARIO(an_end_by_a_signal_is_not_reported, LISTEN)
{
    trt_kill(trt_spawn(&waits, 0));
    trt_quiet();
    TRT_EQUAL(w.crashes, 0);
}

// A storm of crashes is told at its rate, and the next report says how many were not.
TRT_SCENARIO(crash_reports_keep_their_rate, .seeds = 200, .traces = 1,
             .system = { .log = { .fn = listen, .context = &w, .crash_reports_per_s = 4 } })
{
    tr_exit bad = TR_ERROR("bad");
    for (unsigned i = 0; i < 15; i++) {
        (void)trt_spawn(&ends_with, TRT_ARG(&bad));
    }
    trt_quiet();
    TRT_EQUAL(w.crashes, 4);
    trt_advance(250);
    (void)trt_spawn(&ends_with, TRT_ARG(&bad));
    trt_quiet();
    TRT_EQUAL(w.crashes, 5);
    TRT_EQUAL(w.suppressed, 11);
    trt_advance(5000);
    for (unsigned i = 0; i < 6; i++) {
        (void)trt_spawn(&ends_with, TRT_ARG(&bad));
    }
    trt_quiet();
    TRT_EQUAL(w.crashes, 9);
}

TRT_ACTOR(floods)
{
    unsigned *refused = *(unsigned *const *)arg;
    for (int64_t i = 0; i < 400; i++) {
        *refused += say(self, 0, i) == TR_EFULL;
    }
    return TR_ERROR("tired");
}

// A full queue loses the newest, counts them, and keeps room for the runtime's own events.
TRT_SCENARIO(a_full_queue_counts_what_it_loses, LISTEN, .seeds = 200, .stops = true)
{
    unsigned refused = 0;
    unsigned *pointer = &refused;
    (void)trt_spawn(&floods, TRT_ARG(&pointer));
    trt_quiet();
    TRT_EQUAL(tr_system_stop(trt_system(), 1000, NULL), TR_OK);
    trt_note(0, "%u", refused);
    TRT_EQUAL(w.suppressed, refused);
    TRT_EQUAL(w.crashes, 1);
    TRT_EQUAL(w.told, 400 - refused + w.crashes + w.lost_events);
}

TRT_ACTOR(whispers)
{
    TRT_EQUAL(tr_log(self, TR_LOG_DEBUG, "debug", NULL, 0), TR_OK);
    TRT_EQUAL(tr_log(self, TR_LOG_INFO, "info", NULL, 0), TR_OK);
    TRT_EQUAL(tr_log(self, TR_LOG_WARNING, "warning", NULL, 0), TR_OK);
    TRT_EQUAL(tr_log(self, TR_LOG_ERROR, "error", NULL, 0), TR_OK);
    return TR_ERROR("x");
}

// Events below the least level are not told.
TRT_SCENARIO(the_level_is_the_least_one_told, .traces = 1,
             .system = { .log = { .fn = listen, .context = &w, .level = TR_LOG_WARNING } })
{
    (void)trt_spawn(&whispers, 0);
    trt_quiet();
    TRT_EQUAL(w.told, 3);
}

// Without a sink nothing is told, and nothing fails.
TRT_SCENARIO(without_a_sink_nothing_is_told, .traces = 1)
{
    (void)trt_spawn(&whispers, 0);
    trt_quiet();
    TRT_EQUAL(w.told, 0);
}

static void echo(const tr_log_event *event, void *context)
{
    w.told++;
    (void)event;
    (void)context;
    (void)tr_system_log(trt_system(), TR_LOG_INFO, "echo", NULL, 0);
}

// A sink that logs itself does not keep the system from stopping.
TRT_SCENARIO(a_sink_that_logs_does_not_hold_the_stop, .stops = true, .seeds = 100, .traces = 1,
             .system = { .log = { .fn = echo } })
{
    TRT_EQUAL(tr_system_log(trt_system(), TR_LOG_INFO, "first", NULL, 0), TR_OK);
    TRT_EQUAL(tr_system_stop(trt_system(), 1000, NULL), TR_OK);
    TRT_CHECK(w.told > 0);
}
