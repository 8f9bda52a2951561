/* Any bytes as a search text: what is taken is an expression that FTS5 takes. */
#include "store/text_query.h"

#undef NDEBUG
#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libFuzzer calls with no context: the one place with globals. */
static sqlite3 *db;
static sqlite3_stmt *match;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK ||
        sqlite3_exec(db,
                     "CREATE VIRTUAL TABLE search USING fts5(text, title,"
                     " tokenize='unicode61 remove_diacritics 2');"
                     "INSERT INTO search VALUES('the minister said that 46 "
                     "clinics had closed', 'clinics');",
                     NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db,
                           "SELECT count(*) FROM search WHERE search MATCH ?",
                           -1, &match, NULL) != SQLITE_OK)
        abort();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fm_str text = fm_str_n((const char *)data, size);
    struct fm_str expression = {0};
    struct fm_why why = FM_WHY_INIT;
    struct fm_arena arena;

    fm_arena_init(&arena, (size_t)16 << 20);
    if (fm_text_query(text, "query", size % 2 == 0 ? NULL : "title", &arena,
                      &why, &expression) == FM_OK) {
        assert(sqlite3_bind_text(match, 1, expression.data, (int)expression.len,
                                 SQLITE_STATIC) == SQLITE_OK);
        if (sqlite3_step(match) != SQLITE_ROW) {
            (void)fprintf(stderr, "%s: %.*s\n", sqlite3_errmsg(db),
                          FM_STR_ARG(expression));
            abort();
        }
        (void)sqlite3_reset(match);
    }
    fm_arena_release(&arena);
    return 0;
}
