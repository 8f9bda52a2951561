#include "store/among_priv.h"
#include "store/db_priv.h"
#include "store/marks_priv.h"

/* The first place that is not below. */
static size_t lower(const struct fm_among *among, int64_t fact)
{
    size_t from = 0;
    size_t to = among->n;

    while (from < to) {
        size_t mid = from + (to - from) / 2;

        if (among->facts[mid] < fact)
            from = mid + 1;
        else
            to = mid;
    }
    return from;
}

size_t fm_among_of(const struct fm_among *among, int64_t sentence,
                   const int64_t **ret_first)
{
    size_t from = lower(among, fm_sentence_first(sentence));

    *ret_first = among->facts + from;
    return lower(among, fm_sentence_last(sentence) + 1) - from;
}

static void fm_among(sqlite3_context *context, int n, sqlite3_value **values)
{
    const struct fm_among *among = sqlite3_user_data(context);
    const int64_t *first = NULL;

    (void)n;
    sqlite3_result_int(
        context,
        fm_among_of(among, sqlite3_value_int64(values[0]), &first) > 0 ? 1 : 0);
}

enum fm_error fm_among_register(sqlite3 *db, struct fm_among *among,
                                struct fm_why *why)
{
    int rc = sqlite3_create_function_v2(db, "fm_among", 1,
                                        SQLITE_UTF8 | SQLITE_DIRECTONLY, among,
                                        fm_among, NULL, NULL, NULL);

    return rc == SQLITE_OK ? FM_OK
                           : fm_db_fail(db, rc, why, "setting up the database");
}
