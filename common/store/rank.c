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

/* What fm_counts gives: this, a float for each phrase, the places. */
struct head {
    uint32_t words;
    uint32_t phrases;
    uint32_t places;
};

struct blob {
    struct head head;
    float counts[PHRASES_MAX];
    struct fm_place places[FM_HIGHLIGHTS_MAX];
};

static int count_phrase(const Fts5ExtensionApi *api, Fts5Context *context,
                        int phrase, struct blob *b)
{
    Fts5PhraseIter at;
    int column = 0;
    int offset = 0;
    float count = 0;
    int rc = api->xPhraseFirst(context, phrase, &at, &column, &offset);

    while (rc == SQLITE_OK && column >= 0) {
        int last = offset + api->xPhraseSize(context, phrase) - 1;

        count += column == 0 ? 1.0F : TITLE_WEIGHT;
        if (column == 0 && b->head.places < FM_HIGHLIGHTS_MAX)
            b->places[b->head.places++] =
                (struct fm_place){(uint32_t)offset, (uint32_t)last};
        api->xPhraseNext(context, &at, &column, &offset);
    }
    b->counts[phrase] = count;
    return rc;
}

static void give(sqlite3_context *result, const struct blob *b)
{
    size_t counts = b->head.phrases * sizeof b->counts[0];
    size_t places = b->head.places * sizeof b->places[0];
    char bytes[sizeof *b];

    memcpy(bytes, &b->head, sizeof b->head);
    memcpy(bytes + sizeof b->head, b->counts, counts);
    memcpy(bytes + sizeof b->head + counts, b->places, places);
    sqlite3_result_blob(result, bytes, (int)(sizeof b->head + counts + places),
                        SQLITE_TRANSIENT);
}

static void fm_counts(const Fts5ExtensionApi *api, Fts5Context *context,
                      sqlite3_context *result, int n, sqlite3_value **values)
{
    struct blob b;
    int phrases = api->xPhraseCount(context);
    int words = 0;
    int rc = api->xColumnSize(context, 0, &words);

    (void)n;
    (void)values;
    if (phrases > PHRASES_MAX)
        phrases = PHRASES_MAX;
    b.head.words = (uint32_t)words;
    b.head.phrases = (uint32_t)phrases;
    b.head.places = 0;
    for (int i = 0; rc == SQLITE_OK && i < phrases; i++)
        rc = count_phrase(api, context, i, &b);
    if (rc != SQLITE_OK)
        sqlite3_result_error_code(result, rc);
    else
        give(result, &b);
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

/* The places of one sentence, in its order. */
static const struct fm_place *copy_places(struct fm_str bytes, size_t n,
                                          struct fm_arena *arena)
{
    struct fm_place *places = fm_arena_array(arena, n + 1, sizeof *places);

    for (size_t i = 0; places != NULL && i < n; i++) {
        struct fm_place place;
        size_t at = i;

        memcpy(&place, bytes.data + i * sizeof place, sizeof place);
        for (; at > 0 && places[at - 1].first > place.first; at--)
            places[at] = places[at - 1];
        places[at] = place;
    }
    return places;
}

/* The first sentence tells how many phrases there are. */
static float *counts_of(struct fm_rank *rank, const struct head *head,
                        struct fm_arena *arena)
{
    if (rank->counts == NULL) {
        rank->width = 1 + head->phrases;
        rank->counts = fm_arena_array(arena, rank->max * rank->width,
                                      sizeof *rank->counts);
    }
    return rank->counts != NULL ? rank->counts + rank->n * rank->width : NULL;
}

enum fm_error fm_rank_add(struct fm_rank *rank, int64_t row,
                          struct fm_str bytes, struct fm_arena *arena,
                          struct fm_why *why)
{
    struct head head = {0};
    size_t size;
    float *counts;

    if (bytes.len >= sizeof head)
        memcpy(&head, bytes.data, sizeof head);
    size = head.phrases * sizeof *counts;
    counts = counts_of(rank, &head, arena);
    if (counts == NULL)
        return no_memory(why);
    if (rank->n == rank->max || 1 + head.phrases != rank->width ||
        bytes.len != sizeof head + size + head.places * sizeof(struct fm_place))
        return fm_fail(FM_EINTERNAL, why, NULL, "a search has lost count");
    counts[0] = (float)head.words;
    memcpy(counts + 1, bytes.data + sizeof head, size);
    rank->items[rank->n] = (struct fm_ranked){
        .row = row,
        .place_count = head.places,
        .places = copy_places(fm_str_sub(bytes, sizeof head + size, bytes.len),
                              head.places, arena),
    };
    return rank->items[rank->n++].places != NULL ? FM_OK : no_memory(why);
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
