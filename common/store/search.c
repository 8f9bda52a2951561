#include "base/wire.h"
#include "store/filter_priv.h"
#include "store/rank_priv.h"
#include "store/text_query.h"

#include <stdlib.h>

/* Fields of the messages, as in proto/. */
enum { FACT_EVIDENCE = 16, EVIDENCE_TEXT = 3, ARTICLE_TITLE = 4 };

static struct fm_str field_of(struct fm_str message, uint32_t number)
{
    struct fm_wire_field field;
    struct fm_str found = {NULL, 0};
    size_t at = 0;

    while (fm_wire_next(message, &at, &field))
        if (field.type == 2 && field.number == number)
            found = field.bytes;
    return found;
}

/* --- which sentences are ranked --------------------------------------------------------

 * The newest FM_RANKED that match, the best of them first; then the next as
 * many, and so on: however common the words, a page costs no more, every hit has its
 * place, and pages go on where they were while articles come in. Rows of
 * `search` never change, so the cursor's key, the newest row of its window, is
 * enough to have the same window again. */

struct search {
    struct fm_reader *r;
    const struct fm_filter *f;
    bool chosen; /* the filter's facts are in r->among */
    int64_t newest;
    struct fm_rank rank;
    int64_t oldest;
    bool more; /* sentences older than this window */
};

static int by_number(const void *pa, const void *pb)
{
    const int64_t *a = pa;
    const int64_t *b = pb;

    return (*a > *b) - (*a < *b);
}

/* A filter that few facts pass is asked first: words that all the world uses
 * would bring up far more sentences than it has facts. */
static enum fm_error choose(struct search *s, struct fm_why *why)
{
    static const struct fm_order by_sequence = {.descending = true};
    struct fm_filter f = *s->f;
    struct fm_plan plan = {.lead = FM_LEAD_SCAN};
    struct fm_stmt *st = NULL;
    struct fm_query q;
    bool row = false;
    int64_t *facts;
    size_t n = 0;
    enum fm_error e;

    f.match.len = 0;
    if (!fm_filter_selects(&f))
        return FM_OK;
    e = fm_filter_plan(s->r, &f, &by_sequence, false, why, &plan);
    if (e != FM_OK || !plan.few)
        return e;
    facts =
        fm_arena_array(&s->r->arena, (size_t)s->r->few_sorted, sizeof *facts);
    if (facts == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for a search");
    fm_query_init(&q);
    fm_query_add(&q, "SELECT f.sequence");
    fm_filter_sql(&q, &f, &plan);
    fm_query_int(&q, " LIMIT ", s->r->few_sorted);
    e = fm_query_start(s->r, &q, why, &st);
    while (e == FM_OK && (e = fm_stmt_step(st, why, &row)) == FM_OK && row)
        facts[n++] = fm_stmt_col_int(st, 0);
    fm_query_release(&q);
    if (n > 0)
        qsort(facts, n, sizeof *facts, by_number);
    s->chosen = true;
    s->r->among = (struct fm_among){.facts = facts, .n = n};
    return e;
}

/* Sentences that cannot hold a fact of the filter are not even looked at. */
static void add_bounds(struct fm_query *q, const struct search *s)
{
    const struct fm_range *range = &s->f->sequence;

    fm_query_int(q, " AND s.rowid <= ", s->newest);
    if (range->from > FM_SENTENCE_MAX)
        fm_query_int(q, " AND s.rowid >= ",
                     fm_sentence_row(range->from - FM_SENTENCE_MAX, 1));
    if (s->chosen && s->r->among.n > 0)
        fm_query_int(
            q, " AND s.rowid >= ",
            fm_sentence_row(s->r->among.facts[0] - FM_SENTENCE_MAX, 1));
}

static void add_facts(struct fm_query *q, const struct search *s)
{
    if (s->chosen) {
        fm_query_add(q, " AND fm_among(s.rowid)");
        return;
    }
    fm_query_add(q, " AND EXISTS (SELECT 1 FROM fact f"
                    " WHERE f.sequence >= (s.rowid >> 6)"
                    " AND f.sequence <= (s.rowid >> 6) + (s.rowid & 63)");
    fm_filter_conditions(q, s->f);
    fm_query_add(q, ")");
}

static enum fm_error read_window(struct search *s, int64_t newest,
                                 struct fm_why *why)
{
    struct fm_arena *arena = &s->r->arena;
    struct fm_stmt *st = NULL;
    struct fm_query q;
    bool row = false;
    enum fm_error e = fm_rank_init(&s->rank, s->r->ranked, arena, why);

    if (e != FM_OK)
        return e;
    s->newest = newest;
    fm_query_init(&q);
    fm_query_text(&q,
                  "SELECT s.rowid, fm_counts(s.search) FROM search s"
                  " WHERE s.search MATCH ",
                  s->f->match);
    add_bounds(&q, s);
    add_facts(&q, s);
    fm_query_int(&q, " ORDER BY s.rowid DESC LIMIT ", (int64_t)s->r->ranked);
    e = fm_query_start(s->r, &q, why, &st);
    while (e == FM_OK && (e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        s->oldest = fm_stmt_col_int(st, 0);
        e = fm_rank_add(&s->rank, s->oldest, fm_stmt_col_str(st, 1), arena,
                        why);
    }
    fm_query_release(&q);
    /* The window of the first page begins with what it found, not with what
     * will have come by the second. */
    s->more = s->rank.n == s->r->ranked;
    if (s->rank.n > 0)
        s->newest = s->rank.items[0].row;
    return e == FM_OK ? fm_rank_finish(&s->rank, arena, why) : e;
}

/* --- the list ------------------------------------------------------------------------ */

struct found {
    struct fm_store_cursor cursor;
    const struct fm_ranked *sentence;
};

struct hits {
    struct found *items;
    size_t n;
    size_t max;
};

static void add_hit(const struct search *s, const struct fm_ranked *sentence,
                    int64_t fact, struct hits *hits)
{
    struct found *found = &hits->items[hits->n++];

    found->sentence = sentence;
    found->cursor.set = true;
    found->cursor.key = s->newest;
    found->cursor.row = fact;
    found->cursor.number = sentence->score;
}

/* The facts of one sentence with numbers below `before`, the last first. */
static enum fm_error add_sentence(const struct search *s,
                                  const struct fm_ranked *sentence,
                                  int64_t before, struct fm_why *why,
                                  struct hits *hits)
{
    struct fm_stmt *st = NULL;
    struct fm_query q;
    const int64_t *facts = NULL;
    size_t n;
    bool row = false;
    enum fm_error e;

    if (s->chosen) {
        n = fm_among_of(&s->r->among, sentence->row, &facts);
        for (; n > 0 && hits->n < hits->max; n--)
            if (facts[n - 1] < before)
                add_hit(s, sentence, facts[n - 1], hits);
        return FM_OK;
    }
    fm_query_init(&q);
    fm_query_int(&q, "SELECT f.sequence FROM fact f WHERE f.sequence >= ",
                 fm_sentence_first(sentence->row));
    fm_query_int(&q, " AND f.sequence <= ", fm_sentence_last(sentence->row));
    fm_query_int(&q, " AND f.sequence < ", before);
    fm_filter_conditions(&q, s->f);
    fm_query_int(&q, " ORDER BY f.sequence DESC LIMIT ",
                 (int64_t)(hits->max - hits->n));
    e = fm_query_start(s->r, &q, why, &st);
    while (e == FM_OK && (e = fm_stmt_step(st, why, &row)) == FM_OK && row)
        add_hit(s, sentence, fm_stmt_col_int(st, 0), hits);
    fm_query_release(&q);
    return e;
}

static bool shows(const struct fm_ranked *sentence, int64_t fact)
{
    return fm_sentence_first(sentence->row) <= fact &&
           fact <= fm_sentence_last(sentence->row);
}

/* The first sentence with something behind the cursor. Its score is looked up
 * again: a fact that was taken back since may have moved all of them a little. */
static size_t place_of(const struct search *s,
                       const struct fm_store_cursor *after)
{
    size_t i = 0;

    if (!after->set)
        return 0;
    while (i < s->rank.n && !shows(&s->rank.items[i], after->row))
        i++;
    if (i < s->rank.n)
        return i;
    for (i = 0; i < s->rank.n; i++)
        if (s->rank.items[i].score < after->number ||
            (s->rank.items[i].score <= after->number &&
             fm_sentence_first(s->rank.items[i].row) < after->row))
            break;
    return i;
}

static enum fm_error collect(struct search *s,
                             const struct fm_store_cursor *after,
                             struct fm_why *why, struct hits *hits)
{
    struct fm_store_cursor at = *after;
    enum fm_error e = choose(s, why);

    if (e != FM_OK || (s->chosen && s->r->among.n == 0))
        return e;
    e = read_window(s, at.set ? at.key : INT64_MAX, why);
    while (e == FM_OK) {
        size_t i = place_of(s, &at);

        for (; e == FM_OK && i < s->rank.n && hits->n < hits->max; i++) {
            bool begun = at.set && shows(&s->rank.items[i], at.row);

            e = add_sentence(s, &s->rank.items[i], begun ? at.row : INT64_MAX,
                             why, hits);
        }
        if (e != FM_OK || hits->n == hits->max || !s->more)
            break;
        at.set = false;
        e = read_window(s, s->oldest - 1, why);
    }
    return e;
}

/* --- one hit ------------------------------------------------------------------------- */

static enum fm_error find_spans(struct fm_reader *r,
                                const struct fm_ranked *sentence,
                                struct fm_str text, struct fm_why *why,
                                struct fm_store_hit *hit)
{
    Factmill__V1__Span *spans =
        fm_arena_array(&r->arena, sentence->place_count + 1, sizeof *spans);

    if (spans == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for highlights");
    hit->highlight_count = fm_highlight(&r->tokens, text, sentence->places,
                                        sentence->place_count, spans);
    hit->highlights = spans;
    return FM_OK;
}

static enum fm_error give(struct fm_reader *r, const struct fm_filter *f,
                          const struct found *found,
                          const struct fm_facts_call *call, struct fm_why *why,
                          bool *ret_go_on)
{
    static const char sql[] =
        "SELECT f.recorded_us, f.retracted,"
        " fm_fact(f.sequence, f.id, f.fact), b.bytes FROM fact f"
        " LEFT JOIN body b ON b.article=f.article WHERE f.sequence=?";
    const struct fm_store_cursor *cursor = &found->cursor;
    struct fm_store_hit hit = {.score = cursor->number};
    struct fm_stmt *st = NULL;
    bool row = false;
    int64_t retracted;
    enum fm_error e = fm_reader_stmt(r, sql, why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, cursor->row);
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK)
        return e;
    if (!row)
        return fm_fail(FM_ECORRUPT, why, "STORE_CORRUPT",
                       "fact number %lld is in an index, but not there",
                       (long long)cursor->row);
    retracted = fm_stmt_col_int(st, 1);
    if (f->as_of != 0 && retracted > f->as_of)
        retracted = 0;
    hit.fact.cursor = *cursor;
    hit.fact.sequence = (uint64_t)cursor->row;
    hit.fact.stored = fm_stmt_col_str(st, 2);
    hit.fact.added =
        fm_read_added(r, cursor->row, fm_stmt_col_int(st, 0), retracted);
    hit.title = field_of(fm_stmt_col_str(st, 3), ARTICLE_TITLE);
    e = find_spans(
        r, found->sentence,
        field_of(field_of(hit.fact.stored, FACT_EVIDENCE), EVIDENCE_TEXT), why,
        &hit);
    if (e == FM_OK)
        *ret_go_on = call->each_hit(call->user, &hit);
    fm_stmt_reset(st);
    return e;
}

/* --- SearchFacts ---------------------------------------------------------------------- */

/* The query, and the filter's own text where there is one. */
static enum fm_error match_both(struct fm_reader *r, struct fm_str query,
                                struct fm_why *why, struct fm_filter *f)
{
    struct fm_str match = {NULL, 0};
    enum fm_error e =
        fm_text_query(query, "query", NULL, &r->arena, why, &match);
    char *z;

    if (e != FM_OK)
        return e;
    if (f->match.len > 0) {
        z = fm_arena_printf(&r->arena, "(%.*s) AND (%.*s)", FM_STR_ARG(match),
                            FM_STR_ARG(f->match));
        if (z == NULL)
            return fm_fail(FM_ENOMEM, why, NULL, "no memory for a query");
        match = fm_str(z);
    }
    f->match = match;
    return FM_OK;
}

enum fm_error fm_read_search(struct fm_reader *r,
                             const struct fm_facts_call *call,
                             struct fm_why *why, bool *ret_more)
{
    struct hits hits = {.max = fm_read_page(call->page->size) + 1};
    struct fm_filter f;
    struct search s = {.r = r, .f = &f};
    bool go_on = true;
    size_t i = 0;
    enum fm_error e = fm_filter_resolve(r, call->filter, why, &f);

    if (e == FM_OK)
        e = match_both(r, call->query, why, &f);
    if (e != FM_OK)
        return e;
    hits.items = fm_arena_array(&r->arena, hits.max, sizeof *hits.items);
    if (hits.items == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for a page");
    if (!f.impossible)
        e = collect(&s, &call->page->after, why, &hits);
    while (e == FM_OK && go_on && i < hits.n && i < hits.max - 1)
        e = give(r, &f, &hits.items[i++], call, why, &go_on);
    r->among = (struct fm_among){.n = 0};
    if (e == FM_OK)
        *ret_more = i < hits.n;
    return e;
}
