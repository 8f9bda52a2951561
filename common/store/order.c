#include "store/filter_priv.h"

/* By number of FactOrder. */
static const struct fm_order orders[] = {
    {.descending = true}, /* unspecified: as SEQUENCE_DESC */
    {.descending = true},
    {.descending = false},
    {.key = "f.time_start",
     .index = "fact_time",
     .descending = true,
     .nullable = true},
    {.key = "f.time_start", .index = "fact_time", .nullable = true},
    {.key = "f.published_us",
     .index = "fact_published",
     .nulls = "fact_published",
     .descending = true,
     .nullable = true},
    {.key = "f.published_us",
     .index = "fact_published",
     .nulls = "fact_published",
     .nullable = true},
    {.key = "f.confidence",
     .index = "fact_confidence",
     .descending = true,
     .real = true},
    {.key = "f.article", .index = "fact_article"},
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

static void add_cursor(struct fm_query *q, const struct fm_order *o, bool nulls,
                       const struct fm_store_cursor *after)
{
    const char *than = o->descending ? " < " : " > ";

    if (!after->set || (o->nullable && nulls != after->null_key))
        return;
    if (o->key == NULL || nulls) {
        fm_query_add(q, " AND f.sequence");
        fm_query_int(q, than, after->row);
        return;
    }
    fm_query_add(q, " AND (");
    fm_query_add(q, o->key);
    fm_query_add(q, ", f.sequence)");
    fm_query_add(q, than);
    if (o->real)
        fm_query_real(q, "(", after->number);
    else
        fm_query_int(q, "(", after->key);
    fm_query_int(q, ",", after->row);
    fm_query_add(q, ")");
}

void fm_order_sql(struct fm_query *q, const struct fm_order *o, bool nulls,
                  const struct fm_store_cursor *after, int64_t limit)
{
    const char *way = o->descending ? " DESC" : " ASC";

    if (o->nullable) {
        fm_query_add(q, " AND ");
        fm_query_add(q, o->key);
        fm_query_add(q, nulls ? " IS NULL" : " IS NOT NULL");
    }
    add_cursor(q, o, nulls, after);
    fm_query_add(q, " ORDER BY ");
    if (o->key != NULL && !nulls) {
        fm_query_add(q, o->key);
        fm_query_add(q, way);
        fm_query_add(q, ", ");
    }
    fm_query_add(q, "f.sequence");
    fm_query_add(q, way);
    fm_query_int(q, " LIMIT ", limit);
}
