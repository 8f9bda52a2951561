/* What a disk holds: of each file the bytes that were flushed, and the changes
 * that were not yet, in their order. sim.c puts SQLite on it. */
#ifndef FM_TESTS_FAULT_STORE_PLATTER_H
#define FM_TESTS_FAULT_STORE_PLATTER_H

#include "fault/store/sim.h"

#include <sqlite3.h>

#define PLATTER_SECTOR 512
#define PLATTER_FILES  8

/* A write (data), or a change of length (data NULL). */
struct change {
    struct change *next;
    sqlite3_int64 at; /* or the length */
    size_t len;
    unsigned char *data;
};

struct platter {
    char path[512];
    bool there;   /* in the directory, for good */
    bool removed; /* deleted; the directory was not flushed */
    unsigned char *bytes;
    size_t len;
    size_t room;
    struct change *first;
    struct change **last;
    uint64_t written_len; /* as the running system sees it */
};

/* PLATTER_FILES of them; path "" = not in use. */
extern struct platter platters[PLATTER_FILES];

/* Ends the program: the disk itself must not be at fault. */
void platter_must(bool holds, const char *what);
/* make: adds it when it is not there. NULL = none. */
struct platter *platter_of(const char *path, bool make);
void platter_clear(struct platter *p);
/* The bytes that are in the file already are taken as flushed. */
void platter_read(struct platter *p, const char *path);
/* data NULL: the length becomes `at`. */
void platter_change(struct platter *p, sqlite3_int64 at, const void *data,
                    size_t len);
void platter_flush(struct platter *p);
/* Names that were made or removed are so for good. */
void platter_flush_directory(void);

#endif
