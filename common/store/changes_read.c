/* Changes to facts by their numbers: a fact that was added, or one that was
 * taken back. What a watch reads until it has caught up. */
#include "store/filter_priv.h"

/* Numbers that one call looks at: some tens of milliseconds when every one of
 * them has to be read. */
#define STRETCH INT64_C(65536)

struct numbers {
    int64_t *items;
    size_t n;
};

static enum fm_error collect(struct fm_reader *r, const struct fm_query *q,
                             size_t max, struct fm_why *why,
                             struct numbers *ret)
{
    struct fm_stmt *st = NULL;
    bool row = false;
    enum fm_error e;

    ret->n = 0;
    ret->items = fm_arena_array(&r->arena, max, sizeof *ret->items);
    if (ret->items == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for changes");
    e = fm_query_start(r, q, why, &st);
    while (e == FM_OK && (e = fm_stmt_step(st, why, &row)) == FM_OK && row)
        ret->items[ret->n++] = fm_stmt_col_int(st, 0);
    return e;
}

/* One more than max, to know whether there are more. */
static enum fm_error added(struct fm_reader *r, const struct fm_filter *f,
                           size_t max, struct fm_why *why, struct numbers *ret)
{
    static const struct fm_order by_change = {.descending = false};
    static const struct fm_store_cursor begin = {.set = false};
    struct fm_plan plan = {.lead = FM_LEAD_SCAN};
    struct fm_query q;
    enum fm_error e = fm_filter_plan(r, f, &by_change, false, why, &plan);

    if (e != FM_OK)
        return e;
    fm_query_init(&q);
    fm_query_add(&q, "SELECT f.sequence");
    fm_filter_sql(&q, f, &plan);
    fm_order_sql(&q, &by_change, &plan, false, &begin, (int64_t)max + 1);
    e = collect(r, &q, max + 1, why, ret);
    fm_query_release(&q);
    return e;
}

/* Few facts are ever taken back, and those of a stretch are fewer: they are
 * read by their own index and tested. */
static enum fm_error taken_back(struct fm_reader *r, const struct fm_filter *f,
                                const struct fm_range *range, size_t max,
                                struct fm_why *why, struct numbers *ret)
{
    const struct fm_plan plan = {.lead = FM_LEAD_RETRACTED,
                                 .retracted = *range};
    struct fm_query q;
    enum fm_error e;

    fm_query_init(&q);
    fm_query_add(&q, "SELECT f.retracted");
    fm_filter_sql(&q, f, &plan);
    fm_query_int(&q, " ORDER BY f.retracted LIMIT ", (int64_t)max + 1);
    e = collect(r, &q, max + 1, why, ret);
    fm_query_release(&q);
    return e;
}

/* Both lists in one, ascending; up to max. */
static size_t merge(const struct numbers *a, const struct numbers *b,
                    size_t max, uint64_t *ret)
{
    size_t i = 0;
    size_t j = 0;
    size_t n = 0;

    while (n < max && (i < a->n || j < b->n)) {
        bool first = j == b->n || (i < a->n && a->items[i] < b->items[j]);

        ret[n++] = (uint64_t)(first ? a->items[i++] : b->items[j++]);
    }
    return n;
}

static enum fm_error look(struct fm_reader *r,
                          const struct fm_store_changes *ask,
                          const struct fm_range *range, struct fm_filter *f,
                          struct fm_why *why, struct numbers ret[2])
{
    size_t max = fm_read_page(ask->max);
    struct fm_filter changed = *f;
    enum fm_error e;

    if (ask->as_of != 0)
        fm_filter_pin(f, (int64_t)ask->as_of);
    else
        f->include_retracted = true;
    if (range->from > f->sequence.from)
        f->sequence.from = range->from;
    if (range->to < f->sequence.to)
        f->sequence.to = range->to;
    e = added(r, f, max, why, &ret[0]);
    /* A snapshot shows what was in force, and has no changes. */
    if (e != FM_OK || ask->as_of != 0)
        return e;
    changed.include_retracted = true;
    return taken_back(r, &changed, range, max, why, &ret[1]);
}

enum fm_error fm_read_changes(struct fm_reader *r,
                              const struct fm_store_changes *ask,
                              uint64_t *numbers, struct fm_why *why,
                              size_t *ret_n, uint64_t *ret_after)
{
    size_t max = fm_read_page(ask->max);
    struct numbers found[2] = {{NULL, 0}, {NULL, 0}};
    struct fm_range range;
    struct fm_filter f;
    size_t n;
    enum fm_error e;

    if (ask->upto > INT64_MAX - 1 || ask->after > ask->upto)
        return fm_fail(FM_EINVAL, why, NULL, "no such change");
    range.from = (int64_t)ask->after + 1;
    range.to = (int64_t)ask->upto + 1;
    if (range.to - range.from > STRETCH)
        range.to = range.from + STRETCH;
    /* Who follows changes is told of all in their order, a promotion's too. */
    r->hold = 0;
    e = fm_filter_resolve(r, ask->filter, why, &f);
    if (e == FM_OK && !f.impossible)
        e = look(r, ask, &range, &f, why, found);
    if (e != FM_OK)
        return e;
    n = merge(&found[0], &found[1], max, numbers);
    *ret_n = n;
    *ret_after = n == max ? numbers[n - 1] : (uint64_t)range.to - 1;
    return FM_OK;
}

/* --- one change ------------------------------------------------------------------- */

enum fm_error fm_read_change(struct fm_reader *r, uint64_t number,
                             uint64_t as_of, fm_store_each *each, void *user,
                             struct fm_why *why)
{
    static const char *const by[] = {
        "SELECT sequence, recorded_us, retracted,"
        " fm_fact(sequence, id, fact) FROM fact WHERE sequence=?",
        "SELECT sequence, recorded_us, retracted,"
        " fm_fact(sequence, id, fact) FROM fact WHERE retracted=?"};
    struct fm_store_row found = {.sequence = number};
    struct fm_stmt *st = NULL;
    bool row = false;
    int64_t retracted;
    enum fm_error e = FM_OK;

    if (number > INT64_MAX)
        number = 0;
    for (size_t i = 0; e == FM_OK && !row && i < 2; i++) {
        e = fm_reader_stmt(r, by[i], why, &st);
        if (e != FM_OK)
            break;
        fm_stmt_int(st, 1, (int64_t)number);
        e = fm_stmt_step(st, why, &row);
    }
    if (e != FM_OK)
        return e;
    if (!row)
        return fm_fail(FM_ENOTFOUND, why, "CHANGE_NOT_FOUND",
                       "there is no change number %llu",
                       (unsigned long long)number);
    retracted = fm_stmt_col_int(st, 2);
    if ((uint64_t)retracted > as_of)
        retracted = 0;
    found.stored = fm_stmt_col_str(st, 3);
    found.added = fm_read_added(r, fm_stmt_col_int(st, 0),
                                fm_stmt_col_int(st, 1), retracted);
    (void)each(user, &found);
    fm_stmt_reset(st);
    return FM_OK;
}

enum fm_error fm_read_last_change(struct fm_reader *r, struct fm_why *why,
                                  uint64_t *ret)
{
    struct fm_stmt *st = NULL;
    bool found = false;
    int64_t v = r->hold;
    enum fm_error e = fm_reader_stmt(r, "SELECT sequence FROM tally", why, &st);

    if (e == FM_OK && v == 0)
        e = fm_stmt_number(st, why, &found, &v);
    if (e == FM_OK)
        *ret = (uint64_t)v;
    return e;
}
