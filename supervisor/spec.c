// SPDX-License-Identifier: MIT
#include "spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <troupe/mailbox.h>

#define NS_PER_MS UINT64_C(1000000)
// Up to this many ids are compared each with each.
#define FEW_IDS 16

// Where in the tree a check is: the way from the root, as text.
struct place {
    char path[TR_EXIT_TEXT_MAX + 1];
    struct tri_reason *wrong;
    unsigned depth;
};

static tr_err wrong(const struct place *place, const char *field)
{
    char text[2 * TR_EXIT_TEXT_MAX];
    snprintf(text, sizeof text, "bad spec: %s%s", place->path, field);
    tri_reason_set(place->wrong, tr_exit_make(TR_EXIT_ERROR, TR_EINVAL, text));
    return TR_EINVAL;
}

static bool is_name(const char *name)
{
    size_t length = 0;
    while (length <= TR_NAME_MAX && name[length] != '\0') {
        length++;
    }
    return length >= 1 && length <= TR_NAME_MAX;
}

static tr_err check_mailbox(const tr_child *child, const struct place *place)
{
    const tr_mailbox_opts *mailbox = &child->mailbox;
    // A supervisor sends itself messages, which must never wait for room nor be dropped.
    bool bounded = mailbox->capacity != 0 || mailbox->bytes != 0;
    if (!tr_mailbox_valid(mailbox) || (child->supervisor != NULL && bounded)) {
        return wrong(place, "mailbox");
    }
    return TR_OK;
}

static tr_err check_times(const tr_child *child, const struct place *place)
{
    if (child->shutdown_ms < 0 && child->shutdown_ms != TR_ZERO &&
        child->shutdown_ms != TR_BRUTAL) {
        return wrong(place, "shutdown_ms");
    }
    return child->start_timeout_ms < 0 ? wrong(place, "start_timeout_ms") : TR_OK;
}

static tr_err check_args(const tr_child *child, const struct place *place)
{
    if (child->args == NULL ? child->args_bytes != 0 : child->args_bytes > TRI_SPEC_ARGS_MAX) {
        return wrong(place, "args");
    }
    return child->supervisor != NULL && child->args != NULL ? wrong(place, "args") : TR_OK;
}

static tr_err check_fields(const tr_child *child, const struct place *place)
{
    int kinds = (child->run != NULL) + (child->server != NULL) + (child->supervisor != NULL);
    if (child->id == NULL || !is_name(child->id)) {
        return wrong(place, "id");
    }
    if (kinds != 1) {
        return wrong(place, "run, server or supervisor");
    }
    if (child->name != NULL && !is_name(child->name)) {
        return wrong(place, "name");
    }
    if ((unsigned)child->restart > TR_TEMPORARY) {
        return wrong(place, "restart");
    }
    tr_err err = check_args(child, place);
    err = err == TR_OK ? check_times(child, place) : err;
    return err == TR_OK ? check_mailbox(child, place) : err;
}

static tr_err check_tree(const tr_supervisor_spec *spec, const struct place *place);

static tr_err check_child(const tr_child *child, const struct place *place)
{
    tr_err err = check_fields(child, place);
    return err == TR_OK && child->supervisor != NULL ? check_tree(child->supervisor, place) : err;
}

// --- Ids are unique ------------------------------------------------------------------------------

static size_t hash(const char *id)
{
    uint64_t value = UINT64_C(14695981039346656037);
    for (; *id != '\0'; id++) {
        value = (value ^ (unsigned char)*id) * UINT64_C(1099511628211);
    }
    return (size_t)(value ^ (value >> 32));
}

static size_t find_twin_among_few(const tr_supervisor_spec *spec)
{
    for (size_t i = 1; i < spec->child_count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (strcmp(spec->children[i].id, spec->children[k].id) == 0) {
                return i;
            }
        }
    }
    return 0;
}

// table: `room` zeroed places of 1 + index; room is a power of two.
static size_t find_twin(const tr_supervisor_spec *spec, uint32_t *table, size_t room)
{
    for (size_t i = 0; i < spec->child_count; i++) {
        size_t at = hash(spec->children[i].id) & (room - 1);
        for (; table[at] != 0; at = (at + 1) & (room - 1)) {
            if (strcmp(spec->children[table[at] - 1].id, spec->children[i].id) == 0) {
                return i;
            }
        }
        table[at] = (uint32_t)(i + 1);
    }
    return 0;
}

// The index of a child whose id an earlier one has; 0 when there is none.
static tr_err find_any_twin(const tr_supervisor_spec *spec, size_t *twin)
{
    if (spec->child_count <= FEW_IDS) {
        *twin = find_twin_among_few(spec);
        return TR_OK;
    }
    size_t room = 64;
    while (room < 2 * spec->child_count) {
        room *= 2;
    }
    uint32_t *table = calloc(room, sizeof *table);
    if (table == NULL) {
        return TR_ENOMEM;
    }
    *twin = find_twin(spec, table, room);
    free(table);
    return TR_OK;
}

// --- Supervisors ---------------------------------------------------------------------------------

static struct place place_of_child(const struct place *place, size_t index)
{
    struct place below = { .wrong = place->wrong, .depth = place->depth + 1 };
    // A path that is too long is cut; it still says where to look.
    char path[2 * sizeof below.path];
    snprintf(path, sizeof path, "%schildren[%zu].", place->path, index);
    (void)tri_text_copy(below.path, sizeof below.path, path);
    return below;
}

static tr_err check_flags(const tr_supervisor_spec *spec, const struct place *place)
{
    if (spec->name != NULL && !is_name(spec->name)) {
        return wrong(place, "name");
    }
    if ((unsigned)spec->strategy > TR_REST_FOR_ONE) {
        return wrong(place, "strategy");
    }
    if (spec->intensity < 0 && spec->intensity != TR_ZERO) {
        return wrong(place, "intensity");
    }
    if (spec->period_ms < 0) {
        return wrong(place, "period_ms");
    }
    bool has_children = spec->child_count == 0 || spec->children != NULL;
    bool is_bounded = spec->child_count <= TRI_SPEC_CHILDREN_MAX;
    return has_children && is_bounded ? TR_OK : wrong(place, "children");
}

static tr_err check_tree(const tr_supervisor_spec *spec, const struct place *place)
{
    if (place->depth >= TRI_SPEC_DEPTH_MAX) {
        return wrong(place, "supervisor is too deep");
    }
    tr_err err = check_flags(spec, place);
    for (size_t i = 0; err == TR_OK && i < spec->child_count; i++) {
        struct place below = place_of_child(place, i);
        err = check_child(&spec->children[i], &below);
    }
    size_t twin = 0;
    err = err == TR_OK ? find_any_twin(spec, &twin) : err;
    if (err == TR_OK && twin != 0) {
        struct place below = place_of_child(place, twin);
        return wrong(&below, "id is taken");
    }
    return err;
}

tr_err tri_spec_check(const tr_supervisor_spec *spec, struct tri_reason *reason)
{
    struct place place = { .wrong = reason };
    return spec == NULL ? wrong(&place, "NULL") : check_tree(spec, &place);
}

tr_err tri_spec_check_child(const tr_child *child, struct tri_reason *reason)
{
    struct place place = { .wrong = reason };
    return child == NULL ? wrong(&place, "NULL") : check_child(child, &place);
}

// --- Defaults ------------------------------------------------------------------------------------

uint32_t tri_spec_intensity(const tr_supervisor_spec *spec)
{
    if (spec->intensity == TR_ZERO) {
        return 0;
    }
    return spec->intensity == 0 ? 1 : (uint32_t)spec->intensity;
}

uint64_t tri_spec_period_ns(const tr_supervisor_spec *spec)
{
    uint64_t period_ms = spec->period_ms == 0 ? 5000 : (uint64_t)spec->period_ms;
    return period_ms > UINT64_MAX / NS_PER_MS ? UINT64_MAX : period_ms * NS_PER_MS;
}

int64_t tri_spec_shutdown_ms(const tr_child *child)
{
    if (child->shutdown_ms == TR_ZERO) {
        return 0;
    }
    if (child->shutdown_ms != 0) {
        return child->shutdown_ms;
    }
    return child->supervisor != NULL ? TR_INFINITY : 5000;
}
