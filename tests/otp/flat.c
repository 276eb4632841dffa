// SPDX-License-Identifier: MIT
#include "flat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flat_actor.h"
#include "script.h"
#include "trace.h"

static bool alive(tr_test *test, int actor)
{
    return tr_is_alive(tr_test_system(test), flat.pids[actor]);
}

static void ret(const char *text)
{
    snprintf(flat.ret, sizeof flat.ret, "%s", text);
}

// --- Operations of the driver --------------------------------------------------------------------

static void do_spawn(tr_test *test, char **words)
{
    struct flat_birth birth = { .trap = strcmp(words[2], "trap") == 0, .body = "stay" };
    tr_spawn_opts opts = { .args = &birth, .args_bytes = sizeof birth, .trap = birth.trap };
    birth.index = flat_add(words[1]);
    TR_TEST_CHECK(test, tr_system_spawn(tr_test_system(test), &flat_spec, &opts,
                                        &flat.pids[birth.index]) == TR_OK);
    ret("ok");
}

// An actor that registers or unregisters: guests cannot.
struct clerk {
    char **words;
    tr_err err;
};

static tr_exit register_or_not(tr_self *self, const void *arg)
{
    struct clerk *clerk = *(struct clerk *const *)arg;
    char **words = clerk->words;
    int actor = words[0][0] == 'r' ? flat_find(words[2]) : -1;
    clerk->err = words[0][0] == 'u' ? tr_unregister(self, words[1])
                 : actor < 0        ? TR_ENOENT
                                    : tr_register(self, words[1], flat.pids[actor]);
    return TR_NORMAL;
}

static void do_register(tr_test *test, char **words)
{
    static const tr_actor_spec spec = { .label = "clerk", .run = register_or_not };
    struct clerk clerk = { words, TR_EINVAL };
    struct clerk *address = &clerk;
    tr_spawn_opts opts = { .args = &address, .args_bytes = sizeof address };
    TR_TEST_CHECK(test, tr_system_spawn(tr_test_system(test), &spec, &opts, NULL) == TR_OK);
    tr_test_quiet(test, 0);
    ret(clerk.err == TR_OK ? "true" : "badarg");
}

static void do_whereis(tr_test *test, char **words)
{
    tr_pid pid;
    tr_err err = tr_system_whereis(tr_test_system(test), words[1], &pid);
    ret(err == TR_OK ? flat_name_of(pid) : "none");
}

static void do_alive(tr_test *test, char **words)
{
    int actor = flat_find(words[1]);
    ret(actor < 0 ? "unknown" : alive(test, actor) ? "yes" : "no");
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void do_links(tr_test *test, char **words)
{
    int actor = flat_find(words[1]);
    tr_pid pids[FLAT_ACTORS_MAX];
    const char *names[FLAT_ACTORS_MAX];
    tr_links links = { .which = TR_LINKED, .pids = pids, .capacity = FLAT_ACTORS_MAX };
    if (actor < 0 ||
        tr_debug_links(tr_test_system(test), flat.pids[actor], TR_INFINITY, &links) != TR_OK) {
        ret(actor < 0 ? "unknown" : "dead");
        return;
    }
    for (size_t i = 0; i < links.count; i++) {
        names[i] = flat_name_of(pids[i]);
    }
    qsort(names, links.count, sizeof names[0], by_text);
    ret("links");
    for (size_t i = 0; i < links.count; i++) {
        size_t used = strlen(flat.ret);
        snprintf(flat.ret + used, sizeof flat.ret - used, " %s", names[i]);
    }
}

static const struct {
    const char *word;
    void (*act)(tr_test *test, char **words);
} acts[] = {
    { "spawn", do_spawn },     { "register", do_register }, { "unregister", do_register },
    { "whereis", do_whereis }, { "alive", do_alive },       { "links", do_links },
};

// --- The script ----------------------------------------------------------------------------------

// True if the operation was the driver's.
static bool perform_own(tr_test *test, char **words)
{
    for (size_t i = 0; i < TR_COUNT(acts); i++) {
        if (strcmp(words[0], acts[i].word) == 0) {
            acts[i].act(test, words);
            return true;
        }
    }
    return false;
}

static bool has_second_actor(const char *word)
{
    static const char *const words[] = { "link",          "unlink", "monitor",
                                         "monitor_alias", "exit",   "send" };
    for (size_t i = 0; i < TR_COUNT(words); i++) {
        if (strcmp(word, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void perform(tr_test *test, int op, char **words)
{
    int actor = flat_find(words[1]);
    if (actor < 0 && strcmp(words[0], "exit_self") == 0) {
        ret("ok"); // as recorded: the result does not depend on the actor
    } else if (actor < 0 || (has_second_actor(words[0]) && flat_find(words[2]) < 0)) {
        ret("unknown");
    } else if (!alive(test, actor)) {
        ret("dead");
    } else {
        script_perform(test, flat.pids[actor], op);
    }
}

static void end_block(tr_test *test)
{
    tr_test_quiet(test, 0);
    trace_ret("ret %s\n", flat.ret);
    trace_close_block();
}

static void play_op(tr_test *test, int op)
{
    char line[SCRIPT_LINE_BYTES];
    char *words[SCRIPT_WORDS_MAX] = { "" };
    trace_put("op %d %s\n", op + 1, script.ops[op]);
    (void)script_words(op, line, words);
    ret("?");
    if (!perform_own(test, words)) {
        perform(test, op, words);
    }
    end_block(test);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(flat.names[*(const int *)a], flat.names[*(const int *)b]);
}

// Each live actor is drained once more, in order of names.
static void play_final(tr_test *test)
{
    int order[FLAT_ACTORS_MAX];
    int count = 0;
    for (int i = 0; i < flat.count; i++) {
        if (alive(test, i)) {
            order[count++] = i;
        }
    }
    qsort(order, (size_t)count, sizeof order[0], by_name);
    for (int i = 0; i < count; i++) {
        trace_put("final drain %s\n", flat.names[order[i]]);
        script_perform(test, flat.pids[order[i]], FLAT_DRAIN_OP);
        end_block(test);
    }
}

void flat_play(tr_test *test)
{
    memset(&flat, 0, sizeof flat);
    script_observe(test);
    for (int op = 0; op < script.op_count; op++) {
        play_op(test, op);
    }
    play_final(test);
    trace_finish();
    script_unobserve(test);
    for (int i = 0; i < flat.count; i++) {
        (void)tr_system_exit_send(tr_test_system(test), flat.pids[i], TR_KILL);
    }
    tr_test_quiet(test, 0);
}
