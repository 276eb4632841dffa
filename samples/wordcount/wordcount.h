// SPDX-License-Identifier: MIT
// The word count's tree of actors: its limits, its input and its messages.
//
//   root (gives up at the first restart)
//   ├── vault              holds what is counted for good
//   ├── counters           one_for_one, restarts without end
//   │   └── counter-0 …    one per partition of the words; may crash at any moment
//   ├── readers            one reader per file, a few at a time
//   └── feeder             hands files to readers, knows when all is done
//
// How the result stays exact, whatever the moment a counter dies:
// 1. A reader cuts a file into batches of words, a sequence of batches 1, 2, 3 … per partition. It
//    keeps each batch until the vault says that it is durable. Cutting depends on the file alone,
//    so a reader that starts again cuts the same batches.
// 2. A counter applies a batch only if it is the next of its sequence: seen ones are skipped.
// 3. A counter hands over to the vault, in one message, what it counted since the last time and how
//    far it has come in each sequence (the marks). Sums and marks are taken together or not at all.
// 4. The vault alone tells readers what is durable. When a counter starts again it opens a new
//    epoch at the vault: it receives the marks, hand-overs of an older epoch are refused, and each
//    reader is told the new pid and the mark, and sends again what is above it.
#ifndef WORDCOUNT_H
#define WORDCOUNT_H

#include <troupe.h>

#ifndef WC_BATCH_BYTES
#define WC_BATCH_BYTES 4064 ///< words in one batch; a test makes it small
#endif
#ifndef WC_WORD_MAX
#define WC_WORD_MAX 250 ///< longer words travel in pieces of this many letters; at most 250
#endif
#ifndef WC_WINDOW
#define WC_WINDOW 64 ///< most batches of one sequence that are not durable
#endif
#ifndef WC_LOG_BYTES
#define WC_LOG_BYTES 49152 ///< room of a hand-over; at most 65,535
#endif
#ifndef WC_PAGE_BYTES
#define WC_PAGE_BYTES 65536 ///< the result is read in pages of this size
#endif
#ifndef WC_CHUNK_BYTES
#define WC_CHUNK_BYTES 131072 ///< one read of a file
#endif
#ifndef WC_READERS_MAX
#define WC_READERS_MAX 8 ///< files that are read at the same time
#endif
#define WC_COUNTERS_MAX 64    ///< partitions of the words
#define WC_MAILBOX_BATCHES 64 ///< capacity of a counter's mailbox; senders wait when it is full

// Records of a batch: a tag, then letters. Tags 1 to WC_WORD_MAX are the length of a whole word.
#define WC_TAG_PIECE 254 ///< WC_WORD_MAX letters of a word that goes on
#define WC_TAG_LAST 255  ///< a length byte and the last letters of that word

/// Where the bytes come from. The functions run inside tr_blocking_begin and tr_blocking_end: they
/// may block, and call nothing of Troupe. Errors are errno values.
struct wc_source {
    uint32_t file_count;
    /// Opens a file. Returns a handle, or -error.
    int (*open)(const struct wc_source *source, uint32_t file);
    /// Reads on; offset is what was read so far. Returns the bytes read, 0 at the end, or -error.
    int64_t (*read)(const struct wc_source *source, int handle, uint64_t offset, void *buffer);
    void (*close)(const struct wc_source *source, int handle);
    /// Tells people that a file could not be read, or not to its end.
    void (*refuse)(const struct wc_source *source, uint32_t file, int error);
};

/// What a run of the tree is given. The source must outlive the system.
struct wc_job {
    const struct wc_source *source;
    uint32_t counters;    ///< 1 to WC_COUNTERS_MAX
    uint32_t crash_every; ///< a counter crashes once in so many batches; 0 = never
    uint64_t seed;        ///< of the crashes
};

/// Place in one sequence: batches 1 to seq of this file.
struct wc_mark {
    uint32_t file;
    uint32_t seq;
};

#define TR_MODULE wc

// Reader to counter.
TR_MESSAGE(batch, {
    uint32_t slot;  ///< which reader, below WC_READERS_MAX
    uint32_t file;  ///< grows from one reader of the slot to the next
    uint32_t seq;   ///< from 1, in this file and partition
    uint16_t hurry; ///< hand over at once: the reader waits for it, or soon will
    uint16_t used;  ///< bytes of records
    unsigned char records[WC_BATCH_BYTES];
});

// Counter to vault: a counter begins, and learns where its partition stands.
TR_MESSAGE(begin, {
    uint32_t partition;
    tr_pid counter;
});
TR_MESSAGE(begun, {
    uint32_t epoch; ///< 1 at the first start
    struct wc_mark marks[WC_READERS_MAX];
});
TR_REQUEST(begin, begun);

// Counter to vault: sums and marks since the last hand-over. Records: see tally.h.
TR_MESSAGE(merge, {
    uint32_t partition;
    uint32_t epoch;
    struct wc_mark marks[WC_READERS_MAX];
    uint32_t used; ///< bytes of records
    unsigned char records[WC_LOG_BYTES];
});
TR_MESSAGE(merged, { bool taken; }); ///< false: a newer counter has begun
TR_REQUEST(merge, merged);

// Reader to vault: a reader begins, and learns whom to send to and where to start.
TR_MESSAGE(join, {
    uint32_t slot;
    uint32_t file;
    tr_pid reader;
});
TR_MESSAGE(joined, {
    tr_pid counters[WC_COUNTERS_MAX];
    uint32_t durable[WC_COUNTERS_MAX]; ///< above 0 when an earlier reader of the file has died
});
TR_REQUEST(join, joined);

// Vault to reader. Both carry the file, so that a notice for an earlier reader is recognised.
TR_MESSAGE(durable, {
    uint32_t file;
    uint32_t partition;
    uint32_t seq; ///< batches up to this one are counted for good
});
TR_MESSAGE(moved, {
    uint32_t file;
    uint32_t partition;
    uint32_t seq;   ///< as above; what is above it is to be sent again
    tr_pid counter; ///< the new one
});

// Reader to feeder.
TR_MESSAGE(advance, { uint64_t bytes; }); ///< so much more was read
TR_MESSAGE(done, {
    uint32_t slot;
    uint32_t file;
    bool failed; ///< it could not be read, or not to its end
});

// Anybody to feeder. A wait is answered when all files are done.
TR_MESSAGE0(status);
TR_MESSAGE0(wait);
TR_MESSAGE(outcome, {
    uint32_t files_done;
    uint32_t files_failed;
    uint64_t bytes;
});
TR_REQUEST(status, outcome);
TR_REQUEST(wait, outcome);

// Anybody to vault, after the end: the result, as text in pages.
TR_MESSAGE0(totals);
TR_MESSAGE(sums, {
    uint64_t words;
    uint64_t distinct;
    uint64_t restarts; ///< of counters
});
TR_REQUEST(totals, sums);
TR_MESSAGE(read, {
    bool top;        ///< most frequent first, for people; else `count<TAB>word` sorted by word
    uint64_t index;  ///< place of the word in that order
    uint64_t offset; ///< bytes of its line that were read before
    uint64_t limit;  ///< stop before this place
});
TR_MESSAGE(page, {
    uint64_t index; ///< where to read on
    uint64_t offset;
    uint32_t used; ///< bytes of text; 0 = the end
    char text[WC_PAGE_BYTES];
});
TR_REQUEST(read, page);

/// Starts the tree.
/// @param sys     the system
/// @param job     what to do; copied
/// @param reason  receives why it failed
/// @param bytes   size of reason
/// @return as tr_system_supervisor_start
tr_err wc_tree_start(tr_system *sys, const struct wc_job *job, char *reason, size_t bytes);

TR_SERVER_DECLARE(vault);
TR_SERVER_DECLARE(counter);
TR_SERVER_DECLARE(feeder);

struct vault_args {
    uint32_t counters;
};
struct counter_args {
    uint32_t partition;
    uint32_t crash_every;
    uint64_t seed;
};
struct feeder_args {
    struct wc_job job;
};
struct reader_args {
    const struct wc_source *source;
    uint32_t counters;
    uint32_t slot;
    uint32_t file;
};
/// Body of a reader: reads one file; args is a struct reader_args.
tr_exit wc_reader_run(tr_self *self, const void *args);

#endif
