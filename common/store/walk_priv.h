/* All facts of a filter as records of their digests: what timelines, totals and
 * neighbours count. Which of them are looked at is chosen by what the filter
 * names; conditions that a record can answer are tested on it, and only full
 * text, words and articles are left to SQL. */
#ifndef FM_STORE_WALK_PRIV_H
#define FM_STORE_WALK_PRIV_H

#include "store/digest_priv.h"
#include "store/filter_priv.h"

/* False ends the walk. */
typedef bool fm_walk_each(void *user, const struct fm_record *record);

struct fm_walk {
    struct fm_reader *r;
    struct fm_filter filter;
    int64_t predicate; /* of the filter; 0 = any */
    uint32_t kinds;    /* bit k is kind k; 0 = any */
    uint32_t modalities;
    fm_walk_each *each;
    void *user;
    uint64_t looked; /* records, matching or not */
};

/* Within an answer. filter: as for a list; NULL = everything. Records come in
 * the order of sequence, but for a range of publication, where changes come in
 * its order. FM_EABORTED when the answer's time is over. */
enum fm_error fm_walk_init(struct fm_walk *w, struct fm_reader *r,
                           const Factmill__V1__FactFilter *filter,
                           struct fm_why *why);
enum fm_error fm_walk_run(struct fm_walk *w, fm_walk_each *each, void *user,
                          struct fm_why *why);

#endif
