/* Waits of a single blocking descriptor: recv and its relatives, read, accept. */
#include "shim.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

static bool blocks(int fd)
{
    long status = kernel(SYS_fcntl, fd, F_GETFL);
    return status >= 0 && !(status & O_NONBLOCK);
}

/* Of SO_RCVTIMEO, which the kernel would measure in real time. */
static int64_t patience(int fd)
{
    struct timeval t = {0, 0};
    socklen_t size = sizeof t;
    if (kernel(SYS_getsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, &t, &size) < 0 || (!t.tv_sec && !t.tv_usec))
        return NEVER;
    return t.tv_sec * SECOND + t.tv_usec * 1000;
}

static long look_readable(void *what, const struct timespec *slice)
{
    struct pollfd ready = {*(int *)what, POLLIN, 0};
    struct timespec left = *slice;
    return kernel(SYS_ppoll, &ready, 1, &left, NULL, 0);
}

/* Until `fd` can be read: 0, or a negative errno. */
static long await(int fd, int64_t span)
{
    int64_t deadline = after(span);
    for (;;) {
        long found = wait_for(deadline, look_readable, &fd);
        if (found > 0)
            return 0;
        if (found == 0)
            return -EAGAIN; /* as SO_RCVTIMEO answers */
        if (found != -EINTR || span != NEVER || !restarts())
            return found;
    }
}

/* A wait goes before each of these; the call itself must not wait in the kernel, even if somebody else was
 * faster to take what had arrived, so it is made with MSG_DONTWAIT. */
#define RECEIVE(fd, flags, call)                                                       \
    do {                                                                               \
        bool may_wait = page() && !((flags) & (MSG_DONTWAIT | MSG_ERRQUEUE)) && blocks(fd); \
        int extra = may_wait && !((flags) & MSG_WAITALL) ? MSG_DONTWAIT : 0;           \
        for (;;) {                                                                     \
            long result = may_wait ? await(fd, patience(fd)) : 0;                      \
            if (result == 0) {                                                         \
                result = (call);                                                       \
                if (extra && result == -EAGAIN)                                        \
                    continue;                                                          \
            }                                                                          \
            if (result >= 0)                                                           \
                return result;                                                         \
            return answer(result);                                                     \
        }                                                                              \
    } while (0)

EXPORT ssize_t recvfrom(
    int fd, void *restrict data, size_t size, int flags, struct sockaddr *restrict from, socklen_t *restrict length)
{
    RECEIVE(fd, flags, kernel(SYS_recvfrom, fd, data, size, flags | extra, from, length));
}

EXPORT ssize_t recv(int fd, void *data, size_t size, int flags)
{
    return recvfrom(fd, data, size, flags, NULL, NULL);
}

EXPORT ssize_t __recv_chk(int fd, void *data, size_t size, size_t room, int flags)
{
    (void)room;
    return recvfrom(fd, data, size, flags, NULL, NULL);
}

EXPORT ssize_t __recvfrom_chk(
    int fd, void *restrict data, size_t size, size_t room, int flags, struct sockaddr *restrict from,
    socklen_t *restrict length)
{
    (void)room;
    return recvfrom(fd, data, size, flags, from, length);
}

EXPORT ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    RECEIVE(fd, flags, kernel(SYS_recvmsg, fd, message, flags | extra));
}

EXPORT int recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags, struct timespec *timeout)
{
    if (page() && timeout)
        refuse("it uses recvmmsg with a timeout, which the virtual clock does not cover");
    RECEIVE(fd, flags, kernel(SYS_recvmmsg, fd, messages, count, flags | extra, NULL));
}

/* ---- read and accept have no such flag: two readers of one descriptor may make the later one hang ---- */

#define READ(fd, span, call)                                    \
    do {                                                        \
        long result = page() && blocks(fd) ? await(fd, span) : 0; \
        if (result == 0)                                        \
            result = (call);                                    \
        if (result >= 0)                                        \
            return result;                                      \
        return answer(result);                                  \
    } while (0)

EXPORT ssize_t read(int fd, void *data, size_t size)
{
    READ(fd, patience(fd), kernel(SYS_read, fd, data, size));
}

EXPORT ssize_t __read_chk(int fd, void *data, size_t size, size_t room)
{
    (void)room;
    return read(fd, data, size);
}

EXPORT ssize_t readv(int fd, const struct iovec *parts, int count)
{
    READ(fd, patience(fd), kernel(SYS_readv, fd, parts, count));
}

EXPORT int accept4(int fd, struct sockaddr *restrict from, socklen_t *restrict length, int flags)
{
    READ(fd, patience(fd), kernel(SYS_accept4, fd, from, length, flags));
}

EXPORT int accept(int fd, struct sockaddr *restrict from, socklen_t *restrict length)
{
    return accept4(fd, from, length, 0);
}
