// SPDX-License-Identifier: MIT
#include "api/check.h"

#include "base/check.h"
#include "node/handoff.h"
#include "port/choice.h"
#include "process/signal.h"

tr_err tri_opts_copy(void *to, size_t to_bytes, const void *from, size_t from_bytes)
{
    memset(to, 0, to_bytes);
    if (from == NULL) {
        return TR_OK;
    }
    const unsigned char *bytes = from;
    for (size_t i = to_bytes; i < from_bytes; i++) {
        if (bytes[i] != 0) {
            return TR_EINVAL;
        }
    }
    memcpy(to, from, from_bytes < to_bytes ? from_bytes : to_bytes);
    return TR_OK;
}

void tri_not_actor(const char *function)
{
#if TRI_CHECKED
    tri_check_failed(function, 0, "called outside the actor that self names");
#else
    (void)function;
#endif
}

void tri_api_act(struct tri_thread **t, struct tr_self *self)
{
    tri_drain(*t, self);
    tri_exit_if_doomed(*t, self);
}

void tri_api_chance(struct tr_self *self)
{
    if (tri_choose(TRI_CHOICE_HANDOFF, 64) != 1) {
        return;
    }
    struct tri_thread *t = tri_thread_here();
    if (t != NULL && t->current == self && t->processor != NULL && t->system->can_hand_off) {
        // relaxed: this thread is inside that activation.
        uint32_t activation = tri_load(&t->processor->x_activations, relaxed);
        (void)tri_handoff_from(t->system, t->processor, activation);
    }
}
