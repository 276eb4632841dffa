// SPDX-License-Identifier: MIT
// Benchmarks of Troupe over its public headers: troupe BENCH key=value… prints one JSON object.
// Names, parameters and fields are those of the programs under peers/, so that peers/run and
// compare can set them side by side.
#include "bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define BOTH (BENCH_HANDLER | BENCH_PROCESS)

// name, function, styles, style unless told, {parameter, default, least}…
// clang-format off
#define NUMBER(name, initial, least) {name, initial, least, NULL}
#define WORD(name, choices) {name, 0, 0, choices}
static const struct bench table[] = {
    {"pingpong", bench_pingpong, BOTH, BENCH_HANDLER,
     {NUMBER("n", 1000000, 1), NUMBER("pairs", 1, 1)}},
    {"ring", bench_ring, BOTH, BENCH_HANDLER,
     {NUMBER("r", 503, 1), NUMBER("n", 5000000, 1), NUMBER("k", 1, 1)}},
    {"counting", bench_counting, BOTH, BENCH_HANDLER,
     {NUMBER("n", 5000000, 1), NUMBER("cap", 0, 0)}},
    {"fanin", bench_fanin, BOTH, BENCH_HANDLER,
     {NUMBER("m", 100, 1), NUMBER("n", 20000, 1), NUMBER("cap", 0, 0)}},
    {"fork_create", bench_fork_create, BOTH, BENCH_HANDLER, {NUMBER("n", 1000000, 1)}},
    {"memory", bench_memory, BOTH | BENCH_SERVER, BENCH_SERVER, {NUMBER("n", 1000000, 1)}},
    {"idle", bench_idle, BOTH, BENCH_HANDLER, {NUMBER("ms", 10000, 1), NUMBER("actors", 1000, 1)}},
    {"call", bench_call, BOTH | BENCH_SERVER, BENCH_SERVER,
     {NUMBER("n", 300000, 1), NUMBER("clients", 1, 1)}},
    {"fanout", bench_fanout, BOTH, BENCH_HANDLER, {NUMBER("m", 1000, 1), NUMBER("n", 2000, 1)}},
    {"big", bench_big, BOTH, BENCH_HANDLER, {NUMBER("actors", 1000, 1), NUMBER("n", 1000, 1)}},
    {"chameneos", bench_chameneos, BOTH, BENCH_HANDLER,
     {NUMBER("c", 100, 2), NUMBER("n", 400000, 1)}},
    {"skynet", bench_skynet, BOTH, BENCH_HANDLER, {NUMBER("n", 1000000, 1)}},
    {"selective", bench_selective, BENCH_PROCESS, BENCH_PROCESS,
     {NUMBER("k", 1000, 0), NUMBER("n", 100000, 1), WORD("mode", "ref|tag|call")}},
    {"bounded", bench_bounded, BENCH_MAILBOX | BENCH_BUFFER, BENCH_MAILBOX,
     {NUMBER("p", 4, 1), NUMBER("c", 4, 1), NUMBER("cap", 64, 1), NUMBER("n", 250000, 1)}},
    {"timers", bench_timers, BENCH_PROCESS, BENCH_PROCESS,
     {NUMBER("n", 0, 0), WORD("mode", "cancel|fire")}},
    {"restart", bench_restart, BENCH_PROCESS, BENCH_PROCESS,
     {NUMBER("n", 0, 0), WORD("mode", "one|many")}},
    {"payload", bench_payload, BENCH_PROCESS, BENCH_PROCESS,
     {NUMBER("bytes", 1024, 1), NUMBER("n", 0, 0), WORD("mode", "copy|move|blob")}},
    {"inspect", bench_inspect, BENCH_HANDLER, BENCH_HANDLER,
     {NUMBER("n", 100000, 1), NUMBER("pairs", 8, 1), NUMBER("slices", 10, 1),
      NUMBER("ms", 1000, 1)}},
    {"hog", bench_hog, BENCH_PROCESS, BENCH_PROCESS,
     {NUMBER("w", 4, 0), NUMBER("ms", 3000, 1), NUMBER("gap", 0, 0), WORD("mode", "spin|sleep")}},
};
// clang-format on

static void usage(FILE *to)
{
    fputs("usage: troupe BENCH [key=value]…   one benchmark, one JSON object\n"
          "       troupe                      all of them, each in its own process\n"
          "       troupe --list               their names\n"
          "every BENCH takes workers=N (0: one per core) and style=handler|process|server;\n"
          "bounded style=mailbox|buffer:\n",
          to);
    for (size_t i = 0; i < TR_COUNT(table); i++) {
        fprintf(to, "  %-12s", table[i].name);
        for (size_t j = 0; j < BENCH_PARAM_MAX && table[i].params[j].name != NULL; j++) {
            const struct bench_param *param = &table[i].params[j];
            if (param->choices != NULL) {
                fprintf(to, " %s=%s", param->name, param->choices);
            } else {
                fprintf(to, " %s=%ld", param->name, param->value);
            }
        }
        fprintf(to, " style=%s\n", bench_style_name(table[i].initial));
    }
}

static const struct bench *find_bench(const char *name)
{
    for (size_t i = 0; i < TR_COUNT(table); i++) {
        if (strcmp(table[i].name, name) == 0) {
            return &table[i];
        }
    }
    fprintf(stderr, "troupe: no benchmark '%s'; --list names them\n", name);
    exit(2);
}

static void set_style(struct bench_run *run, const char *value)
{
    static const enum bench_style all[] = { BENCH_HANDLER, BENCH_PROCESS, BENCH_SERVER,
                                            BENCH_MAILBOX, BENCH_BUFFER };
    for (size_t i = 0; i < TR_COUNT(all); i++) {
        if ((run->bench->styles & all[i]) != 0 && strcmp(bench_style_name(all[i]), value) == 0) {
            run->style = all[i];
            return;
        }
    }
    fprintf(stderr, "troupe: %s has no style '%s'\n", run->bench->name, value);
    exit(2);
}

static long number_of(const char *argument, const char *value, long least)
{
    char *end = NULL;
    errno = 0;
    long number = strtol(value, &end, 10);
    if (errno != 0 || end == value || *end != '\0' || number < least) {
        fprintf(stderr, "troupe: '%s' needs a whole number from %ld\n", argument, least);
        exit(2);
    }
    return number;
}

// Place of a word among the choices of a parameter.
static long choice_of(const char *argument, const char *value, const char *choices)
{
    long place = 0;
    for (const char *word = choices; word != NULL; word = strchr(word, '|'), place++) {
        word += place > 0;
        if (strcspn(word, "|") == strlen(value) && strncmp(word, value, strlen(value)) == 0) {
            return place;
        }
    }
    fprintf(stderr, "troupe: '%s' needs one of %s\n", argument, choices);
    exit(2);
}

static bool is_key(const char *argument, const char *key)
{
    size_t length = strlen(key);
    return strncmp(argument, key, length) == 0 && argument[length] == '=';
}

// Takes one key=value.
static void set_parameter(struct bench_run *run, const char *argument)
{
    const char *value = strchr(argument, '=');
    if (value == NULL) {
        fprintf(stderr, "troupe: '%s' is not key=value\n", argument);
        exit(2);
    }
    value++;
    for (size_t i = 0; i < BENCH_PARAM_MAX && run->params[i].name != NULL; i++) {
        if (is_key(argument, run->params[i].name)) {
            const struct bench_param *param = &run->params[i];
            run->params[i].value = param->choices != NULL
                                       ? choice_of(argument, value, param->choices)
                                       : number_of(argument, value, param->least);
            return;
        }
    }
    if (is_key(argument, "workers")) {
        run->workers = number_of(argument, value, 0);
    } else if (is_key(argument, "style")) {
        set_style(run, value);
    } else {
        fprintf(stderr, "troupe: %s has no parameter '%.*s'\n", run->bench->name,
                (int)(value - 1 - argument), argument);
        exit(2);
    }
}

static int run_one(const struct bench *bench, int count, char **arguments)
{
    struct bench_run run = { .bench = bench, .style = bench->initial };
    struct bench_result result = { 0 };
    memcpy(run.params, bench->params, sizeof run.params);
    for (int i = 0; i < count; i++) {
        set_parameter(&run, arguments[i]);
    }
    tr_system_opts opts = { .workers = (uint32_t)run.workers };
    bench_must(tr_system_start(&opts, &run.sys), "start");
    bench->measure(&run, &result);
    bench_print(&run, &result);
    bench_must(tr_system_stop(run.sys, 60000, NULL), "stop");
    bench_must(tr_system_free(run.sys), "free");
    return 0;
}

// Each in a process of its own, so that peak memory is its own as well.
static int run_all(char *program)
{
    int failures = 0;
    for (size_t i = 0; i < TR_COUNT(table); i++) {
        printf("%s ", table[i].name);
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            execv("/proc/self/exe", (char *[]){ program, (char *)(uintptr_t)table[i].name, NULL });
            _exit(127);
        }
        int status = 1;
        if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0) {
            printf("failed\n");
            failures++;
        }
    }
    return failures == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        return run_all(argv[0]);
    }
    if (strcmp(argv[1], "--list") == 0) {
        for (size_t i = 0; i < TR_COUNT(table); i++) {
            puts(table[i].name);
        }
        return 0;
    }
    if (strcmp(argv[1], "--help") == 0) {
        usage(stdout);
        return 0;
    }
    return run_one(find_bench(argv[1]), argc - 2, argv + 2);
}
