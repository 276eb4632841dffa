// SPDX-License-Identifier: MIT
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inputs.h"
#include "progress.h"

#ifndef WC_SOURCE_ROOT
#define WC_SOURCE_ROOT "." // where README.md and docs/ are
#endif

static const char licences[] = "/usr/share/common-licenses";

static int file_open(const struct wc_source *source, uint32_t file)
{
    int handle =
        open(((const struct inputs *)source)->paths[file], O_RDONLY | O_CLOEXEC | O_NOCTTY);

    return handle < 0 ? -errno : handle;
}

static int64_t file_read(const struct wc_source *source, int handle, uint64_t offset, void *buffer)
{
    ssize_t count;

    (void)source;
    (void)offset;
    do {
        count = read(handle, buffer, WC_CHUNK_BYTES);
    } while (count < 0 && errno == EINTR);
    return count < 0 ? -errno : count;
}

static void file_close(const struct wc_source *source, int handle)
{
    (void)source;
    (void)close(handle);
}

static void file_refuse(const struct wc_source *source, uint32_t file, int error)
{
    char text[128];

    if (strerror_r(error, text, sizeof text) != 0)
        (void)snprintf(text, sizeof text, "error %d", error);
    progress_say("%s: %s", ((const struct inputs *)source)->paths[file], text);
}

static bool add(struct inputs *inputs, const char *path)
{
    struct stat status;

    if (inputs->source.file_count == inputs->room) {
        size_t room = inputs->room == 0 ? 64 : 2 * inputs->room;
        char **paths = realloc(inputs->paths, room * sizeof *paths);
        if (paths == NULL)
            return false;
        inputs->paths = paths;
        inputs->room = room;
    }
    char *copy = strdup(path);
    if (copy == NULL)
        return false;
    inputs->paths[inputs->source.file_count++] = copy;
    // Whoever reads it says what is wrong with it.
    if (stat(path, &status) == 0 && S_ISREG(status.st_mode))
        inputs->bytes += (uint64_t)status.st_size;
    return true;
}

static bool is_document(const char *name)
{
    size_t length = strlen(name);

    return length > 3 && strcmp(name + length - 3, ".md") == 0;
}

// Adds the regular files of a directory; with documents, only *.md, and directories below it as
// well. Links are skipped. A directory that is not there has no files.
static bool add_directory(struct inputs *inputs, const char *directory, bool documents)
{
    DIR *stream = opendir(directory);
    struct dirent *entry;
    struct stat status;
    bool good = true;

    while (good && stream != NULL && (entry = readdir(stream)) != NULL) {
        size_t bytes = strlen(directory) + strlen(entry->d_name) + 2;
        char *path = malloc(bytes);
        if (path == NULL) {
            good = false;
            break;
        }
        (void)snprintf(path, bytes, "%s/%s", directory, entry->d_name);
        if (entry->d_name[0] == '.' || lstat(path, &status) != 0)
            status.st_mode = 0;
        if (S_ISREG(status.st_mode) && (!documents || is_document(path)))
            good = add(inputs, path);
        else if (S_ISDIR(status.st_mode) && documents)
            good = add_directory(inputs, path, true);
        free(path);
    }
    if (stream != NULL)
        (void)closedir(stream);
    return good;
}

static int compare_paths(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static bool add_defaults(struct inputs *inputs)
{
    struct stat status;
    const char *readme = WC_SOURCE_ROOT "/README.md";

    if (!add_directory(inputs, licences, false) ||
        !add_directory(inputs, WC_SOURCE_ROOT "/docs", true))
        return false;
    if (lstat(readme, &status) == 0 && S_ISREG(status.st_mode) && !add(inputs, readme))
        return false;
    if (inputs->source.file_count > 0)
        qsort(inputs->paths, inputs->source.file_count, sizeof inputs->paths[0], compare_paths);
    return true;
}

bool inputs_open(struct inputs *inputs, char **paths, size_t count)
{
    bool good = true;

    memset(inputs, 0, sizeof *inputs);
    inputs->source.open = file_open;
    inputs->source.read = file_read;
    inputs->source.close = file_close;
    inputs->source.refuse = file_refuse;
    for (size_t i = 0; i < count && good; i++)
        good = add(inputs, paths[i]);
    if (count == 0)
        good = add_defaults(inputs);
    if (!good)
        inputs_close(inputs);
    return good;
}

void inputs_close(struct inputs *inputs)
{
    for (uint32_t i = 0; i < inputs->source.file_count; i++)
        free(inputs->paths[i]);
    free(inputs->paths);
    memset(inputs, 0, sizeof *inputs);
}
