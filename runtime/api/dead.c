// SPDX-License-Identifier: MIT
#include <troupe/dead.h>

#include "api/check.h"
#include "process/notice.h"

tr_err tr_dead_letters_watch(tr_self *self, bool on)
{
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    bool done = tri_watch_set(self, TRI_WATCH_LETTERS, on);
    tri_section_leave(t);
    return done ? TR_OK : TR_ENOMEM;
}

const char *tr_dead_reason_name(tr_dead_reason reason)
{
    static const char *const names[TR_DEAD_REASONS] = {
        "no process", "receiver ended", "alias off",      "late reply",
        "timer off",  "dropped newest", "dropped oldest",
    };
    return (unsigned)reason < TR_DEAD_REASONS ? names[reason] : "?";
}
