// SPDX-License-Identifier: MIT
#include <troupe/actor.h>
#include <troupe/registry.h>

#include "api/check.h"
#include "port/point.h"
#include "process/deliver.h"
#include "process/registry.h"
#include "process/relation.h"
#include "process/spawn.h"

static bool alive(struct tri_thread *t, tr_pid pid)
{
    struct tr_self *actor = tri_actor_at(t->system, pid.slot);
    return actor != NULL && tri_slot_holds(&actor->slot, pid.generation);
}

// True if there is memory for both records of a relation; otherwise neither is kept.
static bool have_both(struct tri_thread *t, struct tr_msg *own, struct tr_msg *theirs)
{
    if (own != NULL && theirs != NULL) {
        return true;
    }
    if (own != NULL) {
        tri_msg_release(tri_blocks_here(t), own);
    }
    if (theirs != NULL) {
        tri_msg_release(tri_blocks_here(t), theirs);
    }
    return false;
}

static tr_err new_link(struct tri_thread *t, struct tr_self *self, tr_pid other)
{
    uint64_t key = tri_key(other.slot, other.generation);
    struct tr_msg *own = tri_link_half(t, tri_actor_pid(self), key);
    struct tr_msg *theirs = tri_link_half(t, tri_actor_pid(self), 0);
    if (!have_both(t, own, theirs)) {
        return TR_ENOMEM;
    }
    (void)tri_tree_insert(&self->links, &own->tree);
    tri_deliver(t, other.slot, other.generation, theirs);
    return TR_OK;
}

// A half that waits for the acknowledgement of its unlinking is put in force again.
static tr_err renew_link(struct tri_thread *t, struct tr_self *self, tr_pid other,
                         struct tr_msg *half)
{
    if ((half->flags & TRI_FLAG_ACTIVE) != 0) {
        return TR_OK;
    }
    struct tr_msg *theirs = tri_link_half(t, tri_actor_pid(self), 0);
    if (theirs == NULL) {
        return TR_ENOMEM;
    }
    half->flags |= TRI_FLAG_ACTIVE;
    tri_deliver(t, other.slot, other.generation, theirs);
    return TR_OK;
}

tr_err tr_link(tr_self *self, tr_pid other)
{
    tri_point(TRI_POINT_LINK);
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    tr_err err = TR_OK;
    struct tri_tree_node *half = tri_tree_find(&self->links, tri_key(other.slot, other.generation));
    if (!tri_pid_local(t->system, other)) {
        err = tr_pid_is_none(other) ? TR_EINVAL : TR_ENOPROC;
    } else if (tr_pid_equal(other, tri_actor_pid(self))) {
        err = TR_OK; // a link to oneself never fires
    } else if (!self->trap && !alive(t, other)) {
        err = TR_ENOPROC;
    } else if (half != NULL) {
        err = renew_link(t, self, other, tri_msg_of_tree(half));
    } else {
        err = new_link(t, self, other);
    }
    tri_section_leave(t);
    tri_api_chance(self);
    return err;
}

tr_err tr_unlink(tr_self *self, tr_pid other)
{
    tri_point(TRI_POINT_LINK);
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    bool local = tri_pid_local(t->system, other);
    tr_err err = local ? TR_OK : tr_pid_is_none(other) ? TR_EINVAL : TR_ENOPROC;
    uint64_t key = tri_key(other.slot, other.generation);
    struct tri_tree_node *node = local ? tri_tree_find(&self->links, key) : NULL;
    struct tr_msg *half = node == NULL ? NULL : tri_msg_of_tree(node);
    if (half != NULL && (half->flags & TRI_FLAG_ACTIVE) != 0) {
        struct tr_msg *unlink = tri_msg_alloc(tri_blocks_here(t), TRI_KIND_UNLINK, 0);
        err = unlink == NULL ? TR_ENOMEM : TR_OK;
        if (unlink != NULL) {
            half->flags &= (uint8_t)~TRI_FLAG_ACTIVE;
            half->spare++;
            unlink->spare = half->spare;
            unlink->from_slot = self->index;
            unlink->from_generation = self->generation;
            tri_deliver(t, other.slot, other.generation, unlink);
        }
    }
    tri_section_leave(t);
    tri_api_chance(self);
    return err;
}

// Both sides of a watch of an actor, by pid or by a name, which then may be nobody's (none).
static tr_err watch(struct tri_thread *t, struct tr_self *self, tr_pid target, const char *name,
                    tr_ref *out)
{
    tr_ref ref = { tri_ref_id(t), self->index, self->box.arrival };
    if (tr_pid_equal(target, tri_actor_pid(self))) {
        *out = ref; // watching oneself never fires
        return TR_OK;
    }
    struct tr_msg *own = tri_monitor_record(t, ref.id, tri_key(target.slot, target.generation));
    struct tr_msg *theirs = tri_watch_record(t, tri_actor_pid(self), ref, name);
    if (!have_both(t, own, theirs)) {
        return TR_ENOMEM;
    }
    *out = ref;
    (void)tri_tree_insert(&self->monitors, &own->tree);
    if (tr_pid_is_none(target)) {
        tri_send_down(t, target, theirs, tr_exit_make(TR_EXIT_NOPROC, 0, NULL));
    } else {
        tri_deliver(t, target.slot, target.generation, theirs);
    }
    return TR_OK;
}

tr_err tr_monitor(tr_self *self, tr_pid target, tr_ref *out)
{
    if (out == NULL || tr_pid_is_none(target)) {
        return TR_EINVAL;
    }
    tri_point(TRI_POINT_LINK);
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    tr_err err = tri_pid_local(t->system, target) ? watch(t, self, target, NULL, out) : TR_ENOPROC;
    tri_section_leave(t);
    tri_api_chance(self);
    return err;
}

tr_err tr_monitor_named(tr_self *self, const char *name, tr_ref *out)
{
    tr_err err = out == NULL ? TR_EINVAL : tri_name_check(name);
    if (err != TR_OK) {
        return err;
    }
    tri_point(TRI_POINT_NAME);
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    uint64_t owner = tri_name_find(t->system, name);
    err = watch(t, self, tri_pid_make(t->system, (uint32_t)(owner >> 32), (uint32_t)owner), name,
                out);
    tri_section_leave(t);
    tri_api_chance(self);
    return err;
}

tr_err tr_demonitor(tr_self *self, tr_ref ref, bool flush)
{
    if (ref.id == 0) {
        return TR_EINVAL;
    }
    tri_point(TRI_POINT_LINK);
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    if (flush && self->in_predicate) {
        tri_section_leave(t);
        return TR_EBUSY;
    }
    bool own = ref.owner == self->index;
    bool pending = own && tri_monitor_end(t, self, ref.id);
    if (own && !pending && flush) {
        tri_monitor_flush(t, self, ref.id);
    }
    tri_section_leave(t);
    return pending ? TR_OK : own ? TR_ENOENT : TR_EINVAL;
}

tr_err tr_exit_send(tr_self *self, tr_pid to, tr_exit reason)
{
    if (tr_pid_is_none(to) || !tri_reason_valid(reason)) {
        return TR_EINVAL;
    }
    tri_point(TRI_POINT_SIGNAL);
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    struct tr_msg *msg = tri_exit_compose(t, tri_actor_pid(self), reason);
    tr_err err = msg == NULL ? TR_ENOMEM : TR_OK;
    if (msg != NULL && tri_pid_local(t->system, to)) {
        tri_deliver(t, to.slot, to.generation, msg);
        if (tr_pid_equal(to, tri_actor_pid(self))) {
            tri_api_act(&t, self); // acts at once
        }
    } else if (msg != NULL) {
        tri_msg_release(tri_blocks_here(t), msg);
        err = TR_ENOPROC;
    }
    tri_section_leave(t);
    tri_api_chance(self);
    return err;
}
