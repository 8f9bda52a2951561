#include "store/db_priv.h"
#include "store/highlight_priv.h"
#include "store/tokens_priv.h"

enum fm_error fm_tokens_open(sqlite3 *db, struct fm_why *why,
                             struct fm_tokens *ret)
{
    /* As in schema.c. */
    const char *options[] = {"remove_diacritics", "2"};
    struct fm_tokens tokens = {.tokenizer = NULL};
    fts5_api *api = NULL;
    void *user = NULL;
    enum fm_error e = fm_fts5_api(db, why, &api);
    int rc;

    if (e != FM_OK)
        return e;
    rc = api->xFindTokenizer(api, "unicode61", &user, &tokens.methods);
    if (rc == SQLITE_OK)
        rc = tokens.methods.xCreate(user, options, 2, &tokens.tokenizer);
    if (rc != SQLITE_OK)
        return fm_db_fail(db, rc, why, "this SQLite has no tokenizer");
    *ret = tokens;
    return FM_OK;
}

void fm_tokens_close(struct fm_tokens *tokens)
{
    if (tokens->tokenizer != NULL)
        tokens->methods.xDelete(tokens->tokenizer);
    tokens->tokenizer = NULL;
}

struct call {
    fm_token_each *each;
    void *user;
};

static int token(void *user, int flags, const char *text, int len, int start,
                 int end)
{
    const struct call *call = user;

    (void)flags;
    (void)start;
    (void)end;
    return call->each(call->user, fm_str_n(text, (size_t)len)) ? SQLITE_OK
                                                               : SQLITE_DONE;
}

void fm_tokens_of(const struct fm_tokens *tokens, struct fm_str text,
                  fm_token_each *each, void *user)
{
    struct call call = {each, user};

    if (text.len > 0)
        (void)tokens->methods.xTokenize(tokens->tokenizer, &call,
                                        FTS5_TOKENIZE_DOCUMENT, text.data,
                                        (int)text.len, token);
}
