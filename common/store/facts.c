#include "base/fault.h"
#include "store/digest_priv.h"
#include "store/interval.h"
#include "store/normal.h"
#include "store/roles_priv.h"
#include "store/settle_priv.h"

/* --- order --------------------------------------------------------------------- */

/* Facts are stored in the order of the text, so that those of one sentence
 * have consecutive numbers. */
struct place {
    const Factmill__V1__Fact *fact;
    struct fm_id id;
    size_t number; /* in the extraction */
    bool again;    /* the id came before */
};

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int by_id(const void *pa, const void *pb)
{
    const struct place *a = pa;
    const struct place *b = pb;
    int c = memcmp(a->id.bytes, b->id.bytes, sizeof a->id.bytes);

    return c != 0 ? c : compare_numbers(a->number, b->number);
}

static bool in_title(const Factmill__V1__Span *span)
{
    return span->field == FACTMILL__V1__SPAN__FIELD__TITLE;
}

static int by_text(const void *pa, const void *pb)
{
    const struct place *a = pa;
    const struct place *b = pb;
    const Factmill__V1__Span *sa = a->fact->evidence->span;
    const Factmill__V1__Span *sb = b->fact->evidence->span;
    int c = compare_numbers(a->again, b->again);

    if (c == 0)
        c = compare_numbers(in_title(sb), in_title(sa));
    if (c == 0)
        c = compare_numbers(sa->start, sb->start);
    if (c == 0)
        c = compare_numbers(sa->end, sb->end);
    return c != 0 ? c : compare_numbers(a->number, b->number);
}

static struct place *order(struct fm_settlement *s, size_t *ret_n)
{
    const Factmill__V1__Extraction *x = s->extraction;
    struct place *places = fm_arena_array(s->arena, x->n_facts, sizeof *places);
    size_t n = x->n_facts;

    if (places == NULL)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        places[i].fact = x->facts[i];
        places[i].number = i;
        (void)fm_id_parse(fm_str(x->facts[i]->id), &places[i].id);
    }
    if (n > 0)
        qsort(places, n, sizeof *places, by_id);
    for (size_t i = 1; i < x->n_facts; i++) {
        places[i].again = memcmp(places[i].id.bytes, places[i - 1].id.bytes,
                                 sizeof places[i].id.bytes) == 0;
        if (places[i].again)
            n--;
    }
    if (n > 0)
        qsort(places, x->n_facts, sizeof *places, by_text);
    *ret_n = n;
    return places;
}

/* --- adding -------------------------------------------------------------------- */

static bool interval_of(const Factmill__V1__Time *time, struct fm_interval *ret)
{
    return time != NULL &&
           fm_interval_parse(fm_str(time->start), fm_str(time->end), ret);
}

static void bind_time(struct fm_stmt *st, const Factmill__V1__Time *time)
{
    struct fm_interval v;

    if (interval_of(time, &v)) {
        fm_stmt_int(st, 7, v.span);
        fm_stmt_int(st, 8, v.start);
        fm_stmt_int(st, 9, v.end);
        return;
    }
    fm_stmt_null(st, 7);
    fm_stmt_null(st, 8);
    fm_stmt_null(st, 9);
}

struct fm_str fm_fact_predicate(const Factmill__V1__Fact *fact,
                                struct fm_arena *arena)
{
    const Factmill__V1__Predicate *predicate = fact->predicate;

    return predicate != NULL && strlen(predicate->lemma) <= FM_SETTLE_PREDICATE
               ? fm_normal_name(fm_str(predicate->lemma), arena)
               : fm_str_n(NULL, 0);
}

static void bind_predicate(struct fm_settlement *s, struct fm_stmt *st,
                           const Factmill__V1__Fact *fact)
{
    struct fm_str lemma = fm_fact_predicate(fact, s->arena);

    if (lemma.len > 0)
        fm_stmt_text(st, 6, lemma);
    else
        fm_stmt_null(st, 6);
}

static enum fm_error insert(struct fm_settlement *s, const struct place *p,
                            const Factmill__V1__Fact *fact, int64_t sequence,
                            struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(s->w, FM_SQL_FACT_ADD);

    fm_stmt_int(st, 1, sequence);
    fm_stmt_int(st, 2, fm_fact_rest(&p->id));
    fm_stmt_int(st, 3, s->row.sequence);
    fm_stmt_int(st, 4, s->row.source);
    fm_stmt_int(st, 5, fact->kind);
    bind_predicate(s, st, fact);
    bind_time(st, fact->time);
    fm_stmt_int_or(st, 10, s->row.published_us, INT64_MIN);
    fm_stmt_int(st, 11, s->now_us);
    fm_stmt_real(st, 12, (double)fact->confidence);
    fm_stmt_int(st, 13, fact->polarity);
    fm_stmt_int(st, 14, fact->modality);
    return fm_stmt_run(st, why);
}

static enum fm_error add_participants(struct fm_settlement *s,
                                      const Factmill__V1__Fact *fact,
                                      int64_t sequence, struct fm_why *why)
{
    uint32_t marks = (uint32_t)fact->kind << FM_MARK_KIND_SHIFT |
                     (uint32_t)fm_standing_of(fact) << FM_MARK_STANDING_SHIFT;
    struct fm_interval when;
    bool timed = interval_of(fact->time, &when);
    struct fm_participant *list = NULL;
    size_t n = 0;
    enum fm_error e = fm_participants_of(fact, s->arena, why, &list, &n);

    for (size_t i = 0; e == FM_OK && i < n; i++) {
        struct fm_stmt *st = fm_sql(s->w, FM_SQL_PARTICIPANT_ADD);
        struct fm_delta *delta;

        fm_stmt_int(st, 1, list[i].who);
        fm_stmt_int(st, 2, sequence);
        fm_stmt_int(st, 3, list[i].roles | marks);
        if (timed)
            fm_stmt_int(st, 4, when.start);
        else
            fm_stmt_null(st, 4);
        e = fm_stmt_run(st, why);
        if (e != FM_OK)
            break;
        delta = fm_entities_delta(s, list[i].who);
        if (delta == NULL)
            return fm_fail(FM_ENOMEM, why, NULL, "no memory for entities");
        delta->facts++;
    }
    return e == FM_OK ? fm_digest_add(s, fact, list, n, why) : e;
}

/* The facts gathered so far become a row. */
static enum fm_error close_pack(struct fm_settlement *s, struct fm_why *why)
{
    struct fm_packer *packer = &s->w->packer;
    struct fm_stmt *st = fm_sql(s->w, FM_SQL_PACK_ADD);
    struct fm_str bytes = {NULL, 0};
    int64_t n = (int64_t)packer->n;
    enum fm_error e;

    if (n == 0)
        return FM_OK;
    e = fm_packer_close(packer, why, &bytes);
    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, packer->first + n - 1);
    fm_stmt_int(st, 2, packer->first);
    fm_stmt_blob(st, 3, bytes);
    return fm_stmt_run(st, why);
}

static enum fm_error pack(struct fm_settlement *s, const struct place *p,
                          struct fm_str bytes, int64_t sequence,
                          struct fm_why *why)
{
    fm_packer_add(&s->w->packer, sequence, fm_fact_key(&p->id), bytes);
    return fm_packer_full(&s->w->packer) ? close_pack(s, why) : FM_OK;
}

static enum fm_error add_fact(struct fm_settlement *s, const struct place *p,
                              struct fm_why *why)
{
    Factmill__V1__Fact filled;
    struct fm_str bytes = {NULL, 0};
    int64_t sequence = s->w->tally.sequence + 1;
    enum fm_error e;

    if (fm_fault_point("settle.fact"))
        return fm_fail(FM_EIO, why, "FAULT", "made to fail by a test");
    e = fm_fill_fact(s, p->fact, why, &filled, &bytes);
    if (e == FM_OK)
        e = insert(s, p, &filled, sequence, why);
    if (e == FM_OK)
        e = pack(s, p, bytes, sequence, why);
    if (e == FM_OK)
        e = add_participants(s, &filled, sequence, why);
    if (e == FM_OK)
        e = fm_roles_add(s, &filled, sequence, why);
    if (e != FM_OK)
        return e;
    fm_claims_add(s, p->fact);
    s->w->tally.sequence = sequence;
    s->w->tally.facts++;
    s->kinds |= 1u << filled.kind;
    return FM_OK;
}

static enum fm_error add_sentence(struct fm_settlement *s, int64_t first,
                                  size_t n,
                                  const Factmill__V1__Evidence *evidence,
                                  struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(s->w, FM_SQL_SENTENCE_ADD);

    fm_stmt_int(st, 1, fm_sentence_row(first, (int64_t)n));
    fm_stmt_text(st, 2, fm_str(evidence->text));
    /* With the first sentence only: words of the title find what the article
     * leads with, and not each of its facts. A fact of the title itself would
     * find them twice. */
    fm_stmt_text(st, 3,
                 first != s->added || in_title(evidence->span) ? fm_str("")
                                                               : s->title);
    return fm_stmt_run(st, why);
}

static bool same_sentence(const struct place *a, const struct place *b)
{
    const Factmill__V1__Span *sa = a->fact->evidence->span;
    const Factmill__V1__Span *sb = b->fact->evidence->span;

    return sa->start == sb->start && sa->end == sb->end &&
           in_title(sa) == in_title(sb);
}

/* Where to look for these ids; last: the number of the change. In any order of
 * the facts: those whose first half was given before are passed over. */
static enum fm_error add_keys(struct fm_settlement *s,
                              const struct place *places, size_t n,
                              struct fm_why *why)
{
    enum fm_error e = FM_OK;

    for (size_t i = 0; e == FM_OK && i < n; i++) {
        struct fm_stmt *st = fm_sql(s->w, FM_SQL_KEY_ADD);

        if (i > 0 &&
            fm_fact_key(&places[i].id) == fm_fact_key(&places[i - 1].id))
            continue;
        fm_stmt_int(st, 1, fm_fact_key(&places[i].id));
        fm_stmt_int(st, 2, s->w->tally.sequence);
        e = fm_stmt_run(st, why);
    }
    return e;
}

enum fm_error fm_facts_add(struct fm_settlement *s, struct fm_why *why)
{
    size_t n = 0;
    struct place *places = order(s, &n);
    struct fm_str common = {NULL, 0};
    enum fm_error e = FM_OK;
    size_t at = 0;

    if (places == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for facts");
    s->added = s->w->tally.sequence + 1;
    e = fm_fill_common(s, why, &common);
    if (e == FM_OK)
        fm_packer_begin(&s->w->packer, common);
    while (e == FM_OK && at < n) {
        size_t first = at;

        while (e == FM_OK && at < n && at - first < FM_SENTENCE_MAX &&
               same_sentence(&places[first], &places[at]))
            e = add_fact(s, &places[at++], why);
        if (e == FM_OK)
            e = add_sentence(s,
                             s->w->tally.sequence - (int64_t)(at - first) + 1,
                             at - first, places[first].fact->evidence, why);
    }
    if (e == FM_OK)
        e = close_pack(s, why);
    return e == FM_OK ? add_keys(s, places, n, why) : e;
}

/* --- retracting ------------------------------------------------------------------ */

static enum fm_error retract_participants(struct fm_settlement *s,
                                          int64_t sequence, struct fm_str bytes,
                                          struct fm_why *why)
{
    Factmill__V1__Fact *fact = factmill__v1__fact__unpack(
        NULL, bytes.len, (const uint8_t *)bytes.data);
    struct fm_participant *list = NULL;
    size_t n = 0;
    enum fm_error e;

    if (fact == NULL)
        return fm_fail(FM_ECORRUPT, why, "STORE_CORRUPT",
                       "fact number %lld cannot be read", (long long)sequence);
    e = fm_participants_of(fact, s->arena, why, &list, &n);
    for (size_t i = 0; e == FM_OK && i < n; i++) {
        struct fm_stmt *st = fm_sql(s->w, FM_SQL_PARTICIPANT_RETRACT);
        struct fm_delta *delta;

        fm_stmt_int(st, 1, list[i].who);
        fm_stmt_int(st, 2, sequence);
        fm_stmt_int(st, 3, FM_MARK_RETRACTED);
        e = fm_stmt_run(st, why);
        delta = fm_entities_delta(s, list[i].who);
        if (delta != NULL)
            delta->facts--;
    }
    factmill__v1__fact__free_unpacked(fact, NULL);
    return e;
}

static enum fm_error retract(struct fm_settlement *s, int64_t sequence,
                             struct fm_str bytes, struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(s->w, FM_SQL_FACT_RETRACT);
    enum fm_error e = retract_participants(s, sequence, bytes, why);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, sequence);
    fm_stmt_int(st, 2, ++s->w->tally.sequence);
    e = fm_stmt_run(st, why);
    if (e == FM_OK)
        s->w->tally.facts--;
    return e;
}

/* Which entities the older version spoke of. */
static enum fm_error forget_entities(struct fm_settlement *s, int64_t article,
                                     struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(s->w, FM_SQL_EXTRACTION_READ);
    Factmill__V1__Extraction *x = NULL;
    bool row = false;
    enum fm_error e;

    fm_stmt_int(st, 1, article);
    e = fm_stmt_step(st, why, &row);
    if (e == FM_OK && row) {
        struct fm_str bytes = fm_stmt_col_str(st, 0);

        x = factmill__v1__extraction__unpack(NULL, bytes.len,
                                             (const uint8_t *)bytes.data);
        fm_stmt_reset(st);
    }
    for (size_t i = 0; x != NULL && i < x->n_entities; i++) {
        struct fm_delta *delta =
            x->entities[i]->id != 0
                ? fm_entities_delta(s, (int64_t)x->entities[i]->id)
                : NULL;

        if (delta != NULL)
            delta->before = true;
    }
    if (x != NULL)
        factmill__v1__extraction__free_unpacked(x, NULL);
    return e;
}

static enum fm_error retract_range(struct fm_settlement *s, int64_t from,
                                   int64_t last, struct fm_why *why)
{
    bool row = true;
    enum fm_error e = FM_OK;

    while (e == FM_OK) {
        struct fm_stmt *st = fm_sql(s->w, FM_SQL_FACT_IN_FORCE);
        struct fm_str bytes;
        char *copy;

        fm_stmt_int(st, 1, from);
        fm_stmt_int(st, 2, last);
        e = fm_stmt_step(st, why, &row);
        if (e != FM_OK || !row)
            break;
        from = fm_stmt_col_int(st, 0) + 1;
        bytes = fm_stmt_col_str(st, 1);
        copy = fm_arena_copy(s->arena, bytes);
        fm_stmt_reset(st);
        if (copy == NULL)
            return fm_fail(FM_ENOMEM, why, NULL, "no memory for a fact");
        e = retract(s, from - 1, fm_str_n(copy, bytes.len), why);
    }
    return e;
}

/* All facts of a change are taken back together. */
static enum fm_error retract_digest(struct fm_settlement *s, int64_t last,
                                    struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(s->w, FM_SQL_DIGEST_RETRACT);

    fm_stmt_int(st, 1, last);
    fm_stmt_int(st, 2, s->w->tally.sequence + 1);
    return fm_stmt_run(st, why);
}

enum fm_error fm_facts_retract(struct fm_settlement *s, int64_t article,
                               struct fm_why *why)
{
    int64_t last = 0;
    bool row = true;
    enum fm_error e = forget_entities(s, article, why);

    while (e == FM_OK) {
        struct fm_stmt *st = fm_sql(s->w, FM_SQL_CHANGE_OF);
        int64_t added;

        fm_stmt_int(st, 1, article);
        fm_stmt_int(st, 2, last);
        e = fm_stmt_step(st, why, &row);
        if (e != FM_OK || !row)
            break;
        added = fm_stmt_col_int(st, 0);
        last = fm_stmt_col_int(st, 1);
        fm_stmt_reset(st);
        e = retract_digest(s, last, why);
        if (e == FM_OK)
            e = retract_range(s, added, last, why);
    }
    return e;
}
