// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "lexicon.h"

#define FIRST_ROOM 1024
#define BLOCK_BYTES 65536
#define OWN_BLOCK_BYTES 4096 // longer words get memory of their own
#define NUMBER_BYTES 32

static struct lexicon_word *new_places(tr_self *self, size_t room)
{
    struct lexicon_word *places = tr_alloc(self, room * sizeof *places);

    memset(places, 0, room * sizeof *places);
    return places;
}

void lexicon_init(tr_self *self, struct lexicon *lexicon)
{
    memset(lexicon, 0, sizeof *lexicon);
    lexicon->room = FIRST_ROOM;
    lexicon->places = new_places(self, FIRST_ROOM);
}

static struct lexicon_word *find(const struct lexicon *lexicon, const unsigned char *letters,
                                 size_t length, uint64_t hash)
{
    for (size_t place = hash & (lexicon->room - 1);; place = (place + 1) & (lexicon->room - 1)) {
        struct lexicon_word *word = &lexicon->places[place];
        if (word->letters == NULL)
            return word;
        if (word->hash == hash && word->length == length &&
            memcmp(word->letters, letters, length) == 0)
            return word;
    }
}

static void grow(tr_self *self, struct lexicon *lexicon)
{
    struct lexicon_word *old = lexicon->places;
    size_t old_room = lexicon->room;

    lexicon->room = 2 * old_room;
    lexicon->places = new_places(self, lexicon->room);
    for (size_t i = 0; i < old_room; i++) {
        if (old[i].letters != NULL)
            *find(lexicon, old[i].letters, old[i].length, old[i].hash) = old[i];
    }
    tr_free(self, old, old_room * sizeof *old);
}

static const unsigned char *keep_letters(tr_self *self, struct lexicon *lexicon,
                                         const unsigned char *letters, size_t length)
{
    unsigned char *kept;

    if (length > OWN_BLOCK_BYTES) {
        kept = tr_alloc(self, length);
    } else {
        if (lexicon->block_left < length) {
            lexicon->block = tr_alloc(self, BLOCK_BYTES);
            lexicon->block_left = BLOCK_BYTES;
        }
        kept = lexicon->block;
        lexicon->block += length;
        lexicon->block_left -= length;
    }
    memcpy(kept, letters, length);
    return kept;
}

void lexicon_add(tr_self *self, struct lexicon *lexicon, const unsigned char *letters,
                 size_t length, uint64_t count)
{
    uint64_t hash = wc_hash(letters, length);
    struct lexicon_word *word = find(lexicon, letters, length, hash);

    lexicon->words += count;
    if (word->letters != NULL) {
        word->count += count;
        return;
    }
    word->letters = keep_letters(self, lexicon, letters, length);
    word->length = length;
    word->hash = hash;
    word->count = count;
    lexicon->distinct++;
    if (2 * lexicon->distinct > lexicon->room)
        grow(self, lexicon);
}

static int compare_words(const void *left, const void *right)
{
    const struct lexicon_word *a = *(const struct lexicon_word *const *)left;
    const struct lexicon_word *b = *(const struct lexicon_word *const *)right;
    int order = memcmp(a->letters, b->letters, a->length < b->length ? a->length : b->length);

    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

static int compare_counts(const void *left, const void *right)
{
    const struct lexicon_word *a = *(const struct lexicon_word *const *)left;
    const struct lexicon_word *b = *(const struct lexicon_word *const *)right;

    if (a->count != b->count)
        return a->count < b->count ? 1 : -1;
    return compare_words(left, right);
}

static const struct lexicon_word **view(tr_self *self, struct lexicon *lexicon, bool top)
{
    if (lexicon->views[top] == NULL) {
        const struct lexicon_word **words =
            tr_alloc(self, (lexicon->distinct + 1) * sizeof(struct lexicon_word *));
        size_t count = 0;
        for (size_t i = 0; i < lexicon->room; i++) {
            if (lexicon->places[i].letters != NULL)
                words[count++] = &lexicon->places[i];
        }
        qsort(words, count, sizeof words[0], top ? compare_counts : compare_words);
        lexicon->views[top] = words;
    }
    return lexicon->views[top];
}

// Appends the part of a text of `bytes` bytes that begins at *skip and still fits; *skip becomes
// what of it is left to skip for the text behind it.
static void append(struct wc_page *page, const void *text, size_t bytes, uint64_t *skip)
{
    if (*skip >= bytes) {
        *skip -= bytes;
        return;
    }
    size_t part = bytes - (size_t)*skip;
    if (part > WC_PAGE_BYTES - page->used)
        part = WC_PAGE_BYTES - page->used;
    memcpy(page->text + page->used, (const unsigned char *)text + *skip, part);
    page->used += (uint32_t)part;
    *skip = 0;
}

void lexicon_page(tr_self *self, struct lexicon *lexicon, const struct wc_read *request,
                  struct wc_page *page)
{
    const struct lexicon_word **words = view(self, lexicon, request->top);
    uint64_t end = request->limit < lexicon->distinct ? request->limit : lexicon->distinct;

    page->index = request->index;
    page->offset = request->offset;
    page->used = 0;
    while (page->index < end && page->used < WC_PAGE_BYTES) {
        const struct lexicon_word *word = words[page->index];
        char number[NUMBER_BYTES];
        size_t digits = (size_t)snprintf(
            number, sizeof number, request->top ? "%10" PRIu64 "  " : "%" PRIu64 "\t", word->count);
        uint64_t skip = page->offset;
        uint32_t before = page->used;
        append(page, number, digits, &skip);
        append(page, word->letters, word->length, &skip);
        append(page, "\n", 1, &skip);
        page->offset += page->used - before;
        if (page->offset == digits + word->length + 1) {
            page->index++;
            page->offset = 0;
        }
    }
}
