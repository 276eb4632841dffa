// SPDX-License-Identifier: MIT
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "options.h"
#include "wordcount.h"

const char options_help[] =
    "usage: wordcount [OPTION…] [FILE…]\n"
    "Counts the words of files: runs of ASCII letters, folded to lower case.\n"
    "Without FILE: the texts in /usr/share/common-licenses and the documents of this project.\n"
    "\n"
    "  --crash-every N   counters crash at random, on average once in N batches\n"
    "  --seed S          seed of the crashes; without it one is drawn, and printed\n"
    "  --counts          print a line `count<TAB>word` per word, sorted by word, and nothing else\n"
    "  --top N           print the N most frequent words (10)\n"
    "  --workers N       threads that run actors, 1 to 56 (one per core)\n"
    "  --counters N      counting actors, 1 to 64 (4)\n"
    "  --no-progress     no progress on standard error\n"
    "  --help            this text\n"
    "\n"
    "Status: 0 all counted; 1 a file could not be read, or worse; 2 wrong usage; 130 "
    "interrupted.\n";

struct known {
    const char *name;
    uint64_t least; // of its value
    uint64_t most;  // of its value; 0 = it takes none
    uint32_t *number;
    uint64_t *large;
    bool *flag;
    bool value; // that the flag gets
};

static bool parse_number(const char *text, const struct known *known)
{
    char *end;

    if (text == NULL || *text < '0' || *text > '9')
        return false;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (*end != '\0' || errno != 0 || value < known->least || value > known->most)
        return false;
    if (known->number != NULL)
        *known->number = (uint32_t)value;
    else
        *known->large = value;
    return true;
}

// Whether the argument is this option; *value then is the text behind '=', or NULL.
static bool is_option(const char *argument, const struct known *known, const char **value)
{
    size_t length = strlen(known->name);

    if (strncmp(argument, known->name, length) != 0)
        return false;
    *value = argument[length] == '=' ? argument + length + 1 : NULL;
    return argument[length] == '=' || argument[length] == '\0';
}

// Takes one option; returns how many arguments it was, 0 if it is wrong.
static int take_option(const struct known *known, char **argument, char *complaint, size_t bytes)
{
    const char *value;

    for (; known->name != NULL; known++) {
        if (!is_option(argument[0], known, &value))
            continue;
        if (known->most == 0) {
            if (value != NULL)
                break;
            *known->flag = known->value;
            return 1;
        }
        const char *text = value != NULL ? value : argument[1];
        if (parse_number(text, known))
            return value != NULL ? 1 : 2;
        (void)snprintf(complaint, bytes, "%s needs a number from %llu to %llu", known->name,
                       (unsigned long long)known->least, (unsigned long long)known->most);
        return 0;
    }
    (void)snprintf(complaint, bytes, "unknown option %s", argument[0]);
    return 0;
}

static void set_defaults(struct options *options)
{
    struct timespec now;

    memset(options, 0, sizeof *options);
    (void)clock_gettime(CLOCK_REALTIME, &now);
    options->seed = ((uint64_t)now.tv_sec * 1000000007u + (uint64_t)now.tv_nsec) % 1000000000u;
    options->counters = 4;
    options->top = 10;
    options->progress = true;
}

bool options_parse(struct options *options, char **argv, char *complaint, size_t bytes)
{
    const struct known known[] = {
        { "--crash-every", 1, UINT32_MAX, &options->crash_every, NULL, NULL, false },
        { "--seed", 0, UINT64_MAX, NULL, &options->seed, NULL, false },
        { "--workers", 1, TR_WORKERS_MAX, &options->workers, NULL, NULL, false },
        { "--counters", 1, WC_COUNTERS_MAX, &options->counters, NULL, NULL, false },
        { "--top", 0, UINT32_MAX, &options->top, NULL, NULL, false },
        { "--counts", 0, 0, NULL, NULL, &options->counts, true },
        { "--no-progress", 0, 0, NULL, NULL, &options->progress, false },
        { "--help", 0, 0, NULL, NULL, &options->help, true },
        { NULL, 0, 0, NULL, NULL, NULL, false },
    };
    char **argument = argv + 1;
    bool only_paths = false;

    set_defaults(options);
    options->paths = argv;
    while (*argument != NULL) {
        int taken = 1;
        if (only_paths || argument[0][0] != '-' || argument[0][1] == '\0')
            options->paths[options->path_count++] = *argument;
        else if (strcmp(*argument, "--") == 0)
            only_paths = true;
        else
            taken = take_option(known, argument, complaint, bytes);
        if (taken == 0)
            return false;
        argument += taken;
    }
    options->paths[options->path_count] = NULL;
    return true;
}
