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

// clang-format off: a row each
// name, function, styles, style unless told, {parameter, default, least}…
static const struct bench table[] = {
    {"pingpong", bench_pingpong, BOTH, BENCH_HANDLER, {{"n", 1000000, 1}, {"pairs", 1, 1}}},
    {"ring", bench_ring, BOTH, BENCH_HANDLER, {{"r", 503, 1}, {"n", 5000000, 1}, {"k", 1, 1}}},
    {"counting", bench_counting, BOTH, BENCH_HANDLER, {{"n", 5000000, 1}, {"cap", 0, 0}}},
    {"fanin", bench_fanin, BOTH, BENCH_HANDLER, {{"m", 100, 1}, {"n", 20000, 1}, {"cap", 0, 0}}},
    {"fork_create", bench_fork_create, BOTH, BENCH_HANDLER, {{"n", 1000000, 1}}},
    {"memory", bench_memory, BOTH | BENCH_SERVER, BENCH_SERVER, {{"n", 1000000, 1}}},
    {"idle", bench_idle, BOTH, BENCH_HANDLER, {{"ms", 10000, 1}, {"actors", 1000, 1}}},
    {"call", bench_call, BOTH | BENCH_SERVER, BENCH_SERVER, {{"n", 300000, 1}, {"clients", 1, 1}}},
};
// clang-format on

static void usage(FILE *to)
{
    fputs("usage: troupe BENCH [key=value]…   one benchmark, one JSON object\n"
          "       troupe                      all of them, each in its own process\n"
          "       troupe --list               their names\n"
          "every BENCH takes workers=N (0: one per core) and style=handler|process|server:\n",
          to);
    for (size_t i = 0; i < TR_COUNT(table); i++) {
        fprintf(to, "  %-12s", table[i].name);
        for (size_t j = 0; j < BENCH_PARAM_MAX && table[i].params[j].name != NULL; j++) {
            fprintf(to, " %s=%ld", table[i].params[j].name, table[i].params[j].value);
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
    static const enum bench_style all[] = { BENCH_HANDLER, BENCH_PROCESS, BENCH_SERVER };
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
            run->params[i].value = number_of(argument, value, run->params[i].least);
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
