// SPDX-License-Identifier: MIT
// Names. Rows B02 C01 to C09.
#include "messages.h"
#include "scenario.h"

#include <string.h>

static struct {
    tr_pid holder;
    unsigned won;
    unsigned lost;
    unsigned finished;
} w;
TRT_WORLD(w);

TRT_ACTOR(waits)
{
    (void)trt_next_of(self, &scn_go_type);
    return TR_NORMAL;
}

TRT_ACTOR(registers)
{
    tr_pid me = tr_self_pid(self);
    tr_pid found = tr_no_pid();
    TRT_EQUAL(tr_whereis(self, "one", &found), TR_ENOENT); // C05
    TRT_EQUAL(tr_unregister(self, "one"), TR_ENOENT);      // C06
    TRT_EQUAL(tr_register(self, "one", me), TR_OK);
    TRT_EQUAL(tr_register(self, "one", me), TR_EEXIST); // C01
    TRT_EQUAL(tr_register(self, "two", me), TR_EEXIST); // C02
    TRT_EQUAL(tr_whereis(self, "one", &found), TR_OK);
    TRT_CHECK(tr_pid_equal(found, me));
    TRT_EQUAL(tr_unregister(self, "one"), TR_OK);
    TRT_EQUAL(tr_register(self, "two", me), TR_OK); // C06: it goes on, and may have another
    tr_pid child = trt_child(self, &waits, 0);
    TRT_EQUAL(tr_register(self, "two", child), TR_EEXIST);
    TRT_EQUAL(tr_register(self, "one", child), TR_OK);
    TRT_EQUAL(tr_send_named(self, "one", &scn_go_type, NULL), TR_OK);
    (void)trt_await_end(self, child);
    TRT_EQUAL(tr_whereis(self, "one", &found), TR_ENOENT);
    TRT_EQUAL(tr_send_named(self, "one", &scn_go_type, NULL), TR_ENOENT); // B02
    TRT_EQUAL(tr_register(self, "one", child), TR_ENOPROC);               // C03
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(museum_atomvm_358_names_mean_one_live_actor)
{
    trt_spawn(&registers, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    tr_pid found;
    TRT_EQUAL(tr_system_whereis(trt_system(), "two", &found), TR_ENOENT); // it ended
}

TRT_ACTOR(odd_names)
{
    char name[TR_NAME_MAX + 2];
    memset(name, 'n', sizeof name);
    name[TR_NAME_MAX + 1] = '\0';
    tr_pid me = tr_self_pid(self);
    tr_pid found;
    TRT_EQUAL(tr_register(self, "", me), TR_EINVAL);
    TRT_EQUAL(tr_register(self, name, me), TR_ENAMETOOLONG);
    TRT_CHECK(tr_whereis(self, name, &found) != TR_OK);
    name[TR_NAME_MAX] = '\0';
    TRT_EQUAL(tr_register(self, name, me), TR_OK);
    TRT_EQUAL(tr_whereis(self, name, &found), TR_OK);
    name[TR_NAME_MAX - 1] = 'm';
    TRT_EQUAL(tr_whereis(self, name, &found), TR_ENOENT);
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(names_have_a_longest_and_a_shortest, .traces = 1)
{
    trt_spawn(&odd_names, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(racer)
{
    trt_dawdle(self);
    tr_err err = tr_register(self, "prize", tr_self_pid(self));
    TRT_CHECK(err == TR_OK || err == TR_EEXIST);
    if (err == TR_OK) {
        w.won++;
        w.holder = tr_self_pid(self);
    } else {
        w.lost++;
    }
    (void)trt_next_of(self, &scn_go_type);
    return TR_NORMAL;
}

// C01 under a race.
TRT_SCENARIO(one_of_several_racers_gets_the_name)
{
    tr_pid racers[3];
    for (int i = 0; i < 3; i++) {
        racers[i] = trt_spawn(&racer, 0);
    }
    trt_quiet();
    TRT_EQUAL(w.won, 1);
    TRT_EQUAL(w.lost, 2);
    tr_pid found = tr_no_pid();
    TRT_EQUAL(tr_system_whereis(trt_system(), "prize", &found), TR_OK);
    TRT_CHECK(tr_pid_equal(found, w.holder));
    for (int i = 0; i < 3; i++) {
        trt_kill(racers[i]);
    }
}

TRT_ACTOR(spawns_named)
{
    trt_dawdle(self);
    tr_pid child = tr_no_pid();
    tr_err err = tr_spawn(self, &waits, &(tr_spawn_opts){ .name = "prize" }, &child);
    if (err == TR_OK) {
        w.won++;
        w.holder = child;
    } else {
        TRT_EQUAL(err, TR_EEXIST);
        TRT_CHECK(tr_pid_is_none(child));
        w.lost++;
    }
    return TR_NORMAL;
}

// C08: a start with a taken name leaves no second actor.
TRT_SCENARIO(a_spawn_with_a_taken_name_leaves_no_actor)
{
    for (int i = 0; i < 3; i++) {
        trt_spawn(&spawns_named, 0);
    }
    trt_quiet();
    TRT_EQUAL(w.won, 1);
    TRT_EQUAL(w.lost, 2);
    TRT_EQUAL(trt_alive_count(), 1);
    trt_kill(w.holder);
}

TRT_ACTOR(asker)
{
    for (unsigned i = 0; i < 4; i++) {
        tr_pid found;
        if (tr_whereis(self, "prize", &found) == TR_OK) {
            w.won++;
        }
        tr_err err = tr_send_named(self, "prize", &scn_red_type, &(uint32_t){ i });
        TRT_CHECK(err == TR_OK || err == TR_ENOENT);
        tr_yield(self);
    }
    w.finished++;
    return TR_NORMAL;
}

TRT_ACTOR(short_lived)
{
    trt_dawdle(self);
    return TR_NORMAL;
}

TRT_ACTOR(renews)
{
    for (int i = 0; i < 4; i++) {
        tr_ref ref;
        bool late = trt_choose(2) == 0;
        tr_pid child =
            trt_child(self, &short_lived, .name = "prize", .monitor = late ? NULL : &ref);
        if (late) {
            trt_dawdle(self);
            TRT_EQUAL(tr_monitor(self, child, &ref), TR_OK);
        }
        TRT_CHECK(tr_pid_equal(trt_down_of(trt_next(self))->pid, child));
        // The name is free when the notice is here, so that each spawn succeeds (A35).
    }
    w.finished++;
    return TR_NORMAL;
}

// C07: lookups and sends by name race with holders that come and go; each finds one or nobody.
TRT_SCENARIO(sends_by_name_find_a_holder_or_nobody)
{
    trt_spawn(&renews, 0);
    trt_spawn(&asker, 0);
    trt_spawn(&asker, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 3);
    TRT_EQUAL(trt_alive_count(), 0);
}
