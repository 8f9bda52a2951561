#include "store/claim_priv.h"
#include "store/settle_priv.h"

#define TYPE(name) FACTMILL__V1__ENTITY__TYPE__##name

/* --- the row's bytes ------------------------------------------------------------ */

static void put(struct fm_buf *out, uint64_t v, unsigned bytes)
{
    char le[8];

    for (unsigned i = 0; i < bytes; i++)
        le[i] = (char)(v >> 8 * i & 0xff);
    fm_buf_add(out, le, bytes);
}

static uint64_t get(struct fm_str s, size_t at, unsigned bytes)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < bytes; i++)
        v |= (uint64_t)(unsigned char)s.data[at + i] << 8 * i;
    return v;
}

void fm_said_put(struct fm_buf *out, const struct fm_claim_key *key)
{
    put(out, key->topic, 8);
    put(out, key->value, 4);
    put(out, key->voice, 4);
    put(out, key->sentence, 4);
}

struct fm_claim_key fm_said_get(struct fm_str bytes, size_t i)
{
    struct fm_claim_key key = {.topic = 0};
    size_t at = i * FM_SAID_BYTES;

    if (bytes.len < FM_SAID_BYTES || at > bytes.len - FM_SAID_BYTES)
        return key;
    key.topic = get(bytes, at, 8);
    key.value = (uint32_t)get(bytes, at + 8, 4);
    key.voice = (uint32_t)get(bytes, at + 12, 4);
    key.sentence = (uint32_t)get(bytes, at + 16, 4);
    return key;
}

void fm_said_sketch(struct fm_str bytes, struct fm_sketch *ret)
{
    ret->n = bytes.len / 4 < FM_SKETCH_MAX ? bytes.len / 4 : FM_SKETCH_MAX;
    for (size_t i = 0; i < ret->n; i++)
        ret->hashes[i] = (uint32_t)get(bytes, i * 4, 4);
}

static void put_sketch(struct fm_buf *out, const uint32_t *hashes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put(out, hashes[i], 4);
}

/* --- names of an article ----------------------------------------------------------- */

/* A name in the title is worth as many in the text. */
#define TITLE_COUNTS 2
#define BIT(name)    (1u << TYPE(name))
#define SPOTS        (BIT(CITY) | BIT(REGION) | BIT(FACILITY))
#define PLACES       (BIT(COUNTRY) | BIT(CITY) | BIT(REGION))

/* The entity of these types that is mentioned most; 0 = none is. */
static uint64_t most_mentioned(const Factmill__V1__Extraction *x,
                               const struct fm_claim_name *names,
                               const uint32_t *counts, uint32_t types)
{
    uint64_t best = 0;
    uint32_t most = 0;

    for (size_t i = 1; i <= x->n_entities; i++) {
        if (counts[i] <= most || names[i].key == 0 ||
            (types >> x->entities[i - 1]->type & 1) == 0)
            continue;
        most = counts[i];
        best = names[i].key;
    }
    return best;
}

static int by_start(const void *pa, const void *pb)
{
    const Factmill__V1__Span *const *a = pa;
    const Factmill__V1__Span *const *b = pb;

    return ((*a)->start > (*b)->start) - ((*a)->start < (*b)->start);
}

/* Mentions name entities by their place in the extraction, from 1. */
static bool mentions_of(const Factmill__V1__Extraction *x,
                        struct fm_arena *arena, uint32_t *counts,
                        struct fm_claim_names *ret)
{
    const Factmill__V1__Span **spans =
        fm_arena_array(arena, x->n_mentions, sizeof(void *));
    size_t n = 0;

    for (size_t i = 0; spans != NULL && i < x->n_mentions; i++) {
        const Factmill__V1__Mention *m = x->mentions[i];

        if (m->entity == 0 || m->entity > x->n_entities)
            continue;
        counts[m->entity]++;
        if (m->span != NULL &&
            m->span->field == FACTMILL__V1__SPAN__FIELD__TEXT &&
            m->how != FACTMILL__V1__MENTION__HOW__PRONOUN &&
            m->how != FACTMILL__V1__MENTION__HOW__NOMINAL)
            spans[n++] = m->span;
    }
    if (n > 1)
        qsort(spans, n, sizeof(void *), by_start);
    ret->spans = spans;
    ret->span_count = n;
    return spans != NULL;
}

/* What the title names an article is about, however often its text does. */
static void count_title(const Factmill__V1__Extraction *x, struct fm_str title,
                        uint32_t *counts)
{
    for (size_t i = 0; title.len > 0 && i < x->n_entities; i++)
        if (x->entities[i]->name[0] != '\0' &&
            fm_str_find(title, fm_str(x->entities[i]->name), 0) != SIZE_MAX)
            counts[i + 1] += TITLE_COUNTS;
}

static enum fm_error names_of(const Factmill__V1__Extraction *x,
                              struct fm_str title, int64_t published_us,
                              struct fm_arena *arena, struct fm_why *why,
                              struct fm_claim_names *ret)
{
    size_t n = x->n_entities + 1;
    struct fm_claim_name *names = fm_arena_array(arena, n, sizeof *names);
    uint32_t *counts = fm_arena_array(arena, n, sizeof *counts);

    if (names == NULL || counts == NULL || !mentions_of(x, arena, counts, ret))
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for names");
    for (size_t i = 1; i < n; i++)
        names[i].key = fm_claim_name_key(fm_str(x->entities[i - 1]->name),
                                         x->entities[i - 1]->type, arena);
    ret->names = names;
    ret->n = n;
    ret->published_us = published_us;
    ret->sentence = fm_str_n(NULL, 0);
    count_title(x, title, counts);
    ret->context = most_mentioned(x, names, counts, PLACES);
    ret->spot = most_mentioned(x, names, counts, SPOTS);
    ret->hero = most_mentioned(x, names, counts, ~PLACES);
    if (ret->context == 0)
        ret->context = ret->hero;
    if (ret->spot == 0)
        ret->spot = ret->context;
    return FM_OK;
}

/* --- settling ------------------------------------------------------------------------ */

enum fm_error fm_claims_begin(struct fm_settlement *s, struct fm_why *why)
{
    return names_of(s->extraction, s->title, s->row.published_us, s->arena, why,
                    &s->claim_names);
}

void fm_claims_add(struct fm_settlement *s, const Factmill__V1__Fact *fact)
{
    struct fm_claim_key key = fm_claim_key_of(fact, &s->claim_names);

    fm_said_put(&s->claims, &key);
}

/* Of the worker, which has time for it, or else made here. */
static void sketch_of(const struct fm_settlement *s, struct fm_buf *out)
{
    const Factmill__V1__Extraction *x = s->extraction;
    struct fm_sketch sketch;

    if (x->n_sketch > 0) {
        put_sketch(out, x->sketch, x->n_sketch);
        return;
    }
    fm_sketch_make(s->text, &sketch);
    put_sketch(out, sketch.hashes, sketch.n);
}

static enum fm_error grow_runs(struct fm_settlement *s, struct fm_why *why)
{
    int64_t last = s->w->tally.sequence;
    int64_t covered = 0;
    bool found = false;
    enum fm_error e = fm_stmt_number(fm_sql(s->w, FM_SQL_CLAIMS_COVERED), why,
                                     &found, &covered);

    if (e != FM_OK || last - covered < FM_RUN_FACTS)
        return e;
    return fm_runs_grow(s->w->db, covered, last, why);
}

enum fm_error fm_claims_store(struct fm_settlement *s, struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(s->w, FM_SQL_SAID_ADD);
    struct fm_buf sketch;
    enum fm_error e = fm_buf_error(&s->claims);

    if (e != FM_OK)
        return fm_fail(e, why, NULL, "the claims of a change are too many");
    if (s->claims.len == 0)
        return FM_OK;
    fm_buf_init(&sketch, (size_t)FM_SKETCH_MAX * 4);
    sketch_of(s, &sketch);
    fm_stmt_int(st, 1, s->w->tally.sequence);
    fm_stmt_int(st, 2, s->added);
    fm_stmt_int(st, 3, s->row.sequence);
    fm_stmt_blob(st, 4, fm_buf_view(&sketch));
    fm_stmt_blob(st, 5, fm_buf_view(&s->claims));
    e = fm_stmt_run(st, why);
    fm_buf_release(&sketch);
    return e == FM_OK ? grow_runs(s, why) : e;
}

/* --- out of what is stored -------------------------------------------------------------- */

enum { CHANGES, FACTS, ADD, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [CHANGES] =
        "SELECT c.last, c.added, c.article, c.published_us, x.bytes, b.bytes"
        " FROM change c JOIN extraction x ON x.article=c.article"
        " JOIN body b ON b.article=c.article"
        " WHERE c.last>? AND c.added<=c.last ORDER BY c.last LIMIT 1",
    [FACTS] = "SELECT fact FROM fact WHERE sequence>=? AND sequence<=?"
              " ORDER BY sequence",
    [ADD] = "INSERT INTO said(last, added, article, sketch, bytes)"
            " VALUES (?1,?2,?3,?4,?5)",
};

struct making {
    sqlite3 *db;
    struct fm_stmt st[STATEMENTS];
    struct fm_buf claims;
    struct fm_buf sketch;
    struct fm_arena arena;
    Factmill__V1__Extraction *x;
    struct fm_claim_names names;
    int64_t covered; /* by runs */
};

static uint64_t local(const Factmill__V1__Extraction *x, uint64_t global)
{
    for (size_t i = 0; global != 0 && i < x->n_entities; i++)
        if (x->entities[i]->id == global)
            return i + 1;
    return 0;
}

static void localize(const Factmill__V1__Extraction *x,
                     Factmill__V1__Argument *a)
{
    if (a != NULL)
        a->entity = local(x, a->entity);
}

static enum fm_error add_stored(struct making *m, struct fm_str bytes,
                                struct fm_why *why)
{
    Factmill__V1__Fact *fact = factmill__v1__fact__unpack(
        NULL, bytes.len, (const uint8_t *)bytes.data);
    struct fm_claim_key key;

    if (fact == NULL)
        return fm_fail(FM_ECORRUPT, why, "STORE_CORRUPT",
                       "a fact cannot be read");
    localize(m->x, fact->subject);
    localize(m->x, fact->place);
    for (size_t i = 0; i < fact->n_arguments; i++)
        localize(m->x, fact->arguments[i]);
    for (size_t i = 0; i < fact->n_attribution; i++)
        localize(m->x, fact->attribution[i]->source);
    /* The fact before is gone, and its sentence with it. */
    m->names.sentence = fm_str_n(NULL, 0);
    key = fm_claim_key_of(fact, &m->names);
    fm_said_put(&m->claims, &key);
    factmill__v1__fact__free_unpacked(fact, NULL);
    return FM_OK;
}

/* st: at its row. */
static enum fm_error read_change(struct making *m, const struct fm_stmt *st,
                                 struct fm_why *why)
{
    struct fm_str bytes = fm_stmt_col_str(st, 4);
    struct fm_str body = fm_stmt_col_str(st, 5);
    struct fm_sketch sketch;
    Factmill__V1__Article *article;
    const char *title;

    fm_arena_reset(&m->arena);
    fm_buf_reset(&m->claims);
    fm_buf_reset(&m->sketch);
    m->x = factmill__v1__extraction__unpack(NULL, bytes.len,
                                            (const uint8_t *)bytes.data);
    article = factmill__v1__article__unpack(NULL, body.len,
                                            (const uint8_t *)body.data);
    if (m->x == NULL || article == NULL) {
        factmill__v1__article__free_unpacked(article, NULL);
        return fm_fail(FM_ECORRUPT, why, "STORE_CORRUPT",
                       "an article or its extraction cannot be read");
    }
    fm_sketch_make(fm_str(article->text), &sketch);
    put_sketch(&m->sketch, sketch.hashes, sketch.n);
    title = fm_arena_copy(&m->arena, fm_str(article->title));
    factmill__v1__article__free_unpacked(article, NULL);
    for (size_t i = 0; i < m->x->n_mentions; i++)
        m->x->mentions[i]->entity = local(m->x, m->x->mentions[i]->entity);
    return names_of(m->x, fm_str(title), fm_stmt_col_int_or(st, 3, INT64_MIN),
                    &m->arena, why, &m->names);
}

static enum fm_error make_one(struct making *m, int64_t last, int64_t added,
                              int64_t article, struct fm_why *why)
{
    struct fm_stmt *st = &m->st[FACTS];
    bool row = true;
    enum fm_error e = FM_OK;

    fm_stmt_int(st, 1, added);
    fm_stmt_int(st, 2, last);
    while (e == FM_OK && (e = fm_stmt_step(st, why, &row)) == FM_OK && row)
        e = add_stored(m, fm_stmt_col_str(st, 0), why);
    fm_stmt_reset(st);
    if (e != FM_OK)
        return e;
    st = &m->st[ADD];
    fm_stmt_int(st, 1, last);
    fm_stmt_int(st, 2, added);
    fm_stmt_int(st, 3, article);
    fm_stmt_blob(st, 4, fm_buf_view(&m->sketch));
    fm_stmt_blob(st, 5, fm_buf_view(&m->claims));
    e = fm_stmt_run(st, why);
    if (e != FM_OK || last - m->covered < FM_RUN_FACTS)
        return e;
    e = fm_runs_grow(m->db, m->covered, last, why);
    m->covered = last;
    return e;
}

static enum fm_error make_all(struct making *m, struct fm_why *why)
{
    struct fm_stmt *st = &m->st[CHANGES];
    enum fm_error e = FM_OK;
    int64_t last = 0;
    bool row = true;

    while (e == FM_OK) {
        int64_t added;
        int64_t article;

        fm_stmt_int(st, 1, last);
        e = fm_stmt_step(st, why, &row);
        if (e != FM_OK || !row)
            break;
        last = fm_stmt_col_int(st, 0);
        added = fm_stmt_col_int(st, 1);
        article = fm_stmt_col_int(st, 2);
        e = read_change(m, st, why);
        fm_stmt_reset(st);
        if (e == FM_OK)
            e = make_one(m, last, added, article, why);
        factmill__v1__extraction__free_unpacked(m->x, NULL);
        m->x = NULL;
    }
    return e;
}

enum fm_error fm_claims_make(sqlite3 *db, struct fm_why *why)
{
    struct making m = {.db = db, .st = {{NULL, 0}}};
    enum fm_error e = FM_OK;

    fm_buf_init(&m.claims, FM_CLAIMS_MAX);
    fm_buf_init(&m.sketch, (size_t)FM_SKETCH_MAX * 4);
    fm_arena_init(&m.arena, (size_t)16 << 20);
    for (size_t i = 0; e == FM_OK && i < STATEMENTS; i++)
        e = fm_stmt_prepare(db, fm_str(sql[i]), why, &m.st[i]);
    if (e == FM_OK)
        e = make_all(&m, why);
    for (size_t i = 0; i < STATEMENTS; i++)
        fm_stmt_release(&m.st[i]);
    fm_buf_release(&m.claims);
    fm_buf_release(&m.sketch);
    fm_arena_release(&m.arena);
    return e;
}
