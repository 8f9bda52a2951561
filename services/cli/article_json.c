#include "cli/article_json.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/parse.h"
#include "base/utf8.h"
#include "cli/scan.h"

#define RANK_NONE UINT32_MAX

enum field {
    ID,
    SOURCE,
    URL,
    TITLE,
    BYLINE,
    LANGUAGE,
    PUBLISHED,
    TEXT,
};

/* Aliases as they occur in news feeds and archives, best first. join: between
 * the strings of an array. */
static const struct {
    const char *name;
    const char *aliases[6];
    const char *join;
} fields[FM_ARTICLE_FIELDS] = {
    [ID] = {"id", {"_id", "guid", "doc_id", "article_id", "uuid"}, "/"},
    [SOURCE] = {"source",
                {"publisher", "outlet", "domain", "site", "feed"},
                " "},
    [URL] = {"url", {"link", "href", "uri"}, " "},
    [TITLE] = {"title", {"headline", "name"}, " "},
    [BYLINE] = {"byline", {"author", "authors", "creator"}, ", "},
    [LANGUAGE] = {"language", {"lang"}, " "},
    [PUBLISHED] = {"published",
                   {"date", "published_at", "publishedAt", "pubDate",
                    "date_published", "datetime"},
                   " "},
    [TEXT] = {"text",
              {"body", "content", "maintext", "full_text", "articleBody"},
              "\n\n"},
};

enum fm_error fm_article_map_init(struct fm_article_map *map,
                                  const struct fm_cli_list *pairs,
                                  struct fm_why *why)
{
    memset(map, 0, sizeof *map);
    for (size_t i = 0; i < pairs->n; i++) {
        struct fm_str rest = fm_str(pairs->items[i]);
        struct fm_str pair;

        while (fm_str_next(&rest, ',', &pair)) {
            size_t equals = fm_str_find(pair, fm_str("="), 0);
            size_t field = 0;

            while (equals != SIZE_MAX && field < FM_ARTICLE_FIELDS &&
                   !fm_str_eqz(fm_str_sub(pair, 0, equals), fields[field].name))
                field++;
            if (equals == SIZE_MAX || field == FM_ARTICLE_FIELDS)
                return fm_fail(FM_EINVAL, why, NULL,
                               "--map: \"%.*s\" is not FIELD=NAME with a field "
                               "of id, source, url, title, byline, language, "
                               "published, text",
                               FM_STR_ARG(pair));
            map->names[field] = fm_str_sub(pair, equals + 1, pair.len);
        }
    }
    return FM_OK;
}

/* How good a source key is for a field; smaller is better. */
static uint32_t rank(const struct fm_article_map *map, size_t field,
                     struct fm_str key)
{
    if (map->names[field].len > 0)
        return fm_str_eq(key, map->names[field]) ? 0 : RANK_NONE;
    if (fm_str_eqz(key, fields[field].name))
        return 1;
    for (uint32_t i = 0; i < 6 && fields[field].aliases[i] != NULL; i++)
        if (fm_str_eqz(key, fields[field].aliases[i]))
            return 2 + i;
    return RANK_NONE;
}

/* --- dates ------------------------------------------------------------------- */

static bool rfc2822(struct fm_str s, int64_t *ret_us)
{
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    size_t comma = fm_str_find(s, fm_str(","), 0);
    struct fm_str rest =
        comma != SIZE_MAX ? fm_str_sub(s, comma + 1, s.len) : s;
    struct fm_str part[5] = {{NULL, 0}};
    char text[FM_TIME_TEXT];
    const char *zone = "Z";
    uint64_t day;
    size_t month = 0;

    rest = fm_str_trim(rest);
    for (size_t i = 0; i < 5 && fm_str_next(&rest, ' ', &part[i]); i++)
        ;
    if (fm_parse_u64(part[0], &day) != FM_OK || day > 31 || part[1].len < 3 ||
        part[2].len != 4)
        return false;
    while (month < 12 && !fm_str_ieq(fm_str_sub(part[1], 0, 3),
                                     fm_str_n(months + month * 3, 3)))
        month++;
    if (part[4].len == 5 && (part[4].data[0] == '+' || part[4].data[0] == '-'))
        zone = NULL;
    if (snprintf(text, sizeof text, "%.*s-%02zu-%02llu%s%.*s%.*s",
                 FM_STR_ARG(part[2]), month + 1, (unsigned long long)day,
                 part[3].len > 0 ? "T" : "", FM_STR_ARG(part[3]),
                 part[3].len == 0 ? 0 : (zone != NULL ? 1 : 5),
                 zone != NULL ? zone : part[4].data) >= (int)sizeof text)
        return false;
    return fm_time_parse(fm_str(text), ret_us) == FM_OK;
}

enum fm_error fm_article_date(struct fm_str text, int64_t *ret_us)
{
    char padded[FM_TIME_TEXT];
    int64_t number;

    text = fm_str_trim(text);
    if (fm_time_parse(text, ret_us) == FM_OK)
        return FM_OK;
    if (text.len > 10 && text.len + 2 < sizeof padded &&
        snprintf(padded, sizeof padded, "%.*sZ", FM_STR_ARG(text)) > 0 &&
        fm_time_parse(fm_str(padded), ret_us) == FM_OK)
        return FM_OK;
    if (text.len >= 8 && fm_parse_i64(text, &number) == FM_OK) {
        /* 8 digits are a compact date; past the year 5000 in seconds it must be
         * milliseconds. */
        if (text.len == 8) {
            (void)snprintf(padded, sizeof padded, "%.4s-%.2s-%.2s", text.data,
                           text.data + 4, text.data + 6);
            return fm_time_parse(fm_str(padded), ret_us);
        }
        *ret_us = number * (number > INT64_C(100000000000) ? 1000 : 1000000);
        return text.len <= 14 ? FM_OK : FM_EINVAL;
    }
    return rfc2822(text, ret_us) ? FM_OK : FM_EINVAL;
}

enum fm_error fm_article_set_published(Factmill__V1__Article *article,
                                       int64_t us, struct fm_arena *arena)
{
    Google__Protobuf__Timestamp *time = fm_arena_alloc(arena, sizeof *time);
    int64_t seconds = us / 1000000 - (us % 1000000 < 0);

    if (time == NULL)
        return arena->failed;
    google__protobuf__timestamp__init(time);
    time->seconds = seconds;
    time->nanos = (int32_t)((us - seconds * 1000000) * 1000);
    article->published = time;
    return FM_OK;
}

/* --- values ------------------------------------------------------------------ */

static void append(char *out, size_t *len, struct fm_str s)
{
    if (s.len > 0)
        memcpy(out + *len, s.data, s.len);
    *len += s.len;
}

/* Strings of an array, joined. */
static enum fm_error join(struct fm_str raw, const char *between,
                          struct fm_arena *arena, struct fm_why *why,
                          struct fm_str *ret)
{
    struct fm_scan_value value;
    struct fm_scan scan;
    struct fm_str key;
    enum fm_error error = fm_scan_begin(&scan, raw, why);
    char *out = fm_arena_alloc(arena, 2 * raw.len + 1);
    size_t len = 0;

    if (out == NULL)
        return arena->failed;
    while (error == FM_OK) {
        struct fm_str part;

        error = fm_scan_next(&scan, why, &key, &value);
        if (error != FM_OK || value.type != FM_SCAN_STRING)
            continue;
        error = fm_scan_string(value.raw, arena, why, &part);
        if (error == FM_OK && part.len > 0) {
            if (len > 0)
                append(out, &len, fm_str(between));
            append(out, &len, part);
        }
    }
    if (error != FM_ENOTFOUND)
        return error;
    *ret = fm_str_n(out, len);
    return FM_OK;
}

/* NewsAPI and its kin: "source": {"id": null, "name": "…"}. */
static enum fm_error name_of(struct fm_str raw, struct fm_arena *arena,
                             struct fm_why *why, struct fm_str *ret)
{
    struct fm_scan_value value;
    struct fm_scan scan;
    struct fm_str key;
    enum fm_error error = fm_scan_begin(&scan, raw, why);

    while (error == FM_OK) {
        error = fm_scan_next(&scan, why, &key, &value);
        if (error == FM_OK && value.type == FM_SCAN_STRING &&
            fm_str_eqz(key, "name"))
            return fm_scan_string(value.raw, arena, why, ret);
    }
    if (error == FM_ENOTFOUND)
        *ret = fm_str("");
    return error == FM_ENOTFOUND ? FM_OK : error;
}

static enum fm_error as_text(const struct fm_scan_value *value, size_t field,
                             struct fm_arena *arena, struct fm_why *why,
                             struct fm_str *ret)
{
    switch (value->type) {
    case FM_SCAN_NULL: *ret = fm_str(""); return FM_OK;
    case FM_SCAN_STRING: return fm_scan_string(value->raw, arena, why, ret);
    case FM_SCAN_NUMBER: *ret = value->raw; return FM_OK;
    case FM_SCAN_ARRAY:
        return join(value->raw, fields[field].join, arena, why, ret);
    case FM_SCAN_OBJECT: return name_of(value->raw, arena, why, ret);
    case FM_SCAN_BOOL: break;
    }
    return fm_fail_field(FM_EINVAL, why, fields[field].name, "JSON",
                         "%s is not a string", fields[field].name);
}

static enum fm_error set_field(Factmill__V1__Article *article, size_t field,
                               const struct fm_scan_value *value,
                               struct fm_arena *arena, struct fm_why *why)
{
    char **targets[FM_ARTICLE_FIELDS] = {
        [ID] = &article->id,         [SOURCE] = &article->source,
        [URL] = &article->url,       [TITLE] = &article->title,
        [BYLINE] = &article->byline, [LANGUAGE] = &article->language,
        [TEXT] = &article->text,
    };
    struct fm_str text = {NULL, 0};
    enum fm_error error = as_text(value, field, arena, why, &text);
    int64_t us;

    if (error != FM_OK)
        return error;
    if (field != PUBLISHED) {
        *targets[field] = fm_arena_copy(arena, text);
        return *targets[field] != NULL ? FM_OK : arena->failed;
    }
    if (fm_str_trim(text).len == 0)
        return FM_OK;
    if (fm_article_date(text, &us) != FM_OK)
        return fm_fail_field(FM_EINVAL, why, "published", "PUBLISHED",
                             "published: \"%.*s\" is not a date that can be "
                             "read",
                             text.len < 60 ? (int)text.len : 60, text.data);
    return fm_article_set_published(article, us, arena);
}

static enum fm_error add_label(Factmill__V1__Article *article,
                               struct fm_str key, struct fm_str value,
                               struct fm_arena *arena, struct fm_why *why)
{
    Factmill__V1__Label *label = fm_arena_alloc(arena, sizeof *label);

    if (article->n_labels == FM_LIMIT_LABELS)
        return fm_fail_field(FM_EINVAL, why, "labels", "LABELS",
                             "more than %u labels", FM_LIMIT_LABELS);
    if (label == NULL)
        return arena->failed;
    factmill__v1__label__init(label);
    label->key = fm_arena_copy(arena, key);
    label->value = fm_arena_copy(arena, value);
    article->labels[article->n_labels++] = label;
    return arena->failed;
}

/* The strings of one object: {"k": "v", …}, or of {"key": "k", "value": "v"}
 * when pair is set. */
static enum fm_error label_object(Factmill__V1__Article *article,
                                  struct fm_str raw, bool pair,
                                  struct fm_arena *arena, struct fm_why *why)
{
    struct fm_str parts[2] = {{"", 0}, {"", 0}};
    struct fm_scan_value value;
    struct fm_scan scan;
    struct fm_str key;
    struct fm_str text;
    enum fm_error error = fm_scan_begin(&scan, raw, why);

    while (error == FM_OK) {
        error = fm_scan_next(&scan, why, &key, &value);
        if (error != FM_OK || value.type != FM_SCAN_STRING)
            continue;
        error = fm_scan_string(value.raw, arena, why, &text);
        if (error != FM_OK)
            continue;
        if (pair)
            parts[fm_str_eqz(key, "value")] = text;
        else
            error = add_label(article, key, text, arena, why);
    }
    if (error == FM_ENOTFOUND)
        error =
            pair ? add_label(article, parts[0], parts[1], arena, why) : FM_OK;
    return error;
}

/* Both forms: an object of names and values, and a list of Label. */
static enum fm_error set_labels(Factmill__V1__Article *article,
                                const struct fm_scan_value *labels,
                                struct fm_arena *arena, struct fm_why *why)
{
    struct fm_scan_value value;
    struct fm_scan scan;
    struct fm_str key;
    enum fm_error error;

    article->labels = fm_arena_array(arena, FM_LIMIT_LABELS, sizeof(void *));
    if (article->labels == NULL)
        return arena->failed;
    if (labels->type == FM_SCAN_OBJECT)
        return label_object(article, labels->raw, false, arena, why);
    if (labels->type != FM_SCAN_ARRAY)
        return FM_OK;
    error = fm_scan_begin(&scan, labels->raw, why);
    while (error == FM_OK) {
        error = fm_scan_next(&scan, why, &key, &value);
        if (error == FM_OK && value.type == FM_SCAN_OBJECT)
            error = label_object(article, value.raw, true, arena, why);
    }
    return error == FM_ENOTFOUND ? FM_OK : error;
}

enum fm_error fm_article_json_read(struct fm_str line,
                                   const struct fm_article_map *map,
                                   struct fm_arena *arena, struct fm_why *why,
                                   Factmill__V1__Article **ret_article)
{
    struct fm_scan_value best[FM_ARTICLE_FIELDS] = {{FM_SCAN_NULL, {NULL, 0}}};
    uint32_t ranks[FM_ARTICLE_FIELDS];
    Factmill__V1__Article *article = fm_arena_alloc(arena, sizeof *article);
    struct fm_scan_value value;
    struct fm_scan scan;
    struct fm_str key;
    enum fm_error error = fm_scan_begin(&scan, line, why);

    if (article == NULL)
        return arena->failed;
    factmill__v1__article__init(article);
    if (error == FM_OK && scan.closer != '}')
        return fm_fail(FM_EINVAL, why, "JSON", "an array, not an object");
    memset(ranks, 0xff, sizeof ranks);
    while (error == FM_OK) {
        error = fm_scan_next(&scan, why, &key, &value);
        for (size_t i = 0; error == FM_OK && i < FM_ARTICLE_FIELDS; i++) {
            uint32_t r = rank(map, i, key);

            if (r < ranks[i] && value.type != FM_SCAN_NULL) {
                ranks[i] = r;
                best[i] = value;
            }
        }
        if (error == FM_OK && fm_str_eqz(key, "labels"))
            error = set_labels(article, &value, arena, why);
    }
    if (error == FM_ENOTFOUND)
        error = FM_OK;
    for (size_t i = 0; i < FM_ARTICLE_FIELDS && error == FM_OK; i++)
        if (ranks[i] != RANK_NONE)
            error = set_field(article, i, &best[i], arena, why);
    if (error == FM_OK)
        *ret_article = article;
    return error;
}
