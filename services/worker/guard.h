/* What keeps one bad article from harming more than this process: a ceiling on
 * memory, a timer on each article, and an end when the parent ends. Process
 * wide; set up once. */
#ifndef FM_WORKER_GUARD_H
#define FM_WORKER_GUARD_H

#include "base/error.h"

#include <sys/types.h>

/* bytes of address space; 0 = no limit. */
enum fm_error fm_guard_memory(uint64_t bytes, struct fm_why *why);
/* The kernel ends this process when the parent ends. FM_EABORTED: it has ended
 * already. parent: 0 = none. */
enum fm_error fm_guard_parent(pid_t parent, struct fm_why *why);
/* This thread, and those it starts, give way by so many steps (nice(1)): reading
 * takes whole cores for as long as there are articles, and whoever waits for an
 * answer should not wait for a time slice. */
enum fm_error fm_guard_nice(uint64_t steps, struct fm_why *why);
/* Makes the timer. milliseconds: what one article may take; 0 = no limit. */
enum fm_error fm_guard_timer(uint64_t milliseconds, struct fm_why *why);
/* Around each article: when it is not stopped in time, the process exits with
 * status 75 and a line on stderr. */
void fm_guard_begin(void);
void fm_guard_end(void);

#endif
