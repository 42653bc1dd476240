/* How every wait goes: look, say that nothing was there, look again, in slices of real time.
 *
 * In slices, because there is nothing else that wakes a thread when the clock moves and that no program
 * disturbs: descriptors get closed by daemons, and signals interrupt what they should not.
 */
#include "shim.h"

#include <poll.h>
#include <signal.h>

#define MICROSECOND 1000
/* Short while the tester is at work, as it mostly is; long when a person has stopped it in a debugger. */
#define EAGER 200
#define PATIENT 2000

static const struct timespec at_once = {0, 0};
static const struct timespec short_slice = {0, 50 * MICROSECOND};
static const struct timespec middle_slice = {0, 400 * MICROSECOND};
static const struct timespec long_slice = {0, 4000 * MICROSECOND};

static const struct timespec *slice(unsigned looks)
{
    if (looks == 0)
        return &at_once;
    return looks < EAGER ? &short_slice : looks < PATIENT ? &middle_slice : &long_slice;
}

static int64_t earlier(int64_t one, int64_t other)
{
    return one == NEVER ? other : other == NEVER || one < other ? one : other;
}

static void settle(struct slot *me, uint32_t round, int64_t deadline)
{
    if (!me)
        return;
    atomic_store_explicit(&me->deadline, earlier(deadline, next_timer()), memory_order_relaxed);
    atomic_store_explicit(&me->seen, round, memory_order_release);
}

long wait_for(int64_t deadline, look look_at, void *what)
{
    struct slot *me = slot();
    uint32_t last = 0;
    if (me)
        atomic_fetch_add(&me->waits, 1);
    for (unsigned looks = 0;; looks++) {
        /* Read before the look, so that the look is later than whatever the tester did before it asked. */
        uint32_t round = atomic_load_explicit(&page()->round, memory_order_acquire);
        if (round != last && looks)
            looks = 1;
        last = round;
        long found = look_at(what, slice(looks));
        if (found)
            return found;
        switch (fire_timers()) {
        case INTERRUPTED:
            return -EINTR;
        case RANG:
            continue;
        case NOTHING:
            break;
        }
        if (deadline != NEVER && now() >= deadline)
            return 0;
        settle(me, round, deadline);
    }
}

/* Which signal it was cannot be asked.  Where handlers differ, EINTR is what every program must expect. */
bool restarts(void)
{
    for (int number = 1; number < NSIG; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_DFL &&
            action.sa_handler != SIG_IGN && !(action.sa_flags & SA_RESTART))
            return false;
    }
    return true;
}

long pause_for(void *nothing, const struct timespec *slice)
{
    (void)nothing;
    struct timespec left = *slice; /* the kernel writes what remains into it */
    return kernel(SYS_ppoll, NULL, 0, &left, NULL, 0);
}

int answer(long result)
{
    if (result >= 0)
        return (int)result;
    errno = (int)-result;
    return -1;
}
