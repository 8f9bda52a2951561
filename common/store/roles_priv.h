/* Who holds which post, of which body, from when until when: table holding has a
 * row for each fact that tells something of it.
 *
 *     ROLE facts                       HOLDS, or HELD ("former president")
 *     of rule role.taken, role.left    BEGINS, ENDS
 *     resign, be dismissed, die …      ENDS, whatever it was
 *     "has been chairman since 2018"   HOLDS, with the time
 *
 * A row is never changed; whether its fact is in force says the fact's row. */
#ifndef FM_STORE_ROLES_PRIV_H
#define FM_STORE_ROLES_PRIV_H

#include "store/reader_priv.h"
#include "store/settle_priv.h"

/* holding.what; a change needs a migration. */
enum fm_holding {
    FM_HOLDING_NONE,
    FM_HOLDING_HOLDS,
    FM_HOLDING_HELD, /* before the article was published */
    FM_HOLDING_BEGINS,
    FM_HOLDING_ENDS,
    FM_HOLDING_THEN, /* holds it at the time that is given */
};

/* Longest post that is kept. Bytes; longer ones are descriptions. */
#define FM_POST_MAX 96u

/* After a fact was added; does nothing when it tells of no post. */
enum fm_error fm_roles_add(struct fm_settlement *s,
                           const Factmill__V1__Fact *fact, int64_t sequence,
                           struct fm_why *why);
/* For migrate. */
enum fm_error fm_roles_make(sqlite3 *db, struct fm_why *why);

/* The form under which a post is looked up: normal.h's, without "former",
 * "acting" and the like. ret_former: it was left by then. */
struct fm_str fm_post_normal(struct fm_str post, struct fm_arena *arena,
                             bool *ret_former);

/* Roles given: when nothing is asked for, and at most. */
#define FM_ROLES_DEFAULT 50u
#define FM_ROLES_MAX     500u

/* Within an answer. */
enum fm_error fm_read_roles(struct fm_reader *r,
                            const Factmill__V1__ListRolesRequest *request,
                            struct fm_arena *arena, struct fm_why *why,
                            Factmill__V1__ListRolesResponse **ret);

#endif
