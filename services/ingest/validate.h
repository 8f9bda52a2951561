/* Is this an article? Reads the serialized bytes without taking them apart, so
 * that what is stored is exactly what was sent and a NUL inside a string is
 * seen (a C string would end there).
 *
 * What is refused names the field ("article.text") and a reason made of the
 * field's name and one of EMPTY, TOO_LONG, NUL, NOT_UTF8, CONTROL: "TEXT_EMPTY",
 * "ID_TOO_LONG". Besides: LANGUAGE_TAG, PUBLISHED_RANGE, LABELS_TOO_MANY,
 * NOT_AN_ARTICLE. */
#ifndef FM_INGEST_VALIDATE_H
#define FM_INGEST_VALIDATE_H

#include "base/error.h"
#include "base/str.h"
#include "store/store.h"

struct fm_validate_limits {
    uint64_t text_bytes; /* of article.text */
    int64_t now_us;      /* civil time, for dates that are not believed */
};

/* bytes: one serialized factmill.v1.Article. *ret_article borrows from them.
 * FM_EINVAL, FM_ERANGE or FM_ETOOBIG with field and reason. Any thread. */
enum fm_error fm_validate(struct fm_str bytes,
                          const struct fm_validate_limits *limits,
                          struct fm_why *why,
                          struct fm_store_article *ret_article);
/* The same for bytes that nobody has unpacked before: that they are a message at
 * all. */
enum fm_error fm_validate_frame(struct fm_str bytes,
                                const struct fm_validate_limits *limits,
                                struct fm_why *why,
                                struct fm_store_article *ret_article);

#endif
