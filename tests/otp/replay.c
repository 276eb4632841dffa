// SPDX-License-Identifier: MIT
// Replays a scenario and prints the trace: replay FILE. With replay FILE SEEDS it is played under
// that many seeds, and a line of five equals signs follows each trace. Exit status 77: the scenario
// needs what Troupe has not. README.md describes the language, compare.py the comparison.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"
#include "flat.h"
#include "script.h"
#include "selective.h"
#include "trace.h"
#include "tree.h"
#include "worker.h"

// Workers that do not obey have 20 ms, obedient ones 5,000.
#define SHORT_MS 250
#define LONG_MS 10000

static const tr_actor_spec observer_spec = { .label = "observer", .run = observe };
static const tr_actor_spec driver_spec = { .label = "driver", .run = drive };

static tr_pid spawn(tr_test *test, const tr_actor_spec *spec)
{
    tr_pid pid = tr_no_pid();
    tr_spawn_opts opts = { .trap = true };
    TR_TEST_CHECK(test, tr_system_spawn(tr_test_system(test), spec, &opts, &pid) == TR_OK);
    return pid;
}

static void end_block(tr_test *test, tr_pid driver)
{
    tr_test_quiet(test, SHORT_MS);
    trace_close_block();
    (void)otp_driver_show_system_send(tr_test_system(test), driver, NULL);
    tr_test_quiet(test, SHORT_MS);
}

static void send_op(tr_test *test, tr_pid driver, int op, bool in_burst)
{
    struct otp_driver_perform perform = { op, in_burst };
    (void)otp_driver_perform_system_send(tr_test_system(test), driver, &perform);
}

static void play_ops(tr_test *test, tr_pid driver)
{
    int number = 1;
    for (int i = 0; i < tree.op_count; i++, number++) {
        int group;
        if (sscanf(tree.ops[i], "burst %d", &group) == 1) {
            trace_put("op %d burst\n", number);
            driver_begin_burst();
            for (; group > 0; group--) {
                send_op(test, driver, ++i, true);
            }
        } else {
            trace_put("op %d %s\n", number, tree.ops[i] + 3);
            send_op(test, driver, i, false);
        }
        end_block(test, driver);
    }
}

static void play_tree(tr_test *test)
{
    driver_clear();
    observer_clear();
    observer = spawn(test, &observer_spec);
    tr_pid driver = spawn(test, &driver_spec);
    trace_put("op 0 init\n");
    (void)otp_driver_begin_system_send(tr_test_system(test), driver, NULL);
    end_block(test, driver);
    if (driver_has_root()) {
        play_ops(test, driver);
    }
    trace_finish();
    (void)tr_system_exit_send(tr_test_system(test), driver, TR_KILL);
    tr_test_quiet(test, LONG_MS);
    (void)tr_system_exit_send(tr_test_system(test), observer, TR_KILL);
    tr_test_quiet(test, SHORT_MS);
}

// What plays the scenarios of a tier, by the beginning of the tier's name; else it is a tree.
static const struct player {
    const char *tier;
    void (*play)(tr_test *test);
} players[] = {
    { "t2-", flat_play },
    { "t5-", selective_play },
};

static const struct player *find_player(void)
{
    for (size_t i = 0; i < TR_COUNT(players); i++) {
        if (strncmp(script.tier, players[i].tier, strlen(players[i].tier)) == 0) {
            return &players[i];
        }
    }
    return NULL;
}

static void play(tr_test *test, void *separator)
{
    const struct player *player = find_player();
    trace_clear();
    if (player != NULL) {
        player->play(test);
    } else {
        play_tree(test);
    }
    printf("%s%s", trace_text(), (const char *)separator);
}

int main(int argc, char **argv)
{
    bool good = argc > 1 && script_read(argv[1]);
    if (good && find_player() == NULL) {
        good = tree_read(argv[1]);
    }
    if (!good) {
        fprintf(stderr, "usage: %s FILE [SEEDS]\n", argv[0]);
        return 2;
    }
    if (tree.unsupported) {
        return 77;
    }
    tr_test_opts opts = { .name = argv[1], .seeds = argc > 2 ? (uint32_t)atoi(argv[2]) : 1 };
    char *separator = argc > 2 ? "=====\n" : "";
    return tr_test_run(play, separator, &opts, NULL) == TR_OK ? 0 : 1;
}
