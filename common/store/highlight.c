#include "store/db_priv.h"
#include "store/highlight_priv.h"

struct spans {
    const struct fm_place *places;
    size_t n;
    uint32_t token; /* number of the next token */
    Factmill__V1__Span *out;
    size_t out_n;
    size_t last; /* place that the last span belongs to */
};

static void add_span(struct spans *s, size_t place, int start, int end)
{
    Factmill__V1__Span *span;

    if (s->out_n > 0 && place == s->last) {
        s->out[s->out_n - 1].end = (uint32_t)end;
        return;
    }
    if (s->out_n == s->n)
        return;
    span = &s->out[s->out_n++];
    factmill__v1__span__init(span);
    span->start = (uint32_t)start;
    span->end = (uint32_t)end;
    s->last = place;
}

static int each_token(void *user, int flags, const char *token, int len,
                      int start, int end)
{
    struct spans *s = user;

    (void)token;
    (void)len;
    if ((flags & FTS5_TOKEN_COLOCATED) != 0)
        return SQLITE_OK;
    for (size_t i = 0; i < s->n; i++) {
        if (s->token >= s->places[i].first && s->token <= s->places[i].last) {
            add_span(s, i, start, end);
            break;
        }
    }
    s->token++;
    return SQLITE_OK;
}

size_t fm_highlight(const struct fm_tokens *tokens, struct fm_str text,
                    const struct fm_place *places, size_t n,
                    Factmill__V1__Span *ret)
{
    struct spans s = {.places = places, .n = n, .out = ret};

    if (text.len > 0 && n > 0)
        (void)tokens->methods.xTokenize(tokens->tokenizer, &s,
                                        FTS5_TOKENIZE_DOCUMENT, text.data,
                                        (int)text.len, each_token);
    return s.out_n;
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
