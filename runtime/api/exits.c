// SPDX-License-Identifier: MIT
#include <troupe/exits.h>

#include "api/check.h"
#include "base/check.h"

tr_err tr_defer(tr_self *self, tr_defer_fn fn, void *arg)
{
    if (fn == NULL) {
        return TR_EINVAL;
    }
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    tr_err err = TR_EBUSY;
    if (self->ending == NULL) {
        err = tri_hook_push(t, self, fn, arg) ? TR_OK : TR_ENOMEM;
    }
    tri_section_leave(t);
    return err;
}

tr_err tr_undefer(tr_self *self, tr_defer_fn fn, void *arg)
{
    if (fn == NULL) {
        return TR_EINVAL;
    }
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    tr_err err = tri_hook_remove(t, self, fn, arg) ? TR_OK : TR_ENOENT;
    tri_section_leave(t);
    return err;
}

void tr_noexit_begin(tr_self *self)
{
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        tri_not_actor("tr_noexit_begin");
        return;
    }
    TRI_CHECK(self->noexit < UINT8_MAX, "tr_noexit_begin nested 256 times");
    self->noexit++;
    tri_section_leave(t);
}

void tr_noexit_end(tr_self *self)
{
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        tri_not_actor("tr_noexit_end");
        return;
    }
    TRI_CHECK(self->noexit > 0, "tr_noexit_end without its begin");
    self->noexit--;
    tri_api_act(&t, self);
    tri_section_leave(t);
}

void tr_nosuspend_begin_at(tr_self *self, const char *place)
{
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        tri_not_actor("tr_nosuspend_begin");
        return;
    }
    TRI_CHECK(self->nosuspend < UINT8_MAX, "tr_nosuspend_begin nested 256 times");
    if (self->nosuspend == 0) {
        self->nosuspend_place = place;
    }
    self->nosuspend++;
    tri_section_leave(t);
}

void tr_nosuspend_end(tr_self *self)
{
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        tri_not_actor("tr_nosuspend_end");
        return;
    }
    TRI_CHECK(self->nosuspend > 0, "tr_nosuspend_end without its begin");
    self->nosuspend--;
    tri_section_leave(t);
}
