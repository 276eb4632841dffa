// SPDX-License-Identifier: MIT
// The files to be counted, and the source of bytes that reads them.
//
// Threads: made by main; then only read, by readers. Ownership: whoever opened frees with
// inputs_close, when no reader is left.
#ifndef WORDCOUNT_INPUTS_H
#define WORDCOUNT_INPUTS_H

#include "wordcount.h"

struct inputs {
    struct wc_source source; ///< first, so that the source is the inputs
    char **paths;
    size_t room;
    uint64_t bytes; ///< size of the regular files among them
};

/// Takes the paths given, or, if there are none, the default files.
/// @return false when out of memory
bool inputs_open(struct inputs *inputs, char **paths, size_t count);
void inputs_close(struct inputs *inputs);

#endif
