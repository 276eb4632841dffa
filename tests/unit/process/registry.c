// SPDX-License-Identifier: MIT
#include "process/registry.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "process/deliver.h"
#include "world.h"

TestSuite(registry, .init = trt_world_begin);

static uint64_t owner_of(const char *name)
{
    return tri_name_find(&trt_system, name);
}

static tr_err give(const char *name, uint32_t slot)
{
    return tri_name_add(&trt_system, name, trt_key(trt_actor(slot)));
}

Test(registry, finds_an_actor_by_its_name_and_nobody_by_another)
{
    cr_assert_eq(give("clock", 1), TR_OK);
    cr_assert_eq(owner_of("clock"), trt_key(trt_actor(1)));
    cr_assert_eq(owner_of("cloc"), 0);
    cr_assert_eq(owner_of("clock2"), 0);
    trt_world_end();
}

Test(registry, gives_a_name_to_one_actor_and_an_actor_one_name)
{
    give("clock", 1);
    cr_assert_eq(give("clock", 2), TR_EEXIST);
    cr_assert_eq(give("watch", 1), TR_EEXIST);
    cr_assert_eq(owner_of("clock"), trt_key(trt_actor(1)));
    cr_assert_eq(owner_of("watch"), 0);
    trt_world_end();
}

Test(registry, gives_no_name_to_the_dead)
{
    trt_die(trt_actor(1));
    cr_assert_eq(give("clock", 1), TR_ENOPROC);
    cr_assert_eq(tri_name_add(&trt_system, "clock", tri_key(100000, 1)), TR_ENOPROC);
    cr_assert_eq(owner_of("clock"), 0);
    cr_assert_eq(trt_system.named.used, 0);
    trt_world_end();
}

Test(registry, the_dead_hold_no_name_though_they_have_not_released_it)
{
    give("clock", 1);
    trt_die(trt_actor(1));
    cr_assert_eq(owner_of("clock"), 0);
    cr_assert_eq(give("clock", 2), TR_OK);
    tri_name_release(&trt_system, trt_actor(1));
    cr_assert_eq(owner_of("clock"), trt_key(trt_actor(2)), "the release of the dead took nothing");
    trt_world_end();
}

Test(registry, a_released_name_is_free)
{
    give("clock", 1);
    tri_name_release(&trt_system, trt_actor(1));
    tri_name_release(&trt_system, trt_actor(1));
    cr_assert_eq(owner_of("clock"), 0);
    cr_assert_eq(give("clock", 2), TR_OK);
    cr_assert_eq(give("watch", 1), TR_OK);
    trt_world_end();
}

Test(registry, a_name_can_be_taken_from_its_actor_once)
{
    give("clock", 1);
    cr_assert_eq(tri_name_remove(&trt_system, "clock"), TR_OK);
    cr_assert_eq(tri_name_remove(&trt_system, "clock"), TR_ENOENT);
    cr_assert_eq(give("watch", 1), TR_OK, "it may have another");
    trt_world_end();
}

Test(registry, a_reserved_name_is_taken_but_not_seen)
{
    struct tri_name *entry = NULL;

    cr_assert_eq(tri_name_reserve(&trt_system, "clock", &entry), TR_OK);
    cr_assert_eq(owner_of("clock"), 0);
    cr_assert_eq(give("clock", 1), TR_EEXIST);
    cr_assert_eq(tri_name_remove(&trt_system, "clock"), TR_ENOENT);
    struct tri_name *untouched = NULL;
    cr_assert_eq(tri_name_reserve(&trt_system, "clock", &untouched), TR_EEXIST);
    cr_assert_null(untouched);
    tri_name_forget(&trt_system, entry);
    cr_assert_eq(give("clock", 1), TR_OK);
    trt_world_end();
}

Test(registry, a_name_is_shown_together_with_the_start_of_its_actor)
{
    struct tri_name *entry;
    struct tr_msg *start = tri_msg_alloc(NULL, TRI_KIND_SEND, 0); // any message will do here

    start->to_generation = trt_actor(1)->generation;
    tri_name_reserve(&trt_system, "clock", &entry);
    tri_name_show(trt_thread, entry, trt_actor(1), start);
    cr_assert_eq(owner_of("clock"), trt_key(trt_actor(1)));
    cr_assert_eq(tri_mailbox_depth(&trt_actor(1)->box), 1);
    trt_drain(trt_actor(1));
    trt_world_end();
}

Test(registry, checks_names_before_they_are_used)
{
    char name[TR_NAME_MAX + 2];

    cr_assert_eq(tri_name_check(NULL), TR_EINVAL);
    cr_assert_eq(tri_name_check(""), TR_EINVAL);
    memset(name, 'n', sizeof name);
    name[TR_NAME_MAX + 1] = '\0';
    cr_assert_eq(tri_name_check(name), TR_ENAMETOOLONG);
    name[TR_NAME_MAX] = '\0';
    cr_assert_eq(tri_name_check(name), TR_OK);
    cr_assert_eq(give(name, 1), TR_OK);
    cr_assert_eq(owner_of(name), trt_key(trt_actor(1)));
    trt_world_end();
}

Test(registry, copies_the_name_of_that_occupant_only)
{
    char text[TR_NAME_MAX + 1] = "before";

    tri_name_copy(&trt_system, trt_actor(1), trt_key(trt_actor(1)), text);
    cr_assert_str_eq(text, "", "nameless");
    give("clock", 1);
    tri_name_copy(&trt_system, trt_actor(1), trt_key(trt_actor(1)), text);
    cr_assert_str_eq(text, "clock");
    tri_name_copy(&trt_system, trt_actor(1), trt_key(trt_actor(1)) + 1, text);
    cr_assert_str_eq(text, "");
    trt_world_end();
}

Test(registry, keeps_a_thousand_names_apart_while_it_grows)
{
    static struct tri_name *entries[1000];
    struct tri_name *other;
    char name[32];

    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "name_%d", i);
        cr_assert_eq(tri_name_reserve(&trt_system, name, &entries[i]), TR_OK);
    }
    cr_assert_eq(trt_system.named.used, 1000);
    cr_assert_geq(trt_system.name_buckets, 500, "it has grown");
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "name_%d", i);
        cr_assert_eq(tri_name_reserve(&trt_system, name, &other), TR_EEXIST, "%s is lost", name);
        cr_assert_str_eq(entries[i]->text, name);
        tri_name_forget(&trt_system, entries[i]);
    }
    cr_assert_eq(trt_system.named.used, 0);
    trt_world_end();
}
