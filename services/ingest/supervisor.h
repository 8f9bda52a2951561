/* Runs the local workers: starts factmill-worker as often as asked for, notices
 * how each ends, tells the dispatcher, and starts it again after a back-off
 * (100 ms, doubled up to 10 s, forgotten after a minute of health). A worker
 * dies with the process that started it.
 *
 * Used by one thread, which must live as long as the workers (the kernel ties
 * them to the thread that started them) and which calls reap on SIGCHLD and
 * step when due. */
#ifndef FM_INGEST_SUPERVISOR_H
#define FM_INGEST_SUPERVISOR_H

#include "base/error.h"
#include "base/metrics.h"

#include <sys/types.h>

struct fm_supervisor_options {
    const char *program;  /* path of factmill-worker */
    const char *endpoint; /* where it connects */
    const char *model;    /* "" = its default */
    const char *log_level;
    const char *log_format;
    uint64_t article_timeout_ms;
    uint64_t memory;
    uint32_t workers;
    /* A worker ended; peaceful = it stopped by itself, with status 0. */
    void (*gone)(void *user, const char *name, bool peaceful,
                 const char *error);
    void *user;
};

struct fm_supervised {
    pid_t pid; /* 0 = not running */
    char name[64];
    uint64_t started_ms;
    uint64_t start_at_ms; /* when not running */
    uint64_t backoff_ms;
    uint32_t generation;
};

struct fm_supervisor {
    struct fm_supervisor_options options;
    struct fm_supervised *workers;
    bool stopping;
};

enum fm_error fm_supervisor_init(struct fm_supervisor *supervisor,
                                 const struct fm_supervisor_options *options,
                                 struct fm_why *why);
/* Starts what is due. */
void fm_supervisor_step(struct fm_supervisor *supervisor);
/* Collects workers that have ended. */
void fm_supervisor_reap(struct fm_supervisor *supervisor);
/* Milliseconds until step has something to do; UINT64_MAX = nothing. */
uint64_t fm_supervisor_due_ms(const struct fm_supervisor *supervisor);
/* Sends signal to all that run and starts no more. */
void fm_supervisor_stop(struct fm_supervisor *supervisor, int signal_number);
uint32_t fm_supervisor_running(const struct fm_supervisor *supervisor);
/* Kills and collects what still runs. */
void fm_supervisor_release(struct fm_supervisor *supervisor);

extern struct fm_metric fm_metric_worker_restarts;

#endif
