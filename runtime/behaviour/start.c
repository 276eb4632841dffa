// SPDX-License-Identifier: MIT
// Starting servers: the module and its arguments go to the actor in one copied block.
#include <stdlib.h>
#include <string.h>

#include "loop.h"

// Blocks up to this size are built on the starter's stack.
#define SMALL_BYTES 512

static bool is_valid(const tr_server *server, const tr_server_opts *opts)
{
    bool has_handlers = server->handler_count == 0 || server->handlers != NULL;
    bool has_args = opts->args_bytes == 0 || opts->args != NULL;
    return has_handlers && has_args && opts->start_timeout_ms >= 0 &&
           opts->args_bytes <= SIZE_MAX - sizeof(struct tri_loop_args);
}

static size_t block_bytes(const tr_server_opts *opts)
{
    return sizeof(struct tri_loop_args) + opts->args_bytes;
}

static void fill_block(struct tri_loop_args *block, const tr_server *server,
                       const tr_server_opts *opts)
{
    block->server = server;
    block->has_args = opts->args != NULL;
    block->linked = opts->link;
    if (opts->args_bytes != 0) {
        memcpy(block + 1, opts->args, opts->args_bytes);
    }
}

static tr_spawn_opts spawn_opts(const tr_server *server, const tr_server_opts *opts,
                                const struct tri_loop_args *block)
{
    return (tr_spawn_opts){
        .args = block,
        .args_bytes = block_bytes(opts),
        .name = opts->name,
        .link = opts->link,
        .trap = opts->trap,
        .wait_init = true,
        .init_timeout_ms = opts->start_timeout_ms,
        .mailbox = opts->mailbox,
        .state_bytes = tri_loop_state_bytes(server),
        .label = server->name,
        .restarts = opts->restarts,
    };
}

tr_err tr_server_start(tr_self *self, const tr_server *server, const tr_server_opts *opts,
                       tr_pid *out)
{
    static const tr_server_opts defaults;
    _Alignas(16) char small[SMALL_BYTES];
    opts = opts == NULL ? &defaults : opts;
    if (self == NULL || server == NULL || out == NULL || !is_valid(server, opts)) {
        return TR_EINVAL;
    }
    size_t bytes = block_bytes(opts);
    void *block = bytes <= sizeof small ? small : tr_alloc(self, bytes);
    fill_block(block, server, opts);
    tr_spawn_opts spawn = spawn_opts(server, opts, block);
    tr_err err = tr_spawn(self, &tri_loop_actor, &spawn, out);
    if (block != small) {
        tr_free(self, block, bytes);
    }
    return err;
}

tr_err tr_system_server_start(tr_system *sys, const tr_server *server, const tr_server_opts *opts,
                              tr_pid *out)
{
    static const tr_server_opts defaults;
    opts = opts == NULL ? &defaults : opts;
    if (sys == NULL || server == NULL || out == NULL || opts->link || !is_valid(server, opts)) {
        return TR_EINVAL;
    }
    struct tri_loop_args *block = malloc(block_bytes(opts));
    if (block == NULL) {
        return TR_ENOMEM;
    }
    fill_block(block, server, opts);
    tr_spawn_opts spawn = spawn_opts(server, opts, block);
    tr_err err = tr_system_spawn(sys, &tri_loop_actor, &spawn, out);
    free(block);
    return err;
}
