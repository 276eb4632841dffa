// SPDX-License-Identifier: MIT
// Supervisors: start children in order, restart them when they end, stop them in reverse order.
// The rules are those of OTP's supervisor module.
#ifndef TROUPE_SUPERVISOR_H
#define TROUPE_SUPERVISOR_H

#include <troupe/server.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What happens to the siblings of a child that ended.
typedef enum tr_strategy {
    TR_ONE_FOR_ONE = 0, ///< only the child is restarted
    TR_ONE_FOR_ALL,     ///< all others are stopped in reverse order, then all are started in order
    TR_REST_FOR_ONE     ///< those after it are stopped, then it and those after it are started
} tr_strategy;

/// When a child is restarted.
typedef enum tr_restart {
    TR_PERMANENT = 0, ///< always
    TR_TRANSIENT,     ///< unless it ended `normal` or `shutdown`
    TR_TEMPORARY      ///< never; its spec goes with it
} tr_restart;

typedef struct tr_supervisor_spec tr_supervisor_spec;

/// A child: exactly one of run, server, supervisor.
typedef struct tr_child {
    const char *id;                       ///< unique in its supervisor
    tr_run_fn run;                        ///< a process-style child, or
    const tr_server *server;              ///< a server, or
    const tr_supervisor_spec *supervisor; ///< a supervisor
    const void *args;                     ///< deep-copied when the supervisor takes the spec
    size_t args_bytes;                    ///< size of args
    const char *name;                     ///< registered name of the child; may be NULL
    tr_restart restart;                   ///< when it is restarted
    int64_t shutdown_ms; ///< 0 = 5,000 (a supervisor: TR_INFINITY); TR_BRUTAL kills; TR_INFINITY
    int64_t start_timeout_ms; ///< longest init; 0 = for ever
    bool trap;                ///< the child traps exits: a server's terminate is called on shutdown
    tr_mailbox_opts mailbox;  ///< its mailbox
} tr_child;

/// Initialises args of a child from a literal (C only).
#define TR_ARGS(type, ...) .args = &(const type){ __VA_ARGS__ }, .args_bytes = sizeof(type)
/// Initialises args of a child from an object.
#define TR_ARGS_OF(pointer) .args = (pointer), .args_bytes = sizeof *(pointer)

/// A supervisor.
struct tr_supervisor_spec {
    const char *name;         ///< registered name; may be NULL
    tr_strategy strategy;     ///< what happens to siblings
    int32_t intensity;        ///< restarts tolerated in a period; 0 = 1; TR_ZERO = none
    int64_t period_ms;        ///< 0 = 5,000
    const tr_child *children; ///< deep-copied at start
    size_t child_count;       ///< how many
};

/// Starts a supervisor linked to the caller; returns when all children are started.
/// @param spec  the tree below it
/// @param out   receives the pid
/// @return TR_OK; TR_EINVAL (the spec is wrong, nothing was started: tr_call_reason names the
///   field); TR_EEXITED (a child failed to start: tr_call_reason names it; those before it were
///   stopped); TR_EEXIST; TR_ENOMEM
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps spec]
TR_API TR_MUST_CHECK tr_err tr_supervisor_start(tr_self *self, const tr_supervisor_spec *spec,
                                                tr_pid *out);

/// Starts a supervisor from a thread that is no actor.
/// @param reason_text  receives why it failed, as tr_exit_format writes it; may be NULL
/// @param text_bytes   size of reason_text
/// @return as tr_supervisor_start
/// [any-thread] [never-suspends] [owner: caller keeps spec]
TR_API TR_MUST_CHECK tr_err tr_system_supervisor_start(tr_system *sys,
                                                       const tr_supervisor_spec *spec, tr_pid *out,
                                                       char *reason_text, size_t text_bytes);

/// Runs a tree from a thread that is no actor until its root ends or the system is stopped.
/// Why a tree does not start is said by tr_system_supervisor_start only.
/// @return TR_OK the root ended `normal` or `shutdown` by request; TR_EEXITED it gave up or failed;
///   as tr_supervisor_start
/// [any-thread] [never-suspends] [owner: caller keeps spec]
TR_API TR_MUST_CHECK tr_err tr_supervise(tr_system *sys, const tr_supervisor_spec *spec);

/// Starts one more child at the end of the list. Never counted as a restart.
/// @param supervisor  the supervisor
/// @param child       its spec
/// @param out         receives the pid; may be NULL
/// @return TR_OK; TR_EEXIST (running under this id); TR_EBUSY (present but stopped, or being
///   restarted); TR_EIGNORED; TR_EEXITED (its start failed, nothing is kept); TR_EINVAL; TR_ENOPROC
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API TR_MUST_CHECK tr_err tr_supervisor_start_child(tr_self *self, tr_pid supervisor,
                                                      const tr_child *child, tr_pid *out);

/// Stops a child; its spec stays (a temporary one's goes).
/// @return TR_OK also when it did not run; TR_ENOENT; TR_ENOPROC
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API TR_MUST_CHECK tr_err tr_supervisor_terminate_child(tr_self *self, tr_pid supervisor,
                                                          const char *id);

/// Starts a stopped child again. Never counted as a restart.
/// @return TR_OK; TR_EEXIST (it runs); TR_EBUSY (being restarted); TR_ENOENT; TR_EEXITED;
///   TR_EIGNORED; TR_ENOPROC
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API TR_MUST_CHECK tr_err tr_supervisor_restart_child(tr_self *self, tr_pid supervisor,
                                                        const char *id, tr_pid *out);

/// Removes the spec of a stopped child.
/// @return TR_OK; TR_EEXIST (it runs); TR_EBUSY (being restarted); TR_ENOENT; TR_ENOPROC
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API TR_MUST_CHECK tr_err tr_supervisor_delete_child(tr_self *self, tr_pid supervisor,
                                                       const char *id);

/// One child as tr_supervisor_which_children lists it.
typedef struct tr_child_info {
    char id[TR_NAME_MAX + 1]; ///< its id
    tr_pid pid;               ///< none when it does not run
    bool restarting;          ///< its restart failed and is tried again
    bool is_supervisor;       ///< a supervisor, else a worker
    uint32_t restarts;        ///< automatic restarts so far
} tr_child_info;

/// Lists the children in reverse order of their specs, as OTP does.
/// @param infos     receives up to capacity entries
/// @param capacity  room in infos
/// @param count     receives how many children there are
/// @return TR_OK; TR_EINVAL; TR_ENOPROC
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API TR_MUST_CHECK tr_err tr_supervisor_which_children(tr_self *self, tr_pid supervisor,
                                                         tr_child_info *infos, size_t capacity,
                                                         size_t *count);

/// Numbers of children, as tr_supervisor_count_children gives them.
typedef struct tr_child_counts {
    size_t specs;       ///< all
    size_t active;      ///< running
    size_t supervisors; ///< of the specs
    size_t workers;     ///< of the specs
} tr_child_counts;

/// Counts the children.
/// @param counts  receives the numbers
/// @return TR_OK; TR_EINVAL; TR_ENOPROC
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API TR_MUST_CHECK tr_err tr_supervisor_count_children(tr_self *self, tr_pid supervisor,
                                                         tr_child_counts *counts);

#ifdef __cplusplus
}
#endif

#endif
