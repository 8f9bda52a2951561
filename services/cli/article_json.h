/* Articles out of JSON Lines: factmill's own form (the fields of Article), and
 * the feeds that people have, whose fields go by other names. */
#ifndef FM_CLI_ARTICLE_JSON_H
#define FM_CLI_ARTICLE_JSON_H

#include "base/arena.h"
#include "base/error.h"
#include "cli/flags.h"
#include "factmill/v1/article.pb-c.h"

#define FM_ARTICLE_FIELDS 8

/* Which member of a line becomes which field; FIELD=NAME pairs of --map come
 * before the field's own name, known aliases ("body", "date") after it. */
struct fm_article_map {
    struct fm_str names[FM_ARTICLE_FIELDS]; /* empty = not mapped */
};

/* FM_EINVAL: not FIELD=NAME, or no field of an article. */
enum fm_error fm_article_map_init(struct fm_article_map *map,
                                  const struct fm_cli_list *pairs,
                                  struct fm_why *why);
/* The article of one line; absent fields are "", members that mean nothing are
 * passed over. All memory is the arena's. FM_EINVAL: not a JSON object, a value
 * of the wrong kind, a date that cannot be read (field named in why). */
enum fm_error fm_article_json_read(struct fm_str line,
                                   const struct fm_article_map *map,
                                   struct fm_arena *arena, struct fm_why *why,
                                   Factmill__V1__Article **ret_article);
/* RFC 3339, a date, either without a zone (then UTC), RFC 2822 ("Mon, 23 Nov
 * 2026 10:00:00 +0100"), or seconds or milliseconds since 1970. */
enum fm_error fm_article_date(struct fm_str text, int64_t *ret_us);
/* Sets article->published. */
enum fm_error fm_article_set_published(Factmill__V1__Article *article,
                                       int64_t us, struct fm_arena *arena);

#endif
