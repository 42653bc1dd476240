/* Waits on several descriptors: poll, select, epoll and their relatives. */
#include "shim.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>

#define SIGNALS 8 /* size of the kernel's signal set */

/* ---- poll ---- */

struct polled {
    struct pollfd *fds;
    nfds_t count;
    const sigset_t *mask;
};

static long look_poll(void *what, const struct timespec *slice)
{
    struct polled *p = what;
    struct timespec left = *slice;
    return kernel(SYS_ppoll, p->fds, p->count, &left, p->mask, SIGNALS);
}

EXPORT int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
    struct polled what = {fds, count, mask};
    int64_t span = nanoseconds(timeout);
    if (!page() || span == 0) {
        struct timespec left = timeout ? *timeout : (struct timespec){0, 0};
        return answer(kernel(SYS_ppoll, fds, count, timeout ? &left : NULL, mask, SIGNALS));
    }
    return answer(wait_for(after(span), look_poll, &what));
}

EXPORT int poll(struct pollfd *fds, nfds_t count, int milliseconds)
{
    struct timespec t = timespec_of(milliseconds * INT64_C(1000000));
    return ppoll(fds, count, milliseconds < 0 ? NULL : &t, NULL);
}

/* What programs compiled with _FORTIFY_SOURCE call. */
EXPORT int __poll_chk(struct pollfd *fds, nfds_t count, int milliseconds, size_t size)
{
    (void)size;
    return poll(fds, count, milliseconds);
}

EXPORT int __ppoll_chk(
    struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask, size_t size)
{
    (void)size;
    return ppoll(fds, count, timeout, mask);
}

/* ---- select ---- */

struct selected {
    int count;
    size_t bytes;        /* of one set: programs may have larger ones than fd_set */
    void *sets[3];       /* the caller's, where the answer goes */
    const char *asked[3]; /* copies of what the caller asked for: each look overwrites the sets */
    const sigset_t *mask;
};

static long look_select(void *what, const struct timespec *slice)
{
    struct selected *s = what;
    struct timespec left = *slice;
    struct {
        const sigset_t *mask;
        size_t size;
    } mask = {s->mask, SIGNALS};
    for (int i = 0; i < 3; i++)
        if (s->sets[i])
            memcpy(s->sets[i], s->asked[i], s->bytes);
    return kernel(SYS_pselect6, s->count, s->sets[0], s->sets[1], s->sets[2], &left, &mask);
}

static long wait_select(
    int count, fd_set *reads, fd_set *writes, fd_set *excepts, int64_t span, const sigset_t *mask)
{
    size_t bytes = count > 0 ? ((size_t)count + 63) / 64 * 8 : 0;
    char copies[3][bytes ? bytes : 1];
    struct selected what = {count, bytes, {reads, writes, excepts}, {copies[0], copies[1], copies[2]}, mask};
    for (int i = 0; i < 3; i++)
        if (what.sets[i])
            memcpy(copies[i], what.sets[i], bytes);
    if (span == 0)
        return look_select(&what, &(struct timespec){0, 0});
    return wait_for(after(span), look_select, &what);
}

EXPORT int pselect(
    int count, fd_set *restrict reads, fd_set *restrict writes, fd_set *restrict excepts,
    const struct timespec *restrict timeout, const sigset_t *restrict mask)
{
    if (page())
        return answer(wait_select(count, reads, writes, excepts, nanoseconds(timeout), mask));
    struct timespec left = timeout ? *timeout : (struct timespec){0, 0};
    struct {
        const sigset_t *mask;
        size_t size;
    } packed = {mask, SIGNALS};
    return answer(kernel(SYS_pselect6, count, reads, writes, excepts, timeout ? &left : NULL, &packed));
}

EXPORT int select(
    int count, fd_set *restrict reads, fd_set *restrict writes, fd_set *restrict excepts,
    struct timeval *restrict timeout)
{
    struct timespec t = {0, 0};
    if (timeout)
        t = timespec_of(timeout->tv_sec * SECOND + timeout->tv_usec * 1000);
    if (!page())
        return pselect(count, reads, writes, excepts, timeout ? &t : NULL, NULL);
    int64_t begun = now();
    int64_t span = timeout ? nanoseconds(&t) : NEVER;
    int result = answer(wait_select(count, reads, writes, excepts, span, NULL));
    if (timeout) { /* Linux leaves what remains, and programs rely on it */
        int64_t left = span - (now() - begun);
        *timeout = (struct timeval){left > 0 ? left / SECOND : 0, left > 0 ? left % SECOND / 1000 : 0};
    }
    return result;
}

/* ---- epoll ---- */

struct epolled {
    int epoll;
    struct epoll_event *events;
    int count;
    const sigset_t *mask;
};

/* In two steps, because only the youngest kernels' epoll takes less than a millisecond. */
static long look_epoll(void *what, const struct timespec *slice)
{
    struct epolled *e = what;
    struct timespec left = *slice;
    struct pollfd ready = {e->epoll, POLLIN, 0};
    long found = kernel(SYS_ppoll, &ready, 1, &left, e->mask, SIGNALS);
    if (found < 0)
        return found;
    return kernel(SYS_epoll_pwait, e->epoll, e->events, e->count, 0, NULL, SIGNALS);
}

EXPORT int epoll_pwait2(
    int epoll, struct epoll_event *events, int count, const struct timespec *timeout, const sigset_t *mask)
{
    struct epolled what = {epoll, events, count, mask};
    int64_t span = nanoseconds(timeout);
    if (!page())
        return answer(kernel(SYS_epoll_pwait2, epoll, events, count, timeout, mask, SIGNALS));
    if (span == 0)
        return answer(kernel(SYS_epoll_pwait, epoll, events, count, 0, mask, SIGNALS));
    return answer(wait_for(after(span), look_epoll, &what));
}

EXPORT int epoll_pwait(int epoll, struct epoll_event *events, int count, int milliseconds, const sigset_t *mask)
{
    struct timespec t = timespec_of(milliseconds * INT64_C(1000000));
    if (!page())
        return answer(kernel(SYS_epoll_pwait, epoll, events, count, milliseconds, mask, SIGNALS));
    return epoll_pwait2(epoll, events, count, milliseconds < 0 ? NULL : &t, mask);
}

EXPORT int epoll_wait(int epoll, struct epoll_event *events, int count, int milliseconds)
{
    return epoll_pwait(epoll, events, count, milliseconds, NULL);
}
