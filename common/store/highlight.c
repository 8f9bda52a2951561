#include "store/db_priv.h"
#include "store/highlight_priv.h"

/* A place where a phrase of the query stands, in tokens. */
struct hit {
    int first;
    int last;
};

struct spans {
    struct hit hits[FM_HIGHLIGHTS_MAX];
    int n;
    int token; /* number of the next token */
    uint32_t out[FM_HIGHLIGHTS_MAX][2];
    int out_n;
    int last_hit; /* that the last span belongs to */
};

static void add_span(struct spans *s, int hit, int start, int end)
{
    /* Tokens of one phrase are one span, with what stands between them. */
    if (s->out_n > 0 && hit == s->last_hit) {
        s->out[s->out_n - 1][1] = (uint32_t)end;
        return;
    }
    if (s->out_n == FM_HIGHLIGHTS_MAX)
        return;
    s->out[s->out_n][0] = (uint32_t)start;
    s->out[s->out_n][1] = (uint32_t)end;
    s->out_n++;
    s->last_hit = hit;
}

static int each_token(void *user, int flags, const char *token, int len,
                      int start, int end)
{
    struct spans *s = user;

    (void)token;
    (void)len;
    if ((flags & FTS5_TOKEN_COLOCATED) != 0)
        return SQLITE_OK;
    for (int i = 0; i < s->n; i++) {
        if (s->token >= s->hits[i].first && s->token <= s->hits[i].last) {
            add_span(s, i, start, end);
            break;
        }
    }
    s->token++;
    return SQLITE_OK;
}

static int find_hits(const Fts5ExtensionApi *api, Fts5Context *context,
                     struct spans *s)
{
    int n = 0;
    int rc = api->xInstCount(context, &n);

    for (int i = 0; rc == SQLITE_OK && i < n && s->n < FM_HIGHLIGHTS_MAX; i++) {
        int phrase = 0;
        int column = 0;
        int offset = 0;

        rc = api->xInst(context, i, &phrase, &column, &offset);
        if (rc != SQLITE_OK || column != 0)
            continue;
        s->hits[s->n].first = offset;
        s->hits[s->n].last = offset + api->xPhraseSize(context, phrase) - 1;
        s->n++;
    }
    return rc;
}

static void fm_spans(const Fts5ExtensionApi *api, Fts5Context *context,
                     sqlite3_context *result, int n, sqlite3_value **values)
{
    struct spans s = {.last_hit = -1};
    const char *text = n == 1 ? sqlite3_value_blob(values[0]) : NULL;
    int rc;

    if (text == NULL) {
        sqlite3_result_null(result);
        return;
    }
    rc = find_hits(api, context, &s);
    if (rc == SQLITE_OK)
        rc = api->xTokenize(context, text, sqlite3_value_bytes(values[0]), &s,
                            each_token);
    if (rc != SQLITE_OK)
        sqlite3_result_error_code(result, rc);
    else
        sqlite3_result_blob(result, s.out, s.out_n * (int)sizeof s.out[0],
                            SQLITE_TRANSIENT);
}

enum fm_error fm_fts5_api(sqlite3 *db, struct fm_why *why, fts5_api **ret_api)
{
    sqlite3_stmt *st = NULL;
    fts5_api *api = NULL;
    int rc = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &st, NULL);

    if (rc == SQLITE_OK)
        rc = sqlite3_bind_pointer(st, 1, (void *)&api, "fts5_api_ptr", NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(st) == SQLITE_ROW ? SQLITE_OK : SQLITE_ERROR;
    (void)sqlite3_finalize(st);
    if (rc == SQLITE_OK && api == NULL)
        rc = SQLITE_ERROR;
    if (rc != SQLITE_OK || api == NULL)
        return fm_db_fail(db, rc, why, "this SQLite has no full text (FTS5)");
    *ret_api = api;
    return FM_OK;
}

enum fm_error fm_highlight_register(sqlite3 *db, struct fm_why *why)
{
    fts5_api *api = NULL;
    enum fm_error e = fm_fts5_api(db, why, &api);
    int rc;

    if (e != FM_OK || api == NULL)
        return e;
    rc = api->xCreateFunction(api, "fm_spans", NULL, fm_spans, NULL);
    return rc == SQLITE_OK ? FM_OK
                           : fm_db_fail(db, rc, why, "setting up full text");
}
