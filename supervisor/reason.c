// SPDX-License-Identifier: MIT
#include "reason.h"

#include <stdio.h>
#include <string.h>
#include <troupe/detail.h>

#define FAILED_TO_START "failed_to_start_child "

bool tri_text_copy(char *to, size_t room, const char *from)
{
    size_t length = strlen(from);
    size_t kept = length < room ? length : room - 1;
    memcpy(to, from, kept);
    memset(to + kept, 0, room - kept);
    return kept == length;
}

void tri_reason_set(struct tri_reason *reason, tr_exit from)
{
    reason->tag = (int32_t)from.tag;
    reason->code = from.code;
    (void)tri_text_copy(reason->text, sizeof reason->text, from.text == NULL ? "" : from.text);
}

tr_exit tri_reason_get(const struct tri_reason *reason)
{
    const char *text = reason->text[0] == '\0' ? NULL : reason->text;
    return tr_exit_make((tr_exit_tag)reason->tag, reason->code, text);
}

static bool is_failed_start(tr_exit why)
{
    return why.tag == TR_EXIT_SHUTDOWN && why.text != NULL &&
           strncmp(why.text, FAILED_TO_START, strlen(FAILED_TO_START)) == 0;
}

void tri_reason_of_failed_start(struct tri_reason *reason, const char *id, tr_exit why)
{
    char cause[TR_EXIT_TEXT_MAX + 1];
    char text[sizeof FAILED_TO_START + TR_NAME_MAX + sizeof cause + 2];
    if (is_failed_start(why)) {
        snprintf(text, sizeof text, FAILED_TO_START "%s/%s", id,
                 why.text + strlen(FAILED_TO_START));
    } else {
        // An error that says what is wrong needs no "error:" before it.
        tr_exit shown = tr_exit_make(why.tag, 0, why.text);
        bool speaks = why.tag == TR_EXIT_ERROR && why.text != NULL;
        tr_exit_format(shown, cause, sizeof cause);
        snprintf(text, sizeof text, FAILED_TO_START "%s: %s", id, speaks ? why.text : cause);
    }
    tri_reason_set(reason, tr_exit_make(TR_EXIT_SHUTDOWN, why.code, text));
}

void tri_reason_report(tr_self *self, const struct tri_reason *reason)
{
    (void)tr_call_reason_set(self, tri_reason_get(reason));
}
