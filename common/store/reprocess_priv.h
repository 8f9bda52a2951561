/* Articles read again by another extractor or model, beside everything else.
 *
 * A run (table run; one at a time) goes through the articles in the order in which
 * they came. Each is lent to a worker as a new one is, with its attempt counted
 * first (table run_article); what comes back is compared with the facts in force
 * and kept beside them: nothing, where it is the same. So a run goes on after any
 * kill, and readers see nothing of it.
 *
 *     RUNNING → READY → PROMOTING → PROMOTED
 *                     → DROPPING  → DROPPED        (RUNNING may be dropped, too)
 *
 * Promoting replaces facts article by article, some in each transaction, between
 * the commits of live articles. Until the last is done run.hold holds the number
 * of the last change before it: readers answer as of that change (reader.c), so
 * they see the old run whole, and then the new one whole. What comes in meanwhile
 * is seen when it is over. */
#ifndef FM_STORE_REPROCESS_PRIV_H
#define FM_STORE_REPROCESS_PRIV_H

#include "store/reader_priv.h"
#include "store/settle_priv.h"

/* run.state: as in Reprocessing.State. */
#define FM_RUN(name) FACTMILL__V1__REPROCESSING__STATE__##name

/* run_article.state */
enum fm_run_article {
    FM_RUN_AGAIN = 1, /* waits for its next attempt */
    FM_RUN_LEASED,
    FM_RUN_SAME,
    FM_RUN_DIFFERS,
    FM_RUN_FAILED,
};

/* What two readings of one article have apart. */
struct fm_difference {
    uint32_t same;
    uint32_t added;
    uint32_t removed;
    uint32_t changed; /* the same id with something else in it */
};

/* Facts by their ids, with all that the extractor says of them. */
struct fm_prints;

/* Of messages; old facts are as the store gives them, with global entities. */
enum fm_error fm_prints_add(struct fm_prints **prints, struct fm_arena *arena,
                            struct fm_str bytes, struct fm_why *why);
/* Both are sorted by it. each (may be NULL) is called with every fact that is not
 * the same: old or new is NULL, or neither. */
typedef void fm_prints_each(void *user, const struct fm_str *old_fact,
                            const struct fm_str *new_fact);
void fm_prints_compare(struct fm_prints *old_facts, struct fm_prints *new_facts,
                       fm_prints_each *each, void *user,
                       struct fm_difference *ret);

/* --- writer: reprocess.c; members of its table, and what lease.c hands on ------- */

enum fm_error fm_run_load(struct fm_writer *w, struct fm_why *why);
enum fm_error fm_run_start(struct fm_writer *w,
                           const struct fm_store_run *asked, struct fm_why *why,
                           uint64_t *ret_run, uint64_t *ret_articles);
enum fm_error fm_run_lease(struct fm_writer *w,
                           const struct fm_lease_call *call,
                           struct fm_str extractor, struct fm_arena *arena,
                           struct fm_why *why,
                           struct fm_store_lease **ret_leases, size_t *ret_n);
/* *ret = STALE when it is no lease of a run. */
enum fm_error fm_run_settle(struct fm_writer *w, int64_t lease,
                            const Factmill__V1__Extraction *extraction,
                            struct fm_why *why, enum fm_store_settled *ret);
enum fm_error fm_run_fail(struct fm_writer *w, int64_t lease,
                          struct fm_str error, bool counted, struct fm_why *why,
                          enum fm_store_settled *ret);
enum fm_error fm_run_store(struct fm_writer *w, struct fm_why *why);

/* --- reprocess_end.c ------------------------------------------------------------ */

enum fm_error fm_run_end(struct fm_writer *w, const struct fm_store_run *asked,
                         bool promote, struct fm_why *why);
enum fm_error fm_run_step(struct fm_writer *w, struct fm_why *why,
                          bool *ret_more);

/* The article as a lease would give it. */
enum fm_error fm_run_article_row(struct fm_writer *w, int64_t article,
                                 struct fm_arena *arena, struct fm_why *why,
                                 bool *ret_in_force, struct fm_leased *ret);

/* settle.c: the article's facts are replaced by those of s->extraction. row and
 * extraction are set; the article is in force. */
enum fm_error fm_resettle(struct fm_settlement *s, struct fm_why *why);
/* The stored body of s->row into s->title and s->text; then the check of what a
 * worker sent. */
enum fm_error fm_settle_check(struct fm_settlement *s, struct fm_why *why);

/* --- reader: reprocess_read.c ----------------------------------------------------- */

enum fm_error fm_read_run(struct fm_reader *r, uint64_t run,
                          struct fm_arena *arena, struct fm_why *why,
                          Factmill__V1__Reprocessing **ret);
enum fm_error fm_read_run_diff(struct fm_reader *r, uint64_t run,
                               const struct fm_store_page *page,
                               struct fm_arena *arena, struct fm_why *why,
                               Factmill__V1__DiffReprocessResponse **ret,
                               struct fm_store_cursor *ret_next,
                               bool *ret_more);

#endif
