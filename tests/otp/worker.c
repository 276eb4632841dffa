// SPDX-License-Identifier: MIT
#include "worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace.h"
#include "tree.h"

// --- Observer ------------------------------------------------------------------------------------

enum { SEEN_MAX = 4096 };

tr_pid observer;
static struct {
    struct otp_watch what;
    tr_ref ref;
} seen[SEEN_MAX];
static int seen_count;

void observer_clear(void)
{
    seen_count = 0;
}

static void begin_watch(tr_self *self, const struct otp_watch *what)
{
    for (int i = 0; i < seen_count; i++) {
        if (tr_pid_equal(seen[i].what.pid, what->pid)) {
            return;
        }
    }
    seen[seen_count].what = *what;
    (void)tr_monitor(self, what->pid, &seen[seen_count].ref);
    seen_count++;
}

// A supervisor that never came up gives no line, and its instances are not numbered here.
static void note_end(const struct otp_watch *what, tr_exit reason)
{
    static const char failed[] = "failed_to_start_child";
    const struct node *node = &tree.nodes[what->node];
    if (!node->is_supervisor) {
        trace_end("end %s#%u %s", node->id, what->number, word_of(reason));
    } else if (reason.text == NULL || strncmp(reason.text, failed, sizeof failed - 1) != 0) {
        trace_end("end %s %s", node->id, word_of(reason));
    }
}

tr_exit observe(tr_self *self, const void *arg)
{
    (void)arg;
    for (;;) {
        const tr_msg *msg;
        if (tr_receive(self, NULL, TR_INFINITY, &msg) != TR_OK) {
            return TR_ERROR("no receive");
        }
        const struct otp_watch *what = otp_watch_of(msg);
        if (what != NULL) {
            begin_watch(self, what);
            otp_watch_reply(self, tr_msg_from(msg), NULL);
            continue;
        }
        const tr_down *down = tr_msg_body(msg);
        for (int i = 0; i < seen_count; i++) {
            if (tr_msg_is(msg, &tr_down_type) && tr_ref_equal(seen[i].ref, down->ref)) {
                note_end(&seen[i].what, down->reason);
            }
        }
    }
}

void watch(tr_self *self, tr_pid pid, int node, unsigned number)
{
    struct otp_watching watching;
    struct otp_watch what = { pid, node, number };
    if (otp_watch_call(self, observer, &what, TR_INFINITY, &watching) != TR_OK) {
        abort();
    }
}

// --- Workers -------------------------------------------------------------------------------------

struct worker {
    int node;
    unsigned number; // of the attempt
    bool dying;      // the end was decided before on_terminate
};
struct worker_args {
    int node;
};

// Whether a plan such as "fail:2:3" names this attempt.
static bool is_planned(const char *plan, const char *what, unsigned attempt)
{
    char name[WORD_BYTES];
    unsigned from;
    unsigned to;
    return sscanf(plan, "%31[a-z]:%u:%u", name, &from, &to) == 3 && strcmp(name, what) == 0 &&
           attempt >= from && attempt <= to;
}

static tr_next worker_init(tr_self *self, struct worker *worker, const struct worker_args *args)
{
    struct node *node = &tree.nodes[args->node];
    worker->node = args->node;
    worker->number = ++node->attempts;
    tree.nodes[node->parent].pid = tr_self_parent(self);
    watch(self, tr_self_parent(self), node->parent, 0);
    if (is_planned(node->start, "fail", worker->number)) {
        trace_put("fail %s#%u\n", node->id, worker->number);
        return TR_STOP(TR_ERROR("no start"));
    }
    if (is_planned(node->start, "ignore", worker->number)) {
        trace_put("ignore %s#%u\n", node->id, worker->number);
        return TR_IGNORE;
    }
    node->pid = tr_self_pid(self);
    watch(self, node->pid, args->node, worker->number);
    trace_put("up %s#%u\n", node->id, worker->number);
    if (!node->linked) {
        (void)tr_unlink(self, tr_self_parent(self));
    }
    return TR_CONTINUE;
}

static tr_next worker_on_otp_die(tr_self *self, struct worker *worker, const struct otp_die *die)
{
    (void)self;
    worker->dying = true;
    return TR_STOP(reason_of(die->reason));
}

// What a trapping worker does with an exit signal.
static tr_next take_exit(struct worker *worker, tr_exit reason)
{
    const struct node *node = &tree.nodes[worker->node];
    const char *word = word_of(reason);
    trace_put("told %s#%u %s\n", node->id, worker->number, word);
    if (strcmp(node->on, "hang") == 0) {
        return TR_CONTINUE;
    }
    worker->dying = true;
    bool other = strncmp(node->on, "exit:", 5) == 0;
    return TR_STOP(reason_of(other ? node->on + 5 : word));
}

static tr_next worker_on_info(tr_self *self, struct worker *worker, const tr_msg *msg)
{
    (void)self;
    if (tr_msg_get_kind(msg) != TR_MSG_EXIT) {
        return TR_CONTINUE;
    }
    return take_exit(worker, ((const tr_exited *)tr_msg_body(msg))->reason);
}

static void wait_for_more(tr_self *self, struct worker *worker)
{
    const tr_msg *msg;
    tr_match match = { TR_TYPES(&tr_exited_type, &otp_die_type) };
    if (tr_receive(self, &match, TR_INFINITY, &msg) != TR_OK) {
        abort();
    }
    const struct otp_die *die = otp_die_of(msg);
    if (die != NULL) {
        tr_exit_self(self, reason_of(die->reason));
    }
    (void)take_exit(worker, ((const tr_exited *)tr_msg_body(msg))->reason);
}

// The exit signal of the supervisor comes here: a server ends by it, whatever the worker is to do.
static void worker_on_terminate(tr_self *self, struct worker *worker, tr_exit reason)
{
    if (worker->dying) {
        return;
    }
    tr_next next = take_exit(worker, reason);
    while (next.kind == TR_NEXT_CONTINUE) {
        wait_for_more(self, worker);
    }
    tr_exit_self(self, tr_exit_make((tr_exit_tag)next.tag, next.code, next.text));
}

TR_SERVER(worker, TR_CAST_OF(otp, die), TR_INFO, TR_TERMINATE);
