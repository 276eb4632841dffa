// SPDX-License-Identifier: MIT
// The messages that scenarios send.
#ifndef TRT_MESSAGES_H
#define TRT_MESSAGES_H

#include <troupe/typed.h>

#define TR_MODULE scn
TR_MESSAGE(num, {
    uint32_t from; ///< which sender, of the scenario's own counting
    uint32_t seq;  ///< its count of messages, from 0
});
TR_MESSAGE(red, { uint32_t n; });
TR_MESSAGE(blue, { uint32_t n; });
TR_MESSAGE(green, { uint32_t n; });
TR_MESSAGE0(go);
TR_MESSAGE(whom, { tr_pid pid; });
TR_MESSAGE(refs, { tr_ref ref[2]; });
TR_MESSAGE(ask, { uint32_t n; });
TR_MESSAGE(answer, { uint32_t n; });
TR_REQUEST(ask, answer);

#endif
