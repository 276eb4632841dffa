// SPDX-License-Identifier: MIT
// Atomic operations by name, with the memory order visible at each call.
//
// Purpose: one thin door to C11 atomics. The lock-free headers use nothing else, so that the model
//   checker can replace this file (tests/model/twin/base/atomic.h) and explore every outcome that
//   the orders permit; the product maps each macro to one <stdatomic.h> operation.
// Invariants: only *_explicit forms exist; the order is a bare word (relaxed, acquire, release,
//   acq_rel, seq_cst). Comments at each use name the partner by a [label] that stands at both
//   sites.
// Threads: any. Ownership: none.
#ifndef TRI_BASE_ATOMIC_H
#define TRI_BASE_ATOMIC_H

#include <stdatomic.h>

#define tri_atomic(T) _Atomic(T)

#define tri_load(p, order) atomic_load_explicit((p), memory_order_##order)
#define tri_store(p, v, order) atomic_store_explicit((p), (v), memory_order_##order)
#define tri_xchg(p, v, order) atomic_exchange_explicit((p), (v), memory_order_##order)
#define tri_add(p, v, order) atomic_fetch_add_explicit((p), (v), memory_order_##order)
#define tri_sub(p, v, order) atomic_fetch_sub_explicit((p), (v), memory_order_##order)
// Strong compare and swap; *expected receives the value found when it fails.
#define tri_cas(p, expected, v, order, order_failed)                                               \
    atomic_compare_exchange_strong_explicit((p), (expected), (v), memory_order_##order,            \
                                            memory_order_##order_failed)
#define tri_fence(order) atomic_thread_fence(memory_order_##order)
// The cheap half of an asymmetric fence: stops the compiler only. Its partner is a heavy fence
// (membarrier) in the other thread, which stands for a full fence in every thread at that moment.
#define tri_light_fence() atomic_signal_fence(memory_order_seq_cst)

// Plain data whose ordering the atomics above provide; the model checker looks for races on it.
#define tri_plain_read(p) (*(p))
#define tri_plain_write(p, v) ((void)(*(p) = (v)))

#endif
