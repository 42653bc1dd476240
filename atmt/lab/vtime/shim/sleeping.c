/* Waits for nothing but time, or for a signal. */
#include "shim.h"

#include <signal.h>
#include <threads.h>
#include <unistd.h>

#define SIGNALS 8

/* Until `deadline`: 0, or -EINTR and what remains of `left`. */
static long nap(int64_t deadline, struct timespec *left)
{
    long result = wait_for(deadline, pause_for, NULL);
    int64_t rest = deadline == NEVER ? 0 : deadline - now();
    if (result < 0 && left)
        *left = timespec_of(rest > 0 ? rest : 0);
    return result;
}

static bool impossible(const struct timespec *t)
{
    return t->tv_sec < 0 || t->tv_nsec < 0 || t->tv_nsec >= SECOND;
}

EXPORT int clock_nanosleep(clockid_t clock, int flags, const struct timespec *t, struct timespec *left)
{
    if (!page() || clock == CLOCK_PROCESS_CPUTIME_ID)
        return (int)-kernel(SYS_clock_nanosleep, clock, flags, t, left);
    if (impossible(t))
        return EINVAL;
    int64_t deadline = flags & TIMER_ABSTIME ? moment(t) : after(nanoseconds(t));
    return (int)-nap(deadline, flags & TIMER_ABSTIME ? NULL : left);
}

EXPORT int nanosleep(const struct timespec *t, struct timespec *left)
{
    return answer(-clock_nanosleep(CLOCK_MONOTONIC, 0, t, left));
}

EXPORT int thrd_sleep(const struct timespec *t, struct timespec *left)
{
    int failed = clock_nanosleep(CLOCK_MONOTONIC, 0, t, left);
    return failed == 0 ? 0 : failed == EINTR ? -1 : -2;
}

EXPORT unsigned sleep(unsigned seconds)
{
    struct timespec t = {seconds, 0}, left = {0, 0};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &t, &left);
    return (unsigned)left.tv_sec + (left.tv_nsec >= SECOND / 2);
}

EXPORT int usleep(useconds_t microseconds)
{
    struct timespec t = timespec_of(microseconds * INT64_C(1000));
    return nanosleep(&t, NULL);
}

/* ---- for a signal ---- */

static long look_suspended(void *mask, const struct timespec *slice)
{
    struct timespec left = *slice;
    return kernel(SYS_ppoll, NULL, 0, &left, mask, SIGNALS);
}

EXPORT int sigsuspend(const sigset_t *mask)
{
    if (!page())
        return answer(kernel(SYS_rt_sigsuspend, mask, SIGNALS));
    return answer(wait_for(NEVER, look_suspended, (void *)mask));
}

EXPORT int pause(void)
{
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    return sigsuspend(&mask);
}

struct awaited {
    const sigset_t *set;
    siginfo_t *info;
};

static long look_signal(void *what, const struct timespec *slice)
{
    struct awaited *a = what;
    long found = kernel(SYS_rt_sigtimedwait, a->set, a->info, slice, SIGNALS);
    return found == -EAGAIN ? 0 : found;
}

EXPORT int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout)
{
    struct awaited what = {set, info};
    if (!page())
        return answer(kernel(SYS_rt_sigtimedwait, set, info, timeout, SIGNALS));
    long found = wait_for(after(nanoseconds(timeout)), look_signal, &what);
    return answer(found ? found : -EAGAIN);
}

EXPORT int sigwaitinfo(const sigset_t *set, siginfo_t *info)
{
    return sigtimedwait(set, info, NULL);
}

EXPORT int sigwait(const sigset_t *restrict set, int *restrict number)
{
    int found;
    while ((found = sigtimedwait(set, NULL, NULL)) < 0)
        if (errno != EINTR)
            return errno;
    *number = found;
    return 0;
}
