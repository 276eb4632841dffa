// SPDX-License-Identifier: MIT
// Troupe: an Erlang-style actor runtime for C with supervision trees.
//
// This header includes the whole public face. Each header under troupe/ also compiles alone.
// Test support (seeded schedules, virtual time) is separate: <troupe/test.h>, libtroupe-test.
#ifndef TROUPE_H
#define TROUPE_H

#include <troupe/actor.h>
#include <troupe/alarm.h>
#include <troupe/alias.h>
#include <troupe/batch.h>
#include <troupe/blob.h>
#include <troupe/dead.h>
#include <troupe/debug.h>
#include <troupe/detail.h>
#include <troupe/errno.h>
#include <troupe/error.h>
#include <troupe/guest.h>
#include <troupe/host.h>
#include <troupe/exits.h>
#include <troupe/mailbox.h>
#include <troupe/log.h>
#include <troupe/message.h>
#include <troupe/registry.h>
#include <troupe/relations.h>
#include <troupe/request.h>
#include <troupe/retry.h>
#include <troupe/schedule.h>
#include <troupe/server.h>
#include <troupe/supervisor.h>
#include <troupe/system.h>
#include <troupe/task.h>
#include <troupe/timer.h>
#include <troupe/top.h>
#include <troupe/typed.h>
#include <troupe/types.h>

#endif
