/* Walks a database and says what is wrong in it: the structure of the file, and
 * that what the tables say of one another is true, of each article, fact, change,
 * entity, dead letter and place of a word.
 *
 * For a database in use as well as for a backup. It reads in short transactions, so
 * a writer is not held up for longer than one table takes to be read, and looks at
 * what was there when it began. It writes nothing. */
#ifndef FM_STORE_VERIFY_H
#define FM_STORE_VERIFY_H

#include "base/error.h"

/* One thing that was looked at. */
struct fm_store_check {
    const char *name;  /* "articles" */
    uint64_t rows;     /* looked at */
    uint64_t findings; /* among them */
    uint64_t elapsed_ms;
};

struct fm_store_verify {
    const char *path; /* a data directory, or a file with a database */
    bool full;        /* every row, not only the structure */
    bool short_reads; /* for tests: a read of words ends behind each */
    /* Asked between short steps; true ends it with FM_EABORTED. NULL = never. */
    bool (*stop)(void *user);
    /* What is wrong, a line each. */
    void (*finding)(void *user, const char *check, const char *text);
    /* When a check has ended. May be NULL. */
    void (*checked)(void *user, const struct fm_store_check *check);
    void *user;
};

/* FM_OK: all was looked at; *ret_findings says how many things are wrong. Damage is
 * a finding; that the file cannot be opened at all, or is none of factmill's, is an
 * error. Any thread; takes as long as it takes. */
enum fm_error fm_store_verify(const struct fm_store_verify *ask,
                              struct fm_why *why, uint64_t *ret_findings);

#endif
