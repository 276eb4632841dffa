// SPDX-License-Identifier: MIT
#include "selective.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "receiver.h"
#include "script.h"
#include "trace.h"

// A receive marked short waits 40 ms.
#define SHORT_MS 100

// --- Senders -------------------------------------------------------------------------------------

static void send_items(tr_self *self, char **words, int count)
{
    struct otp_select_item item = { .num = atoi(words[3]) };
    snprintf(item.tag, sizeof item.tag, "%s", words[2]);
    for (int left = count > 4 ? atoi(words[4]) : 1; left > 0; left--, item.num++) {
        (void)otp_select_item_send(self, receiver.pid, &item);
    }
}

// Answers the oldest request that waits.
static void answer(tr_self *self, int32_t num)
{
    const tr_msg *msg;
    if (tr_receive(self, &(tr_match){ TR_TYPES(&otp_select_request_type) }, 0, &msg) == TR_OK) {
        struct otp_select_answer body = { num };
        (void)tr_send_ref(self, tr_msg_sender(msg), &otp_select_answer_type, &body,
                          otp_select_request_of(msg)->ref);
    }
}

static tr_exit send_as_told(tr_self *self, const void *arg)
{
    script_watch_me(self, arg);
    for (;;) {
        char line[SCRIPT_LINE_BYTES];
        char *words[SCRIPT_WORDS_MAX];
        int count = script_words(script_next_op(self), line, words);
        if (strcmp(words[0], "die") == 0) {
            return reason_of(words[2]);
        }
        if (strcmp(words[0], "answer") == 0) {
            answer(self, atoi(words[2]));
        } else {
            send_items(self, words, count);
        }
    }
}

// Has the blocked receiver show its mailbox: by a message that its receive takes.
static tr_exit ask_for_list(tr_self *self, const void *unused)
{
    (void)unused;
    (void)tr_send_ref(self, receiver.pid, &otp_select_list_type, NULL, receiver.awaited);
    return TR_NORMAL;
}

// --- The script ----------------------------------------------------------------------------------

static bool is_of_receiver(const char *word)
{
    static const char *const own[] = { "recv", "ask",  "askm",     "mon",
                                       "link", "list", "selfsend", "drain" };
    for (size_t i = 0; i < TR_COUNT(own); i++) {
        if (strcmp(word, own[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void play_receiver_op(tr_test *test, int op, const char *word)
{
    static const tr_actor_spec lister = { .label = "lister", .run = ask_for_list };
    bool listing = strcmp(word, "list") == 0;
    if (!receiver.blocked) {
        script_perform(test, receiver.pid, op);
    } else if (listing) {
        (void)script_spawn(test, &lister, false, "");
    }
    trace_ret("ret %s\n", listing ? "ok" : receiver.blocked ? "busy" : "sent");
}

static void play_sender_op(tr_test *test, int op, const char *name)
{
    tr_pid sender = receiver_peer(name);
    bool alive = tr_is_alive(tr_test_system(test), sender);
    if (alive) {
        script_perform(test, sender, op);
    }
    trace_ret("ret %s\n", alive ? "sent" : "dead");
}

static void play_op(tr_test *test, int op)
{
    char line[SCRIPT_LINE_BYTES];
    char *words[SCRIPT_WORDS_MAX];
    tr_actor_info info = TR_ACTOR_INFO_INIT;
    trace_put("op %d %s\n", op + 1, script.ops[op]);
    (void)script_words(op, line, words);
    if (is_of_receiver(words[0])) {
        play_receiver_op(test, op, words[0]);
    } else {
        play_sender_op(test, op, words[1]);
    }
    tr_test_quiet(test, SHORT_MS);
    trace_close_block();
    (void)tr_debug_info(tr_test_system(test), receiver.pid, &info);
    trace_put("r %s len %zu\n", receiver.blocked ? "blocked" : "idle", info.mailbox_depth);
}

static tr_pid add_actor(tr_test *test, const tr_actor_spec *spec, bool trap, const char *name)
{
    int at = receiver.count++;
    if (at == TR_COUNT(receiver.pids)) {
        abort();
    }
    snprintf(receiver.names[at], sizeof receiver.names[at], "%s", name);
    receiver.pids[at] = script_spawn(test, spec, trap, name);
    return receiver.pids[at];
}

void selective_play(tr_test *test)
{
    static const tr_actor_spec receiver_spec = { .label = "receiver", .run = receive_as_told };
    static const tr_actor_spec sender_spec = { .label = "sender", .run = send_as_told };
    memset(&receiver, 0, sizeof receiver);
    script_observe(test);
    receiver.pid = add_actor(test, &receiver_spec, true, "r");
    for (int i = 0; i < script.decl_count; i++) {
        char name[8];
        if (sscanf(script.decls[i], "sender %7s", name) == 1) {
            (void)add_actor(test, &sender_spec, false, name);
        }
    }
    tr_test_quiet(test, 0);
    for (int op = 0; op < script.op_count; op++) {
        play_op(test, op);
    }
    trace_finish();
    script_unobserve(test);
    for (int i = 0; i < receiver.count; i++) {
        (void)tr_system_exit_send(tr_test_system(test), receiver.pids[i], TR_KILL);
    }
    tr_test_quiet(test, 0);
}
