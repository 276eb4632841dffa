// SPDX-License-Identifier: MIT
#include "process/reason.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const char *const tags[] = {
    "none",    "normal",       "shutdown",         "kill",  "killed", "noproc", "noconnection",
    "timeout", "calling_self", "bad_return_value", "error",
};

tr_exit tri_reason_copy(tr_exit reason, char *text)
{
    if (reason.text == NULL) {
        return reason;
    }
    size_t bytes = tri_text_length(reason.text, TR_EXIT_TEXT_MAX);
    memmove(text, reason.text, bytes);
    text[bytes] = '\0';
    reason.text = text;
    return reason;
}

const char *tri_reason_tag_name(tr_exit_tag tag)
{
    return (unsigned)tag < TR_COUNT(tags) ? tags[tag] : "?";
}

size_t tri_reason_format(tr_exit reason, char *buffer, size_t bytes)
{
    char code[16] = "";
    if (reason.code != 0) {
        (void)snprintf(code, sizeof code, " (%d)", (int)reason.code);
    }
    int length =
        snprintf(buffer, bytes, "%s%s%s%s", tri_reason_tag_name(reason.tag),
                 reason.text == NULL ? "" : ": ", reason.text == NULL ? "" : reason.text, code);
    return length < 0 ? 0 : (size_t)length;
}
