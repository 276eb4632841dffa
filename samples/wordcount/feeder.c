// SPDX-License-Identifier: MIT
// The feeder: starts a reader for each file, a few at a time, and knows when all are done.
//
// A reader that dies before its file is done is replaced: the next one reads the file from its
// start, and what was counted already is recognised. A reader says `done` before it ends.
#include <stdio.h>

#include "wordcount.h"

#define ATTEMPTS_MAX 100 // at one file
#define WAITERS_MAX 4

struct slot {
    bool busy;
    bool done; // its reader is about to end
    uint32_t file;
    uint32_t attempts;
    tr_ref ref; // the monitor of its reader
};

struct feeder {
    struct wc_job job;
    tr_pid readers; // the readers' supervisor
    uint32_t next_file;
    struct slot slots[WC_READERS_MAX];
    struct wc_outcome outcome;
    tr_from waiters[WAITERS_MAX]; // the latest; earlier ones have given up
    uint32_t waiter_count;
};

static tr_err start_reader(tr_self *self, struct feeder *f, uint32_t number)
{
    struct slot *slot = &f->slots[number];
    char id[TR_NAME_MAX + 1];
    tr_pid reader;

    (void)snprintf(id, sizeof id, "reader-%u-%u", slot->file, slot->attempts);
    const tr_child child = {
        .id = id,
        .run = wc_reader_run,
        TR_ARGS(struct reader_args, .source = f->job.source, .counters = f->job.counters,
                .slot = number, .file = slot->file),
        .restart = TR_TEMPORARY,
        .shutdown_ms = 1000,
    };
    tr_err err = tr_supervisor_start_child(self, f->readers, &child, &reader);
    if (err != TR_OK)
        return err;
    slot->attempts++;
    // One that has ended by now answers at once.
    return tr_monitor(self, reader, &slot->ref);
}

// Gives each free slot a file, as long as there are files.
static tr_err feed(tr_self *self, struct feeder *f)
{
    tr_err err = TR_OK;

    for (uint32_t i = 0; i < WC_READERS_MAX && err == TR_OK; i++) {
        struct slot *slot = &f->slots[i];
        if (slot->busy || f->next_file == f->job.source->file_count)
            continue;
        *slot = (struct slot){ .busy = true, .file = f->next_file++ };
        err = start_reader(self, f, i);
    }
    return err;
}

static tr_next feeder_init(tr_self *self, struct feeder *f, const struct feeder_args *args)
{
    f->job = args->job;
    if (tr_whereis(self, "readers", &f->readers) != TR_OK || feed(self, f) != TR_OK)
        return TR_STOP(TR_ERROR("no reader could be started"));
    return TR_CONTINUE;
}

static bool finished(const struct feeder *f)
{
    return f->outcome.files_done == f->job.source->file_count;
}

static tr_next feeder_on_advance(tr_self *self, struct feeder *f, const struct wc_advance *m)
{
    (void)self;
    f->outcome.bytes += m->bytes;
    return TR_CONTINUE;
}

static tr_next feeder_on_done(tr_self *self, struct feeder *f, const struct wc_done *m)
{
    (void)self;
    f->slots[m->slot].done = true;
    f->outcome.files_done++;
    f->outcome.files_failed += m->failed;
    for (uint32_t i = 0; i < f->waiter_count && finished(f); i++)
        wc_wait_reply(self, f->waiters[i], &f->outcome);
    return TR_CONTINUE;
}

// A reader has ended. Returns TR_OK if its slot is at work again, or there is no more work for it.
static tr_err reader_ended(tr_self *self, struct feeder *f, uint32_t number)
{
    struct slot *slot = &f->slots[number];

    if (slot->done) {
        slot->busy = false;
        return feed(self, f);
    }
    return slot->attempts < ATTEMPTS_MAX ? start_reader(self, f, number) : TR_ELIMIT;
}

// Only ends of readers come here.
static tr_next feeder_on_info(tr_self *self, struct feeder *f, const tr_msg *msg)
{
    if (!tr_msg_is(msg, &tr_down_type))
        return TR_CONTINUE;
    for (uint32_t i = 0; i < WC_READERS_MAX; i++) {
        if (!f->slots[i].busy || f->slots[i].ref.id != tr_msg_ref_id(msg))
            continue;
        if (reader_ended(self, f, i) != TR_OK)
            return TR_STOP(TR_ERROR("a file could not be read to its end"));
    }
    return TR_CONTINUE;
}

static tr_next feeder_on_status(tr_self *self, struct feeder *f, const struct wc_status *m,
                                tr_from from)
{
    (void)m;
    wc_status_reply(self, from, &f->outcome);
    return TR_CONTINUE;
}

static tr_next feeder_on_wait(tr_self *self, struct feeder *f, const struct wc_wait *m,
                              tr_from from)
{
    (void)m;
    if (finished(f)) {
        wc_wait_reply(self, from, &f->outcome);
        return TR_CONTINUE;
    }
    if (f->waiter_count == WAITERS_MAX)
        f->waiter_count = 0;
    f->waiters[f->waiter_count++] = from;
    return TR_CONTINUE;
}

TR_SERVER(feeder, TR_CAST(advance), TR_CAST(done), TR_CALL(status), TR_CALL(wait), TR_INFO);
