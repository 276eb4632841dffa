// SPDX-License-Identifier: MIT
#include "port/bell.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "port/clock.h"

#define NS_PER_S UINT64_C(1000000000)

int tri_bell_open(struct tri_bell *bell)
{
    bell->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return bell->fd < 0 ? errno : 0;
}

void tri_bell_close(struct tri_bell *bell)
{
    (void)close(bell->fd);
}

int tri_bell_fd(const struct tri_bell *bell)
{
    return bell->fd;
}

void tri_bell_ring(struct tri_bell *bell)
{
    int saved = errno;
    // It fails only when the count is at its end, and then the bell is rung.
    (void)!eventfd_write(bell->fd, 1);
    errno = saved;
}

void tri_bell_clear(struct tri_bell *bell)
{
    int saved = errno;
    eventfd_t count = 0;
    (void)!eventfd_read(bell->fd, &count); // fails when nobody rang
    errno = saved;
}

void tri_bell_wait(struct tri_bell *bell, uint64_t deadline_ns)
{
    int saved = errno;
    struct pollfd poll_fd = { .fd = bell->fd, .events = POLLIN };
    uint64_t now = deadline_ns == 0 ? 0 : tri_clock_ns();
    uint64_t left = deadline_ns > now ? deadline_ns - now : 0;
    struct timespec time = { .tv_sec = (time_t)(left / NS_PER_S),
                             .tv_nsec = (long)(left % NS_PER_S) };
    (void)ppoll(&poll_fd, 1, deadline_ns == 0 ? NULL : &time, NULL);
    errno = saved;
}
