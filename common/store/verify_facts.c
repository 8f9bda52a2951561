#include "store/settle_priv.h"
#include "store/verify_priv.h"

/* Changes in one short read. */
#define CHANGES 64

enum {
    CHANGES_SQL,
    FACTS,
    TAKEN_BACK,
    KEY,
    PARTICIPANT,
    DIGEST,
    STATEMENTS,
};

static const char *const sql[STATEMENTS] = {
    [CHANGES_SQL] = "SELECT c.last, c.first, c.added, c.article, c.source,"
                    " s.name, a.id, a.version, b.bytes"
                    " FROM change c LEFT JOIN article a ON a.sequence=c.article"
                    " LEFT JOIN source s ON s.source=c.source"
                    " LEFT JOIN body b ON b.article=c.article"
                    " WHERE c.last>?1 AND c.last<=?2 ORDER BY c.last LIMIT 1",
    [FACTS] = "SELECT sequence, id, article, source, kind, polarity, modality,"
              " confidence, retracted, fm_fact(sequence, id, fact) FROM fact"
              " WHERE sequence BETWEEN ?1 AND ?2 ORDER BY sequence",
    [TAKEN_BACK] =
        "SELECT count(*) FROM fact WHERE retracted BETWEEN ?1 AND ?2",
    [KEY] = "SELECT 1 FROM fact_key WHERE key=?1 AND last=?2",
    [PARTICIPANT] = "SELECT marks FROM participant WHERE who=?1 AND fact=?2",
    [DIGEST] = "SELECT added FROM digest WHERE last=?1",
};

/* One row of table change, with its article. */
struct change {
    int64_t last;
    int64_t first;
    int64_t added;
    int64_t article;
    int64_t source;
    int64_t version;
    struct fm_str source_name;
    struct fm_str id;
    Factmill__V1__Article *body; /* NULL = cannot be read, found elsewhere */
};

struct walk {
    struct fm_verify *v;
    struct fm_stmt st[STATEMENTS];
    struct change change;
    /* The sentence that goes on, and its first fact. */
    int64_t first;
    Factmill__V1__Span span;
    int64_t n;
};

/* --- sentences ---------------------------------------------------------------------- */

static void end_sentence(struct walk *w)
{
    if (w->n > 0)
        w->v->sentences +=
            fm_verify_mix((uint64_t)fm_sentence_row(w->first, w->n));
    w->n = 0;
}

static void count_sentence(struct walk *w, int64_t sequence,
                           const Factmill__V1__Span *span)
{
    if (w->n > 0 && w->n < FM_SENTENCE_MAX && span->start == w->span.start &&
        span->end == w->span.end && span->field == w->span.field) {
        w->n++;
        return;
    }
    end_sentence(w);
    w->first = sequence;
    w->span = *span;
    w->n = 1;
}

/* --- one fact ------------------------------------------------------------------------ */

static enum fm_error check_participants(struct walk *w, int64_t sequence,
                                        bool retracted,
                                        const Factmill__V1__Fact *fact,
                                        struct fm_why *why)
{
    struct fm_participant *list = NULL;
    size_t n = 0;
    enum fm_error e = fm_participants_of(fact, &w->v->arena, why, &list, &n);

    for (size_t i = 0; e == FM_OK && i < n; i++) {
        struct fm_stmt *st = &w->st[PARTICIPANT];
        bool found = false;
        int64_t marks = 0;

        fm_stmt_int(st, 1, list[i].who);
        fm_stmt_int(st, 2, sequence);
        e = fm_stmt_number(st, why, &found, &marks);
        if (e == FM_OK &&
            (!found || (marks & FM_ROLE_ANY) != (int64_t)list[i].roles ||
             ((marks & FM_MARK_RETRACTED) != 0) != retracted))
            fm_verify_found(w->v, "fact %lld is not found by entity %lld",
                            (long long)sequence, (long long)list[i].who);
    }
    w->v->participants += n;
    return e;
}

static enum fm_error check_key(struct walk *w, int64_t sequence,
                               const struct fm_id *id, struct fm_why *why)
{
    struct fm_stmt *st = &w->st[KEY];
    bool found = false;
    int64_t one = 0;
    enum fm_error e;

    fm_stmt_int(st, 1, fm_fact_key(id));
    fm_stmt_int(st, 2, w->change.last);
    e = fm_stmt_number(st, why, &found, &one);
    if (e == FM_OK && !found)
        fm_verify_found(w->v, "fact %lld is not found by its id",
                        (long long)sequence);
    return e;
}

/* The bytes that are shown are those of the article. */
static bool evidence_holds(const struct walk *w,
                           const Factmill__V1__Evidence *evidence)
{
    const Factmill__V1__Article *a = w->change.body;
    const Factmill__V1__Span *span = evidence->span;
    struct fm_str field;

    if (a == NULL)
        return true;
    field = fm_str(span->field == FACTMILL__V1__SPAN__FIELD__TITLE ? a->title
                                                                   : a->text);
    return span->start <= span->end && span->end <= field.len &&
           fm_str_eq(fm_str_sub(field, span->start, span->end),
                     fm_str(evidence->text));
}

/* What the row says beside the bytes. */
static bool columns_agree(const struct walk *w, const struct fm_stmt *st,
                          const Factmill__V1__Fact *fact,
                          const struct fm_id *id)
{
    const struct change *c = &w->change;

    return fm_stmt_col_int(st, 1) == fm_fact_rest(id) &&
           fm_stmt_col_int(st, 2) == c->article &&
           fm_stmt_col_int(st, 3) == c->source &&
           fm_stmt_col_int(st, 4) == (int64_t)fact->kind &&
           fm_stmt_col_int(st, 5) == (int64_t)fact->polarity &&
           fm_stmt_col_int(st, 6) == (int64_t)fact->modality &&
           (float)fm_stmt_col_real(st, 7) == fact->confidence &&
           (int64_t)fact->version == c->version &&
           fm_str_eq(fm_str(fact->article), c->id) &&
           fm_str_eq(fm_str(fact->source), c->source_name);
}

static enum fm_error check_message(struct walk *w, const struct fm_stmt *st,
                                   const Factmill__V1__Fact *fact,
                                   struct fm_why *why)
{
    int64_t sequence = fm_stmt_col_int(st, 0);
    bool retracted = !fm_stmt_col_is_null(st, 8);
    struct fm_id id;
    enum fm_error e;

    if (!fm_id_parse(fm_str(fact->id), &id) || fact->evidence == NULL ||
        fact->evidence->span == NULL) {
        fm_verify_found(w->v, "fact %lld has no id or no evidence",
                        (long long)sequence);
        return FM_OK;
    }
    if (!columns_agree(w, st, fact, &id))
        fm_verify_found(w->v, "fact %lld is not what its row says",
                        (long long)sequence);
    if (!evidence_holds(w, fact->evidence))
        fm_verify_found(w->v, "fact %lld shows bytes that its article has not",
                        (long long)sequence);
    count_sentence(w, sequence, fact->evidence->span);
    e = check_key(w, sequence, &id, why);
    return e == FM_OK ? check_participants(w, sequence, retracted, fact, why)
                      : e;
}

static enum fm_error check_fact(struct walk *w, const struct fm_stmt *st,
                                struct fm_why *why)
{
    struct fm_str bytes = fm_stmt_col_str(st, 9);
    Factmill__V1__Fact *fact = factmill__v1__fact__unpack(
        NULL, bytes.len, (const uint8_t *)bytes.data);
    enum fm_error e = FM_OK;

    w->v->check.rows++;
    if (fact == NULL) {
        fm_verify_found(w->v, "fact %lld cannot be read",
                        (long long)fm_stmt_col_int(st, 0));
        return FM_OK;
    }
    e = check_message(w, st, fact, why);
    factmill__v1__fact__free_unpacked(fact, NULL);
    return e;
}

/* --- one change ------------------------------------------------------------------------ */

static enum fm_error check_facts(struct walk *w, struct fm_why *why)
{
    const struct change *c = &w->change;
    struct fm_stmt *st = &w->st[FACTS];
    int64_t next = c->added;
    bool row = true;
    enum fm_error e = FM_OK;

    fm_stmt_int(st, 1, c->added);
    fm_stmt_int(st, 2, c->last);
    while (e == FM_OK && (e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        for (int64_t at = fm_stmt_col_int(st, 0); next < at; next++)
            fm_verify_found(w->v, "fact %lld is not there", (long long)next);
        next++;
        e = check_fact(w, st, why);
    }
    fm_stmt_reset(st);
    end_sentence(w);
    for (; e == FM_OK && next <= c->last; next++)
        fm_verify_found(w->v, "fact %lld is not there", (long long)next);
    return e;
}

static enum fm_error check_change(struct walk *w, int64_t before,
                                  struct fm_why *why)
{
    const struct change *c = &w->change;
    struct fm_verify *v = w->v;
    bool found = false;
    int64_t n = 0;
    enum fm_error e;

    if (c->first != before + 1 || c->added < c->first ||
        c->added > c->last + 1) {
        fm_verify_found(v, "change %lld: a gap behind change %lld",
                        (long long)c->last, (long long)before);
        return FM_OK;
    }
    if (c->body == NULL)
        fm_verify_found(v, "change %lld: its article cannot be read",
                        (long long)c->last);
    fm_stmt_int(&w->st[TAKEN_BACK], 1, c->first);
    fm_stmt_int(&w->st[TAKEN_BACK], 2, c->added - 1);
    e = fm_stmt_number(&w->st[TAKEN_BACK], why, &found, &n);
    if (e == FM_OK && n != c->added - c->first)
        fm_verify_found(v, "change %lld: took back %lld facts instead of %lld",
                        (long long)c->last, (long long)n,
                        (long long)(c->added - c->first));
    if (e != FM_OK || c->added > c->last)
        return e;
    fm_stmt_int(&w->st[DIGEST], 1, c->last);
    e = fm_stmt_number(&w->st[DIGEST], why, &found, &n);
    if (e == FM_OK && (!found || n != c->added))
        fm_verify_found(v, "change %lld: not in the digests",
                        (long long)c->last);
    return e == FM_OK ? check_facts(w, why) : e;
}

/* The next change behind `after`; *ret_found false = none. The views live in the
 * arena. */
static enum fm_error read_change(struct walk *w, int64_t after,
                                 struct fm_why *why, bool *ret_found)
{
    struct fm_stmt *st = &w->st[CHANGES_SQL];
    struct change *c = &w->change;
    struct fm_str body;
    enum fm_error e;

    fm_stmt_int(st, 1, after);
    fm_stmt_int(st, 2, w->v->last_change);
    e = fm_stmt_step(st, why, ret_found);
    if (e != FM_OK || !*ret_found)
        return e;
    c->last = fm_stmt_col_int(st, 0);
    c->first = fm_stmt_col_int(st, 1);
    c->added = fm_stmt_col_int(st, 2);
    c->article = fm_stmt_col_int(st, 3);
    c->source = fm_stmt_col_int(st, 4);
    c->source_name =
        fm_str(fm_arena_copy(&w->v->arena, fm_stmt_col_str(st, 5)));
    c->id = fm_str(fm_arena_copy(&w->v->arena, fm_stmt_col_str(st, 6)));
    c->version = fm_stmt_col_int(st, 7);
    body = fm_stmt_col_str(st, 8);
    c->body = factmill__v1__article__unpack(NULL, body.len,
                                            (const uint8_t *)body.data);
    fm_stmt_reset(st);
    return FM_OK;
}

static enum fm_error next_change(struct walk *w, int64_t *after,
                                 struct fm_why *why, bool *ret_found)
{
    struct change *c = &w->change;
    enum fm_error e = read_change(w, *after, why, ret_found);

    if (e == FM_OK && *ret_found) {
        int64_t before = *after;

        *after = c->last;
        e = check_change(w, before, why);
    }
    if (c->body != NULL)
        factmill__v1__article__free_unpacked(c->body, NULL);
    c->body = NULL;
    return e;
}

/* Some changes in one read; damage ends the read, not the walk. */
static enum fm_error some_changes(struct walk *w, int64_t *after,
                                  struct fm_why *why, bool *ret_more)
{
    char where[64];
    enum fm_error e = fm_db_exec(w->v->db, "BEGIN", why);

    *ret_more = true;
    for (int i = 0; e == FM_OK && *ret_more && i < CHANGES; i++)
        e = next_change(w, after, why, ret_more);
    for (size_t i = 0; i < STATEMENTS; i++)
        fm_stmt_reset(&w->st[i]);
    (void)fm_db_exec(w->v->db, "COMMIT", NULL);
    (void)snprintf(where, sizeof where, "changes from %lld on",
                   (long long)*after);
    if (e == FM_ECORRUPT || e == FM_EIO)
        ++*after; /* or it would be met again */
    return fm_verify_damage(w->v, e, where, why);
}

static enum fm_error count_participants(struct walk *w, struct fm_why *why)
{
    struct fm_stmt st = {NULL, 0};
    bool found = false;
    int64_t n = 0;
    enum fm_error e = fm_stmt_prepare(
        w->v->db, fm_str("SELECT count(*) FROM participant WHERE fact<=?1"),
        why, &st);

    if (e == FM_OK) {
        fm_stmt_int(&st, 1, w->v->last_change);
        e = fm_stmt_number(&st, why, &found, &n);
    }
    fm_stmt_release(&st);
    if (e == FM_OK && (uint64_t)n != w->v->participants)
        fm_verify_found(w->v, "%lld participants instead of %llu", (long long)n,
                        (unsigned long long)w->v->participants);
    return e;
}

enum fm_error fm_verify_facts(struct fm_verify *v, struct fm_why *why)
{
    struct walk w = {.v = v, .st = {{NULL, 0}}};
    struct fm_packs packs;
    int64_t after = 0;
    bool more = true;
    enum fm_error e = fm_packs_open(&packs, v->db, why);

    for (size_t i = 0; e == FM_OK && i < STATEMENTS; i++)
        e = fm_stmt_prepare(v->db, fm_str(sql[i]), why, &w.st[i]);
    while (e == FM_OK && more) {
        e = some_changes(&w, &after, why, &more);
        if (e == FM_OK)
            e = fm_verify_pause(v, why);
    }
    if (e == FM_OK && after != v->last_change)
        fm_verify_found(v, "the last change is %lld instead of %lld",
                        (long long)after, (long long)v->last_change);
    if (e == FM_OK)
        e = fm_verify_damage(v, count_participants(&w, why), "participants",
                             why);
    for (size_t i = 0; i < STATEMENTS; i++)
        fm_stmt_release(&w.st[i]);
    fm_packs_close(&packs);
    return e;
}
