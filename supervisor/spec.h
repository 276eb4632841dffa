// SPDX-License-Identifier: MIT
// What a valid specification is.
//
// Purpose: check a whole tree of specs before anything of it starts, and name the field that is
// wrong:
//   `bad spec: children[2].id is taken`, `bad spec: children[0].children[1].restart`.
// Rules: docs/design/supervisor.md. Threads: any; no runtime needed. Ownership: the caller keeps
// all.
#ifndef TRI_SUPERVISOR_SPEC_H
#define TRI_SUPERVISOR_SPEC_H

#include <troupe/supervisor.h>

#include "reason.h"

// Supervisors below supervisors that one spec may describe.
#define TRI_SPEC_DEPTH_MAX 32
// Most bytes of arguments of one child, and most children of one supervisor.
#define TRI_SPEC_ARGS_MAX ((size_t)1 << 30)
#define TRI_SPEC_CHILDREN_MAX ((size_t)1 << 24)

// TR_OK; TR_EINVAL, then `wrong` says which field; TR_ENOMEM.
tr_err tri_spec_check(const tr_supervisor_spec *spec, struct tri_reason *wrong);
tr_err tri_spec_check_child(const tr_child *child, struct tri_reason *wrong);

// What the fields mean once defaults are applied.
uint32_t tri_spec_intensity(const tr_supervisor_spec *spec);
uint64_t tri_spec_period_ns(const tr_supervisor_spec *spec);
// A time in milliseconds, TR_BRUTAL or TR_INFINITY.
int64_t tri_spec_shutdown_ms(const tr_child *child);

#endif
