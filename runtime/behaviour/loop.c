// SPDX-License-Identifier: MIT
#include "loop.h"

#include <stdio.h>
#include <string.h>

#include "stop.h"

static void *state_of(struct tri_loop *loop)
{
    return loop + 1;
}

// A reason whose text lives as long as the actor.
static tr_exit keep_text(tr_self *self, tr_exit reason)
{
    if (reason.text != NULL) {
        char *text = tr_alloc(self, TR_EXIT_TEXT_MAX + 1);
        strncpy(text, reason.text, TR_EXIT_TEXT_MAX);
        text[TR_EXIT_TEXT_MAX] = '\0';
        reason.text = text;
    }
    return reason;
}

// What a handler answered. Any other answer than these two is a bad return.
static tr_next obey(const tr_msg *msg, tr_next next)
{
    if (next.kind == TR_NEXT_CONTINUE || next.kind == TR_NEXT_STOP) {
        return next;
    }
    // The name of a type lives for ever.
    return TR_STOP(tr_exit_make(TR_EXIT_BAD_RETURN, 0, tr_msg_type_name(msg)));
}

static bool serves(const tr_server_handler *handler, const tr_msg *msg, bool call)
{
    return handler->call == call && tr_msg_is(msg, handler->type);
}

// Where the handler of a type is remembered. The address of a name is one for each type; it only
// chooses the place of a hint, which is checked when it is used.
static uint8_t *hint_of(struct tri_loop *loop, const tr_msg *msg)
{
    uint64_t name = (uint64_t)(uintptr_t)tr_msg_type_name(msg);
    return &loop->hints[name * UINT64_C(0x9e3779b97f4a7c15) >> (64 - TRI_LOOP_HINT_BITS)];
}

static const tr_server_handler *find(struct tri_loop *loop, const tr_msg *msg, bool call)
{
    const tr_server *server = loop->server;
    uint8_t *hint = hint_of(loop, msg);
    if (*hint != 0 && serves(&server->handlers[*hint - 1], msg, call)) {
        return &server->handlers[*hint - 1];
    }
    for (size_t i = 0; i < server->handler_count; i++) {
        if (serves(&server->handlers[i], msg, call)) {
            *hint = i < UINT8_MAX ? (uint8_t)(i + 1) : 0;
            return &server->handlers[i];
        }
    }
    return NULL;
}

static tr_next handle_info(tr_self *self, struct tri_loop *loop, const tr_msg *msg)
{
    if (loop->server->on_info == NULL) {
        return TR_CONTINUE;
    }
    return obey(msg, loop->server->on_info(self, state_of(loop), msg));
}

// A request, or a message that is known as a request only, without a handler.
static tr_next refuse(tr_self *self, const tr_msg *msg, const char *how)
{
    char text[TR_EXIT_TEXT_MAX + 1];
    snprintf(text, sizeof text, "no handler for %s %s", how, tr_msg_type_name(msg));
    return TR_STOP(keep_text(self, TR_ERROR(text)));
}

static tr_next handle_call(tr_self *self, struct tri_loop *loop, const tr_msg *msg)
{
    const tr_server_handler *handler = find(loop, msg, true);
    if (handler != NULL) {
        return obey(msg, handler->handle(self, state_of(loop), msg));
    }
    const struct tr_stop *stop = tr_stop_of(msg);
    if (stop != NULL) {
        return TR_STOP(keep_text(self, tri_stop_reason(stop)));
    }
    return refuse(self, msg, "call");
}

static tr_next handle_send(tr_self *self, struct tri_loop *loop, const tr_msg *msg)
{
    const tr_server_handler *handler = find(loop, msg, false);
    if (handler != NULL) {
        return obey(msg, handler->handle(self, state_of(loop), msg));
    }
    if (find(loop, msg, true) != NULL) {
        return refuse(self, msg, "cast");
    }
    return handle_info(self, loop, msg);
}

static tr_next handle_exit(tr_self *self, struct tri_loop *loop, const tr_msg *msg)
{
    const tr_exited *exited = tr_msg_body(msg);
    if (tr_pid_equal(exited->pid, loop->parent)) {
        return TR_STOP(keep_text(self, exited->reason));
    }
    return handle_info(self, loop, msg);
}

static tr_next on_message(tr_self *self, void *state, const tr_msg *msg)
{
    switch (tr_msg_get_kind(msg)) {
    case TR_MSG_SEND:
        return handle_send(self, state, msg);
    case TR_MSG_CALL:
        return handle_call(self, state, msg);
    case TR_MSG_EXIT:
        return handle_exit(self, state, msg);
    default:
        return handle_info(self, state, msg);
    }
}

static tr_next init(tr_self *self, void *state, const void *raw)
{
    const struct tri_loop_args *args = raw;
    struct tri_loop *loop = state;
    loop->server = args->server;
    loop->parent = args->linked ? tr_self_parent(self) : tr_no_pid();
    if (loop->server->init == NULL) {
        return TR_CONTINUE;
    }
    tr_next next = loop->server->init(self, state_of(loop), args->has_args ? args + 1 : NULL);
    if (next.kind == TR_NEXT_CONTINUE || next.kind == TR_NEXT_STOP || next.kind == TR_NEXT_IGNORE) {
        return next;
    }
    return TR_STOP(tr_exit_make(TR_EXIT_BAD_RETURN, 0, "init"));
}

// Also when a handler ended the server by tr_exit_self.
static void terminate(tr_self *self, void *state, tr_exit reason)
{
    struct tri_loop *loop = state;
    if (loop->server->on_terminate != NULL) {
        loop->server->on_terminate(self, state_of(loop), reason);
    }
}

const tr_actor_spec tri_loop_actor = {
    .label = "server", .init = init, .on_message = on_message, .terminate = terminate
};
