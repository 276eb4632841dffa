// SPDX-License-Identifier: MIT
#include <troupe/detail.h>

#include "api/check.h"
#include "process/detail.h"
#include "process/reason.h"
#include "process/request.h"

tr_err tr_error_detail(const tr_self *self, tr_detail *detail)
{
    if (self == NULL || detail == NULL) {
        return TR_EINVAL;
    }
    const tr_detail *kept = tri_detail_of(self);
    if (kept == NULL) {
        return TR_ENOENT;
    }
    size_t bytes = detail->struct_bytes == 0 || detail->struct_bytes > sizeof *kept
                       ? sizeof *kept
                       : detail->struct_bytes;
    memcpy(detail, kept, bytes);
    detail->struct_bytes = bytes;
    return TR_OK;
}

tr_err tr_call_reason_set(tr_self *self, tr_exit reason)
{
    if (!tri_reason_valid(reason)) {
        return TR_EINVAL;
    }
    struct tri_thread *t = tri_actor_enter(self);
    if (t == NULL) {
        return tri_outsider(self);
    }
    struct tr_msg *kept = tri_msg_alloc_roomy(tri_blocks_here(t), TRI_KIND_REPLY, 0);
    if (kept != NULL) {
        struct tri_reason *body = tri_body(kept);
        kept->flags |= TRI_FLAG_FAILED;
        body->public = tri_reason_copy(reason, body->text);
        tri_reply_forget(t, self); // after the copy: the text may be that of the last reason
        self->reply = kept;
    }
    tri_section_leave(t);
    return kept == NULL ? TR_ENOMEM : TR_OK;
}
