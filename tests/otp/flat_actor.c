// SPDX-License-Identifier: MIT
#include "flat_actor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flat_drain.h"
#include "script.h"
#include "trace.h"

struct flat flat;

int flat_find(const char *name)
{
    for (int i = 0; i < flat.count; i++) {
        if (strcmp(flat.names[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

const char *flat_name_of(tr_pid pid)
{
    for (int i = 0; i < flat.count; i++) {
        if (tr_pid_equal(flat.pids[i], pid)) {
            return flat.names[i];
        }
    }
    return "?";
}

int flat_add(const char *name)
{
    int index = flat.count++;
    if (index == FLAT_ACTORS_MAX) {
        abort();
    }
    snprintf(flat.names[index], FLAT_NAME_BYTES, "%s", name);
    return index;
}

static void ret(const char *text)
{
    snprintf(flat.ret, sizeof flat.ret, "%s", text);
}

static void ret_of(tr_err err, const char *ok)
{
    ret(err == TR_OK        ? ok
        : err == TR_ENOPROC ? "noproc"
        : err == TR_ENOENT  ? "badarg"
                            : tr_err_name(err));
}

// --- Labels --------------------------------------------------------------------------------------

static struct flat_label *find_label(const char *text)
{
    for (int i = flat.label_count - 1; i >= 0; i--) {
        if (strcmp(flat.labels[i].text, text) == 0) {
            return &flat.labels[i];
        }
    }
    return NULL;
}

static struct flat_label *add_label(const char *text, int maker)
{
    struct flat_label *label = &flat.labels[flat.label_count++];
    if (flat.label_count > FLAT_LABELS_MAX) {
        abort();
    }
    snprintf(label->text, sizeof label->text, "%s", text);
    label->maker = maker;
    return label;
}

static void add_monitor(const char *text, int maker, tr_alias alias, int target)
{
    struct flat_label *label = add_label(text, maker);
    label->is_monitor = true;
    label->alias = alias;
    label->target_pid = flat.pids[target];
    memcpy(label->target, flat.names[target], FLAT_NAME_BYTES);
}

static tr_alias alias_of_ref(tr_self *self, tr_ref ref)
{
    return (tr_alias){ tr_self_pid(self), ref };
}

// --- Operations ----------------------------------------------------------------------------------

static void do_spawn(tr_self *self, int me, char **words)
{
    bool monitor = strcmp(words[0], "spawn_monitor") == 0;
    struct flat_birth birth = { .trap = strcmp(words[3], "trap") == 0 };
    tr_ref ref = tr_no_ref();
    int index = flat_add(words[2]);
    birth.index = index;
    snprintf(birth.body, sizeof birth.body, "%s", words[4]);
    tr_spawn_opts opts = { .args = &birth,
                           .args_bytes = sizeof birth,
                           .trap = birth.trap,
                           .link = !monitor,
                           .monitor = monitor ? &ref : NULL };
    if (tr_spawn(self, &flat_spec, &opts, &flat.pids[index]) != TR_OK) {
        abort();
    }
    if (monitor) {
        add_monitor(words[5], me, alias_of_ref(self, ref), index);
    }
    ret("ok");
}

static void do_monitor(tr_self *self, int me, char **words)
{
    static const char *const modes[] = { "explicit", "demonitor", "reply" };
    int target = flat_find(words[2]);
    tr_alias alias = alias_of_ref(self, tr_no_ref());
    tr_err err = TR_EINVAL;
    if (strcmp(words[0], "monitor") == 0) {
        err = tr_monitor(self, flat.pids[target], &alias.ref);
    } else {
        for (unsigned i = 0; i < TR_COUNT(modes); i++) {
            if (strcmp(words[4], modes[i]) == 0) {
                err = tr_monitor_alias(self, flat.pids[target], (tr_alias_mode)i, &alias);
            }
        }
    }
    add_monitor(words[3], me, alias, target);
    ret_of(err, "ok");
}

static void do_monitor_name(tr_self *self, int me, char **words)
{
    struct flat_label *label = add_label(words[3], me);
    label->is_monitor = true;
    label->alias = alias_of_ref(self, tr_no_ref());
    snprintf(label->target, sizeof label->target, "name:%s", words[2]);
    (void)!tr_whereis(self, words[2], &label->target_pid);
    ret_of(tr_monitor_named(self, words[2], &label->alias.ref), "ok");
}

// demonitor, demonitor_flush, demonitor_info, demonitor_flush_info
static void do_demonitor(tr_self *self, int me, char **words)
{
    const struct flat_label *label = find_label(words[2]);
    if (label == NULL || label->maker != me || !label->is_monitor) {
        ret("badarg");
        return;
    }
    bool pending = tr_demonitor(self, label->alias.ref, strstr(words[0], "flush") != NULL) == TR_OK;
    ret(pending || strstr(words[0], "info") == NULL ? "true" : "false");
}

static void do_alias(tr_self *self, int me, char **words)
{
    tr_alias_mode mode = strcmp(words[3], "reply") == 0 ? TR_ALIAS_REPLY : TR_ALIAS_EXPLICIT;
    struct flat_label *label = add_label(words[2], me);
    ret_of(tr_alias_new(self, mode, &label->alias), "ok");
}

static void do_unalias(tr_self *self, int me, char **words)
{
    const struct flat_label *label = find_label(words[2]);
    (void)me;
    ret(label == NULL ? "badarg" : tr_unalias(self, label->alias) == TR_OK ? "true" : "false");
}

// send, send_name, send_alias
static void do_send(tr_self *self, int me, char **words)
{
    struct otp_flat_word word = { .from = me };
    const tr_type *type = &otp_flat_word_type;
    snprintf(word.text, sizeof word.text, "%s", words[3]);
    if (strcmp(words[0], "send") == 0) {
        ret_of(tr_send_typed(self, flat.pids[flat_find(words[2])], type, &word), "ok");
    } else if (strcmp(words[0], "send_name") == 0) {
        ret_of(tr_send_named(self, words[2], type, &word), "ok");
    } else {
        const struct flat_label *label = find_label(words[2]);
        ret_of(label == NULL ? TR_ENOENT : tr_send_alias(self, label->alias, type, &word), "ok");
    }
}

static void do_link(tr_self *self, int me, char **words)
{
    tr_pid other = flat.pids[flat_find(words[2])];
    (void)me;
    ret_of(words[0][0] == 'u' ? tr_unlink(self, other) : tr_link(self, other), "true");
}

static void do_exit(tr_self *self, int me, char **words)
{
    (void)me;
    ret("ok"); // whether the actor survives or not
    if (strcmp(words[0], "exit_self") == 0) {
        tr_exit_self(self, reason_of(words[2]));
    }
    (void)tr_exit_send(self, flat.pids[flat_find(words[2])], reason_of(words[3]));
}

static void do_trap(tr_self *self, int me, char **words)
{
    (void)me;
    ret(tr_trap_exits(self, strcmp(words[2], "on") == 0) ? "on" : "off");
}

static void do_drain(tr_self *self, int me, char **words)
{
    (void)words;
    flat_drain(self, me);
    ret("ok");
}

static const struct {
    const char *word;
    void (*act)(tr_self *self, int me, char **words);
} acts[] = {
    { "spawn_link", do_spawn },
    { "spawn_monitor", do_spawn },
    { "link", do_link },
    { "unlink", do_link },
    { "monitor", do_monitor },
    { "monitor_name", do_monitor_name },
    { "monitor_alias", do_monitor },
    { "demonitor", do_demonitor },
    { "demonitor_flush", do_demonitor },
    { "demonitor_info", do_demonitor },
    { "demonitor_flush_info", do_demonitor },
    { "exit", do_exit },
    { "exit_self", do_exit },
    { "trap", do_trap },
    { "send", do_send },
    { "send_name", do_send },
    { "send_alias", do_send },
    { "alias", do_alias },
    { "unalias", do_unalias },
    { "drain", do_drain },
};

static void do_op(tr_self *self, int me, int op)
{
    char line[SCRIPT_LINE_BYTES];
    char *words[SCRIPT_WORDS_MAX] = { "drain" };
    if (op != FLAT_DRAIN_OP) {
        (void)script_words(op, line, words);
    }
    for (size_t i = 0; i < TR_COUNT(acts); i++) {
        if (strcmp(words[0], acts[i].word) == 0) {
            acts[i].act(self, me, words);
            return;
        }
    }
    abort();
}

static tr_exit live(tr_self *self, const void *arg)
{
    struct flat_birth birth = *(const struct flat_birth *)arg;
    script_watch_me(self, flat.names[birth.index]);
    if (strncmp(birth.body, "die:", 4) == 0) {
        return reason_of(birth.body + 4);
    }
    for (;;) {
        do_op(self, birth.index, script_next_op(self));
    }
}

const tr_actor_spec flat_spec = { .label = "flat", .run = live };
