// SPDX-License-Identifier: MIT
#include "process/birth.h"

#include "base/check.h"
#include "mailbox/drop.h"
#include "process/deliver.h"
#include "process/notice.h"
#include "process/waits.h"

// Links fresh slots into the shared list; the first is the caller's.
static tr_err grow(struct tri_thread *t, struct tr_self **slot)
{
    struct tr_system *system = t->system;
    uint32_t first = 0;
    switch (tri_table_grow(&system->actors, &first)) {
    case TRI_TABLE_FULL:
        return TR_ELIMIT;
    case TRI_TABLE_NO_MEMORY:
        return TR_ENOMEM;
    case TRI_TABLE_GREW:
        break;
    }
    // Slot 0 is never used. Records are touched when first taken, not here.
    system->fresh_next = first == 0 ? 1 : first;
    system->fresh_end = first + TRI_TABLE_SEGMENT_RECORDS;
    *slot = NULL;
    return TR_OK;
}

static struct tr_self *take_fresh(struct tr_system *system)
{
    uint32_t index = system->fresh_next++;
    struct tr_self *slot = tri_actor_at(system, index);
    slot->system = system;
    slot->index = index;
    tri_lock_init(&slot->waiters_lock);
    tri_list_init(&slot->waiters);
    // relaxed: published by the START that makes the pid known.
    tri_store(&slot->slot.x_generation, 1, relaxed);
    return slot;
}

// A slot that was never used, under the lock of the slots.
static tr_err get_fresh(struct tri_thread *t, struct tr_self **slot)
{
    struct tr_system *system = t->system;
    tr_err err = TR_OK;
    // Slots are numbered from 1, and each holds one actor.
    if (system->fresh_next > system->actors_max) {
        err = TR_ELIMIT;
    } else if (system->fresh_next == system->fresh_end) {
        err = grow(t, slot);
    }
    *slot = err == TR_OK ? take_fresh(system) : NULL;
    return err;
}

// A slot of one kind, under the lock of the slots.
static tr_err get_of_kind(struct tri_thread *t, struct tr_self **free_slots, struct tr_self **slot)
{
    *slot = *free_slots;
    if (*slot == NULL) {
        return get_fresh(t, slot);
    }
    *free_slots = (*slot)->free_next;
    return TR_OK;
}

static tr_err slot_get_shared(struct tri_thread *t, bool locked, struct tr_self **slot)
{
    struct tr_system *system = t->system;
    bool wake = false;
    tri_lock_acquire(&system->slots_lock);
    tr_err err = get_of_kind(t, locked ? &system->free_locked_slots : &system->free_slots, slot);
    if (err != TR_OK && system->free_locked_slots != NULL) {
        // A mailbox under a lock serves any actor.
        err = get_of_kind(t, &system->free_locked_slots, slot);
    }
    if (*slot != NULL && tri_gauge_more(&system->slots)) {
        wake = tri_notice_gauge(system, TR_ALARM_ACTORS, &system->slots);
    }
    tri_lock_release(&system->slots_lock);
    if (wake) {
        tri_notice_wake(system);
    }
    return err;
}

tr_err tri_slot_get_locked(struct tri_thread *t, struct tr_self **slot)
{
    return slot_get_shared(t, true, slot);
}

tr_err tri_slot_get(struct tri_thread *t, struct tr_self **slot)
{
    struct tri_processor *p = t->processor;
    if (p != NULL && p->free_slots != NULL) {
        *slot = p->free_slots;
        p->free_slots = (*slot)->free_next;
        p->free_slot_count--;
        return TR_OK;
    }
    return slot_get_shared(t, false, slot);
}

// How many free slots a P may keep for itself: few enough that the limit of actors stays near.
static uint32_t kept_slots_max(const struct tr_system *system)
{
    uint32_t share = system->actors_max / 64 / system->processor_count;
    return share < 4096 ? share : 4096;
}

void tri_slot_put(struct tri_thread *t, struct tr_self *slot)
{
    struct tri_processor *p = t->processor;
    bool locked = slot->box.locked != NULL;
    if (!locked && p != NULL && p->free_slot_count < kept_slots_max(t->system)) {
        slot->free_next = p->free_slots;
        p->free_slots = slot;
        p->free_slot_count++;
        return;
    }
    struct tr_system *system = t->system;
    struct tr_self **list = locked ? &system->free_locked_slots : &system->free_slots;
    bool wake = false;
    tri_lock_acquire(&system->slots_lock);
    slot->free_next = *list;
    *list = slot;
    if (tri_gauge_less(&system->slots)) {
        wake = tri_notice_gauge(system, TR_ALARM_ACTORS, &system->slots);
    }
    tri_lock_release(&system->slots_lock);
    if (wake) {
        tri_notice_wake(system);
    }
}

static void clear_owner_fields(struct tr_self *self)
{
    self->held = NULL;
    self->doom = NULL;
    self->current = NULL;
    self->kept = NULL;
    self->offer = NULL;
    self->reply = NULL;
    self->detail = NULL;
    self->stack = NULL;
    self->wait = NULL;
    self->alarm = NULL;
    self->links.root = NULL;
    self->monitors.root = NULL;
    self->watchers.root = NULL;
    self->calls.root = NULL;
    self->blobs.root = NULL;
    self->hooks = NULL;
    self->ending = NULL;
    self->requests.root = NULL;
    self->given_up.root = NULL;
    self->given_up_count = 0;
    tri_list_init(&self->timers);
    self->answered = false;
    self->room_ms = TR_INFINITY;
    self->in_predicate = false;
    self->turn = false;
    self->started = false;
    self->follows = false;
    self->watching = false;
    self->serves = false;
    self->acked = false;
    self->noexit = 0;
    self->nosuspend = 0;
    // relaxed: for people.
    tri_store(&self->x_has_stack, false, relaxed);
    tri_store(&self->x_handled, 0, relaxed);
    tri_store(&self->x_type, 0, relaxed);
}

static void take_from_birth(struct tr_self *self, struct tri_birth *birth)
{
    self->birth = birth;
    self->spec = birth->spec;
    self->state_bytes = birth->state_bytes;
    self->state = NULL;
    self->trap = birth->trap;
    self->large = birth->large;
    self->heap.limit_bytes = birth->heap_limit_bytes;
    tri_actor_set_label(self, birth->label);
    // relaxed: for people, and hints to the system's stop.
    tri_store(&self->x_restarts, birth->restarts, relaxed);
    tri_store(&self->x_parent, tri_key(birth->parent_slot, birth->parent_generation), relaxed);
    tri_store(&self->x_root_serial, birth->root_serial, relaxed);
    if (birth->link != NULL) {
        (void)tri_tree_insert(&self->links, &birth->link->tree);
        birth->link = NULL;
    }
    if (birth->watch != NULL) {
        (void)tri_tree_insert(&self->watchers, &birth->watch->tree);
        birth->watch = NULL;
    }
}

void tri_birth_accept(struct tri_thread *t, struct tr_self *self, struct tr_msg *start)
{
    struct tri_birth *birth = tri_body(start);
    clear_owner_fields(self);
    self->generation = start->to_generation;
    if (self->box.locked != NULL) {
        tri_drop_live(&self->box, self->generation);
    }
    take_from_birth(self, birth);
    if (birth->pinned) {
        tri_actor_set_rank(self, tri_rank_make(tri_rank_level(tri_actor_rank(self)), t->id));
    }
}

bool tri_birth_over(const struct tr_self *self)
{
    const struct tri_birth *birth = self->birth;
    return birth == NULL || (birth->ack == NULL && (birth->tell == NULL || !birth->tell_at_start));
}

void tri_birth_done(struct tri_thread *t, struct tr_self *self)
{
    struct tri_birth *birth = self->birth;
    struct tr_msg *ack = birth->ack;
    if (ack != NULL) {
        uint64_t starter = tri_key(ack->from_slot, ack->from_generation);
        birth->ack = NULL;
        ack->spare = TRI_START_OK;
        tri_deliver(t, ack->from_slot, ack->from_generation, ack);
        if (t->system->detect_cycles) {
            tri_waits_settled(&t->system->waits, starter, TRI_EDGE_START);
        }
    }
    if (birth->tell != NULL && birth->tell_at_start) {
        birth->tell(birth->tell_context, TRI_START_OK, TR_NORMAL);
        birth->tell = NULL;
    }
    if (self->spec->run == NULL && birth->tell == NULL) {
        self->birth = NULL;
        tri_mailbox_free(&self->box, tri_blocks_here(t), (struct tr_msg *)(void *)birth - 1);
    }
}
