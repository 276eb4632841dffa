// SPDX-License-Identifier: MIT
// The result of a benchmark as one JSON object; see bench.h.
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

long bench_value(const struct bench_run *run, const char *name)
{
    for (size_t i = 0; i < BENCH_PARAM_MAX && run->params[i].name != NULL; i++) {
        if (strcmp(run->params[i].name, name) == 0) {
            return run->params[i].value;
        }
    }
    fprintf(stderr, "troupe: %s declares no parameter '%s'\n", run->bench->name, name);
    abort();
}

void bench_extra(struct bench_result *result, const char *name, double value)
{
    bench_check(result->extra_count < BENCH_EXTRA_MAX, "room for extra fields");
    result->extras[result->extra_count].name = name;
    result->extras[result->extra_count].value = value;
    result->extra_count++;
}

static int compare_samples(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

void bench_latencies(struct bench_result *result, int64_t *samples, size_t count)
{
    if (count > 0) {
        qsort(samples, count, sizeof *samples, compare_samples);
        bench_extra(result, "p50_ns", (double)samples[count / 2]);
        bench_extra(result, "p99_ns", (double)samples[count / 100 * 99 + count % 100 * 99 / 100]);
        bench_extra(result, "p999_ns",
                    (double)samples[count / 1000 * 999 + count % 1000 * 999 / 1000]);
        bench_extra(result, "max_ns", (double)samples[count - 1]);
    }
    bench_extra(result, "samples", (double)count);
}

long bench_status_kib(const char *key)
{
    char line[256];
    long kib = 0;
    FILE *status = fopen("/proc/self/status", "r");
    if (status == NULL) {
        return 0;
    }
    while (fgets(line, sizeof line, status) != NULL) {
        if (strncmp(line, key, strlen(key)) == 0) {
            kib = atol(line + strlen(key));
            break;
        }
    }
    fclose(status);
    return kib;
}

const char *bench_style_name(enum bench_style style)
{
    switch (style) {
    case BENCH_HANDLER:
        return "handler";
    case BENCH_PROCESS:
        return "process";
    case BENCH_SERVER:
        return "server";
    case BENCH_MAILBOX:
        return "mailbox";
    case BENCH_BUFFER:
        return "buffer";
    }
    return "?";
}

static void print_parameter(const struct bench_param *param)
{
    const char *word = param->choices;
    if (word == NULL) {
        printf("\"%s\":%ld,", param->name, param->value);
        return;
    }
    for (long i = 0; i < param->value; i++) {
        word = strchr(word, '|') + 1;
    }
    printf("\"%s\":\"%.*s\",", param->name, (int)strcspn(word, "|"), word);
}

void bench_print(const struct bench_run *run, const struct bench_result *result)
{
    double seconds = (double)result->elapsed_ns / 1e9;
    printf("{\"params\":{");
    for (size_t i = 0; i < BENCH_PARAM_MAX && run->params[i].name != NULL; i++) {
        print_parameter(&run->params[i]);
    }
    printf("\"style\":\"%s\",\"workers\":%ld}", bench_style_name(run->style), run->workers);
    printf(",\"messages\":%lld,\"seconds\":%.6f,\"msgs_per_s\":%.1f,\"peak_rss_kib\":%ld",
           (long long)result->messages, seconds, (double)result->messages / seconds,
           bench_status_kib("VmHWM:"));
    for (size_t i = 0; i < result->extra_count; i++) {
        printf(",\"%s\":%.3f", result->extras[i].name, result->extras[i].value);
    }
    printf(",\"worker_count\":%u,\"allocator\":\"%s\"}\n", tr_system_workers(run->sys),
           tr_system_allocator());
    fflush(stdout);
}
