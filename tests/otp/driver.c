// SPDX-License-Identifier: MIT
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace.h"
#include "tree.h"
#include "worker.h"

enum { INFOS_MAX = 40 };

static struct {
    tr_pid root;
    bool held;                // between hold and release
    tr_pid holder;            // the child whose start holds a supervisor up
    tr_pid newest[NODES_MAX]; // when the burst began
} driver;

void driver_clear(void)
{
    memset(&driver, 0, sizeof driver);
    for (int i = 0; i < tree.node_count; i++) {
        tree.nodes[i].attempts = 0;
        tree.nodes[i].pid = tr_no_pid();
    }
}

void driver_begin_burst(void)
{
    for (int i = 0; i < tree.node_count; i++) {
        driver.newest[i] = tree.nodes[i].pid;
    }
}

bool driver_has_root(void)
{
    return !tr_pid_is_none(driver.root);
}

// --- Signals -------------------------------------------------------------------------------------

#undef TR_MODULE
#define TR_MODULE otp_hold
TR_MESSAGE0(release);

// A temporary child whose init lasts until the release and then answers ignore: meanwhile its
// supervisor handles nothing, and afterwards nothing of the child is left.
static tr_next hold_init(tr_self *self, void *state, const void *args)
{
    const tr_msg *msg;
    (void)state;
    (void)args;
    driver.holder = tr_self_pid(self);
    if (tr_receive(self, &(tr_match){ TR_TYPES(&otp_hold_release_type) }, TR_INFINITY, &msg) !=
        TR_OK) {
        abort();
    }
    return TR_IGNORE;
}

static tr_exit hold(tr_self *self, const void *arg)
{
    static const tr_server server = { .name = "hold", .init = hold_init };
    tr_child child = { .id = "hold", .server = &server, .restart = TR_TEMPORARY };
    (void)!tr_supervisor_start_child(self, *(const tr_pid *)arg, &child, NULL);
    return TR_NORMAL;
}

static void begin_hold(tr_self *self, tr_pid supervisor)
{
    static const tr_actor_spec spec = { .label = "hold", .run = hold };
    tr_pid pid;
    tr_spawn_opts opts = { .args = &supervisor, .args_bytes = sizeof supervisor };
    if (tr_spawn(self, &spec, &opts, &pid) != TR_OK) {
        abort();
    }
}

static void signal_to(tr_self *self, const char *what, tr_pid pid, const char *word)
{
    tr_system *sys = tr_self_system(self);
    struct otp_die die = { "" };
    if (strcmp(what, "die") == 0) {
        snprintf(die.reason, sizeof die.reason, "%s", word);
        (void)otp_die_send(self, pid, &die);
    } else if (strcmp(what, "exitsig") == 0) {
        (void)tr_system_exit_send(sys, pid, reason_of(word)); // by nobody the actor knows
    } else if (strcmp(what, "kill") == 0) {
        (void)tr_system_exit_send(sys, pid, TR_KILL);
    } else if (strcmp(what, "hold") == 0) {
        begin_hold(self, pid);
    } else {
        (void)otp_hold_release_send(self, driver.holder, NULL);
    }
}

// die, exitsig, kill, hold, release: true if it was one of these.
static bool perform_signal(tr_self *self, char **words, bool in_burst)
{
    static const char *const known[] = { "die", "exitsig", "kill", "hold", "release" };
    for (size_t i = 0; i < TR_COUNT(known); i++) {
        if (strcmp(words[1], known[i]) != 0) {
            continue;
        }
        int node = tree_find(words[2]);
        tr_pid pid = in_burst ? driver.newest[node] : tree.nodes[node].pid;
        bool alive = tr_is_alive(tr_self_system(self), pid);
        driver.held =
            strcmp(words[1], "hold") == 0 || (driver.held && strcmp(words[1], "release") != 0);
        if (alive) {
            signal_to(self, words[1], pid, words[3]);
        }
        if (!in_burst) {
            trace_ret("ret %s\n", alive ? "sent" : "dead");
        }
        return true;
    }
    return false;
}

static void perform_parent_exit(tr_self *self, const char *word)
{
    bool alive = tr_is_alive(tr_self_system(self), driver.root);
    if (alive) {
        (void)tr_exit_send(self, driver.root, reason_of(word));
    }
    trace_ret("ret %s\n", alive ? "sent" : "dead");
}

// --- Requests ------------------------------------------------------------------------------------

// What a function answered; `exists` and `busy` are the words for TR_EEXIST and TR_EBUSY.
static void ret_of(tr_self *self, tr_err err, const char *ok, const char *exists, const char *busy)
{
    const char *word = tr_err_name(err);
    tr_exit reason = tr_call_reason(self);
    if (err == TR_EEXITED && reason.tag != TR_EXIT_ERROR && reason.text == NULL) {
        trace_ret("ret exit:%s\n", word_of(reason)); // the supervisor itself has ended
        return;
    }
    switch (err) {
    case TR_OK:
        word = ok;
        break;
    case TR_EIGNORED:
        word = "none";
        break;
    case TR_EEXIST:
        word = exists;
        break;
    case TR_EBUSY:
        word = busy;
        break;
    case TR_ENOENT:
        word = "not_found";
        break;
    case TR_ENOPROC:
        word = "exit:noproc";
        break;
    case TR_EEXITED:
        word = "failed";
        break;
    default:
        break;
    }
    trace_ret("ret %s\n", word);
}

static void perform_which(tr_self *self, tr_pid supervisor)
{
    tr_child_info infos[INFOS_MAX];
    size_t count = 0;
    tr_err err = tr_supervisor_which_children(self, supervisor, infos, INFOS_MAX, &count);
    if (err != TR_OK) {
        ret_of(self, err, "", "", "");
        return;
    }
    trace_ret("ret which");
    for (size_t i = count; i > 0; i--) {
        const char *state = tr_pid_is_none(infos[i - 1].pid) ? "none" : "up";
        trace_ret(" %s:%s", infos[i - 1].id, infos[i - 1].restarting ? "restarting" : state);
    }
    trace_ret("\n");
}

static void perform_count(tr_self *self, tr_pid supervisor)
{
    tr_child_counts counts;
    tr_err err = tr_supervisor_count_children(self, supervisor, &counts);
    if (err != TR_OK) {
        ret_of(self, err, "", "", "");
        return;
    }
    trace_ret("ret count %zu %zu %zu %zu\n", counts.specs, counts.active, counts.supervisors,
              counts.workers);
}

static void perform_on_child(tr_self *self, const char *what, tr_pid supervisor, int node)
{
    const char *id = tree.nodes[node].id;
    if (strcmp(what, "terminate") == 0) {
        ret_of(self, tr_supervisor_terminate_child(self, supervisor, id), "ok", "?", "?");
    } else if (strcmp(what, "restart") == 0) {
        ret_of(self, tr_supervisor_restart_child(self, supervisor, id, NULL), "up", "running",
               "restarting");
    } else if (strcmp(what, "delete") == 0) {
        ret_of(self, tr_supervisor_delete_child(self, supervisor, id), "ok", "running",
               "restarting");
    } else {
        tr_child child = tree_child(node);
        ret_of(self, tr_supervisor_start_child(self, supervisor, &child, NULL), "up",
               "already_started", "already_present");
    }
}

static void perform_request(tr_self *self, char **words)
{
    const char *what = words[1];
    int node = tree_find(words[2]);
    bool own =
        strcmp(what, "stop") == 0 || strcmp(what, "which") == 0 || strcmp(what, "count") == 0;
    tr_pid supervisor = tree.nodes[own ? node : tree.nodes[node].parent].pid;
    if (!tr_is_alive(tr_self_system(self), supervisor)) {
        trace_ret("ret noproc\n");
    } else if (strcmp(what, "stop") == 0) {
        ret_of(self, tr_server_stop(self, supervisor, TR_NORMAL, TR_INFINITY), "ok", "", "");
    } else if (strcmp(what, "which") == 0) {
        perform_which(self, supervisor);
    } else if (strcmp(what, "count") == 0) {
        perform_count(self, supervisor);
    } else {
        perform_on_child(self, what, supervisor, node);
    }
}

static void perform(tr_self *self, const struct otp_driver_perform *perform)
{
    char line[LINE_BYTES];
    char *words[6] = { NULL };
    snprintf(line, sizeof line, "%s", tree.ops[perform->op]);
    (void)split(line, words, 6);
    if (strcmp(words[1], "parent_exit") == 0) {
        perform_parent_exit(self, words[2]);
    } else if (!perform_signal(self, words, perform->in_burst)) {
        perform_request(self, words);
    }
}

// --- The tree ------------------------------------------------------------------------------------

static void begin(tr_self *self)
{
    char id[WORD_BYTES] = "?";
    if (tr_supervisor_start(self, tree_root(), &driver.root) == TR_OK) {
        tree.nodes[0].pid = driver.root;
        trace_ret("ret ok\n");
        return;
    }
    const char *text = tr_call_reason(self).text;
    (void)sscanf(text == NULL ? "" : text, "failed_to_start_child %31[^/:]", id);
    trace_ret("ret failed:%s\n", id);
}

static void show_supervisor(tr_self *self, int node, tr_pid pid)
{
    tr_child_info infos[INFOS_MAX];
    size_t count = 0;
    tree.nodes[node].pid = pid;
    watch(self, pid, node, 0);
    if (tr_supervisor_which_children(self, pid, infos, INFOS_MAX, &count) != TR_OK) {
        count = 0;
    }
    trace_put("%s(", tree.nodes[node].id);
    for (size_t i = count; i > 0; i--) {
        const tr_child_info *info = &infos[i - 1];
        const char *state = tr_pid_is_none(info->pid) ? "none" : "up";
        trace_put("%s", i < count ? " " : "");
        if (info->is_supervisor && tr_is_alive(tr_self_system(self), info->pid)) {
            show_supervisor(self, tree_find(info->id), info->pid);
        } else {
            trace_put("%s:%s", info->id, info->restarting ? "restarting" : state);
        }
    }
    trace_put(")");
}

static void show(tr_self *self)
{
    if (driver.held) {
        trace_put("tree held\n");
    } else if (!tr_is_alive(tr_self_system(self), driver.root)) {
        trace_put("tree dead\n");
    } else {
        trace_put("tree ");
        show_supervisor(self, 0, driver.root);
        trace_put("\n");
    }
}

tr_exit drive(tr_self *self, const void *arg)
{
    (void)arg;
    for (;;) {
        const tr_msg *msg;
        if (tr_receive(self, NULL, TR_INFINITY, &msg) != TR_OK) {
            return TR_ERROR("no receive");
        }
        if (otp_driver_begin_of(msg) != NULL) {
            begin(self);
        } else if (otp_driver_show_of(msg) != NULL) {
            show(self);
        } else if (otp_driver_perform_of(msg) != NULL) {
            perform(self, otp_driver_perform_of(msg));
        }
    }
}
