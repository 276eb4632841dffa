// SPDX-License-Identifier: MIT
#include "process/limits.h"

#include "port/memory.h"
#include "process/notice.h"

bool tri_limits_valid(const tr_mailbox_opts *mailbox)
{
    return (unsigned)mailbox->policy <= TR_MAILBOX_DROP_OLDEST && mailbox->block_ms >= 0 &&
           (mailbox->high == 0 ? mailbox->low == 0 : mailbox->low < mailbox->high) &&
           (mailbox->capacity == 0 || mailbox->high <= mailbox->capacity);
}

bool tri_limits_locked(const tr_mailbox_opts *mailbox)
{
    return mailbox->policy == TR_MAILBOX_DROP_OLDEST;
}

// Whether the credit word cannot hold the bound.
static bool booked(const tr_mailbox_opts *mailbox)
{
    return mailbox->bytes != 0 || mailbox->high != 0 || tri_limits_locked(mailbox);
}

tr_err tri_limits_provide(struct tri_thread *t, struct tr_self *slot,
                          const tr_mailbox_opts *mailbox)
{
    struct tr_system *system = t->system;
    if (tri_actor_limits(slot) != NULL || (mailbox->block_ms == 0 && !booked(mailbox))) {
        return TR_OK;
    }
    struct tri_limits *limits = tri_memory_alloc_zero(sizeof *limits);
    if (limits == NULL) {
        return TR_ENOMEM;
    }
    tri_lock_acquire(&system->slots_lock);
    if (tri_limits_locked(mailbox)) {
        limits->lock = &slot->waiters_lock;
        slot->box.locked = limits;
    }
    limits->next = system->limits;
    system->limits = limits;
    tri_lock_release(&system->slots_lock);
    // release [limits]: the zeroes before the record; pairs with tri_actor_limits.
    tri_store(&slot->x_limits, limits, release);
    return TR_OK;
}

static uint64_t policy_bits(const tr_mailbox_opts *mailbox)
{
    static const uint64_t bits[] = { [TR_MAILBOX_BLOCK] = 0,
                                     [TR_MAILBOX_FAIL] = TRI_BOUND_FAIL,
                                     [TR_MAILBOX_DROP_NEWEST] = TRI_BOUND_DROP,
                                     [TR_MAILBOX_DROP_OLDEST] = 0 };
    return bits[mailbox->policy];
}

void tri_limits_set(struct tr_self *slot, uint32_t generation, const tr_mailbox_opts *mailbox)
{
    struct tri_limits *limits = tri_actor_limits(slot);
    if (limits != NULL) {
        // relaxed: published by the START that makes the pid known.
        tri_store(&limits->x_block_ms, mailbox->block_ms == 0 ? TRI_BLOCK_MS : mailbox->block_ms,
                  relaxed);
        tri_lock_acquire(&slot->waiters_lock); // late senders to the dead look at the books
        limits->capacity = mailbox->capacity == 0 ? UINT32_MAX : mailbox->capacity;
        limits->bytes_max = mailbox->bytes == 0 ? UINT64_MAX : mailbox->bytes;
        // relaxed: written under the lock.
        tri_store(&limits->x_high, mailbox->high, relaxed);
        limits->low = mailbox->low;
        limits->alarm = false;
        limits->shown = false;
        limits->used = 0;
        limits->used_bytes = 0;
        limits->generation = generation;
        limits->drops_oldest = tri_limits_locked(mailbox);
        limits->refuses = mailbox->policy == TR_MAILBOX_FAIL;
        limits->drops_newest = mailbox->policy == TR_MAILBOX_DROP_NEWEST;
        tri_lock_release(&slot->waiters_lock);
    }
    if (booked(mailbox)) {
        tri_bound_reset(&slot->bound, generation, 1, TRI_BOUND_BOOKED);
    } else {
        tri_bound_reset(&slot->bound, generation, mailbox->capacity, policy_bits(mailbox));
    }
}

// One thread at a time tells, and looks again when it has: so the changes come in their order.
void tri_limits_tell(struct tr_self *of)
{
    struct tri_limits *limits = tri_actor_limits(of);
    tri_lock_acquire(&of->waiters_lock);
    while (tri_limits_news(limits)) {
        // relaxed: written under the lock.
        uint32_t high = tri_load(&limits->x_high, relaxed);
        tr_alarm alarm = { .kind = TR_ALARM_MAILBOX,
                           .on = limits->alarm,
                           .about = tri_pid_make(of->system, of->index, limits->generation),
                           .value = limits->used,
                           .limit = limits->alarm ? high : limits->low };
        limits->shown = limits->alarm;
        limits->telling = true;
        tri_lock_release(&of->waiters_lock);
        tri_notice_alarm(of->system, &alarm);
        tri_lock_acquire(&of->waiters_lock);
        limits->telling = false;
    }
    tri_lock_release(&of->waiters_lock);
}

void tri_limits_fini(struct tr_system *system)
{
    while (system->limits != NULL) {
        struct tri_limits *limits = system->limits;
        system->limits = limits->next;
        tri_memory_free(limits, sizeof *limits);
    }
}
