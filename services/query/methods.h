/* The methods of factmill.v1.Query that this service answers; one row of a table
 * each. All others answer UNIMPLEMENTED. Step 9 of an article's path. */
#ifndef FM_QUERY_METHODS_H
#define FM_QUERY_METHODS_H

#include "query/query.h"

/* Fills *ret_service for fm_rpc_server_start, and names the methods to the
 * metrics. query must outlive the server. */
void fm_query_service(struct fm_query *query,
                      struct fm_rpc_service *ret_service);

#endif
