// SPDX-License-Identifier: MIT
#include "port/park.h"

#include <stdbool.h>
#include <stddef.h>

#include "platform/real/futex.h"
#include "port/clock.h"

enum { EMPTY, TOKEN, WAITING };

void tri_park_init(struct tri_park *p)
{
    // relaxed: whoever publishes the object that holds the park publishes this too.
    tri_store(&p->x_word, EMPTY, relaxed);
}

static void take_token(struct tri_park *p)
{
    // acquire [park-token]: what the waker wrote is seen. An exchange, so that it reads the newest
    // wake; later wakes may have replaced one TOKEN by another. Pairs with tri_park_wake.
    (void)tri_xchg(&p->x_word, EMPTY, acquire);
}

void tri_park_wait(struct tri_park *p, uint64_t deadline_ns)
{
    uint32_t found = EMPTY;
    // relaxed on both sides: WAITING publishes nothing, and a TOKEN found here is taken below.
    if (!tri_cas(&p->x_word, &found, WAITING, relaxed, relaxed)) {
        take_token(p);
        return;
    }
    for (;;) {
        tri_futex_wait(&p->x_word, WAITING, deadline_ns);
        // relaxed: a hint; take_token orders.
        bool woken = tri_load(&p->x_word, relaxed) != WAITING;
        if (woken || (deadline_ns != 0 && tri_clock_ns() >= deadline_ns)) {
            take_token(p); // at a deadline this also takes back WAITING, or a wake just in time
            return;
        }
    }
}

void tri_park_wake(struct tri_park *p)
{
    // release [park-token]: writes before the wake come before the token. Pairs with take_token.
    if (tri_xchg(&p->x_word, TOKEN, release) == WAITING) {
        tri_futex_wake(&p->x_word, 1);
    }
}
