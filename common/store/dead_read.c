#include "base/limits.h"
#include "store/reader_priv.h"

/* Attempts shown of one letter; replayed often, it may have many more. */
#define HISTORY_MAX 64

#define COLUMNS                                                     \
 " d.id, s.name, a.id, a.version, d.reason, d.recorded_us, d.size," \
 " ifnull(d.article, 0)"                                            \
 " FROM dead d LEFT JOIN article a ON a.sequence=d.article"         \
 " LEFT JOIN source s ON s.source=a.source"

static char *text_of(struct fm_arena *arena, const struct fm_stmt *st, int at)
{
    return fm_arena_copy(arena, fm_stmt_col_str(st, at));
}

static enum fm_error no_memory(const struct fm_arena *arena, struct fm_why *why)
{
    return fm_fail(arena->failed, why, NULL, "no memory for dead letters");
}

static Factmill__V1__Attempt *attempt_of(const struct fm_stmt *st,
                                         struct fm_arena *arena)
{
    Factmill__V1__Attempt *a = fm_arena_alloc(arena, sizeof *a);

    if (a == NULL)
        return NULL;
    factmill__v1__attempt__init(a);
    a->attempt = (uint32_t)fm_stmt_col_int(st, 0);
    a->worker = text_of(arena, st, 1);
    a->started = fm_read_time(arena, fm_stmt_col_int_or(st, 2, INT64_MIN));
    a->ended = fm_read_time(arena, fm_stmt_col_int(st, 3));
    a->error = text_of(arena, st, 4);
    return a->worker != NULL && a->error != NULL ? a : NULL;
}

/* The latest attempts, in their order. */
static enum fm_error read_history(struct fm_reader *r, int64_t article,
                                  struct fm_arena *arena, struct fm_why *why,
                                  Factmill__V1__DeadLetter *letter)
{
    static const char sql[] =
        "SELECT attempt, worker, started_us, ended_us, error FROM (SELECT *"
        " FROM attempt WHERE article=? ORDER BY number DESC LIMIT ?)"
        " ORDER BY number";
    struct fm_stmt *st = NULL;
    bool row = false;
    enum fm_error e = fm_reader_stmt(r, sql, why, &st);

    letter->history = fm_arena_array(arena, HISTORY_MAX, sizeof(void *));
    if (letter->history == NULL)
        return no_memory(arena, why);
    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, article);
    fm_stmt_int(st, 2, HISTORY_MAX);
    while ((e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        Factmill__V1__Attempt *a = attempt_of(st, arena);

        if (a == NULL) {
            fm_stmt_reset(st);
            return no_memory(arena, why);
        }
        letter->history[letter->n_history++] = a;
    }
    return e;
}

static enum fm_error build(struct fm_reader *r, const struct fm_stmt *st,
                           struct fm_arena *arena, struct fm_why *why,
                           Factmill__V1__DeadLetter **ret, int64_t *ret_article)
{
    Factmill__V1__DeadLetter *d = fm_arena_alloc(arena, sizeof *d);

    *ret = d;
    if (d == NULL)
        return no_memory(arena, why);
    factmill__v1__dead_letter__init(d);
    d->id = (uint64_t)fm_stmt_col_int(st, 0);
    d->source = text_of(arena, st, 1);
    d->article = text_of(arena, st, 2);
    d->version = (uint32_t)fm_stmt_col_int(st, 3);
    d->reason = text_of(arena, st, 4);
    d->recorded = fm_read_time(arena, fm_stmt_col_int(st, 5));
    d->size = (uint64_t)fm_stmt_col_int(st, 6);
    *ret_article = fm_stmt_col_int(st, 7);
    if (d->source == NULL || d->article == NULL || d->reason == NULL)
        return no_memory(arena, why);
    return *ret_article != 0 ? read_history(r, *ret_article, arena, why, d)
                             : FM_OK;
}

enum fm_error fm_read_dead_letters(struct fm_reader *r,
                                   const struct fm_store_page *page,
                                   struct fm_arena *arena, struct fm_why *why,
                                   struct fm_listing *ret)
{
    static const char sql[] =
        "SELECT" COLUMNS " WHERE d.id < ? ORDER BY d.id DESC LIMIT ?";
    size_t size = fm_read_page(page->size);
    Factmill__V1__DeadLetter **list =
        fm_arena_array(arena, size + 1, sizeof(void *));
    struct fm_stmt *st = NULL;
    int64_t article;
    int64_t total = 0;
    bool found = false;
    bool row = false;
    size_t n = 0;
    enum fm_error e;

    if (list == NULL)
        return no_memory(arena, why);
    e = fm_reader_stmt(r, "SELECT dead_letters FROM tally", why, &st);
    if (e == FM_OK)
        e = fm_stmt_number(st, why, &found, &total);
    if (e == FM_OK)
        e = fm_reader_stmt(r, sql, why, &st);
    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, page->after.set ? page->after.row : INT64_MAX);
    fm_stmt_int(st, 2, (int64_t)size + 1);
    while (e == FM_OK && n < size &&
           (e = fm_stmt_step(st, why, &row)) == FM_OK && row)
        e = build(r, st, arena, why, &list[n++], &article);
    if (e == FM_OK && n == size && n > 0)
        e = fm_stmt_step(st, why, &row);
    fm_stmt_reset(st);
    if (e != FM_OK)
        return e;
    memset(ret, 0, sizeof *ret);
    if (n > 0) {
        ret->next.set = true;
        ret->next.row = (int64_t)list[n - 1]->id;
    }
    ret->items = list;
    ret->n = n;
    ret->total = (uint64_t)total;
    ret->more = row;
    return FM_OK;
}

/* The bytes: the article's own, or those that could not be decoded. */
static enum fm_error read_body(struct fm_reader *r, uint64_t id,
                               struct fm_arena *arena, struct fm_why *why,
                               Factmill__V1__DeadLetter *letter)
{
    static const char sql[] =
        "SELECT ifnull(d.body, b.bytes) FROM dead d"
        " LEFT JOIN body b ON b.article=d.article WHERE d.id=?";
    struct fm_stmt *st = NULL;
    struct fm_str bytes;
    bool row = false;
    enum fm_error e = fm_reader_stmt(r, sql, why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, (int64_t)id);
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK || !row)
        return e;
    bytes = fm_stmt_col_str(st, 0);
    letter->body.data = (uint8_t *)fm_arena_copy(arena, bytes);
    letter->body.len = bytes.len;
    fm_stmt_reset(st);
    return letter->body.data != NULL ? FM_OK : no_memory(arena, why);
}

enum fm_error fm_read_dead(struct fm_reader *r, uint64_t id,
                           struct fm_arena *arena, struct fm_why *why,
                           Factmill__V1__DeadLetter **ret)
{
    static const char sql[] = "SELECT" COLUMNS " WHERE d.id = ?";
    Factmill__V1__DeadLetter *letter = NULL;
    struct fm_stmt *st = NULL;
    int64_t article = 0;
    bool row = false;
    enum fm_error e = fm_reader_stmt(r, sql, why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, id <= INT64_MAX ? (int64_t)id : 0);
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK)
        return e;
    if (!row)
        return fm_fail_field(FM_ENOTFOUND, why, "id", "DEAD_LETTER_NOT_FOUND",
                             "there is no dead letter %llu",
                             (unsigned long long)id);
    e = build(r, st, arena, why, &letter, &article);
    fm_stmt_reset(st);
    if (e == FM_OK && letter != NULL)
        e = read_body(r, id, arena, why, letter);
    if (e == FM_OK)
        *ret = letter;
    return e;
}
