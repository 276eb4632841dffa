// SPDX-License-Identifier: MIT
// The machinery of TR_SERVER: one thunk per handler, so that no function pointer is ever cast, and
// a table of them. Included by <troupe/server.h>.
#ifndef TROUPE_SERVER_MACROS_H
#define TROUPE_SERVER_MACROS_H

#include <troupe/server.h>

// Entries of TR_SERVER: (kind, message[, module]).
#define TR_CAST(msg) (CAST, msg)
#define TR_CALL(msg) (CALL, msg)
#define TR_CAST_OF(module, msg) (CAST_OF, module##_##msg)
#define TR_CALL_OF(module, msg) (CALL_OF, module##_##msg)
#define TR_INFO (INFO, info)
#define TR_TERMINATE (TERMINATE, terminate)

/// Makes the visible object `name_server` of type tr_server, for a header.
#define TR_SERVER_DECLARE(srv) extern const tr_server srv##_server

/// Makes `name_server` from the functions that the entries srv; see <troupe/server.h>.
#define TR_SERVER(srv, ...)                                                                        \
    static tr_next srv##_init_thunk_(tr_self *self, void *state, const void *args)                 \
    {                                                                                              \
        TR_TYPED_AS_(srv##_init,                                                                   \
                     tr_next (*)(tr_self *, struct srv *, const struct srv##_args *));             \
        return srv##_init(self, (struct srv *)state, (const struct srv##_args *)args);             \
    }                                                                                              \
    TR_EACH_(TR_DO_THUNK_, srv, __VA_ARGS__)                                                       \
    static const tr_server_handler srv##_handlers_[] = { TR_EACH_(TR_DO_ENTRY_, srv, __VA_ARGS__){ \
        NULL, false, NULL } };                                                                     \
    extern const tr_server srv##_server;                                                           \
    const tr_server srv##_server = { .name = #srv,                                                 \
                                     .state_bytes = sizeof(struct srv),                            \
                                     .handlers = srv##_handlers_,                                  \
                                     .handler_count =                                              \
                                         sizeof srv##_handlers_ / sizeof srv##_handlers_[0] - 1,   \
                                     .init = srv##_init_thunk_,                                    \
                                     TR_EACH_(TR_DO_FIELD_, srv, __VA_ARGS__) }

// A function of another type is an error here and not only a warning.
#define TR_TYPED_AS_(function, type)                                                               \
    _Static_assert(_Generic(&(function), type: 1, default: 0), #function " has not the type " #type)

#define TR_DO_THUNK_(srv, entry) TR_DO_THUNK2_(srv, TR_UNWRAP_ entry)
#define TR_DO_THUNK2_(srv, ...) TR_DO_THUNK3_(srv, __VA_ARGS__)
#define TR_DO_THUNK3_(srv, kind, msg) TR_THUNK_##kind##_(srv, TR_GLUE(TR_MODULE, msg), msg)
#define TR_DO_ENTRY_(srv, entry) TR_DO_ENTRY2_(srv, TR_UNWRAP_ entry)
#define TR_DO_ENTRY2_(srv, ...) TR_DO_ENTRY3_(srv, __VA_ARGS__)
#define TR_DO_ENTRY3_(srv, kind, msg) TR_ENTRY_##kind##_(srv, TR_GLUE(TR_MODULE, msg), msg)
#define TR_DO_FIELD_(srv, entry) TR_DO_FIELD2_(srv, TR_UNWRAP_ entry)
#define TR_DO_FIELD2_(srv, ...) TR_DO_FIELD3_(srv, __VA_ARGS__)
#define TR_DO_FIELD3_(srv, kind, msg) TR_FIELD_##kind##_(srv)
#define TR_UNWRAP_(...) __VA_ARGS__

#define TR_THUNK_CAST_(srv, full, msg) TR_THUNK_SEND_AS_(srv, full, msg)
#define TR_THUNK_CAST_OF_(srv, unused, full) TR_THUNK_SEND_AS_(srv, full, full)
#define TR_THUNK_CALL_(srv, full, msg) TR_THUNK_CALL_AS_(srv, full, msg)
#define TR_THUNK_CALL_OF_(srv, unused, full) TR_THUNK_CALL_AS_(srv, full, full)
#define TR_THUNK_SEND_AS_(srv, full, msg) TR_THUNK_SEND_AS2_(srv, full, msg)
#define TR_THUNK_SEND_AS2_(srv, full, msg)                                                         \
    static tr_next srv##_thunk_##msg##_(tr_self *self, void *state, const tr_msg *message)         \
    {                                                                                              \
        TR_TYPED_AS_(srv##_on_##msg, tr_next (*)(tr_self *, struct srv *, const struct full *));   \
        return srv##_on_##msg(self, (struct srv *)state,                                           \
                              (const struct full *)tr_msg_body(message));                          \
    }
#define TR_THUNK_CALL_AS_(srv, full, msg)                                                          \
    static tr_next srv##_thunk_##msg##_(tr_self *self, void *state, const tr_msg *message)         \
    {                                                                                              \
        TR_TYPED_AS_(srv##_on_##msg,                                                               \
                     tr_next (*)(tr_self *, struct srv *, const struct full *, tr_from));          \
        return srv##_on_##msg(self, (struct srv *)state,                                           \
                              (const struct full *)tr_msg_body(message), tr_msg_from(message));    \
    }
#define TR_THUNK_INFO_(srv, unused, msg)                                                           \
    static tr_next srv##_info_thunk_(tr_self *self, void *state, const tr_msg *message)            \
    {                                                                                              \
        return srv##_on_info(self, (struct srv *)state, message);                                  \
    }
#define TR_THUNK_TERMINATE_(srv, unused, msg)                                                      \
    static void srv##_terminate_thunk_(tr_self *self, void *state, tr_exit reason)                 \
    {                                                                                              \
        srv##_on_terminate(self, (struct srv *)state, reason);                                     \
    }

#define TR_ENTRY_CAST_(srv, full, msg) TR_ENTRY_AS_(full, false, srv##_thunk_##msg##_)
#define TR_ENTRY_CAST_OF_(srv, unused, full) TR_ENTRY_AS_(full, false, srv##_thunk_##full##_)
#define TR_ENTRY_CALL_(srv, full, msg) TR_ENTRY_AS_(full, true, srv##_thunk_##msg##_)
#define TR_ENTRY_CALL_OF_(srv, unused, full) TR_ENTRY_AS_(full, true, srv##_thunk_##full##_)
#define TR_ENTRY_AS_(full, call, thunk) TR_ENTRY_AS2_(full, call, thunk)
#define TR_ENTRY_AS2_(full, call, thunk) { &full##_type, call, thunk },
#define TR_ENTRY_INFO_(srv, full, msg)
#define TR_ENTRY_TERMINATE_(srv, full, msg)

#define TR_FIELD_CAST_(srv)
#define TR_FIELD_CAST_OF_(srv)
#define TR_FIELD_CALL_(srv)
#define TR_FIELD_CALL_OF_(srv)
#define TR_FIELD_INFO_(srv) .on_info = srv##_info_thunk_,
#define TR_FIELD_TERMINATE_(srv) .on_terminate = srv##_terminate_thunk_,

// TR_EACH_(f, name, a, b, …) is f(srv, a) f(srv, b) …, up to 24 entries.
#define TR_EACH_(f, srv, ...)                                                                      \
    TR_EACH_PICK_(__VA_ARGS__, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8,   \
                  7, 6, 5, 4, 3, 2, 1, 0)                                                          \
    (f, srv, __VA_ARGS__)
#define TR_EACH_PICK_(a, b, c, d, e, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y,      \
                      count, ...)                                                                  \
    TR_EACH_##count##_
#define TR_EACH_1_(f, s, a) f(s, a)
#define TR_EACH_2_(f, s, a, ...) f(s, a) TR_EACH_1_(f, s, __VA_ARGS__)
#define TR_EACH_3_(f, s, a, ...) f(s, a) TR_EACH_2_(f, s, __VA_ARGS__)
#define TR_EACH_4_(f, s, a, ...) f(s, a) TR_EACH_3_(f, s, __VA_ARGS__)
#define TR_EACH_5_(f, s, a, ...) f(s, a) TR_EACH_4_(f, s, __VA_ARGS__)
#define TR_EACH_6_(f, s, a, ...) f(s, a) TR_EACH_5_(f, s, __VA_ARGS__)
#define TR_EACH_7_(f, s, a, ...) f(s, a) TR_EACH_6_(f, s, __VA_ARGS__)
#define TR_EACH_8_(f, s, a, ...) f(s, a) TR_EACH_7_(f, s, __VA_ARGS__)
#define TR_EACH_9_(f, s, a, ...) f(s, a) TR_EACH_8_(f, s, __VA_ARGS__)
#define TR_EACH_10_(f, s, a, ...) f(s, a) TR_EACH_9_(f, s, __VA_ARGS__)
#define TR_EACH_11_(f, s, a, ...) f(s, a) TR_EACH_10_(f, s, __VA_ARGS__)
#define TR_EACH_12_(f, s, a, ...) f(s, a) TR_EACH_11_(f, s, __VA_ARGS__)
#define TR_EACH_13_(f, s, a, ...) f(s, a) TR_EACH_12_(f, s, __VA_ARGS__)
#define TR_EACH_14_(f, s, a, ...) f(s, a) TR_EACH_13_(f, s, __VA_ARGS__)
#define TR_EACH_15_(f, s, a, ...) f(s, a) TR_EACH_14_(f, s, __VA_ARGS__)
#define TR_EACH_16_(f, s, a, ...) f(s, a) TR_EACH_15_(f, s, __VA_ARGS__)
#define TR_EACH_17_(f, s, a, ...) f(s, a) TR_EACH_16_(f, s, __VA_ARGS__)
#define TR_EACH_18_(f, s, a, ...) f(s, a) TR_EACH_17_(f, s, __VA_ARGS__)
#define TR_EACH_19_(f, s, a, ...) f(s, a) TR_EACH_18_(f, s, __VA_ARGS__)
#define TR_EACH_20_(f, s, a, ...) f(s, a) TR_EACH_19_(f, s, __VA_ARGS__)
#define TR_EACH_21_(f, s, a, ...) f(s, a) TR_EACH_20_(f, s, __VA_ARGS__)
#define TR_EACH_22_(f, s, a, ...) f(s, a) TR_EACH_21_(f, s, __VA_ARGS__)
#define TR_EACH_23_(f, s, a, ...) f(s, a) TR_EACH_22_(f, s, __VA_ARGS__)
#define TR_EACH_24_(f, s, a, ...) f(s, a) TR_EACH_23_(f, s, __VA_ARGS__)

#endif
