/* A store that lives: transactions drawn from a seed, of everything that the writer
 * can do, with checkpoints between them and a reader that comes and goes. And what
 * is true of a store at every moment. */
#ifndef FM_TESTS_FAULT_STORE_LIFE_H
#define FM_TESTS_FAULT_STORE_LIFE_H

#include "base/parse.h"
#include "fault/store/sim.h"
#include "store/writer_priv.h"
#include "unit/store/fixture.h"
#include "unit/store/whole.h"

#include <errno.h>

struct life {
    struct fixture f;
    uint64_t steps;
};

static const struct named life_names[] = {{"Ann", 1, "A."}, {"Bob", 1, NULL}};

#define LIFE_FACTS 3

/* A number from the environment; tests have a short and a long form. */
static inline uint64_t life_env(const char *name, uint64_t fallback)
{
    const char *text = getenv(name);
    uint64_t value = fallback;

    if (text != NULL)
        assert_fm_ok(fm_parse_u64(fm_str(text), &value));
    return value;
}

/* Where the files of tests lie: in memory, where there is such a place. */
static inline void life_folder(char template[64], const char *name)
{
    (void)snprintf(template, 64, "%s/fm-%s-XXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", name);
    fm_test_folder(template);
}

static inline void life_open(struct life *life)
{
    struct fixture *f = &life->f;

    fixture_open_writer(f);
    fixture_open_reader(f);
}

static inline void life_begin(struct life *life, const char *name)
{
    memset(life, 0, sizeof *life);
    life_folder(life->f.dir, name);
    fm_arena_init(&life->f.arena, (size_t)256 << 20);
}

static inline void life_end(struct life *life)
{
    fixture_close(&life->f);
    fm_test_remove(life->f.dir);
    fm_arena_release(&life->f.arena);
}

/* --- one step -------------------------------------------------------------------- */

/* Packed here without the fixture's arena: no allocation but the store's own. */
static inline enum fm_error life_append(struct fixture *f)
{
    Factmill__V1__Article a;
    struct fm_store_appended done;
    struct fm_store_article in = {0};
    uint8_t body[4096];
    char text[3000];
    char id[16];
    size_t n;

    (void)snprintf(id, sizeof id, "a%u", (unsigned)sim_draw(40));
    n = (size_t)snprintf(text, sizeof text, "Ann met Bob.\nText %u.\n",
                         (unsigned)sim_draw(3));
    memset(text + n, 'x', 2000);
    text[n + sim_draw(2000)] = '\0';
    text[n + 2000] = '\0';
    factmill__v1__article__init(&a);
    a.id = id;
    a.source = fixture_z("src");
    a.title = fixture_z("Ann and Bob");
    a.text = text;
    assert_true(factmill__v1__article__get_packed_size(&a) <= sizeof body);
    in.body = fm_str_n((char *)body, factmill__v1__article__pack(&a, body));
    in.source = fm_str(a.source);
    in.id = fm_str(id);
    in.title = fm_str(a.title);
    in.published_us = T0;
    assert_true(fm_content_hash(in.body, &in.content));
    return f->w->ops->append(f->w, &in, &f->why, &done);
}

/* Tests that let memory run out say whose allocations are the test's own. */
#ifndef LIFE_OWN
# define LIFE_OWN(on) ((void)(on))
#endif

static inline enum fm_error life_settle(struct fixture *f,
                                        const struct fm_store_lease *lease)
{
    struct spec specs[LIFE_FACTS];
    enum fm_store_settled settled;
    Factmill__V1__Extraction *x;
    Factmill__V1__Article *a;
    enum fm_error e;

    LIFE_OWN(true);
    a = factmill__v1__article__unpack(NULL, lease->body.len,
                                      (const uint8_t *)lease->body.data);
    assert_non_null(a);
    for (unsigned i = 0; i < LIFE_FACTS; i++)
        specs[i] = (struct spec){.subject = "Ann",
                                 .subject_entity = 1,
                                 .object = "Bob",
                                 .object_entity = i % 2 == 0 ? 2 : 0,
                                 .line = i % 2};
    x = fixture_extraction(&f->arena, a->text, life_names, 2, specs,
                           LIFE_FACTS);
    LIFE_OWN(false);
    e = f->w->ops->settle(f->w, lease->lease, x, 1, &f->why, &settled);
    factmill__v1__article__free_unpacked(a, NULL);
    return e;
}

static inline enum fm_error life_work(struct fixture *f)
{
    struct fm_store_lease *leases = NULL;
    enum fm_store_settled settled;
    size_t n = 0;
    enum fm_error e =
        f->w->ops->lease(f->w, fm_str("w"), 1 + (uint32_t)sim_draw(3), 1u << 20,
                         &f->arena, &f->why, &leases, &n);

    for (size_t i = 0; e == FM_OK && i < n; i++) {
        switch (sim_draw(8)) {
        case 0:
            e = (f->w->ops->fail)(f->w, leases[i].lease, fm_str("poison"),
                                  &f->why, &settled);
            break;
        case 1: e = f->w->ops->give_back(f->w, leases[i].lease, &f->why); break;
        case 2: break; /* it keeps that one */
        default: e = life_settle(f, &leases[i]); break;
        }
    }
    return e;
}

/* What a transaction holds; *ret_commit: it is to be committed. */
static inline enum fm_error life_fill(struct life *life)
{
    struct fixture *f = &life->f;
    uint64_t n = 1 + sim_draw(4);
    enum fm_error e = FM_OK;

    for (uint64_t i = 0; e == FM_OK && i < n; i++) {
        switch (sim_draw(10)) {
        case 0:
            e = f->w->ops->bury(f->w, fm_str("\xff junk"), fm_str("no Article"),
                                &f->why);
            break;
        case 1:
        case 2:
        case 3:
        case 4: e = life_append(f); break;
        default: e = life_work(f); break;
        }
    }
    return e;
}

/* One transaction, committed or (seldom) rolled back. FM_OK after a commit that
 * was acknowledged; FM_ECANCELLED after a rollback; else how it failed. */
static inline enum fm_error life_step(struct life *life)
{
    struct fixture *f = &life->f;
    enum fm_error e = f->w->ops->begin(f->w, &f->why);

    if (e != FM_OK)
        return e;
    fm_arena_reset(&f->arena);
    e = life_fill(life);
    if (e == FM_OK && sim_draw(16) == 0)
        e = FM_ECANCELLED;
    if (e == FM_OK)
        e = f->w->ops->commit(f->w, &f->why);
    else
        f->w->ops->rollback(f->w);
    life->steps++;
    return e;
}

/* Moves the log now and then, early enough for a test to see it begin anew. */
static inline enum fm_error life_checkpoint(struct life *life)
{
    struct fixture *f = &life->f;
    struct fm_writer *w = (struct fm_writer *)(void *)f->w;
    bool more = false;

    if (sim_draw(4) != 0)
        return FM_OK;
    w->wal_checkpoint = 1;
    return f->w->ops->checkpoint(f->w, sim_draw(8) == 0, &f->why, &more);
}

/* --- digests ---------------------------------------------------------------------- */

static inline void life_hash_value(struct fm_blake2b *h, sqlite3_stmt *st,
                                   int column)
{
    const void *bytes = sqlite3_column_blob(st, column);
    int n = sqlite3_column_bytes(st, column);

    fm_blake2b_field(h, fm_str_n(bytes, n > 0 ? (size_t)n : 0));
}

static inline void life_hash_table(sqlite3 *db, struct fm_blake2b *h,
                                   const char *name)
{
    sqlite3_stmt *st = NULL;
    char sql[200];
    int rc;

    (void)snprintf(sql, sizeof sql, "SELECT * FROM \"%s\"", name);
    rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);
    if (rc != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    while ((rc = sqlite3_step(st)) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(st); i++)
            life_hash_value(h, st, i);
    if (rc != SQLITE_DONE)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    (void)sqlite3_finalize(st);
}

static inline sqlite3 *life_look(const char *dir)
{
    sqlite3 *db = NULL;
    char path[128];

    (void)snprintf(path, sizeof path, "%s/%s", dir, FM_STORE_FILE);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        fail_msg("%s: %s", path, sqlite3_errmsg(db));
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
                            (int *)NULL);
    return db;
}

/* Of everything in the database of folder dir, as a connection of somebody else
 * sees it. The files are left as they are found. */
static inline struct fm_id life_digest(const char *dir)
{
    struct fm_blake2b h;
    struct fm_id id;
    sqlite3 *db = life_look(dir);
    sqlite3_stmt *st = NULL;

    fm_blake2b_init(&h, sizeof id.bytes, fm_str_n(NULL, 0));
    if (sqlite3_prepare_v2(db,
                           "SELECT name FROM sqlite_schema WHERE type='table'"
                           " AND rootpage>0 ORDER BY name",
                           -1, &st, NULL) != SQLITE_OK)
        fail_msg("%s: %s", dir, sqlite3_errmsg(db));
    while (sqlite3_step(st) == SQLITE_ROW)
        life_hash_table(db, &h, (const char *)sqlite3_column_text(st, 0));
    (void)sqlite3_finalize(st);
    (void)sqlite3_close(db);
    fm_blake2b_end(&h, id.bytes);
    return id;
}

/* --- what was acknowledged ---------------------------------------------------------- */

/* Everything that stays as it is for ever, up to some moment: articles, facts,
 * dead letters with their numbers. */
struct life_acked {
    int64_t articles;
    int64_t facts;
    int64_t dead;
    struct fm_id digest;
};

static inline int64_t life_number(sqlite3 *db, const char *sql)
{
    int64_t n = -1;
    struct fm_why why = FM_WHY_INIT;

    if (fm_db_number(db, sql, &why, &n) != FM_OK)
        fail_msg("%s", why.text);
    return n;
}

static inline void life_hash_up_to(sqlite3 *db, struct fm_blake2b *h,
                                   const char *sql, int64_t last)
{
    sqlite3_stmt *st = NULL;

    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_bind_int64(st, 1, last), SQLITE_OK);
    while (sqlite3_step(st) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(st); i++)
            life_hash_value(h, st, i);
    assert_int_equal(sqlite3_finalize(st), SQLITE_OK);
}

static inline struct fm_id life_hash_acked(sqlite3 *db,
                                           const struct life_acked *a)
{
    struct fm_blake2b h;
    struct fm_id id;

    fm_blake2b_init(&h, sizeof id.bytes, fm_str_n(NULL, 0));
    life_hash_up_to(db, &h,
                    "SELECT sequence, source, id, version, content, bytes"
                    " FROM article JOIN body ON article=sequence"
                    " WHERE sequence<=?1 ORDER BY sequence",
                    a->articles);
    life_hash_up_to(db, &h,
                    "SELECT sequence, id, article, fact FROM fact"
                    " WHERE sequence<=?1 ORDER BY sequence",
                    a->facts);
    life_hash_up_to(db, &h,
                    "SELECT id, article, reason, body FROM dead WHERE id<=?1"
                    " ORDER BY id",
                    a->dead);
    fm_blake2b_end(&h, id.bytes);
    return id;
}

static inline struct life_acked life_acked_now(const char *dir)
{
    struct life_acked a;
    sqlite3 *db = life_look(dir);

    a.articles = life_number(db, "SELECT ifnull(max(sequence),0) FROM article");
    a.facts = life_number(db, "SELECT ifnull(max(sequence),0) FROM fact");
    a.dead = life_number(db, "SELECT ifnull(max(id),0) FROM dead");
    a.digest = life_hash_acked(db, &a);
    (void)sqlite3_close(db);
    return a;
}

static inline void life_still_there(const char *dir, const struct life_acked *a)
{
    sqlite3 *db = life_look(dir);
    struct fm_id now = life_hash_acked(db, a);

    (void)sqlite3_close(db);
    if (memcmp(now.bytes, a->digest.bytes, sizeof now.bytes) != 0)
        fail_msg("something that was acknowledged is not as it was, in %s",
                 dir);
}

#endif
