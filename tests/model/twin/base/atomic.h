// SPDX-License-Identifier: MIT
// The model checker's twin of runtime/base/atomic.h: every operation becomes a call of the engine.
//
// Purpose: the product's lock-free headers compile unchanged against this file, so that the engine
//   decides which thread runs next and which of the permitted stores each load returns.
// Invariants: same macro names and argument order as the product's file. An atomic is stored as the
//   plain type; its memory always holds the newest value, and a write without a macro is an error.
// Threads: model threads only. Ownership: none.
#ifndef TRI_BASE_ATOMIC_H
#define TRI_BASE_ATOMIC_H

#include <stdint.h>

#include "engine/model.h"

#define tri_atomic(T) __typeof__(T)

#define tri_load(p, order)                                                                         \
    ((__typeof__(*(p)))trt_model_load((p), sizeof(*(p)), TRT_##order, TRT_HERE("load " #p)))
#define tri_store(p, v, order)                                                                     \
    trt_model_store((p), sizeof(*(p)), (uint64_t)(v), TRT_##order, TRT_HERE("store " #p))
#define tri_xchg(p, v, order)                                                                      \
    ((__typeof__(*(p)))trt_model_xchg((p), sizeof(*(p)), (uint64_t)(v), TRT_##order,               \
                                      TRT_HERE("xchg " #p)))
#define tri_add(p, v, order)                                                                       \
    ((__typeof__(*(p)))trt_model_add((p), sizeof(*(p)), (uint64_t)(v), TRT_##order,                \
                                     TRT_HERE("add " #p)))
#define tri_sub(p, v, order)                                                                       \
    ((__typeof__(*(p)))trt_model_add((p), sizeof(*(p)), -(uint64_t)(v), TRT_##order,               \
                                     TRT_HERE("sub " #p)))
#define tri_cas(p, expected, v, order, order_failed)                                               \
    trt_model_cas((p), (expected), (uint64_t)(v),                                                  \
                  TRT_CAS(sizeof(*(p)), TRT_##order, TRT_##order_failed), TRT_HERE("cas " #p))
#define tri_fence(order) trt_model_fence(TRT_##order, TRT_HERE("fence"))
#define tri_light_fence() trt_model_light_fence(TRT_HERE("light fence"))
#define tri_heavy_fence() trt_model_heavy_fence(TRT_HERE("heavy fence"))

#define tri_plain_read(p)                                                                          \
    (*(__typeof__(p))(uintptr_t)trt_model_plain_read((p), sizeof(*(p)), TRT_HERE("read " #p)))
#define tri_plain_write(p, v)                                                                      \
    ((void)(*(__typeof__(p))trt_model_plain_write((p), sizeof(*(p)), TRT_HERE("write " #p)) = (v)))

#endif
