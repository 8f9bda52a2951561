#include "base/clock.h"
#include "base/limits.h"
#include "base/wire.h"
#include "store/claim_read_priv.h"
#include "store/migrate_priv.h"
#include "store/rank_priv.h"
#include "store/reader_priv.h"
#include "store/related_priv.h"
#include "store/reprocess_priv.h"
#include "store/roles_priv.h"
#include "store/version_priv.h"
#include "store/words_priv.h"

/* Steps of SQLite's machine between two looks at the clock: some tens of
 * microseconds. */
#define STEPS 4000
/* Scratch of one answer: a page of the largest facts does not live here. */
#define ARENA_MAX ((size_t)64 << 20)
/* What the store appends to a fact: three fields. */
#define ADDED_MAX 64u

static struct fm_reader *self(struct fm_store_reader *base)
{
    return (struct fm_reader *)(void *)base;
}

/* --- one answer ------------------------------------------------------------------- */

static int look_at_clock(void *user)
{
    struct fm_reader *r = user;

    return atomic_load_explicit(&r->interrupted, memory_order_relaxed) ||
           fm_now_ms() > r->deadline_ms;
}

/* Prepared beforehand: a transaction that could not be ended for want of memory
 * would keep the log from being moved for ever. */
static void end_transaction(struct fm_reader *r)
{
    if (sqlite3_get_autocommit(r->db) == 0)
        (void)fm_stmt_run(&r->end, NULL);
}

/* While a run is promoted, answers are as of the change before it. */
static enum fm_error read_hold(struct fm_reader *r, struct fm_why *why)
{
    bool found = false;

    r->hold = 0;
    return fm_stmt_number(&r->held, why, &found, &r->hold);
}

enum fm_error fm_answer_begin(struct fm_reader *r, struct fm_why *why)
{
    enum fm_error e;

    end_transaction(r);
    atomic_store(&r->interrupted, false);
    r->deadline_ms = fm_now_ms() + r->budget_ms;
    fm_arena_reset(&r->arena);
    e = fm_stmt_run(&r->begin, why);
    return e == FM_OK ? read_hold(r, why) : e;
}

enum fm_error fm_answer_end(struct fm_reader *r, enum fm_error result,
                            struct fm_why *why)
{
    bool asked = atomic_load(&r->interrupted);

    /* A statement that stopped at a row would hold the transaction open. */
    for (size_t i = 0; i < FM_READER_STATEMENTS; i++)
        if (r->cache[i].stmt.handle != NULL &&
            sqlite3_stmt_busy(r->cache[i].stmt.handle))
            fm_stmt_reset(&r->cache[i].stmt);
    /* Ending must not be stopped by the same clock. */
    r->deadline_ms = UINT64_MAX;
    atomic_store(&r->interrupted, false);
    end_transaction(r);
    if (result != FM_EABORTED)
        return result;
    if (asked)
        return fm_fail(FM_EABORTED, why, "INTERRUPTED",
                       "the answer was stopped by its caller");
    return fm_fail(FM_EABORTED, why, "ANSWER_TOO_SLOW",
                   "the answer would have taken more than %u s; narrow the "
                   "filter (an entity, a predicate, an article, a source, a "
                   "range of time) or choose the order SEQUENCE_DESC",
                   FM_ANSWER_MS / 1000);
}

/* --- the table ------------------------------------------------------------------------ */

/* Parameters are those of store.h. NOLINTBEGIN(readability-function-size) */

/* One answer around body. */
#define ANSWER(base, why, body)               \
 struct fm_reader *r = self(base);            \
 enum fm_error e = fm_answer_begin(r, (why)); \
 if (e == FM_OK)                              \
  e = (body);                                 \
 return fm_answer_end(r, e, (why))

static enum fm_error get_fact(struct fm_store_reader *base,
                              const struct fm_id *id, struct fm_buf *out,
                              struct fm_why *why)
{
    ANSWER(base, why, fm_read_fact(r, id, out, why));
}

static enum fm_error
list_facts(struct fm_store_reader *base, const Factmill__V1__FactFilter *filter,
           Factmill__V1__FactOrder order, const struct fm_store_page *page,
           fm_store_each *each, void *user, struct fm_why *why, bool *ret_more)
{
    const struct fm_facts_call call = {.filter = filter,
                                       .order = order,
                                       .page = page,
                                       .each = each,
                                       .user = user};

    ANSWER(base, why, fm_read_facts(r, &call, why, ret_more));
}

static enum fm_error search_facts(struct fm_store_reader *base,
                                  struct fm_str query,
                                  const Factmill__V1__FactFilter *filter,
                                  const struct fm_store_page *page,
                                  fm_store_each_hit *each, void *user,
                                  struct fm_why *why, bool *ret_more)
{
    const struct fm_facts_call call = {.filter = filter,
                                       .query = query,
                                       .page = page,
                                       .each_hit = each,
                                       .user = user};

    ANSWER(base, why, fm_read_search(r, &call, why, ret_more));
}

static enum fm_error get_article(struct fm_store_reader *base,
                                 const Factmill__V1__GetArticleRequest *request,
                                 struct fm_arena *arena, struct fm_why *why,
                                 Factmill__V1__ArticleInfo **ret)
{
    ANSWER(base, why, fm_read_article(r, request, arena, why, ret));
}

static enum fm_error articles(struct fm_store_reader *base,
                              const Factmill__V1__ListArticlesRequest *request,
                              const struct fm_store_page *page,
                              struct fm_arena *arena, struct fm_why *why,
                              struct fm_listing *ret)
{
    ANSWER(base, why, fm_read_articles(r, request, page, arena, why, ret));
}

static enum fm_error
get_versions(struct fm_store_reader *base,
             const Factmill__V1__GetArticleRequest *request,
             struct fm_arena *arena, struct fm_why *why,
             Factmill__V1__GetArticleResponse *ret)
{
    ANSWER(base, why, fm_read_versions(r, request, arena, why, ret));
}

static enum fm_error
list_articles(struct fm_store_reader *base,
              const Factmill__V1__ListArticlesRequest *request,
              const struct fm_store_page *page, struct fm_arena *arena,
              struct fm_why *why, Factmill__V1__ArticleInfo ***ret,
              size_t *ret_n, struct fm_store_cursor *ret_next, bool *ret_more)
{
    struct fm_listing l = {0};
    enum fm_error e = articles(base, request, page, arena, why, &l);

    if (e != FM_OK)
        return e;
    *ret = l.items;
    *ret_n = l.n;
    *ret_next = l.next;
    *ret_more = l.more;
    return FM_OK;
}

static enum fm_error get_entity(struct fm_store_reader *base, uint64_t id,
                                struct fm_arena *arena, struct fm_why *why,
                                Factmill__V1__GetEntityResponse **ret)
{
    ANSWER(base, why, fm_read_entity(r, id, arena, why, ret));
}

static enum fm_error entities(struct fm_store_reader *base,
                              const Factmill__V1__ListEntitiesRequest *request,
                              const struct fm_store_page *page,
                              struct fm_arena *arena, struct fm_why *why,
                              struct fm_listing *ret)
{
    ANSWER(base, why, fm_read_entities(r, request, page, arena, why, ret));
}

static enum fm_error
list_entities(struct fm_store_reader *base,
              const Factmill__V1__ListEntitiesRequest *request,
              const struct fm_store_page *page, struct fm_arena *arena,
              struct fm_why *why, Factmill__V1__Entity ***ret, size_t *ret_n,
              struct fm_store_cursor *ret_next, bool *ret_more)
{
    struct fm_listing l = {0};
    enum fm_error e = entities(base, request, page, arena, why, &l);

    if (e != FM_OK)
        return e;
    *ret = l.items;
    *ret_n = l.n;
    *ret_next = l.next;
    *ret_more = l.more;
    return FM_OK;
}

static enum fm_error dead_letters(struct fm_store_reader *base,
                                  const struct fm_store_page *page,
                                  struct fm_arena *arena, struct fm_why *why,
                                  struct fm_listing *ret)
{
    ANSWER(base, why, fm_read_dead_letters(r, page, arena, why, ret));
}

static enum fm_error list_dead(struct fm_store_reader *base,
                               const struct fm_store_page *page,
                               struct fm_arena *arena, struct fm_why *why,
                               Factmill__V1__DeadLetter ***ret, size_t *ret_n,
                               uint64_t *ret_total,
                               struct fm_store_cursor *ret_next, bool *ret_more)
{
    struct fm_listing l = {0};
    enum fm_error e = dead_letters(base, page, arena, why, &l);

    if (e != FM_OK)
        return e;
    *ret = l.items;
    *ret_n = l.n;
    *ret_total = l.total;
    *ret_next = l.next;
    *ret_more = l.more;
    return FM_OK;
}

static enum fm_error audit_entries(struct fm_store_reader *base,
                                   const struct fm_store_page *page,
                                   struct fm_arena *arena, struct fm_why *why,
                                   struct fm_listing *ret)
{
    ANSWER(base, why, fm_read_audit(r, page, arena, why, ret));
}

static enum fm_error list_audit(struct fm_store_reader *base,
                                const struct fm_store_page *page,
                                struct fm_arena *arena, struct fm_why *why,
                                Factmill__V1__AuditEntry ***ret, size_t *ret_n,
                                struct fm_store_cursor *ret_next,
                                bool *ret_more)
{
    struct fm_listing l = {0};
    enum fm_error e = audit_entries(base, page, arena, why, &l);

    if (e != FM_OK)
        return e;
    *ret = l.items;
    *ret_n = l.n;
    *ret_next = l.next;
    *ret_more = l.more;
    return FM_OK;
}

static enum fm_error get_dead(struct fm_store_reader *base, uint64_t id,
                              struct fm_arena *arena, struct fm_why *why,
                              Factmill__V1__DeadLetter **ret)
{
    ANSWER(base, why, fm_read_dead(r, id, arena, why, ret));
}

static enum fm_error export_facts(struct fm_store_reader *base,
                                  const Factmill__V1__FactFilter *filter,
                                  uint64_t after, uint64_t upto, uint32_t max,
                                  fm_store_each *each, void *user,
                                  struct fm_why *why, uint64_t *ret_after,
                                  bool *ret_more)
{
    const struct fm_export_call call = {.filter = filter,
                                        .after = after,
                                        .upto = upto,
                                        .max = max,
                                        .each = each,
                                        .user = user};

    ANSWER(base, why, fm_read_export(r, &call, why, ret_after, ret_more));
}

static enum fm_error list_changes(struct fm_store_reader *base,
                                  const struct fm_store_changes *ask,
                                  uint64_t *numbers, struct fm_why *why,
                                  size_t *ret_n, uint64_t *ret_after)
{
    ANSWER(base, why, fm_read_changes(r, ask, numbers, why, ret_n, ret_after));
}

static enum fm_error get_change(struct fm_store_reader *base, uint64_t number,
                                uint64_t as_of, fm_store_each *each, void *user,
                                struct fm_why *why)
{
    ANSWER(base, why, fm_read_change(r, number, as_of, each, user, why));
}

static enum fm_error change_before(struct fm_reader *r, int64_t us,
                                   struct fm_why *why, uint64_t *ret)
{
    int64_t number = 0;
    enum fm_error e = fm_read_change_at(r, us, false, why, &number);

    if (e == FM_OK)
        *ret = (uint64_t)number;
    return e;
}

static enum fm_error change_at(struct fm_store_reader *base, int64_t us,
                               struct fm_why *why, uint64_t *ret)
{
    ANSWER(base, why, change_before(r, us, why, ret));
}

static enum fm_error sequence(struct fm_store_reader *base, struct fm_why *why,
                              uint64_t *ret)
{
    self(base)->deadline_ms = fm_now_ms() + self(base)->budget_ms;
    self(base)->hold = 0;
    return fm_read_last_change(self(base), why, ret);
}

static enum fm_error timeline(struct fm_store_reader *base,
                              const Factmill__V1__TimelineRequest *request,
                              struct fm_arena *arena, struct fm_why *why,
                              Factmill__V1__TimelineResponse **ret)
{
    ANSWER(base, why, fm_read_timeline(r, request, arena, why, ret));
}

static enum fm_error aggregate(struct fm_store_reader *base,
                               const Factmill__V1__AggregateRequest *request,
                               struct fm_arena *arena, struct fm_why *why,
                               Factmill__V1__AggregateResponse **ret)
{
    ANSWER(base, why, fm_read_aggregate(r, request, arena, why, ret));
}

static enum fm_error facets(struct fm_store_reader *base,
                            const Factmill__V1__FactFilter *filter,
                            const Factmill__V1__AggregateBy *by, size_t n,
                            int32_t limit, struct fm_arena *arena,
                            struct fm_why *why,
                            Factmill__V1__AggregateResponse **ret)
{
    const struct fm_facets_call call = {
        .filter = filter, .by = by, .n = n, .limit = limit};

    ANSWER(base, why, fm_read_facets(r, &call, arena, why, ret));
}

static enum fm_error related(struct fm_store_reader *base,
                             const Factmill__V1__RelatedRequest *request,
                             struct fm_arena *arena, struct fm_why *why,
                             Factmill__V1__RelatedResponse **ret)
{
    ANSWER(base, why, fm_read_related(r, request, arena, why, ret));
}

static enum fm_error list_roles(struct fm_store_reader *base,
                                const Factmill__V1__ListRolesRequest *request,
                                struct fm_arena *arena, struct fm_why *why,
                                Factmill__V1__ListRolesResponse **ret)
{
    ANSWER(base, why, fm_read_roles(r, request, arena, why, ret));
}

static enum fm_error list_claims(struct fm_store_reader *base,
                                 const Factmill__V1__ListClaimsRequest *request,
                                 const struct fm_store_page *page,
                                 struct fm_arena *arena, struct fm_why *why,
                                 Factmill__V1__ListClaimsResponse **ret,
                                 struct fm_store_cursor *ret_next,
                                 bool *ret_more)
{
    struct fm_claims_page claims = {.more = false};
    struct fm_reader *r = self(base);
    enum fm_error e = fm_answer_begin(r, why);

    if (e == FM_OK)
        e = fm_read_claims(r, request, page, arena, why, &claims);
    e = fm_answer_end(r, e, why);
    if (e != FM_OK)
        return e;
    *ret = claims.answer;
    *ret_next = claims.next;
    *ret_more = claims.more;
    return FM_OK;
}

static enum fm_error get_claim(struct fm_store_reader *base,
                               const Factmill__V1__GetClaimRequest *request,
                               struct fm_arena *arena, struct fm_why *why,
                               Factmill__V1__GetClaimResponse **ret)
{
    ANSWER(base, why, fm_read_claim(r, request, arena, why, ret));
}

static enum fm_error get_run(struct fm_store_reader *base, uint64_t run,
                             struct fm_arena *arena, struct fm_why *why,
                             Factmill__V1__Reprocessing **ret)
{
    ANSWER(base, why, fm_read_run(r, run, arena, why, ret));
}

static enum fm_error diff_run(struct fm_store_reader *base, uint64_t run,
                              const struct fm_store_page *page,
                              struct fm_arena *arena, struct fm_why *why,
                              Factmill__V1__DiffReprocessResponse **ret,
                              struct fm_store_cursor *ret_next, bool *ret_more)
{
    ANSWER(base, why,
           fm_read_run_diff(r, run, page, arena, why, ret, ret_next, ret_more));
}

static enum fm_error secret(struct fm_store_reader *base, struct fm_why *why,
                            uint8_t ret[32])
{
    struct fm_stmt *st = NULL;
    struct fm_str bytes;
    bool row = false;
    enum fm_error e = fm_reader_stmt(
        self(base), "SELECT value FROM meta WHERE key='secret'", why, &st);

    self(base)->deadline_ms = fm_now_ms() + self(base)->budget_ms;
    if (e == FM_OK)
        e = fm_stmt_step(st, why, &row);
    if (e != FM_OK)
        return e;
    bytes = row ? fm_stmt_col_str(st, 0) : fm_str_n(NULL, 0);
    if (bytes.len == 32)
        memcpy(ret, bytes.data, 32);
    else
        e = fm_fail(FM_ENOTFOUND, why, "STORE_NOT_READY",
                    "the database is still being made; try again");
    fm_stmt_reset(st);
    return e;
}

static void interrupt(struct fm_store_reader *base)
{
    atomic_store(&self(base)->interrupted, true);
}

static void close_reader(struct fm_store_reader *base)
{
    struct fm_reader *r = self(base);

    if (base == NULL)
        return;
    fm_stmt_release(&r->begin);
    fm_stmt_release(&r->end);
    fm_stmt_release(&r->held);
    for (size_t i = 0; i < FM_READER_STATEMENTS; i++) {
        fm_stmt_release(&r->cache[i].stmt);
        free(r->cache[i].sql);
    }
    fm_tokens_close(&r->tokens);
    fm_db_close(r->db);
    fm_arena_release(&r->arena);
    fm_packs_close(&r->packs);
    fm_arena_release(&r->words);
    fm_buf_release(&r->added);
    fm_buf_release(&r->moment);
    free(r);
}

/* NOLINTEND(readability-function-size) */

static const struct fm_store_reader_ops ops = {
    .close = close_reader,
    .get_fact = get_fact,
    .list_facts = list_facts,
    .search_facts = search_facts,
    .get_article = get_article,
    .get_versions = get_versions,
    .list_articles = list_articles,
    .get_entity = get_entity,
    .list_entities = list_entities,
    .list_dead = list_dead,
    .get_dead = get_dead,
    .list_audit = list_audit,
    .sequence = sequence,
    .export_facts = export_facts,
    .list_changes = list_changes,
    .get_change = get_change,
    .change_at = change_at,
    .timeline = timeline,
    .aggregate = aggregate,
    .facets = facets,
    .related = related,
    .list_roles = list_roles,
    .list_claims = list_claims,
    .get_claim = get_claim,
    .get_run = get_run,
    .diff_run = diff_run,
    .secret = secret,
    .interrupt = interrupt,
};

/* What ending an answer and adding to a fact need. */
static enum fm_error prepare(struct fm_reader *r, struct fm_why *why)
{
    enum fm_error e = fm_stmt_prepare(r->db, fm_str("BEGIN"), why, &r->begin);

    if (e == FM_OK)
        e = fm_stmt_prepare(r->db, fm_str("ROLLBACK"), why, &r->end);
    if (e == FM_OK)
        e = fm_stmt_prepare(
            r->db,
            fm_str("SELECT hold FROM run INDEXED BY run_hold WHERE hold>0"
                   " LIMIT 1"),
            why, &r->held);
    if (e == FM_OK && (fm_buf_reserve(&r->added, ADDED_MAX) == NULL ||
                       fm_buf_reserve(&r->moment, ADDED_MAX) == NULL))
        e = fm_fail(FM_ENOMEM, why, NULL, "no memory for a reader");
    return e;
}

enum fm_error fm_store_reader_open(const char *dir, struct fm_why *why,
                                   struct fm_store_reader **ret_reader)
{
    struct fm_reader *r = calloc(1, sizeof *r);
    enum fm_error e;

    if (r == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for a reader");
    r->base.ops = &ops;
    r->budget_ms = FM_ANSWER_MS;
    r->ranked = FM_RANKED;
    r->few_sorted = FM_FEW_SORTED;
    r->few_unsorted = FM_FEW_UNSORTED;
    r->deadline_ms = UINT64_MAX;
    fm_arena_init(&r->arena, ARENA_MAX);
    fm_arena_init(&r->words, ARENA_MAX);
    fm_buf_init(&r->added, ADDED_MAX);
    fm_buf_init(&r->moment, ADDED_MAX);
    e = fm_db_open_reader(dir, why, &r->db);
    if (e == FM_OK)
        e = fm_migrate_check(r->db, why);
    if (e == FM_OK)
        e = fm_tokens_open(r->db, why, &r->tokens);
    if (e == FM_OK)
        e = fm_packs_open(&r->packs, r->db, why);
    if (e == FM_OK)
        e = fm_words_register(r->db, &r->words, why);
    if (e == FM_OK)
        e = fm_rank_register(r->db, why);
    if (e == FM_OK)
        e = fm_among_register(r->db, &r->among, why);
    if (e == FM_OK)
        e = prepare(r, why);
    if (e != FM_OK) {
        close_reader(&r->base);
        return fm_db_fail_in(dir, e, why);
    }
    sqlite3_progress_handler(r->db, STEPS, look_at_clock, r);
    *ret_reader = &r->base;
    return FM_OK;
}
