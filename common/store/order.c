#include "store/filter_priv.h"

/* By number of FactOrder. */
static const struct fm_order orders[] = {
    {.descending = true}, /* unspecified: as SEQUENCE_DESC */
    {.descending = true},
    {.descending = false},
    {.key = "f.time_start",
     .index = "fact_time",
     .participant_key = "p.time_start",
     .descending = true,
     .nullable = true},
    {.key = "f.time_start",
     .index = "fact_time",
     .participant_key = "p.time_start",
     .nullable = true},
    {.key = "f.published_us",
     .change_index = "change_published",
     .change_key = "c.published_us",
     .descending = true,
     .nullable = true},
    {.key = "f.published_us",
     .change_index = "change_published",
     .change_key = "c.published_us",
     .nullable = true},
    {.key = "f.confidence",
     .index = "fact_confidence",
     .descending = true,
     .real = true},
    {.key = "f.article",
     .change_index = "change_article",
     .change_key = "c.article"},
};

enum fm_error fm_order_of(Factmill__V1__FactOrder order, struct fm_why *why,
                          const struct fm_order **ret)
{
    if ((int)order < 0 || (size_t)order >= sizeof orders / sizeof orders[0])
        return fm_fail_field(FM_EINVAL, why, "order_by", "UNKNOWN_ORDER",
                             "there is no order number %d", (int)order);
    *ret = &orders[order];
    return FM_OK;
}

/* Walking the changes: where the one begins that holds the last row given. */
static void seek_change(struct fm_query *q, const struct fm_order *o,
                        const struct fm_store_cursor *after)
{
    if (o->descending)
        fm_query_int(q,
                     " AND c.last <= (SELECT n.last FROM change n"
                     " WHERE n.last >= ",
                     after->row);
    else
        fm_query_int(q, " AND c.last > ", after->row);
    if (o->descending)
        fm_query_add(q, " ORDER BY n.last LIMIT 1)");
}

static const char *key_of(const struct fm_order *o, const struct fm_plan *plan)
{
    if (plan->lead == FM_LEAD_SCAN && o->change_key != NULL)
        return o->change_key;
    return plan->timed && o->participant_key != NULL ? o->participant_key
                                                     : o->key;
}

static void add_cursor(struct fm_query *q, const struct fm_order *o,
                       const struct fm_plan *plan, bool nulls,
                       const struct fm_store_cursor *after)
{
    const char *than = o->descending ? " < " : " > ";
    bool by_change = plan->lead == FM_LEAD_SCAN && o->change_key != NULL;

    if (!after->set || (o->nullable && nulls != after->null_key))
        return;
    if (o->key == NULL || nulls) {
        if (plan->walks)
            seek_change(q, o, after);
        fm_query_add(q, " AND ");
        fm_query_add(q, fm_filter_row(plan));
        fm_query_int(q, than, after->row);
        return;
    }
    if (by_change) {
        fm_query_add(q, " AND ");
        fm_query_add(q, o->change_key);
        fm_query_int(q, o->descending ? " <= " : " >= ", after->key);
    }
    fm_query_add(q, " AND (");
    fm_query_add(q, by_change ? o->key : key_of(o, plan));
    fm_query_add(q, ", ");
    fm_query_add(q, fm_filter_row(plan));
    fm_query_add(q, ")");
    fm_query_add(q, than);
    if (o->real)
        fm_query_real(q, "(", after->number);
    else
        fm_query_int(q, "(", after->key);
    fm_query_int(q, ",", after->row);
    fm_query_add(q, ")");
}

static void add_key(struct fm_query *q, const char *key, const char *way)
{
    fm_query_add(q, key);
    fm_query_add(q, way);
    fm_query_add(q, ", ");
}

void fm_order_sql(struct fm_query *q, const struct fm_order *o,
                  const struct fm_plan *plan, bool nulls,
                  const struct fm_store_cursor *after, int64_t limit)
{
    const char *way = o->descending ? " DESC" : " ASC";
    bool by_change = plan->lead == FM_LEAD_SCAN && o->change_key != NULL;
    const char *key = key_of(o, plan);

    if (o->nullable) {
        fm_query_add(q, " AND ");
        fm_query_add(q, key);
        fm_query_add(q, nulls ? " IS NULL" : " IS NOT NULL");
    }
    add_cursor(q, o, plan, nulls, after);
    fm_query_add(q, " ORDER BY ");
    if (key != NULL && !nulls)
        add_key(q, key, way);
    /* Of equal keys the changes follow one another, and their facts in them. */
    if (by_change || plan->walks)
        add_key(q, "c.last", way);
    fm_query_add(q, plan->one ? "p.fact" : "f.sequence");
    fm_query_add(q, way);
    fm_query_int(q, " LIMIT ", limit);
}
