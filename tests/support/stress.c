// SPDX-License-Identifier: MIT
// main() of a stress program: the systems, the clock, the final checks.
#include "stress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sanitized.h"

enum { STOP_MS = 30000 };

unsigned trt_divisor(void)
{
    return TRT_SANITIZED ? 10 : 1;
}

static const char *argument(int argc, char **argv, const char *name)
{
    size_t length = strlen(name);
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], name, length) == 0 && argv[i][length] == '=') {
            return argv[i] + length + 1;
        }
    }
    return NULL;
}

static void stop_system(struct trt_stress *stress)
{
    tr_stop_report report = { 0 };
    tr_err err = tr_system_stop(stress->sys, STOP_MS, &report);
    if (err != TR_OK) {
        fprintf(stderr, "%s: stop: %s, %u refusers, the first %s\n", trt_name, tr_err_name(err),
                report.refuser_count, report.refusers[0].name);
        trt_dump(stress->sys);
        abort();
    }
    trt_check_stopped(stress->sys);
    TRT_SAME(tr_system_free(stress->sys), TR_OK);
}

static uint32_t play(uint32_t workers, double seconds, uint64_t seed)
{
    struct trt_stress stress = { .workers = workers, .seed = seed };
    if (!trt_own_systems) {
        TRT_SAME(tr_system_start(&(tr_system_opts){ .workers = workers }, &stress.sys), TR_OK);
        TRT_SAME(tr_system_workers(stress.sys), workers);
    }
    uint64_t end_ns = tr_now_ns() + (uint64_t)(seconds * 1e9);
    do {
        trt_round(&stress);
        stress.round++;
        (void)trt_random(&stress.seed);
    } while (tr_now_ns() < end_ns);
    if (!trt_own_systems) {
        stop_system(&stress);
    }
    return stress.round;
}

int main(int argc, char **argv)
{
    static const uint32_t usual[] = { 1, 2, 3, 8 };
    const char *workers = argument(argc, argv, "workers");
    const char *seconds = argument(argc, argv, "seconds");
    const char *seed = argument(argc, argv, "seed");
    if (workers == NULL) {
        workers = getenv("TRT_WORKERS");
    }
    uint64_t first_seed = seed == NULL ? 1 : strtoull(seed, NULL, 10);
    double each = seconds == NULL ? 0.3 : strtod(seconds, NULL);
    unsigned passed = 0;
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (size_t i = 0; i < TR_COUNT(usual); i++) {
        uint32_t count = workers == NULL ? usual[i] : (uint32_t)strtoul(workers, NULL, 10);
        printf("stress %s: workers=%u seed=%" PRIu64 "\n", trt_name, count, first_seed);
        uint32_t rounds = play(count, each, first_seed);
        printf("stress %s: workers=%u, %u rounds\n", trt_name, count, rounds);
        passed++;
        if (workers != NULL) {
            break;
        }
    }
    printf("%u passed, 0 failed, 0 skipped\n", passed);
    return 0;
}
