// SPDX-License-Identifier: MIT
#include <troupe/alias.h>

#include "api/check.h"
#include "api/copy.h"
#include "port/point.h"
#include "process/alias.h"
#include "process/deliver.h"
#include "process/relation.h"
#include "process/spawn.h"

tr_err tr_alias_new(tr_self *self, tr_alias_mode mode, tr_alias *out)
{
    if (out == NULL || (mode != TR_ALIAS_EXPLICIT && mode != TR_ALIAS_REPLY)) {
        return TR_EINVAL;
    }
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    tr_ref ref = { tri_ref_id(t), self->index, self->box.arrival };
    struct tr_msg *record = tri_alias_record(t, ref.id, mode, NULL);
    tr_err err = record == NULL ? TR_ENOMEM : TR_OK;
    if (record != NULL) {
        (void)tri_tree_insert(&self->monitors, &record->tree);
        *out = (tr_alias){ tri_actor_pid(self), ref };
    }
    tri_section_leave(t);
    return err;
}

// Both sides of a watch whose reference is an alias.
static tr_err watch_by_alias(struct tri_thread *t, struct tr_self *self, tr_pid target,
                             tr_alias_mode mode, tr_ref ref)
{
    struct tr_msg *own = tri_monitor_record(t, ref.id, tri_key(target.slot, target.generation));
    struct tr_msg *theirs = tri_watch_record(t, tri_actor_pid(self), ref, NULL);
    struct tr_msg *alias = tri_alias_record(t, ref.id, mode, own);
    if (own != NULL && theirs != NULL && alias != NULL) {
        (void)tri_tree_insert(&self->monitors, &alias->tree);
        tri_deliver(t, target.slot, target.generation, theirs);
        return TR_OK;
    }
    struct tr_msg *const made[] = { own, theirs, alias };
    for (size_t i = 0; i < TR_COUNT(made); i++) {
        if (made[i] != NULL) {
            tri_msg_release(tri_blocks_here(t), made[i]);
        }
    }
    return TR_ENOMEM;
}

tr_err tr_monitor_alias(tr_self *self, tr_pid target, tr_alias_mode mode, tr_alias *out)
{
    if (out == NULL || tr_pid_is_none(target) || (unsigned)mode > TR_ALIAS_REPLY) {
        return TR_EINVAL;
    }
    tri_point(TRI_POINT_LINK);
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    tr_err err = TR_ENOPROC;
    if (tri_pid_local(t->system, target)) {
        tr_ref ref = { tri_ref_id(t), self->index, self->box.arrival };
        bool oneself = tr_pid_equal(target, tri_actor_pid(self));
        err = oneself ? TR_OK : watch_by_alias(t, self, target, mode, ref);
        if (err == TR_OK) {
            *out = (tr_alias){ tri_actor_pid(self), ref };
        }
    }
    tri_section_leave(t);
    tri_api_chance(self);
    return err;
}

tr_err tr_unalias(tr_self *self, tr_alias alias)
{
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    tr_err err = TR_EINVAL;
    if (alias.ref.id != 0 && tr_pid_equal(alias.owner, tri_actor_pid(self))) {
        err = tri_alias_off(t, self, alias.ref.id) ? TR_OK : TR_ENOENT;
    }
    tri_section_leave(t);
    return err;
}

tr_err tr_send_alias(tr_self *self, tr_alias alias, const tr_type *type, const void *body)
{
    return alias.ref.id == 0 ? TR_EINVAL
                             : tri_api_send_copy(self, alias.owner, type, body,
                                                 (struct tri_mark){ alias.ref.id, true });
}
