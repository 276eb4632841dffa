// SPDX-License-Identifier: MIT
#include <troupe/error.h>

#include <troupe/system.h>

#include "port/memory.h"
#include "process/reason.h"

static const struct {
    const char *name;
    const char *text;
} errors[] = {
    [TR_OK] = { "TR_OK", "success" },
    [TR_EINVAL] = { "TR_EINVAL", "an argument is wrong" },
    [TR_ENOMEM] = { "TR_ENOMEM", "out of memory" },
    [TR_ENOPROC] = { "TR_ENOPROC", "no such actor" },
    [TR_ENOTACTOR] = { "TR_ENOTACTOR", "not called by that actor" },
    [TR_ETIMEDOUT] = { "TR_ETIMEDOUT", "the time has passed" },
    [TR_EFULL] = { "TR_EFULL", "the mailbox is full" },
    [TR_EEXITED] = { "TR_EEXITED", "the other actor ended" },
    [TR_EIGNORED] = { "TR_EIGNORED", "init chose not to start" },
    [TR_EEXIST] = { "TR_EEXIST", "already there" },
    [TR_ENOENT] = { "TR_ENOENT", "not there" },
    [TR_ENAMETOOLONG] = { "TR_ENAMETOOLONG", "the name is too long" },
    [TR_EDEADLK] = { "TR_EDEADLK", "the call could never return" },
    [TR_EBUSY] = { "TR_EBUSY", "not possible at this moment" },
    [TR_ESTOPPED] = { "TR_ESTOPPED", "the system is stopping or stopped" },
    [TR_EFORKED] = { "TR_EFORKED", "used in a forked child" },
    [TR_ELIMIT] = { "TR_ELIMIT", "a limit of the system is reached" },
    [TR_ECONFLICT] = { "TR_ECONFLICT", "the message name is known with another layout" },
    [TR_ESYSTEM] = { "TR_ESYSTEM", "the operating system refused" },
};

const char *tr_err_name(tr_err err)
{
    return (unsigned)err < TR_COUNT(errors) ? errors[err].name : "TR_E?";
}

const char *tr_err_text(tr_err err)
{
    return (unsigned)err < TR_COUNT(errors) ? errors[err].text : "unknown error";
}

const char *tr_exit_tag_name(tr_exit_tag tag)
{
    return tri_reason_tag_name(tag);
}

size_t tr_exit_format(tr_exit reason, char *buffer, size_t bytes)
{
    return tri_reason_format(reason, buffer, bytes);
}

const char *tr_system_allocator(void)
{
    return tri_memory_name();
}
