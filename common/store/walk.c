#include "store/walk_priv.h"

/* A participant in so few facts leads in any case; of several the one with the
 * fewest, counted up to here, does. */
#define MANY 100000

static uint32_t bits_of(const int64_t *v, size_t n)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < n; i++)
        bits |= UINT32_C(1) << v[i];
    return bits;
}

/* A predicate that is in no digest is in no fact. */
static enum fm_error find_predicate(struct fm_walk *w, struct fm_why *why)
{
    struct fm_stmt *st = NULL;
    bool found = false;
    enum fm_error e;

    if (w->filter.predicate.len == 0)
        return FM_OK;
    e = fm_reader_stmt(w->r, "SELECT predicate FROM predicate WHERE lemma=?",
                       why, &st);
    if (e != FM_OK)
        return e;
    fm_stmt_text(st, 1, w->filter.predicate);
    e = fm_stmt_number(st, why, &found, &w->predicate);
    if (e == FM_OK && !found)
        w->filter.impossible = true;
    return e;
}

enum fm_error fm_walk_init(struct fm_walk *w, struct fm_reader *r,
                           const Factmill__V1__FactFilter *filter,
                           struct fm_why *why)
{
    enum fm_error e;

    memset(w, 0, sizeof *w);
    w->r = r;
    e = fm_filter_resolve(r, filter, why, &w->filter);
    if (e == FM_OK)
        e = find_predicate(w, why);
    w->kinds = bits_of(w->filter.kinds, w->filter.kind_count);
    w->modalities = bits_of(w->filter.modalities, w->filter.modality_count);
    return e;
}

/* --- conditions on a record --------------------------------------------------------------- */

static bool is_open(const struct fm_range *range)
{
    return range->from == INT64_MIN && range->to == INT64_MAX;
}

static bool takes_part(const struct fm_record *record, const struct fm_who *who)
{
    int64_t id = 0;
    uint32_t roles = 0;
    size_t at = 0;

    while (fm_record_next(record, &at, &id, &roles))
        for (size_t i = 0; (roles & who->roles) != 0 && i < who->n; i++)
            if (who->ids[i] == id)
                return true;
    return false;
}

static bool matches(const struct fm_walk *w, const struct fm_record *record)
{
    const struct fm_filter *f = &w->filter;

    if (w->kinds != 0 && (w->kinds >> record->kind & 1) == 0)
        return false;
    if (w->modalities != 0 && (w->modalities >> record->modality & 1) == 0)
        return false;
    if ((f->polarity != 0 && f->polarity != record->polarity) ||
        (w->predicate != 0 && w->predicate != record->predicate) ||
        (double)record->confidence < f->min_confidence)
        return false;
    if (!is_open(&f->time) &&
        (!record->timed || record->time_start >= f->time.to ||
         record->time_end <= f->time.from))
        return false;
    for (size_t i = 0; i < f->who_count; i++)
        if (f->whos[i].n > 0 && !takes_part(record, &f->whos[i]))
            return false;
    return true;
}

/* Of the whole change. */
static bool change_matches(const struct fm_filter *f,
                           const struct fm_record *record, int64_t retracted)
{
    if (f->source != 0 && f->source != record->source)
        return false;
    if (!is_open(&f->published) && (record->published_us == INT64_MIN ||
                                    record->published_us < f->published.from ||
                                    record->published_us >= f->published.to))
        return false;
    return f->include_retracted || retracted == 0 ||
           (f->as_of != 0 && retracted > f->as_of);
}

/* --- digests ------------------------------------------------------------------------------- */

#define COLUMNS                                                     \
 "SELECT d.last, d.added, d.source, d.published_us, d.recorded_us," \
 " d.retracted, d.bytes FROM "

struct digest {
    int64_t last; /* 0 = none */
    int64_t added;
    int64_t retracted;
    struct fm_record change; /* what its records have in common */
    struct fm_str bytes;
    bool matches;
    /* Where its records were read up to. */
    size_t at;
    int64_t next;
};

static void read_digest(const struct fm_walk *w, const struct fm_stmt *st,
                        struct digest *d)
{
    memset(d, 0, sizeof *d);
    d->last = fm_stmt_col_int(st, 0);
    d->added = fm_stmt_col_int(st, 1);
    d->change.change = d->last;
    d->change.source = fm_stmt_col_int(st, 2);
    d->change.published_us = fm_stmt_col_int_or(st, 3, INT64_MIN);
    d->change.recorded_us = fm_stmt_col_int(st, 4);
    d->retracted = fm_stmt_col_int(st, 5);
    d->bytes = fm_stmt_col_str(st, 6);
    d->matches = change_matches(&w->filter, &d->change, d->retracted);
    d->next = d->added;
}

/* The next record of the digest; false at its end. */
static bool next_record(struct fm_walk *w, struct digest *d,
                        struct fm_record *ret)
{
    *ret = d->change;
    if (!fm_digest_next(d->bytes, &d->at, ret))
        return false;
    ret->sequence = d->next++;
    w->looked++;
    return true;
}

/* Every record of it. */
static bool give_all(struct fm_walk *w, struct digest *d)
{
    const struct fm_range *sequence = &w->filter.sequence;
    struct fm_record record;

    if (!d->matches || d->added >= sequence->to || d->last < sequence->from)
        return true;
    while (next_record(w, d, &record)) {
        if (record.sequence < sequence->from || record.sequence >= sequence->to)
            continue;
        if (matches(w, &record) && !w->each(w->user, &record))
            return false;
    }
    return true;
}

/* --- by changes: all, of a source, of a range of publication ----------------------------------- */

static void select_changes(const struct fm_walk *w, struct fm_query *q)
{
    const struct fm_filter *f = &w->filter;

    if (f->source != 0) {
        fm_query_int(q,
                     COLUMNS "change c INDEXED BY change_source CROSS JOIN"
                             " digest d ON d.last=c.last WHERE c.source = ",
                     f->source);
    } else if (!is_open(&f->published)) {
        fm_query_add(q, COLUMNS "change c INDEXED BY change_published"
                                " CROSS JOIN digest d ON d.last=c.last"
                                " WHERE c.published_us IS NOT NULL");
        if (f->published.from != INT64_MIN)
            fm_query_int(q, " AND c.published_us >= ", f->published.from);
        if (f->published.to != INT64_MAX)
            fm_query_int(q, " AND c.published_us < ", f->published.to);
        return;
    } else {
        fm_query_add(q, COLUMNS "digest d WHERE 1");
    }
    if (f->sequence.from != INT64_MIN)
        fm_query_int(q, " AND d.last >= ", f->sequence.from);
    if (f->sequence.to != INT64_MAX)
        fm_query_int(q, " AND d.added < ", f->sequence.to);
    fm_query_add(q, " ORDER BY d.last");
}

static enum fm_error by_changes(struct fm_walk *w, struct fm_why *why)
{
    struct fm_stmt *st = NULL;
    struct digest digest;
    struct fm_query q;
    bool row = false;
    bool go_on = true;
    enum fm_error e;

    fm_query_init(&q);
    select_changes(w, &q);
    e = fm_query_start(w->r, &q, why, &st);
    while (e == FM_OK && go_on && (e = fm_stmt_step(st, why, &row)) == FM_OK &&
           row) {
        read_digest(w, st, &digest);
        go_on = give_all(w, &digest);
    }
    if (st != NULL)
        fm_stmt_reset(st);
    fm_query_release(&q);
    return e;
}

/* --- by numbers of facts, ascending ------------------------------------------------------------ */

/* The digest that holds a fact is the first whose last is not below it. st stays
 * at its row, so that the bytes do. */
static enum fm_error find_digest(struct fm_walk *w, int64_t sequence,
                                 struct fm_stmt **st, struct fm_why *why,
                                 struct digest *d)
{
    bool row = false;
    enum fm_error e =
        fm_reader_stmt(w->r,
                       COLUMNS "digest d WHERE d.last>=? ORDER BY d.last"
                               " LIMIT 1",
                       why, st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(*st, 1, sequence);
    e = fm_stmt_step(*st, why, &row);
    if (e != FM_OK)
        return e;
    if (!row || fm_stmt_col_int(*st, 1) > sequence)
        return fm_fail(FM_ECORRUPT, why, "STORE_CORRUPT",
                       "fact number %lld is in no digest", (long long)sequence);
    read_digest(w, *st, d);
    return FM_OK;
}

static enum fm_error give_one(struct fm_walk *w, int64_t sequence,
                              struct digest *d, struct fm_why *why,
                              bool *ret_go_on)
{
    struct fm_record record;

    while (d->next <= sequence) {
        if (!next_record(w, d, &record))
            return fm_fail(FM_ECORRUPT, why, "STORE_CORRUPT",
                           "the digest of change %lld is damaged",
                           (long long)d->last);
        if (record.sequence == sequence && d->matches && matches(w, &record))
            *ret_go_on = w->each(w->user, &record);
    }
    return FM_OK;
}

/* q gives numbers of facts in ascending order. */
static enum fm_error by_numbers(struct fm_walk *w, const struct fm_query *q,
                                struct fm_why *why)
{
    struct fm_stmt *numbers = NULL;
    struct fm_stmt *st = NULL;
    struct digest digest = {.last = 0};
    bool row = false;
    bool go_on = true;
    enum fm_error e = fm_query_start(w->r, q, why, &numbers);

    while (e == FM_OK && go_on &&
           (e = fm_stmt_step(numbers, why, &row)) == FM_OK && row) {
        int64_t sequence = fm_stmt_col_int(numbers, 0);

        if (sequence > digest.last)
            e = find_digest(w, sequence, &st, why, &digest);
        if (e == FM_OK)
            e = give_one(w, sequence, &digest, why, &go_on);
    }
    if (numbers != NULL)
        fm_stmt_reset(numbers);
    if (st != NULL)
        fm_stmt_reset(st);
    return e;
}

static void limit_sequence(const struct fm_walk *w, const char *column,
                           struct fm_query *q)
{
    const struct fm_range *range = &w->filter.sequence;

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

static enum fm_error by_who(struct fm_walk *w, size_t which, struct fm_why *why)
{
    const struct fm_who *who = &w->filter.whos[which];
    struct fm_query q;
    enum fm_error e;

    fm_query_init(&q);
    fm_query_add(&q, who->n > 1 ? "SELECT DISTINCT" : "SELECT");
    fm_query_in(&q, " fact FROM participant WHERE who", who->ids, who->n);
    if (who->roles != FM_ROLE_ANY)
        fm_query_int(&q, " AND marks & ", who->roles);
    limit_sequence(w, "fact", &q);
    fm_query_add(&q, " ORDER BY fact");
    e = by_numbers(w, &q, why);
    fm_query_release(&q);
    return e;
}

static enum fm_error by_predicate(struct fm_walk *w, struct fm_why *why)
{
    struct fm_query q;
    enum fm_error e;

    fm_query_init(&q);
    fm_query_text(&q,
                  "SELECT sequence FROM fact INDEXED BY fact_predicate"
                  " WHERE predicate = ",
                  w->filter.predicate);
    limit_sequence(w, "sequence", &q);
    fm_query_add(&q, " ORDER BY sequence");
    e = by_numbers(w, &q, why);
    fm_query_release(&q);
    return e;
}

/* With every condition, by the lead that a list would take. */
static enum fm_error by_filter(struct fm_walk *w, const struct fm_plan *plan,
                               struct fm_why *why)
{
    struct fm_query q;
    enum fm_error e;

    fm_query_init(&q);
    fm_query_add(&q, "SELECT f.sequence");
    fm_filter_sql(&q, &w->filter, plan);
    fm_query_add(&q, plan->one ? " ORDER BY p.fact" : " ORDER BY f.sequence");
    e = by_numbers(w, &q, why);
    fm_query_release(&q);
    return e;
}

/* --- the choice ---------------------------------------------------------------------------------- */

static enum fm_error count_who(struct fm_walk *w, const struct fm_who *who,
                               int64_t limit, struct fm_why *why, int64_t *ret)
{
    struct fm_stmt *st = NULL;
    struct fm_query q;
    bool found = false;
    enum fm_error e;

    fm_query_init(&q);
    fm_query_add(&q, "SELECT count(*) FROM (SELECT 1 FROM participant");
    fm_query_in(&q, " WHERE who", who->ids, who->n);
    fm_query_int(&q, " LIMIT ", limit);
    fm_query_add(&q, ")");
    e = fm_query_start(w->r, &q, why, &st);
    if (e == FM_OK)
        e = fm_stmt_number(st, why, &found, ret);
    fm_query_release(&q);
    return e;
}

/* The who with the fewest facts. */
static enum fm_error choose_who(struct fm_walk *w, struct fm_why *why,
                                size_t *ret)
{
    int64_t fewest = MANY;
    enum fm_error e = FM_OK;

    *ret = 0;
    for (size_t i = 0;
         e == FM_OK && w->filter.who_count > 1 && i < w->filter.who_count;
         i++) {
        int64_t n = 0;

        e = count_who(w, &w->filter.whos[i], fewest, why, &n);
        if (e == FM_OK && n < fewest) {
            fewest = n;
            *ret = i;
        }
    }
    return e;
}

/* What no record can answer. */
static bool needs_sql(const struct fm_filter *f)
{
    bool needs = f->match.len > 0 || f->article_count > 0;

    for (size_t i = 0; i < f->who_count; i++)
        needs |= f->whos[i].n == 0;
    return needs;
}

enum fm_error fm_walk_run(struct fm_walk *w, fm_walk_each *each, void *user,
                          struct fm_why *why)
{
    static const struct fm_order by_sequence = {.descending = false};
    struct fm_plan plan = {.lead = FM_LEAD_SCAN};
    size_t who = 0;
    enum fm_error e;

    w->each = each;
    w->user = user;
    if (w->filter.impossible)
        return FM_OK;
    e = fm_filter_plan(w->r, &w->filter, &by_sequence, false, why, &plan);
    if (e != FM_OK)
        return e;
    if (needs_sql(&w->filter) || plan.lead == FM_LEAD_TIME)
        return by_filter(w, &plan, why);
    if (w->filter.who_count > 0) {
        e = choose_who(w, why, &who);
        return e == FM_OK ? by_who(w, who, why) : e;
    }
    return w->predicate != 0 && plan.lead == FM_LEAD_PREDICATE
               ? by_predicate(w, why)
               : by_changes(w, why);
}
