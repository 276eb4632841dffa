// SPDX-License-Identifier: MIT
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "progress.h"

#define ROWS_MAX 20
#define SEEN_MAX 128
#define LINE_NS UINT64_C(1000000000)
#define BAR_CELLS 30

// What one look at the live system gave.
struct look {
    tr_actor_info seen[SEEN_MAX];
    size_t count;
    uint64_t restarts;
    size_t deepest; // index into seen
};

// A page is written by one call, so that lines of several threads do not mix.
struct text {
    char bytes[8192];
    size_t used;
};

static void put(struct text *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int more =
        vsnprintf(text->bytes + text->used, sizeof text->bytes - text->used, format, arguments);
    va_end(arguments);
    if (more > 0)
        text->used += (size_t)more;
    if (text->used >= sizeof text->bytes)
        text->used = sizeof text->bytes - 1;
}

static void flush(const struct text *text)
{
    ssize_t written = write(STDERR_FILENO, text->bytes, text->used);

    (void)written; // nobody is left to be told
}

void progress_say(const char *format, ...)
{
    struct text text = { .used = 0 };
    char line[4096];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    put(&text, "%swordcount: %s\n", isatty(STDERR_FILENO) ? "\r\033[J" : "", line);
    flush(&text);
}

static bool look_at(const tr_actor_info *info, void *context)
{
    struct look *look = context;

    look->restarts += info->restarts;
    if (look->count < SEEN_MAX && (info->name[0] != '\0' || info->label[0] != '\0')) {
        look->seen[look->count] = *info;
        if (info->mailbox_depth > look->seen[look->deepest].mailbox_depth)
            look->deepest = look->count;
        look->count++;
    }
    return true;
}

static const char *name_of(const tr_actor_info *info)
{
    return info->name[0] != '\0' ? info->name : info->label;
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(name_of(left), name_of(right));
}

static unsigned percent(const struct progress *progress, const struct wc_outcome *now)
{
    uint64_t done = progress->bytes > 0 ? now->bytes : now->files_done;
    uint64_t all = progress->bytes > 0 ? progress->bytes : progress->files;

    return all == 0 || done >= all ? 100 : (unsigned)(100 * done / all);
}

static void put_bar(struct text *text, const struct progress *progress,
                    const struct wc_outcome *now)
{
    static const char full[] = "##############################";
    int cells = (int)(percent(progress, now) * BAR_CELLS / 100);

    put(text, "\r[%.*s%*s] %3u %%  %" PRIu32 " of %" PRIu32 " files  %.1f MiB\033[K\n", cells, full,
        BAR_CELLS - cells, "", percent(progress, now), now->files_done, progress->files,
        (double)now->bytes / 1048576.0);
}

static void draw(const struct progress *progress, struct look *look, const struct wc_outcome *now)
{
    struct text text = { .used = 0 };
    size_t rows = look->count < ROWS_MAX ? look->count : ROWS_MAX;

    qsort(look->seen, look->count, sizeof look->seen[0], compare_names);
    put_bar(&text, progress, now);
    put(&text, "%-20s %-9s %9s %12s %9s\033[K\n", "actor", "state", "waiting", "handled",
        "restarts");
    for (size_t i = 0; i < rows; i++) {
        const tr_actor_info *info = &look->seen[i];
        put(&text, "%-20.20s %-9s %9zu %12" PRIu64 " %9" PRIu32 "\033[K\n", name_of(info),
            tr_state_name(info->state), info->mailbox_depth, info->handled_count, info->restarts);
    }
    put(&text, "\033[J\033[%zuA", rows + 2);
    flush(&text);
}

static void print_line(const struct progress *progress, const struct look *look,
                       const struct wc_outcome *now)
{
    const tr_actor_info *deepest = &look->seen[look->deepest];
    char longest[128] = "all mailboxes empty";

    if (deepest->mailbox_depth > 0)
        (void)snprintf(longest, sizeof longest, "%zu messages wait for %s", deepest->mailbox_depth,
                       name_of(deepest));
    progress_say("%u %%, %" PRIu32 " of %" PRIu32 " files, %.1f MiB, %s, %" PRIu64 " restarts",
                 percent(progress, now), now->files_done, progress->files,
                 (double)now->bytes / 1048576.0, longest, look->restarts);
}

static void show(const struct progress *progress, tr_system *sys, const struct wc_outcome *now)
{
    struct look *look = calloc(1, sizeof *look);

    if (look == NULL || tr_debug_each(sys, look_at, look) != TR_OK) {
        free(look);
        return;
    }
    if (isatty(STDERR_FILENO))
        draw(progress, look, now);
    else
        print_line(progress, look, now);
    free(look);
}

void progress_show(struct progress *progress, tr_system *sys, const struct wc_outcome *now)
{
    uint64_t time = tr_now_ns();

    if (!isatty(STDERR_FILENO)) {
        if (progress->next_line_ns == 0)
            progress->next_line_ns = time + LINE_NS;
        if (time < progress->next_line_ns)
            return;
        progress->next_line_ns = time + LINE_NS;
    }
    show(progress, sys, now);
}

void progress_end(struct progress *progress, tr_system *sys, const struct wc_outcome *now)
{
    struct text clear = { .used = 0 };

    if (!isatty(STDERR_FILENO)) {
        show(progress, sys, now);
        return;
    }
    put(&clear, "\r\033[J");
    flush(&clear);
}
