/* The page shared with the tester, and who has which slot in it. */
#include "shim.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#define VARIABLE "ATMT_VTIME"

static struct page *shared;
static int descriptor = -1;
static _Atomic bool asked;
/* initial-exec: the other models may allocate on first use, in a signal handler too */
static __thread struct slot *mine __attribute__((tls_model("initial-exec")));
static __thread int32_t my_thread __attribute__((tls_model("initial-exec")));

static void find_page(void)
{
    const char *number = getenv(VARIABLE);
    uint64_t magic = 0;
    if (!number)
        return;
    int fd = atoi(number);
    if (kernel(SYS_pread64, fd, &magic, sizeof magic, 0) != sizeof magic || magic != MAGIC)
        return;
    void *map = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        return;
    descriptor = fd;
    shared = map;
}

struct page *page(void)
{
    /* Not only in the constructor: those of other libraries may run, and ask for the time, before ours. */
    if (!atomic_load_explicit(&asked, memory_order_acquire)) {
        find_page();
        atomic_store_explicit(&asked, true, memory_order_release);
    }
    return shared;
}

bool protected_descriptor(int fd)
{
    return page() && fd == descriptor;
}

void refuse(const char *reason)
{
    uint32_t no = 0;
    if (!page() || !atomic_compare_exchange_strong(&shared->refused, &no, 1))
        return;
    strncpy(shared->reason, reason, sizeof shared->reason - 1);
    atomic_store(&shared->refused, REASON_WRITTEN);
}

struct slot *reserve(void)
{
    for (int i = 0; page() && i < SLOTS; i++) {
        int32_t nobody = 0;
        struct slot *s = &shared->slots[i];
        if (atomic_compare_exchange_strong(&s->thread, &nobody, RESERVED)) {
            atomic_store(&s->process, 0);
            atomic_store(&s->seen, atomic_load(&shared->round) - 1); /* not what its last owner said */
            return s;
        }
    }
    refuse("it has more threads and processes at once than the clock's page has room for");
    return NULL;
}

void adopt(struct slot *reserved)
{
    mine = reserved;
    my_thread = (int32_t)kernel(SYS_gettid);
    if (!mine)
        return;
    /* Slices of a wait are short: the default slack of 50 us would double them. */
    kernel(SYS_prctl, PR_SET_TIMERSLACK, 1000);
    atomic_store(&mine->process, (int32_t)kernel(SYS_getpid));
    atomic_store(&mine->thread, my_thread);
}

struct slot *slot(void)
{
    int32_t thread = (int32_t)kernel(SYS_gettid);
    if (mine && my_thread == thread)
        return mine;
    for (int i = 0; i < SLOTS; i++)  /* from before an exec, or as a spawned child */
        if (atomic_load(&shared->slots[i].thread) == thread) {
            adopt(&shared->slots[i]);
            return mine;
        }
    adopt(reserve());
    return mine;
}

void *next(const char *name)
{
    /* Of the condition variables there are two versions, and dlsym finds the one of before 2003. */
    void *found = dlvsym(RTLD_NEXT, name, "GLIBC_2.3.2");
    return found ? found : dlsym(RTLD_NEXT, name);
}

__attribute__((constructor)) static void begin(void)
{
    if (page())
        slot();
}
