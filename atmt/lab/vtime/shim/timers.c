/* Timers that go off by themselves: alarm, setitimer, timerfd.
 *
 * They go off while a thread of their process waits: the clock moves at no other time.  A timerfd is an
 * eventfd to which we write, for that is read in the same way.
 */
#include "shim.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define TIMERS 64
#define ALARM 0 /* index of the one that rings by a signal */

struct timer {
    bool used;
    int fd;
    int64_t at, interval; /* at == NEVER: not armed */
};

static struct timer timers[TIMERS] = {{true, -1, NEVER, 0}};
static atomic_flag busy = ATOMIC_FLAG_INIT;
static pid_t parent; /* of a process that was born with an armed timerfd, which its parent makes ring; else 0 */
static _Atomic bool any; /* spares every wait the lock in the many programs without timers */

static void lock(void)
{
    while (atomic_flag_test_and_set_explicit(&busy, memory_order_acquire))
        kernel(SYS_sched_yield);
}

static void unlock(void)
{
    atomic_flag_clear_explicit(&busy, memory_order_release);
}

/* ---- going off ---- */

static uint64_t take(struct timer *t, int64_t at)
{
    if (!t->used || t->at == NEVER || t->at > at)
        return 0;
    uint64_t times = t->interval ? (uint64_t)((at - t->at) / t->interval) + 1 : 1;
    t->at = t->interval ? t->at + (int64_t)times * t->interval : NEVER;
    return times;
}

/* Whether SIGALRM, just sent to this process, has run a handler in this very thread. */
static bool interrupted(void)
{
    struct sigaction action;
    sigset_t blocked;
    if (kernel(SYS_gettid) != kernel(SYS_getpid))
        return false; /* the kernel prefers the main thread */
    sigaction(SIGALRM, NULL, &action);
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    return action.sa_handler != SIG_IGN && action.sa_handler != SIG_DFL && !sigismember(&blocked, SIGALRM);
}

enum fired fire_timers(void)
{
    enum fired fired = NOTHING;
    if (!atomic_load(&any))
        return NOTHING;
    lock();
    uint64_t alarms = take(&timers[ALARM], now());
    for (int i = ALARM + 1; i < TIMERS; i++) {
        uint64_t times = take(&timers[i], now());
        if (times && kernel(SYS_write, timers[i].fd, &times, sizeof times) > 0)
            fired = RANG;
    }
    unlock();
    if (!alarms)
        return fired;
    kernel(SYS_kill, kernel(SYS_getpid), SIGALRM); /* unlocked: the handler may jump away */
    return interrupted() ? INTERRUPTED : RANG;
}

static void mind_parent(void)
{
    if (parent && kernel(SYS_getppid) != parent) {
        parent = 0;
        refuse("it lives on after a fork whose other half had set a timerfd for both");
    }
}

int64_t next_timer(void)
{
    int64_t first = NEVER;
    mind_parent();
    if (!atomic_load(&any))
        return NEVER;
    lock();
    for (int i = 0; i < TIMERS; i++)
        if (timers[i].used && timers[i].at != NEVER && (first == NEVER || timers[i].at < first))
            first = timers[i].at;
    unlock();
    return first;
}

/* In a forked child: alarms are not inherited, and a shared timerfd must ring once, so in the parent. */
void forget_timers(pid_t born_of)
{
    for (int i = ALARM + 1; i < TIMERS; i++)
        if (timers[i].used && timers[i].at != NEVER)
            parent = born_of;
    for (int i = 0; i < TIMERS; i++)
        timers[i] = (struct timer){i == ALARM, -1, NEVER, 0};
    atomic_flag_clear(&busy);
    atomic_store(&any, false);
}

static struct timer *timer_of(int fd)
{
    for (int i = ALARM + 1; i < TIMERS; i++)
        if (timers[i].used && timers[i].fd == fd)
            return &timers[i];
    return NULL;
}

void forget_timer_of(int fd)
{
    struct timer *t;
    if (!atomic_load(&any))
        return;
    lock();
    if ((t = timer_of(fd)))
        *t = (struct timer){false, -1, NEVER, 0};
    unlock();
}

static void arm(struct timer *t, int64_t at, int64_t interval, int64_t *left, int64_t *old_interval)
{
    lock();
    *left = t->at == NEVER ? 0 : t->at > now() ? t->at - now() : 1;
    *old_interval = t->interval;
    t->at = at;
    t->interval = interval;
    atomic_store(&any, true);
    unlock();
}

/* ---- alarm and setitimer ---- */

static struct timeval timeval_of(int64_t span)
{
    return (struct timeval){span / SECOND, span % SECOND / 1000};
}

static int64_t span_of(const struct timeval *t)
{
    return t->tv_sec * SECOND + t->tv_usec * 1000;
}

EXPORT unsigned alarm(unsigned seconds)
{
    int64_t left, interval;
    if (!page()) {
        struct itimerval new = {.it_value = {seconds, 0}}, old = {0};
        kernel(SYS_setitimer, ITIMER_REAL, &new, &old);
        return (unsigned)old.it_value.tv_sec + (old.it_value.tv_usec > 0);
    }
    arm(&timers[ALARM], seconds ? after(seconds * SECOND) : NEVER, 0, &left, &interval);
    return (unsigned)((left + SECOND - 1) / SECOND);
}

EXPORT int setitimer(__itimer_which_t which, const struct itimerval *restrict new, struct itimerval *restrict old)
{
    int64_t left, interval;
    if (!page() || which != ITIMER_REAL || !new)
        return answer(kernel(SYS_setitimer, which, new, old));
    int64_t span = span_of(&new->it_value);
    arm(&timers[ALARM], span ? after(span) : NEVER, span_of(&new->it_interval), &left, &interval);
    if (old)
        *old = (struct itimerval){timeval_of(interval), timeval_of(left)};
    return 0;
}

EXPORT int getitimer(__itimer_which_t which, struct itimerval *current)
{
    if (!page() || which != ITIMER_REAL)
        return answer(kernel(SYS_getitimer, which, current));
    struct timer t = timers[ALARM];
    int64_t left = t.at == NEVER ? 0 : t.at - now();
    *current = (struct itimerval){timeval_of(t.interval), timeval_of(left > 0 ? left : 0)};
    return 0;
}

EXPORT useconds_t ualarm(useconds_t value, useconds_t interval)
{
    struct itimerval old, new = {{interval / 1000000, interval % 1000000}, {value / 1000000, value % 1000000}};
    setitimer(ITIMER_REAL, &new, &old);
    return (useconds_t)(span_of(&old.it_value) / 1000);
}

/* ---- timerfd ---- */

EXPORT int timerfd_create(int clock, int flags)
{
    if (!page())
        return answer(kernel(SYS_timerfd_create, clock, flags));
    int fd = answer(kernel(SYS_eventfd2, 0, flags)); /* the two flags have the same numbers */
    if (fd < 0)
        return fd;
    lock();
    for (int i = ALARM + 1; i < TIMERS; i++)
        if (!timers[i].used) {
            timers[i] = (struct timer){true, fd, NEVER, 0};
            unlock();
            atomic_store(&any, true);
            return fd;
        }
    unlock();
    refuse("it uses more than 63 timerfds at once");
    return fd;
}

/* What had gone off before the timer is set anew is void. */
static void empty(int fd)
{
    struct pollfd full = {fd, POLLIN, 0};
    struct timespec at_once = {0, 0};
    uint64_t count;
    if (kernel(SYS_ppoll, &full, 1, &at_once, NULL, 0) > 0)
        kernel(SYS_read, fd, &count, sizeof count);
}

EXPORT int timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old)
{
    struct timer *t = page() ? timer_of(fd) : NULL;
    int64_t left, interval;
    if (!t) {
        if (page())
            refuse("it sets a timerfd that was made before a fork or handed to it");
        return answer(kernel(SYS_timerfd_settime, fd, flags, new, old));
    }
    int64_t span = nanoseconds(&new->it_value);
    int64_t at = !span ? NEVER : flags & TFD_TIMER_ABSTIME ? moment(&new->it_value) : after(span);
    arm(t, at, nanoseconds(&new->it_interval), &left, &interval);
    empty(fd);
    if (old)
        *old = (struct itimerspec){timespec_of(interval), timespec_of(left)};
    return 0;
}

EXPORT int timerfd_gettime(int fd, struct itimerspec *current)
{
    struct timer *t = page() ? timer_of(fd) : NULL;
    if (!t)
        return answer(kernel(SYS_timerfd_gettime, fd, current));
    int64_t left = t->at == NEVER ? 0 : t->at - now();
    *current = (struct itimerspec){timespec_of(t->interval), timespec_of(left > 0 ? left : 0)};
    return 0;
}
