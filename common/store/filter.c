#include "store/filter_priv.h"
#include "store/interval.h"

/* A lead with fewer rows than this is taken whatever the order, and its rows
 * are sorted; rows of more are walked in the order asked for until the page is
 * full. Sorting needs all of them, so other orders than that of sequence pay a
 * larger list to avoid walking the whole store. */
#define FEW_SORTED   2000
#define FEW_UNSORTED 20000

/* --- conditions -------------------------------------------------------------------- */

static bool leads(const struct fm_plan *plan, enum fm_lead lead)
{
    return plan->lead == lead;
}

static bool has_range(const struct fm_range *range)
{
    return range->from != INT64_MIN || range->to != INT64_MAX;
}

static void add_range(struct fm_query *q, const char *column,
                      const struct fm_range *range)
{
    if (range->from != INT64_MIN) {
        fm_query_add(q, " AND ");
        fm_query_add(q, column);
        fm_query_int(q, " >= ", range->from);
    }
    if (range->to != INT64_MAX) {
        fm_query_add(q, " AND ");
        fm_query_add(q, column);
        fm_query_int(q, " < ", range->to);
    }
}

static void add_who(struct fm_query *q, const struct fm_who *who)
{
    fm_query_in(q,
                " AND EXISTS (SELECT 1 FROM participant x WHERE"
                " x.fact = f.sequence AND x.who",
                who->ids, who->n);
    if (who->roles != FM_ROLE_ANY)
        fm_query_int(q, " AND x.marks & ", who->roles);
    fm_query_add(q, ")");
}

static void add_force(struct fm_query *q, const struct fm_filter *f)
{
    if (f->include_retracted)
        return;
    if (f->as_of == 0)
        fm_query_add(q, " AND f.retracted IS NULL");
    else
        fm_query_int(q, " AND ifnull(f.retracted, 9223372036854775807) > ",
                     f->as_of);
}

/* Two intervals overlap when each begins before the other ends. */
static void add_time(struct fm_query *q, const struct fm_range *time)
{
    if (has_range(time))
        fm_query_add(q, " AND f.time_start IS NOT NULL");
    if (time->to != INT64_MAX)
        fm_query_int(q, " AND f.time_start < ", time->to);
    if (time->from != INT64_MIN)
        fm_query_int(q, " AND f.time_end > ", time->from);
}

void fm_filter_conditions(struct fm_query *q, const struct fm_filter *f,
                          const struct fm_plan *skip)
{
    add_range(q, "f.sequence", &f->sequence);
    add_force(q, f);
    if (f->article_count > 0 && !leads(skip, FM_LEAD_ARTICLE))
        fm_query_in(q, " AND f.article", f->articles, f->article_count);
    if (f->predicate.len > 0 && !leads(skip, FM_LEAD_PREDICATE))
        fm_query_text(q, " AND f.predicate = ", f->predicate);
    if (f->source != 0 && !leads(skip, FM_LEAD_SOURCE))
        fm_query_int(q, " AND f.source = ", f->source);
    if (f->kind_count > 0 && !leads(skip, FM_LEAD_KIND))
        fm_query_in(q, " AND f.kind", f->kinds, f->kind_count);
    if (!leads(skip, FM_LEAD_TIME))
        add_time(q, &f->time);
    if (!leads(skip, FM_LEAD_PUBLISHED))
        add_range(q, "f.published_us", &f->published);
    if (f->polarity != 0)
        fm_query_int(q, " AND f.polarity = ", f->polarity);
    if (f->modality_count > 0)
        fm_query_in(q, " AND f.modality", f->modalities, f->modality_count);
    if (f->min_confidence > 0)
        fm_query_real(q, " AND f.confidence >= ", f->min_confidence);
    for (size_t i = 0; i < f->who_count; i++)
        if (!leads(skip, FM_LEAD_WHO) || skip->who != i)
            add_who(q, &f->whos[i]);
}

/* --- what leads ---------------------------------------------------------------------- */

static void from_who(struct fm_query *q, const struct fm_who *who,
                     const struct fm_filter *f)
{
    if (who->n == 1) {
        fm_query_int(q,
                     " FROM participant p CROSS JOIN fact f"
                     " ON f.sequence = p.fact WHERE p.who = ",
                     who->ids[0]);
        add_range(q, "p.fact", &f->sequence);
    } else {
        fm_query_in(q,
                    " FROM fact f WHERE f.sequence IN"
                    " (SELECT p.fact FROM participant p WHERE p.who",
                    who->ids, who->n);
    }
    if (who->roles != FM_ROLE_ANY)
        fm_query_int(q, " AND p.marks & ", who->roles);
    if (who->n != 1)
        fm_query_add(q, ")");
}

/* Facts whose time overlaps, class by class of its length: each is a short
 * range of the index, however long the longest interval is. */
static void from_time(struct fm_query *q, const struct fm_range *time)
{
    fm_query_add(q, " FROM (VALUES ");
    for (int32_t i = 0; i < FM_INTERVAL_SPANS; i++) {
        int64_t from = time->from;
        int64_t longest = fm_interval_longest(i);

        from = from > INT64_MIN + longest ? from - longest : INT64_MIN;
        fm_query_int(q, i > 0 ? ",(" : "(", i);
        fm_query_int(q, ",", from);
        fm_query_add(q, ")");
    }
    fm_query_int(q,
                 ") c CROSS JOIN fact f INDEXED BY fact_span"
                 " ON f.time_span = c.column1 AND f.time_start > c.column2"
                 " AND f.time_start < ",
                 time->to);
    fm_query_int(q, " WHERE f.time_end > ", time->from);
}

static void from_text(struct fm_query *q, struct fm_str match)
{
    fm_query_text(q,
                  " FROM search s CROSS JOIN fact f"
                  " ON f.sequence >= (s.rowid >> 6)"
                  " AND f.sequence <= (s.rowid >> 6) + (s.rowid & 63)"
                  " WHERE s.search MATCH ",
                  match);
}

static void from_lead(struct fm_query *q, const struct fm_filter *f,
                      const struct fm_plan *plan, const char *index)
{
    switch (plan->lead) {
    case FM_LEAD_SCAN:
        fm_query_add(q, " FROM fact f");
        if (index != NULL) {
            fm_query_add(q, " INDEXED BY ");
            fm_query_add(q, index);
        } else {
            fm_query_add(q, " NOT INDEXED");
        }
        fm_query_add(q, " WHERE 1");
        break;
    case FM_LEAD_TEXT: from_text(q, f->match); break;
    case FM_LEAD_WHO: from_who(q, &f->whos[plan->who], f); break;
    case FM_LEAD_ARTICLE:
        fm_query_in(q, " FROM fact f INDEXED BY fact_article WHERE f.article",
                    f->articles, f->article_count);
        break;
    case FM_LEAD_PREDICATE:
        fm_query_text(
            q, " FROM fact f INDEXED BY fact_predicate WHERE f.predicate = ",
            f->predicate);
        break;
    case FM_LEAD_SOURCE:
        fm_query_int(q, " FROM fact f INDEXED BY fact_source WHERE f.source = ",
                     f->source);
        break;
    case FM_LEAD_KIND:
        fm_query_int(q, " FROM fact f INDEXED BY fact_kind WHERE f.kind = ",
                     f->kinds[0]);
        break;
    case FM_LEAD_TIME: from_time(q, &f->time); break;
    case FM_LEAD_PUBLISHED:
        fm_query_add(q, " FROM fact f INDEXED BY fact_published"
                        " WHERE f.published_us IS NOT NULL");
        add_range(q, "f.published_us", &f->published);
        break;
    }
}

void fm_filter_sql(struct fm_query *q, const struct fm_filter *f,
                   const struct fm_plan *plan, const char *index)
{
    from_lead(q, f, plan, index);
    fm_filter_conditions(q, f, plan);
}

/* --- the choice ------------------------------------------------------------------------ */

static bool offers(const struct fm_filter *f, enum fm_lead lead)
{
    switch (lead) {
    case FM_LEAD_SCAN: return true;
    case FM_LEAD_TEXT: return f->match.len > 0;
    case FM_LEAD_WHO: return f->who_count > 0;
    case FM_LEAD_ARTICLE: return f->article_count > 0;
    case FM_LEAD_PREDICATE: return f->predicate.len > 0;
    case FM_LEAD_SOURCE: return f->source != 0;
    case FM_LEAD_KIND: return f->kind_count == 1;
    case FM_LEAD_TIME: return has_range(&f->time);
    case FM_LEAD_PUBLISHED: return has_range(&f->published);
    }
    return false;
}

/* Gives rows in the order of sequence by itself. */
static bool keeps_order(const struct fm_filter *f, const struct fm_plan *plan)
{
    switch (plan->lead) {
    case FM_LEAD_WHO:
    case FM_LEAD_PREDICATE:
    case FM_LEAD_SOURCE:
    case FM_LEAD_KIND:
    case FM_LEAD_SCAN: return true;
    case FM_LEAD_ARTICLE: return f->article_count == 1;
    case FM_LEAD_TEXT:
    case FM_LEAD_TIME:
    case FM_LEAD_PUBLISHED: break;
    }
    return false;
}

/* How many rows the lead has, counted in its index up to limit. */
static enum fm_error count(struct fm_reader *r, const struct fm_filter *f,
                           const struct fm_plan *plan, int64_t limit,
                           struct fm_why *why, int64_t *ret)
{
    struct fm_stmt *st = NULL;
    struct fm_query q;
    bool found = false;
    enum fm_error e;

    fm_query_init(&q);
    fm_query_add(&q, "SELECT count(*) FROM (SELECT 1");
    if (plan->lead == FM_LEAD_WHO)
        fm_query_in(&q, " FROM participant WHERE who", f->whos[plan->who].ids,
                    f->whos[plan->who].n);
    else
        from_lead(&q, f, plan, NULL);
    fm_query_int(&q, " LIMIT ", limit);
    fm_query_add(&q, ")");
    e = fm_query_start(r, &q, why, &st);
    if (e == FM_OK)
        e = fm_stmt_number(st, why, &found, ret);
    fm_query_release(&q);
    return e;
}

static enum fm_error weigh(struct fm_reader *r, const struct fm_filter *f,
                           const struct fm_plan *plan, int64_t few,
                           struct fm_why *why, struct fm_plan *best,
                           int64_t *best_rows)
{
    int64_t rows = few;
    enum fm_error e = count(r, f, plan, few, why, &rows);

    if (e == FM_OK && rows < *best_rows) {
        *best_rows = rows;
        *best = *plan;
    }
    return e;
}

/* Counted in the order of enum fm_lead, which is that of what is usually the
 * shortest. Full text always leads: nothing can be tested against it. */
enum fm_error fm_filter_plan(struct fm_reader *r, const struct fm_filter *f,
                             bool sorted, struct fm_why *why,
                             struct fm_plan *ret)
{
    int64_t few = sorted ? FEW_SORTED : FEW_UNSORTED;
    int64_t rows = few;
    struct fm_plan best = {.lead = FM_LEAD_SCAN};
    struct fm_plan first = {.lead = FM_LEAD_SCAN};
    enum fm_error e = FM_OK;

    if (offers(f, FM_LEAD_TEXT)) {
        ret->lead = FM_LEAD_TEXT;
        return FM_OK;
    }
    for (enum fm_lead lead = FM_LEAD_WHO; lead <= FM_LEAD_PUBLISHED; lead++) {
        struct fm_plan plan = {.lead = lead};
        size_t n = lead == FM_LEAD_WHO ? f->who_count : 1;

        if (!offers(f, lead))
            continue;
        for (plan.who = 0; e == FM_OK && plan.who < n; plan.who++) {
            if (first.lead == FM_LEAD_SCAN && keeps_order(f, &plan))
                first = plan;
            /* A handful needs no better. */
            if (rows > 64)
                e = weigh(r, f, &plan, few, why, &best, &rows);
        }
    }
    if (e != FM_OK)
        return e;
    /* All are long: walk in order, and of those that can the first. */
    *ret = rows < few ? best : first;
    if (rows >= few && !sorted)
        ret->lead = FM_LEAD_SCAN;
    return FM_OK;
}
