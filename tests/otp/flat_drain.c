// SPDX-License-Identifier: MIT
#include "flat_drain.h"

#include <string.h>

#include "flat_actor.h"
#include "trace.h"

static const struct flat_label *label_of(int me, tr_ref ref)
{
    for (int i = 0; i < flat.label_count; i++) {
        const struct flat_label *label = &flat.labels[i];
        if (label->maker == me && label->is_monitor && tr_ref_equal(label->alias.ref, ref)) {
            return label;
        }
    }
    return NULL;
}

// A notice names its target as the monitor did.
static void show_down(int me, const tr_down *down, const int *words_from)
{
    const struct flat_label *label = label_of(me, down->ref);
    if (label == NULL) {
        trace_put("got %s down of nothing\n", flat.names[me]);
        return;
    }
    bool named = strncmp(label->target, "name:", 5) == 0;
    int from = flat_find(flat_name_of(label->target_pid));
    const char *target = named ? down->name : flat_name_of(down->pid);
    trace_put("got %s down %s%s %s %s after %d\n", flat.names[me], named ? "name:" : "",
              target == NULL ? "?" : target, label->text, word_of(down->reason),
              from < 0 ? 0 : words_from[from]);
}

void flat_drain(tr_self *self, int me)
{
    int words_from[FLAT_ACTORS_MAX] = { 0 };
    const tr_msg *msg;
    while (tr_receive(self, NULL, 0, &msg) == TR_OK) {
        const struct otp_flat_word *word = otp_flat_word_of(msg);
        if (word != NULL) {
            trace_put("got %s msg %s %s\n", flat.names[me], flat.names[word->from], word->text);
            words_from[word->from]++;
        } else if (tr_msg_is(msg, &tr_exited_type)) {
            const tr_exited *exited = tr_msg_body(msg);
            trace_put("got %s exit %s %s\n", flat.names[me], flat_name_of(exited->pid),
                      word_of(exited->reason));
        } else {
            show_down(me, tr_msg_body(msg), words_from);
        }
    }
}
