// SPDX-License-Identifier: MIT
#include "trace.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <troupe/error.h>

enum { TEXT_BYTES = 1 << 18, ENDS_MAX = 256, END_BYTES = 80, KEPT = 64, KEPT_BYTES = 80 };

static struct {
    char text[TEXT_BYTES];
    size_t used;
    char ends[ENDS_MAX][END_BYTES];
    size_t end_count;
    char rets[4096];
    size_t rets_used;
    bool over;
} trace;

void trace_clear(void)
{
    trace.used = trace.end_count = trace.rets_used = 0;
    trace.text[0] = trace.rets[0] = '\0';
    trace.over = false;
}

void trace_finish(void)
{
    trace.over = true;
}

static void append(char *text, size_t bytes, size_t *used, const char *format, va_list list)
{
    int length = vsnprintf(text + *used, bytes - *used, format, list);
    if (length < 0 || (size_t)length >= bytes - *used) {
        fprintf(stderr, "the trace is too long\n");
        abort();
    }
    *used += (size_t)length;
}

void trace_put(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    if (!trace.over) {
        append(trace.text, TEXT_BYTES, &trace.used, format, list);
    }
    va_end(list);
}

void trace_end(const char *format, ...)
{
    va_list list;
    size_t used = 0;
    va_start(list, format);
    append(trace.ends[trace.end_count++ % ENDS_MAX], END_BYTES, &used, format, list);
    va_end(list);
}

void trace_ret(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    append(trace.rets, sizeof trace.rets, &trace.rets_used, format, list);
    va_end(list);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

void trace_close_block(void)
{
    qsort(trace.ends, trace.end_count, END_BYTES, by_text);
    for (size_t i = 0; i < trace.end_count; i++) {
        trace_put("%s\n", trace.ends[i]);
    }
    trace_put("%s", trace.rets);
    trace.end_count = trace.rets_used = 0;
    trace.rets[0] = '\0';
}

const char *trace_text(void)
{
    return trace.text;
}

// --- Reasons -------------------------------------------------------------------------------------

static char *keep(const char *text)
{
    static char kept[KEPT][KEPT_BYTES];
    static unsigned next;
    char *place = kept[next++ % KEPT];
    snprintf(place, KEPT_BYTES, "%s", text);
    return place;
}

tr_exit reason_of(const char *word)
{
    static const tr_exit_tag tags[] = { TR_EXIT_NORMAL, TR_EXIT_SHUTDOWN, TR_EXIT_KILL,
                                        TR_EXIT_KILLED, TR_EXIT_NOPROC };
    for (size_t i = 0; i < TR_COUNT(tags); i++) {
        if (strcmp(word, tr_exit_tag_name(tags[i])) == 0) {
            return tr_exit_make(tags[i], 0, NULL);
        }
    }
    if (strncmp(word, "shutdown:", 9) == 0) {
        return tr_exit_make(TR_EXIT_SHUTDOWN, 0, keep(word + 9));
    }
    return TR_ERROR(keep(word));
}

const char *word_of(tr_exit reason)
{
    char text[KEPT_BYTES];
    if (reason.tag == TR_EXIT_ERROR && reason.text != NULL) {
        return keep(reason.text);
    }
    if (reason.tag == TR_EXIT_SHUTDOWN && reason.text != NULL) {
        snprintf(text, sizeof text, "shutdown:%s", reason.text);
        return keep(text);
    }
    return keep(tr_exit_tag_name(reason.tag));
}
