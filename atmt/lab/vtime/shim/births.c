/* Threads and processes: each has its slot before it is born, or else "all are waiting" is seen too early.
 *
 * What ends keeps its slot until the tester has seen it gone, for whoever waits for that learns of it later.
 */
#include "shim.h"

#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void give_back(struct slot *s)
{
    if (s)
        atomic_store(&s->thread, 0);
}

/* ---- birth ---- */

/* By the parent too: the child may be killed before it can say so itself. */
static void name(struct slot *child, pid_t pid)
{
    int32_t unnamed = RESERVED;
    if (child && atomic_compare_exchange_strong(&child->thread, &unnamed, pid))
        atomic_store(&child->process, pid);
}

EXPORT pid_t fork(void)
{
    static pid_t (*real)(void);
    if (!real)
        real = (pid_t(*)(void))next("fork");
    struct slot *child = reserve();
    pid_t ours = (pid_t)kernel(SYS_getpid);
    pid_t pid = real();
    if (pid < 0) {
        give_back(child);
    } else if (pid == 0) {
        forget_timers(ours);
        if (page())
            adopt(child);
    } else {
        name(child, pid);
    }
    return pid;
}

/* The parent cannot be held up by a child that waits for the clock: only the child's exec would free it. */
EXPORT pid_t vfork(void)
{
    return fork();
}

struct birth {
    void *(*function)(void *);
    void *argument;
    struct slot *slot;
};

static void *live(void *given)
{
    struct birth birth = *(struct birth *)given;
    free(given);
    adopt(birth.slot);
    return birth.function(birth.argument);
}

EXPORT int pthread_create(
    pthread_t *restrict thread, const pthread_attr_t *restrict attributes, void *(*function)(void *),
    void *restrict argument)
{
    static int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    if (!real)
        real = next("pthread_create");
    struct birth *birth = page() ? malloc(sizeof *birth) : NULL;
    if (!birth)
        return real(thread, attributes, function, argument);
    *birth = (struct birth){function, argument, reserve()};
    int failed = real(thread, attributes, live, birth);
    if (failed) {
        give_back(birth->slot);
        free(birth);
    }
    return failed;
}

typedef int (*spawner)(
    pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const[],
    char *const[]);

static int spawn(
    spawner real, pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
    const posix_spawnattr_t *attributes, char *const arguments[], char *const environment[])
{
    pid_t born = 0;
    struct slot *child = reserve();
    int failed = real(&born, path, actions, attributes, arguments, environment);
    if (failed)
        give_back(child);
    else
        name(child, born);
    if (pid)
        *pid = born;
    return failed;
}

EXPORT int posix_spawn(
    pid_t *restrict pid, const char *restrict path, const posix_spawn_file_actions_t *actions,
    const posix_spawnattr_t *restrict attributes, char *const arguments[restrict], char *const environment[restrict])
{
    return spawn((spawner)next("posix_spawn"), pid, path, actions, attributes, arguments, environment);
}

EXPORT int posix_spawnp(
    pid_t *restrict pid, const char *restrict file, const posix_spawn_file_actions_t *actions,
    const posix_spawnattr_t *restrict attributes, char *const arguments[restrict], char *const environment[restrict])
{
    return spawn((spawner)next("posix_spawnp"), pid, file, actions, attributes, arguments, environment);
}

/* ---- waiting for a child ---- */

struct child {
    idtype_t kind;
    id_t id;
    int options;
    int *status;
    siginfo_t *info;
    struct rusage *usage;
};

static long look_wait4(void *what, const struct timespec *slice)
{
    struct child *c = what;
    if (slice->tv_nsec && pause_for(NULL, slice) == -EINTR && !restarts())
        return -EINTR;
    return kernel(SYS_wait4, (pid_t)c->id, c->status, c->options | WNOHANG, c->usage);
}

static long look_waitid(void *what, const struct timespec *slice)
{
    struct child *c = what;
    if (slice->tv_nsec && pause_for(NULL, slice) == -EINTR && !restarts())
        return -EINTR;
    c->info->si_pid = 0;
    long result = kernel(SYS_waitid, c->kind, c->id, c->info, c->options | WNOHANG, c->usage);
    return result ? result : c->info->si_pid != 0;
}

EXPORT pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage)
{
    struct child what = {.id = (id_t)pid, .options = options, .status = status, .usage = usage};
    if (!page() || options & WNOHANG)
        return answer(kernel(SYS_wait4, pid, status, options, usage));
    return answer(wait_for(NEVER, look_wait4, &what));
}

EXPORT pid_t waitpid(pid_t pid, int *status, int options)
{
    return wait4(pid, status, options, NULL);
}

EXPORT pid_t wait3(int *status, int options, struct rusage *usage)
{
    return wait4(-1, status, options, usage);
}

EXPORT pid_t wait(int *status)
{
    return wait4(-1, status, 0, NULL);
}

EXPORT int waitid(idtype_t kind, id_t id, siginfo_t *info, int options)
{
    siginfo_t here;
    struct child what = {.kind = kind, .id = id, .options = options, .info = info ? info : &here};
    if (!page() || options & WNOHANG)
        return answer(kernel(SYS_waitid, kind, id, info, options, NULL));
    long result = wait_for(NEVER, look_waitid, &what);
    return answer(result > 0 ? 0 : result);
}

EXPORT int system(const char *command)
{
    static int (*real)(const char *);
    int status = -1;
    if (!real)
        real = next("system");
    if (!page() || !command)
        return real(command);
    pid_t pid = fork();
    if (pid == 0) {
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}
