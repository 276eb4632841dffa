// SPDX-License-Identifier: MIT
#include "port/lock.h"

#include "platform/real/futex.h"
#include "port/spin.h"

// About 2 us: longer than any section, shorter than a sleep and a wake.
enum { SPIN_MAX = 100 };

void tri_lock_acquire_slow(struct tri_lock *l)
{
    for (int i = 0; i < SPIN_MAX; i++) {
        uint32_t found = 0;
        // relaxed: only decides whether to try.
        if (tri_load(&l->x_word, relaxed) == 0 &&
            // acquire [lock]: as in tri_lock_acquire; pairs with tri_lock_release.
            // relaxed: a failed attempt reads nothing that the lock guards.
            tri_cas(&l->x_word, &found, 1, acquire, relaxed)) {
            return;
        }
        tri_spin_pause();
    }
    // acquire [lock]: as in tri_lock_acquire; pairs with tri_lock_release. Taking the lock as 2
    // may cause one needless wake, never a lost one.
    while (tri_xchg(&l->x_word, 2, acquire) != 0) {
        tri_futex_wait(&l->x_word, 2, 0);
    }
}

void tri_lock_release_slow(struct tri_lock *l)
{
    tri_futex_wake(&l->x_word, 1);
}
