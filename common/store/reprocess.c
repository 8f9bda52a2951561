#include "store/reprocess_priv.h"

#define DONE FACTMILL__V1__ARTICLE_STATE__DONE
/* Leases in one call: a worker should not hold many while live articles come. */
#define LEASES_MAX 16u
#define ERROR_MAX  1024u

/* --- the row ------------------------------------------------------------------- */

enum fm_error fm_run_store(struct fm_writer *w, struct fm_why *why)
{
    const struct fm_run *run = &w->run;
    struct fm_stmt *st = fm_sql(w, FM_SQL_RUN_STORE);
    int64_t values[] = {run->id,      run->state,   run->at,     run->ended,
                        run->same,    run->differs, run->failed, run->added,
                        run->removed, run->changed, run->hold,   run->ended_us};

    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        fm_stmt_int(st, (int)i + 1, values[i]);
    fm_stmt_text(st, (int)(sizeof values / sizeof *values) + 1,
                 fm_str(run->extractor));
    return fm_stmt_run(st, why);
}

static void read_row(const struct fm_stmt *st, struct fm_run *run)
{
    int64_t *const values[] = {&run->id,      &run->state, &run->source,
                               &run->at,      &run->upto,  &run->articles,
                               &run->ended,   &run->same,  &run->differs,
                               &run->failed,  &run->added, &run->removed,
                               &run->changed, &run->hold,  &run->ended_us};

    memset(run, 0, sizeof *run);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        *values[i] = fm_stmt_col_int(st, (int)i);
    (void)snprintf(
        run->extractor, sizeof run->extractor, "%.*s",
        FM_STR_ARG(fm_stmt_col_str(st, (int)(sizeof values / sizeof *values))));
}

/* At opening: the run that is on its way, and nobody holds its articles. */
enum fm_error fm_run_load(struct fm_writer *w, struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_RUN_LOAD);
    bool row = false;
    enum fm_error e = fm_stmt_step(st, why, &row);

    memset(&w->run, 0, sizeof w->run);
    if (e != FM_OK || !row)
        return e;
    read_row(st, &w->run);
    fm_stmt_reset(st);
    st = fm_sql(w, FM_SQL_RUN_RECOVER);
    fm_stmt_int(st, 1, w->max_attempts);
    e = fm_stmt_run(st, why);
    if (e == FM_OK) {
        int64_t failed = sqlite3_changes64(w->db);

        w->run.failed += failed;
        w->run.ended += failed;
        e = fm_stmt_run(fm_sql(w, FM_SQL_RUN_RECOVER_REST), why);
    }
    if (e == FM_OK)
        e = fm_stmt_number(fm_sql(w, FM_SQL_RUN_AGAIN_COUNT), why, &row,
                           &w->run.again);
    return e == FM_OK ? fm_run_store(w, why) : e;
}

/* When nothing is left to read. */
static void look_whether_ready(struct fm_writer *w)
{
    struct fm_run *run = &w->run;

    if (run->state == FM_RUN(RUNNING) && run->at >= run->upto &&
        run->again == 0 && run->leased == 0)
        run->state = FM_RUN(READY);
}

/* --- starting ------------------------------------------------------------------ */

static enum fm_error find_range(struct fm_writer *w,
                                const struct fm_store_run *asked,
                                struct fm_why *why)
{
    struct fm_run *run = &w->run;
    struct fm_stmt *st;
    bool found = false;
    enum fm_error e = FM_OK;

    if (asked->source.len > 0) {
        st = fm_sql(w, FM_SQL_SOURCE_FIND);
        fm_stmt_text(st, 1, asked->source);
        e = fm_stmt_number(st, why, &found, &run->source);
        if (e == FM_OK && !found)
            e = fm_fail_field(FM_ENOTFOUND, why, "source", "NO_SOURCE",
                              "there is no article of this source");
    }
    st = fm_sql(w, FM_SQL_RUN_RANGE);
    fm_stmt_int(st, 1, asked->from_us);
    if (e == FM_OK)
        e = fm_stmt_number(st, why, &found, &run->at);
    st = fm_sql(w, FM_SQL_RUN_RANGE);
    fm_stmt_int(st, 1, asked->to_us);
    if (e == FM_OK)
        e = fm_stmt_number(st, why, &found, &run->upto);
    st = fm_sql(w, FM_SQL_RUN_COUNT);
    fm_stmt_int(st, 1, run->at);
    fm_stmt_int(st, 2, run->upto);
    fm_stmt_int(st, 3, DONE);
    fm_stmt_int(st, 4, run->source);
    return e == FM_OK ? fm_stmt_number(st, why, &found, &run->articles) : e;
}

enum fm_error fm_run_start(struct fm_writer *w,
                           const struct fm_store_run *asked, struct fm_why *why,
                           uint64_t *ret_run, uint64_t *ret_articles)
{
    struct fm_run before = w->run;
    struct fm_stmt *st = fm_sql(w, FM_SQL_RUN_ADD);
    enum fm_error e;

    if (w->run.id != 0)
        return fm_fail(FM_EPRECONDITION, why, "RUN_THERE",
                       "run %lld has to be promoted or dropped first",
                       (long long)w->run.id);
    memset(&w->run, 0, sizeof w->run);
    w->run.state = FM_RUN(RUNNING);
    (void)snprintf(w->run.extractor, sizeof w->run.extractor, "%.*s",
                   FM_STR_ARG(asked->extractor));
    e = find_range(w, asked, why);
    *ret_articles = (uint64_t)w->run.articles;
    *ret_run = 0;
    if (e != FM_OK || asked->dry) {
        w->run = before;
        return e;
    }
    fm_stmt_int(st, 1, w->run.state);
    fm_stmt_int(st, 2, w->run.source);
    fm_stmt_int(st, 3, w->run.at);
    fm_stmt_int(st, 4, w->run.upto);
    fm_stmt_int(st, 5, w->run.articles);
    fm_stmt_text(st, 6, fm_str(w->run.extractor));
    fm_stmt_int(st, 7, fm_writer_now(w));
    fm_stmt_text(st, 8, asked->principal);
    e = fm_stmt_run(st, why);
    w->run.id = sqlite3_last_insert_rowid(w->db);
    look_whether_ready(w);
    if (e == FM_OK)
        e = fm_run_store(w, why);
    *ret_run = (uint64_t)w->run.id;
    return e;
}

/* --- leasing ------------------------------------------------------------------- */

struct chosen {
    int64_t article;
    uint32_t version;
    uint32_t attempts;
};

/* Those that wait for another attempt, then the next of the store. */
static enum fm_error choose(struct fm_writer *w, struct fm_stmt *st,
                            struct chosen *list, size_t max, struct fm_why *why,
                            size_t *n)
{
    bool row = false;
    enum fm_error e = FM_OK;

    (void)w;
    while (*n < max && (e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        list[*n].article = fm_stmt_col_int(st, 0);
        list[*n].version = (uint32_t)fm_stmt_col_int(st, 1);
        list[*n].attempts = (uint32_t)fm_stmt_col_int(st, 2);
        (*n)++;
    }
    fm_stmt_reset(st);
    return e;
}

static enum fm_error choose_all(struct fm_writer *w, struct chosen *list,
                                size_t max, struct fm_why *why, size_t *ret_n)
{
    struct fm_run *run = &w->run;
    struct fm_stmt *st = fm_sql(w, FM_SQL_RUN_AGAIN);
    size_t again;
    enum fm_error e;

    fm_stmt_int(st, 1, (int64_t)max);
    e = choose(w, st, list, max, why, ret_n);
    again = *ret_n;
    if (e != FM_OK || again == max || run->at >= run->upto)
        return e;
    st = fm_sql(w, run->source != 0 ? FM_SQL_RUN_NEXT_OF : FM_SQL_RUN_NEXT);
    fm_stmt_int(st, 1, run->at);
    fm_stmt_int(st, 2, run->upto);
    fm_stmt_int(st, 3, DONE);
    fm_stmt_int(st, 4, (int64_t)(max - again));
    if (run->source != 0)
        fm_stmt_int(st, 5, run->source);
    e = choose(w, st, list, max, why, ret_n);
    if (*ret_n < max)
        run->at = run->upto;
    else if (*ret_n > again)
        run->at = list[*ret_n - 1].article;
    return e;
}

static enum fm_error end_article(struct fm_writer *w, int64_t article,
                                 enum fm_run_article state, struct fm_str bytes,
                                 struct fm_str error, int64_t back,
                                 struct fm_why *why)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_RUN_ARTICLE_END);

    w->run.leased--;
    if (state == FM_RUN_AGAIN)
        w->run.again++;
    else
        w->run.ended++;
    fm_stmt_int(st, 1, article);
    fm_stmt_int(st, 2, state);
    if (bytes.len > 0)
        fm_stmt_blob(st, 3, bytes);
    else
        fm_stmt_null(st, 3);
    if (error.len > 0)
        fm_stmt_text(st, 4, error);
    else
        fm_stmt_null(st, 4);
    fm_stmt_int(st, 5, back);
    return fm_stmt_run(st, why);
}

/* *ret_n is raised unless its bytes are damaged: then it is given up. */
static enum fm_error lend(struct fm_writer *w, const struct chosen *c,
                          struct fm_arena *arena, struct fm_why *why,
                          struct fm_store_lease *leases, size_t *ret_n)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_RUN_LEASE);
    struct fm_store_lease *lease = &leases[*ret_n];
    struct fm_str none = {NULL, 0};
    struct fm_why cause = FM_WHY_INIT;
    enum fm_error body =
        fm_lease_body(w, c->article, arena, &cause, &lease->body);
    enum fm_error e;

    if (body != FM_OK && body != FM_ECORRUPT) {
        if (why != NULL)
            *why = cause;
        return body;
    }
    w->lease_last++;
    fm_stmt_int(st, 1, c->article);
    fm_stmt_int(st, 2, FM_RUN_LEASED);
    fm_stmt_int(st, 3, w->lease_last);
    e = fm_stmt_run(st, why);
    if (e != FM_OK)
        return e;
    if (c->attempts > 0)
        w->run.again--;
    w->run.leased++;
    if (body == FM_ECORRUPT) {
        w->run.failed++;
        return end_article(w, c->article, FM_RUN_FAILED, none,
                           fm_str(cause.text), 0, why);
    }
    lease->lease = (uint64_t)w->lease_last;
    lease->sequence = (uint64_t)c->article;
    lease->version = c->version;
    lease->attempt = c->attempts + 1;
    (*ret_n)++;
    return FM_OK;
}

enum fm_error fm_run_lease(struct fm_writer *w,
                           const struct fm_lease_call *call,
                           struct fm_str extractor, struct fm_arena *arena,
                           struct fm_why *why,
                           struct fm_store_lease **ret_leases, size_t *ret_n)
{
    struct chosen list[LEASES_MAX];
    size_t max = call->max < LEASES_MAX ? call->max : LEASES_MAX;
    struct fm_store_lease *leases;
    size_t n = 0;
    size_t lent = 0;
    enum fm_error e;

    *ret_n = 0;
    if (w->run.state != FM_RUN(RUNNING) || max == 0)
        return FM_OK;
    /* The first worker that comes says which extractor it is, if nobody did. */
    if (w->run.extractor[0] == '\0')
        (void)snprintf(w->run.extractor, sizeof w->run.extractor, "%.*s",
                       FM_STR_ARG(extractor));
    if (!fm_str_eqz(extractor, w->run.extractor))
        return FM_OK;
    leases = fm_arena_array(arena, max, sizeof *leases);
    if (leases == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for leases");
    e = choose_all(w, list, max, why, &n);
    for (size_t i = 0; e == FM_OK && i < n; i++)
        e = lend(w, &list[i], arena, why, leases, &lent);
    look_whether_ready(w);
    if (e == FM_OK)
        e = fm_run_store(w, why);
    if (e != FM_OK)
        return e;
    *ret_leases = leases;
    *ret_n = lent;
    return FM_OK;
}

/* --- what comes back -------------------------------------------------------------- */

/* *ret_article = 0: no lease of this run. */
static enum fm_error find(struct fm_writer *w, int64_t lease,
                          struct fm_why *why, int64_t *ret_article,
                          int64_t *ret_attempts)
{
    struct fm_stmt *st = fm_sql(w, FM_SQL_RUN_LEASED);
    bool row = false;
    enum fm_error e;

    *ret_article = 0;
    if (w->run.id == 0)
        return FM_OK;
    fm_stmt_int(st, 1, lease);
    e = fm_stmt_step(st, why, &row);
    if (e != FM_OK || !row)
        return e;
    *ret_article = fm_stmt_col_int(st, 0);
    *ret_attempts = fm_stmt_col_int(st, 1);
    fm_stmt_reset(st);
    return FM_OK;
}

static enum fm_error compare(struct fm_settlement *s, struct fm_why *why,
                             struct fm_difference *ret)
{
    struct fm_stmt *st = fm_sql(s->w, FM_SQL_RUN_FACTS);
    const Factmill__V1__Extraction *x = s->extraction;
    struct fm_prints *old_facts = NULL;
    struct fm_prints *new_facts = NULL;
    bool row = false;
    enum fm_error e;

    fm_stmt_int(st, 1, s->row.sequence);
    while ((e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        e = fm_prints_add(&old_facts, s->arena, fm_stmt_col_str(st, 0), why);
        if (e != FM_OK)
            break;
    }
    fm_stmt_reset(st);
    for (size_t i = 0; e == FM_OK && i < x->n_facts; i++) {
        size_t size = factmill__v1__fact__get_packed_size(x->facts[i]);
        uint8_t *bytes = fm_arena_alloc(s->arena, size + 1);

        if (bytes == NULL)
            return fm_fail(FM_ENOMEM, why, NULL, "no memory for a fact");
        size = factmill__v1__fact__pack(x->facts[i], bytes);
        e = fm_prints_add(&new_facts, s->arena,
                          fm_str_n((const char *)bytes, size), why);
    }
    if (e == FM_OK)
        fm_prints_compare(old_facts, new_facts, NULL, NULL, ret);
    return e;
}

/* Bytes of the extraction as it came. */
static enum fm_error pack(struct fm_settlement *s, struct fm_why *why,
                          struct fm_str *ret)
{
    size_t size = factmill__v1__extraction__get_packed_size(s->extraction);
    uint8_t *bytes = fm_arena_alloc(s->arena, size + 1);

    if (bytes == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for a result");
    size = factmill__v1__extraction__pack(s->extraction, bytes);
    return fm_packer_message(&s->w->packer, fm_str_n((const char *)bytes, size),
                             why, ret);
}

static enum fm_error keep(struct fm_settlement *s, struct fm_why *why)
{
    struct fm_run *run = &s->w->run;
    struct fm_str none = {NULL, 0};
    struct fm_str bytes = {NULL, 0};
    struct fm_difference d;
    enum fm_error e = compare(s, why, &d);

    if (e != FM_OK)
        return e;
    run->added += d.added;
    run->removed += d.removed;
    run->changed += d.changed;
    if (d.added + d.removed + d.changed == 0) {
        run->same++;
        return end_article(s->w, s->row.sequence, FM_RUN_SAME, none, none, 0,
                           why);
    }
    run->differs++;
    e = pack(s, why, &bytes);
    return e == FM_OK ? end_article(s->w, s->row.sequence, FM_RUN_DIFFERS,
                                    bytes, none, 0, why)
                      : e;
}

enum fm_error fm_run_settle(struct fm_writer *w, int64_t lease,
                            const Factmill__V1__Extraction *extraction,
                            struct fm_why *why, enum fm_store_settled *ret)
{
    struct fm_settlement s = {
        .w = w, .arena = &w->arena, .extraction = extraction};
    struct fm_str none = {NULL, 0};
    int64_t article = 0;
    int64_t attempts = 0;
    bool in_force = false;
    enum fm_error e = find(w, lease, why, &article, &attempts);

    *ret = FM_STORE_SETTLED_STALE;
    if (e != FM_OK || article == 0)
        return e;
    if (extraction->skipped[0] != '\0')
        return fm_run_fail(w, lease, fm_str(extraction->skipped), true, why,
                           ret);
    e = fm_run_article_row(w, article, s.arena, why, &in_force, &s.row);
    if (e == FM_OK && in_force)
        e = fm_settle_check(&s, why);
    if (e != FM_OK)
        return e;
    /* There is a newer version by now: nothing of this one is in force. */
    e = in_force ? keep(&s, why)
                 : end_article(w, article, FM_RUN_SAME, none, none, 0, why);
    look_whether_ready(w);
    if (e == FM_OK)
        e = fm_run_store(w, why);
    if (e == FM_OK)
        *ret = FM_STORE_SETTLED_DONE;
    return e;
}

enum fm_error fm_run_fail(struct fm_writer *w, int64_t lease,
                          struct fm_str error, bool counted, struct fm_why *why,
                          enum fm_store_settled *ret)
{
    struct fm_str none = {NULL, 0};
    int64_t article = 0;
    int64_t attempts = 0;
    enum fm_error e = find(w, lease, why, &article, &attempts);
    bool last = counted && attempts >= (int64_t)w->max_attempts;

    *ret = FM_STORE_SETTLED_STALE;
    if (e != FM_OK || article == 0)
        return e;
    if (last)
        w->run.failed++;
    e = end_article(w, article, last ? FM_RUN_FAILED : FM_RUN_AGAIN, none,
                    fm_dead_text(error, ERROR_MAX, &w->arena), counted ? 0 : 1,
                    why);
    look_whether_ready(w);
    if (e == FM_OK)
        e = fm_run_store(w, why);
    if (e == FM_OK)
        *ret = last ? FM_STORE_SETTLED_DEAD : FM_STORE_SETTLED_RETRY;
    return e;
}
