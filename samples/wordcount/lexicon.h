// SPDX-License-Identifier: MIT
// Words and their counts: a hash table in the heap of one actor, and two sorted views of it.
//
// Invariants: at most half of the places are taken; a word is stored once; once a view was asked
// for, nothing is added any more.
// Threads: owned by one actor. Ownership: memory of that actor's heap, freed with it.
#ifndef WORDCOUNT_LEXICON_H
#define WORDCOUNT_LEXICON_H

#include "wordcount.h"

struct lexicon_word {
    const unsigned char *letters; ///< NULL marks a free place
    size_t length;
    uint64_t hash;
    uint64_t count;
};

struct lexicon {
    struct lexicon_word *places;
    size_t room;          ///< number of places, a power of two
    size_t distinct;      ///< places taken
    uint64_t words;       ///< sum of the counts
    unsigned char *block; ///< letters of short words are cut from it
    size_t block_left;
    const struct lexicon_word **views[2]; ///< by word, and by count; NULL until asked for
};

void lexicon_init(tr_self *self, struct lexicon *lexicon);
/// Adds to the count of a word.
void lexicon_add(tr_self *self, struct lexicon *lexicon, const unsigned char *letters,
                 size_t length, uint64_t count);
/// Writes the next page of the result; request and page as in wordcount.h.
void lexicon_page(tr_self *self, struct lexicon *lexicon, const struct wc_read *request,
                  struct wc_page *page);

#endif
