// SPDX-License-Identifier: MIT
#include <string.h>

#include "hash.h"
#include "outbox.h"

// The batch with a number, allocated at the first use of its place.
static struct wc_batch *batch_at(struct outbox *outbox, struct lane *lane, uint32_t seq)
{
    struct wc_batch **place = &lane->ring[seq % WC_WINDOW];

    if (*place == NULL) {
        *place = tr_alloc(outbox->self, sizeof **place);
        (*place)->seq = 0;
    }
    if ((*place)->seq != seq) {
        (*place)->slot = outbox->slot;
        (*place)->file = outbox->file;
        (*place)->seq = seq;
        (*place)->hurry = seq % (WC_WINDOW / 2) == 0;
        (*place)->used = 0;
    }
    return *place;
}

bool outbox_open(tr_self *self, struct outbox *outbox, const struct reader_args *args)
{
    const struct wc_join join = { args->slot, args->file, tr_self_pid(self) };
    struct wc_joined *joined = tr_alloc(self, sizeof *joined);
    tr_pid vault;

    if (tr_whereis(self, "vault", &vault) != TR_OK ||
        wc_join_call(self, vault, &join, TR_INFINITY, joined) != TR_OK)
        return false;
    outbox->self = self;
    outbox->slot = args->slot;
    outbox->file = args->file;
    outbox->lane_count = args->counters;
    outbox->lanes = tr_alloc(self, args->counters * sizeof *outbox->lanes);
    memset(outbox->lanes, 0, args->counters * sizeof *outbox->lanes);
    for (uint32_t i = 0; i < args->counters; i++) {
        outbox->lanes[i].counter = joined->counters[i];
        outbox->lanes[i].durable = joined->durable[i];
        outbox->lanes[i].filling = batch_at(outbox, &outbox->lanes[i], 1);
    }
    tr_free(self, joined, sizeof *joined);
    return true;
}

// Sends batches to the counter as it is known now. A counter's mailbox is bounded: this may wait.
static void send_batches(struct outbox *outbox, struct lane *lane, uint32_t first)
{
    for (uint32_t seq = first; seq <= lane->sent; seq++) {
        tr_err err = wc_batch_send(outbox->self, lane->counter, batch_at(outbox, lane, seq));
        if (err != TR_OK)
            tr_exit_self(outbox->self, TR_ERROR(tr_err_name(err)));
    }
}

// Acts on one message of the vault.
static void obey(struct outbox *outbox, const tr_msg *msg)
{
    const struct wc_durable *durable = wc_durable_of(msg);
    const struct wc_moved *moved = wc_moved_of(msg);

    if (durable != NULL && durable->file == outbox->file) {
        struct lane *lane = &outbox->lanes[durable->partition];
        if (durable->seq > lane->durable)
            lane->durable = durable->seq;
    }
    if (moved != NULL && moved->file == outbox->file) {
        struct lane *lane = &outbox->lanes[moved->partition];
        if (moved->seq > lane->durable)
            lane->durable = moved->seq;
        lane->counter = moved->counter;
        send_batches(outbox, lane, lane->durable + 1);
    }
}

// Acts on what the vault has said, or waits for its next word.
static void listen(struct outbox *outbox, bool wait)
{
    static const tr_type *const types[] = { &wc_durable_type, &wc_moved_type };
    const tr_match match = { .types = types, .type_count = TR_COUNT(types) };
    const tr_msg *msg;

    while (tr_receive(outbox->self, &match, wait ? TR_INFINITY : 0, &msg) == TR_OK) {
        obey(outbox, msg);
        wait = false;
    }
}

static void ship(struct outbox *outbox, struct lane *lane, bool hurry)
{
    uint32_t seq = lane->sent + 1;

    if (hurry)
        lane->filling->hurry = true;
    listen(outbox, false);
    lane->sent = seq;
    // An earlier reader of this file has sent it, and it is counted.
    if (seq > lane->durable)
        send_batches(outbox, lane, seq);
    while (lane->sent + 1 > lane->durable + WC_WINDOW)
        listen(outbox, true);
    lane->filling = batch_at(outbox, lane, seq + 1);
}

uint32_t outbox_lane(const struct outbox *outbox, const unsigned char *letters, size_t length)
{
    return (uint32_t)((wc_hash(letters, length) >> 32) * outbox->lane_count >> 32);
}

void outbox_put(struct outbox *outbox, uint32_t number, int tag, const unsigned char *letters,
                size_t length)
{
    struct lane *lane = &outbox->lanes[number];
    struct wc_batch *batch = lane->filling;

    if (batch->used + 2 + length > WC_BATCH_BYTES) {
        ship(outbox, lane, false);
        batch = lane->filling;
    }
    batch->records[batch->used++] = (unsigned char)tag;
    if (tag == WC_TAG_LAST)
        batch->records[batch->used++] = (unsigned char)length;
    memcpy(batch->records + batch->used, letters, length);
    batch->used = (uint16_t)(batch->used + length);
}

void outbox_close(struct outbox *outbox)
{
    for (uint32_t i = 0; i < outbox->lane_count; i++) {
        struct lane *lane = &outbox->lanes[i];
        // An empty batch is sent as well where others wait to become durable.
        if (lane->filling->used > 0 || lane->sent > lane->durable)
            ship(outbox, lane, true);
    }
    for (uint32_t i = 0; i < outbox->lane_count; i++) {
        while (outbox->lanes[i].durable < outbox->lanes[i].sent)
            listen(outbox, true);
    }
}
