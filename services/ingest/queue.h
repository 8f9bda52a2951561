/* What waits for the committer, in two lines. Prompt commands (pushes, mostly)
 * have somebody waiting for the answer and are committed at once. Patient ones
 * (results of workers) gather: a commit writes each page that it touches once,
 * so the facts of a hundred articles in one commit cost a fraction of what they
 * cost in twelve. They gather only while more of them is bound to come, and
 * never for longer than the limit.
 *
 * Not a lock in here: the committer's guards it. */
#ifndef FM_INGEST_QUEUE_H
#define FM_INGEST_QUEUE_H

#include "base/error.h"
#include "store/store.h"

struct fm_command;

struct fm_command_ops {
    /* Inside the transaction, on the committer's thread. May be called again
     * after a rollback. */
    enum fm_error (*apply)(struct fm_command *, struct fm_store_writer *,
                           struct fm_why *);
    /* Once, after the flush or the failure: answers and frees the command. On
     * the committer's thread. */
    void (*finish)(struct fm_command *, enum fm_error, const struct fm_why *);
};

/* First member of every command. */
struct fm_command {
    const struct fm_command_ops *ops;
    struct fm_command *next;
    uint32_t articles; /* that wait for their commit */
    uint32_t results;  /* of workers */
    bool patient;      /* may gather with others of its kind */
    bool hurry;        /* a patient one that ends the gathering */
    size_t bytes;
};

/* Commands in order, and what they amount to. */
struct fm_batch {
    struct fm_command *first;
    struct fm_command **end;
    uint32_t commands;
    uint64_t articles;
    uint64_t results;
    uint64_t bytes;
};

void fm_batch_clear(struct fm_batch *batch);
void fm_batch_add(struct fm_batch *batch, struct fm_command *command);
/* NULL when it is empty. */
struct fm_command *fm_batch_take(struct fm_batch *batch);

struct fm_queue {
    struct fm_batch prompt;
    struct fm_batch patient;
    uint64_t patient_since_us; /* when the first of them came */
    bool hurry;                /* one of them does not want to wait */
    /* When the patient are due: so many results, or so long after the first. */
    uint64_t gather_results;
    uint64_t gather_us;
};

void fm_queue_init(struct fm_queue *queue, uint64_t gather_results,
                   uint64_t gather_ms);
void fm_queue_add(struct fm_queue *queue, struct fm_command *command,
                  uint64_t now_us);
/* NULL when none waits. */
struct fm_command *fm_queue_take_patient(struct fm_queue *queue);
bool fm_queue_empty(const struct fm_queue *queue);
uint32_t fm_queue_commands(const struct fm_queue *queue);
uint64_t fm_queue_bytes(const struct fm_queue *queue);
/* Whether the patient have waited enough. owed: results that workers hold
 * leases for, those in the queue included; when half of them are here the
 * workers begin to run out of work, and the other half would not come much
 * sooner than the next commit. */
bool fm_queue_due(const struct fm_queue *queue, uint64_t owed, uint64_t now_us);
/* Microseconds until they are due by time; UINT64_MAX = none waits. */
uint64_t fm_queue_due_in_us(const struct fm_queue *queue, uint64_t now_us);

#endif
