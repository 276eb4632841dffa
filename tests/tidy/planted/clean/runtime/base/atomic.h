// SPDX-License-Identifier: MIT
// The one file that may name C's atomics.
#ifndef TRI_BASE_ATOMIC_H
#define TRI_BASE_ATOMIC_H

#include <stdatomic.h>

#define tri_atomic(T) _Atomic(T)
#define tri_load(p, order) atomic_load_explicit((p), memory_order_##order)

#endif
