/* What a request may say: every field that a reader sends is checked before it
 * reaches the store, and the one at fault is named. */
#ifndef FM_QUERY_CHECK_H
#define FM_QUERY_CHECK_H

#include "base/error.h"
#include "factmill/v1/query.pb-c.h"

/* filter may be NULL. FM_EINVAL with the field ("filter.kinds") and what is
 * allowed. */
enum fm_error fm_check_filter(const Factmill__V1__FactFilter *filter,
                              struct fm_why *why);
enum fm_error fm_check_watch(const Factmill__V1__WatchFactsRequest *request,
                             struct fm_why *why);
enum fm_error fm_check_order(Factmill__V1__FactOrder order, struct fm_why *why);
enum fm_error
fm_check_list_articles(const Factmill__V1__ListArticlesRequest *request,
                       struct fm_why *why);
enum fm_error
fm_check_list_entities(const Factmill__V1__ListEntitiesRequest *request,
                       struct fm_why *why);
/* UTF-8, at most max bytes. */
enum fm_error fm_check_text(const char *text, size_t max, const char *field,
                            struct fm_why *why);

#endif
