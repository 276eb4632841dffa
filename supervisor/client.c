// SPDX-License-Identifier: MIT
// The callers' side: starting a supervisor and asking it. Waits have no time limit, as in OTP:
// while the supervisor starts or stops something the caller waits.
#include <string.h>

#include "pack.h"
#include "protocol.h"
#include "spec.h"
#include "supervisor.h"

// What the caller is told, with the reason where tr_call_reason can say it.
static tr_err answer(tr_self *self, const struct tr_sup_outcome *outcome, tr_pid *out)
{
    tr_err err = (tr_err)outcome->err;
    if (err == TR_EEXITED) {
        tri_reason_report(self, &outcome->reason);
    }
    if (err == TR_OK && out != NULL) {
        *out = outcome->pid;
    }
    return err;
}

static tr_err refuse(tr_self *self, tr_err err, const struct tri_reason *wrong)
{
    if (err == TR_EINVAL) {
        tri_reason_report(self, wrong);
    }
    return err;
}

tr_err tr_supervisor_start(tr_self *self, const tr_supervisor_spec *spec, tr_pid *out)
{
    struct tri_reason wrong;
    if (self == NULL || out == NULL) {
        return TR_EINVAL;
    }
    tr_err err = tri_spec_check(spec, &wrong);
    if (err != TR_OK) {
        return refuse(self, err, &wrong);
    }
    size_t bytes = tri_pack_supervisor_bytes(spec);
    struct tri_packed_supervisor *packed = tr_alloc(self, bytes);
    tri_pack_supervisor(spec, packed);
    err = tri_child_start_supervisor(self, packed, &(tr_server_opts){ .name = spec->name }, out);
    tr_free(self, packed, bytes);
    return err;
}

tr_err tr_supervisor_start_child(tr_self *self, tr_pid supervisor, const tr_child *child,
                                 tr_pid *out)
{
    struct tri_reason wrong;
    if (self == NULL) {
        return TR_EINVAL;
    }
    tr_err err = tri_spec_check_child(child, &wrong);
    const tr_type *type = NULL;
    if (err == TR_OK) {
        type = tri_protocol_fitting(tri_protocol_starts, tri_pack_child_bytes(child));
        tri_reason_set(&wrong, tr_exit_make(TR_EXIT_ERROR, TR_EINVAL, "bad spec: over 2 MiB"));
    }
    if (type == NULL) {
        return refuse(self, err == TR_OK ? TR_EINVAL : err, &wrong);
    }
    struct tri_packed_child *packed = tr_alloc(self, type->bytes);
    memset(packed, 0, type->bytes);
    tri_pack_child(child, packed);
    const tr_msg *reply = NULL;
    err = tr_call_typed(self, supervisor, type, packed, TR_INFINITY, &reply);
    tr_free(self, packed, type->bytes);
    if (err != TR_OK) {
        return err;
    }
    const struct tr_sup_outcome *outcome = tr_sup_outcome_of(reply);
    return outcome == NULL ? TR_EINVAL : answer(self, outcome, out);
}

static tr_err give_order(tr_self *self, tr_pid supervisor, int32_t what, const char *id,
                         tr_pid *out)
{
    struct tr_sup_order order = { .what = what };
    struct tr_sup_outcome outcome;
    if (self == NULL || id == NULL) {
        return TR_EINVAL;
    }
    if (!tri_text_copy(order.id, sizeof order.id, id)) {
        return TR_ENOENT; // no child has so long an id
    }
    tr_err err = tr_sup_order_call(self, supervisor, &order, TR_INFINITY, &outcome);
    return err == TR_OK ? answer(self, &outcome, out) : err;
}

tr_err tr_supervisor_terminate_child(tr_self *self, tr_pid supervisor, const char *id)
{
    return give_order(self, supervisor, TRI_ORDER_TERMINATE, id, NULL);
}

tr_err tr_supervisor_restart_child(tr_self *self, tr_pid supervisor, const char *id, tr_pid *out)
{
    return give_order(self, supervisor, TRI_ORDER_RESTART, id, out);
}

tr_err tr_supervisor_delete_child(tr_self *self, tr_pid supervisor, const char *id)
{
    return give_order(self, supervisor, TRI_ORDER_DELETE, id, NULL);
}

static const struct tri_page *page_of(const tr_msg *reply)
{
    for (int i = 0; i < TRI_SIZES; i++) {
        if (tr_msg_is(reply, tri_protocol_pages[i])) {
            return tr_msg_body(reply);
        }
    }
    return NULL;
}

tr_err tr_supervisor_which_children(tr_self *self, tr_pid supervisor, tr_child_info *infos,
                                    size_t capacity, size_t *count)
{
    if (self == NULL || count == NULL || (infos == NULL && capacity != 0)) {
        return TR_EINVAL;
    }
    uint64_t total = 0;
    size_t filled = 0;
    // One page unless there are more children than the largest page holds.
    do {
        struct tr_sup_which which = { .from = filled, .capacity = capacity - filled };
        const tr_msg *reply = NULL;
        tr_err err =
            tr_call_typed(self, supervisor, &tr_sup_which_type, &which, TR_INFINITY, &reply);
        const struct tri_page *page = err == TR_OK ? page_of(reply) : NULL;
        if (page == NULL) {
            return err == TR_OK ? TR_EINVAL : err;
        }
        total = page->total;
        if (page->count == 0) {
            break;
        }
        memcpy(infos + filled, page + 1, page->count * sizeof *infos);
        filled += page->count;
    } while (filled < capacity && filled < total);
    *count = (size_t)total;
    return TR_OK;
}

tr_err tr_supervisor_count_children(tr_self *self, tr_pid supervisor, tr_child_counts *counts)
{
    struct tr_sup_counts answered;
    if (self == NULL || counts == NULL) {
        return TR_EINVAL;
    }
    tr_err err = tr_sup_count_call(self, supervisor, NULL, TR_INFINITY, &answered);
    if (err == TR_OK) {
        *counts = answered.counts;
    }
    return err;
}
