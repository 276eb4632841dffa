// SPDX-License-Identifier: MIT
// The vault: holds what is counted for good, and tells readers how far that is.
#include <string.h>

#include "lexicon.h"

// A long word that has not come to its end. At most one per reader and partition.
struct open_word {
    unsigned char *letters;
    size_t length;
    size_t room;
};

struct partition {
    tr_pid counter;
    uint32_t epoch; // number of starts of its counter
    struct wc_mark marks[WC_READERS_MAX];
    struct open_word open[WC_READERS_MAX];
};

struct vault {
    uint32_t counters;
    struct partition *partitions;
    struct {
        tr_pid reader;
        uint32_t file;
    } slots[WC_READERS_MAX];
    struct lexicon lexicon;
};

static tr_next vault_init(tr_self *self, struct vault *v, const struct vault_args *args)
{
    v->counters = args->counters;
    v->partitions = tr_alloc(self, v->counters * sizeof *v->partitions);
    memset(v->partitions, 0, v->counters * sizeof *v->partitions);
    lexicon_init(self, &v->lexicon);
    return TR_CONTINUE;
}

// How far the reader's sequence is durable.
static uint32_t durable(const struct vault *v, uint32_t partition, uint32_t slot)
{
    const struct wc_mark *mark = &v->partitions[partition].marks[slot];

    return mark->file == v->slots[slot].file ? mark->seq : 0;
}

static tr_next vault_on_begin(tr_self *self, struct vault *v, const struct wc_begin *m,
                              tr_from from)
{
    struct partition *partition = &v->partitions[m->partition];
    struct wc_begun begun = { .epoch = ++partition->epoch };

    partition->counter = m->counter;
    memcpy(begun.marks, partition->marks, sizeof begun.marks);
    wc_begin_reply(self, from, &begun);
    for (uint32_t slot = 0; slot < WC_READERS_MAX; slot++) {
        if (!tr_pid_is_none(v->slots[slot].reader))
            (void)tr_send(self, v->slots[slot].reader, wc_moved, .file = v->slots[slot].file,
                          .partition = m->partition, .seq = durable(v, m->partition, slot),
                          .counter = m->counter);
    }
    return TR_CONTINUE;
}

static tr_next vault_on_join(tr_self *self, struct vault *v, const struct wc_join *m, tr_from from)
{
    struct wc_joined joined;

    memset(&joined, 0, sizeof joined);
    v->slots[m->slot].reader = m->reader;
    v->slots[m->slot].file = m->file;
    for (uint32_t i = 0; i < v->counters; i++) {
        joined.counters[i] = v->partitions[i].counter;
        joined.durable[i] = durable(v, i, m->slot);
    }
    wc_join_reply(self, from, &joined);
    return TR_CONTINUE;
}

static void extend(tr_self *self, struct open_word *word, const unsigned char *letters,
                   size_t length)
{
    if (word->length + length > word->room) {
        size_t room = 2 * (word->length + length);
        unsigned char *larger = tr_alloc(self, room);
        if (word->length > 0)
            memcpy(larger, word->letters, word->length);
        tr_free(self, word->letters, word->room);
        word->letters = larger;
        word->room = room;
    }
    memcpy(word->letters + word->length, letters, length);
    word->length += length;
}

static void complete(tr_self *self, struct vault *v, struct open_word *word)
{
    lexicon_add(self, &v->lexicon, word->letters, word->length, 1);
    tr_free(self, word->letters, word->room);
    memset(word, 0, sizeof *word);
}

// Takes one record of a hand-over; returns its length.
static size_t take_record(tr_self *self, struct vault *v, struct partition *partition,
                          const unsigned char *record)
{
    uint32_t count;

    if (record[0] == WC_TAG_PIECE) {
        extend(self, &partition->open[record[1]], record + 2, WC_WORD_MAX);
        return 2 + WC_WORD_MAX;
    }
    if (record[0] == WC_TAG_LAST) {
        extend(self, &partition->open[record[1]], record + 3, record[2]);
        complete(self, v, &partition->open[record[1]]);
        return 3 + (size_t)record[2];
    }
    memcpy(&count, record + 1 + record[0], sizeof count);
    lexicon_add(self, &v->lexicon, record + 1, record[0], count);
    return 1 + (size_t)record[0] + sizeof count;
}

// Takes the marks, and tells each reader whose sequence went on.
static void take_marks(tr_self *self, struct vault *v, const struct wc_merge *m)
{
    struct partition *partition = &v->partitions[m->partition];

    for (uint32_t slot = 0; slot < WC_READERS_MAX; slot++) {
        const struct wc_mark mark = m->marks[slot];
        struct wc_mark *known = &partition->marks[slot];
        if (mark.file == known->file && mark.seq == known->seq)
            continue;
        *known = mark;
        (void)tr_send(self, v->slots[slot].reader, wc_durable, .file = mark.file,
                      .partition = m->partition, .seq = mark.seq);
    }
}

static tr_next vault_on_merge(tr_self *self, struct vault *v, const struct wc_merge *m,
                              tr_from from)
{
    struct partition *partition = &v->partitions[m->partition];
    bool current = m->epoch == partition->epoch;

    if (current) {
        for (size_t at = 0; at < m->used;)
            at += take_record(self, v, partition, m->records + at);
        take_marks(self, v, m);
    }
    wc_merge_reply(self, from, &(struct wc_merged){ .taken = current });
    return TR_CONTINUE;
}

static tr_next vault_on_totals(tr_self *self, struct vault *v, const struct wc_totals *m,
                               tr_from from)
{
    struct wc_sums sums = { .words = v->lexicon.words, .distinct = v->lexicon.distinct };

    (void)m;
    for (uint32_t i = 0; i < v->counters; i++)
        sums.restarts += v->partitions[i].epoch - 1;
    wc_totals_reply(self, from, &sums);
    return TR_CONTINUE;
}

static tr_next vault_on_read(tr_self *self, struct vault *v, const struct wc_read *m, tr_from from)
{
    struct wc_page *page = tr_alloc(self, sizeof *page);

    lexicon_page(self, &v->lexicon, m, page);
    wc_read_reply(self, from, page);
    tr_free(self, page, sizeof *page);
    return TR_CONTINUE;
}

TR_SERVER(vault, TR_CALL(begin), TR_CALL(join), TR_CALL(merge), TR_CALL(totals), TR_CALL(read));
