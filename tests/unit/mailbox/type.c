// SPDX-License-Identifier: MIT
#include "mailbox/type.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MANY 2000
#define TYPES_MAX (65536 - TRI_TYPE_FIRST)

static tr_type describe(const char *name)
{
    return (tr_type){ name, "int n;", 4, 4, 0, NULL };
}

static uint32_t intern(const char *name)
{
    tr_type type = describe(name);
    uint32_t id = 0;

    cr_assert_eq(tri_type_intern(&type, &id), TR_OK);
    return id;
}

Test(type, equal_names_with_equal_layouts_are_one_id)
{
    tr_type one = describe("unit.one");
    tr_type other = describe("unit.one");
    uint32_t ids[2];

    cr_assert_eq(tri_type_id(&one, &ids[0]), TR_OK);
    cr_assert_eq(tri_type_id(&other, &ids[1]), TR_OK);
    cr_assert_eq(ids[0], ids[1]);
    cr_assert_geq(ids[0], TRI_TYPE_FIRST);
    cr_assert_eq(tri_type_count(), 1);
}

Test(type, different_names_are_different_ids)
{
    cr_assert_neq(intern("unit.one"), intern("unit.two"));
    cr_assert_eq(tri_type_count(), 2);
}

Test(type, a_descriptor_remembers_its_id)
{
    tr_type type = describe("unit.one");
    uint32_t id, again;

    tri_type_id(&type, &id);
    cr_assert_eq(type.x_id, id);
    type.name = "unit.never_looked_at";
    cr_assert_eq(tri_type_id(&type, &again), TR_OK);
    cr_assert_eq(again, id);
}

Test(type, a_known_name_with_another_layout_is_refused)
{
    tr_type others[3] = { { "unit.one", "int n;", 8, 4, 0, NULL },
                          { "unit.one", "int n;", 4, 8, 0, NULL },
                          { "unit.one", "int m;", 4, 4, 0, NULL } };
    uint32_t id = 77;

    intern("unit.one");
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(tri_type_id(&others[i], &id), TR_ECONFLICT, "layout %d", i);
        cr_assert_eq(others[i].x_id, 0);
    }
    cr_assert_eq(id, 77);
    cr_assert_eq(tri_type_count(), 1);
}

Test(type, a_malformed_descriptor_is_refused)
{
    char long_name[257];
    tr_type bad[] = {
        { NULL, "", 4, 4, 0, NULL },        { "unit.bad", NULL, 4, 4, 0, NULL },
        { "", "", 4, 4, 0, NULL },          { long_name, "", 4, 4, 0, NULL },
        { "unit.bad", "", 4, 32, 0, NULL }, { "unit.bad", "", (uint32_t)INT32_MAX + 1, 4, 0, NULL }
    };
    uint32_t id = 77;

    memset(long_name, 'x', 256);
    long_name[256] = '\0';
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_eq(tri_type_id(&bad[i], &id), TR_EINVAL, "descriptor %zu", i);
    }
    cr_assert_eq(tri_type_id(NULL, &id), TR_EINVAL);
    cr_assert_eq(id, 77);
    cr_assert_eq(tri_type_count(), 0);
}

Test(type, the_longest_name_and_the_largest_body_are_fine)
{
    char name[256];
    tr_type type = { name, "", INT32_MAX, 16, 0, NULL };
    uint32_t id;

    memset(name, 'x', 255);
    name[255] = '\0';
    cr_assert_eq(tri_type_id(&type, &id), TR_OK);
    cr_assert_str_eq(tri_type_name(id), name);
}

Test(type, descriptors_and_their_texts_may_vanish)
{
    char *name = strdup("unit.gone");
    char *signature = strdup("int n;");
    tr_type type = { name, signature, 4, 4, 0, NULL };
    uint32_t id;

    tri_type_id(&type, &id);
    memset(name, 'x', 9);
    memset(signature, 'x', 6);
    free(name);
    free(signature);
    cr_assert_str_eq(tri_type_name(id), "unit.gone");
    cr_assert_eq(intern("unit.gone"), id);
}

Test(type, two_thousand_types_keep_their_ids_and_names)
{
    static uint32_t ids[MANY];
    static bool taken[TRI_TYPE_FIRST + MANY];
    char name[32];

    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "unit.type_%d", i);
        ids[i] = intern(name);
        cr_assert_lt(ids[i], TRI_TYPE_FIRST + MANY);
        cr_assert_not(taken[ids[i]], "id of %s given twice", name);
        taken[ids[i]] = true;
    }
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "unit.type_%d", i);
        cr_assert_eq(intern(name), ids[i]);
        cr_assert_str_eq(tri_type_name(ids[i]), name);
    }
    cr_assert_eq(tri_type_count(), MANY);
}

Test(type, beyond_the_last_id_new_types_are_refused_and_known_ones_found)
{
    char name[32];
    tr_type one_more = describe("unit.one_more");
    uint32_t id = 77;

    for (int i = 0; i < TYPES_MAX; i++) {
        snprintf(name, sizeof name, "unit.type_%d", i);
        intern(name);
    }
    cr_assert_eq(tri_type_id(&one_more, &id), TR_ELIMIT);
    cr_assert_eq(id, 77);
    cr_assert_str_eq(tri_type_name(intern(name)), name);
}

Test(type, the_runtimes_own_types_have_fixed_ids_and_names)
{
    uint32_t id = 0;

    cr_assert_eq(tri_type_id(&tr_down_type, &id), TR_OK);
    cr_assert_eq(id, TRI_TYPE_DOWN);
    cr_assert_eq(tri_type_id(&tr_exited_type, &id), TR_OK);
    cr_assert_eq(id, TRI_TYPE_EXITED);
    cr_assert_str_eq(tri_type_name(TRI_TYPE_DOWN), "troupe.down");
    cr_assert_str_eq(tri_type_name(TRI_TYPE_EXITED), "troupe.exited");
}

Test(type, the_runtimes_own_names_are_not_for_others)
{
    tr_type mine = { "troupe.down", "", sizeof(tr_down), _Alignof(tr_down), 0, "mine.c:1" };
    char text[128];
    uint32_t id = 77;

    cr_assert_eq(tri_type_id(&mine, &id), TR_ECONFLICT, "whatever its layout");
    cr_assert_eq(id, 77);
    cr_assert_gt(tri_type_conflict(&mine, text, sizeof text), 0);
    cr_assert_not_null(strstr(text, "mine.c:1"));
    cr_assert_eq(tri_type_conflict(&tr_down_type, text, sizeof text), 0);
    cr_assert_str_eq(text, "");
}

Test(type, a_conflict_names_both_places)
{
    tr_type one = { "unit.one", "int n;", 4, 4, 0, "one.c:3" };
    tr_type other = { "unit.one", "int m;", 4, 4, 0, "other.c:5" };
    char text[128];
    uint32_t id;

    cr_assert_eq(tri_type_conflict(&one, text, sizeof text), 0, "nothing is known");
    tri_type_id(&one, &id);
    cr_assert_eq(tri_type_conflict(&one, text, sizeof text), 0);
    cr_assert_gt(tri_type_conflict(&other, text, sizeof text), 0);
    cr_assert_str_eq(text, "unit.one at one.c:3 has int n; (4 bytes), and at other.c:5 int m; "
                           "(4 bytes)");
}

Test(type, an_unknown_id_has_a_placeholder_for_a_name)
{
    cr_assert_str_eq(tri_type_name(0), "?");
    cr_assert_str_eq(tri_type_name(TRI_TYPE_FIRST), "?");
    cr_assert_str_eq(tri_type_name(65536), "?");
    cr_assert_str_eq(tri_type_name(UINT32_MAX), "?");
}

static pthread_barrier_t start;

static void *intern_all(void *ids)
{
    char name[32];

    pthread_barrier_wait(&start);
    for (int i = 0; i < MANY; i++) {
        tr_type type = { name, "", 0, 1, 0, NULL };
        snprintf(name, sizeof name, "unit.shared_%d", i);
        tri_type_id(&type, &((uint32_t *)ids)[i]);
    }
    return NULL;
}

Test(type, threads_that_meet_a_name_first_agree_on_its_id)
{
    static uint32_t ids[2][MANY];
    pthread_t threads[2];

    pthread_barrier_init(&start, NULL, 2);
    for (int i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, intern_all, ids[i]);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    cr_assert_arr_eq(ids[0], ids[1], sizeof ids[0]);
    cr_assert_eq(tri_type_count(), MANY);
}
