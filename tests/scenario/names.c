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

TRT_ACTOR(takes_a_taken_name)
{
    tr_pid me = tr_self_pid(self);
    tr_pid child = trt_child(self, &waits, 0);
    tr_pid found = tr_no_pid();
    TRT_EQUAL(tr_register(self, "one", me), TR_OK);
    TRT_EQUAL(tr_register(self, "one", me), TR_EEXIST);
    TRT_EQUAL(tr_register(self, "one", child), TR_EEXIST);
    TRT_EQUAL(tr_whereis(self, "one", &found), TR_OK);
    TRT_CHECK(tr_pid_equal(found, me));
    TRT_EQUAL(scn_go_send(self, child, NULL), TR_OK);
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(C01_museum_atomvm_358_a_name_means_one_live_actor)
{
    trt_spawn(&takes_a_taken_name, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    tr_pid found;
    TRT_EQUAL(tr_system_whereis(trt_system(), "one", &found), TR_ENOENT); // it ended
}

TRT_ACTOR(takes_two_names)
{
    tr_pid me = tr_self_pid(self);
    tr_pid found = tr_no_pid();
    TRT_EQUAL(tr_register(self, "one", me), TR_OK);
    TRT_EQUAL(tr_register(self, "two", me), TR_EEXIST);
    TRT_EQUAL(tr_whereis(self, "two", &found), TR_ENOENT);
    TRT_EQUAL(tr_unregister(self, "one"), TR_OK);
    TRT_EQUAL(tr_register(self, "two", me), TR_OK);
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(C02_an_actor_has_one_name)
{
    trt_spawn(&takes_two_names, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(names_the_dead)
{
    tr_pid child = trt_child(self, &waits, 0);
    tr_pid found = tr_no_pid();
    TRT_EQUAL(scn_go_send(self, child, NULL), TR_OK);
    (void)trt_await_end(self, child);
    TRT_EQUAL(tr_register(self, "one", child), TR_ENOPROC);
    TRT_CHECK(tr_register(self, "one", tr_no_pid()) != TR_OK);
    TRT_EQUAL(tr_whereis(self, "one", &found), TR_ENOENT);
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(C03_the_dead_and_nobody_get_no_name)
{
    trt_spawn(&names_the_dead, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(looks_for_nobody)
{
    tr_pid found = tr_self_pid(self);
    TRT_EQUAL(tr_whereis(self, "nobody", &found), TR_ENOENT);
    TRT_CHECK(tr_pid_equal(found, tr_self_pid(self))); // untouched
    TRT_EQUAL(tr_register(self, "somebody", found), TR_OK);
    TRT_EQUAL(tr_whereis(self, "nobody", &found), TR_ENOENT);
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(C05_the_lookup_of_a_free_name_says_so)
{
    tr_pid found;
    TRT_EQUAL(tr_system_whereis(trt_system(), "nobody", &found), TR_ENOENT);
    trt_spawn(&looks_for_nobody, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(gives_its_name_up)
{
    TRT_EQUAL(tr_unregister(self, "one"), TR_ENOENT);
    TRT_EQUAL(tr_register(self, "one", tr_self_pid(self)), TR_OK);
    TRT_EQUAL(tr_unregister(self, "one"), TR_OK);
    TRT_EQUAL(tr_unregister(self, "one"), TR_ENOENT);
    TRT_CHECK(tr_is_alive(trt_system(), tr_self_pid(self)));
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(C06_unregister_of_a_free_name_fails_and_of_another_spares_its_owner)
{
    trt_spawn(&gives_its_name_up, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
}

TRT_ACTOR(sends_by_name)
{
    tr_pid child = trt_child(self, &waits, .name = "one");
    TRT_EQUAL(tr_send_named(self, "one", &scn_go_type, NULL), TR_OK);
    (void)trt_await_end(self, child);
    TRT_EQUAL(tr_send_named(self, "one", &scn_go_type, NULL), TR_ENOENT);
    TRT_EQUAL(tr_send_named(self, "two", &scn_go_type, NULL), TR_ENOENT);
    TRT_EQUAL(tr_send_named(self, "", &scn_go_type, NULL), TR_EINVAL);
    w.finished = 1;
    return TR_NORMAL;
}

TRT_SCENARIO(B02_a_send_to_a_free_name_fails_at_once)
{
    uint64_t before = trt_totals().attempted;
    trt_spawn(&sends_by_name, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 1);
    TRT_EQUAL(trt_totals().attempted - before, 1);
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

TRT_SCENARIO(C08_a_spawn_with_a_taken_name_leaves_no_actor)
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

static tr_next refuses_to_start(tr_self *self, void *state, const void *args)
{
    (void)state;
    (void)args;
    trt_dawdle(self);
    return TR_STOP(tr_exit_make(TR_EXIT_ERROR, 3, "not today"));
}

static tr_next never_called(tr_self *self, void *state, const tr_msg *msg)
{
    (void)self;
    (void)state;
    (void)msg;
    return TR_CONTINUE;
}

static const tr_actor_spec refuser = { .label = "refuser",
                                       .init = refuses_to_start,
                                       .on_message = never_called };

TRT_ACTOR(tries_again)
{
    tr_spawn_opts opts = { .name = "prize", .wait_init = true };
    for (int i = 0; i < 4; i++) {
        tr_pid found;
        TRT_EQUAL(tr_spawn(self, &refuser, &opts, NULL), TR_EEXITED);
        TRT_EQUAL(tr_whereis(self, "prize", &found), TR_ENOENT);
    }
    w.won++;
    return TR_NORMAL;
}

// The name of an actor whose init failed is free before its starter hears of it.
TRT_SCENARIO(C09_a_failed_start_has_freed_its_name_when_it_is_told)
{
    trt_spawn(&tries_again, 0);
    trt_quiet();
    TRT_EQUAL(w.won, 1);
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

// Lookups and sends by name race with holders that come and go.
TRT_SCENARIO(C07_sends_by_name_find_a_holder_or_nobody)
{
    trt_spawn(&renews, 0);
    trt_spawn(&asker, 0);
    trt_spawn(&asker, 0);
    trt_quiet();
    TRT_EQUAL(w.finished, 3);
    TRT_EQUAL(trt_alive_count(), 0);
}
