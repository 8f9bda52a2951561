/* From a FactFilter to SQL: resolve.c looks up names and numbers, filter.c
 * writes conditions and chooses the index that leads, order.c knows the
 * orders and their cursors. */
#ifndef FM_STORE_FILTER_PRIV_H
#define FM_STORE_FILTER_PRIV_H

#include "store/marks_priv.h"
#include "store/reader_priv.h"

/* Entities that one name may stand for, and articles of one id over all
 * sources and versions; past that the filter is asked to be more exact. */
#define FM_FILTER_CANDIDATES 100
#define FM_FILTER_ARTICLES   32
#define FM_FILTER_STRING     1024u
#define FM_FILTER_KINDS      32

/* One of entity, subject, object, speaker, place. */
struct fm_who {
    int64_t ids[FM_FILTER_CANDIDATES];
    size_t n; /* 0 = none has this name: the words are compared */
    struct fm_str words;
    uint32_t roles;
};

struct fm_range {
    int64_t from; /* INT64_MIN = open */
    int64_t to;   /* exclusive; INT64_MAX = open */
};

struct fm_filter {
    struct fm_who whos[5];
    size_t who_count;
    int64_t source; /* 0 = any */
    int64_t articles[FM_FILTER_ARTICLES];
    size_t article_count; /* 0 = any */
    struct fm_str predicate;
    int64_t kinds[FM_FILTER_KINDS];
    size_t kind_count;
    int64_t modalities[FM_FILTER_KINDS];
    size_t modality_count;
    int64_t polarity; /* 0 = any */
    double min_confidence;
    struct fm_range time;      /* event time, seconds */
    struct fm_range published; /* microseconds */
    struct fm_range sequence;  /* also recorded: its order is the same */
    int64_t as_of;             /* sequence number; 0 = now */
    bool include_retracted;
    struct fm_str match; /* FTS5 expression; empty = none */
    /* Something was asked for that is not in the store: no row can match. */
    bool impossible;
};

/* resolve.c. FM_EINVAL names the field. Lives in the answer's arena. */
enum fm_error fm_filter_resolve(struct fm_reader *r,
                                const Factmill__V1__FactFilter *from,
                                struct fm_why *why, struct fm_filter *ret);
/* The entities that a name or a number means, in who->ids; none is FM_OK. */
enum fm_error fm_resolve_name(struct fm_reader *r, const char *text,
                              const char *field, struct fm_why *why,
                              struct fm_who *who);
/* As the store stood at change number upto (further limited by as_of). */
void fm_filter_pin(struct fm_filter *f, int64_t upto);

/* What leads: the table or index that the others are tested against. */
enum fm_lead {
    FM_LEAD_SCAN, /* the order's own index */
    FM_LEAD_TEXT,
    FM_LEAD_WHO,
    FM_LEAD_ARTICLE,
    FM_LEAD_PREDICATE,
    FM_LEAD_SOURCE,
    FM_LEAD_TIME,
    FM_LEAD_PUBLISHED,
    FM_LEAD_KIND,
    FM_LEAD_RETRACTED, /* by the change that took them back; never weighed */
};

struct fm_order;

struct fm_plan {
    enum fm_lead lead;
    size_t who;                /* of FM_LEAD_WHO */
    struct fm_range retracted; /* of FM_LEAD_RETRACTED */
    /* Of FM_LEAD_SCAN: walked by its index; NULL = by sequence. */
    const struct fm_order *order;
    bool one;   /* entity leads, by the rows p of table participant */
    bool timed; /* those that have a time, in its order */
    /* Rows come by ranges of table change (c) or of search: then the range of
     * f.sequence is theirs, and no other condition may take its place. */
    bool ranges;
    /* Those ranges are walked in the order of sequence. */
    bool walks;
    bool few; /* the lead has fewer rows than FM_FEW_… */
};

/* filter.c. order, nulls: what the rows will be sorted by. */
enum fm_error fm_filter_plan(struct fm_reader *r, const struct fm_filter *f,
                             const struct fm_order *order, bool nulls,
                             struct fm_why *why, struct fm_plan *ret);
/* " FROM … WHERE …" with all conditions; the fact's row is f. */
void fm_filter_sql(struct fm_query *q, const struct fm_filter *f,
                   const struct fm_plan *plan);
/* " AND …" with all conditions, for a fact f that stands in a sentence s of
 * table search which matches already. */
void fm_filter_conditions(struct fm_query *q, const struct fm_filter *f);
/* There is an index besides that of the words which leads to its facts. */
bool fm_filter_selects(const struct fm_filter *f);
/* The name that conditions on the number of a fact use under this plan. */
const char *fm_filter_row(const struct fm_plan *plan);

/* order.c */
struct fm_order {
    const char *key;   /* column of fact; NULL = sequence alone */
    const char *index; /* of table fact, to walk in this order */
    /* Or of table change, whose column this is. */
    const char *change_index;
    const char *change_key;
    /* Or of table participant, where one entity leads: its index
     * participant_time. */
    const char *participant_key;
    bool descending;
    bool nullable; /* rows without the key come last, by sequence */
    bool real;
};

enum fm_error fm_order_of(Factmill__V1__FactOrder order, struct fm_why *why,
                          const struct fm_order **ret);
/* " AND …" for rows behind the cursor, then " ORDER BY … LIMIT". nulls: the
 * second part of a nullable order. */
void fm_order_sql(struct fm_query *q, const struct fm_order *o,
                  const struct fm_plan *plan, bool nulls,
                  const struct fm_store_cursor *after, int64_t limit);

#endif
