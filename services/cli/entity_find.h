/* Which entity is meant: by its number, or by a name that may be several. */
#ifndef FM_CLI_ENTITY_FIND_H
#define FM_CLI_ENTITY_FIND_H

#include "cli/remote.h"

/* name: "42", "#42", or a name. *ret_id = 0: it may be several, and they were
 * printed, at most limit of them. FM_ENOTFOUND: nobody is called so. */
enum fm_error fm_entity_find(struct fm_cli *cli, struct fm_remote *remote,
                             char *name, uint64_t limit, struct fm_why *why,
                             uint64_t *ret_id);

/* "person" */
void fm_entity_type(const Factmill__V1__Entity *entity, struct fm_buf *out);
/* "Roe, J. Roe" and a line feed; the first line goes on at column. */
void fm_entity_aliases(const struct fm_term *term,
                       const Factmill__V1__Entity *entity, size_t column,
                       struct fm_buf *out);

#endif
