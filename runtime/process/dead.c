// SPDX-License-Identifier: MIT
#include "process/dead.h"

#include "port/clock.h"
#include "process/notice.h"

void tri_dead(struct tri_thread *t, tr_dead_reason reason, tr_pid to, const struct tr_msg *msg)
{
    if ((msg->flags & TRI_FLAG_COUNTED) == 0) {
        return;
    }
    struct tr_system *system = t->system;
    struct tri_notices *notices = system->notices;
    tri_count_add(t, offsetof(struct tri_counts, x_dead) + reason * sizeof(uint64_t), 1);
    struct tri_letter letter = { .reason = reason,
                                 .from = tri_pid_make(system, msg->from_slot, msg->from_generation),
                                 .to = to,
                                 .type = msg->type,
                                 .bytes = msg->bytes,
                                 .time_ns = tri_clock_ns() };
    tri_lock_acquire(&notices->lock);
    notices->letters[notices->letter_count++ % TR_DEAD_LETTERS_KEPT] = letter;
    bool wake = tri_watch_letter(notices, &letter);
    tri_lock_release(&notices->lock);
    if (wake) {
        tri_notice_wake(system);
    }
}
