// SPDX-License-Identifier: MIT
// Message types across shared objects: two plug-ins that declare a message alike speak of one type,
// a third that declares it otherwise is refused, and both places are named.
//
// plugins ONE TWO OTHER: the paths of the plug-ins. The program links the shared library, as each
// of them does.
#include "plugin.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static unsigned passed;
static unsigned failed;

#define CHECK(condition) check((condition), #condition, __LINE__)

static void check(bool good, const char *what, int line)
{
    passed += good;
    failed += !good;
    if (!good) {
        fprintf(stderr, "plugins.c:%d: not so: %s\n", line, what);
    }
}

static struct {
    void *handle[3];
    const struct plugin *plugin[3];
    const char *name; // of the type, after its plug-ins were unloaded
    char logged[300];
} w;

static void listen(const tr_log_event *event, void *context)
{
    (void)context;
    if (event->kind == TR_LOG_TYPE_CONFLICT && event->field_count == 1) {
        (void)snprintf(w.logged, sizeof w.logged, "%s", event->fields[0].value.text);
    }
}

static bool names_both(const char *text)
{
    return strstr(text, "plug.word") != NULL && strstr(text, "plugin_one.c:5") != NULL &&
           strstr(text, "plugin_other.c:5") != NULL;
}

static tr_exit meet(tr_self *self, const void *arg)
{
    const tr_msg *msg = NULL;
    char text[300];
    (void)arg;
    CHECK(w.plugin[0]->send(self, tr_self_pid(self), 7) == TR_OK);
    CHECK(tr_receive(self, NULL, 0, &msg) == TR_OK);
    CHECK(w.plugin[1]->read(msg) == 7);
    CHECK(w.plugin[2]->read(msg) == -1);
    CHECK(w.plugin[1]->send(self, tr_self_pid(self), 8) == TR_OK);
    const tr_match by_type = { .types = &w.plugin[0]->word, .type_count = 1 };
    CHECK(tr_receive(self, &by_type, 0, &msg) == TR_OK);
    CHECK(w.plugin[0]->read(msg) == 8);
    w.name = tr_msg_type_name(msg);

    CHECK(w.plugin[2]->send(self, tr_self_pid(self), 9) == TR_ECONFLICT);
    CHECK(tr_type_conflict(w.plugin[2]->word, text, sizeof text) > 0);
    CHECK(names_both(text));
    CHECK(tr_type_conflict(w.plugin[1]->word, text, sizeof text) == 0);
    CHECK(text[0] == '\0');
    return TR_NORMAL;
}

static bool load(char **paths)
{
    for (int i = 0; i < 3; i++) {
        w.handle[i] = dlopen(paths[i], RTLD_NOW | RTLD_LOCAL);
        w.plugin[i] = w.handle[i] == NULL ? NULL : dlsym(w.handle[i], "plugin");
        if (w.plugin[i] == NULL) {
            fprintf(stderr, "%s\n", dlerror());
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    static const tr_actor_spec actor = { .label = "meets", .run = meet };
    tr_system *sys = NULL;
    const tr_system_opts opts = { .workers = 1, .log = { .fn = listen } };
    if (argc != 4 || !load(argv + 1) || tr_system_start(&opts, &sys) != TR_OK) {
        return 1;
    }
    CHECK(tr_system_spawn(sys, &actor, NULL, NULL) == TR_OK);
    tr_totals totals = { 0 };
    while (totals.exited == 0) {
        (void)tr_debug_totals(sys, &totals);
    }
    CHECK(tr_system_stop(sys, 20000, NULL) == TR_OK);
    CHECK(names_both(w.logged));
    for (int i = 0; i < 3; i++) {
        (void)dlclose(w.handle[i]);
    }
    CHECK(strcmp(w.name, "plug.word") == 0); // copied: its plug-in is gone
    CHECK(tr_system_free(sys) == TR_OK);
    printf("%u passed, %u failed, 0 skipped\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
