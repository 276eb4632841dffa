// SPDX-License-Identifier: MIT
#include "process/cycle.h"

#include "port/point.h"
#include "process/detail.h"
#include "process/signal.h"

static bool note(struct tri_thread *t, struct tr_self *self, const struct tri_edge *edge,
                 const struct tri_cycle *cycle, int64_t timeout_ms)
{
    struct tri_span span = tri_span_none(timeout_ms);
    tri_detail_note(t, self, TR_EDEADLK, edge->holder, &span);
    tri_detail_note_cycle(self, cycle);
    return true;
}

bool tri_cycle_refuse(struct tri_thread *t, struct tr_self *self, struct tri_edge *edge,
                      int64_t timeout_ms)
{
    struct tri_cycle cycle;
    edge->book = &self->calls;
    return tri_waits_begin(&t->system->waits, tri_key(self->index, self->generation), edge,
                           &cycle) &&
           note(t, self, edge, &cycle, timeout_ms);
}

void tri_cycle_expect(struct tri_thread *t, struct tr_self *self, struct tri_edge *edge)
{
    edge->book = &self->calls;
    tri_point(TRI_POINT_SIGNAL);
    tri_waits_announce(&t->system->waits, tri_key(self->index, self->generation), edge);
    tri_drain(t, self);
    tri_point(TRI_POINT_SIGNAL);
}

bool tri_cycle_refuse_known(struct tri_thread *t, struct tr_self *self, struct tri_edge *edge,
                            uint64_t holder, int64_t timeout_ms)
{
    struct tri_cycle cycle;
    return tri_waits_confirm(&t->system->waits, edge, holder, &cycle) &&
           note(t, self, edge, &cycle, timeout_ms);
}
