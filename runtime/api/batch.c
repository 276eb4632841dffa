// SPDX-License-Identifier: MIT
#include <troupe/batch.h>

#include "api/receive.h"
#include "process/batch.h"

// What the caller gets.
struct room {
    const tr_msg **msgs;
    size_t max;
    size_t count;
};

// The message that was received joins the batch, as soon as it can.
static void join(struct tri_thread **t, struct tr_self *self, struct room *room)
{
    room->msgs[room->count++] = self->current;
    while (!tri_batch_join(self)) {
        tri_api_act(t, self);
    }
}

// The first one was received; takes what else matches.
static void fill(struct tri_thread **t, struct tr_self *self, const tr_match *match,
                 struct tri_wait *wait, struct room *room)
{
    tri_batch_begin(self);
    join(t, self, room);
    while (room->count < room->max && !tri_doomed(self)) {
        struct tr_msg *msg = tri_receive_select(t, self, match, wait);
        if (msg == NULL) {
            return;
        }
        tri_receive_take(*t, self, wait, msg);
        join(t, self, room);
    }
}

tr_err tr_receive_batch(tr_self *self, const tr_match *match, int64_t timeout_ms,
                        const tr_msg **msgs, size_t max, size_t *count)
{
    struct tri_wait wait = { .what = TRI_WAIT_MESSAGE, .timeout_ms = timeout_ms };
    uint32_t ids[TRI_MATCH_TYPES_MAX];
    struct tri_thread *t = NULL;
    if (msgs == NULL || max == 0 || count == NULL) {
        return TR_EINVAL;
    }
    tr_err err = tri_receive_enter(self, match, &wait, ids, &t);
    if (err != TR_OK) {
        return err;
    }
    err = tri_receive_one(&t, self, match, &wait);
    if (err == TR_OK) {
        struct room room = { .msgs = msgs, .max = max };
        fill(&t, self, match, &wait, &room);
        *count = room.count;
    }
    tri_section_leave(t);
    return err;
}
