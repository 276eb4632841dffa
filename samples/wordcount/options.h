// SPDX-License-Identifier: MIT
// The command line.
// Threads: main's. Ownership: paths point into argv.
#ifndef WORDCOUNT_OPTIONS_H
#define WORDCOUNT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct options {
    uint32_t crash_every; ///< 0 = never
    uint64_t seed;
    uint32_t workers; ///< 0 = one per core
    uint32_t counters;
    uint32_t top;
    bool counts;
    bool progress;
    bool help;
    char **paths; ///< the arguments that are no options, NULL at the end
    size_t path_count;
};

/// Fills options from the command line; moves the paths to the front of argv.
/// @param complaint  receives what is wrong
/// @param bytes      size of complaint
/// @return whether all is well
bool options_parse(struct options *options, char **argv, char *complaint, size_t bytes);

/// The text of --help.
extern const char options_help[];

#endif
