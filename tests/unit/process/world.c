// SPDX-License-Identifier: MIT
#include "world.h"

#include <criterion/criterion.h>
#include <string.h>

#include "process/deliver.h"
#include "process/notice.h"
#include "process/registry.h"
#include "process/signal.h"

struct tr_system trt_system;
static struct tri_thread guest;
struct tri_thread *trt_thread = &guest;

void trt_world_begin(void)
{
    uint32_t first;

    memset(&trt_system, 0, sizeof trt_system);
    guest = (struct tri_thread){ .system = &trt_system };
    trt_system.system_index = 1;
    tri_table_init(&trt_system.actors, sizeof(struct tr_self));
    cr_assert_eq(tri_table_grow(&trt_system.actors, &first), TRI_TABLE_GREW);
    cr_assert_eq(tri_registry_init(&trt_system), TR_OK);
    cr_assert(tri_notices_new(&trt_system));
    for (uint32_t slot = 1; slot <= TRT_WORLD_ACTORS; slot++) {
        struct tr_self *self = trt_actor(slot);
        self->system = &trt_system;
        self->index = slot;
        self->generation = 100 + slot;
        // relaxed: one thread.
        tri_store(&self->slot.x_generation, self->generation, relaxed);
        tri_list_init(&self->waiters);
        tri_list_init(&self->timers);
        tri_bound_reset(&self->bound, self->generation, 0, 0);
        tri_actor_set_state(self, TR_STATE_WAITING);
    }
}

static void end_actor(struct tr_self *self)
{
    while (self->box.first != NULL) {
        trt_drop_first(self);
    }
    if (self->doom != NULL) {
        tri_mailbox_free(&self->box, NULL, self->doom);
        self->doom = NULL;
    }
    cr_assert_eq(trt_drain(self), 0, "unread mail of slot %u", self->index);
    cr_assert(tri_tree_empty(&self->links));
    cr_assert(tri_tree_empty(&self->monitors));
    cr_assert(tri_tree_empty(&self->watchers));
    cr_assert(tri_tree_empty(&self->calls));
    // relaxed: one thread.
    if (tri_load(&self->box.queue.x_tail, relaxed) != NULL) {
        cr_assert(tri_mailbox_idle(&self->box, NULL));
    }
    cr_assert_eq(tri_mailbox_depth(&self->box), 0, "of slot %u", self->index);
}

void trt_world_end(void)
{
    for (uint32_t slot = 1; slot <= TRT_WORLD_ACTORS; slot++) {
        end_actor(trt_actor(slot));
    }
    cr_assert_eq(tri_block_direct_bytes(), 0, "messages are left");
    tri_registry_fini(&trt_system);
    tri_notices_free(&trt_system);
    tri_table_fini(&trt_system.actors);
}

struct tr_self *trt_actor(uint32_t slot)
{
    return tri_actor_at(&trt_system, slot);
}

uint64_t trt_key(const struct tr_self *self)
{
    return tri_key(self->index, self->generation);
}

void trt_die(struct tr_self *self)
{
    (void)tri_slot_retire(&self->slot);
}

uint32_t trt_drain(struct tr_self *self)
{
    tri_drain(trt_thread, self);
    return self->box.length;
}

void trt_drop_first(struct tr_self *self)
{
    struct tr_msg *msg = self->box.first;

    tri_mailbox_take(&self->box, msg);
    tri_mailbox_free(&self->box, NULL, msg);
}

void trt_link(struct tr_self *self, struct tr_self *other)
{
    struct tr_msg *mine = tri_link_half(trt_thread, tri_actor_pid(self), trt_key(other));
    struct tr_msg *theirs = tri_link_half(trt_thread, tri_actor_pid(self), trt_key(other));

    cr_assert(tri_tree_insert(&self->links, &mine->tree));
    tri_deliver(trt_thread, other->index, other->generation, theirs);
}

void trt_monitor(struct tr_self *self, struct tr_self *other, uint64_t ref)
{
    struct tr_msg *mine = tri_monitor_record(trt_thread, ref, trt_key(other));
    struct tr_msg *theirs = tri_watch_record(trt_thread, tri_actor_pid(self),
                                             (tr_ref){ ref, self->index, self->box.arrival }, NULL);

    cr_assert(tri_tree_insert(&self->monitors, &mine->tree));
    tri_deliver(trt_thread, other->index, other->generation, theirs);
}

void trt_tell_all(struct tr_self *dead, tr_exit reason)
{
    tr_pid pid = tri_actor_pid(dead);

    dead->dying = dead->generation;
    tri_relations_end(trt_thread, dead, pid, reason, false);
}
