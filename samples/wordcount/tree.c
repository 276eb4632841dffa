// SPDX-License-Identifier: MIT
// The supervision tree of wordcount.h.
#include <stdio.h>

#include "wordcount.h"

#define NAME_BYTES 24

// Counters may crash as often as they like: so many restarts within one millisecond never happen.
static const tr_supervisor_spec counters_policy = {
    .strategy = TR_ONE_FOR_ONE,
    .intensity = INT32_MAX,
    .period_ms = 1,
};

static const tr_supervisor_spec no_readers = {
    .name = "readers",
    .strategy = TR_ONE_FOR_ONE,
    .intensity = TR_ZERO, // readers are temporary; the feeder replaces them
};

static tr_child counter_child(const struct counter_args *args, char *name)
{
    tr_child child = {
        .id = name,
        .server = &counter_server,
        .args = args,
        .args_bytes = sizeof *args,
        .name = name,
        .mailbox = { .capacity = WC_MAILBOX_BATCHES,
                     .policy = TR_MAILBOX_BLOCK,
                     .block_ms = TR_INFINITY },
    };

    (void)snprintf(name, NAME_BYTES, "counter-%u", args->partition);
    return child;
}

static tr_err start_root(tr_system *sys, const struct wc_job *job,
                         const tr_supervisor_spec *counters, char *reason, size_t bytes)
{
    const tr_child children[] = {
        { .id = "vault",
          .name = "vault",
          .server = &vault_server,
          TR_ARGS(struct vault_args, .counters = job->counters) },
        { .id = "counters", .supervisor = counters },
        { .id = "readers", .supervisor = &no_readers },
        { .id = "feeder",
          .name = "feeder",
          .server = &feeder_server,
          TR_ARGS(struct feeder_args, .job = *job) },
    };
    const tr_supervisor_spec root = {
        .name = "root",
        .strategy = TR_ONE_FOR_ALL,
        .intensity = TR_ZERO, // what is counted would be lost: better no result than a wrong one
        .children = children,
        .child_count = TR_COUNT(children),
    };
    tr_pid pid;

    return tr_system_supervisor_start(sys, &root, &pid, reason, bytes);
}

tr_err wc_tree_start(tr_system *sys, const struct wc_job *job, char *reason, size_t bytes)
{
    tr_child children[WC_COUNTERS_MAX];
    struct counter_args args[WC_COUNTERS_MAX];
    char names[WC_COUNTERS_MAX][NAME_BYTES];
    tr_supervisor_spec counters = counters_policy;

    for (uint32_t i = 0; i < job->counters; i++) {
        args[i] = (struct counter_args){ i, job->crash_every, job->seed };
        children[i] = counter_child(&args[i], names[i]);
    }
    counters.name = "counters";
    counters.children = children;
    counters.child_count = job->counters;
    return start_root(sys, job, &counters, reason, bytes);
}
