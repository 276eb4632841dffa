// SPDX-License-Identifier: MIT
// Names of actors. A name means at most one live actor, an actor has at most one name, and the name
// is free before anybody sees that its owner ended.
#ifndef TROUPE_REGISTRY_H
#define TROUPE_REGISTRY_H

#include <troupe/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Gives an actor a name.
/// @param name  1 to TR_NAME_MAX bytes; copied
/// @param pid   the actor, alive
/// @return TR_OK; TR_EEXIST (the name is taken, or the actor has a name); TR_ENOPROC (dead);
///   TR_EINVAL (empty); TR_ENAMETOOLONG; TR_ENOMEM
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API TR_MUST_CHECK tr_err tr_register(tr_self *self, const char *name, tr_pid pid);

/// Takes a name away; the actor goes on.
/// @param name  the name
/// @return TR_OK; TR_ENOENT; TR_EINVAL
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_unregister(tr_self *self, const char *name);

/// Who has the name.
/// @param name  the name
/// @param out   receives the pid
/// @return TR_OK; TR_ENOENT; TR_EINVAL
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API TR_MUST_CHECK tr_err tr_whereis(tr_self *self, const char *name, tr_pid *out);

/// As tr_whereis, from any thread.
/// @return as tr_whereis; TR_ESTOPPED; TR_EFORKED
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API TR_MUST_CHECK tr_err tr_system_whereis(tr_system *sys, const char *name, tr_pid *out);

/// Watches the actor that has the name now, as tr_monitor does by pid. The name is looked up once:
/// whoever takes it later is not watched. The notice carries the name; when nobody has it, the
/// notice comes at once, with reason `noproc` and no pid.
/// @param name  the name
/// @param out   receives the reference the notice will carry
/// @return TR_OK; TR_EINVAL; TR_ENAMETOOLONG; TR_ENOMEM
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API TR_MUST_CHECK tr_err tr_monitor_named(tr_self *self, const char *name, tr_ref *out);

#ifdef __cplusplus
}
#endif

#endif
