// SPDX-License-Identifier: MIT
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace.h"

struct script script;

static int split_words(char *line, char **words)
{
    int count = 0;
    char *rest = line;
    for (char *word; count < SCRIPT_WORDS_MAX && (word = strtok_r(rest, " \n", &rest)) != NULL;) {
        words[count++] = word;
    }
    return count;
}

// One line of the scenario. False when there are too many.
static bool take(char *line)
{
    line[strcspn(line, "\n")] = '\0';
    if (strncmp(line, "tier ", 5) == 0) {
        memcpy(script.tier, line + 5, strlen(line + 5) + 1);
    } else if (strncmp(line, "op ", 3) == 0) {
        if (script.op_count == SCRIPT_LINES_MAX) {
            return false;
        }
        memcpy(script.ops[script.op_count++], line + 3, strlen(line + 3) + 1);
    } else if (line[0] != '\0' && line[0] != '#') {
        if (script.decl_count == SCRIPT_LINES_MAX) {
            return false;
        }
        memcpy(script.decls[script.decl_count++], line, strlen(line) + 1);
    }
    return true;
}

bool script_read(const char *path)
{
    char line[SCRIPT_LINE_BYTES];
    FILE *file = fopen(path, "r");
    bool good = file != NULL;
    while (good && fgets(line, sizeof line, file) != NULL && strncmp(line, "expect", 6) != 0) {
        good = take(line);
    }
    if (file != NULL) {
        fclose(file);
    }
    return good;
}

int script_words(int op, char line[SCRIPT_LINE_BYTES], char *words[SCRIPT_WORDS_MAX])
{
    memcpy(line, script.ops[op], SCRIPT_LINE_BYTES);
    return split_words(line, words);
}

// --- Observer ------------------------------------------------------------------------------------

enum { SEEN_MAX = 128 };

static struct {
    tr_pid observer;
    int count;
    tr_ref refs[SEEN_MAX];
    struct otp_script_watch seen[SEEN_MAX];
} o;

static void note_end(const tr_msg *msg)
{
    const tr_down *down = tr_msg_body(msg);
    for (int i = 0; i < o.count; i++) {
        if (tr_ref_equal(o.refs[i], down->ref)) {
            trace_end("end %s %s", o.seen[i].name, word_of(down->reason));
        }
    }
}

static tr_exit observe_actors(tr_self *self, const void *arg)
{
    const tr_msg *msg;
    (void)arg;
    while (tr_receive(self, NULL, TR_INFINITY, &msg) == TR_OK) {
        const struct otp_script_watch *watch = otp_script_watch_of(msg);
        if (watch == NULL) {
            note_end(msg);
        } else if (o.count < SEEN_MAX) {
            o.seen[o.count] = *watch;
            (void)tr_monitor(self, watch->pid, &o.refs[o.count++]);
            otp_script_watch_reply(self, tr_msg_from(msg), NULL);
        } else {
            abort();
        }
    }
    return TR_NORMAL;
}

void script_observe(tr_test *test)
{
    static const tr_actor_spec spec = { .label = "observer", .run = observe_actors };
    memset(&o, 0, sizeof o);
    o.observer = script_spawn(test, &spec, false, "");
}

void script_unobserve(tr_test *test)
{
    (void)tr_system_exit_send(tr_test_system(test), o.observer, TR_KILL);
    tr_test_quiet(test, 0);
}

void script_watch_me(tr_self *self, const char *name)
{
    struct otp_script_watch watch = { .pid = tr_self_pid(self) };
    struct otp_script_watching done;
    snprintf(watch.name, sizeof watch.name, "%s", name);
    if (otp_script_watch_call(self, o.observer, &watch, TR_INFINITY, &done) != TR_OK) {
        abort();
    }
}

// --- Operations ----------------------------------------------------------------------------------

tr_pid script_spawn(tr_test *test, const tr_actor_spec *spec, bool trap, const char *word)
{
    tr_pid pid = tr_no_pid();
    tr_spawn_opts opts = { .args = word, .args_bytes = strlen(word) + 1, .trap = trap };
    TR_TEST_CHECK(test, tr_system_spawn(tr_test_system(test), spec, &opts, &pid) == TR_OK);
    return pid;
}

void script_perform(tr_test *test, tr_pid actor, int op)
{
    struct otp_script_perform perform = { op };
    TR_TEST_CHECK(test,
                  otp_script_perform_system_send(tr_test_system(test), actor, &perform) == TR_OK);
}

int script_next_op(tr_self *self)
{
    const tr_msg *msg;
    if (tr_receive(self, &(tr_match){ TR_TYPES(&otp_script_perform_type) }, TR_INFINITY, &msg) !=
        TR_OK) {
        abort();
    }
    return otp_script_perform_of(msg)->op;
}
