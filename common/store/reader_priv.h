/* What the modules of a reader share: a read-only connection, statements kept
 * by their text, and the one answer that is being given. */
#ifndef FM_STORE_READER_PRIV_H
#define FM_STORE_READER_PRIV_H

#include "store/among_priv.h"
#include "store/db_priv.h"
#include "store/pack_priv.h"
#include "store/stmt_priv.h"
#include "store/store.h"
#include "store/tokens_priv.h"

#include <stdatomic.h>

/* An answer that takes longer is stopped: a long read transaction keeps the
 * WAL from being moved into the database. */
#define FM_ANSWER_MS 5000u
/* Statements kept. The kinds of filters in use at a time are few. */
#define FM_READER_STATEMENTS 48u

/* A lead with fewer rows than this is taken whatever the order, and its rows
 * are sorted; rows of more are walked in the order asked for until the page is
 * full. Sorting needs all of them, so other orders than that of sequence pay a
 * longer list to avoid walking the whole store. */
#define FM_FEW_SORTED   2000
#define FM_FEW_UNSORTED 20000
/* Sentences that a search ranks together: some milliseconds. */
#define FM_RANKED 1000u

struct fm_cached {
    char *sql;
    size_t len;
    uint64_t hash;
    uint64_t used; /* the larger, the later */
    struct fm_stmt stmt;
};

struct fm_reader {
    struct fm_store_reader base;
    sqlite3 *db;
    struct fm_cached cache[FM_READER_STATEMENTS];
    uint64_t uses;
    uint64_t deadline_ms;
    /* FM_ANSWER_MS, FM_RANKED and FM_FEW_…, but for tests. */
    uint64_t budget_ms;
    size_t ranked;
    int64_t few_sorted;
    int64_t few_unsorted;
    atomic_bool interrupted;
    struct fm_arena arena; /* scratch of one answer */
    struct fm_arena words; /* scratch of fm_words() */
    struct fm_packs packs;
    struct fm_among among;
    struct fm_tokens tokens;
    struct fm_stmt begin;
    struct fm_stmt end;
    struct fm_stmt held;
    /* Of this answer: the last change it may show; 0 = all (reprocess_priv.h). */
    int64_t hold;
    struct fm_buf added;
    struct fm_buf moment; /* the time in it */
};

/* One answer is one read transaction: begin, any number of queries, end with
 * the result so far, which end returns or worsens. */
enum fm_error fm_answer_begin(struct fm_reader *r, struct fm_why *why);
enum fm_error fm_answer_end(struct fm_reader *r, enum fm_error result,
                            struct fm_why *why);

/* --- a query being written: text and what is bound to its question marks ------ */

/* Five names that may each be FM_FILTER_CANDIDATES, and the rest. */
#define FM_QUERY_PARAMS 640

enum fm_param_type { FM_PARAM_INT, FM_PARAM_REAL, FM_PARAM_TEXT };

struct fm_param {
    enum fm_param_type type;
    int64_t number;
    double real;
    struct fm_str text; /* borrowed */
};

struct fm_query {
    struct fm_buf sql;
    struct fm_param params[FM_QUERY_PARAMS];
    size_t n;
    bool too_many;
};

void fm_query_init(struct fm_query *q);
void fm_query_release(struct fm_query *q);
/* SQL of our own, never of a user. */
void fm_query_add(struct fm_query *q, const char *sql);
/* Each appends sql and then one question mark with its value. */
void fm_query_int(struct fm_query *q, const char *sql, int64_t v);
void fm_query_real(struct fm_query *q, const char *sql, double v);
void fm_query_text(struct fm_query *q, const char *sql, struct fm_str v);
/* "sql IN (?, ?, …)"; n > 0. */
void fm_query_in(struct fm_query *q, const char *sql, const int64_t *v,
                 size_t n);
/* Prepared (or found) and bound; reset it when done before its last row. It is
 * the reader's and stays valid for this answer while fewer than
 * FM_READER_STATEMENTS others are asked for. */
enum fm_error fm_query_start(struct fm_reader *r, const struct fm_query *q,
                             struct fm_why *why, struct fm_stmt **ret_stmt);
/* The same for fixed SQL with up to two numbers. */
enum fm_error fm_reader_stmt(struct fm_reader *r, const char *sql,
                             struct fm_why *why, struct fm_stmt **ret_stmt);

/* --- facts_read.c, search.c, articles_read.c, entities_read.c, dead_read.c ------ */

/* ListFacts and SearchFacts. */
struct fm_facts_call {
    const Factmill__V1__FactFilter *filter;
    Factmill__V1__FactOrder order;
    struct fm_str query; /* of a search */
    const struct fm_store_page *page;
    fm_store_each *each;
    fm_store_each_hit *each_hit;
    void *user;
};

struct fm_export_call {
    const Factmill__V1__FactFilter *filter;
    uint64_t after;
    uint64_t upto;
    uint32_t max;
    fm_store_each *each;
    void *user;
};

/* A page of messages out of the arena. */
struct fm_listing {
    void *items; /* array of n pointers to messages */
    size_t n;
    uint64_t total; /* of dead letters */
    struct fm_store_cursor next;
    bool more;
};

enum fm_error fm_read_fact(struct fm_reader *r, const struct fm_id *id,
                           struct fm_buf *out, struct fm_why *why);
enum fm_error fm_read_facts(struct fm_reader *r,
                            const struct fm_facts_call *call,
                            struct fm_why *why, bool *ret_more);
enum fm_error fm_read_search(struct fm_reader *r,
                             const struct fm_facts_call *call,
                             struct fm_why *why, bool *ret_more);
enum fm_error fm_read_export(struct fm_reader *r,
                             const struct fm_export_call *call,
                             struct fm_why *why, uint64_t *ret_after,
                             bool *ret_more);
/* timeline.c, aggregate.c */
enum fm_error fm_read_timeline(struct fm_reader *r,
                               const Factmill__V1__TimelineRequest *request,
                               struct fm_arena *arena, struct fm_why *why,
                               Factmill__V1__TimelineResponse **ret);
enum fm_error fm_read_aggregate(struct fm_reader *r,
                                const Factmill__V1__AggregateRequest *request,
                                struct fm_arena *arena, struct fm_why *why,
                                Factmill__V1__AggregateResponse **ret);
/* by: n of them, at most FM_FACETS_MAX. */
#define FM_FACETS_MAX 4u

struct fm_facets_call {
    const Factmill__V1__FactFilter *filter;
    const Factmill__V1__AggregateBy *by;
    size_t n;
    int32_t limit;
};
/* ret: n answers. */
enum fm_error fm_read_facets(struct fm_reader *r,
                             const struct fm_facets_call *call,
                             struct fm_arena *arena, struct fm_why *why,
                             Factmill__V1__AggregateResponse **ret);
/* changes_read.c */
/* Number of the last change that is committed. */
enum fm_error fm_read_last_change(struct fm_reader *r, struct fm_why *why,
                                  uint64_t *ret);
enum fm_error fm_read_changes(struct fm_reader *r,
                              const struct fm_store_changes *ask,
                              uint64_t *numbers, struct fm_why *why,
                              size_t *ret_n, uint64_t *ret_after);
enum fm_error fm_read_change(struct fm_reader *r, uint64_t number,
                             uint64_t as_of, fm_store_each *each, void *user,
                             struct fm_why *why);
/* resolve.c: number of the last change recorded before us (inclusive: at us
 * or before); 0 = none was. */
enum fm_error fm_read_change_at(struct fm_reader *r, int64_t us, bool inclusive,
                                struct fm_why *why, int64_t *ret);
enum fm_error fm_read_article(struct fm_reader *r,
                              const Factmill__V1__GetArticleRequest *request,
                              struct fm_arena *arena, struct fm_why *why,
                              Factmill__V1__ArticleInfo **ret);
enum fm_error fm_read_articles(struct fm_reader *r,
                               const Factmill__V1__ListArticlesRequest *request,
                               const struct fm_store_page *page,
                               struct fm_arena *arena, struct fm_why *why,
                               struct fm_listing *ret);
enum fm_error fm_read_entity(struct fm_reader *r, uint64_t id,
                             struct fm_arena *arena, struct fm_why *why,
                             Factmill__V1__GetEntityResponse **ret);
/* The id, as text, of the fact that this change added. */
enum fm_error fm_read_fact_id(struct fm_reader *r, int64_t sequence,
                              struct fm_arena *arena, struct fm_why *why,
                              char **ret);
/* Without aliases; NULL = only whether it is there. */
enum fm_error fm_read_entity_row(struct fm_reader *r, int64_t id,
                                 struct fm_arena *arena, struct fm_why *why,
                                 Factmill__V1__Entity **ret);
enum fm_error fm_read_entities(struct fm_reader *r,
                               const Factmill__V1__ListEntitiesRequest *request,
                               const struct fm_store_page *page,
                               struct fm_arena *arena, struct fm_why *why,
                               struct fm_listing *ret);
enum fm_error fm_read_dead_letters(struct fm_reader *r,
                                   const struct fm_store_page *page,
                                   struct fm_arena *arena, struct fm_why *why,
                                   struct fm_listing *ret);
enum fm_error fm_read_audit(struct fm_reader *r,
                            const struct fm_store_page *page,
                            struct fm_arena *arena, struct fm_why *why,
                            struct fm_listing *ret);
enum fm_error fm_read_dead(struct fm_reader *r, uint64_t id,
                           struct fm_arena *arena, struct fm_why *why,
                           Factmill__V1__DeadLetter **ret);

/* Rows of a page: 0 counts as the default, more than there may be as those. */
size_t fm_read_page(uint32_t asked);
/* What the store adds to the bytes of a fact, in r->added until the next call.
 * retracted: of the change that took it back, 0 = in force. */
struct fm_str fm_read_added(struct fm_reader *r, int64_t sequence,
                            int64_t recorded_us, int64_t retracted);
/* NULL for INT64_MIN, or when the arena is full. */
Google__Protobuf__Timestamp *fm_read_time(struct fm_arena *arena, int64_t us);
/* Microseconds of a request's timestamp; FM_EINVAL names the field when it is
 * no time of this calendar. absent: what NULL counts as. */
enum fm_error fm_read_instant(const Google__Protobuf__Timestamp *t,
                              const char *field, int64_t absent,
                              struct fm_why *why, int64_t *ret_us);

#endif
