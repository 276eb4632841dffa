// SPDX-License-Identifier: MIT
// Checks of the runtime's own invariants.
//
// Purpose: a broken invariant is reported with its place and ends the process. What a caller may
//   get wrong is answered with an error and never with these.
// Invariants: TRI_CHECK is in every build; TRI_ASSERT is in builds with TRI_CHECKED set to 1 and
//   elsewhere only has its condition compiled, never evaluated.
// Threads: any. Ownership: none.
#ifndef TRI_BASE_CHECK_H
#define TRI_BASE_CHECK_H

// Writes "file:line: message" to stderr and aborts. A debugger's breakpoint belongs here.
_Noreturn void tri_check_failed(const char *file, int line, const char *message);

#define TRI_CHECK(cond, message)                                                                   \
    ((cond) ? (void)0 : tri_check_failed(__FILE__, __LINE__, (message)))

#if defined(TRI_CHECKED) && TRI_CHECKED
#define TRI_ASSERT(cond) TRI_CHECK(cond, #cond)
#else
#define TRI_ASSERT(cond) ((void)sizeof((cond) ? 1 : 0))
#endif

#endif
