// SPDX-License-Identifier: MIT
#include "child.h"

#include <string.h>

#include "supervisor.h"

// --- Process-style children ----------------------------------------------------------------------

// The actor of every child with a run function. Its spec must outlive the supervisor, so the
// function travels in the arguments.
struct run_args {
    tr_run_fn run;
    uint64_t has_args;
};

_Static_assert(sizeof(struct run_args) % 16 == 0, "the arguments stay aligned");

static tr_exit run_child(tr_self *self, const void *arg)
{
    const struct run_args *args = arg;
    return args->run(self, args->has_args ? args + 1 : NULL);
}

static tr_err start_run(tr_self *self, const struct tri_packed_child *spec, uint32_t restarts,
                        tr_pid *pid)
{
    static const tr_actor_spec actor = { .label = "child", .run = run_child };
    size_t bytes = sizeof(struct run_args) + spec->args_bytes;
    struct run_args *args = tr_alloc(self, bytes);
    *args = (struct run_args){ .run = spec->run, .has_args = spec->has_args };
    if (spec->args_bytes != 0) {
        memcpy(args + 1, tri_packed_args(spec), spec->args_bytes);
    }
    tr_spawn_opts opts = {
        .args = args,
        .args_bytes = bytes,
        .name = spec->name[0] == '\0' ? NULL : spec->name,
        .link = true,
        .trap = spec->trap,
        .mailbox = spec->mailbox,
        .label = spec->id,
        .restarts = restarts,
    };
    tr_err err = tr_spawn(self, &actor, &opts, pid);
    tr_free(self, args, bytes);
    return err;
}

// --- Servers and supervisors ---------------------------------------------------------------------

static tr_server_opts server_opts(const struct tri_packed_child *spec, uint32_t restarts)
{
    return (tr_server_opts){
        .args = spec->has_args ? tri_packed_args(spec) : NULL,
        .args_bytes = spec->has_args ? spec->args_bytes : 0,
        .name = spec->name[0] == '\0' ? NULL : spec->name,
        .link = true,
        .trap = spec->trap,
        .start_timeout_ms = spec->start_timeout_ms,
        .mailbox = spec->mailbox,
        .restarts = restarts,
    };
}

tr_err tri_child_start_supervisor(tr_self *self, const struct tri_packed_supervisor *packed,
                                  const tr_server_opts *opts, tr_pid *pid)
{
    tr_server_opts full = *opts;
    full.args = packed;
    full.args_bytes = packed->bytes;
    full.link = true;
    full.trap = true;
    return tr_server_start(self, &tri_supervisor_server, &full, pid);
}

static tr_err start_any(tr_self *self, const struct tri_packed_child *spec, uint32_t restarts,
                        tr_pid *pid)
{
    if (spec->kind == TRI_CHILD_RUN) {
        return start_run(self, spec, restarts, pid);
    }
    tr_server_opts opts = server_opts(spec, restarts);
    if (spec->kind == TRI_CHILD_SERVER) {
        return tr_server_start(self, spec->server, &opts, pid);
    }
    return tri_child_start_supervisor(self, tri_packed_args(spec), &opts, pid);
}

static tr_exit why_failed(const tr_self *self, tr_err err)
{
    switch (err) {
    case TR_EEXITED:
        return tr_call_reason(self);
    case TR_ETIMEDOUT:
        return tr_exit_make(TR_EXIT_TIMEOUT, 0, NULL);
    default:
        return tr_exit_make(TR_EXIT_ERROR, (int32_t)err, tr_err_text(err));
    }
}

tr_err tri_child_start(tr_self *self, const struct tri_packed_child *spec, uint32_t restarts,
                       tr_pid *pid, struct tri_reason *why)
{
    tr_err err = start_any(self, spec, restarts, pid);
    if (err != TR_OK && err != TR_EIGNORED) {
        tri_reason_set(why, why_failed(self, err));
    }
    return err;
}
