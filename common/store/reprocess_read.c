#include "base/wire.h"
#include "store/reprocess_priv.h"

static enum fm_error no_memory(struct fm_why *why)
{
    return fm_fail(FM_ENOMEM, why, NULL, "no memory for a run");
}

/* --- how far it is ------------------------------------------------------------------ */

static Factmill__V1__Reprocessing *row_of(const struct fm_stmt *st,
                                          struct fm_arena *arena)
{
    Factmill__V1__Reprocessing *run = fm_arena_alloc(arena, sizeof *run);

    if (run == NULL)
        return NULL;
    factmill__v1__reprocessing__init(run);
    run->operation =
        fm_arena_printf(arena, "%lld", (long long)fm_stmt_col_int(st, 0));
    run->state = (Factmill__V1__Reprocessing__State)fm_stmt_col_int(st, 1);
    run->extractor = fm_arena_copy(arena, fm_stmt_col_str(st, 2));
    run->articles = (uint64_t)fm_stmt_col_int(st, 3);
    run->read = (uint64_t)fm_stmt_col_int(st, 4);
    run->same = (uint64_t)fm_stmt_col_int(st, 5);
    run->differ = (uint64_t)fm_stmt_col_int(st, 6);
    run->failed = (uint64_t)fm_stmt_col_int(st, 7);
    run->facts_added = (uint64_t)fm_stmt_col_int(st, 8);
    run->facts_removed = (uint64_t)fm_stmt_col_int(st, 9);
    run->facts_changed = (uint64_t)fm_stmt_col_int(st, 10);
    run->started = fm_read_time(arena, fm_stmt_col_int(st, 11));
    run->ended = fm_read_time(arena, fm_stmt_col_int(st, 12) != 0
                                         ? fm_stmt_col_int(st, 12)
                                         : INT64_MIN);
    run->principal = fm_arena_copy(arena, fm_stmt_col_str(st, 13));
    return run->operation != NULL && run->extractor != NULL &&
                   run->principal != NULL
               ? run
               : NULL;
}

enum fm_error fm_read_run(struct fm_reader *r, uint64_t run,
                          struct fm_arena *arena, struct fm_why *why,
                          Factmill__V1__Reprocessing **ret)
{
    static const char sql[] =
        "SELECT run, state, extractor, articles, ended, same, differs, failed,"
        " added, removed, changed, started_us, ended_us, principal FROM run"
        " WHERE run=?1 OR ?1=0 ORDER BY run DESC LIMIT 1";
    struct fm_stmt *st = NULL;
    bool row = false;
    enum fm_error e = fm_reader_stmt(r, sql, why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, (int64_t)(run & INT64_MAX));
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK)
        return e;
    if (!row)
        return fm_fail_field(FM_ENOTFOUND, why, "operation", "NO_RUN",
                             "there is no such run");
    *ret = row_of(st, arena);
    fm_stmt_reset(st);
    return *ret != NULL ? FM_OK : no_memory(why);
}

/* --- what differs -------------------------------------------------------------------- */

struct collecting {
    struct fm_arena *arena;
    Factmill__V1__ArticleDifference *to;
    size_t max;
    bool failed;
};

static void *arena_alloc(void *user, size_t size)
{
    return fm_arena_alloc(user, size);
}

static void arena_free(void *user, void *pointer)
{
    (void)user;
    (void)pointer;
}

static Factmill__V1__Fact *unpack(struct fm_arena *arena,
                                  const struct fm_str *bytes)
{
    ProtobufCAllocator allocator = {arena_alloc, arena_free, arena};

    return factmill__v1__fact__unpack(&allocator, bytes->len,
                                      (const uint8_t *)bytes->data);
}

static void collect(void *user, const struct fm_str *old_fact,
                    const struct fm_str *new_fact)
{
    struct collecting *c = user;
    Factmill__V1__Fact *fact;

    if (old_fact != NULL && c->to->n_removed < c->max) {
        fact = unpack(c->arena, old_fact);
        c->failed = c->failed || fact == NULL;
        c->to->removed[c->to->n_removed++] = fact;
    }
    if (new_fact != NULL && c->to->n_added < c->max) {
        fact = unpack(c->arena, new_fact);
        c->failed = c->failed || fact == NULL;
        c->to->added[c->to->n_added++] = fact;
    }
}

static enum fm_error add_new(struct fm_prints **prints, struct fm_str bytes,
                             struct fm_arena *arena, struct fm_why *why)
{
    struct fm_wire_field field;
    size_t at = 0;
    enum fm_error e = FM_OK;

    /* Field 6 of Extraction: its facts. */
    while (e == FM_OK && fm_wire_next(bytes, &at, &field))
        if (field.number == 6 && field.type == 2)
            e = fm_prints_add(prints, arena, field.bytes, why);
    return e;
}

static enum fm_error add_old(struct fm_reader *r, struct fm_prints **prints,
                             int64_t article, struct fm_arena *arena,
                             struct fm_why *why)
{
    struct fm_stmt *st = NULL;
    bool row = false;
    enum fm_error e = fm_reader_stmt(r, FM_REREAD_FACTS, why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, article);
    while ((e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        e = fm_prints_add(prints, arena, fm_stmt_col_str(st, 0), why);
        if (e != FM_OK)
            break;
    }
    fm_stmt_reset(st);
    return e;
}

/* Facts shown of one article on each side. */
#define SHOWN_MAX 200u

static enum fm_error show(struct fm_reader *r, int64_t article,
                          struct fm_str bytes, struct fm_arena *arena,
                          struct fm_why *why,
                          Factmill__V1__ArticleDifference *to)
{
    struct collecting c = {.arena = arena, .to = to, .max = SHOWN_MAX};
    struct fm_prints *old_facts = NULL;
    struct fm_prints *new_facts = NULL;
    struct fm_difference d;
    enum fm_error e = add_old(r, &old_facts, article, arena, why);

    if (e == FM_OK)
        e = add_new(&new_facts, bytes, arena, why);
    if (e != FM_OK)
        return e;
    to->removed = fm_arena_array(arena, SHOWN_MAX, sizeof(void *));
    to->added = fm_arena_array(arena, SHOWN_MAX, sizeof(void *));
    if (to->removed == NULL || to->added == NULL)
        return no_memory(why);
    fm_prints_compare(old_facts, new_facts, collect, &c, &d);
    to->same = d.same;
    return c.failed ? no_memory(why) : FM_OK;
}

/* NOLINTNEXTLINE(readability-function-size): as store.h has it */
enum fm_error fm_read_run_diff(struct fm_reader *r, uint64_t run,
                               const struct fm_store_page *page,
                               struct fm_arena *arena, struct fm_why *why,
                               Factmill__V1__DiffReprocessResponse **ret,
                               struct fm_store_cursor *ret_next, bool *ret_more)
{
    static const char sql[] =
        "SELECT x.article, a.id, s.name, fm_bytes(x.bytes) FROM run_article x"
        " CROSS JOIN article a ON a.sequence=x.article"
        " CROSS JOIN source s ON s.source=a.source"
        " WHERE x.state=4 AND x.article>?1 ORDER BY x.article LIMIT ?2";
    Factmill__V1__DiffReprocessResponse *answer =
        fm_arena_alloc(arena, sizeof *answer);
    Factmill__V1__Reprocessing *known = NULL;
    struct fm_stmt *st = NULL;
    bool row = false;
    enum fm_error e = fm_read_run(r, run, arena, why, &known);

    if (e == FM_OK)
        e = fm_reader_stmt(r, sql, why, &st);
    if (e != FM_OK)
        return e;
    *ret_more = false;
    if (answer == NULL)
        return no_memory(why);
    factmill__v1__diff_reprocess_response__init(answer);
    answer->articles = fm_arena_array(arena, page->size, sizeof(void *));
    fm_stmt_int(st, 1, page->after.set ? page->after.row : 0);
    fm_stmt_int(st, 2, (int64_t)page->size + 1);
    while ((e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        Factmill__V1__ArticleDifference *to = fm_arena_alloc(arena, sizeof *to);
        int64_t article = fm_stmt_col_int(st, 0);

        if (answer->n_articles == page->size) {
            *ret_more = true;
            break;
        }
        if (to == NULL || answer->articles == NULL) {
            e = no_memory(why);
            break;
        }
        factmill__v1__article_difference__init(to);
        to->article = fm_arena_copy(arena, fm_stmt_col_str(st, 1));
        to->source = fm_arena_copy(arena, fm_stmt_col_str(st, 2));
        e = show(r, article, fm_stmt_col_str(st, 3), arena, why, to);
        if (e != FM_OK)
            break;
        answer->articles[answer->n_articles++] = to;
        ret_next->set = true;
        ret_next->row = article;
    }
    fm_stmt_reset(st);
    if (e == FM_OK)
        *ret = answer;
    return e;
}
