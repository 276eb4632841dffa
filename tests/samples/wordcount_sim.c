// SPDX-License-Identifier: MIT
// The word count's tree in the simulator: small inputs and tiny batches, many schedules, counters
// and readers killed at every step. Each run must end with exactly the counts of the text.
//
// The last line printed is `N passed, N failed, N skipped`.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <troupe/test.h>

#include "wordcount.h"

#define FILES 4
#define MISSING 2 // this one cannot be opened
#define RESULT_BYTES 4096

static const char *const texts[FILES] = {
    "the cat saw the other cat; Extraordinarily THE cat saw extraordinarily little of the cat "
    "a b c a b a x y z xy yz the the the the the the the the",
    "incomprehensibilities and counterrevolutionaries, incomprehensible",
    NULL,
    "a cat sat; the other cat sat on the first cat and the cat saw it sat on it and so forth an",
};

// What a scenario does beside counting.
struct plan {
    const char *name;
    uint32_t seeds;
    uint32_t crash_every;
    uint32_t kills;   // at random steps
    uint64_t kill_at; // at this step, when `exact`
    bool exact;
    const char *victim; // beginning of its name or label
    uint64_t steps;     // that passed before the kill of an exact plan
};

static uint32_t refusals;

static int text_open(const struct wc_source *source, uint32_t file)
{
    return file == MISSING ? -ENOENT : (int)file;
}

static int64_t text_read(const struct wc_source *source, int handle, uint64_t offset, void *buffer)
{
    size_t left = strlen(texts[handle]) - (size_t)offset;
    size_t part = 1 + (size_t)(offset * 7 + (uint64_t)handle) % WC_CHUNK_BYTES;

    part = part < left ? part : left;
    memcpy(buffer, texts[handle] + offset, part);
    return (int64_t)part;
}

static void text_close(const struct wc_source *source, int handle)
{
}

static void text_refuse(const struct wc_source *source, uint32_t file, int error)
{
    refusals += file == MISSING && error == ENOENT ? 1 : 1000;
}

static const struct wc_source source = { FILES, text_open, text_read, text_close, text_refuse };

static int compare(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

// The words of all texts, one by one, without any of the tree's code.
static size_t split(char *copy, char **words)
{
    size_t count = 0;
    bool inside = false;

    for (char *at = copy; *at != '\0'; at++) {
        bool letter = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z');
        if (letter && !inside)
            words[count++] = at;
        *at = letter ? (char)(*at | 0x20) : '\0';
        inside = letter;
    }
    return count;
}

static void expect_into(char *result)
{
    static char copy[RESULT_BYTES];
    static char *words[RESULT_BYTES];
    size_t used = 0;
    int end = 0;

    for (int i = 0; i < FILES; i++)
        end += snprintf(copy + end, sizeof copy - (size_t)end, "%s.", texts[i] ? texts[i] : "");
    size_t count = split(copy, words);
    qsort(words, count, sizeof words[0], compare);
    for (size_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count && strcmp(words[i], words[next]) == 0; next++)
            ;
        used +=
            (size_t)snprintf(result + used, RESULT_BYTES - used, "%zu\t%s\n", next - i, words[i]);
    }
}

static bool read_result(tr_system *sys, tr_pid vault, char *result)
{
    struct wc_read request = { .limit = UINT64_MAX };
    struct wc_page page;
    size_t used = 0;

    do {
        if (wc_read_system_call(sys, vault, &request, TR_INFINITY, &page) != TR_OK ||
            used + page.used >= RESULT_BYTES)
            return false;
        memcpy(result + used, page.text, page.used);
        used += page.used;
        request.index = page.index;
        request.offset = page.offset;
    } while (page.used > 0);
    result[used] = '\0';
    return true;
}

struct search {
    const char *prefix;
    tr_pid found[WC_COUNTERS_MAX];
    uint32_t count;
};

static bool consider(const tr_actor_info *info, void *context)
{
    struct search *search = context;
    const char *name = info->name[0] != '\0' ? info->name : info->label;

    if (strncmp(name, search->prefix, strlen(search->prefix)) == 0 && strcmp(name, "counters") != 0)
        search->found[search->count++] = info->pid;
    return search->count < WC_COUNTERS_MAX;
}

static void kill_one(tr_test *test, const char *prefix)
{
    struct search search = { .prefix = prefix };

    TR_TEST_CHECK(test, tr_debug_each(tr_test_system(test), consider, &search) == TR_OK);
    if (search.count > 0) {
        tr_pid victim = search.found[tr_test_choose(test, search.count)];
        TR_TEST_CHECK(test, tr_system_exit_send(tr_test_system(test), victim, TR_KILL) == TR_OK);
    }
}

static void disturb(tr_test *test, struct plan *plan)
{
    if (plan->exact) {
        plan->steps = tr_test_steps(test, plan->kill_at);
        kill_one(test, plan->victim);
    }
    for (uint32_t i = 0; i < plan->kills; i++) {
        (void)tr_test_steps(test, 1 + tr_test_choose(test, 60));
        kill_one(test, plan->victim);
    }
}

static void check_result(tr_test *test, tr_system *sys)
{
    static char expected[RESULT_BYTES];
    static char result[RESULT_BYTES];
    const struct wc_totals request = { 0 };
    struct wc_sums sums = { 0 };
    tr_pid vault;

    expect_into(expected);
    TR_TEST_CHECK(test, tr_system_whereis(sys, "vault", &vault) == TR_OK);
    TR_TEST_CHECK(test, read_result(sys, vault, result));
    TR_TEST_CHECK(test, strcmp(result, expected) == 0);
    TR_TEST_CHECK(test, wc_totals_system_call(sys, vault, &request, TR_INFINITY, &sums) == TR_OK);
    tr_test_trace(test, sums.restarts);
}

static void count_words(tr_test *test, void *arg)
{
    struct plan *plan = arg;
    tr_system *sys = tr_test_system(test);
    const struct wc_job job = { &source, 1 + tr_test_choose(test, 3), plan->crash_every,
                                tr_test_seed(test) };
    struct wc_outcome outcome = { 0 };
    char reason[64];
    tr_pid feeder;

    refusals = 0;
    TR_TEST_CHECK(test, wc_tree_start(sys, &job, reason, sizeof reason) == TR_OK);
    disturb(test, plan);
    TR_TEST_CHECK(test, tr_system_whereis(sys, "feeder", &feeder) == TR_OK);
    TR_TEST_CHECK(test, wc_wait_system_call(sys, feeder, &(struct wc_wait){ 0 }, TR_INFINITY,
                                            &outcome) == TR_OK);
    TR_TEST_CHECK(test, outcome.files_done == FILES && outcome.files_failed == 1);
    TR_TEST_CHECK(test, refusals >= 1 && refusals < 100);
    check_result(test, sys);
}

static bool perform(struct plan *plan, uint64_t first_seed, tr_test_report *report)
{
    // The tree goes on when all is counted; the stop of the system ends it.
    const tr_test_opts opts = {
        .name = plan->name, .seeds = plan->seeds, .first_seed = first_seed, .allow_leftovers = true
    };

    return tr_test_run(count_words, plan, &opts, report) == TR_OK;
}

// Kills at step 0, 1, 2 … of one schedule, until the step is behind its end.
static bool kill_at_every_step(const char *name, const char *victim, uint64_t seed)
{
    struct plan plan = { .name = name, .seeds = 1, .exact = true, .victim = victim };
    tr_test_report report;
    uint64_t failures = 0;

    do {
        failures += perform(&plan, seed, &report) ? 0 : 1;
    } while (plan.steps >= plan.kill_at++);
    printf("  %s: %" PRIu64 " steps, %" PRIu64 " failures\n", name, plan.kill_at, failures);
    return failures == 0 && plan.kill_at > 100;
}

int main(void)
{
    struct plan plans[] = {
        { .name = "undisturbed", .seeds = 200 },
        { .name = "crashing counters", .seeds = 1000, .crash_every = 3 },
        { .name = "counters that crash at each batch", .seeds = 300, .crash_every = 1 },
        { .name = "killed counters", .seeds = 1000, .kills = 6, .victim = "counter-" },
        { .name = "killed readers", .seeds = 300, .kills = 4, .victim = "reader-" },
        { .name = "crashing counters, killed readers",
          .seeds = 300,
          .crash_every = 3,
          .kills = 4,
          .victim = "reader-" },
    };
    int passed = 0;
    int failed = 0;

    for (size_t i = 0; i < TR_COUNT(plans); i++) {
        tr_test_report report;
        bool good = perform(&plans[i], 1, &report);
        printf("  %s: %" PRIu32 " runs, %" PRIu32 " failures, %" PRIu32 " distinct\n",
               plans[i].name, report.runs, report.failures, report.distinct_traces);
        *(good ? &passed : &failed) += 1;
    }
    for (uint64_t seed = 1; seed <= 2; seed++) {
        *(kill_at_every_step("a counter killed at every step", "counter-", seed) ? &passed
                                                                                 : &failed) += 1;
        *(kill_at_every_step("a reader killed at every step", "reader-", seed) ? &passed
                                                                               : &failed) += 1;
    }
    printf("%d passed, %d failed, 0 skipped\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
