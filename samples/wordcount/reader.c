// SPDX-License-Identifier: MIT
// A reader: reads one file, finds its words and sends them through its outbox.
//
// Reads are declared as blocking, so that a slow disk or a pipe holds up this actor only: another
// thread takes over its processor. A read is large, so that the hand-off costs little.
#include <string.h>

#include "outbox.h"

// Finds words in a stream of bytes that comes in parts.
struct scan {
    struct outbox outbox;
    unsigned char letters[WC_WORD_MAX]; // of the word so far, or of its latest piece
    size_t length;
    bool cut;      // pieces of this word are in the outbox
    uint32_t lane; // of a cut word
};

static void put_piece(struct scan *scan)
{
    if (!scan->cut)
        scan->lane = outbox_lane(&scan->outbox, scan->letters, scan->length);
    scan->cut = true;
    outbox_put(&scan->outbox, scan->lane, WC_TAG_PIECE, scan->letters, scan->length);
    scan->length = 0;
}

static void end_word(struct scan *scan)
{
    if (scan->length == 0)
        return;
    if (scan->cut) {
        outbox_put(&scan->outbox, scan->lane, WC_TAG_LAST, scan->letters, scan->length);
    } else {
        uint32_t lane = outbox_lane(&scan->outbox, scan->letters, scan->length);
        outbox_put(&scan->outbox, lane, (int)scan->length, scan->letters, scan->length);
    }
    scan->cut = false;
    scan->length = 0;
}

static void scan_bytes(struct scan *scan, const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        // Setting this bit folds the letters, and nothing else, into a to z.
        unsigned char letter = bytes[i] | 0x20;
        if (letter >= 'a' && letter <= 'z') {
            if (scan->length == WC_WORD_MAX)
                put_piece(scan);
            scan->letters[scan->length++] = letter;
        } else {
            end_word(scan);
        }
    }
}

static int blocking_open(tr_self *self, const struct reader_args *args)
{
    tr_blocking_begin(self);
    int handle = args->source->open(args->source, args->file);
    tr_blocking_end(self);
    return handle;
}

static int64_t blocking_read(tr_self *self, const struct reader_args *args, int handle,
                             uint64_t offset, void *chunk)
{
    tr_blocking_begin(self);
    int64_t count = args->source->read(args->source, handle, offset, chunk);
    tr_blocking_end(self);
    return count;
}

static void blocking_refuse(tr_self *self, const struct reader_args *args, int64_t error)
{
    tr_blocking_begin(self);
    args->source->refuse(args->source, args->file, (int)-error);
    tr_blocking_end(self);
}

// Reads to the end; returns 0, or -error.
static int64_t read_file(tr_self *self, const struct reader_args *args, struct scan *scan,
                         tr_pid feeder)
{
    int handle = blocking_open(self, args);
    unsigned char *chunk = tr_alloc(self, WC_CHUNK_BYTES);
    uint64_t offset = 0;
    int64_t count;

    if (handle < 0)
        return handle;
    while ((count = blocking_read(self, args, handle, offset, chunk)) > 0) {
        scan_bytes(scan, chunk, (size_t)count);
        offset += (uint64_t)count;
        (void)tr_send(self, feeder, wc_advance, .bytes = (uint64_t)count);
    }
    args->source->close(args->source, handle);
    end_word(scan);
    return count;
}

tr_exit wc_reader_run(tr_self *self, const void *raw)
{
    const struct reader_args *args = raw;
    struct scan *scan = tr_alloc(self, sizeof *scan);
    tr_pid feeder;

    memset(scan, 0, sizeof *scan);
    if (tr_whereis(self, "feeder", &feeder) != TR_OK || !outbox_open(self, &scan->outbox, args))
        return TR_ERROR("no feeder, or no vault");
    int64_t failure = read_file(self, args, scan, feeder);
    if (failure < 0)
        blocking_refuse(self, args, failure);
    outbox_close(&scan->outbox);
    (void)tr_send(self, feeder, wc_done, .slot = args->slot, .file = args->file,
                  .failed = failure < 0);
    return TR_NORMAL;
}
