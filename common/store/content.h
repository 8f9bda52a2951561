/* What makes a version of an article: the hash of everything in it but id and
 * source. A change needs a new version of every article, so there is none. */
#ifndef FM_STORE_CONTENT_H
#define FM_STORE_CONTENT_H

#include "base/hash.h"

/* body: a serialized Article. False when it is none; *ret is untouched. */
bool fm_content_hash(struct fm_str body, struct fm_id *ret);
/* Are these the bytes with that hash? */
bool fm_content_is(struct fm_str body, struct fm_str hash);

#endif
