// SPDX-License-Identifier: MIT
// Says whether a sanitizer slows this program down, and which.
#ifndef TRT_SANITIZED_H
#define TRT_SANITIZED_H

#if defined(__has_feature)
#define TRT_HAS_FEATURE(feature) __has_feature(feature)
#else
#define TRT_HAS_FEATURE(feature) 0
#endif

#if defined(__SANITIZE_THREAD__) || TRT_HAS_FEATURE(thread_sanitizer)
#define TRT_TSAN 1
#else
#define TRT_TSAN 0
#endif

#if defined(__SANITIZE_ADDRESS__) || TRT_HAS_FEATURE(address_sanitizer)
#define TRT_ASAN 1
#else
#define TRT_ASAN 0
#endif

#define TRT_SANITIZED (TRT_TSAN || TRT_ASAN)

#endif
