#include "store/filter_priv.h"
#include "store/interval.h"

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
    if (who->n == 0) {
        fm_query_int(q, " AND fm_words(fm_fact(f.sequence, f.id, f.fact), ",
                     who->roles);
        fm_query_text(q, ", ", who->words);
        fm_query_add(q, ")");
        return;
    }
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

const char *fm_filter_row(const struct fm_plan *plan)
{
    if (plan->one)
        return "p.fact";
    /* The plus keeps SQLite from using it to bound the walk through f. */
    return plan->ranges ? "+f.sequence" : "f.sequence";
}

/* The same words as a condition on a fact that was found otherwise. */
static void add_text(struct fm_query *q, struct fm_str match)
{
    fm_query_text(
        q, " AND EXISTS (SELECT 1 FROM search s WHERE s.search MATCH ", match);
    fm_query_add(q, " AND s.rowid > (f.sequence - 64) * 64"
                    " AND s.rowid < (f.sequence + 1) * 64"
                    " AND (s.rowid >> 6) + (s.rowid & 63) >= f.sequence)");
}

static void add_conditions(struct fm_query *q, const struct fm_filter *f,
                           const struct fm_plan *plan)
{
    add_range(q, fm_filter_row(plan), &f->sequence);
    add_force(q, f);
    if (f->article_count > 0 && !leads(plan, FM_LEAD_ARTICLE))
        fm_query_in(q, " AND f.article", f->articles, f->article_count);
    if (f->predicate.len > 0 && !leads(plan, FM_LEAD_PREDICATE))
        fm_query_text(q, " AND f.predicate = ", f->predicate);
    if (f->source != 0 && !leads(plan, FM_LEAD_SOURCE))
        fm_query_int(q, " AND f.source = ", f->source);
    if (f->kind_count > 0)
        fm_query_in(q, " AND f.kind", f->kinds, f->kind_count);
    if (!leads(plan, FM_LEAD_TIME))
        add_time(q, &f->time);
    if (f->match.len > 0 && leads(plan, FM_LEAD_RETRACTED))
        add_text(q, f->match);
    if (!leads(plan, FM_LEAD_PUBLISHED))
        add_range(q, "f.published_us", &f->published);
    if (f->polarity != 0)
        fm_query_int(q, " AND f.polarity = ", f->polarity);
    if (f->modality_count > 0)
        fm_query_in(q, " AND f.modality", f->modalities, f->modality_count);
    if (f->min_confidence > 0)
        fm_query_real(q, " AND f.confidence >= ", f->min_confidence);
    for (size_t i = 0; i < f->who_count; i++)
        if (!leads(plan, FM_LEAD_WHO) || plan->who != i)
            add_who(q, &f->whos[i]);
}

void fm_filter_conditions(struct fm_query *q, const struct fm_filter *f)
{
    static const struct fm_plan plan = {.lead = FM_LEAD_TEXT, .ranges = true};

    add_conditions(q, f, &plan);
}

/* --- what leads ---------------------------------------------------------------------- */

static void from_who(struct fm_query *q, const struct fm_filter *f,
                     const struct fm_plan *plan)
{
    const struct fm_who *who = &f->whos[plan->who];

    if (plan->timed) {
        fm_query_int(q,
                     " FROM participant p INDEXED BY participant_time"
                     " CROSS JOIN fact f ON f.sequence = p.fact"
                     " WHERE p.time_start IS NOT NULL AND p.who = ",
                     who->ids[0]);
        if (f->time.to != INT64_MAX)
            fm_query_int(q, " AND p.time_start < ", f->time.to);
    } else if (who->n == 1) {
        fm_query_int(q,
                     " FROM participant p CROSS JOIN fact f"
                     " ON f.sequence = p.fact WHERE p.who = ",
                     who->ids[0]);
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

static void from_text(struct fm_query *q, const struct fm_filter *f)
{
    fm_query_text(q,
                  " FROM search s CROSS JOIN fact f"
                  " ON f.sequence >= (s.rowid >> 6)"
                  " AND f.sequence <= (s.rowid >> 6) + (s.rowid & 63)"
                  " WHERE s.search MATCH ",
                  f->match);
    /* The sentences that may hold facts of the range: see fm_sentence_row. */
    if (f->sequence.from > FM_SENTENCE_MAX)
        fm_query_int(q, " AND s.rowid >= ",
                     fm_sentence_row(f->sequence.from - FM_SENTENCE_MAX, 1));
    if (f->sequence.to < INT64_MAX / FM_SENTENCE_MAX)
        fm_query_int(q, " AND s.rowid < ", fm_sentence_row(f->sequence.to, 1));
}

static void from_retracted(struct fm_query *q, const struct fm_range *range)
{
    fm_query_add(q, " FROM fact f INDEXED BY fact_retracted"
                    " WHERE f.retracted IS NOT NULL");
    add_range(q, "f.retracted", range);
}

/* Facts by the changes that added them. index: of table change. */
static void from_change(struct fm_query *q, const struct fm_filter *f,
                        const char *index)
{
    fm_query_add(q, " FROM change c ");
    fm_query_add(q, index != NULL ? "INDEXED BY " : "NOT INDEXED");
    fm_query_add(q, index != NULL ? index : "");
    fm_query_add(q, " CROSS JOIN fact f ON f.sequence >= c.added"
                    " AND f.sequence <= c.last WHERE 1");
    if (f->sequence.from != INT64_MIN)
        fm_query_int(q, " AND c.last >= ", f->sequence.from);
    if (f->sequence.to != INT64_MAX)
        fm_query_int(q, " AND c.added < ", f->sequence.to);
}

static int64_t kind_bits(const struct fm_filter *f)
{
    int64_t bits = 0;

    for (size_t i = 0; i < f->kind_count; i++)
        bits |= INT64_C(1) << f->kinds[i];
    return bits;
}

static void from_scan(struct fm_query *q, const struct fm_filter *f,
                      const struct fm_plan *plan)
{
    const struct fm_order *o = plan->order;

    if (o != NULL && o->change_index != NULL) {
        from_change(q, f, o->change_index);
        return;
    }
    fm_query_add(q, " FROM fact f ");
    fm_query_add(q,
                 o != NULL && o->index != NULL ? "INDEXED BY " : "NOT INDEXED");
    fm_query_add(q, o != NULL && o->index != NULL ? o->index : "");
    fm_query_add(q, " WHERE 1");
}

static void from_lead(struct fm_query *q, const struct fm_filter *f,
                      const struct fm_plan *plan)
{
    switch (plan->lead) {
    case FM_LEAD_SCAN: from_scan(q, f, plan); break;
    case FM_LEAD_TEXT: from_text(q, f); break;
    case FM_LEAD_WHO: from_who(q, f, plan); break;
    case FM_LEAD_ARTICLE:
        from_change(q, f, "change_article");
        fm_query_in(q, " AND c.article", f->articles, f->article_count);
        break;
    case FM_LEAD_PREDICATE:
        fm_query_text(
            q, " FROM fact f INDEXED BY fact_predicate WHERE f.predicate = ",
            f->predicate);
        break;
    case FM_LEAD_SOURCE:
        from_change(q, f, "change_source");
        fm_query_int(q, " AND c.source = ", f->source);
        break;
    case FM_LEAD_TIME: from_time(q, &f->time); break;
    case FM_LEAD_PUBLISHED:
        from_change(q, f, "change_published");
        add_range(q, "c.published_us", &f->published);
        break;
    case FM_LEAD_KIND:
        from_change(q, f, NULL);
        fm_query_int(q, " AND c.kinds & ", kind_bits(f));
        break;
    case FM_LEAD_RETRACTED: from_retracted(q, &plan->retracted); break;
    }
}

void fm_filter_sql(struct fm_query *q, const struct fm_filter *f,
                   const struct fm_plan *plan)
{
    from_lead(q, f, plan);
    add_conditions(q, f, plan);
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
    case FM_LEAD_TIME: return has_range(&f->time);
    case FM_LEAD_PUBLISHED: return has_range(&f->published);
    case FM_LEAD_KIND: return f->kind_count > 0;
    case FM_LEAD_RETRACTED: break;
    }
    return false;
}

/* Gives rows in the order of sequence by itself. */
static bool keeps_order(const struct fm_filter *f, enum fm_lead lead)
{
    switch (lead) {
    case FM_LEAD_SCAN:
    case FM_LEAD_WHO:
    case FM_LEAD_PREDICATE:
    case FM_LEAD_SOURCE:
    case FM_LEAD_KIND: return true;
    case FM_LEAD_ARTICLE: return f->article_count == 1;
    case FM_LEAD_TEXT:
    case FM_LEAD_TIME:
    case FM_LEAD_PUBLISHED:
    case FM_LEAD_RETRACTED: break;
    }
    return false;
}

static bool by_ranges(const struct fm_plan *plan)
{
    switch (plan->lead) {
    case FM_LEAD_TEXT:
    case FM_LEAD_ARTICLE:
    case FM_LEAD_SOURCE:
    case FM_LEAD_PUBLISHED:
    case FM_LEAD_KIND: return true;
    case FM_LEAD_SCAN:
        return plan->order != NULL && plan->order->change_index != NULL;
    case FM_LEAD_WHO:
    case FM_LEAD_PREDICATE:
    case FM_LEAD_TIME:
    case FM_LEAD_RETRACTED: break;
    }
    return false;
}

bool fm_filter_selects(const struct fm_filter *f)
{
    for (size_t i = 0; i < f->who_count; i++)
        if (f->whos[i].n == 0)
            return false; /* only the words lead to it */
    for (enum fm_lead lead = FM_LEAD_WHO; lead <= FM_LEAD_PUBLISHED; lead++)
        if (offers(f, lead))
            return true;
    return false;
}

/* How many rows the lead has, counted in its index up to limit; of changes,
 * which have some facts each, as many are looked at. */
static enum fm_error count(struct fm_reader *r, const struct fm_filter *f,
                           const struct fm_plan *plan, int64_t limit,
                           struct fm_why *why, int64_t *ret)
{
    struct fm_stmt *st = NULL;
    struct fm_query q;
    bool found = false;
    enum fm_error e;

    fm_query_init(&q);
    if (plan->lead == FM_LEAD_SOURCE || plan->lead == FM_LEAD_ARTICLE ||
        plan->lead == FM_LEAD_PUBLISHED) {
        fm_query_add(&q, "SELECT ifnull(sum(last - added + 1), 0)"
                         " FROM (SELECT c.last, c.added FROM change c WHERE 1");
        if (plan->lead == FM_LEAD_SOURCE)
            fm_query_int(&q, " AND c.source = ", f->source);
        else if (plan->lead == FM_LEAD_ARTICLE)
            fm_query_in(&q, " AND c.article", f->articles, f->article_count);
        else
            add_range(&q, "c.published_us", &f->published);
    } else {
        fm_query_add(&q, "SELECT count(*) FROM (SELECT 1");
        if (plan->lead == FM_LEAD_WHO)
            fm_query_in(&q, " FROM participant WHERE who",
                        f->whos[plan->who].ids, f->whos[plan->who].n);
        else
            from_lead(&q, f, plan);
    }
    fm_query_int(&q, " LIMIT ", limit);
    fm_query_add(&q, ")");
    e = fm_query_start(r, &q, why, &st);
    if (e == FM_OK)
        e = fm_stmt_number(st, why, &found, ret);
    fm_query_release(&q);
    return e;
}

struct choice {
    int64_t few;
    struct fm_plan best; /* the shortest */
    int64_t rows;        /* of best; few = none is short */
    struct fm_plan walk; /* the first that keeps the order of sequence */
};

static enum fm_error weigh(struct fm_reader *r, const struct fm_filter *f,
                           enum fm_lead lead, struct fm_why *why,
                           struct choice *c)
{
    struct fm_plan plan = {.lead = lead};
    size_t n = lead == FM_LEAD_WHO ? f->who_count : 1;
    enum fm_error e = FM_OK;

    for (; e == FM_OK && plan.who < n; plan.who++) {
        int64_t rows = c->few;

        if (c->walk.lead == FM_LEAD_SCAN && keeps_order(f, lead))
            c->walk = plan;
        /* A handful needs no better; every kind has many. */
        if (c->rows <= 64 || lead == FM_LEAD_KIND)
            continue;
        e = count(r, f, &plan, c->few, why, &rows);
        if (e == FM_OK && rows < c->rows) {
            c->rows = rows;
            c->best = plan;
        }
    }
    return e;
}

static bool names_one(const struct fm_filter *f, const struct fm_plan *plan)
{
    return plan->lead == FM_LEAD_WHO && f->whos[plan->who].n == 1;
}

/* Weighed in the order of enum fm_lead, which is that of what is usually the
 * shortest. Full text always leads: nothing can be tested against it. When all
 * are long, rows are walked in the order asked for, by the first lead that can,
 * or by the order's own index. */
enum fm_error fm_filter_plan(struct fm_reader *r, const struct fm_filter *f,
                             const struct fm_order *order, bool nulls,
                             struct fm_why *why, struct fm_plan *ret)
{
    bool sorted = order->key == NULL || nulls;
    bool by_time = order->participant_key != NULL && !nulls;
    struct choice c = {.few = sorted ? r->few_sorted : r->few_unsorted};
    struct fm_plan plan = {.lead = FM_LEAD_TEXT};
    enum fm_error e = FM_OK;

    c.rows = c.few;
    if (!offers(f, FM_LEAD_TEXT)) {
        for (enum fm_lead lead = FM_LEAD_WHO;
             e == FM_OK && lead <= FM_LEAD_KIND; lead++)
            if (offers(f, lead))
                e = weigh(r, f, lead, why, &c);
        plan = c.rows < c.few ? c.best : c.walk;
        if (c.rows >= c.few && !sorted && !(by_time && names_one(f, &plan)))
            plan.lead = FM_LEAD_SCAN;
    }
    if (e != FM_OK)
        return e;
    /* Rows without a key are in no index but that of the changes. */
    if (plan.lead == FM_LEAD_SCAN && (!nulls || order->change_index != NULL))
        plan.order = order;
    plan.few = c.rows < c.few;
    plan.one = names_one(f, &plan);
    plan.timed = plan.one && (by_time || (plan.few && has_range(&f->time)));
    plan.ranges = by_ranges(&plan);
    plan.walks = sorted && keeps_order(f, plan.lead) && plan.ranges;
    *ret = plan;
    return FM_OK;
}
