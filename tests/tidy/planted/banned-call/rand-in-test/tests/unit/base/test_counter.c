// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>

#include "base/counter.h"

Test(counter, takes_what_was_added)
{
    struct tri_counter counter = { 0 };
    const char *word = "sleep(1) in a string"; // and rand() in a comment

    // tidy allows banned-call: the clean tree shows how a line excepts itself.
    usleep(0);
    tri_counter_add(&counter, rand() % 2);

    cr_assert_eq(tri_counter_take(&counter), 2, "%s", word);
}
