// SPDX-License-Identifier: MIT
#include "process/detail.h"

#include "process/doing.h"
#include "process/registry.h"

_Static_assert(TRI_CYCLE_MAX == TR_CYCLE_MAX, "a whole cycle is kept as it is shown");

const tr_detail *tri_detail_of(const struct tr_self *self)
{
    return self->detail == NULL ? NULL : (const tr_detail *)(const void *)(self->detail + 1);
}

static void describe(struct tri_thread *t, struct tr_self *actor, uint64_t key, uint64_t now_ns,
                     tr_detail *detail)
{
    tri_name_copy(t->system, actor, key, detail->name);
    tri_actor_label(actor, detail->label);
    detail->state = tri_actor_state(actor);
    detail->state_ms = tri_doing_ms(actor, now_ns);
    detail->handling = tri_doing_type(actor, detail->state);
    detail->mailbox_depth = (size_t)tri_mailbox_depth(&actor->box);
    // relaxed: a figure for people.
    detail->handled_count = tri_load(&actor->x_handled, relaxed);
}

void tri_detail_note(struct tri_thread *t, struct tr_self *self, tr_err err, uint64_t to,
                     const struct tri_span *span)
{
    if (self->detail == NULL) {
        self->detail = tri_msg_alloc(tri_blocks_here(t), TRI_KIND_REPLY, sizeof(tr_detail));
    }
    struct tr_self *actor = tri_actor_at(t->system, (uint32_t)(to >> 32));
    if (self->detail == NULL || actor == NULL) {
        return;
    }
    uint64_t now_ns = tri_clock_ns();
    tr_detail *detail = tri_body(self->detail);
    *detail =
        (tr_detail){ .struct_bytes = sizeof *detail, .err = err, .timeout_ms = span->timeout_ms };
    detail->pid = tri_pid_make(t->system, (uint32_t)(to >> 32), (uint32_t)to);
    if (now_ns > span->start_ns) {
        detail->waited_ms = (int64_t)((now_ns - span->start_ns) / 1000000);
    }
    if (tri_slot_holds(&actor->slot, (uint32_t)to)) {
        describe(t, actor, to, now_ns, detail);
    }
}

void tri_detail_note_cycle(struct tr_self *self, const struct tri_cycle *cycle)
{
    if (self->detail == NULL) {
        return;
    }
    tr_detail *detail = tri_body(self->detail);
    detail->cycle_count = cycle->count;
    for (uint32_t i = 0; i < cycle->count && i < TR_CYCLE_MAX; i++) {
        detail->cycle[i] =
            tri_pid_make(self->system, (uint32_t)(cycle->keys[i] >> 32), (uint32_t)cycle->keys[i]);
    }
}

void tri_detail_note_self(struct tri_thread *t, struct tr_self *self, int64_t timeout_ms)
{
    uint64_t me = tri_key(self->index, self->generation);
    struct tri_span span = tri_span_none(timeout_ms);
    struct tri_cycle cycle = { .count = 1, .keys = { me } };
    tri_detail_note(t, self, TR_EDEADLK, me, &span);
    tri_detail_note_cycle(self, &cycle);
}

void tri_detail_fini(struct tri_thread *t, struct tr_self *self)
{
    if (self->detail != NULL) {
        tri_msg_release(tri_blocks_here(t), self->detail);
        self->detail = NULL;
    }
}
