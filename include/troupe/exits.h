// SPDX-License-Identifier: MIT
// How an actor's end reaches what it holds: hooks that run last, and sections that put an end off
// or refuse to be suspended.
#ifndef TROUPE_EXITS_H
#define TROUPE_EXITS_H

#include <troupe/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/// How long one hook should take at most; one that took longer is counted (tr_totals.late_hooks)
/// and logged.
#define TR_DEFER_MS 10

/// A hook: what an actor does last. It may send, free and look; a call in it that would suspend the
/// actor answers TR_EBUSY. tr_exit_self in a hook ends that hook only.
/// @param arg  what tr_defer was given
typedef void (*tr_defer_fn)(tr_self *self, void *arg);

/// Asks for a hook to be run when the actor ends, in whatever way: by return, tr_exit_self, an exit
/// signal, kill, or its heap limit. The last one asked for runs first, each once. The frames of an
/// actor that ends inside a call are intact meanwhile, those it has returned from are not.
/// @param fn   the hook
/// @param arg  handed to it; must be valid then
/// @return TR_OK; TR_EINVAL; TR_ENOMEM (also over the heap limit); TR_EBUSY (inside a hook)
/// [actor-only] [never-suspends] [owner: caller keeps arg]
TR_API TR_MUST_CHECK tr_err tr_defer(tr_self *self, tr_defer_fn fn, void *arg);

/// Takes back the newest hook with this function and argument; it is not run.
/// @param fn   as given to tr_defer
/// @param arg  as given to tr_defer
/// @return TR_OK; TR_ENOENT (none such is left); TR_EINVAL
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_undefer(tr_self *self, tr_defer_fn fn, void *arg);

/// Begins a section in which exit signals, kill included, do not end the actor, also while it is
/// suspended; sections nest. What the actor does itself ends it: tr_exit_self, return, and tr_alloc
/// over the heap limit.
/// [actor-only] [never-suspends]
TR_API void tr_noexit_begin(tr_self *self);

/// Ends the section. At the end of the outermost one the actor ends if an exit signal was received
/// meanwhile: the first one counts.
/// [actor-only] [never-suspends] [may-exit]
TR_API void tr_noexit_end(tr_self *self);

/// Begins a section in which the actor is not to be suspended, because it holds what belongs to its
/// thread: a mutex, a thread-local pointer, a foreign library's callback. A call in it that would
/// suspend changes nothing and answers TR_EBUSY; checked builds report the place of the section and
/// the actor, and abort. Sections nest; the place reported is the outermost.
#define tr_nosuspend_begin(self)                                                                   \
    tr_nosuspend_begin_at((self), __FILE__ ":" TR_NOSUSPEND_TEXT_(__LINE__))
#define TR_NOSUSPEND_TEXT_(line) TR_NOSUSPEND_TEXT_OF_(line)
#define TR_NOSUSPEND_TEXT_OF_(line) #line

/// What tr_nosuspend_begin stands for.
/// @param place  for the report; a text that lives as long as the section
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API void tr_nosuspend_begin_at(tr_self *self, const char *place);

/// Ends the section.
/// [actor-only] [never-suspends]
TR_API void tr_nosuspend_end(tr_self *self);

#ifdef __cplusplus
}
#endif

#endif
