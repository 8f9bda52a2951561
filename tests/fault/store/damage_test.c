/* What is stored is not what was written. Bits of the database and of its log are
 * flipped, the log is removed, emptied, cut. A text or a fact that is given is the
 * one that was stored, or none is; a loss is never silent where it can be told.
 *
 * FM_FLIPS: bits that are flipped one by one (120). FM_SEED: replays a run. */
#include "fault/store/life.h"
#include "store/logguard.h"
#include "store/verify.h"

#include <sys/stat.h>
#include <time.h>

#define ARTICLES  40
#define FACTS_MAX 1024
#define ID_FIELD  34u
#define FILE_MAX  ((size_t)64 << 20)

/* --- files ------------------------------------------------------------------------- */

struct bytes {
    unsigned char *data;
    size_t len;
};

static void path_of(const char *dir, const char *name, char ret[160])
{
    (void)snprintf(ret, 160, "%s/%s", dir, name);
}

static struct bytes load(const char *dir, const char *name)
{
    struct bytes b = {NULL, 0};
    char path[160];
    FILE *file;

    path_of(dir, name, path);
    file = fopen(path, "rb");
    assert_non_null(file);
    b.data = malloc(FILE_MAX);
    assert_non_null(b.data);
    b.len = fread(b.data, 1, FILE_MAX, file);
    (void)fclose(file);
    return b;
}

static void save(const char *dir, const char *name, const struct bytes *b)
{
    char path[160];
    FILE *file;

    path_of(dir, name, path);
    file = fopen(path, "wb");
    assert_non_null(file);
    if (b->len > 0)
        assert_int_equal(fwrite(b->data, 1, b->len, file), b->len);
    assert_int_equal(fclose(file), 0);
}

static void drop(const char *dir, const char *name)
{
    char path[160];

    path_of(dir, name, path);
    (void)unlink(path);
}

/* --- what was stored ------------------------------------------------------------------ */

struct stored {
    struct fm_id facts[FACTS_MAX];
    size_t n;
    struct fm_id texts[ARTICLES];
};

static struct fm_id hash_of(struct fm_str s)
{
    struct fm_blake2b h;
    struct fm_id id;

    fm_blake2b_init(&h, sizeof id.bytes, fm_str_n(NULL, 0));
    fm_blake2b_field(&h, s);
    fm_blake2b_end(&h, id.bytes);
    return id;
}

struct gathering {
    struct stored *to; /* NULL: compare with `with` */
    const struct stored *with;
    size_t wrong;
    size_t given;
    char what[40]; /* the last that was wrong */
};

static bool each_fact(void *user, const struct fm_store_row *row)
{
    struct gathering *g = user;
    /* Without its id: half of that is a column, and no checksum covers columns. */
    struct fm_id id =
        hash_of(fm_str_sub(row->stored, ID_FIELD, row->stored.len));
    bool known = false;

    assert_true(row->stored.len > ID_FIELD && row->stored.data[0] == 0x0a);

    g->given++;
    if (g->to != NULL && g->to->n < FACTS_MAX)
        g->to->facts[g->to->n++] = id;
    for (size_t i = 0; g->with != NULL && !known && i < g->with->n; i++)
        known = memcmp(&g->with->facts[i], &id, sizeof id) == 0;
    if (g->with != NULL && !known) {
        g->wrong++;
        (void)snprintf(g->what, sizeof g->what, "fact %llu",
                       (unsigned long long)row->sequence);
    }
    return true;
}

static void take_text(struct gathering *g, unsigned number,
                      const Factmill__V1__ArticleInfo *info)
{
    struct fm_id id = hash_of(fm_str(info->article->text));

    g->given++;
    if (g->to != NULL)
        g->to->texts[number] = id;
    else if (memcmp(&g->with->texts[number], &id, sizeof id) != 0) {
        g->wrong++;
        (void)snprintf(g->what, sizeof g->what, "article a%u", number);
    }
}

/* Asks for everything, as a reader; errors are answers, too. */
static void ask_all(struct fixture *f, struct gathering *g)
{
    uint64_t after = 0;
    bool more = true;

    while (more &&
           f->r->ops->export_facts(f->r, NULL, after, UINT32_MAX, 50, each_fact,
                                   g, &f->why, &after, &more) == FM_OK)
        ;
    for (unsigned i = 0; i < ARTICLES; i++) {
        Factmill__V1__GetArticleRequest ask;
        Factmill__V1__ArticleInfo *info = NULL;
        char id[16];

        (void)snprintf(id, sizeof id, "a%u", i);
        factmill__v1__get_article_request__init(&ask);
        ask.id = id;
        fm_arena_reset(&f->arena);
        if (f->r->ops->get_article(f->r, &ask, &f->arena, &f->why, &info) ==
            FM_OK)
            take_text(g, i, info);
    }
}

/* --- a store -------------------------------------------------------------------------- */

static void settle_all(struct fixture *f)
{
    struct fm_store_lease *leases = NULL;
    size_t n = 0;

    fixture_begin(f);
    OK(f, f->w->ops->lease(f->w, fm_str("w"), ARTICLES / 2, 1u << 20, &f->arena,
                           &f->why, &leases, &n));
    for (size_t i = 0; i < n; i++)
        OK(f, life_settle(f, &leases[i]));
    fixture_commit(f);
}

/* Half of the articles are read, half wait; one commit each. */
static void fill(struct fixture *f)
{
    fm_arena_reset(&f->arena);
    for (unsigned i = 0; i < ARTICLES; i++) {
        struct fm_store_appended done;
        char text[400];
        char id[16];
        size_t n =
            (size_t)snprintf(text, sizeof text, "Ann met Bob.\nText %u.\n", i);

        for (; n < sizeof text - 1; n++)
            text[n] = (char)('a' + sim_draw(26));
        text[n] = '\0';
        (void)snprintf(id, sizeof id, "a%u", i);
        fixture_begin(f);
        OK(f, fixture_append(f, "src", id, "Ann and Bob", text, T0, &done));
        fixture_commit(f);
    }
    settle_all(f);
}

static void ignore(void *user, const char *check, const char *text)
{
    (void)user;
    (void)check;
    (void)text;
}

static bool is_found(struct fixture *f)
{
    const struct fm_store_verify ask = {
        .path = f->dir, .full = true, .finding = ignore};
    uint64_t findings = 0;
    enum fm_error e = fm_store_verify(&ask, &f->why, &findings);

    return e != FM_OK || findings > 0;
}

/* --- bits of the database --------------------------------------------------------------- */

struct tally {
    unsigned found;  /* by verify */
    unsigned hidden; /* not so, though a row is another */
    struct fm_id digest;
    size_t given;
};

static void after_flip(struct fixture *f, const struct stored *stored,
                       size_t at, unsigned bit, struct tally *t)
{
    struct gathering g = {.with = stored};
    struct fm_store_writer_options o = {.dir = f->dir};
    bool found = is_found(f);
    struct fm_id digest = found ? t->digest : life_digest(f->dir);

    t->found += found ? 1 : 0;
    t->hidden += memcmp(&digest, &t->digest, sizeof digest) != 0 ? 1 : 0;
    if (fm_store_reader_open(f->dir, &f->why, &f->r) == FM_OK)
        ask_all(f, &g);
    if (g.wrong > 0)
        fail_msg("bit %u of byte %zu: %s is not what was stored", bit, at,
                 g.what);
    t->given += g.given;
    /* The writer meets it, too: it says so, or goes on. */
    if (fm_store_writer_open(&o, &f->why, &f->w) == FM_OK) {
        struct fm_store_lease *leases = NULL;
        size_t n = 0;

        fm_arena_reset(&f->arena);
        if (f->w->ops->begin(f->w, &f->why) == FM_OK) {
            if (f->w->ops->lease(f->w, fm_str("w"), ARTICLES, 1u << 20,
                                 &f->arena, &f->why, &leases, &n) == FM_OK)
                (void)f->w->ops->commit(f->w, &f->why);
            else
                f->w->ops->rollback(f->w);
        }
    }
    fixture_close(f);
}

static void bits_of_the_database(void **state)
{
    struct fixture *f = *state;
    struct stored *stored = calloc(1, sizeof *stored);
    struct gathering g = {.to = stored};
    struct tally t = {0};
    uint64_t flips = life_env("FM_FLIPS", 120);
    struct bytes file;

    assert_non_null(stored);
    ask_all(f, &g);
    assert_int_equal(g.given, stored->n + ARTICLES);
    assert_true(stored->n >= ARTICLES / 2 * LIFE_FACTS);
    fixture_close(f);
    t.digest = life_digest(f->dir);
    file = load(f->dir, FM_STORE_FILE);
    for (uint64_t i = 0; i < flips; i++) {
        size_t at = (size_t)sim_draw(file.len);
        unsigned bit = (unsigned)sim_draw(8);

        drop(f->dir, FM_STORE_FILE "-wal");
        drop(f->dir, FM_STORE_FILE "-shm");
        drop(f->dir, FM_LOG_MARK);
        file.data[at] ^= (unsigned char)(1u << bit);
        save(f->dir, FM_STORE_FILE, &file);
        file.data[at] ^= (unsigned char)(1u << bit);
        after_flip(f, stored, at, bit, &t);
    }
    print_message("%llu bits of %zu bytes: %u found by verify, %u not though a "
                  "row is another, the rest in no row; %zu texts and facts "
                  "given, none wrong\n",
                  (unsigned long long)flips, file.len, t.found, t.hidden,
                  t.given);
    assert_true(t.found > 0 && t.given > 0);
    free(file.data);
    free(stored);
}

/* --- an article that waits --------------------------------------------------------------- */

static void a_damaged_article_is_a_dead_letter(void **state)
{
    struct fixture *f = *state;
    struct fm_store_lease *leases = NULL;
    Factmill__V1__DeadLetter **letters = NULL;
    const struct fm_store_page page = {.size = 10};
    struct fm_store_cursor next;
    struct fm_store_counts counts;
    uint64_t total = 0;
    size_t n = 0;
    bool more = false;
    sqlite3 *db;

    fixture_close(f);
    db = life_look(f->dir);
    assert_int_equal(
        sqlite3_exec(db,
                     "UPDATE body SET bytes=CAST(replace(bytes, 'Ann met',"
                     " 'Ann hit') AS BLOB) WHERE article=30",
                     NULL, NULL, NULL),
        SQLITE_OK);
    (void)sqlite3_close(db);
    fixture_open_writer(f);
    fixture_open_reader(f);
    fixture_begin(f);
    OK(f, f->w->ops->lease(f->w, fm_str("w"), ARTICLES, 1u << 20, &f->arena,
                           &f->why, &leases, &n));
    assert_int_equal(n, ARTICLES / 2 - 1);
    for (size_t i = 0; i < n; i++) {
        assert_int_not_equal(leases[i].sequence, 30);
        OK(f, life_settle(f, &leases[i]));
    }
    fixture_commit(f);
    f->w->ops->counts(f->w, &counts);
    assert_int_equal(counts.dead, 1);
    assert_int_equal(counts.pending + counts.leased, 0);
    OK(f, f->r->ops->list_dead(f->r, &page, &f->arena, &f->why, &letters, &n,
                               &total, &next, &more));
    assert_int_equal(n, 1);
    assert_non_null(strstr(letters[0]->reason, "DATA_LOSS"));
}

/* --- the log ---------------------------------------------------------------------------- */

/* A writer that was killed: its files as they lie there. */
struct killed {
    struct bytes db;
    struct bytes log;
};

static void write_and_die(struct fixture *f, struct killed *k)
{
    fixture_close(f);
    fixture_open_writer(f);
    fixture_open_reader(f);
    for (unsigned i = 0; i < ARTICLES; i++) {
        fixture_begin(f);
        fm_arena_reset(&f->arena);
        (void)life_append(f);
        fixture_commit(f);
    }
    k->db = load(f->dir, FM_STORE_FILE);
    k->log = load(f->dir, FM_STORE_FILE "-wal");
}

static void lay_out(struct fixture *f, const struct killed *k,
                    const struct bytes *log)
{
    const struct bytes empty = {NULL, 0};

    fixture_close(f);
    drop(f->dir, FM_STORE_FILE "-shm");
    drop(f->dir, FM_STORE_FILE "-wal");
    save(f->dir, FM_STORE_FILE, &k->db);
    if (log != NULL)
        save(f->dir, FM_STORE_FILE "-wal", log);
    save(f->dir, FM_LOG_MARK, &empty);
}

static void a_log_that_is_gone(void **state)
{
    struct fixture *f = *state;
    struct fm_store_writer_options o = {.dir = f->dir};
    struct killed k;
    struct bytes none = {NULL, 0};

    write_and_die(f, &k);
    none.data = k.log.data;
    lay_out(f, &k, NULL);
    assert_fm_err(fm_store_writer_open(&o, &f->why, &f->w), FM_ECORRUPT);
    assert_string_equal(f->why.reason, "LOG_MISSING");
    lay_out(f, &k, &none);
    assert_fm_err(fm_store_writer_open(&o, &f->why, &f->w), FM_ECORRUPT);
    assert_string_equal(f->why.reason, "LOG_MISSING");
    /* As the text says. */
    drop(f->dir, FM_LOG_MARK);
    OK(f, fm_store_writer_open(&o, &f->why, &f->w));
    fixture_close(f);
    /* A stop in order leaves no mark, and a log may be missing then. */
    drop(f->dir, FM_STORE_FILE "-wal");
    OK(f, fm_store_writer_open(&o, &f->why, &f->w));
    free(k.db.data);
    free(k.log.data);
}

/* Articles that are there when it begins; -1: it refuses. */
static int64_t articles_after(struct fixture *f)
{
    struct fm_store_writer_options o = {.dir = f->dir};
    int64_t n = 0;
    enum fm_error e = fm_store_writer_open(&o, &f->why, &f->w);

    if (e != FM_OK) {
        assert_fm_err(e, FM_ECORRUPT);
        assert_true(strlen(f->why.text) > 20);
        return -1;
    }
    fixture_open_reader(f);
    whole_check(f);
    n = whole_number(f, "SELECT max(sequence) FROM article");
    fixture_close(f);
    return n;
}

static void a_log_with_a_flipped_bit(void **state)
{
    struct fixture *f = *state;
    struct killed k;
    int64_t all;
    unsigned refused = 0;
    unsigned whole = 0;
    unsigned last = 0;
    uint64_t flips = life_env("FM_FLIPS", 120);

    write_and_die(f, &k);
    lay_out(f, &k, &k.log);
    all = articles_after(f);
    assert_true(all > ARTICLES);
    for (uint64_t i = 0; i < flips; i++) {
        size_t at = i < 32 ? (size_t)i : (size_t)sim_draw(k.log.len);
        unsigned char mask = (unsigned char)(1u << sim_draw(8));
        int64_t n;

        k.log.data[at] ^= mask;
        lay_out(f, &k, &k.log);
        k.log.data[at] ^= mask;
        n = articles_after(f);
        refused += n < 0 ? 1 : 0;
        whole += n == all ? 1 : 0;
        /* Only of the last commit it cannot be told. */
        last += n >= 0 && n < all ? 1 : 0;
        if (n >= 0 && n < all - 1)
            fail_msg("byte %zu of the log: %lld articles of %lld, silently", at,
                     (long long)n, (long long)all);
    }
    print_message("%llu bits of a log of %zu bytes: refused %u, nothing lost "
                  "%u, only the last commit lost %u\n",
                  (unsigned long long)flips, k.log.len, refused, whole, last);
    assert_true(refused > flips / 2);
    free(k.db.data);
    free(k.log.data);
}

/* What is cut off cannot be told; what is left is a whole number of commits. */
static void a_log_that_was_cut(void **state)
{
    struct fixture *f = *state;
    struct killed k;

    write_and_die(f, &k);
    for (int i = 0; i < 30; i++) {
        struct bytes part = {k.log.data, 32 + (size_t)sim_draw(k.log.len - 32)};
        int64_t n;

        lay_out(f, &k, &part);
        n = articles_after(f);
        assert_true(n >= ARTICLES || n == -1);
    }
    free(k.db.data);
    free(k.log.data);
}

static int setup(void **state)
{
    uint64_t seed = life_env("FM_SEED", (uint64_t)time(NULL));

    print_message("FM_SEED=%llu\n", (unsigned long long)seed);
    sim_seed(seed);
    (void)fixture_setup(state);
    fill(*state);
    return 0;
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        T(bits_of_the_database), T(a_damaged_article_is_a_dead_letter),
        T(a_log_that_is_gone),   T(a_log_with_a_flipped_bit),
        T(a_log_that_was_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
