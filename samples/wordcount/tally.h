// SPDX-License-Identifier: MIT
// What a counter has counted since its last hand-over: the body of that hand-over, built in place.
//
// Records of a hand-over, one after the other:
//   whole word        length byte (1 to WC_WORD_MAX), letters, count as 4 bytes of the host's order
//   piece of a word   WC_TAG_PIECE, slot, WC_WORD_MAX letters
//   its last piece    WC_TAG_LAST, slot, length byte, letters
// Invariants: each whole word has one record; index finds it; pieces of one slot are in order; the
// marks tell exactly which batches the records hold, beside what was handed over before.
// Threads: owned by one counter. Ownership: memory of the counter's heap.
#ifndef WORDCOUNT_TALLY_H
#define WORDCOUNT_TALLY_H

#include "wordcount.h"

#define TALLY_INDEX 16384 ///< places; more than twice the records that WC_LOG_BYTES can hold
/// A record is at most this many times as long as what it takes in a batch.
#define TALLY_GROWTH 3

struct tally {
    struct wc_merge merge;       ///< what will be handed over
    bool dirty;                  ///< it holds batches that were not handed over
    uint16_t index[TALLY_INDEX]; ///< offset of a record + 1; 0 = free
};

/// What a batch is to a counter.
enum tally_order {
    TALLY_NEXT, ///< to be applied
    TALLY_SEEN, ///< applied before
    TALLY_GAP   ///< one before it is missing
};

/// Places a batch in its sequence.
enum tally_order tally_order(const struct tally *tally, const struct wc_batch *batch);
/// Whether the batch surely fits. An empty tally takes any batch.
bool tally_has_room(const struct tally *tally, const struct wc_batch *batch);
/// Applies the records from offset `from` up to `to`; both are 0, batch->used or a result of
/// tally_middle.
void tally_apply(struct tally *tally, const struct wc_batch *batch, size_t from, size_t to);
/// An offset between two records near the middle of the batch.
size_t tally_middle(const struct wc_batch *batch);
/// Notes that the whole batch was applied.
void tally_mark(struct tally *tally, const struct wc_batch *batch);
/// Empties it after a hand-over; the marks stay.
void tally_clear(struct tally *tally);

#endif
