// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"

Test(check, a_true_condition_passes)
{
    int looked = 0;

    TRI_CHECK(++looked == 1, "looked once");
    cr_assert_eq(looked, 1);
}

Test(check, a_broken_invariant_aborts, .signal = SIGABRT)
{
    TRI_CHECK(1 + 1 == 3, "arithmetic");
}

static void end_quietly(int signal_number)
{
    (void)signal_number;
    fflush(stderr);
    _exit(7);
}

Test(check, the_report_names_file_and_message)
{
    FILE *report = tmpfile();
    char line[256] = "";

    pid_t child = fork();
    if (child == 0) {
        dup2(fileno(report), STDERR_FILENO);
        signal(SIGABRT, end_quietly);
        tri_check_failed("engine.c", 42, "too hot");
    }
    waitpid(child, NULL, 0);
    rewind(report);
    cr_assert_not_null(fgets(line, sizeof line, report));
    cr_assert_str_eq(line, "troupe: broken invariant at engine.c:42: too hot\n");
    fclose(report);
}

Test(check, an_assertion_is_evaluated_in_checked_builds_only)
{
    int looked = 0;

    TRI_ASSERT(++looked == 1);
#if defined(TRI_CHECKED) && TRI_CHECKED
    cr_assert_eq(looked, 1);
#else
    cr_assert_eq(looked, 0);
#endif
}
