// SPDX-License-Identifier: MIT
#include "process/reason.h"

#include <string.h>

#include "base/text.h"

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
