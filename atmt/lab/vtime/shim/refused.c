/* What waits in ways that the clock does not cover: it does so as ever, and the tester is told. */
#include "shim.h"

#include <mqueue.h>
#include <pthread.h>
#include <signal.h>
#include <sys/sem.h>
#include <threads.h>

#define REFUSED(name) refuse("it uses " name ", which the virtual clock does not cover")

EXPORT int timer_create(clockid_t clock, struct sigevent *restrict event, timer_t *restrict timer)
{
    static int (*real)(clockid_t, struct sigevent *, timer_t *);
    REFUSED("timer_create");
    if (!real)
        real = next("timer_create");
    return real(clock, event, timer);
}

EXPORT int pthread_condattr_setpshared(pthread_condattr_t *attributes, int shared)
{
    static int (*real)(pthread_condattr_t *, int);
    if (shared == PTHREAD_PROCESS_SHARED)
        refuse("it has condition variables between processes, which the virtual clock does not cover");
    if (!real)
        real = next("pthread_condattr_setpshared");
    return real(attributes, shared);
}

EXPORT int semtimedop(int id, struct sembuf *operations, size_t count, const struct timespec *timeout)
{
    REFUSED("semtimedop");
    return answer(kernel(SYS_semtimedop, id, operations, count, timeout));
}

EXPORT ssize_t mq_timedreceive(
    mqd_t queue, char *restrict data, size_t size, unsigned *restrict priority, const struct timespec *restrict until)
{
    REFUSED("mq_timedreceive");
    return answer(kernel(SYS_mq_timedreceive, queue, data, size, priority, until));
}

EXPORT int cnd_timedwait(cnd_t *restrict condition, mtx_t *restrict mutex, const struct timespec *restrict until)
{
    static int (*real)(cnd_t *, mtx_t *, const struct timespec *);
    REFUSED("cnd_timedwait");
    if (!real)
        real = next("cnd_timedwait");
    return real(condition, mutex, until);
}

EXPORT int mtx_timedlock(mtx_t *restrict mutex, const struct timespec *restrict until)
{
    static int (*real)(mtx_t *, const struct timespec *);
    REFUSED("mtx_timedlock");
    if (!real)
        real = next("mtx_timedlock");
    return real(mutex, until);
}

EXPORT int pthread_mutex_timedlock(pthread_mutex_t *restrict mutex, const struct timespec *restrict until)
{
    static int (*real)(pthread_mutex_t *, const struct timespec *);
    REFUSED("pthread_mutex_timedlock");
    if (!real)
        real = next("pthread_mutex_timedlock");
    return real(mutex, until);
}
