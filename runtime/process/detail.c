// SPDX-License-Identifier: MIT
#include "process/detail.h"

#include "process/registry.h"

_Static_assert(TRI_CYCLE_MAX == TR_CYCLE_MAX, "a whole cycle is kept as it is shown");

const tr_detail *tri_detail_of(const struct tr_self *self)
{
    return self->detail == NULL ? NULL : (const tr_detail *)(const void *)(self->detail + 1);
}

void tri_detail_note(struct tri_thread *t, struct tr_self *self, tr_err err, uint64_t to,
                     int64_t timeout_ms)
{
    if (self->detail == NULL) {
        self->detail = tri_msg_alloc(tri_blocks_here(t), TRI_KIND_REPLY, sizeof(tr_detail));
    }
    struct tr_self *actor = tri_actor_at(t->system, (uint32_t)(to >> 32));
    if (self->detail == NULL || actor == NULL) {
        return;
    }
    tr_detail *detail = tri_body(self->detail);
    *detail = (tr_detail){ .struct_bytes = sizeof *detail, .err = err, .waited_ms = timeout_ms };
    detail->pid = tri_pid_make(t->system, (uint32_t)(to >> 32), (uint32_t)to);
    if (tri_slot_holds(&actor->slot, (uint32_t)to)) {
        tri_name_copy(t->system, actor, to, detail->name);
        tri_actor_label(actor, detail->label);
        detail->state = tri_actor_state(actor);
        detail->mailbox_depth = (size_t)tri_mailbox_depth(&actor->box);
        // relaxed: a figure for people.
        detail->handled_count = tri_load(&actor->x_handled, relaxed);
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

void tri_detail_fini(struct tri_thread *t, struct tr_self *self)
{
    if (self->detail != NULL) {
        tri_msg_release(tri_blocks_here(t), self->detail);
        self->detail = NULL;
    }
}
