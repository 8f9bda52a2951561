#include "base/limits.h"
#include "store/content.h"
#include "store/reader_priv.h"
#include "store/text_query.h"
#include "store/version_priv.h"

/* --- one article ---------------------------------------------------------------------- */

/* What is read of an article; the columns of COLUMNS in their order. */
#define COLUMNS                                                          \
 " a.sequence, a.version, a.state, a.reason, a.recorded_us, a.facts,"    \
 " a.attempts, a.extractor, (SELECT max(v.version) FROM article v WHERE" \
 " v.id = a.id AND v.source = a.source), b.bytes, a.content, a.id"       \
 " FROM article a"

static void *arena_alloc(void *user, size_t size)
{
    return fm_arena_alloc(user, size);
}

static void arena_free(void *user, void *pointer)
{
    (void)user;
    (void)pointer;
}

static char *text_of(struct fm_arena *arena, const struct fm_stmt *st, int at)
{
    return fm_arena_copy(arena, fm_stmt_col_str(st, at));
}

static enum fm_error build(const struct fm_stmt *st, bool with_text,
                           struct fm_arena *arena, struct fm_why *why,
                           Factmill__V1__ArticleInfo **ret)
{
    ProtobufCAllocator allocator = {arena_alloc, arena_free, arena};
    struct fm_str body = fm_stmt_col_str(st, 9);
    Factmill__V1__ArticleInfo *info = fm_arena_alloc(arena, sizeof *info);

    if (info == NULL)
        return fm_fail(arena->failed, why, NULL, "no memory for an article");
    factmill__v1__article_info__init(info);
    info->article = factmill__v1__article__unpack(&allocator, body.len,
                                                  (const uint8_t *)body.data);
    if (info->article == NULL && arena->failed != FM_OK)
        return fm_fail(arena->failed, why, NULL, "no memory for an article");
    /* And the one that was asked for: neither row nor index was damaged. */
    if (info->article == NULL ||
        !fm_content_is(body, fm_stmt_col_str(st, 10)) ||
        !fm_str_eq(fm_str(info->article->id), fm_stmt_col_str(st, 11)))
        return fm_fail(FM_ECORRUPT, why, "STORE_CORRUPT",
                       "article %lld cannot be read",
                       (long long)fm_stmt_col_int(st, 0));
    if (!with_text)
        info->article->text = fm_arena_copy(arena, fm_str_n(NULL, 0));
    info->sequence = (uint64_t)fm_stmt_col_int(st, 0);
    info->version = (uint32_t)fm_stmt_col_int(st, 1);
    info->state = (Factmill__V1__ArticleState)fm_stmt_col_int(st, 2);
    info->reason = text_of(arena, st, 3);
    info->recorded = fm_read_time(arena, fm_stmt_col_int(st, 4));
    info->facts = (uint64_t)fm_stmt_col_int(st, 5);
    info->attempts = (uint32_t)fm_stmt_col_int(st, 6);
    info->extractor = text_of(arena, st, 7);
    info->versions = (uint32_t)fm_stmt_col_int(st, 8);
    if (info->article->text == NULL || info->reason == NULL ||
        info->extractor == NULL)
        return fm_fail(arena->failed, why, NULL, "no memory for an article");
    *ret = info;
    return FM_OK;
}

/* Number of the source; FM_ENOTFOUND when the id is unknown, FM_EINVAL when
 * more than one source has it and none was named. */
static enum fm_error find_source(struct fm_reader *r,
                                 const Factmill__V1__GetArticleRequest *request,
                                 struct fm_why *why, int64_t *ret)
{
    static const char by_name[] =
        "SELECT min(a.source), max(a.source) FROM article a"
        " JOIN source s USING (source) WHERE a.id=? AND (?='' OR s.name=?)";
    struct fm_stmt *st = NULL;
    bool row = false;
    int64_t first;
    int64_t last;
    enum fm_error e = fm_reader_stmt(r, by_name, why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_text(st, 1, fm_str(request->id));
    fm_stmt_text(st, 2, fm_str(request->source));
    fm_stmt_text(st, 3, fm_str(request->source));
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK)
        return e;
    first = row ? fm_stmt_col_int(st, 0) : 0;
    last = row ? fm_stmt_col_int(st, 1) : 0;
    fm_stmt_reset(st);
    if (first == 0)
        return fm_fail_field(FM_ENOTFOUND, why, "id", "ARTICLE_NOT_FOUND",
                             "there is no article %.200s%s%.200s", request->id,
                             request->source[0] != '\0' ? " of " : "",
                             request->source);
    if (first != last)
        return fm_fail_field(FM_EINVAL, why, "source", "AMBIGUOUS",
                             "several sources have an article %.200s; name one",
                             request->id);
    *ret = first;
    return FM_OK;
}

enum fm_error fm_read_article(struct fm_reader *r,
                              const Factmill__V1__GetArticleRequest *request,
                              struct fm_arena *arena, struct fm_why *why,
                              Factmill__V1__ArticleInfo **ret)
{
    static const char sql[] =
        "SELECT" COLUMNS " JOIN body b ON b.article=a.sequence"
        " WHERE a.id=? AND a.source=? AND (?=0 OR a.version=?)"
        " AND a.recorded_us<=? ORDER BY a.version DESC LIMIT 1";
    struct fm_stmt *st = NULL;
    int64_t as_of = INT64_MAX;
    int64_t source = 0;
    bool row = false;
    enum fm_error e;

    if (request->id[0] == '\0')
        return fm_fail_field(FM_EINVAL, why, "id", "MISSING",
                             "the article's id is missing");
    if (strlen(request->id) > FM_LIMIT_ID ||
        strlen(request->source) > FM_LIMIT_SOURCE)
        return fm_fail_field(FM_EINVAL, why, "id", "TOO_LONG",
                             "ids and sources have at most %u bytes",
                             FM_LIMIT_ID);
    e = find_source(r, request, why, &source);
    if (e == FM_OK)
        e = fm_read_instant(request->as_of, "as_of", INT64_MAX, why, &as_of);
    if (e == FM_OK)
        e = fm_reader_stmt(r, sql, why, &st);
    if (e != FM_OK)
        return e;
    fm_stmt_text(st, 1, fm_str(request->id));
    fm_stmt_int(st, 2, source);
    fm_stmt_int(st, 3, request->version);
    fm_stmt_int(st, 4, request->version);
    fm_stmt_int(st, 5, request->version == 0 ? as_of : INT64_MAX);
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK)
        return e;
    if (!row)
        return fm_fail_field(FM_ENOTFOUND, why, "version", "VERSION_NOT_FOUND",
                             "article %.200s has no version %u", request->id,
                             (unsigned)request->version);
    e = build(st, !request->without_text, arena, why, ret);
    fm_stmt_reset(st);
    return e;
}

enum fm_error fm_read_versions_of(struct fm_reader *r, int64_t article,
                                  struct fm_arena *arena, struct fm_why *why,
                                  Factmill__V1__ArticleInfo ***ret,
                                  size_t *ret_n)
{
    static const char sql[] =
        "SELECT" COLUMNS " JOIN body b ON b.article=a.sequence JOIN article o"
        " ON o.id=a.id AND o.source=a.source WHERE o.sequence=?"
        " ORDER BY a.version DESC LIMIT ?";
    Factmill__V1__ArticleInfo **list =
        fm_arena_array(arena, FM_VERSIONS_MAX, sizeof(void *));
    struct fm_stmt *st = NULL;
    bool row = false;
    size_t n = 0;
    enum fm_error e = fm_reader_stmt(r, sql, why, &st);

    if (e != FM_OK)
        return e;
    if (list == NULL)
        return fm_fail(arena->failed, why, NULL, "no memory for versions");
    fm_stmt_int(st, 1, article);
    fm_stmt_int(st, 2, FM_VERSIONS_MAX);
    while (e == FM_OK && (e = fm_stmt_step(st, why, &row)) == FM_OK && row)
        e = build(st, false, arena, why, &list[n++]);
    fm_stmt_reset(st);
    *ret = list;
    *ret_n = n;
    return e;
}

/* --- lists ------------------------------------------------------------------------------ */

/* First article recorded at or after us: their numbers have no gaps, and the
 * times do not fall. */
static enum fm_error first_since(struct fm_reader *r, int64_t us,
                                 struct fm_why *why, int64_t *ret)
{
    struct fm_stmt *st = NULL;
    int64_t low = 1;
    int64_t high = 0;
    bool found = false;
    enum fm_error e =
        fm_reader_stmt(r, "SELECT max(sequence) FROM article", why, &st);

    if (e == FM_OK)
        e = fm_stmt_number(st, why, &found, &high);
    high++;
    if (e == FM_OK)
        e = fm_reader_stmt(
            r, "SELECT recorded_us FROM article WHERE sequence=?", why, &st);
    while (e == FM_OK && low < high) {
        int64_t middle = low + (high - low) / 2;
        int64_t recorded = 0;

        fm_stmt_int(st, 1, middle);
        e = fm_stmt_number(st, why, &found, &recorded);
        if (recorded < us)
            low = middle + 1;
        else
            high = middle;
    }
    *ret = low;
    return e;
}

static enum fm_error add_times(struct fm_reader *r, struct fm_query *q,
                               const Factmill__V1__ListArticlesRequest *request,
                               struct fm_why *why)
{
    int64_t from = 0;
    int64_t to = 0;
    enum fm_error e = fm_read_instant(request->recorded_from, "recorded_from",
                                      INT64_MIN, why, &from);

    if (e == FM_OK)
        e = fm_read_instant(request->recorded_to, "recorded_to", INT64_MAX, why,
                            &to);
    if (e == FM_OK && from != INT64_MIN) {
        e = first_since(r, from, why, &from);
        fm_query_int(q, " AND a.sequence >= ", from);
    }
    if (e == FM_OK && to != INT64_MAX) {
        e = first_since(r, to, why, &to);
        fm_query_int(q, " AND a.sequence < ", to);
    }
    if (e == FM_OK)
        e = fm_read_instant(request->published_from, "published_from",
                            INT64_MIN, why, &from);
    if (e == FM_OK)
        e = fm_read_instant(request->published_to, "published_to", INT64_MAX,
                            why, &to);
    if (e == FM_OK && from != INT64_MIN)
        fm_query_int(q, " AND a.published_us >= ", from);
    if (e == FM_OK && to != INT64_MAX)
        fm_query_int(q, " AND a.published_us < ", to);
    return e;
}

static enum fm_error
write_query(struct fm_reader *r, struct fm_query *q,
            const Factmill__V1__ListArticlesRequest *request,
            const struct fm_store_page *page, int64_t limit, struct fm_why *why)
{
    struct fm_str match = {NULL, 0};
    enum fm_error e = FM_OK;

    if (request->state < 0 ||
        request->state > FACTMILL__V1__ARTICLE_STATE__SKIPPED)
        return fm_fail_field(FM_EINVAL, why, "state", "UNKNOWN_STATE",
                             "there is no state number %d",
                             (int)request->state);
    if (strlen(request->source) > FM_LIMIT_SOURCE)
        return fm_fail_field(FM_EINVAL, why, "source", "TOO_LONG",
                             "a source has at most %u bytes", FM_LIMIT_SOURCE);
    /* The index of the ended ones holds few; the text of a condition has to be
     * that of the index. */
    fm_query_add(q, "SELECT" COLUMNS " JOIN body b ON b.article=a.sequence"
                    " WHERE 1");
    if (request->state >= FACTMILL__V1__ARTICLE_STATE__DEAD)
        fm_query_add(q, " AND a.state >= 4");
    if (request->state != 0)
        fm_query_int(q, " AND a.state = ", request->state);
    if (request->source[0] != '\0')
        fm_query_text(
            q, " AND a.source = (SELECT source FROM source WHERE name = ",
            fm_str(request->source));
    if (request->source[0] != '\0')
        fm_query_add(q, ")");
    e = add_times(r, q, request, why);
    if (e == FM_OK && request->title[0] != '\0')
        e = fm_text_query(fm_str(request->title), "title", NULL, &r->arena, why,
                          &match);
    if (match.len > 0) {
        fm_query_text(q,
                      " AND a.sequence IN (SELECT rowid FROM headline WHERE"
                      " headline MATCH ",
                      match);
        fm_query_add(q, ")");
    }
    if (page->after.set)
        fm_query_int(q, " AND a.sequence < ", page->after.row);
    fm_query_int(q, " ORDER BY a.sequence DESC LIMIT ", limit);
    return e;
}

enum fm_error fm_read_articles(struct fm_reader *r,
                               const Factmill__V1__ListArticlesRequest *request,
                               const struct fm_store_page *page,
                               struct fm_arena *arena, struct fm_why *why,
                               struct fm_listing *ret)
{
    size_t size = fm_read_page(page->size);
    Factmill__V1__ArticleInfo **list =
        fm_arena_array(arena, size + 1, sizeof(void *));
    struct fm_stmt *st = NULL;
    struct fm_query q;
    bool row = false;
    size_t n = 0;
    enum fm_error e;

    if (list == NULL)
        return fm_fail(arena->failed, why, NULL, "no memory for a page");
    fm_query_init(&q);
    e = write_query(r, &q, request, page, (int64_t)size + 1, why);
    if (e == FM_OK)
        e = fm_query_start(r, &q, why, &st);
    while (e == FM_OK && n < size &&
           (e = fm_stmt_step(st, why, &row)) == FM_OK && row)
        e = build(st, false, arena, why, &list[n++]);
    if (e == FM_OK && n == size && n > 0)
        e = fm_stmt_step(st, why, &row);
    if (st != NULL)
        fm_stmt_reset(st);
    fm_query_release(&q);
    if (e != FM_OK)
        return e;
    memset(ret, 0, sizeof *ret);
    if (n > 0) {
        ret->next.set = true;
        ret->next.row = (int64_t)list[n - 1]->sequence;
    }
    ret->items = list;
    ret->n = n;
    ret->more = row;
    return FM_OK;
}
