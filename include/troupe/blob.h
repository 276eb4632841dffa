// SPDX-License-Identifier: MIT
// Blobs: immutable bytes that travel with messages and are never copied.
//
// A blob is made, filled, frozen, and then attached to as many messages as wanted. It is freed when
// nobody refers to it any more: no message carries it and no actor holds it. Who makes it holds it,
// and so does who takes a reference; a holder's references go with its end.
#ifndef TROUPE_BLOB_H
#define TROUPE_BLOB_H

#include <troupe/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Immutable bytes with a count of references.
typedef struct tr_blob tr_blob;

/// Makes a blob to be filled in place. It is charged to the actor while the actor holds it, as part
/// of its heap, and counts against its heap limit.
/// @param bytes  its size
/// @param data   receives the address of its bytes, 16-byte aligned and not cleared, to be written
///   until tr_blob_freeze
/// @param out    receives the blob
/// @return TR_OK; TR_EINVAL; TR_ELIMIT (heap limit); TR_ENOMEM
/// [actor-only] [never-suspends] [owner: the actor]
TR_API TR_MUST_CHECK tr_err tr_blob_new(tr_self *self, size_t bytes, void **data, tr_blob **out);

/// Ends the filling: from now on nobody writes, and it may be sent.
/// @return TR_OK; TR_EINVAL
/// [actor-only] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_blob_freeze(tr_self *self, tr_blob *blob);

/// The bytes.
/// @return the address; NULL for NULL
/// [any-thread] [never-suspends] [owner: valid as long as the blob is held]
TR_API const void *tr_blob_data(const tr_blob *blob);

/// How many bytes.
/// @return the size; 0 for NULL
/// [any-thread] [never-suspends]
TR_API size_t tr_blob_bytes(const tr_blob *blob);

/// Holds a blob beyond the message that brought it. Each reference is given back once.
/// @return TR_OK; TR_EINVAL; TR_ELIMIT (heap limit); TR_ENOMEM
/// [actor-only] [never-suspends] [owner: the actor]
TR_API TR_MUST_CHECK tr_err tr_blob_ref(tr_self *self, tr_blob *blob);

/// Gives one reference back.
/// @return TR_OK; TR_ENOENT (the actor does not hold it); TR_EINVAL
/// [actor-only] [never-suspends] [owner: takes blob on TR_OK]
TR_API tr_err tr_blob_unref(tr_self *self, tr_blob *blob);

/// Sends a message with a blob, as tr_send_typed sends one without. The caller's own reference
/// stays, and the message has one of its own.
/// @param blob  frozen
/// @return as tr_send_typed; TR_EINVAL also for a blob that is not frozen
/// [actor-only] [may-suspend] [may-exit] [owner: caller keeps]
TR_API tr_err tr_send_blob(tr_self *self, tr_pid to, const tr_type *type, const void *body,
                           tr_blob *blob);

/// The blob that a message brought.
/// @return the blob, NULL when there is none
/// [any-thread] [never-suspends] [owner: valid as long as the message]
TR_API tr_blob *tr_msg_blob(const tr_msg *msg);

/// Makes a frozen blob with a copy of some bytes, from a thread that is no actor. The
/// system cannot be freed before the reference is given back.
/// @param data  the bytes
/// @return TR_OK; TR_EINVAL; TR_ENOMEM; TR_ESTOPPED
/// [any-thread] [never-suspends] [owner: the caller frees *out with tr_system_blob_unref]
TR_API TR_MUST_CHECK tr_err tr_system_blob_new(tr_system *sys, const void *data, size_t bytes,
                                               tr_blob **out);

/// Gives the reference of tr_system_blob_new back, also after the system was stopped.
/// @param blob  the blob
/// @return TR_OK; TR_EINVAL; TR_EFORKED
/// [any-thread] [never-suspends] [owner: takes blob on TR_OK]
TR_API tr_err tr_system_blob_unref(tr_system *sys, tr_blob *blob);

/// As tr_send_blob, from a thread that is no actor; it does not wait for room.
/// @return as tr_system_send; TR_EFULL also where that would wait
/// [any-thread] [never-suspends] [owner: caller keeps]
TR_API tr_err tr_system_send_blob(tr_system *sys, tr_pid to, const tr_type *type, const void *body,
                                  tr_blob *blob);

#ifdef __cplusplus
}
#endif

#endif
