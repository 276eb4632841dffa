// SPDX-License-Identifier: MIT
// Which specs are refused, and which field is named.
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "supervisor/spec.h"

static tr_exit run(tr_self *self, const void *arg)
{
    (void)self;
    (void)arg;
    return TR_NORMAL;
}

static const tr_child good = { .id = "a", .run = run };

static void expect_child(const tr_child *child, const char *text)
{
    struct tri_reason wrong;

    cr_assert_eq(tri_spec_check_child(child, &wrong), TR_EINVAL, "%s", text);
    cr_expect_str_eq(wrong.text, text);
    cr_expect_eq(wrong.tag, TR_EXIT_ERROR);
}

static void expect_tree(const tr_supervisor_spec *spec, const char *text)
{
    struct tri_reason wrong;

    cr_assert_eq(tri_spec_check(spec, &wrong), TR_EINVAL, "%s", text);
    cr_expect_str_eq(wrong.text, text);
}

Test(spec, accepts_a_good_child_and_an_empty_supervisor)
{
    struct tri_reason wrong;
    tr_supervisor_spec none = { .intensity = TR_ZERO };

    cr_assert_eq(tri_spec_check_child(&good, &wrong), TR_OK);
    cr_assert_eq(tri_spec_check(&none, &wrong), TR_OK);
}

Test(spec, accepts_a_child_with_any_policy_of_its_mailbox)
{
    static const tr_policy policies[] = { TR_MAILBOX_BLOCK, TR_MAILBOX_FAIL, TR_MAILBOX_DROP_NEWEST,
                                          TR_MAILBOX_DROP_OLDEST };
    for (size_t i = 0; i < TR_COUNT(policies); i++) {
        struct tri_reason wrong;
        tr_child child = { .id = "a", .run = run, .mailbox = { .capacity = 3, .bytes = 900 } };
        child.mailbox.policy = policies[i];
        cr_expect_eq(tri_spec_check_child(&child, &wrong), TR_OK);
    }
}

Test(spec, names_the_wrong_field_of_a_child)
{
    static const char long_id[] =
        "0123456789012345678901234567890123456789012345678901234567890123";
    static const tr_supervisor_spec inner = { .child_count = 0 };

    expect_child(NULL, "bad spec: NULL");
    expect_child(&(tr_child){ .run = run }, "bad spec: id");
    expect_child(&(tr_child){ .id = "", .run = run }, "bad spec: id");
    expect_child(&(tr_child){ .id = long_id, .run = run }, "bad spec: id");
    expect_child(&(tr_child){ .id = "a" }, "bad spec: run, server or supervisor");
    expect_child(&(tr_child){ .id = "a", .run = run, .supervisor = &inner },
                 "bad spec: run, server or supervisor");
    expect_child(&(tr_child){ .id = "a", .run = run, .name = "" }, "bad spec: name");
    expect_child(&(tr_child){ .id = "a", .run = run, .restart = 7 }, "bad spec: restart");
    expect_child(&(tr_child){ .id = "a", .run = run, .args_bytes = 8 }, "bad spec: args");
    expect_child(&(tr_child){ .id = "a", .supervisor = &inner, TR_ARGS_OF(&good) },
                 "bad spec: args");
}

Test(spec, names_the_wrong_time_and_mailbox_of_a_child)
{
    static const tr_supervisor_spec inner = { .child_count = 0 };

    expect_child(&(tr_child){ .id = "a", .run = run, .shutdown_ms = -3 }, "bad spec: shutdown_ms");
    expect_child(&(tr_child){ .id = "a", .run = run, .start_timeout_ms = -1 },
                 "bad spec: start_timeout_ms");
    expect_child(&(tr_child){ .id = "a", .run = run, .mailbox = { .policy = 9 } },
                 "bad spec: mailbox");
    expect_child(&(tr_child){ .id = "a", .run = run, .mailbox = { .low = 3 } },
                 "bad spec: mailbox");
    expect_child(&(tr_child){ .id = "a", .supervisor = &inner, .mailbox = { .capacity = 1 } },
                 "bad spec: mailbox");
    expect_child(&(tr_child){ .id = "a", .supervisor = &inner, .mailbox = { .bytes = 1 } },
                 "bad spec: mailbox");
}

Test(spec, names_the_wrong_field_of_a_supervisor)
{
    expect_tree(NULL, "bad spec: NULL");
    expect_tree(&(tr_supervisor_spec){ .name = "" }, "bad spec: name");
    expect_tree(&(tr_supervisor_spec){ .strategy = 3 }, "bad spec: strategy");
    expect_tree(&(tr_supervisor_spec){ .intensity = -2 }, "bad spec: intensity");
    expect_tree(&(tr_supervisor_spec){ .period_ms = -1 }, "bad spec: period_ms");
    expect_tree(&(tr_supervisor_spec){ .child_count = 1 }, "bad spec: children");
}

Test(spec, says_where_in_the_tree_the_wrong_field_is)
{
    const tr_child leaves[] = { { .id = "a", .run = run },
                                { .id = "b", .run = run, .restart = 9 } };
    const tr_supervisor_spec inner = { .children = leaves, .child_count = 2 };
    const tr_child tops[] = { { .id = "s", .supervisor = &inner } };

    expect_tree(&inner, "bad spec: children[1].restart");
    expect_tree(&(tr_supervisor_spec){ .children = tops, .child_count = 1 },
                "bad spec: children[0].children[1].restart");
}

Test(spec, refuses_an_id_that_is_taken_among_few_and_among_many)
{
    static char ids[500][16];
    static tr_child many[500];
    const tr_child few[] = { { .id = "a", .run = run }, { .id = "a", .run = run } };
    struct tri_reason wrong;

    expect_tree(&(tr_supervisor_spec){ .children = few, .child_count = 2 },
                "bad spec: children[1].id is taken");
    for (int i = 0; i < 500; i++) {
        snprintf(ids[i], sizeof ids[i], "c%d", i);
        many[i] = (tr_child){ .id = ids[i], .run = run };
    }
    tr_supervisor_spec spec = { .children = many, .child_count = 500 };
    cr_assert_eq(tri_spec_check(&spec, &wrong), TR_OK);
    many[400].id = "c7";
    expect_tree(&spec, "bad spec: children[400].id is taken");
}

Test(spec, refuses_a_tree_without_end)
{
    tr_supervisor_spec loop = { .child_count = 1 };
    tr_child itself = { .id = "again", .supervisor = &loop };

    loop.children = &itself;
    struct tri_reason wrong;
    cr_assert_eq(tri_spec_check(&loop, &wrong), TR_EINVAL);
    cr_assert_eq(strncmp(wrong.text, "bad spec: children[0].", 22), 0);
}

Test(spec, has_the_defaults_of_otp)
{
    const tr_supervisor_spec inner = { .child_count = 0 };
    const tr_child below = { .id = "s", .supervisor = &inner };

    cr_assert_eq(tri_spec_intensity(&inner), 1);
    cr_assert_eq(tri_spec_period_ns(&inner), UINT64_C(5000000000));
    cr_assert_eq(tri_spec_shutdown_ms(&good), 5000);
    cr_assert_eq(tri_spec_shutdown_ms(&below), TR_INFINITY);
}

Test(spec, gives_the_words_for_zero_and_for_ever_their_meaning)
{
    cr_assert_eq(tri_spec_intensity(&(tr_supervisor_spec){ .intensity = TR_ZERO }), 0);
    cr_assert_eq(tri_spec_period_ns(&(tr_supervisor_spec){ .period_ms = TR_INFINITY }), UINT64_MAX);
    cr_assert_eq(tri_spec_shutdown_ms(&(tr_child){ .shutdown_ms = TR_ZERO }), 0);
    cr_assert_eq(tri_spec_shutdown_ms(&(tr_child){ .shutdown_ms = TR_BRUTAL }), TR_BRUTAL);
}
