// SPDX-License-Identifier: MIT
#include <troupe/message.h>
#include <troupe/registry.h>

#include "api/check.h"
#include "api/copy.h"
#include "mailbox/type.h"
#include "process/receive.h"
#include "process/send.h"
#include "process/spawn.h"

tr_msg_kind tr_msg_get_kind(const tr_msg *msg)
{
    return (tr_msg_kind)msg->kind;
}

bool tr_msg_is(const tr_msg *msg, const tr_type *type)
{
    uint32_t id = 0;
    return msg != NULL && tri_type_id(type, &id) == TR_OK && msg->type == id;
}

const char *tr_msg_type_name(const tr_msg *msg)
{
    return tri_type_name(msg->type);
}

size_t tr_type_conflict(const tr_type *type, char *buffer, size_t bytes)
{
    return type == NULL || buffer == NULL || bytes == 0 ? 0
                                                        : tri_type_conflict(type, buffer, bytes);
}

const void *tr_msg_body(const tr_msg *msg)
{
    return msg + 1;
}

size_t tr_msg_bytes(const tr_msg *msg)
{
    // The text of a reason stands behind the public body.
    return msg->kind == TRI_KIND_DOWN     ? sizeof(tr_down)
           : msg->kind == TRI_KIND_EXIT   ? sizeof(tr_exited)
           : msg->type == TRI_TYPE_FAILED ? sizeof(tr_exit)
                                          : msg->bytes;
}

tr_pid tr_msg_sender(const tr_msg *msg)
{
    struct tri_thread *t = tri_thread_here();
    return t == NULL ? tr_no_pid() : tri_pid_make(t->system, msg->from_slot, msg->from_generation);
}

uint64_t tr_msg_ref_id(const tr_msg *msg)
{
    return msg->ref;
}

tr_from tr_msg_from(const tr_msg *msg)
{
    tr_from from = { tr_no_pid(), 0 };
    if (msg->kind == TRI_KIND_CALL) {
        from.caller = tr_msg_sender(msg);
        from.ref_id = msg->ref;
    }
    return from;
}

tr_err tri_api_send_copy(tr_self *self, tr_pid to, const tr_type *type, const void *body,
                         struct tri_mark mark)
{
    if (type == NULL || (body == NULL && type->bytes != 0)) {
        return TR_EINVAL;
    }
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    struct tr_msg *msg = NULL;
    tr_err err = tri_compose(t, mark.aliased ? TRI_KIND_ALIASED : TRI_KIND_SEND, type, body, &msg);
    if (err == TR_OK) {
        msg->ref = mark.ref;
        err = tri_send(&t, self, to, msg);
        if (err == TR_OK) {
            tri_send_spend(&t, self);
        } else {
            tri_msg_release(tri_blocks_here(t), msg);
        }
    } else {
        TRI_COUNT(t, x_attempted);
        TRI_COUNT(t, x_refused);
    }
    tri_section_leave(t);
    tri_api_chance(self);
    return err;
}

tr_err tr_send_typed(tr_self *self, tr_pid to, const tr_type *type, const void *body)
{
    return tri_api_send_copy(self, to, type, body, (struct tri_mark){ 0, false });
}

tr_err tr_send_ref(tr_self *self, tr_pid to, const tr_type *type, const void *body, tr_ref ref)
{
    return tri_api_send_copy(self, to, type, body, (struct tri_mark){ ref.id, false });
}

tr_err tr_send_named(tr_self *self, const char *name, const tr_type *type, const void *body)
{
    tr_pid to;
    tr_err err = tr_whereis(self, name, &to);
    return err == TR_OK ? tri_api_send_copy(self, to, type, body, (struct tri_mark){ 0, false })
                        : err;
}

tr_msg *tr_msg_new(tr_self *self, const tr_type *type, void **body)
{
    struct tr_msg *msg = NULL;
    struct tri_thread *t = type == NULL || body == NULL ? NULL : tri_actor_enter(self);
    if (t == NULL) {
        return NULL;
    }
    if (tri_compose(t, TRI_KIND_SEND, type, NULL, &msg) == TR_OK) {
        *body = memset(tri_body(msg), 0, type->bytes);
        tri_kept_add(self, msg);
    }
    tri_section_leave(t);
    return msg;
}

// A message that can be pushed: itself, or a copy while its links are still the queue's.
static struct tr_msg *detach(struct tri_thread *t, struct tr_self *self, struct tr_msg *msg)
{
    if (tri_mailbox_claim(&self->box, msg)) {
        return msg;
    }
    struct tr_blob *blob = tri_msg_blob(msg);
    struct tr_msg *copy = blob != NULL
                              ? tri_msg_alloc_blob(tri_blocks_here(t), msg->bytes, blob)
                              : tri_msg_alloc(tri_blocks_here(t), TRI_KIND_SEND, msg->bytes);
    if (copy != NULL) {
        copy->type = msg->type;
        memcpy(tri_body(copy), tri_body(msg), msg->bytes);
        tri_mailbox_free(&self->box, tri_blocks_here(t), msg);
    }
    return copy;
}

tr_err tr_send_move(tr_self *self, tr_pid to, tr_msg **msg)
{
    if (msg == NULL || *msg == NULL) {
        return TR_EINVAL;
    }
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    tri_kept_remove(self, *msg);
    struct tr_msg *moved = detach(t, self, *msg);
    tr_err err = TR_ENOMEM;
    if (moved != NULL) {
        *msg = moved;
        moved->flags &= TRI_FLAG_BLOB;
        moved->kind = TRI_KIND_SEND;
        moved->ref = 0;
        err = tri_send(&t, self, to, moved);
    }
    if (err == TR_OK) {
        *msg = NULL;
        tri_send_spend(&t, self);
    } else {
        tri_kept_add(self, *msg);
    }
    tri_section_leave(t);
    tri_api_chance(self);
    return err;
}

tr_msg *tr_msg_keep(tr_self *self, const tr_msg *msg)
{
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return NULL;
    }
    struct tr_msg *kept = NULL;
    if (msg != NULL && self->current == msg && msg->kind == TRI_KIND_SEND) {
        kept = self->current;
        self->current = NULL;
    } else if (msg != NULL && self->batching) {
        kept = tri_batch_give(self, msg);
    }
    if (kept != NULL) {
        tri_kept_add(self, kept);
    }
    tri_section_leave(t);
    return kept;
}

void tr_msg_free(tr_self *self, tr_msg *msg)
{
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        tri_not_actor("tr_msg_free");
        return;
    }
    if (msg != NULL) {
        tri_kept_remove(self, msg);
        tri_mailbox_free(&self->box, tri_blocks_here(t), msg);
    }
    tri_section_leave(t);
}

tr_ref tr_ref_new(tr_self *self)
{
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        tri_not_actor("tr_ref_new");
        return tr_no_ref();
    }
    tr_ref ref = { tri_ref_id(t), self->index, self->box.arrival };
    tri_section_leave(t);
    return ref;
}
