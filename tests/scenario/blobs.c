// SPDX-License-Identifier: MIT
// Blobs: one copy for all, freed exactly once wherever the last reference goes.
#include "messages.h"
#include "scenario.h"

#include <string.h>

enum { BYTES = 64 * 1024, RECEIVERS = 1000 };

static struct {
    const void *data; // of the one blob
    tr_pid to[RECEIVERS];
    tr_pid victim;
    unsigned seen;
    unsigned finished;
} w;
TRT_WORLD(w);

static tr_blob *make(tr_self *self, size_t bytes)
{
    tr_blob *blob = NULL;
    void *data = NULL;
    TRT_EQUAL(tr_blob_new(self, bytes, &data, &blob), TR_OK);
    memset(data, 0x5a, bytes);
    TRT_EQUAL(tr_send_blob(self, tr_self_pid(self), &scn_go_type, NULL, blob),
              TR_EINVAL); // not yet
    TRT_EQUAL(tr_blob_freeze(self, blob), TR_OK);
    w.data = data;
    return blob;
}

static void look_at(const tr_msg *msg)
{
    const unsigned char *data = tr_blob_data(tr_msg_blob(msg));
    TRT_CHECK(data == w.data); // not a copy
    TRT_EQUAL(data[0], 0x5a);
    TRT_EQUAL(data[tr_blob_bytes(tr_msg_blob(msg)) - 1], 0x5a);
    w.seen++;
}

TRT_ACTOR(looks_once)
{
    const tr_msg *msg = trt_next_of(self, &scn_red_type);
    TRT_EQUAL(scn_red_of(msg)->n, 77); // the body comes along
    TRT_EQUAL(tr_msg_bytes(msg), sizeof(struct scn_red));
    look_at(msg);
    return TR_NORMAL;
}

TRT_ACTOR(tells_everybody)
{
    struct scn_red body = { 77 };
    tr_blob *blob = make(self, BYTES);
    for (unsigned i = 0; i < RECEIVERS; i++) {
        TRT_EQUAL(tr_send_blob(self, w.to[i], &scn_red_type, &body, blob), TR_OK);
    }
    TRT_EQUAL(trt_totals().blobs, 1);
    TRT_EQUAL(trt_totals().blob_bytes, BYTES);
    return TR_NORMAL; // its own reference goes with it; the messages keep theirs
}

TRT_SCENARIO(one_blob_serves_a_thousand_receivers, .seeds = 20)
{
    for (unsigned i = 0; i < RECEIVERS; i++) {
        w.to[i] = trt_spawn(&looks_once, 0);
    }
    trt_spawn(&tells_everybody, 0);
    trt_quiet();
    TRT_EQUAL(w.seen, RECEIVERS);
    TRT_EQUAL(trt_totals().blobs, 0);
    TRT_EQUAL(trt_totals().blob_bytes, 0);
}

// Every end a message can take; each takes its reference along.
TRT_ACTOR(leaves_unread)
{
    (void)trt_next_of(self, &scn_go_type);
    return TR_NORMAL;
}

TRT_ACTOR(keeps_and_moves)
{
    for (;;) {
        const tr_msg *msg = trt_receive(self, &(tr_match){ TR_TYPES(&scn_red_type) }, 50);
        if (msg == NULL) {
            return TR_NORMAL;
        }
        tr_msg *kept = tr_msg_keep(self, msg);
        TRT_CHECK(kept != NULL);
        trt_dawdle(self);
        look_at(kept);
        switch (trt_choose(4)) {
        case 0:
            break; // goes with its actor
        case 1:
            tr_msg_free(self, kept);
            break;
        default:
            TRT_EQUAL(tr_send_move(self, w.to[0], &kept), TR_OK);
        }
    }
}

TRT_ACTOR(sends_to_all_kinds)
{
    struct scn_red body = { 1 };
    tr_blob *blob = make(self, 100 + trt_choose(40000));
    tr_pid dead = trt_child(self, &leaves_unread, .link = true);
    TRT_EQUAL(tr_exit_send(self, dead, TR_KILL), TR_OK);
    tr_pid failing =
        trt_child(self, &leaves_unread, .mailbox = { .capacity = 1, .policy = TR_MAILBOX_FAIL },
                  .link = true);
    tr_pid blocking =
        trt_child(self, &leaves_unread, .mailbox = { .capacity = 1, .block_ms = 5 }, .link = true);
    for (int i = 0; i < 3; i++) {
        (void)tr_send_blob(self, dead, &scn_red_type, &body, blob);
        (void)tr_send_blob(self, failing, &scn_red_type, &body, blob);
        (void)tr_send_blob(self, w.to[0], &scn_red_type, &body, blob);
        (void)tr_send_blob(self, w.to[1], &scn_red_type, &body, blob);
        trt_dawdle(self);
    }
    TRT_EQUAL(tr_send_blob(self, failing, &scn_red_type, &body, blob), TR_EFULL);
    (void)tr_send_blob(self, blocking, &scn_red_type, &body, blob);
    (void)tr_send_blob(self, blocking, &scn_red_type, &body, blob); // waits, in vain
    if (trt_choose(2) == 0) {
        TRT_EQUAL(tr_blob_unref(self, blob), TR_OK);
    }
    (void)tr_exit_send(self, failing, TR_KILL);
    (void)tr_exit_send(self, blocking, TR_KILL);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_blob_is_freed_once_wherever_it_ends)
{
    w.to[0] = trt_spawn(&keeps_and_moves, 0);
    w.to[1] = trt_spawn(&keeps_and_moves, 0);
    w.victim = trt_spawn(&sends_to_all_kinds, .trap = true);
    if (trt_choose(2) == 0) {
        (void)tr_test_steps(trt_test(), 1 + trt_choose(120));
        trt_kill(w.victim);
    }
    trt_advance(200);
    TRT_EQUAL(trt_alive_count(), 0);
    TRT_EQUAL(trt_totals().blobs, 0);
}

static size_t charged(tr_self *self)
{
    tr_actor_info info = TR_ACTOR_INFO_INIT;
    TRT_EQUAL(tr_debug_info(trt_system(), tr_self_pid(self), &info), TR_OK);
    TRT_CHECK(info.heap_bytes >= info.blob_bytes);
    return info.blob_bytes;
}

TRT_ACTOR(holds_up_to_its_limit)
{
    void *data = NULL;
    tr_blob *first = make(self, 30000);
    tr_blob *second = NULL;
    TRT_EQUAL(charged(self), 30000);
    TRT_EQUAL(tr_blob_new(self, 60000, &data, &second), TR_ELIMIT);
    TRT_CHECK(second == NULL && data == NULL);
    TRT_CHECK(tr_try_alloc(self, 60000) == NULL); // the limit counts both
    TRT_EQUAL(tr_blob_ref(self, first), TR_OK);
    TRT_EQUAL(charged(self), 30000); // once, however often
    TRT_EQUAL(tr_blob_unref(self, first), TR_OK);
    TRT_EQUAL(tr_blob_unref(self, first), TR_OK);
    TRT_EQUAL(charged(self), 0);
    TRT_EQUAL(trt_totals().blobs, 0);
    TRT_EQUAL(tr_blob_new(self, 60000, &data, &second), TR_OK);
    TRT_EQUAL(charged(self), 60000);
    w.finished++;
    return TR_NORMAL;
}

TRT_SCENARIO(a_holder_is_charged_and_its_limit_counts, .seeds = 200)
{
    trt_spawn(&holds_up_to_its_limit, .heap_limit_bytes = 64 << 10);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_totals().blobs, 0);
}

TRT_ACTOR(holds_on)
{
    const tr_msg *msg = trt_next_of(self, &scn_red_type);
    tr_blob *blob = tr_msg_blob(msg);
    TRT_EQUAL(tr_blob_unref(self, blob), TR_ENOENT); // the message holds it, not the actor
    TRT_EQUAL(tr_blob_ref(self, blob), TR_OK);
    TRT_EQUAL(charged(self), tr_blob_bytes(blob));
    (void)trt_next_of(self, &scn_go_type); // the message is gone
    TRT_CHECK(memcmp(tr_blob_data(blob), "from a guest", 12) == 0);
    w.finished++;
    return trt_choose(2) == 0 ? TR_NORMAL : TR_ERROR("with the blob in hand");
}

TRT_SCENARIO(a_guest_makes_a_blob_and_an_actor_holds_it)
{
    tr_blob *blob = NULL;
    struct scn_red body = { 1 };
    tr_pid pid = trt_spawn(&holds_on, 0);
    tr_pid full = trt_spawn(&leaves_unread, .mailbox = { .capacity = 1 });
    TRT_EQUAL(tr_system_blob_new(trt_system(), "from a guest", 13, &blob), TR_OK);
    TRT_EQUAL(tr_system_send_blob(trt_system(), pid, &scn_red_type, &body, blob), TR_OK);
    TRT_EQUAL(tr_system_send_blob(trt_system(), full, &scn_red_type, &body, blob), TR_OK);
    TRT_EQUAL(tr_system_send_blob(trt_system(), full, &scn_red_type, &body, blob), TR_EFULL);
    TRT_EQUAL(tr_system_blob_unref(trt_system(), blob), TR_OK);
    trt_kill(full);
    TRT_EQUAL(trt_totals().blobs, 1);
    TRT_EQUAL(scn_go_system_send(trt_system(), pid, &(struct scn_go){ 0 }), TR_OK);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_totals().blobs, 0);
}
