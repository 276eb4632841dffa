// SPDX-License-Identifier: MIT
// wordcount: counts the words of files with a supervised tree of actors, exactly, also when the
// counting actors crash.
// Shows:  supervision, bounded mailboxes, calls from outside, looking into a live system
// Run:    wordcount [--crash-every 50] [FILE…]     (wordcount --help)
// Expect: the same counts with and without crashes
// Exact:  readers keep each batch of words until the vault has it for good; counters hand over
//         sums and what is in them in one message; a batch that comes twice is recognised. More
//         in wordcount.h
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "inputs.h"
#include "options.h"
#include "progress.h"

#define LOOK_MS 100  // between two looks at progress and signals
#define STOP_MS 4000 // most time for stopping in order

enum status { STATUS_GOOD = 0, STATUS_BAD = 1, STATUS_USAGE = 2, STATUS_STOPPED = 130 };

// All that one run has.
struct run {
    struct options options;
    struct inputs inputs;
    tr_system *sys;
    tr_pid feeder;
    tr_pid vault;
    uint64_t start_ns;
    struct wc_outcome outcome;
};

static volatile sig_atomic_t stop_signal;

static void on_signal(int number)
{
    stop_signal = number;
}

static void handle_signals(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal; // no SA_RESTART: a write that waits ends
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

// Signals come to main's thread only: threads made while they are blocked never take them.
static void block_signals(int how)
{
    sigset_t set;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGTERM);
    (void)pthread_sigmask(how, &set, NULL);
}

// Writes to standard output; false when that fails or the program is asked to stop.
static bool print(const char *text, size_t bytes)
{
    while (bytes > 0) {
        if (stop_signal != 0)
            return false;
        ssize_t written = write(STDOUT_FILENO, text, bytes);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            progress_say("standard output: cannot write");
            return false;
        }
        text += written;
        bytes -= (size_t)written;
    }
    return true;
}

static bool start(struct run *run)
{
    const tr_system_opts opts = { .workers = run->options.workers };
    const struct wc_job job = { .source = &run->inputs.source,
                                .counters = run->options.counters,
                                .crash_every = run->options.crash_every,
                                .seed = run->options.seed };
    char reason[128] = "";

    block_signals(SIG_BLOCK);
    tr_err err = tr_system_start(&opts, &run->sys);
    block_signals(SIG_UNBLOCK);
    if (err != TR_OK) {
        progress_say("the system does not start: %s", tr_err_text(err));
        return false;
    }
    run->start_ns = tr_now_ns();
    err = wc_tree_start(run->sys, &job, reason, sizeof reason);
    if (err == TR_OK)
        err = tr_system_whereis(run->sys, "feeder", &run->feeder);
    if (err == TR_OK)
        err = tr_system_whereis(run->sys, "vault", &run->vault);
    if (err != TR_OK)
        progress_say("the tree does not start: %s %s", tr_err_text(err), reason);
    return err == TR_OK;
}

// Waits until all files are done; false when the tree gave up or the program is asked to stop.
static bool wait_for_end(struct run *run)
{
    const struct wc_wait wait = { 0 };
    const struct wc_status status = { 0 };
    struct progress progress = { .files = run->inputs.source.file_count,
                                 .bytes = run->inputs.bytes };
    tr_err err = TR_ETIMEDOUT;

    while (err == TR_ETIMEDOUT && stop_signal == 0) {
        err = wc_wait_system_call(run->sys, run->feeder, &wait, LOOK_MS, &run->outcome);
        if (err == TR_ETIMEDOUT && run->options.progress &&
            wc_status_system_call(run->sys, run->feeder, &status, LOOK_MS, &run->outcome) == TR_OK)
            progress_show(&progress, run->sys, &run->outcome);
    }
    if (run->options.progress)
        progress_end(&progress, run->sys, &run->outcome);
    if (err != TR_OK && stop_signal == 0)
        progress_say("the tree gave up: %s", tr_err_text(err));
    return err == TR_OK;
}

static bool print_words(struct run *run)
{
    struct wc_read request = { .top = !run->options.counts,
                               .limit = run->options.counts ? UINT64_MAX : run->options.top };
    struct wc_page *page = malloc(sizeof *page);
    bool good = page != NULL;

    while (good) {
        good = wc_read_system_call(run->sys, run->vault, &request, TR_INFINITY, page) == TR_OK &&
               print(page->text, page->used);
        if (good && page->used == 0)
            break;
        request.index = page->index;
        request.offset = page->offset;
    }
    free(page);
    return good;
}

static bool print_summary(struct run *run, double seconds, uint64_t messages)
{
    const struct wc_totals request = { 0 };
    struct wc_sums sums;
    char text[512];

    if (wc_totals_system_call(run->sys, run->vault, &request, TR_INFINITY, &sums) != TR_OK)
        return false;
    int bytes = snprintf(
        text, sizeof text,
        "\n%" PRIu32 " files, %" PRIu64 " bytes, %" PRIu64 " words, %" PRIu64 " different\n"
        "%" PRIu32 " workers, %" PRIu32 " counters, %" PRIu64 " restarts\n"
        "%" PRIu64 " messages in %.3f s, %.0f per second\n",
        run->outcome.files_done - run->outcome.files_failed, run->outcome.bytes, sums.words,
        sums.distinct, tr_system_workers(run->sys), run->options.counters, sums.restarts, messages,
        seconds, (double)messages / seconds);
    return print(text, (size_t)bytes);
}

static bool print_result(struct run *run)
{
    double seconds = (double)(tr_now_ns() - run->start_ns) / 1e9;
    tr_totals totals;

    if (tr_debug_totals(run->sys, &totals) != TR_OK || !print_words(run))
        return false;
    return run->options.counts || print_summary(run, seconds, totals.received);
}

// Stops the system, and says so if that was asked for. Whoever does not stop is named.
static bool stop(struct run *run)
{
    tr_stop_report report = { .refuser_count = 0 };
    bool asked = stop_signal != 0;

    if (asked)
        progress_say("%s: stopping", stop_signal == SIGINT ? "interrupted" : "terminated");
    if (tr_system_stop(run->sys, STOP_MS, &report) == TR_OK) {
        if (asked)
            progress_say("stopped in order; %" PRIu32 " of %" PRIu32 " files were counted",
                         run->outcome.files_done, run->inputs.source.file_count);
        (void)tr_system_free(run->sys);
        return true;
    }
    for (uint32_t i = 0; i < report.refuser_count && i < TR_COUNT(report.refusers); i++)
        progress_say("did not stop in time: %s", report.refusers[i].name);
    return false;
}

static enum status perform(struct run *run)
{
    handle_signals();
    if (run->options.crash_every > 0)
        progress_say("seed %" PRIu64, run->options.seed);
    bool good = start(run) && wait_for_end(run) && print_result(run);
    bool stopped = run->sys == NULL || stop(run);

    enum status status = good && run->outcome.files_failed == 0 ? STATUS_GOOD : STATUS_BAD;
    if (stop_signal != 0)
        status = STATUS_STOPPED;
    if (!stopped) // actors that did not stop still use the inputs
        _exit(stop_signal != 0 ? STATUS_STOPPED : STATUS_BAD);
    return status;
}

int main(int argc, char **argv)
{
    struct run run;
    char complaint[128];

    (void)argc;
    memset(&run, 0, sizeof run);
    if (!options_parse(&run.options, argv, complaint, sizeof complaint)) {
        progress_say("%s", complaint);
        progress_say("try --help");
        return STATUS_USAGE;
    }
    if (run.options.help)
        return print(options_help, strlen(options_help)) ? STATUS_GOOD : STATUS_BAD;
    if (!inputs_open(&run.inputs, run.options.paths, run.options.path_count)) {
        progress_say("out of memory");
        return STATUS_BAD;
    }
    enum status status = STATUS_BAD;
    if (run.inputs.source.file_count == 0)
        progress_say("there is nothing to count");
    else
        status = perform(&run);
    inputs_close(&run.inputs);
    return (int)status;
}
