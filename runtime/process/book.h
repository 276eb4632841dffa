// SPDX-License-Identifier: MIT
// The server's books: requests it holds and has not answered, and those whose callers gave up.
//
// Purpose: a server that ends answers all it holds, and keeps no record of a caller that waits no
//   more, wherever the request was when the caller gave up.
// Where a request is when CALL_DONE comes: in the book or being handled, it is settled at once.
//   Else it waits in the private list, or was answered meanwhile. So the signal itself is kept in
//   `given_up`, by number, until the request is taken. When there are more of them than messages in
//   the list, one pass over the list marks the requests and all are forgotten: their number is
//   bounded by the list's length, and a CALL_DONE costs a constant number of steps on average.
// Threads: the worker that holds the actor. Ownership: the actor owns what is in its books.
#ifndef TRI_PROCESS_BOOK_H
#define TRI_PROCESS_BOOK_H

#include "process/section.h"

// A request that the actor holds, in its hands or its book; NULL if it does not.
struct tr_msg *tri_book_find(const struct tr_self *self, tr_from from);

// A request that is out of the queue is put aside, unanswered.
void tri_book_enter(struct tr_self *self, struct tr_msg *request);
// A request was answered, or handed on: it leaves the books.
void tri_book_settle(struct tri_thread *t, struct tr_self *self, uint64_t ref);

// CALL_DONE arrived, and was claimed: it is consumed.
void tri_book_done(struct tri_thread *t, struct tr_self *self, struct tr_msg *done);

// For a request that was taken: settles it if its caller gave up.
void tri_book_taken_slowly(struct tri_thread *t, struct tr_self *self, struct tr_msg *request);
static inline void tri_book_taken(struct tri_thread *t, struct tr_self *self,
                                  struct tr_msg *request)
{
    if ((request->flags & TRI_FLAG_GIVEN_UP) != 0 || !tri_tree_empty(&self->given_up)) {
        tri_book_taken_slowly(t, self, request);
    }
}

// Hands a request on to another actor: a copy goes there, its caller is told, and it leaves the
// books. TR_ENOMEM, TR_EFULL: nothing changed.
tr_err tri_book_pass(struct tri_thread *t, struct tr_self *self, struct tr_msg *request, tr_pid to);

// The actor ends: requests in the book are answered with the reason.
void tri_book_end(struct tri_thread *t, struct tr_self *self, tr_exit reason);

#endif
