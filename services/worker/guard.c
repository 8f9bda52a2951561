#include "worker/guard.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

static struct {
    timer_t timer;
    uint64_t milliseconds; /* 0 = there is no timer */
} watch;

enum fm_error fm_guard_nice(uint64_t steps, struct fm_why *why)
{
    /* Never back up: who started this may have had a reason. */
    if (steps == 0 || getpriority(PRIO_PROCESS, 0) >= (int)steps)
        return FM_OK;
    if (setpriority(PRIO_PROCESS, 0, (int)steps) != 0)
        return fm_fail_errno(errno, why, "cannot give way to others");
    return FM_OK;
}

enum fm_error fm_guard_memory(uint64_t bytes, struct fm_why *why)
{
    struct rlimit limit = {.rlim_cur = bytes, .rlim_max = bytes};

#ifdef FM_ARENA_MALLOC
    bytes = 0; /* sanitizers map terabytes that they never touch */
#endif
    if (bytes == 0 || setrlimit(RLIMIT_AS, &limit) == 0)
        return FM_OK;
    return fm_fail_errno(errno, why, "cannot limit memory to %llu bytes",
                         (unsigned long long)bytes);
}

enum fm_error fm_guard_parent(pid_t parent, struct fm_why *why)
{
    if (parent == 0)
        return FM_OK;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        return fm_fail_errno(errno, why, "prctl");
    if (getppid() != parent) /* it ended before the line above */
        return fm_fail(FM_EABORTED, why, NULL, "the parent %ld has ended",
                       (long)parent);
    return FM_OK;
}

static void too_long(int signal_number)
{
    static const char text[] =
        "factmill-worker: one article took longer than --article-timeout\n";

    (void)signal_number;
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
        _exit(EX_OSERR);
    _exit(EX_TEMPFAIL);
}

enum fm_error fm_guard_timer(uint64_t milliseconds, struct fm_why *why)
{
    struct sigaction action = {.sa_handler = too_long};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL,
                             .sigev_signo = SIGALRM};

    if (milliseconds == 0)
        return FM_OK;
    (void)sigemptyset(&action.sa_mask);
    if (sigaction(SIGALRM, &action, NULL) != 0 ||
        timer_create(CLOCK_MONOTONIC, &event, &watch.timer) != 0)
        return fm_fail_errno(errno, why, "cannot make a timer");
    watch.milliseconds = milliseconds;
    return FM_OK;
}

static void set(uint64_t milliseconds)
{
    struct itimerspec when = {0};

    if (watch.milliseconds == 0)
        return;
    when.it_value.tv_sec = (time_t)(milliseconds / 1000);
    when.it_value.tv_nsec = (long)(milliseconds % 1000) * 1000000;
    (void)timer_settime(watch.timer, 0, &when, NULL);
}

void fm_guard_begin(void)
{
    set(watch.milliseconds);
}

void fm_guard_end(void)
{
    set(0);
}
