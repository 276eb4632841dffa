// SPDX-License-Identifier: MIT
#include <troupe/schedule.h>

#include <troupe/actor.h>

#include "api/check.h"

tr_priority tr_set_priority(tr_self *self, tr_priority priority)
{
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        tri_not_actor("tr_set_priority");
        return TR_PRIORITY_NORMAL;
    }
    uint32_t rank = tri_actor_rank(self);
    if ((unsigned)priority <= TR_PRIORITY_MAX) {
        tri_actor_set_rank(self, tri_rank_make(priority, tri_rank_thread(rank)));
    }
    tri_section_leave(t);
    return (tr_priority)tri_rank_level(rank);
}

tr_err tr_blocking(tr_self *self, void (*fn)(void *arg), void *arg)
{
    if (self == NULL || fn == NULL) {
        return TR_EINVAL;
    }
    struct tri_thread *t = tri_thread_here();
    if (t == NULL || t->current != self) {
        return tri_outsider(self);
    }
    tr_blocking_begin(self);
    fn(arg);
    tr_blocking_end(self);
    return TR_OK;
}
