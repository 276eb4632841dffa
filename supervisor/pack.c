// SPDX-License-Identifier: MIT
#include "pack.h"

#include <string.h>

#include "spec.h"

static size_t follows_bytes(const tr_child *child)
{
    return child->supervisor != NULL ? tri_pack_supervisor_bytes(child->supervisor)
                                     : child->args_bytes;
}

size_t tri_pack_child_bytes(const tr_child *child)
{
    return TRI_PACKED_CHILD_BYTES + TRI_PACK_ROUND(follows_bytes(child));
}

size_t tri_pack_supervisor_bytes(const tr_supervisor_spec *spec)
{
    size_t bytes = TRI_PACKED_SUPERVISOR_BYTES;
    for (size_t i = 0; i < spec->child_count; i++) {
        bytes += tri_pack_child_bytes(&spec->children[i]);
    }
    return bytes;
}

static enum tri_child_kind kind_of(const tr_child *child)
{
    if (child->run != NULL) {
        return TRI_CHILD_RUN;
    }
    return child->server != NULL ? TRI_CHILD_SERVER : TRI_CHILD_SUPERVISOR;
}

// A child that is a supervisor takes the name of its spec unless it is given one of its own.
static const char *name_of(const tr_child *child)
{
    const char *name = child->name;
    if (name == NULL && child->supervisor != NULL) {
        name = child->supervisor->name;
    }
    return name == NULL ? "" : name;
}

void tri_pack_child(const tr_child *child, struct tri_packed_child *to)
{
    size_t bytes = tri_pack_child_bytes(child);
    void *follows = (char *)to + TRI_PACKED_CHILD_BYTES;
    memset(to, 0, bytes);
    to->bytes = bytes;
    to->kind = kind_of(child);
    to->restart = child->restart;
    to->trap = child->trap;
    to->has_args = child->args != NULL;
    to->run = child->run;
    to->server = child->server;
    to->shutdown_ms = tri_spec_shutdown_ms(child);
    to->start_timeout_ms = child->start_timeout_ms;
    to->mailbox = child->mailbox;
    to->args_bytes = follows_bytes(child);
    (void)tri_text_copy(to->id, sizeof to->id, child->id);
    (void)tri_text_copy(to->name, sizeof to->name, name_of(child));
    if (child->supervisor != NULL) {
        tri_pack_supervisor(child->supervisor, follows);
    } else if (child->args_bytes != 0) {
        memcpy(follows, child->args, child->args_bytes);
    }
}

void tri_pack_supervisor(const tr_supervisor_spec *spec, struct tri_packed_supervisor *to)
{
    memset(to, 0, TRI_PACKED_SUPERVISOR_BYTES);
    to->bytes = tri_pack_supervisor_bytes(spec);
    to->strategy = spec->strategy;
    to->intensity = tri_spec_intensity(spec);
    to->period_ns = tri_spec_period_ns(spec);
    to->child_count = spec->child_count;
    (void)tri_text_copy(to->name, sizeof to->name, spec->name == NULL ? "" : spec->name);
    char *at = (char *)to + TRI_PACKED_SUPERVISOR_BYTES;
    for (size_t i = 0; i < spec->child_count; i++) {
        tri_pack_child(&spec->children[i], (void *)at);
        at += tri_pack_child_bytes(&spec->children[i]);
    }
}
