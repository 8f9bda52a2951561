/* A disk that can lose its power, for tests of the store: a VFS of SQLite between
 * the store and the files. What is written goes to the real files at once, as a
 * running system shows it to every process; what is flushed is kept apart, as the
 * platter would have it. At every flush a test may ask for images of what could
 * be found after a power cut at that moment, and open them as another store.
 *
 * The same VFS makes operations fail, counts them, and notes who wrote to what.
 *
 * One disk a process, one thread. Rules of the disk (sqlite.org/psow.html): a
 * sector of 512 bytes is written whole or not at all; sectors that were not
 * flushed reach the platter in any order or not at all; a file's length grows
 * with its sectors. */
#ifndef FM_TESTS_FAULT_STORE_SIM_H
#define FM_TESTS_FAULT_STORE_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Makes it the default of all connections that are opened from now on. */
void sim_install(void);
/* Forgets all files: the next store lies on an empty disk. */
void sim_format(void);
/* Files that are opened while it is on are none of the disk's, and what is done
 * with them neither fails nor counts. */
void sim_bypass(bool on);
/* A number below n, of the sequence that seed began. */
void sim_seed(uint64_t seed);
uint64_t sim_draw(uint64_t n);

/* --- power cuts -------------------------------------------------------------------- */

/* What of the unflushed sectors is on the platter. */
enum sim_loss {
    SIM_LOSE_ALL, /* none */
    SIM_KEEP_ALL, /* each */
    SIM_TORN,     /* writes in their order up to some point within one */
    SIM_SHUFFLED, /* any, drawn */
    SIM_LOSSES,
};

/* Called before a flush takes effect, and after it. It may not use a connection
 * of the store that is being flushed. */
void sim_at_flush(void (*hook)(void *user), void *user);
/* Writes what would be found into folder dir, which must be empty. */
void sim_image(enum sim_loss loss, const char *dir);
/* Bytes that were written and not flushed. */
size_t sim_unflushed(void);

/* --- failures ---------------------------------------------------------------------- */

enum sim_operation {
    SIM_WRITE = 1,
    SIM_FLUSH = 2,
    SIM_TRUNCATE = 4,
    SIM_OPEN = 8,
    SIM_READ = 16,
    SIM_SIZE = 32,
    SIM_SHM = 64,
    SIM_ANY = 127,
};

/* The n-th of these operations (from 1) fails with SQLite's code; and, when
 * lasting, all that follow. 0 = none. Counting begins anew. */
void sim_fail(unsigned operations, uint64_t n, int code, bool lasting);
/* Has it failed? */
bool sim_failed(void);
/* Operations since sim_fail. */
uint64_t sim_count(void);
/* Writes that make a file larger fail as on a full disk, past so many bytes in
 * all; 0 = without end. */
void sim_capacity(uint64_t bytes);
uint64_t sim_used(void);

/* --- who wrote ---------------------------------------------------------------------- */

/* Connections that have written to the database or its log since the last call, and
 * connections that moved the log into the database (held SQLite's checkpoint
 * lock). */
unsigned sim_writers(void);
unsigned sim_checkpointers(void);

#endif
