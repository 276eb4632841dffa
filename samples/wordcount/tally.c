// SPDX-License-Identifier: MIT
#include <string.h>

#include "hash.h"
#include "tally.h"

enum tally_order tally_order(const struct tally *tally, const struct wc_batch *batch)
{
    const struct wc_mark *mark = &tally->merge.marks[batch->slot];
    // A reader ends when all its batches are durable, so a later file begins its sequence anew.
    uint32_t seen = batch->file > mark->file ? 0 : mark->seq;

    if (batch->file < mark->file || batch->seq <= seen)
        return TALLY_SEEN;
    return batch->seq == seen + 1 ? TALLY_NEXT : TALLY_GAP;
}

bool tally_has_room(const struct tally *tally, const struct wc_batch *batch)
{
    return tally->merge.used + TALLY_GROWTH * (size_t)batch->used <= WC_LOG_BYTES;
}

static void count_word(struct tally *tally, const unsigned char *letters, unsigned char length)
{
    unsigned char *records = tally->merge.records;
    size_t place = wc_hash(letters, length) % TALLY_INDEX;
    uint32_t count = 1;

    for (; tally->index[place] != 0; place = (place + 1) % TALLY_INDEX) {
        unsigned char *record = records + tally->index[place] - 1;
        if (record[0] != length || memcmp(record + 1, letters, length) != 0)
            continue;
        memcpy(&count, record + 1 + length, sizeof count);
        count++;
        memcpy(record + 1 + length, &count, sizeof count);
        return;
    }
    unsigned char *fresh = records + tally->merge.used;
    tally->index[place] = (uint16_t)(tally->merge.used + 1);
    fresh[0] = length;
    memcpy(fresh + 1, letters, length);
    memcpy(fresh + 1 + length, &count, sizeof count);
    tally->merge.used += 1 + length + (uint32_t)sizeof count;
}

// Takes over a record of a long word as it is, with its slot behind the tag.
static void append_piece(struct tally *tally, uint32_t slot, const unsigned char *record, size_t n)
{
    unsigned char *fresh = tally->merge.records + tally->merge.used;

    fresh[0] = record[0];
    fresh[1] = (unsigned char)slot;
    memcpy(fresh + 2, record + 1, n - 1);
    tally->merge.used += (uint32_t)n + 1;
}

static size_t record_bytes(const unsigned char *record)
{
    if (record[0] == WC_TAG_PIECE)
        return 1 + WC_WORD_MAX;
    if (record[0] == WC_TAG_LAST)
        return 2 + (size_t)record[1];
    return 1 + (size_t)record[0];
}

void tally_apply(struct tally *tally, const struct wc_batch *batch, size_t from, size_t to)
{
    tally->dirty = true;
    while (from < to) {
        const unsigned char *record = batch->records + from;
        size_t bytes = record_bytes(record);
        if (record[0] <= WC_WORD_MAX)
            count_word(tally, record + 1, record[0]);
        else
            append_piece(tally, batch->slot, record, bytes);
        from += bytes;
    }
}

size_t tally_middle(const struct wc_batch *batch)
{
    size_t middle = 0;

    while (middle < (size_t)batch->used / 2)
        middle += record_bytes(batch->records + middle);
    return middle;
}

void tally_mark(struct tally *tally, const struct wc_batch *batch)
{
    tally->dirty = true;
    tally->merge.marks[batch->slot].file = batch->file;
    tally->merge.marks[batch->slot].seq = batch->seq;
}

void tally_clear(struct tally *tally)
{
    tally->merge.used = 0;
    tally->dirty = false;
    memset(tally->index, 0, sizeof tally->index);
}
