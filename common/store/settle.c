#include "base/wire.h"
#include "store/digest_priv.h"
#include "store/reprocess_priv.h"

#define LEASED  FACTMILL__V1__ARTICLE_STATE__LEASED
#define DONE    FACTMILL__V1__ARTICLE_STATE__DONE
#define SKIPPED FACTMILL__V1__ARTICLE_STATE__SKIPPED

/* Fields of Article, read without taking the message apart. */
enum { ARTICLE_TITLE = 4, ARTICLE_TEXT = 8 };

static enum fm_error read_article(struct fm_settlement *s, struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(s->w, FM_SQL_BODY_READ);
    struct fm_wire_field field;
    struct fm_str body = {NULL, 0};
    size_t at = 0;
    bool row = false;
    enum fm_error e;

    fm_stmt_int(st, 1, s->row.sequence);
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK)
        return e;
    if (!row)
        return fm_fail(FM_ECORRUPT, why, "STORE_CORRUPT",
                       "article %lld has lost its body",
                       (long long)s->row.sequence);
    body = fm_stmt_col_str(st, 0);
    body = fm_str_n(fm_arena_copy(s->arena, body), body.len);
    fm_stmt_reset(st);
    if (body.data == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for an article");
    while (fm_wire_next(body, &at, &field)) {
        if (field.type == 2 && field.number == ARTICLE_TITLE)
            s->title = field.bytes;
        if (field.type == 2 && field.number == ARTICLE_TEXT)
            s->text = field.bytes;
    }
    return FM_OK;
}

/* In the same transaction that adds the facts of this version. */
static enum fm_error retract_older(struct fm_settlement *s, struct fm_why *why)
{
    enum fm_error e = FM_OK;

    while (e == FM_OK && s->row.version > 1) {
        struct fm_stmt *st = fm_sql(s->w, FM_SQL_OLDER_IN_FORCE);
        int64_t older = 0;
        bool found = false;

        fm_stmt_text(st, 1, s->row.id);
        fm_stmt_int(st, 2, s->row.source);
        fm_stmt_int(st, 3, s->row.version);
        e = fm_stmt_number(st, why, &found, &older);
        if (e != FM_OK || !found)
            break;
        e = fm_facts_retract(s, older, why);
        if (e != FM_OK)
            break;
        st = fm_sql(s->w, FM_SQL_ARTICLE_REPLACED);
        fm_stmt_int(st, 1, older);
        e = fm_stmt_run(st, why);
    }
    return e;
}

static enum fm_error add_extraction(struct fm_settlement *s, struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(s->w, FM_SQL_EXTRACTION_ADD);
    struct fm_str bytes = {NULL, 0};
    enum fm_error e = fm_fill_extraction(s, why, &bytes);

    if (e == FM_OK)
        e = fm_packer_message(&s->w->packer, bytes, why, &bytes);
    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, s->row.sequence);
    fm_stmt_blob(st, 2, bytes);
    return fm_stmt_run(st, why);
}

static enum fm_error add_change(struct fm_settlement *s, int64_t before,
                                int64_t added, struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(s->w, FM_SQL_CHANGE_ADD);
    enum fm_error e;

    if (s->w->tally.sequence == before)
        return FM_OK;
    fm_stmt_int(st, 1, s->w->tally.sequence);
    fm_stmt_int(st, 2, before + 1);
    fm_stmt_int(st, 3, added);
    fm_stmt_int(st, 4, s->row.sequence);
    fm_stmt_int(st, 5, s->row.source);
    fm_stmt_int_or(st, 6, s->row.published_us, INT64_MIN);
    fm_stmt_int(st, 7, s->now_us);
    fm_stmt_int(st, 8, s->kinds);
    e = fm_stmt_run(st, why);
    if (e == FM_OK)
        e = fm_digest_store(s, why);
    return e == FM_OK ? fm_claims_store(s, why) : e;
}

static enum fm_error mark(struct fm_settlement *s,
                          Factmill__V1__ArticleState state, int64_t facts,
                          uint64_t elapsed_us, struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(s->w, FM_SQL_ARTICLE_DONE);
    enum fm_error e;

    fm_stmt_int(st, 1, s->row.sequence);
    fm_stmt_int(st, 2, state);
    if (state == SKIPPED)
        fm_stmt_text(st, 3, fm_str(s->extraction->skipped));
    else
        fm_stmt_null(st, 3);
    fm_stmt_int(st, 4, facts);
    fm_stmt_text(st, 5, fm_str(s->extraction->extractor));
    fm_stmt_int(st, 6,
                elapsed_us < INT64_MAX ? (int64_t)elapsed_us : INT64_MAX);
    e = fm_stmt_run(st, why);
    if (e == FM_OK)
        fm_tally_move(&s->w->tally, LEASED, state, s->row.size);
    return e;
}

static enum fm_error add_headline(struct fm_settlement *s, struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(s->w, FM_SQL_HEADLINE_ADD);

    if (s->title.len == 0)
        return FM_OK;
    fm_stmt_int(st, 1, s->row.sequence);
    fm_stmt_text(st, 2, s->title);
    return fm_stmt_run(st, why);
}

static enum fm_error write_all(struct fm_settlement *s, uint64_t elapsed_us,
                               struct fm_why *why)
{
    bool skipped = s->extraction->skipped[0] != '\0';
    int64_t sequence = s->w->tally.sequence;
    int64_t first;
    enum fm_error e = FM_OK;

    s->now_us = fm_writer_now(s->w);
    /* First, so that it is known who was in the older version. */
    e = retract_older(s, why);
    if (e == FM_OK && !skipped)
        e = fm_entities_resolve(s, why);
    first = s->w->tally.sequence;
    if (e == FM_OK && !skipped)
        e = fm_claims_begin(s, why);
    if (e == FM_OK && !skipped)
        e = fm_facts_add(s, why);
    if (e == FM_OK)
        e = mark(s, skipped ? SKIPPED : DONE, s->w->tally.sequence - first,
                 elapsed_us, why);
    if (e == FM_OK && !skipped)
        e = add_extraction(s, why);
    if (e == FM_OK)
        e = fm_entities_count(s, why);
    if (e == FM_OK)
        e = add_headline(s, why);
    if (e == FM_OK)
        e = add_change(s, sequence, first + 1, why);
    return e;
}

enum fm_error fm_settle_check(struct fm_settlement *s, struct fm_why *why)
{
    enum fm_error e = read_article(s, why);

    return e == FM_OK ? fm_check_extraction(s, why) : e;
}

/* --- the same article, read again --------------------------------------------------- */

static enum fm_error replace_extraction(struct fm_settlement *s, int64_t facts,
                                        struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(s->w, FM_SQL_ARTICLE_REREAD);
    struct fm_str bytes = {NULL, 0};
    enum fm_error e;

    fm_stmt_int(st, 1, s->row.sequence);
    fm_stmt_int(st, 2, facts);
    fm_stmt_text(st, 3, fm_str(s->extraction->extractor));
    e = fm_stmt_run(st, why);
    if (e == FM_OK)
        e = fm_fill_extraction(s, why, &bytes);
    if (e == FM_OK)
        e = fm_packer_message(&s->w->packer, bytes, why, &bytes);
    if (e != FM_OK)
        return e;
    st = fm_sql(s->w, FM_SQL_EXTRACTION_REPLACE);
    fm_stmt_int(st, 1, s->row.sequence);
    fm_stmt_blob(st, 2, bytes);
    return fm_stmt_run(st, why);
}

enum fm_error fm_resettle(struct fm_settlement *s, struct fm_why *why)
{
    int64_t sequence = s->w->tally.sequence;
    int64_t first;
    enum fm_error e;

    fm_buf_init(&s->digest, FM_DIGEST_MAX);
    fm_buf_init(&s->claims, FM_CLAIMS_MAX);
    s->now_us = fm_writer_now(s->w);
    e = fm_facts_retract(s, s->row.sequence, why);
    if (e == FM_OK)
        e = fm_entities_resolve(s, why);
    first = s->w->tally.sequence;
    if (e == FM_OK)
        e = fm_claims_begin(s, why);
    if (e == FM_OK)
        e = fm_facts_add(s, why);
    if (e == FM_OK)
        e = replace_extraction(s, s->w->tally.sequence - first, why);
    if (e == FM_OK)
        e = fm_entities_count(s, why);
    if (e == FM_OK)
        e = add_change(s, sequence, first + 1, why);
    fm_buf_release(&s->digest);
    fm_buf_release(&s->claims);
    return e;
}

enum fm_error fm_settle(struct fm_writer *w, int64_t lease,
                        const Factmill__V1__Extraction *extraction,
                        uint64_t elapsed_us, struct fm_why *why,
                        enum fm_store_settled *ret)
{
    struct fm_settlement s = {
        .w = w, .arena = &w->arena, .extraction = extraction};
    bool found = false;
    enum fm_error e;

    fm_arena_reset(&w->arena);
    e = fm_lease_find(w, lease, s.arena, why, &found, &s.row);
    if (e != FM_OK)
        return e;
    if (!found)
        return fm_run_settle(w, lease, extraction, why, ret);
    if (s.row.superseded) {
        e = fm_inbox_end(w, s.row.sequence, s.row.size, LEASED, SKIPPED,
                         fm_str("superseded"), why);
        if (e == FM_OK)
            *ret = FM_STORE_SETTLED_STALE;
        return e;
    }
    e = fm_settle_check(&s, why);
    fm_buf_init(&s.digest, FM_DIGEST_MAX);
    fm_buf_init(&s.claims, FM_CLAIMS_MAX);
    if (e == FM_OK)
        e = write_all(&s, elapsed_us, why);
    fm_buf_release(&s.digest);
    fm_buf_release(&s.claims);
    if (e == FM_OK)
        *ret = extraction->skipped[0] != '\0' ? FM_STORE_SETTLED_SKIPPED
                                              : FM_STORE_SETTLED_DONE;
    return e;
}
