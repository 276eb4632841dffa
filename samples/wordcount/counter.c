// SPDX-License-Identifier: MIT
// A counter: sums the words of its partition and hands the sums over to the vault.
#include <string.h>

#include "crash.h"
#include "tally.h"

struct counter {
    uint32_t partition;
    tr_pid vault;
    struct crash crash;
    struct tally *tally;
};

static tr_next counter_init(tr_self *self, struct counter *c, const struct counter_args *args)
{
    struct wc_begun begun;

    c->partition = args->partition;
    c->tally = tr_alloc(self, sizeof *c->tally);
    memset(c->tally, 0, sizeof *c->tally);
    if (tr_whereis(self, "vault", &c->vault) != TR_OK)
        return TR_STOP(TR_ERROR("no vault"));
    const struct wc_begin begin = { .partition = args->partition, .counter = tr_self_pid(self) };
    if (wc_begin_call(self, c->vault, &begin, TR_INFINITY, &begun) != TR_OK)
        return TR_STOP(TR_ERROR("the vault does not answer"));
    c->tally->merge.partition = args->partition;
    c->tally->merge.epoch = begun.epoch;
    memcpy(c->tally->merge.marks, begun.marks, sizeof begun.marks);
    crash_init(&c->crash, args->crash_every, args->seed,
               (uint64_t)args->partition << 32 | begun.epoch);
    return TR_CONTINUE;
}

// Whether the vault has it all.
static bool hand_over(tr_self *self, struct counter *c)
{
    struct wc_merged answer = { false };

    if (!c->tally->dirty)
        return true;
    if (wc_merge_call(self, c->vault, &c->tally->merge, TR_INFINITY, &answer) != TR_OK)
        return false;
    if (!answer.taken)
        return false;
    tally_clear(c->tally);
    return true;
}

// Applies a batch that is the next of its sequence.
static tr_next take(tr_self *self, struct counter *c, const struct wc_batch *batch,
                    enum crash_moment moment)
{
    size_t middle = moment == CRASH_MIDDLE ? tally_middle(batch) : 0;

    if (!tally_has_room(c->tally, batch) && !hand_over(self, c))
        return TR_STOP(TR_ERROR("a hand-over failed"));
    tally_apply(c->tally, batch, 0, middle);
    if (moment == CRASH_MIDDLE)
        return crash_now(self, &c->crash);
    tally_apply(c->tally, batch, middle, batch->used);
    tally_mark(c->tally, batch);
    if (moment == CRASH_APPLIED)
        return crash_now(self, &c->crash);
    return TR_CONTINUE;
}

static tr_next counter_on_batch(tr_self *self, struct counter *c, const struct wc_batch *batch)
{
    enum crash_moment moment = crash_draw(&c->crash);
    enum tally_order order = tally_order(c->tally, batch);

    if (moment == CRASH_BEFORE)
        return crash_now(self, &c->crash);
    if (moment == CRASH_STABBED)
        crash_stab(self);
    if (order == TALLY_GAP) // never, as messages arrive in order; a new life asks for them all
        return TR_STOP(TR_ERROR("a batch is missing"));
    if (order == TALLY_NEXT) {
        tr_next next = take(self, c, batch, moment);
        if (next.kind != TR_NEXT_CONTINUE)
            return next;
    }
    if (batch->hurry || moment == CRASH_HANDED || moment == CRASH_STABBED) {
        if (!hand_over(self, c))
            return TR_STOP(TR_ERROR("a hand-over failed"));
    }
    return moment == CRASH_NEVER || moment == CRASH_STABBED ? TR_CONTINUE
                                                            : crash_now(self, &c->crash);
}

TR_SERVER(counter, TR_CAST(batch));
