// SPDX-License-Identifier: MIT
#include <troupe/registry.h>

#include "api/check.h"
#include "node/guest.h"
#include "port/point.h"
#include "process/registry.h"

tr_err tr_register(tr_self *self, const char *name, tr_pid pid)
{
    tr_err err = tri_name_check(name);
    if (err != TR_OK) {
        return err;
    }
    tri_point(TRI_POINT_NAME);
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    err = tri_pid_local(t->system, pid)
              ? tri_name_add(t->system, name, tri_key(pid.slot, pid.generation))
              : TR_ENOPROC;
    tri_section_leave(t);
    return err;
}

tr_err tr_unregister(tr_self *self, const char *name)
{
    tr_err err = tri_name_check(name);
    if (err != TR_OK) {
        return err;
    }
    tri_point(TRI_POINT_NAME);
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    err = tri_name_remove(t->system, name);
    tri_section_leave(t);
    return err;
}

static tr_err whereis(struct tr_system *system, const char *name, tr_pid *out)
{
    tri_point(TRI_POINT_NAME);
    uint64_t owner = tri_name_find(system, name);
    if (owner == 0) {
        return TR_ENOENT;
    }
    *out = tri_pid_make(system, (uint32_t)(owner >> 32), (uint32_t)owner);
    return TR_OK;
}

tr_err tr_whereis(tr_self *self, const char *name, tr_pid *out)
{
    tr_err err = out == NULL ? TR_EINVAL : tri_name_check(name);
    if (err != TR_OK) {
        return err;
    }
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    err = whereis(t->system, name, out);
    tri_section_leave(t);
    return err;
}

tr_err tr_system_whereis(tr_system *sys, const char *name, tr_pid *out)
{
    struct tri_thread guest;
    tr_err err = sys == NULL || out == NULL ? TR_EINVAL : tri_name_check(name);
    if (err == TR_OK) {
        err = tri_guest_enter(sys, &guest);
    }
    if (err == TR_OK) {
        err = whereis(sys, name, out);
        tri_guest_leave(&guest);
    }
    return err;
}
