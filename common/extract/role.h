/* Who holds which post: titles before a name and behind it. */
#ifndef FM_EXTRACT_ROLE_H
#define FM_EXTRACT_ROLE_H

#include "extract/context.h"

/* ROLE facts and ctx->roles. Subject = the person, predicate "be", COMPLEMENT =
 * the post as written ("former" and "acting" are part of it), ORGANIZATION_OF =
 * the body, country or person that it is a post of. Rules:
 *   role.title      CSTO Secretary General Nikolai Bordyuzha, Kazakh President N
 *   role.title_of   President of Belarus Alexander Lukashenko
 *   role.before     the head of the agency, Jane Roe,
 *   role.apposition Jane Roe, chief executive of Acme Corp,
 *   role.copula     Jane Roe is the chief executive of Acme Corp */
void fm_extract_roles(struct fm_context *ctx);

#endif
