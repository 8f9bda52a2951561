/* Entities that an operator said are one. Nothing that was stored is changed:
 * entity.same_as of each points to the one that stands for all, and readers take
 * them together; so it can be taken back at any time, exactly. One step only: who
 * stands for others is joined to nobody else. same_as is NULL of who was never
 * joined, and 0 of who was parted: articles do not join those again
 * (identity_priv.h). */
#ifndef FM_STORE_SAME_PRIV_H
#define FM_STORE_SAME_PRIV_H

#include "store/filter_priv.h"
#include "store/writer_priv.h"

/* That one may stand for, itself included. */
#define FM_SAME_MAX 32u

struct fm_same_pair {
    int64_t entity;
    int64_t stands; /* for it */
};

/* All there are, by entity; operators make few. */
struct fm_same {
    struct fm_same_pair *pairs;
    size_t n;
};

/* Within an answer; lives in its arena. */
enum fm_error fm_same_load(struct fm_reader *r, struct fm_why *why,
                           struct fm_same *ret);
/* Who stands for it: itself, mostly. */
int64_t fm_same_of(const struct fm_same *same, int64_t entity);
/* Adds all that are one with those in who. FM_EINVAL when they are too many. */
enum fm_error fm_same_expand(const struct fm_same *same, const char *field,
                             struct fm_why *why, struct fm_who *who);

/* Writer: `into` stands for the others from now on. FM_ENOTFOUND, FM_EINVAL,
 * FM_EPRECONDITION as why says. */
enum fm_error fm_same_join(struct fm_writer *w,
                           const struct fm_store_same *asked,
                           struct fm_why *why);
/* Each stands for itself again. */
enum fm_error fm_same_part(struct fm_writer *w,
                           const struct fm_store_same *asked,
                           struct fm_why *why);

#endif
