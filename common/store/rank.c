#include "store/db_priv.h"
#include "store/highlight_priv.h"
#include "store/rank_priv.h"

#include <math.h>
#include <stdlib.h>

/* The usual constants (Robertson and Zaragoza 2009, 3.2). */
#define K1 1.2
#define B  0.75
/* A word of a title against one of the evidence: it leads many sentences. */
#define TITLE_WEIGHT 0.3F
/* Phrases that one query can have, and then some (text_query.h allows 32
 * terms). */
#define PHRASES_MAX 64

/* --- counting ---------------------------------------------------------------------- */

static int count_phrase(const Fts5ExtensionApi *api, Fts5Context *context,
                        int phrase, float *ret)
{
    Fts5PhraseIter at;
    int column = 0;
    int offset = 0;
    int rc = api->xPhraseFirst(context, phrase, &at, &column, &offset);

    *ret = 0;
    while (rc == SQLITE_OK && column >= 0) {
        *ret += column == 0 ? 1.0F : TITLE_WEIGHT;
        api->xPhraseNext(context, &at, &column, &offset);
    }
    return rc;
}

static void fm_counts(const Fts5ExtensionApi *api, Fts5Context *context,
                      sqlite3_context *result, int n, sqlite3_value **values)
{
    float counts[1 + PHRASES_MAX];
    int phrases = api->xPhraseCount(context);
    int words = 0;
    int rc = api->xColumnSize(context, 0, &words);

    (void)n;
    (void)values;
    if (phrases > PHRASES_MAX)
        phrases = PHRASES_MAX;
    counts[0] = (float)words;
    for (int i = 0; rc == SQLITE_OK && i < phrases; i++)
        rc = count_phrase(api, context, i, &counts[1 + i]);
    if (rc != SQLITE_OK)
        sqlite3_result_error_code(result, rc);
    else
        sqlite3_result_blob(result, counts,
                            (1 + phrases) * (int)sizeof counts[0],
                            SQLITE_TRANSIENT);
}

enum fm_error fm_rank_register(sqlite3 *db, struct fm_why *why)
{
    fts5_api *api = NULL;
    enum fm_error e = fm_fts5_api(db, why, &api);
    int rc;

    if (e != FM_OK || api == NULL)
        return e;
    rc = api->xCreateFunction(api, "fm_counts", NULL, fm_counts, NULL);
    return rc == SQLITE_OK ? FM_OK
                           : fm_db_fail(db, rc, why, "setting up full text");
}

/* --- ranking ------------------------------------------------------------------------ */

static enum fm_error no_memory(struct fm_why *why)
{
    return fm_fail(FM_ENOMEM, why, NULL, "no memory for a search");
}

enum fm_error fm_rank_init(struct fm_rank *rank, size_t max,
                           struct fm_arena *arena, struct fm_why *why)
{
    memset(rank, 0, sizeof *rank);
    rank->max = max;
    rank->items = fm_arena_array(arena, max, sizeof *rank->items);
    return rank->items != NULL ? FM_OK : no_memory(why);
}

enum fm_error fm_rank_add(struct fm_rank *rank, int64_t row,
                          struct fm_str counts, struct fm_arena *arena,
                          struct fm_why *why)
{
    size_t width = counts.len / sizeof *rank->counts;

    if (rank->counts == NULL) {
        rank->width = width;
        rank->counts =
            fm_arena_array(arena, rank->max * width, sizeof *rank->counts);
    }
    if (rank->counts == NULL || width == 0)
        return no_memory(why);
    if (rank->n == rank->max || width != rank->width)
        return fm_fail(FM_EINTERNAL, why, NULL, "a search has lost count");
    memcpy(rank->counts + rank->n * width, counts.data, width * sizeof(float));
    rank->items[rank->n++].row = row;
    return FM_OK;
}

/* A phrase that few of them have says more. */
static double weight(const struct fm_rank *rank, size_t phrase)
{
    double n = (double)rank->n;
    double have = 0;

    for (size_t i = 0; i < rank->n; i++)
        have += rank->counts[i * rank->width + phrase] > 0 ? 1 : 0;
    return log1p((n - have + 0.5) / (have + 0.5));
}

static double average_length(const struct fm_rank *rank)
{
    double sum = 1;

    for (size_t i = 0; i < rank->n; i++)
        sum += (double)rank->counts[i * rank->width];
    return sum / (double)rank->n;
}

static int better(const void *pa, const void *pb)
{
    const struct fm_ranked *a = pa;
    const struct fm_ranked *b = pb;

    if (a->score > b->score || a->score < b->score)
        return a->score > b->score ? -1 : 1;
    return (a->row < b->row) - (a->row > b->row);
}

enum fm_error fm_rank_finish(struct fm_rank *rank, struct fm_arena *arena,
                             struct fm_why *why)
{
    double *weights;
    double average;

    if (rank->n == 0)
        return FM_OK;
    weights = fm_arena_array(arena, rank->width, sizeof *weights);
    if (weights == NULL)
        return no_memory(why);
    average = average_length(rank);
    for (size_t k = 1; k < rank->width; k++)
        weights[k] = weight(rank, k);
    for (size_t i = 0; i < rank->n; i++) {
        const float *counts = rank->counts + i * rank->width;
        double length = K1 * (1 - B + B * (double)counts[0] / average);
        double score = 0;

        for (size_t k = 1; k < rank->width; k++)
            score += weights[k] * (double)counts[k] * (K1 + 1) /
                     ((double)counts[k] + length);
        rank->items[i].score = score;
    }
    qsort(rank->items, rank->n, sizeof *rank->items, better);
    return FM_OK;
}
