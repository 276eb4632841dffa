// SPDX-License-Identifier: MIT
// A reader's way out: cuts words into batches, one sequence per partition, and keeps each batch
// until the vault says that it is durable.
//
// Invariants, per lane: sent < durable + WC_WINDOW (durable is ahead of sent when an earlier reader
// of the file has died); batch n is in ring[n % WC_WINDOW]. What is in a batch depends on the words
// alone, never on time.
// Threads: owned by one reader. Ownership: memory of the reader's heap.
#ifndef WORDCOUNT_OUTBOX_H
#define WORDCOUNT_OUTBOX_H

#include "wordcount.h"

struct lane {
    tr_pid counter;
    uint32_t sent;            ///< batches sent so far
    uint32_t durable;         ///< batches counted for good
    struct wc_batch *filling; ///< batch sent + 1
    struct wc_batch *ring[WC_WINDOW];
};

struct outbox {
    tr_self *self;
    uint32_t slot;
    uint32_t file;
    uint32_t lane_count;
    struct lane *lanes;
};

/// Joins the vault.
/// @return whether the vault answered
bool outbox_open(tr_self *self, struct outbox *outbox, const struct reader_args *args);
/// Partition of a word, or of a long word by its first WC_WORD_MAX letters.
uint32_t outbox_lane(const struct outbox *outbox, const unsigned char *letters, size_t length);
/// Puts a record into a lane: tag, then a length byte if the tag is WC_TAG_LAST, then letters.
/// Waits when the window is full.
void outbox_put(struct outbox *outbox, uint32_t lane, int tag, const unsigned char *letters,
                size_t length);
/// Sends what is left and waits until all is durable.
void outbox_close(struct outbox *outbox);

#endif
