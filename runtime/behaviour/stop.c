// SPDX-License-Identifier: MIT
#include "stop.h"

#include <string.h>
#include <troupe/server.h>

_Static_assert(sizeof(((struct tr_stop *)NULL)->text) == TR_EXIT_TEXT_MAX + 1,
               "a reason's text and its NUL fit");

static const char *text_of(tr_exit reason)
{
    return reason.text == NULL ? "" : reason.text;
}

tr_exit tri_stop_reason(const struct tr_stop *stop)
{
    const char *text = stop->text[0] == '\0' ? NULL : stop->text;
    return tr_exit_make((tr_exit_tag)stop->tag, stop->code, text);
}

bool tri_stop_same_reason(tr_exit a, tr_exit b)
{
    return a.tag == b.tag && a.code == b.code &&
           strncmp(text_of(a), text_of(b), TR_EXIT_TEXT_MAX) == 0;
}

static bool is_reason(tr_exit reason)
{
    return reason.tag > TR_EXIT_NONE && reason.tag <= TR_EXIT_ERROR;
}

tr_err tr_server_stop(tr_self *self, tr_pid pid, tr_exit reason, int64_t timeout_ms)
{
    struct tr_stop stop = { .tag = (int32_t)reason.tag, .code = reason.code };
    const tr_msg *reply = NULL;
    if (self == NULL || !is_reason(reason)) {
        return TR_EINVAL;
    }
    strncpy(stop.text, text_of(reason), TR_EXIT_TEXT_MAX);
    // The request is never answered, so the call ends with the server, and says why it ended.
    tr_err err = tr_call_typed(self, pid, &tr_stop_type, &stop, timeout_ms, &reply);
    if (err == TR_EEXITED && tri_stop_same_reason(tr_call_reason(self), reason)) {
        return TR_OK;
    }
    return err == TR_OK ? TR_EINVAL : err;
}
