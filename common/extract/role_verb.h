/* Posts that verbs give and take away, over syntax: "was appointed governor",
 * "stepped down as head of the agency", "replaces Jane Roe as coach". Part of
 * extract/role. */
#ifndef FM_EXTRACT_ROLE_VERB_H
#define FM_EXTRACT_ROLE_VERB_H

#include "extract/context.h"

/* The ROLE facts of all verbs; nothing without trees. */
void fm_role_find_verbs(struct fm_context *ctx);
/* A time right behind token i that says from or until when ("since 2011", "from
 * 2004 to 2011") as an argument of the fact. */
void fm_role_add_term(struct fm_context *ctx, size_t i, size_t last,
                      Factmill__V1__Fact *fact);

#endif
