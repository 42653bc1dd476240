/* Telling the time, and turning one way of telling it into another. */
#include "shim.h"

#include <stdlib.h>
#include <sys/time.h>
#include <sys/timeb.h>
#include <sys/times.h>
#include <unistd.h>

#define TICKS "ATMT_VTIME_TICKS"
#define FAR (INT64_MAX / 4)

int64_t nanoseconds(const struct timespec *span)
{
    if (!span)
        return NEVER;
    if (span->tv_sec < 0)
        return 0;
    return span->tv_sec > FAR / SECOND ? FAR : span->tv_sec * SECOND + span->tv_nsec;
}

int64_t after(int64_t span)
{
    return span < 0 || span >= FAR ? NEVER : now() + span;
}

/* The virtual monotonic clock starts near 0 and the date is decades away from that, so that a point in time
 * tells by itself which of the two it belongs to; libc hides which one a condition variable goes by. */
int64_t moment(const struct timespec *absolute)
{
    int64_t at = nanoseconds(absolute);
    if (at == NEVER || at >= FAR)
        return NEVER;
    return at < page()->epoch ? at : at - page()->epoch;
}

struct timespec timespec_of(int64_t span)
{
    return (struct timespec){span / SECOND, span % SECOND};
}

struct timespec real_after(const struct timespec *span)
{
    struct timespec t = {0, 0};
    kernel(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
    return timespec_of(nanoseconds(&t) + nanoseconds(span));
}

/* No two readings of a real clock are the same, and some programs order what they do by that: where it is wished
 * for, each reading is a nanosecond later than the one before. */
static int64_t ticks(void)
{
    static _Atomic int64_t readings;
    static _Atomic int wished = -1;
    if (wished < 0)
        wished = getenv(TICKS) != NULL;
    return wished ? ++readings : 0;
}

static int64_t date(void)
{
    return now() + page()->epoch;
}

EXPORT int clock_gettime(clockid_t clock, struct timespec *t)
{
    if (!page())
        return answer(kernel(SYS_clock_gettime, clock, t));
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_TAI:
        *t = timespec_of(date());
        return 0;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
        *t = timespec_of(now() + ticks());
        return 0;
    default: /* processor time, and clocks of devices */
        return answer(kernel(SYS_clock_gettime, clock, t));
    }
}

EXPORT int gettimeofday(struct timeval *restrict t, void *restrict zone)
{
    if (!page())
        return answer(kernel(SYS_gettimeofday, t, zone));
    struct timespec s = timespec_of(date());
    *t = (struct timeval){s.tv_sec, s.tv_nsec / 1000};
    return zone ? answer(kernel(SYS_gettimeofday, NULL, zone)) : 0;
}

EXPORT time_t time(time_t *t)
{
    struct timespec s;
    clock_gettime(CLOCK_REALTIME, &s);
    if (t)
        *t = s.tv_sec;
    return s.tv_sec;
}

EXPORT int timespec_get(struct timespec *t, int base)
{
    return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, t) == 0 ? base : 0;
}

EXPORT int ftime(struct timeb *t)
{
    struct timespec s;
    clock_gettime(CLOCK_REALTIME, &s);
    *t = (struct timeb){.time = s.tv_sec, .millitm = (unsigned short)(s.tv_nsec / 1000000)};
    return 0;
}

EXPORT clock_t times(struct tms *t)
{
    long ticks = kernel(SYS_times, t);
    return page() ? (clock_t)(now() / (SECOND / sysconf(_SC_CLK_TCK))) : ticks;
}
