// SPDX-License-Identifier: MIT
#include "process/notice.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "process/receive.h"
#include "process/signal.h"
#include "world.h"

static struct tr_self *a;
static struct tr_self *b;

static void begin(void)
{
    trt_world_begin();
    a = trt_actor(1);
    b = trt_actor(2);
}

static void raise(const struct tr_self *about, bool on, uint64_t value)
{
    tr_alarm alarm = { .kind = TR_ALARM_MAILBOX, .on = on, .value = value, .limit = 50 };
    if (about != NULL) {
        alarm.about = tri_actor_pid(about);
    }
    tri_notice_alarm(&trt_system, &alarm);
}

// Takes a notice out of the mailbox and says "kind on value missed"; "-" when there is none.
static const char *next(struct tr_self *self)
{
    static char text[64];
    cr_assert_not(tri_notice_flush(&trt_system));
    tri_drain(trt_thread, self);
    struct tr_msg *msg = self->box.first;
    if (msg == NULL) {
        return "-";
    }
    cr_assert_eq(self->box.length, 1, "one notice at a time");
    tr_alarm *alarm = tri_body(msg);
    snprintf(text, sizeof text, "%d %d %d %d", (int)alarm->kind, (int)alarm->on, (int)alarm->value,
             (int)alarm->missed);
    tri_message_take(trt_thread, self, msg);
    tri_mailbox_free(&self->box, NULL, msg);
    self->current = NULL;
    return text;
}

static void end(void)
{
    tri_watch_end(a);
    tri_notice_gone(&trt_system, trt_key(a));
    tri_notice_gone(&trt_system, trt_key(b));
    trt_world_end();
}

TestSuite(notice, .init = begin);

Test(notice, an_alarm_that_is_on_is_not_raised_again)
{
    cr_assert(tri_watch_set(a, TRI_WATCH_ALARMS, true));
    raise(b, true, 50);
    raise(b, true, 60);
    raise(b, false, 10);
    raise(b, false, 5);
    cr_assert_str_eq(next(a), "1 1 50 0");
    cr_assert_str_eq(next(a), "1 0 10 0");
    cr_assert_str_eq(next(a), "-");
    end();
}

Test(notice, alarms_about_two_actors_are_two)
{
    cr_assert(tri_watch_set(a, TRI_WATCH_ALARMS, true));
    raise(b, true, 1);
    raise(a, true, 2);
    raise(b, false, 3);
    cr_assert_str_eq(next(a), "1 1 1 0");
    cr_assert_str_eq(next(a), "1 1 2 0");
    cr_assert_str_eq(next(a), "1 0 3 0");
    end();
}

Test(notice, a_slow_subscriber_is_told_how_many_changes_it_missed)
{
    cr_assert(tri_watch_set(a, TRI_WATCH_ALARMS, true));
    for (uint64_t i = 0; i < 100; i++) {
        raise(NULL, i % 2 == 0, i);
    }
    cr_assert_str_eq(next(a), "1 1 36 36");
    for (unsigned i = 37; i < 100; i++) {
        cr_assert_str_neq(next(a), "-");
    }
    cr_assert_str_eq(next(a), "-");
    end();
}

Test(notice, an_alarm_ends_with_the_actor_it_is_about)
{
    cr_assert(tri_watch_set(a, TRI_WATCH_ALARMS, true));
    raise(b, true, 50);
    // relaxed: one thread.
    cr_assert(tri_load(&b->x_alarmed, relaxed));
    tri_notice_gone(&trt_system, trt_key(b));
    cr_assert_str_eq(next(a), "1 1 50 0");
    cr_assert_str_eq(next(a), "1 0 0 0");
    end();
}

Test(notice, no_alarm_comes_on_about_the_dead)
{
    (void)tri_slot_retire(&b->slot);
    raise(b, true, 50);
    cr_assert(tri_tree_empty(&trt_system.notices->on[TR_ALARM_MAILBOX]));
    end();
}

Test(notice, one_who_subscribes_again_still_has_one_unread_notice)
{
    cr_assert(tri_watch_set(a, TRI_WATCH_ALARMS, true));
    raise(NULL, true, 1);
    cr_assert_not(tri_notice_flush(&trt_system));
    cr_assert(tri_watch_set(a, TRI_WATCH_ALARMS, false));
    cr_assert(tri_watch_set(a, TRI_WATCH_ALARMS, true));
    raise(NULL, false, 2);
    cr_assert_str_eq(next(a), "1 1 1 0");
    cr_assert_str_eq(next(a), "1 0 2 0");
    end();
}

Test(notice, a_gauge_goes_on_at_four_fifths_and_off_below_seven_tenths)
{
    for (uint32_t limit = 1; limit < 40; limit++) {
        struct tri_gauge gauge = { .limit = limit };
        for (uint32_t used = 1; used <= limit; used++) {
            bool first = used * 5 >= limit * 4 && (used - 1) * 5 < limit * 4;
            cr_assert_eq(tri_gauge_more(&gauge), first, "limit %u, used %u", limit, used);
        }
        for (uint32_t used = limit; used-- > 0;) {
            bool first = used * 10 < limit * 7 && (used + 1) * 10 >= limit * 7;
            cr_assert_eq(tri_gauge_less(&gauge), first, "limit %u, used %u", limit, used);
        }
    }
    end();
}

Test(notice, a_gauge_without_a_limit_is_never_on)
{
    struct tri_gauge gauge = { 0 };
    cr_assert_not(tri_gauge_more(&gauge));
    cr_assert_not(tri_gauge_less(&gauge));
    end();
}
