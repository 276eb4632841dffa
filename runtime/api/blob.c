// SPDX-License-Identifier: MIT
#include <troupe/blob.h>

#include "api/check.h"
#include "mailbox/type.h"
#include "node/guest.h"
#include "process/holding.h"
#include "process/send.h"

static struct tr_blob *make(struct tri_thread *t, size_t bytes)
{
    return tri_blob_new(tri_blocks_here(t), &t->system->blobs, tri_ref_id(t), bytes);
}

tr_err tr_blob_new(tr_self *self, size_t bytes, void **data, tr_blob **out)
{
    if (data == NULL || out == NULL) {
        return TR_EINVAL;
    }
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    struct tr_blob *blob = make(t, bytes);
    tr_err err = blob == NULL ? TR_ENOMEM : tri_hold(t, self, blob);
    if (err == TR_OK) {
        *data = blob->data;
        *out = blob;
    } else if (blob != NULL) {
        tri_blob_unref(tri_blocks_here(t), blob);
    }
    tri_section_leave(t);
    return err;
}

tr_err tr_blob_freeze(tr_self *self, tr_blob *blob)
{
    if (self == NULL || blob == NULL) {
        return TR_EINVAL;
    }
    blob->frozen = true;
    return TR_OK;
}

const void *tr_blob_data(const tr_blob *blob)
{
    return blob == NULL ? NULL : blob->data;
}

size_t tr_blob_bytes(const tr_blob *blob)
{
    return blob == NULL ? 0 : blob->bytes;
}

tr_err tr_blob_ref(tr_self *self, tr_blob *blob)
{
    if (blob == NULL) {
        return TR_EINVAL;
    }
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    tr_err err = tri_hold_more(t, self, blob);
    tri_section_leave(t);
    return err;
}

tr_err tr_blob_unref(tr_self *self, tr_blob *blob)
{
    if (blob == NULL) {
        return TR_EINVAL;
    }
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    tr_err err = tri_hold_less(t, self, blob) ? TR_OK : TR_ENOENT;
    tri_section_leave(t);
    return err;
}

// A message of that type that holds the blob.
static tr_err compose(struct tri_thread *t, const tr_type *type, const void *body,
                      struct tr_blob *blob, struct tr_msg **out)
{
    uint32_t id = 0;
    tr_err err = tri_type_id(type, &id);
    if (err != TR_OK) {
        return err;
    }
    struct tr_msg *msg = tri_msg_alloc_blob(tri_blocks_here(t), type->bytes, blob);
    if (msg == NULL) {
        return TR_ENOMEM;
    }
    msg->type = id;
    if (type->bytes != 0) {
        memcpy(tri_body(msg), body, type->bytes);
    }
    *out = msg;
    return TR_OK;
}

static void count_refused(struct tri_thread *t)
{
    TRI_COUNT(t, x_attempted);
    TRI_COUNT(t, x_refused);
}

static bool can_be_sent(const tr_type *type, const void *body, const tr_blob *blob)
{
    return type != NULL && (body != NULL || type->bytes == 0) && blob != NULL && blob->frozen;
}

tr_err tr_send_blob(tr_self *self, tr_pid to, const tr_type *type, const void *body, tr_blob *blob)
{
    if (!can_be_sent(type, body, blob)) {
        return TR_EINVAL;
    }
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    struct tr_msg *msg = NULL;
    tr_err err = compose(t, type, body, blob, &msg);
    if (err != TR_OK) {
        count_refused(t);
    } else if ((err = tri_send(&t, self, to, msg)) == TR_OK) {
        tri_send_spend(&t, self);
    } else {
        tri_msg_release(tri_blocks_here(t), msg);
    }
    tri_section_leave(t);
    tri_api_chance(self);
    return err;
}

tr_blob *tr_msg_blob(const tr_msg *msg)
{
    return msg == NULL ? NULL : tri_msg_blob(msg);
}

tr_err tr_system_blob_new(tr_system *sys, const void *data, size_t bytes, tr_blob **out)
{
    struct tri_thread guest;
    if (sys == NULL || out == NULL || (data == NULL && bytes != 0)) {
        return TR_EINVAL;
    }
    tr_err err = tri_guest_enter(sys, &guest);
    if (err != TR_OK) {
        return err;
    }
    struct tr_blob *blob = make(&guest, bytes);
    if (blob != NULL) {
        if (bytes != 0) {
            memcpy(blob->data, data, bytes);
        }
        blob->frozen = true;
        *out = blob;
    }
    tri_guest_leave(&guest);
    return blob == NULL ? TR_ENOMEM : TR_OK;
}

tr_err tr_system_blob_unref(tr_system *sys, tr_blob *blob)
{
    if (sys == NULL || blob == NULL) {
        return TR_EINVAL;
    }
    if (tri_system_forked(sys)) {
        return TR_EFORKED;
    }
    // Allowed after the stop: the count of blobs keeps the system from being freed.
    tri_blob_unref(NULL, blob);
    return TR_OK;
}

tr_err tr_system_send_blob(tr_system *sys, tr_pid to, const tr_type *type, const void *body,
                           tr_blob *blob)
{
    struct tri_thread guest;
    if (sys == NULL || !can_be_sent(type, body, blob)) {
        return TR_EINVAL;
    }
    tr_err err = tri_guest_enter(sys, &guest);
    if (err != TR_OK) {
        return err;
    }
    struct tr_msg *msg = NULL;
    err = compose(&guest, type, body, blob, &msg);
    if (err != TR_OK) {
        count_refused(&guest);
    } else if ((err = tri_send_guest(&guest, to, msg)) != TR_OK) {
        tri_msg_release(NULL, msg);
    }
    if (err == TR_EBUSY) { // it would have to wait
        count_refused(&guest);
        err = TR_EFULL;
    }
    tri_guest_leave(&guest);
    return err;
}
