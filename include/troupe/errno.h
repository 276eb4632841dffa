// SPDX-License-Identifier: MIT
// errno for actors: a suspended actor may resume on another thread, and compilers take the address
// that the C library gives for errno to be the same throughout a function. With this header errno
// is a call that they cannot cache; the actor's own value comes with it from thread to thread.
//
// Code that includes it (as <troupe.h> does) may also include <errno.h>, before or after.
#ifndef TROUPE_ERRNO_H
#define TROUPE_ERRNO_H

#include <errno.h>
#include <troupe/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Where the running thread keeps errno; what the macro errno stands for.
/// @return the address; it holds until the next call that may suspend
/// [any-thread] [never-suspends] [owner: valid until the caller suspends]
TR_API int *tr_errno_location(void);

#undef errno
#define errno (*tr_errno_location())

#ifdef __cplusplus
}
#endif

#endif
