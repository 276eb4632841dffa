// SPDX-License-Identifier: MIT
// Aliases: addresses of an actor that it can switch off.
//
// A client that gives an alias with a request, instead of its pid, receives no answer that comes
// after it has lost interest. A message through an alias is ordered like any other from its sender
// and carries the alias's reference, so that it can be received by it. Through an alias that is off
// it never reaches the mailbox: it is a dead letter.
#ifndef TROUPE_ALIAS_H
#define TROUPE_ALIAS_H

#include <troupe/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/// An alias: may be stored, and given to others, who can send through it and no more.
typedef struct tr_alias {
    tr_pid owner; ///< who receives; alone may switch it off
    tr_ref ref;   ///< carried by what comes through it; of tr_monitor_alias also the monitor
} tr_alias;

/// When an alias goes off. tr_unalias and the end of its owner switch off every alias.
typedef enum tr_alias_mode {
    TR_ALIAS_EXPLICIT = 0, ///< by tr_unalias only
    TR_ALIAS_DEMONITOR,    ///< with its monitor: by tr_demonitor, or when the notice comes
    TR_ALIAS_REPLY ///< with the first message through it, which also ends its monitor, or as above
} tr_alias_mode;

/// A new alias of the caller.
/// @param mode  TR_ALIAS_EXPLICIT or TR_ALIAS_REPLY
/// @param out   receives the alias
/// @return TR_OK; TR_EINVAL; TR_ENOMEM
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API TR_MUST_CHECK tr_err tr_alias_new(tr_self *self, tr_alias_mode mode, tr_alias *out);

/// Watches an actor, as tr_monitor, by a reference that is an alias as well: whoever waits for
/// alias.ref gets the answer or the notice. A watch of oneself gives an alias that is off.
/// @param target  the actor to watch
/// @param mode    when the alias goes off
/// @param out     receives the alias; its reference is the monitor's
/// @return TR_OK; TR_EINVAL; TR_ENOPROC (not of this system); TR_ENOMEM
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API TR_MUST_CHECK tr_err tr_monitor_alias(tr_self *self, tr_pid target, tr_alias_mode mode,
                                             tr_alias *out);

/// Switches an alias off: what has not yet reached the mailbox is dropped. What waits there stays,
/// and so does the monitor of the same reference.
/// @param alias  an alias of the caller
/// @return TR_OK it was on; TR_ENOENT it was off; TR_EINVAL (none, or another actor's)
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_unalias(tr_self *self, tr_alias alias);

/// Sends a copy of a body through an alias. Whether it is on cannot be seen.
/// @param alias  the address
/// @param type   the message's type
/// @param body   type->bytes bytes; NULL allowed when that is 0
/// @return as tr_send_typed; TR_EINVAL also for no alias
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API tr_err tr_send_alias(tr_self *self, tr_alias alias, const tr_type *type, const void *body);

/// As tr_send_alias, from a thread that is no actor.
/// @return as tr_system_send; TR_EINVAL also for no alias
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_system_send_alias(tr_system *sys, tr_alias alias, const tr_type *type,
                                   const void *body);

#ifdef __cplusplus
}
#endif

#endif
