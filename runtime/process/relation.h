// SPDX-License-Identifier: MIT
// Links and monitors between actors, as records on both sides.
//
// Purpose: exactly one EXIT per link and one DOWN per monitor, and none after unlink or demonitor.
// Links: each side holds half of the link, keyed by the peer; the half is the EXIT signal it will
//   become. tr_link inserts the own half and sends a LINK signal, which becomes the peer's half.
//   tr_unlink makes the own half inactive and sends UNLINK with a number; the peer drops its half
//   and answers UNLINK_ACK with it; an EXIT that meets no active half is dropped. A LINK that meets
//   a half already there is dropped. (The protocol is that of OTP since version 21.)
// Monitors: the watcher holds a record keyed by the reference, which becomes the DEMONITOR signal;
//   the watched actor holds the MONITOR signal, which becomes the DOWN notice.
// Threads: the worker that holds the actor. Ownership: records belong to the actor whose tree holds
//   them.
#ifndef TRI_PROCESS_RELATION_H
#define TRI_PROCESS_RELATION_H

#include "process/section.h"
#include "process/reason.h"

// Half of a link to a peer, to be inserted or sent; NULL without memory.
struct tr_msg *tri_link_half(struct tri_thread *t, tr_pid owner, uint64_t peer);
// Watcher's record for a target; NULL without memory.
struct tr_msg *tri_monitor_record(struct tri_thread *t, uint64_t ref, uint64_t target);
// The record the watched actor will hold, with the name it is watched by or NULL; NULL without
// memory.
struct tr_msg *tri_watch_record(struct tri_thread *t, tr_pid watcher, tr_ref ref, const char *name);

// What the relations' signals do to their receiver. The message is claimed; it is consumed.
void tri_on_link(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg);
void tri_on_unlink(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg);
void tri_on_unlink_ack(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg);
void tri_on_monitor(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg);
void tri_on_demonitor(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg);

// An EXIT by link arrived: true if the link was in force; its half is gone then.
bool tri_link_fired(struct tri_thread *t, struct tr_self *self, const struct tr_msg *msg);
// A DOWN arrived: true if the monitor was in force; its record is gone then.
bool tri_monitor_fired(struct tri_thread *t, struct tr_self *self, const struct tr_msg *msg);

// Ends a watch: true if it was pending. And takes a DOWN of it out of the mailbox, if it is there.
bool tri_monitor_end(struct tri_thread *t, struct tr_self *self, uint64_t ref);
void tri_monitor_flush(struct tri_thread *t, struct tr_self *self, uint64_t ref);

// Takes away the own half of the link to a peer without telling it; for a start that failed.
void tri_link_forget(struct tri_thread *t, struct tr_self *self, uint64_t peer);

// The actor ends: all linked and watching actors are told. silent_parent: its starter learns
// of the failed start by the reply to the start alone.
void tri_relations_end(struct tri_thread *t, struct tr_self *self, tr_pid pid, tr_exit reason,
                       bool silent_parent);

#endif
