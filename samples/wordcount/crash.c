// SPDX-License-Identifier: MIT
#include "crash.h"

static uint64_t next_random(struct crash *crash)
{
    uint64_t mixed = crash->random += UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

void crash_init(struct crash *crash, uint32_t every, uint64_t seed, uint64_t salt)
{
    crash->every = every;
    crash->random = seed;
    crash->random = next_random(crash) ^ salt;
}

enum crash_moment crash_draw(struct crash *crash)
{
    if (crash->every == 0 || next_random(crash) % crash->every != 0)
        return CRASH_NEVER;
    return (enum crash_moment)(1 + next_random(crash) % (CRASH_MOMENTS - 1));
}

tr_next crash_now(tr_self *self, struct crash *crash)
{
    switch (next_random(crash) % 3) {
    case 0:
        return TR_STOP(TR_ERROR("crash on purpose"));
    case 1:
        tr_exit_self(self, TR_ERROR("exit on purpose"));
    default:
        (void)tr_exit_send(self, tr_self_pid(self), TR_KILL);
        return TR_STOP(TR_ERROR("survived its own kill"));
    }
}

static tr_exit stab(tr_self *self, const void *args)
{
    const tr_pid *victim = args;

    (void)tr_exit_send(self, *victim, TR_KILL);
    return TR_NORMAL;
}

void crash_stab(tr_self *self)
{
    static const tr_actor_spec assassin = { .label = "assassin", .run = stab };
    tr_pid me = tr_self_pid(self);

    (void)tr_spawn(self, &assassin, &((tr_spawn_opts){ .args = &me, .args_bytes = sizeof me }),
                   NULL);
}
