// SPDX-License-Identifier: MIT
#include <troupe/alarm.h>

#include "api/check.h"
#include "process/notice.h"

tr_err tr_alarm_subscribe(tr_self *self, bool on)
{
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    bool done = tri_watch_set(self, TRI_WATCH_ALARMS, on);
    tri_section_leave(t);
    return done ? TR_OK : TR_ENOMEM;
}

const char *tr_alarm_kind_name(tr_alarm_kind kind)
{
    static const char *const names[TR_ALARM_KINDS] = { "spares", "mailbox", "actors",
                                                       "names",  "timers",  "stuck" };
    return (unsigned)kind < TR_ALARM_KINDS ? names[kind] : "?";
}
