/* The preload shim that puts a program under a clock which only the tester moves.
 *
 * What its parts share.  The tester's side is in ../page.py, which has the same layout; the parts know
 * nothing of each other but what stands here.  They never call the functions that they replace, nor libc's
 * syscall(), which is one of them: they enter the kernel by `kernel`.
 */
#ifndef ATMT_SHIM_H
#define ATMT_SHIM_H

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>

#define SECOND INT64_C(1000000000)
#define NEVER INT64_C(-1)
#define EXPORT __attribute__((visibility("default")))
_Static_assert(sizeof(long) == 8 && sizeof(time_t) == 8, "64-bit machines only");

/* ---- the page that tester and program share ---- */

#define MAGIC UINT64_C(0x31656d6974766d61)
#define SLOTS 120
#define RESERVED (-1)
#define REASON_WRITTEN 2

/* One thread.  It writes `deadline` before `seen`, and `seen` = the tester's round says: "in that round I
 * looked at all that I wait for, found nothing, and wait until `deadline`".  A running thread never says so.
 */
struct slot {
    _Atomic int32_t thread;   /* its id as the program sees it; 0: free, RESERVED: about to be born */
    _Atomic int32_t process;
    _Atomic int64_t deadline; /* NEVER: only something from outside ends the wait */
    _Atomic uint32_t seen;
    _Atomic uint32_t waits;   /* how many waits it has begun: tells a thread that waits again from one still waiting */
    int64_t padding;
};

struct page {
    uint64_t magic;
    _Atomic int64_t now;      /* nanoseconds on the virtual monotonic clock; written by the tester alone */
    int64_t epoch;            /* what is added to it for the date */
    _Atomic uint32_t round;   /* the tester asks all threads to look again by counting this up */
    _Atomic uint32_t refused; /* 0, or how far `reason` is: 1 while it is being written */
    char reason[96];          /* why this program cannot live under the clock */
    struct slot slots[SLOTS];
};

/* ---- page.c ---- */

struct page *page(void);      /* NULL where the program is not under the clock */
struct slot *slot(void);      /* the calling thread's; NULL if there is none left */
struct slot *reserve(void);   /* for a thread that is about to be born: counts as running from now on */
void adopt(struct slot *reserved); /* by that thread, first thing */
void refuse(const char *reason);
bool protected_descriptor(int fd);
void *next(const char *name); /* the function that we replace */

static inline int64_t now(void) { return atomic_load_explicit(&page()->now, memory_order_acquire); }

/* ---- time.c ---- */

int64_t nanoseconds(const struct timespec *span);      /* NULL: NEVER; saturates */
int64_t after(int64_t span);                           /* deadline that is `span` from now */
int64_t moment(const struct timespec *absolute);       /* deadline, whichever clock it is told by */
struct timespec timespec_of(int64_t span);
struct timespec real_after(const struct timespec *span); /* of the kernel's monotonic clock */

/* ---- wait.c ---- */

/* Looks once at what is waited for, itself waiting no longer than `slice` (real time).
 * 0: nothing yet; anything else ends the wait and is its result, a negative errno where it fails. */
typedef long (*look)(void *what, const struct timespec *slice);

/* Waits until `look` ends it (its result), the clock reaches `deadline` (0), or a timer's signal
 * interrupts it (-EINTR). */
long wait_for(int64_t deadline, look look_at, void *what);
bool restarts(void);          /* whether a call goes on after the signal that has just been handled */
long pause_for(void *nothing, const struct timespec *slice); /* a look at nothing but signals */
int answer(long result);      /* as libc returns: -1 and errno where negative */

/* ---- timers.c ---- */

enum fired { NOTHING, RANG, INTERRUPTED };
enum fired fire_timers(void); /* those of this process that are due */
int64_t next_timer(void);
void forget_timers(pid_t born_of);
void forget_timer_of(int fd);

/* ---- the kernel ---- */

#if defined(__x86_64__)
static inline long kernel6(long n, long a, long b, long c, long d, long e, long f)
{
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}
#elif defined(__aarch64__)
static inline long kernel6(long n, long a, long b, long c, long d, long e, long f)
{
    register long x8 __asm__("x8") = n;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc 0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                     : "memory");
    return x0;
}
#else
#error "only for x86_64 and aarch64"
#endif

#define PICK(_1, _2, _3, _4, _5, _6, _7, NAME, ...) NAME
#define KERNEL1(n) kernel6(n, 0, 0, 0, 0, 0, 0)
#define KERNEL2(n, a) kernel6(n, (long)(a), 0, 0, 0, 0, 0)
#define KERNEL3(n, a, b) kernel6(n, (long)(a), (long)(b), 0, 0, 0, 0)
#define KERNEL4(n, a, b, c) kernel6(n, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define KERNEL5(n, a, b, c, d) kernel6(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define KERNEL6(n, a, b, c, d, e) kernel6(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)
#define KERNEL7(n, a, b, c, d, e, f) \
    kernel6(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
/* kernel(number, up to six arguments): the result, or a negative errno */
#define kernel(...) \
    PICK(__VA_ARGS__, KERNEL7, KERNEL6, KERNEL5, KERNEL4, KERNEL3, KERNEL2, KERNEL1)(__VA_ARGS__)

#endif
