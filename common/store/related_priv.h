/* Entities that share facts with one, at one step or two, by the digests. */
#ifndef FM_STORE_RELATED_PRIV_H
#define FM_STORE_RELATED_PRIV_H

#include "store/reader_priv.h"

/* Entities given for each step: when nothing is asked for, and at most. */
#define FM_RELATED_DEFAULT 20u
#define FM_RELATED_MAX     200u

/* Within an answer. FM_ENOTFOUND: there is no such entity. */
enum fm_error fm_read_related(struct fm_reader *r,
                              const Factmill__V1__RelatedRequest *request,
                              struct fm_arena *arena, struct fm_why *why,
                              Factmill__V1__RelatedResponse **ret);

#endif
