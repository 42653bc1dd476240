/* One wait of one second for each name; writes how long it took by the clock that the program sees. */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <linux/futex.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

static struct timespec second = {1, 0};
static int ends[2]; /* a socket pair on which nothing comes unless a test says so */
static char byte;

static struct timespec in_one_second(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    t.tv_sec += 1;
    return t;
}

static void ignore(int number) { (void)number; }
static void handle(int number, int flags)
{
    struct sigaction action = {.sa_handler = ignore, .sa_flags = flags};
    sigaction(number, &action, NULL);
}

/* ---- sleeps ---- */
static void w_sleep(void) { sleep(1); }
static void w_usleep(void) { usleep(1000000); }
static void w_nanosleep(void) { nanosleep(&second, NULL); }
static void w_clock_nanosleep(void) { clock_nanosleep(CLOCK_REALTIME, 0, &second, NULL); }
static void w_thrd_sleep(void) { thrd_sleep(&second, NULL); }
static void w_clock_nanosleep_absolute(void)
{
    struct timespec t = in_one_second(CLOCK_MONOTONIC);
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}
static void w_clock_nanosleep_date(void)
{
    struct timespec t = in_one_second(CLOCK_REALTIME);
    clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL);
}

/* ---- descriptors ---- */
static void w_poll(void) { struct pollfd p = {ends[0], POLLIN, 0}; poll(&p, 1, 1000); }
static void w_ppoll(void) { struct pollfd p = {ends[0], POLLIN, 0}; ppoll(&p, 1, &second, NULL); }
static fd_set *only(fd_set *set) { FD_ZERO(set); FD_SET(ends[0], set); return set; }
static void w_select(void)
{
    fd_set s;
    struct timeval t = {1, 0};
    if (select(ends[0] + 1, only(&s), NULL, NULL, &t) == 0 && (t.tv_sec || t.tv_usec || FD_ISSET(ends[0], &s)))
        puts("select left something");
}
static void w_pselect(void) { fd_set s; pselect(ends[0] + 1, only(&s), NULL, NULL, &second, NULL); }
static int watching(int fd)
{
    struct epoll_event event = {EPOLLIN};
    int epoll = epoll_create1(0);
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    return epoll;
}
static struct epoll_event happened;
static void w_epoll_wait(void) { epoll_wait(watching(ends[0]), &happened, 1, 1000); }
static void w_epoll_pwait(void) { epoll_pwait(watching(ends[0]), &happened, 1, 1000, NULL); }
static void w_epoll_pwait2(void) { epoll_pwait2(watching(ends[0]), &happened, 1, &second, NULL); }
static void patient(void) { struct timeval t = {1, 0}; setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t); }
static void w_recv(void) { patient(); recv(ends[0], &byte, 1, 0); }
static void w_recvfrom(void) { patient(); recvfrom(ends[0], &byte, 1, 0, NULL, NULL); }
static void w_recvmsg(void) { struct msghdr m = {0}; patient(); recvmsg(ends[0], &m, 0); }
static void w_read(void) { patient(); read(ends[0], &byte, 1); }

/* ---- timers ---- */
static void w_alarm(void) { handle(SIGALRM, 0); alarm(1); pause(); }
static void w_alarm_in_recv(void) { handle(SIGALRM, 0); alarm(1); recv(ends[0], &byte, 1, 0); }
static void w_alarm_in_sigsuspend(void)
{
    sigset_t set, old;
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    handle(SIGALRM, 0);
    sigprocmask(SIG_BLOCK, &set, &old);
    alarm(1);
    sigsuspend(&old);
}
static void w_alarm_in_sigwait(void)
{
    sigset_t set;
    int number;
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    alarm(1);
    sigwait(&set, &number);
}
static void w_setitimer(void)
{
    struct itimerval t = {{0, 500000}, {0, 500000}};
    handle(SIGALRM, 0);
    setitimer(ITIMER_REAL, &t, NULL);
    pause();
    pause();
}
static void w_sigtimedwait(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigtimedwait(&set, NULL, &second);
}
static void timerfd(int clock, int flags, struct itimerspec t, int reads)
{
    uint64_t times = 0;
    int fd = timerfd_create(clock, 0);
    timerfd_settime(fd, flags, &t, NULL);
    while (reads--)
        read(fd, &times, sizeof times);
    if (times != 1)
        printf("%llu times ", (unsigned long long)times);
}
static void w_timerfd(void) { timerfd(CLOCK_MONOTONIC, 0, (struct itimerspec){{0, 0}, {1, 0}}, 1); }
static void w_timerfd_interval(void) { timerfd(CLOCK_MONOTONIC, 0, (struct itimerspec){{0, 500000000}, {0, 500000000}}, 2); }
static void w_timerfd_absolute(void)
{
    timerfd(CLOCK_MONOTONIC, TFD_TIMER_ABSTIME, (struct itimerspec){{0, 0}, in_one_second(CLOCK_MONOTONIC)}, 1);
}
static void w_timerfd_date(void)
{
    timerfd(CLOCK_REALTIME, TFD_TIMER_ABSTIME, (struct itimerspec){{0, 0}, in_one_second(CLOCK_REALTIME)}, 1);
}
static void w_timerfd_in_epoll(void)
{
    struct itimerspec t = {{0, 0}, {1, 0}};
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    timerfd_settime(fd, 0, &t, NULL);
    epoll_wait(watching(fd), &happened, 1, -1);
}

/* ---- threads and processes ---- */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static sem_t semaphore;
static int ready;
static void w_cond_timedwait(void)
{
    struct timespec t = in_one_second(CLOCK_REALTIME);
    pthread_mutex_lock(&mutex);
    while (pthread_cond_timedwait(&condition, &mutex, &t) != ETIMEDOUT)
        ;
}
static void w_cond_timedwait_monotonic(void)
{
    pthread_condattr_t attributes;
    struct timespec t = in_one_second(CLOCK_MONOTONIC);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&condition, &attributes);
    pthread_mutex_lock(&mutex);
    while (pthread_cond_timedwait(&condition, &mutex, &t) != ETIMEDOUT)
        ;
}
static void *sleeper(void *post)
{
    sleep(1);
    pthread_mutex_lock(&mutex);
    ready = 1;
    pthread_cond_signal(&condition);
    pthread_mutex_unlock(&mutex);
    sem_post(&semaphore);
    return NULL;
}
static pthread_t another(void) { pthread_t t; pthread_create(&t, NULL, sleeper, NULL); return t; }
static void w_cond_wait(void)
{
    another();
    pthread_mutex_lock(&mutex);
    while (!ready)
        pthread_cond_wait(&condition, &mutex);
}
static void w_sem_timedwait(void) { struct timespec t = in_one_second(CLOCK_REALTIME); sem_timedwait(&semaphore, &t); }
static void w_sem_wait(void) { another(); sem_wait(&semaphore); }
static void w_pthread_join(void) { pthread_join(another(), NULL); }
static void w_futex(void) { int word = 0; syscall(SYS_futex, &word, FUTEX_WAIT, 0, &second, NULL, 0); }
static void w_futex_absolute(void)
{
    int word = 0;
    struct timespec t = in_one_second(CLOCK_MONOTONIC);
    syscall(SYS_futex, &word, FUTEX_WAIT_BITSET, 0, &t, NULL, -1);
}
static pid_t child(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        sleep(1);
        _exit(0);
    }
    return pid;
}
static void w_waitpid(void) { waitpid(child(), NULL, 0); }
static void w_wait(void) { child(); wait(NULL); }
static void w_waitid(void) { siginfo_t i; waitid(P_PID, child(), &i, WEXITED); }
static void w_sigchld(void) { handle(SIGCHLD, 0); child(); pause(); }
static void w_pipe_from_child(void)
{
    pipe(ends);
    child();
    close(ends[1]);
    read(ends[0], &byte, 1);
}
static void w_accept(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr name = {AF_UNIX};
    bind(fd, &name, sizeof name.sa_family);
    listen(fd, 1);
    socklen_t size = sizeof name;
    struct sockaddr_storage found;
    size = sizeof found;
    getsockname(fd, (void *)&found, &size);
    if (fork() == 0) {
        sleep(1);
        connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&found, size);
        _exit(0);
    }
    accept(fd, NULL, NULL);
}
static void w_system(void) { system("sleep 1"); }
static void w_posix_spawn(void)
{
    char *argv[] = {"sleep", "1", NULL};
    extern char **environ;
    pid_t pid;
    posix_spawnp(&pid, "sleep", NULL, NULL, argv, environ);
    waitpid(pid, NULL, 0);
}
static void w_exec_after_closing_all(void)
{
    if (fork() == 0) {
        for (int fd = 3; fd < 1024; fd++)
            close(fd);
        close_range(3, ~0U, 0);
        execlp("sleep", "sleep", "1", NULL);
    }
    wait(NULL);
}
static void w_vfork(void)
{
    if (vfork() == 0)
        execlp("sleep", "sleep", "1", NULL);
    wait(NULL);
}

/* ---- not covered ---- */
static void u_timer_create(void)
{
    timer_t timer;
    struct itimerspec t = {{0, 0}, {1, 0}};
    handle(SIGALRM, 0);
    timer_create(CLOCK_MONOTONIC, NULL, &timer);
    timer_settime(timer, 0, &t, NULL);
    pause();
}
static void u_cnd_timedwait(void)
{
    mtx_t m;
    cnd_t c;
    struct timespec t = in_one_second(CLOCK_REALTIME);
    mtx_init(&m, mtx_plain);
    cnd_init(&c);
    mtx_lock(&m);
    cnd_timedwait(&c, &m, &t);
}
static void u_cond_between_processes(void)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pause();
}
static void u_timerfd_after_fork(void)
{
    struct itimerspec t = {{0, 0}, {1, 0}};
    uint64_t times;
    int fd = timerfd_create(CLOCK_MONOTONIC, 0);
    timerfd_settime(fd, 0, &t, NULL);
    if (fork())
        _exit(0); /* as a daemon that detaches */
    read(fd, &times, sizeof times);
}
static void u_timerfd_set_after_fork(void)
{
    struct itimerspec t = {{0, 0}, {1, 0}};
    int fd = timerfd_create(CLOCK_MONOTONIC, 0);
    if (fork())
        _exit(0);
    timerfd_settime(fd, 0, &t, NULL);
    pause();
}
static void w_timerfd_of_parent(void)
{
    struct itimerspec t = {{0, 0}, {1, 0}};
    uint64_t times;
    int fd = timerfd_create(CLOCK_MONOTONIC, 0);
    timerfd_settime(fd, 0, &t, NULL);
    if (fork() == 0) {
        read(fd, &times, sizeof times);
        _exit(0);
    }
    wait(NULL);
}
static void u_mutex(void) { pthread_mutex_lock(&mutex); pthread_mutex_lock(&mutex); }
static void u_busy(void) { for (;;); }

#define WAIT(name) {#name, name}
static const struct { const char *name; void (*wait)(void); } waits[] = {
    WAIT(w_sleep), WAIT(w_usleep), WAIT(w_nanosleep), WAIT(w_clock_nanosleep), WAIT(w_thrd_sleep),
    WAIT(w_clock_nanosleep_absolute), WAIT(w_clock_nanosleep_date), WAIT(w_poll), WAIT(w_ppoll), WAIT(w_select),
    WAIT(w_pselect), WAIT(w_epoll_wait), WAIT(w_epoll_pwait), WAIT(w_epoll_pwait2), WAIT(w_recv), WAIT(w_recvfrom),
    WAIT(w_recvmsg), WAIT(w_read), WAIT(w_alarm), WAIT(w_alarm_in_recv), WAIT(w_alarm_in_sigsuspend),
    WAIT(w_alarm_in_sigwait), WAIT(w_setitimer), WAIT(w_sigtimedwait), WAIT(w_timerfd), WAIT(w_timerfd_interval),
    WAIT(w_timerfd_absolute), WAIT(w_timerfd_date), WAIT(w_timerfd_in_epoll), WAIT(w_cond_timedwait),
    WAIT(w_cond_timedwait_monotonic), WAIT(w_cond_wait), WAIT(w_sem_timedwait), WAIT(w_sem_wait),
    WAIT(w_pthread_join), WAIT(w_futex), WAIT(w_futex_absolute), WAIT(w_waitpid), WAIT(w_wait), WAIT(w_waitid),
    WAIT(w_sigchld), WAIT(w_pipe_from_child), WAIT(w_accept), WAIT(w_system), WAIT(w_posix_spawn),
    WAIT(w_exec_after_closing_all), WAIT(w_vfork), WAIT(u_timer_create), WAIT(u_cnd_timedwait), WAIT(u_mutex),
    WAIT(u_cond_between_processes), WAIT(u_timerfd_after_fork), WAIT(u_timerfd_set_after_fork),
    WAIT(w_timerfd_of_parent),
    WAIT(u_busy),
};

int main(int argc, char **argv)
{
    struct timespec before, after;
    struct timeval day[2];
    time_t seconds = time(NULL);
    socketpair(AF_UNIX, SOCK_DGRAM, 0, ends);
    sem_init(&semaphore, 0, 0);
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
        if (argc > 1 && strcmp(argv[1], waits[i].name) == 0) {
            gettimeofday(&day[0], NULL);
            clock_gettime(CLOCK_MONOTONIC, &before);
            waits[i].wait();
            clock_gettime(CLOCK_MONOTONIC, &after);
            gettimeofday(&day[1], NULL);
            printf("%.9f %.6f %ld\n", after.tv_sec - before.tv_sec + (after.tv_nsec - before.tv_nsec) / 1e9,
                   day[1].tv_sec - day[0].tv_sec + (day[1].tv_usec - day[0].tv_usec) / 1e6, time(NULL) - seconds);
            return 0;
        }
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
        puts(waits[i].name);
    return 0;
}
