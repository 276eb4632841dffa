// SPDX-License-Identifier: MIT
#include "receiver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"
#include "trace.h"

enum { SHORT_MS = 40, CLAUSES_MAX = 3 };

struct receiver receiver;

tr_pid receiver_peer(const char *name)
{
    for (int i = 0; i < receiver.count; i++) {
        if (strcmp(receiver.names[i], name) == 0) {
            return receiver.pids[i];
        }
    }
    return tr_no_pid();
}

static const char *name_of(tr_pid pid)
{
    for (int i = 0; i < receiver.count; i++) {
        if (tr_pid_equal(receiver.pids[i], pid)) {
            return receiver.names[i];
        }
    }
    return "?";
}

// What a message is, as a word of the trace.
static void show(const char *before, const tr_msg *msg)
{
    const struct otp_select_item *item = otp_select_item_of(msg);
    const struct otp_select_answer *answer = otp_select_answer_of(msg);
    if (item != NULL) {
        trace_put("%s %s %s %d\n", before, item->tag, name_of(tr_msg_sender(msg)), item->num);
    } else if (answer != NULL) {
        trace_put("%s reply %s %d\n", before, name_of(tr_msg_sender(msg)), answer->num);
    } else if (tr_msg_is(msg, &tr_down_type)) {
        const tr_down *down = tr_msg_body(msg);
        trace_put("%s down %s %s\n", before, name_of(down->pid), word_of(down->reason));
    } else if (tr_msg_is(msg, &tr_exited_type)) {
        const tr_exited *exited = tr_msg_body(msg);
        trace_put("%s exit %s %s\n", before, name_of(exited->pid), word_of(exited->reason));
    } else {
        trace_put("%s other %s\n", before, tr_msg_type_name(msg));
    }
}

static bool show_and_leave(const tr_msg *msg, void *unused)
{
    (void)unused;
    show("item", msg);
    return false;
}

static void list(tr_self *self)
{
    const tr_msg *msg;
    if (tr_receive(self, &(tr_match){ .predicate = show_and_leave }, 0, &msg) != TR_ETIMEDOUT) {
        abort();
    }
}

// Receives, and shows the mailbox as often as it is asked to meanwhile.
static tr_err wait_for(tr_self *self, const tr_match *match, int64_t timeout_ms, const tr_msg **msg)
{
    for (;;) {
        tr_err err = tr_receive(self, match, timeout_ms, msg);
        if (err != TR_OK || !tr_msg_is(*msg, &otp_select_list_type)) {
            return err;
        }
        list(self);
    }
}

// --- Clauses -------------------------------------------------------------------------------------

struct clause {
    enum { ITEM, DOWN, EXIT } kind;
    const char *tag; // "*" any
    const char *sender;
    int low, high;
};

struct clauses {
    struct clause at[CLAUSES_MAX];
    int count;
};

static struct clause read_clause(char *word)
{
    struct clause clause = { .kind = ITEM, .low = INT32_MIN, .high = INT32_MAX };
    char *rest = word;
    clause.tag = strtok_r(rest, "/", &rest);
    clause.sender = strtok_r(rest, "/", &rest);
    char *range = strtok_r(rest, "/", &rest);
    if (range == NULL) {
        clause.kind = strcmp(clause.tag, "down") == 0 ? DOWN : EXIT;
    } else if (strcmp(range, "*") != 0 && sscanf(range, "%d-%d", &clause.low, &clause.high) != 2) {
        abort();
    }
    return clause;
}

static bool is_from(const struct clause *clause, tr_pid pid)
{
    return strcmp(clause->sender, "*") == 0 || tr_pid_equal(receiver_peer(clause->sender), pid);
}

static bool clause_fits(const struct clause *clause, const tr_msg *msg)
{
    const struct otp_select_item *item = otp_select_item_of(msg);
    if (item != NULL) {
        return clause->kind == ITEM && is_from(clause, tr_msg_sender(msg)) &&
               (strcmp(clause->tag, "*") == 0 || strcmp(clause->tag, item->tag) == 0) &&
               item->num >= clause->low && item->num <= clause->high;
    }
    if (tr_msg_is(msg, &tr_down_type)) {
        return clause->kind == DOWN && is_from(clause, ((const tr_down *)tr_msg_body(msg))->pid);
    }
    if (tr_msg_is(msg, &tr_exited_type)) {
        return clause->kind == EXIT && is_from(clause, ((const tr_exited *)tr_msg_body(msg))->pid);
    }
    return false;
}

// Number of the first clause that fits, 0 for none.
static int first_fit(const struct clauses *clauses, const tr_msg *msg)
{
    for (int i = 0; i < clauses->count; i++) {
        if (clause_fits(&clauses->at[i], msg)) {
            return i + 1;
        }
    }
    return 0;
}

static bool any_fits(const tr_msg *msg, void *context)
{
    return tr_msg_is(msg, &otp_select_list_type) || first_fit(context, msg) != 0;
}

// recv AFTER CLAUSE.. [then AFTER CLAUSE..]..: each receive stands in the handling of the match
// before it, whose message is still in use.
static void receive_nested(tr_self *self, char **words, int count)
{
    struct clauses clauses = { .count = 0 };
    int at = 1;
    for (; at < count && strcmp(words[at], "then") != 0; at++) {
        clauses.at[clauses.count++] = read_clause(words[at]);
    }
    int64_t timeout_ms = strcmp(words[0], "0") == 0     ? 0
                         : strcmp(words[0], "inf") == 0 ? TR_INFINITY
                                                        : SHORT_MS;
    const tr_match match = { .predicate = any_fits, .context = &clauses };
    const tr_msg *msg;
    if (wait_for(self, &match, timeout_ms, &msg) != TR_OK) {
        trace_put("timeout\n");
        return;
    }
    char before[24];
    snprintf(before, sizeof before, "match %d", first_fit(&clauses, msg));
    show(before, msg);
    if (at < count) {
        receive_nested(self, words + at + 1, count - at - 1);
    }
}

// --- Requests ------------------------------------------------------------------------------------

static void ask(tr_self *self, const char *name, bool watch)
{
    const tr_msg *msg;
    tr_pid peer = receiver_peer(name);
    tr_ref ref = watch ? tr_no_ref() : tr_ref_new(self);
    if (watch && tr_monitor(self, peer, &ref) != TR_OK) {
        abort();
    }
    struct otp_select_request request = { ref };
    (void)otp_select_request_send(self, peer, &request);
    receiver.awaited = ref;
    if (wait_for(self, &(tr_match){ .ref = ref }, TR_INFINITY, &msg) != TR_OK) {
        abort();
    }
    receiver.awaited = tr_no_ref();
    bool answered = otp_select_answer_of(msg) != NULL;
    show(answered ? "match 1" : "match 2", msg);
    if (watch && answered) {
        (void)tr_demonitor(self, ref, true);
    }
}

static void drain(tr_self *self)
{
    const tr_msg *msg;
    while (tr_receive(self, NULL, 0, &msg) == TR_OK) {
        show("item", msg);
    }
}

static void do_op(tr_self *self, char **words, int count)
{
    tr_ref unused;
    if (strcmp(words[0], "recv") == 0) {
        receive_nested(self, words + 1, count - 1);
    } else if (strcmp(words[0], "ask") == 0 || strcmp(words[0], "askm") == 0) {
        ask(self, words[1], words[0][3] == 'm');
    } else if (strcmp(words[0], "mon") == 0) {
        (void)tr_monitor(self, receiver_peer(words[1]), &unused);
    } else if (strcmp(words[0], "link") == 0) {
        (void)tr_link(self, receiver_peer(words[1]));
    } else if (strcmp(words[0], "selfsend") == 0) {
        struct otp_select_item item = { .num = atoi(words[2]) };
        snprintf(item.tag, sizeof item.tag, "%s", words[1]);
        (void)otp_select_item_send(self, tr_self_pid(self), &item);
    } else if (strcmp(words[0], "list") == 0) {
        list(self);
    } else if (strcmp(words[0], "drain") == 0) {
        drain(self);
    }
}

tr_exit receive_as_told(tr_self *self, const void *arg)
{
    script_watch_me(self, arg);
    for (;;) {
        char line[SCRIPT_LINE_BYTES];
        char *words[SCRIPT_WORDS_MAX];
        int count = script_words(script_next_op(self), line, words);
        receiver.blocked = true;
        do_op(self, words, count);
        receiver.blocked = false;
    }
}
