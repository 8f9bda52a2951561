#include "store/db_priv.h"
#include "store/digest_priv.h"
#include "store/interval.h"
#include "store/settle_priv.h"

/* --- one fact ------------------------------------------------------------------------------ */

static struct fm_record record_of(const Factmill__V1__Fact *fact,
                                  int64_t predicate)
{
    struct fm_record record = {.kind = (int)fact->kind,
                               .modality = (int)fact->modality,
                               .polarity = (int)fact->polarity,
                               .standing = fm_standing_of(fact),
                               .confidence = fact->confidence,
                               .predicate = predicate};
    struct fm_interval time;

    if (fact->time != NULL &&
        fm_interval_parse(fm_str(fact->time->start), fm_str(fact->time->end),
                          &time)) {
        record.timed = true;
        record.time_start = time.start;
        record.time_end = time.end;
    }
    return record;
}

static enum fm_error append(struct fm_buf *digest,
                            const Factmill__V1__Fact *fact, int64_t predicate,
                            const struct fm_participant *participants, size_t n,
                            struct fm_why *why)
{
    struct fm_record record = record_of(fact, predicate);
    enum fm_error e;

    fm_digest_head(digest, &record, n);
    for (size_t i = 0; i < n; i++)
        fm_digest_participant(digest, participants[i].who,
                              participants[i].roles);
    e = fm_buf_error(digest);
    return e == FM_OK ? FM_OK
                      : fm_fail(e, why, NULL,
                                "the digest of a change is too "
                                "long");
}

/* --- settling ------------------------------------------------------------------------------- */

static enum fm_error predicate_of(struct fm_settlement *s,
                                  const Factmill__V1__Fact *fact,
                                  struct fm_why *why, int64_t *ret)
{
    struct fm_str lemma = fm_fact_predicate(fact, s->arena);
    struct fm_stmt *st = fm_sql(s->w, FM_SQL_PREDICATE_FIND);
    bool found = false;
    enum fm_error e;

    if (lemma.len == 0)
        return FM_OK;
    fm_stmt_text(st, 1, lemma);
    e = fm_stmt_number(st, why, &found, ret);
    if (e != FM_OK || found)
        return e;
    st = fm_sql(s->w, FM_SQL_PREDICATE_ADD);
    fm_stmt_text(st, 1, lemma);
    e = fm_stmt_run(st, why);
    if (e == FM_OK)
        *ret = sqlite3_last_insert_rowid(s->w->db);
    return e;
}

enum fm_error fm_digest_add(struct fm_settlement *s,
                            const Factmill__V1__Fact *fact,
                            const struct fm_participant *participants, size_t n,
                            struct fm_why *why)
{
    int64_t predicate = 0;
    enum fm_error e = predicate_of(s, fact, why, &predicate);

    return e == FM_OK
               ? append(&s->digest, fact, predicate, participants, n, why)
               : e;
}

enum fm_error fm_digest_store(struct fm_settlement *s, struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(s->w, FM_SQL_DIGEST_ADD);

    if (s->digest.len == 0)
        return FM_OK;
    fm_stmt_int(st, 1, s->w->tally.sequence);
    fm_stmt_int(st, 2, s->added);
    fm_stmt_int(st, 3, s->row.source);
    fm_stmt_int_or(st, 4, s->row.published_us, INT64_MIN);
    fm_stmt_int(st, 5, s->now_us);
    fm_stmt_blob(st, 6, fm_buf_view(&s->digest));
    return fm_stmt_run(st, why);
}

/* --- out of what is stored ------------------------------------------------------------------- */

enum { CHANGES, FACTS, DIGEST_ADD, PREDICATE, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [CHANGES] = "SELECT last, added FROM change WHERE last>? AND added<=last"
                " ORDER BY last LIMIT 1",
    [FACTS] = "SELECT f.fact, p.predicate FROM fact f LEFT JOIN predicate p"
              " ON p.lemma=f.predicate WHERE f.sequence>=? AND f.sequence<=?"
              " ORDER BY f.sequence",
    [DIGEST_ADD] =
        "INSERT INTO digest(last, added, source, published_us, recorded_us,"
        " retracted, bytes) SELECT c.last, c.added, c.source, c.published_us,"
        " c.recorded_us, f.retracted, ?2 FROM change c JOIN fact f"
        " ON f.sequence=c.added WHERE c.last=?1",
    [PREDICATE] = "INSERT INTO predicate(lemma) SELECT DISTINCT predicate"
                  " FROM fact WHERE predicate IS NOT NULL",
};

struct making {
    struct fm_stmt st[STATEMENTS];
    struct fm_buf digest;
    struct fm_arena arena;
};

static enum fm_error pack_fact(struct making *m, struct fm_str bytes,
                               int64_t predicate, struct fm_why *why)
{
    Factmill__V1__Fact *fact = factmill__v1__fact__unpack(
        NULL, bytes.len, (const uint8_t *)bytes.data);
    struct fm_participant *list = NULL;
    size_t n = 0;
    enum fm_error e;

    if (fact == NULL)
        return fm_fail(FM_ECORRUPT, why, "STORE_CORRUPT",
                       "a fact cannot be read");
    fm_arena_reset(&m->arena);
    e = fm_participants_of(fact, &m->arena, why, &list, &n);
    if (e == FM_OK)
        e = append(&m->digest, fact, predicate, list, n, why);
    factmill__v1__fact__free_unpacked(fact, NULL);
    return e;
}

static enum fm_error make_one(struct making *m, int64_t last, int64_t added,
                              struct fm_why *why)
{
    struct fm_stmt *st = &m->st[FACTS];
    bool row = true;
    enum fm_error e = FM_OK;

    fm_buf_reset(&m->digest);
    fm_stmt_int(st, 1, added);
    fm_stmt_int(st, 2, last);
    while (e == FM_OK && (e = fm_stmt_step(st, why, &row)) == FM_OK && row)
        e = pack_fact(m, fm_stmt_col_str(st, 0), fm_stmt_col_int(st, 1), why);
    if (e != FM_OK)
        return e;
    st = &m->st[DIGEST_ADD];
    fm_stmt_int(st, 1, last);
    fm_stmt_blob(st, 2, fm_buf_view(&m->digest));
    return fm_stmt_run(st, why);
}

static enum fm_error make_all(struct making *m, struct fm_why *why)
{
    struct fm_stmt *st = &m->st[CHANGES];
    enum fm_error e = fm_stmt_run(&m->st[PREDICATE], why);
    int64_t last = 0;
    bool row = true;

    while (e == FM_OK) {
        int64_t added;

        fm_stmt_int(st, 1, last);
        e = fm_stmt_step(st, why, &row);
        if (e != FM_OK || !row)
            break;
        last = fm_stmt_col_int(st, 0);
        added = fm_stmt_col_int(st, 1);
        fm_stmt_reset(st);
        e = make_one(m, last, added, why);
    }
    return e;
}

enum fm_error fm_digests_make(sqlite3 *db, struct fm_why *why)
{
    struct making m = {.st = {{NULL, 0}}};
    enum fm_error e = FM_OK;

    fm_buf_init(&m.digest, FM_DIGEST_MAX);
    fm_arena_init(&m.arena, (size_t)16 << 20);
    for (size_t i = 0; e == FM_OK && i < STATEMENTS; i++)
        e = fm_stmt_prepare(db, fm_str(sql[i]), why, &m.st[i]);
    if (e == FM_OK)
        e = make_all(&m, why);
    for (size_t i = 0; i < STATEMENTS; i++)
        fm_stmt_release(&m.st[i]);
    fm_buf_release(&m.digest);
    fm_arena_release(&m.arena);
    return e;
}
