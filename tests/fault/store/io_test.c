/* A disk that fails. Each operation of SQLite on the disk is made to fail once, in
 * turn; and the disk becomes full and has room again. What was acknowledged is
 * there, what was not is told, and the store can be opened again.
 *
 * FM_IO_STEP: only every n-th operation (1). */
#include "fault/store/life.h"

#define STEPS 12

/* --- one failure ------------------------------------------------------------------- */

struct failure {
    const char *name;
    unsigned operations;
    int code;
    bool lasting;
    enum fm_error error; /* what the store must make of it */
};

static const struct failure FAILURES[] = {
    {"a write", SIM_WRITE, SQLITE_IOERR_WRITE, false, FM_EIO},
    {"all writes", SIM_WRITE, SQLITE_IOERR_WRITE, true, FM_EIO},
    {"a flush", SIM_FLUSH, SQLITE_IOERR_FSYNC, false, FM_EIO},
    {"all flushes", SIM_FLUSH, SQLITE_IOERR_FSYNC, true, FM_EIO},
    {"a read", SIM_READ, SQLITE_IOERR_READ, false, FM_EIO},
    {"a change of length", SIM_TRUNCATE, SQLITE_IOERR_TRUNCATE, false, FM_EIO},
    {"a look at the length", SIM_SIZE, SQLITE_IOERR_FSTAT, false, FM_EIO},
    {"shared memory", SIM_SHM, SQLITE_IOERR_SHMMAP, false, FM_EIO},
    {"opening", SIM_OPEN, SQLITE_CANTOPEN, false, FM_EPERM},
    {"room for a write", SIM_WRITE, SQLITE_FULL, false, FM_ENOSPACE},
};

static void bad(const struct failure *failure, uint64_t n, const char *what,
                enum fm_error error, const char *text)
{
    fail_msg("%s, operation %llu: %s: %s %s", failure->name,
             (unsigned long long)n, what, fm_error_name(error), text);
}

/* After a failure of the disk nothing is acknowledged any more; when it was
 * only full, it goes on. */
static void after_failure(struct life *life, const struct failure *failure,
                          uint64_t n, enum fm_error error)
{
    struct fixture *f = &life->f;
    enum fm_error e;

    if (error != failure->error)
        bad(failure, n, "another error", error, f->why.text);
    if (error == FM_EIO) {
        e = f->w->ops->begin(f->w, &f->why);
        if (e != FM_EIO)
            bad(failure, n, "it goes on behind a failed disk", e, f->why.text);
        return;
    }
    sim_fail(0, 0, 0, false);
    for (int i = 0; i < 3; i++) {
        e = life_step(life);
        if (e != FM_OK && e != FM_ECANCELLED)
            bad(failure, n, "it does not go on", e, f->why.text);
    }
}

/* A store lives until operation n of a kind fails; false when it had fewer. */
static bool live_until(const struct failure *failure, uint64_t n)
{
    struct life life;
    struct fm_store_writer_options o = {0};
    struct life_acked acked = {0};
    bool failed;
    enum fm_error e;

    sim_format();
    sim_seed(7);
    life_begin(&life, "io");
    o.dir = life.f.dir;
    sim_fail(failure->operations, n, failure->code, failure->lasting);
    e = fm_store_writer_open(&o, &life.f.why, &life.f.w);
    for (int i = 0; e == FM_OK && i < STEPS; i++) {
        sim_bypass(true);
        acked = life_acked_now(life.f.dir);
        sim_bypass(false);
        e = life_step(&life);
        if (e == FM_ECANCELLED)
            e = FM_OK;
        if (e == FM_OK)
            e = life_checkpoint(&life);
    }
    failed = sim_failed();
    if (e != FM_OK && !failed)
        bad(failure, n, "failed by itself", e, life.f.why.text);
    if (e != FM_OK && life.f.w != NULL)
        after_failure(&life, failure, n, e);
    else if (e != FM_OK && strlen(life.f.why.text) < 10)
        bad(failure, n, "no word of explanation", e, life.f.why.text);
    /* The next start, on a disk that works. */
    sim_fail(0, 0, 0, false);
    fixture_close(&life.f);
    life_open(&life);
    sim_bypass(true);
    whole_check(&life.f);
    if (acked.articles > 0)
        life_still_there(life.f.dir, &acked);
    sim_bypass(false);
    life_end(&life);
    return failed;
}

static void sweep(const struct failure *failure, uint64_t step)
{
    uint64_t n = 1;
    uint64_t runs = 0;

    while (live_until(failure, n)) {
        n += step;
        runs++;
    }
    print_message("%s failed: %llu runs\n", failure->name,
                  (unsigned long long)runs);
    assert_true(runs > 0);
}

static void each_operation_fails_once(void **state)
{
    uint64_t step = life_env("FM_IO_STEP", 1);

    (void)state;
    sim_install();
    for (size_t i = 0; i < sizeof FAILURES / sizeof *FAILURES; i++)
        /* There are few of the rest. */
        sweep(&FAILURES[i],
              (FAILURES[i].operations & (SIM_WRITE | SIM_READ)) != 0 ? step
                                                                     : 1);
}

/* --- a full disk -------------------------------------------------------------------- */

static void a_full_disk_is_waited_for(void **state)
{
    struct life life;
    struct fixture *f = &life.f;
    struct life_acked acked;
    uint64_t sequence = 0;
    unsigned full = 0;

    (void)state;
    sim_install();
    sim_format();
    sim_seed(11);
    life_begin(&life, "full");
    life_open(&life);
    for (int i = 0; i < 200; i++) {
        enum fm_error e;

        /* Room for some transactions more. */
        if (i % 20 == 0)
            sim_capacity(sim_used() + 40000 + sim_draw(60000));
        sim_bypass(true);
        acked = life_acked_now(f->dir);
        sim_bypass(false);
        e = life_step(&life);
        if (e == FM_OK || e == FM_ECANCELLED)
            continue;
        assert_fm_err(e, FM_ENOSPACE);
        assert_string_equal(f->why.reason, "DISK_FULL");
        full++;
        sim_bypass(true);
        life_still_there(f->dir, &acked);
        sim_bypass(false);
        /* Readers do not mind. */
        OK(f, f->r->ops->sequence(f->r, &f->why, &sequence));
    }
    assert_true(full > 20);
    sim_capacity(0);
    for (int i = 0; i < 20; i++) {
        enum fm_error e = life_step(&life);

        assert_true(e == FM_OK || e == FM_ECANCELLED);
    }
    whole_check(f);
    print_message("%u transactions found the disk full\n", full);
    life_end(&life);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_operation_fails_once),
        cmocka_unit_test(a_full_disk_is_waited_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
