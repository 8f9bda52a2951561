/* How well a sentence answers a full-text query: BM25 (Robertson and Zaragoza,
 * "The Probabilistic Relevance Framework", 2009) with words of a title worth
 * less than those of the evidence.
 *
 * FTS5's own bm25() counts, for each query, all documents that have each of its
 * phrases, and has to score all of them before the best is known: for words that
 * a tenth of all news has, that takes longer than an answer may. Here frequencies
 * are those among the sentences that are ranked together (search.c says which),
 * so that a query looks at a bounded number of them, and scores of a page do not
 * move while articles come in. */
#ifndef FM_STORE_RANK_PRIV_H
#define FM_STORE_RANK_PRIV_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "store/highlight_priv.h"

#include <sqlite3.h>

/* Makes fm_counts(search) known to the connection, an FTS5 auxiliary function
 * (sqlite.org/fts5.html, section 7): a blob for fm_rank_add with the sentence's
 * length in words, how often each phrase of the query stands in it, and where. */
enum fm_error fm_rank_register(sqlite3 *db, struct fm_why *why);

struct fm_ranked {
    int64_t row;
    double score;                  /* larger is better; of fm_rank_finish */
    const struct fm_place *places; /* in the evidence */
    size_t place_count;
};

/* Sentences that are ranked together. */
struct fm_rank {
    struct fm_ranked *items;
    size_t n;
    size_t max;
    /* Words of each, then how often it has each phrase. */
    float *counts;
    size_t width; /* 1 + phrases */
};

/* Room for max sentences; lives in the arena. */
enum fm_error fm_rank_init(struct fm_rank *rank, size_t max,
                           struct fm_arena *arena, struct fm_why *why);
/* The next sentence; bytes: what fm_counts gave. At most max of them. */
enum fm_error fm_rank_add(struct fm_rank *rank, int64_t row,
                          struct fm_str bytes, struct fm_arena *arena,
                          struct fm_why *why);
/* Scores them and sorts: the best first, of equals the newest. */
enum fm_error fm_rank_finish(struct fm_rank *rank, struct fm_arena *arena,
                             struct fm_why *why);

#endif
