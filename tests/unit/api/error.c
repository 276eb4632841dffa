// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <limits.h>
#include <string.h>
#include <troupe.h>

#define CASE(name)                                                                                 \
    case name:                                                                                     \
        return #name

// No default: the compiler names an error that is missing here.
static const char *spelled(tr_err err)
{
    switch (err) {
        CASE(TR_OK);
        CASE(TR_EINVAL);
        CASE(TR_ENOMEM);
        CASE(TR_ENOPROC);
        CASE(TR_ENOTACTOR);
        CASE(TR_ETIMEDOUT);
        CASE(TR_EFULL);
        CASE(TR_EEXITED);
        CASE(TR_EIGNORED);
        CASE(TR_EEXIST);
        CASE(TR_ENOENT);
        CASE(TR_ENAMETOOLONG);
        CASE(TR_EDEADLK);
        CASE(TR_EBUSY);
        CASE(TR_ESTOPPED);
        CASE(TR_EFORKED);
        CASE(TR_ELIMIT);
        CASE(TR_ECONFLICT);
        CASE(TR_ESYSTEM);
    }
    return NULL;
}

Test(error, every_error_has_its_own_name)
{
    int err = 0;

    for (; spelled((tr_err)err) != NULL; err++) {
        cr_assert_str_eq(tr_err_name((tr_err)err), spelled((tr_err)err));
    }
    cr_assert_eq(err, TR_ESYSTEM + 1, "no number is left out");
}

Test(error, every_error_has_a_text_of_its_own)
{
    for (int err = TR_OK; err <= TR_ESYSTEM; err++) {
        const char *text = tr_err_text((tr_err)err);
        cr_assert_gt(strlen(text), 0, "%s", spelled((tr_err)err));
        for (int other = TR_OK; other < err; other++) {
            cr_assert_str_neq(text, tr_err_text((tr_err)other), "%s", spelled((tr_err)err));
        }
    }
}

Test(error, an_unknown_error_has_a_name_and_a_text)
{
    static const int unknown[] = { TR_ESYSTEM + 1, -1, INT_MAX, INT_MIN };

    for (size_t i = 0; i < TR_COUNT(unknown); i++) {
        cr_assert_str_eq(tr_err_name((tr_err)unknown[i]), "TR_E?");
        cr_assert_str_eq(tr_err_text((tr_err)unknown[i]), "unknown error");
    }
}

// As Erlang writes them.
static const char *erlang(tr_exit_tag tag)
{
    switch (tag) {
    case TR_EXIT_NONE:
        return "none";
    case TR_EXIT_NORMAL:
        return "normal";
    case TR_EXIT_SHUTDOWN:
        return "shutdown";
    case TR_EXIT_KILL:
        return "kill";
    case TR_EXIT_KILLED:
        return "killed";
    case TR_EXIT_NOPROC:
        return "noproc";
    case TR_EXIT_NOCONNECTION:
        return "noconnection";
    case TR_EXIT_TIMEOUT:
        return "timeout";
    case TR_EXIT_CALLING_SELF:
        return "calling_self";
    case TR_EXIT_BAD_RETURN:
        return "bad_return_value";
    case TR_EXIT_ERROR:
        return "error";
    }
    return NULL;
}

Test(error, every_exit_tag_is_named_as_in_erlang)
{
    int tag = 0;

    for (; erlang((tr_exit_tag)tag) != NULL; tag++) {
        cr_assert_str_eq(tr_exit_tag_name((tr_exit_tag)tag), erlang((tr_exit_tag)tag));
    }
    cr_assert_eq(tag, TR_EXIT_ERROR + 1);
    cr_assert_str_eq(tr_exit_tag_name((tr_exit_tag)tag), "?");
    cr_assert_str_eq(tr_exit_tag_name((tr_exit_tag)-1), "?");
}

static const struct {
    tr_exit reason;
    const char *text;
} formats[] = {
    { { TR_EXIT_NORMAL, 0, NULL }, "normal" },
    { { TR_EXIT_SHUTDOWN, 0, "over" }, "shutdown: over" },
    { { TR_EXIT_ERROR, 3, "no pong" }, "error: no pong (3)" },
    { { TR_EXIT_ERROR, -3, NULL }, "error (-3)" },
    { { TR_EXIT_ERROR, INT32_MIN, NULL }, "error (-2147483648)" },
    { { TR_EXIT_ERROR, 0, "" }, "error: " },
    { { (tr_exit_tag)99, 0, "%s%n" }, "?: %s%n" },
};

Test(error, a_reason_is_written_for_people)
{
    char buffer[64];

    for (size_t i = 0; i < TR_COUNT(formats); i++) {
        size_t length = tr_exit_format(formats[i].reason, buffer, sizeof buffer);
        cr_assert_str_eq(buffer, formats[i].text);
        cr_assert_eq(length, strlen(formats[i].text));
    }
}

Test(error, a_reason_too_long_for_the_buffer_is_cut_and_its_length_told)
{
    static const char whole[] = "error: no pong (3)";
    char buffer[32];

    for (size_t bytes = 1; bytes <= sizeof whole; bytes++) {
        memset(buffer, '#', sizeof buffer);
        size_t length = tr_exit_format(tr_exit_make(TR_EXIT_ERROR, 3, "no pong"), buffer, bytes);
        cr_assert_eq(length, sizeof whole - 1);
        cr_assert_eq(strlen(buffer), bytes - 1);
        cr_assert_eq(strncmp(buffer, whole, bytes - 1), 0);
        cr_assert_eq(buffer[bytes], '#', "nothing behind %zu bytes", bytes);
    }
}

Test(error, without_a_buffer_the_length_is_told)
{
    cr_assert_eq(tr_exit_format(TR_ERROR("no pong"), NULL, 0), strlen("error: no pong"));
}
