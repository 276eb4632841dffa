// SPDX-License-Identifier: MIT
// Typed messages: declarations, so that the compiler checks payloads at send, receive and reply.
//
// Define TR_MODULE before use; it qualifies every name:
//
//   #define TR_MODULE counter
//   TR_MESSAGE(add, { int64_t n; });  // struct counter_add, counter_add_type, counter_add_send()
//   TR_MESSAGE0(get);                 // a message without fields
//   TR_MESSAGE(total, { int64_t n; });
//   TR_REQUEST(get, total);           // counter_get_call(), counter_get_reply() and others
//
// A header that declares messages for others ends with `#undef TR_MODULE`, and the file that serves
// them defines it again, so that two such headers may stand in one file.
//
// No macro hides control flow: each expands to types and inline functions over <troupe/message.h>.
#ifndef TROUPE_TYPED_H
#define TROUPE_TYPED_H

#include <string.h>
#include <troupe/message.h>
#include <troupe/request.h>

#define TR_GLUE_(a, b) a##_##b
#define TR_GLUE(a, b) TR_GLUE_(a, b)
#define TR_TEXT_(a) #a
#define TR_TEXT(a) TR_TEXT_(a)

#if defined(__GNUC__)
#define TR_UNUSED_ __attribute__((unused)) // a module need not use all it declares
#else
#define TR_UNUSED_
#endif

#ifdef __cplusplus
#define TR_ALIGNOF_(type) alignof(type)
#else
#define TR_ALIGNOF_(type) _Alignof(type)
#endif

/// Declares message `name` of TR_MODULE with its fields in braces.
#define TR_MESSAGE(name, ...)                                                                      \
    TR_MESSAGE_AS_(TR_GLUE(TR_MODULE, name), TR_TEXT(TR_MODULE) "." #name, #__VA_ARGS__,           \
                   sizeof(struct TR_GLUE(TR_MODULE, name)), __VA_ARGS__)

/// Declares message `name` of TR_MODULE without fields.
#define TR_MESSAGE0(name)                                                                          \
    TR_MESSAGE_AS_(TR_GLUE(TR_MODULE, name), TR_TEXT(TR_MODULE) "." #name, "", 0,                  \
                   { char tr_empty_; })

#define TR_MESSAGE_AS_(full, qualified, fields, size, ...)                                         \
    TR_MESSAGE_AS2_(full, qualified, fields, size, __VA_ARGS__)
#define TR_MESSAGE_AS2_(full, qualified, fields, size, ...)                                        \
    struct full __VA_ARGS__;                                                                       \
    /* The type's descriptor, for tr_receive and the untyped functions. */                         \
    TR_UNUSED_ static tr_type full##_type = { qualified,                                           \
                                              fields,                                              \
                                              (uint32_t)(size),                                    \
                                              (uint32_t)TR_ALIGNOF_(struct full),                  \
                                              0,                                                   \
                                              __FILE__ ":" TR_TEXT(__LINE__) };                    \
    /* Sends a copy. */                                                                            \
    TR_UNUSED_ static inline tr_err full##_send(tr_self *self, tr_pid to, const struct full *body) \
    {                                                                                              \
        return tr_send_typed(self, to, &full##_type, body);                                        \
    }                                                                                              \
    /* Sends a copy from a thread that is no actor. */                                             \
    TR_UNUSED_ static inline tr_err full##_system_send(tr_system *sys, tr_pid to,                  \
                                                       const struct full *body)                    \
    {                                                                                              \
        return tr_system_send(sys, to, &full##_type, body);                                        \
    }                                                                                              \
    /* The body if the message has this type, else NULL. */                                        \
    TR_UNUSED_ static inline const struct full *full##_of(const tr_msg *msg)                       \
    {                                                                                              \
        return tr_msg_is(msg, &full##_type) ? (const struct full *)tr_msg_body(msg) : NULL;        \
    }                                                                                              \
    /* Copies the body out; TR_EINVAL when the message has another type. */                        \
    TR_UNUSED_ static inline tr_err full##_copy_(const tr_msg *msg, struct full *out)              \
    {                                                                                              \
        const struct full *body = full##_of(msg);                                                  \
        if (body != NULL && full##_type.bytes != 0) {                                              \
            memcpy(out, body, sizeof *out);                                                        \
        }                                                                                          \
        return body == NULL ? TR_EINVAL : TR_OK;                                                   \
    }                                                                                              \
    /* A message to be filled and moved with tr_send_move. */                                      \
    TR_UNUSED_ static inline tr_msg *full##_new(tr_self *self, struct full **body)                 \
    {                                                                                              \
        void *raw = NULL;                                                                          \
        tr_msg *msg = tr_msg_new(self, &full##_type, &raw);                                        \
        *body = (struct full *)raw;                                                                \
        return msg;                                                                                \
    }                                                                                              \
    struct full

/// Declares that message `request` is answered by message `answer`, both of TR_MODULE.
#define TR_REQUEST(request, answer)                                                                \
    TR_REQUEST_AS_(TR_GLUE(TR_MODULE, request), TR_GLUE(TR_MODULE, answer))
#define TR_REQUEST_AS_(req, ans) TR_REQUEST_AS2_(req, ans)
#define TR_REQUEST_AS2_(req, ans)                                                                  \
    /* Calls and copies the reply out; as tr_call_typed, TR_EINVAL for another reply type. */      \
    TR_UNUSED_ TR_MUST_CHECK static inline tr_err req##_call(                                      \
        tr_self *self, tr_pid to, const struct req *body, int64_t timeout_ms, struct ans *out)     \
    {                                                                                              \
        const tr_msg *reply = NULL;                                                                \
        tr_err err = tr_call_typed(self, to, &req##_type, body, timeout_ms, &reply);               \
        return err == TR_OK ? ans##_copy_(reply, out) : err;                                       \
    }                                                                                              \
    /* Sends the request; its reply is taken later. */                                             \
    TR_UNUSED_ static inline tr_err req##_request(tr_self *self, tr_pid to,                        \
                                                  const struct req *body, tr_request *out)         \
    {                                                                                              \
        return tr_request_send(self, to, &req##_type, body, out);                                  \
    }                                                                                              \
    /* Sends the request; its reply will come as a message. */                                     \
    TR_UNUSED_ static inline tr_err req##_post(tr_self *self, tr_pid to, const struct req *body,   \
                                               tr_request *out)                                    \
    {                                                                                              \
        return tr_request_post(self, to, &req##_type, body, out);                                  \
    }                                                                                              \
    /* Takes the reply and copies it out; as tr_request_wait, TR_EINVAL for another type. */       \
    TR_UNUSED_ TR_MUST_CHECK static inline tr_err req##_take(tr_self *self, tr_request request,    \
                                                             int64_t timeout_ms, struct ans *out)  \
    {                                                                                              \
        const tr_msg *reply = NULL;                                                                \
        tr_err err = tr_request_wait(self, request, timeout_ms, &reply);                           \
        return err == TR_OK ? ans##_copy_(reply, out) : err;                                       \
    }                                                                                              \
    /* Calls from a thread that is no actor. */                                                    \
    TR_UNUSED_ TR_MUST_CHECK static inline tr_err req##_system_call(                               \
        tr_system *sys, tr_pid to, const struct req *body, int64_t timeout_ms, struct ans *out)    \
    {                                                                                              \
        return tr_system_call(sys, to, &req##_type, body, timeout_ms, &ans##_type, out);           \
    }                                                                                              \
    /* Answers; a caller that is gone is no error. */                                              \
    TR_UNUSED_ static inline void req##_reply(tr_self *self, tr_from from, const struct ans *body) \
    {                                                                                              \
        (void)tr_reply_typed(self, from, &ans##_type, body);                                       \
    }                                                                                              \
    struct req

/// Sugar for C: tr_send(self, pid, game_ping, .from = me) copies a literal.
#define tr_send(self, to, full, ...) full##_send((self), (to), &(const struct full){ __VA_ARGS__ })

#endif
