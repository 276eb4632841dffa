// SPDX-License-Identifier: MIT
// Tasks: a function that runs in an actor of its own, and whose result is awaited.
//
//   static tr_exit add(tr_self *self, const void *args, tr_from to)
//   {
//       const struct math_sum *sum = args;
//       math_sum_reply(self, to, &(struct math_total){ .n = sum->a + sum->b });
//       return TR_NORMAL;
//   }
//   …
//   tr_task task;
//   tr_task_start(self, add, &(tr_task_opts){ TR_ARGS_OF(&sum) }, &task);
//   tr_err err = math_sum_take(self, task.request, 500, &total);
//
// The result of a task is the reply to a request: tr_request_wait and collections serve for tasks
// as well, and so does the typed x_take of a TR_REQUEST. A task that ends without a result fails
// its request with its exit reason.
#ifndef TROUPE_TASK_H
#define TROUPE_TASK_H

#include <troupe/actor.h>
#include <troupe/request.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Body of a task. It answers `to` with tr_reply_typed or a typed reply; its result is its exit
/// reason.
/// @param args  private copy of the arguments
/// @param to    whom to give the result
typedef tr_exit (*tr_task_fn)(tr_self *self, const void *args, tr_from to);

/// A task that was started.
typedef struct tr_task {
    tr_request request; ///< its result
    tr_pid pid;         ///< the actor that runs it
    bool kill_late;     ///< as in its options
} tr_task;

/// Options of a task; zero means default.
typedef struct tr_task_opts {
    const void *args;        ///< copied; handed to the function
    size_t args_bytes;       ///< size of args
    bool link;               ///< the task ends with its starter, and its failure ends the starter
    bool kill_late;          ///< tr_task_await kills the task when its time has passed
    const char *label;       ///< what it is, for people; copied; NULL = "task"
    size_t heap_limit_bytes; ///< most heap; 0 = unlimited
} tr_task_opts;

/// Starts a task.
/// @param fn    what it does
/// @param opts  options, or NULL
/// @param out   receives the task
/// @return TR_OK; TR_EINVAL; TR_ENOMEM; TR_ELIMIT; TR_ESTOPPED
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps opts]
static inline tr_err tr_task_start(tr_self *self, tr_task_fn fn, const tr_task_opts *opts,
                                   tr_task *out);
/// As tr_task_start, which passes the size of the options known to the caller.
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API tr_err tr_task_start_sized(tr_self *self, tr_task_fn fn, const tr_task_opts *opts,
                                  size_t opts_bytes, tr_task *out);

static inline tr_err tr_task_start(tr_self *self, tr_task_fn fn, const tr_task_opts *opts,
                                   tr_task *out)
{
    return tr_task_start_sized(self, fn, opts, sizeof(tr_task_opts), out);
}

/// Waits for a task's result.
/// @param timeout_ms  milliseconds; 0 polls; TR_INFINITY
/// @param reply       receives the result
/// @return TR_OK; TR_EEXITED (it ended without a result; tr_call_reason says why); TR_ETIMEDOUT (it
///   goes on and may be awaited again; with kill_late it was killed and is over); TR_ENOENT (it
///   was awaited or killed before); TR_EINVAL; TR_ENOMEM
/// [actor-only] [may-suspend] [may-exit] [owner: valid until the next call or wait of this actor]
TR_API TR_MUST_CHECK tr_err tr_task_await(tr_self *self, tr_task task, int64_t timeout_ms,
                                          const tr_msg **reply);

/// Waits for the results of several tasks, within one timeout for all, and copies them out.
/// @param tasks       the tasks
/// @param count       how many
/// @param timeout_ms  milliseconds; TR_INFINITY
/// @param type        type that each result must have
/// @param results     receives count bodies of type->bytes each; a failed task's is untouched
/// @param errs        receives what tr_task_await says of each, TR_EINVAL for another type; may be
///   NULL
/// @return TR_OK when all have a result; the first failure otherwise; TR_EINVAL
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API TR_MUST_CHECK tr_err tr_task_await_all(tr_self *self, const tr_task *tasks, size_t count,
                                              int64_t timeout_ms, const tr_type *type,
                                              void *results, tr_err *errs);

/// Kills a task and forgets it: no result, no exit signal of it comes any more.
/// @return TR_OK, also when it has ended; TR_ENOENT (it was awaited or killed before); TR_EINVAL;
///   TR_ENOMEM
/// [actor-only] [never-suspends]
TR_API tr_err tr_task_kill(tr_self *self, tr_task task);

/// Body of a task that somebody else starts, such as a supervisor's child: `.run = tr_task_run`.
/// It waits until tr_task_attach asks it for its result.
/// @param args  begins with a tr_task_fn, which is called with these args
/// @return what the function returns
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API tr_exit tr_task_run(tr_self *self, const void *args);

/// Asks an actor whose body is tr_task_run for its result.
/// @param pid  the actor
/// @param out  receives the task
/// @return as tr_request_send
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API tr_err tr_task_attach(tr_self *self, tr_pid pid, tr_task *out);

#ifdef __cplusplus
}
#endif

#endif
