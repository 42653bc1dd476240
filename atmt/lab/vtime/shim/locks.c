/* Waits of threads for one another: condition variables, semaphores, joins, and futexes by syscall(). */
#include "shim.h"

#include <linux/futex.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>

/* ---- condition variables ----
 *
 * Between two slices nobody waits at the condition, and a signal sent then would be lost.  So signals are
 * counted: one that came in between makes the wait end, as it may without any reason. */

#define COUNTERS 256
static _Atomic uint32_t signals[COUNTERS];

static _Atomic uint32_t *signals_of(const pthread_cond_t *condition)
{
    return &signals[((uintptr_t)condition / sizeof *condition) % COUNTERS];
}

EXPORT int pthread_cond_signal(pthread_cond_t *condition)
{
    static int (*real)(pthread_cond_t *);
    if (!real)
        real = next("pthread_cond_signal");
    atomic_fetch_add(signals_of(condition), 1);
    return real(condition);
}

EXPORT int pthread_cond_broadcast(pthread_cond_t *condition)
{
    static int (*real)(pthread_cond_t *);
    if (!real)
        real = next("pthread_cond_broadcast");
    atomic_fetch_add(signals_of(condition), 1);
    return real(condition);
}

struct conditional {
    pthread_cond_t *condition;
    pthread_mutex_t *mutex;
    uint32_t signals;
};

typedef int (*clocked_wait)(pthread_cond_t *, pthread_mutex_t *, clockid_t, const struct timespec *);

static long look_condition(void *what, const struct timespec *slice)
{
    static clocked_wait real;
    struct conditional *c = what;
    struct timespec until = real_after(slice);
    if (!real)
        real = (clocked_wait)next("pthread_cond_clockwait");
    int failed = real(c->condition, c->mutex, CLOCK_MONOTONIC, &until);
    if (failed != ETIMEDOUT)
        return failed ? -failed : 1;
    return atomic_load(signals_of(c->condition)) != c->signals;
}

static int wait_condition(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t deadline)
{
    struct conditional what = {condition, mutex, atomic_load(signals_of(condition))};
    long result = wait_for(deadline, look_condition, &what);
    if (result == -EINTR) /* not among its errors; a needless wake is */
        return 0;
    return result > 0 ? 0 : result == 0 ? ETIMEDOUT : (int)-result;
}

EXPORT int pthread_cond_wait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex)
{
    static int (*real)(pthread_cond_t *, pthread_mutex_t *);
    if (page())
        return wait_condition(condition, mutex, NEVER);
    if (!real)
        real = next("pthread_cond_wait");
    return real(condition, mutex);
}

EXPORT int pthread_cond_timedwait(
    pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, const struct timespec *restrict until)
{
    static int (*real)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
    if (page())
        return wait_condition(condition, mutex, moment(until));
    if (!real)
        real = next("pthread_cond_timedwait");
    return real(condition, mutex, until);
}

EXPORT int pthread_cond_clockwait(
    pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, clockid_t clock,
    const struct timespec *restrict until)
{
    static clocked_wait real;
    if (page())
        return wait_condition(condition, mutex, moment(until));
    if (!real)
        real = (clocked_wait)next("pthread_cond_clockwait");
    return real(condition, mutex, clock, until);
}

/* ---- semaphores ---- */

static long look_semaphore(void *semaphore, const struct timespec *slice)
{
    static int (*real)(sem_t *, clockid_t, const struct timespec *);
    struct timespec until = real_after(slice);
    if (!real)
        real = next("sem_clockwait");
    if (real(semaphore, CLOCK_MONOTONIC, &until) == 0)
        return 1;
    return errno == ETIMEDOUT ? 0 : -errno;
}

static int wait_semaphore(sem_t *semaphore, int64_t deadline)
{
    long result = wait_for(deadline, look_semaphore, semaphore);
    return result > 0 ? 0 : answer(result ? result : -ETIMEDOUT);
}

EXPORT int sem_wait(sem_t *semaphore)
{
    static int (*real)(sem_t *);
    if (page())
        return wait_semaphore(semaphore, NEVER);
    if (!real)
        real = next("sem_wait");
    return real(semaphore);
}

EXPORT int sem_clockwait(sem_t *restrict semaphore, clockid_t clock, const struct timespec *restrict until)
{
    static int (*real)(sem_t *, clockid_t, const struct timespec *);
    if (page())
        return wait_semaphore(semaphore, moment(until));
    if (!real)
        real = next("sem_clockwait");
    return real(semaphore, clock, until);
}

EXPORT int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict until)
{
    return sem_clockwait(semaphore, CLOCK_REALTIME, until);
}

/* ---- joins ---- */

struct joined {
    pthread_t thread;
    void **result;
};

static long look_join(void *what, const struct timespec *slice)
{
    struct joined *j = what;
    int failed = pthread_tryjoin_np(j->thread, j->result);
    if (failed == EBUSY && slice->tv_nsec) {
        pause_for(NULL, slice);
        failed = pthread_tryjoin_np(j->thread, j->result);
    }
    return failed == EBUSY ? 0 : failed ? -failed : 1;
}

EXPORT int pthread_join(pthread_t thread, void **result)
{
    static int (*real)(pthread_t, void **);
    struct joined what = {thread, result};
    if (!page()) {
        if (!real)
            real = next("pthread_join");
        return real(thread, result);
    }
    for (;;) {
        long joined = wait_for(NEVER, look_join, &what);
        if (joined != -EINTR)
            return joined > 0 ? 0 : (int)-joined;
    }
}

/* ---- futexes of runtimes that bring their own locks (Rust, Erlang) ---- */

struct futex {
    long word, operation, value, bits;
};

static long look_futex(void *what, const struct timespec *slice)
{
    struct futex *f = what;
    /* The bitset kind takes a point in time, and of the monotonic clock unless told otherwise. */
    struct timespec until = real_after(slice);
    long operation = FUTEX_WAIT_BITSET | (f->operation & FUTEX_PRIVATE_FLAG);
    long result = kernel(SYS_futex, f->word, operation, f->value, &until, NULL, f->bits);
    return result == -ETIMEDOUT ? 0 : result ? result : 1;
}

static long wait_futex(long word, long operation, long value, const struct timespec *timeout, long bits)
{
    bool absolute = (operation & FUTEX_CMD_MASK) == FUTEX_WAIT_BITSET;
    struct futex what = {word, operation, value, absolute ? bits : (long)FUTEX_BITSET_MATCH_ANY};
    int64_t deadline = !timeout ? NEVER : absolute ? moment(timeout) : after(nanoseconds(timeout));
    long result = wait_for(deadline, look_futex, &what);
    return result > 0 ? 0 : result ? result : -ETIMEDOUT;
}

EXPORT long syscall(long number, ...)
{
    va_list list;
    long a[6];
    va_start(list, number);
    for (int i = 0; i < 6; i++)
        a[i] = va_arg(list, long);
    va_end(list);
    long command = a[1] & FUTEX_CMD_MASK;
    long result;
    if (page() && number == SYS_futex && (command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET))
        result = wait_futex(a[0], a[1], a[2], (const struct timespec *)a[3], a[5]);
    else if (page() && number == SYS_clock_gettime)
        return clock_gettime((clockid_t)a[0], (struct timespec *)a[1]);
    else
        result = kernel(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    if (result >= 0 || result < -4095)
        return result;
    errno = (int)-result;
    return -1;
}
