#include "ingest/validate.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "base/wire.h"
#include "store/content.h"

/* Field numbers of factmill.v1.Article. */
enum {
    ID = 1,
    SOURCE,
    URL,
    TITLE,
    BYLINE,
    LANGUAGE,
    PUBLISHED,
    TEXT,
    LABELS,
    FIELDS,
};

enum {
    REQUIRED = 1, /* not empty, and not white space only */
    ONE_LINE = 2, /* a key or a name: no control characters */
};

/* A language tag of RFC 5646 is at most 35 bytes in practice (4.4.1). */
#define LANGUAGE_BYTES 35u
#define FRACTION       1000000
/* The oldest date that is believed. A newspaper's archive begins in 1605;
 * smaller years are two-digit years or day and year in the wrong order. */
#define FIRST_YEAR 1000
/* Pieces under embargo carry a date that is still to come; more than a year
 * ahead is a wrong century or milliseconds taken for seconds. */
#define FUTURE_DAYS 366

struct text_rule {
    uint32_t number;
    unsigned flags;
    uint32_t max; /* bytes; 0 = limits->text_bytes */
    const char *field;
    const char *name; /* first part of the reason */
};

/* In the order in which people would want to hear of them. */
static const struct text_rule rules[] = {
    {ID, REQUIRED | ONE_LINE, FM_LIMIT_ID, "article.id", "ID"},
    {SOURCE, REQUIRED | ONE_LINE, FM_LIMIT_SOURCE, "article.source", "SOURCE"},
    {TEXT, REQUIRED, 0, "article.text", "TEXT"},
    {TITLE, 0, FM_LIMIT_TITLE, "article.title", "TITLE"},
    {URL, ONE_LINE, FM_LIMIT_URL, "article.url", "URL"},
    {BYLINE, 0, FM_LIMIT_BYLINE, "article.byline", "BYLINE"},
    {LANGUAGE, ONE_LINE, LANGUAGE_BYTES, "article.language", "LANGUAGE"},
};

static const struct text_rule label_key = {1, REQUIRED | ONE_LINE,
                                           FM_LIMIT_LABEL_KEY,
                                           "article.labels.key", "LABEL_KEY"};
static const struct text_rule label_value = {
    2, 0, FM_LIMIT_LABEL_VALUE, "article.labels.value", "LABEL_VALUE"};

struct timestamp {
    bool set;
    int64_t seconds;
    int64_t nanos;
};

struct fields {
    struct fm_str text[FIELDS]; /* by field number; labels: the last one */
    struct timestamp published;
    size_t labels;
};

static enum fm_error refuse(enum fm_error error, const struct text_rule *rule,
                            const char *suffix, struct fm_why *why,
                            const char *what)
{
    char reason[48];

    (void)snprintf(reason, sizeof reason, "%s_%s", rule->name, suffix);
    return fm_fail_field(error, why, rule->field, reason, "%s %s", rule->field,
                         what);
}

static enum fm_error check_text(struct fm_str s, const struct text_rule *rule,
                                uint64_t text_bytes, struct fm_why *why)
{
    uint64_t max = rule->max != 0 ? rule->max : text_bytes;
    char what[80];

    if ((rule->flags & REQUIRED) != 0 && fm_str_trim(s).len == 0)
        return refuse(FM_EINVAL, rule, "EMPTY", why, "is empty");
    if (s.len > max) {
        (void)snprintf(what, sizeof what,
                       "is %zu bytes long; at most %llu are accepted", s.len,
                       (unsigned long long)max);
        return refuse(FM_EINVAL, rule, "TOO_LONG", why, what);
    }
    if (s.len > 0 && memchr(s.data, '\0', s.len) != NULL)
        return refuse(FM_EINVAL, rule, "NUL", why, "contains a NUL byte");
    if (fm_utf8_valid(s) != s.len) {
        (void)snprintf(what, sizeof what, "is not UTF-8 at byte %zu",
                       fm_utf8_valid(s));
        return refuse(FM_EINVAL, rule, "NOT_UTF8", why, what);
    }
    for (size_t i = 0; (rule->flags & ONE_LINE) != 0 && i < s.len; i++)
        if ((uint8_t)s.data[i] < 0x20 || s.data[i] == 0x7f)
            return refuse(FM_EINVAL, rule, "CONTROL", why,
                          "contains a control character");
    return FM_OK;
}

static enum fm_error not_an_article(struct fm_why *why)
{
    return fm_fail_field(FM_EINVAL, why, "article", "NOT_AN_ARTICLE",
                         "the bytes are not a factmill.v1.Article");
}

/* google.protobuf.Timestamp; given twice, its fields merge. */
static bool read_timestamp(struct fm_str bytes, struct timestamp *ret)
{
    struct fm_wire_field f;
    size_t at = 0;

    ret->set = true;
    while (fm_wire_next(bytes, &at, &f)) {
        if (f.type == 0 && f.number == 1)
            ret->seconds = (int64_t)f.value;
        if (f.type == 0 && f.number == 2)
            ret->nanos = (int64_t)f.value;
    }
    return at == bytes.len;
}

static enum fm_error check_label(struct fm_str bytes, struct fm_why *why)
{
    struct fm_str key = {0};
    struct fm_str value = {0};
    struct fm_wire_field f;
    size_t at = 0;
    enum fm_error e;

    while (fm_wire_next(bytes, &at, &f)) {
        if (f.type == 2 && f.number == 1)
            key = f.bytes;
        if (f.type == 2 && f.number == 2)
            value = f.bytes;
    }
    if (at != bytes.len)
        return not_an_article(why);
    e = check_text(key, &label_key, 0, why);
    return e != FM_OK ? e : check_text(value, &label_value, 0, why);
}

static enum fm_error read_fields(struct fm_str bytes, struct fm_why *why,
                                 struct fields *ret)
{
    struct fm_wire_field f;
    size_t at = 0;

    while (fm_wire_next(bytes, &at, &f)) {
        if (f.number >= FIELDS)
            continue; /* of a newer producer: kept, not read */
        if (f.type != 2)
            return not_an_article(why);
        if (f.number == PUBLISHED) {
            if (!read_timestamp(f.bytes, &ret->published))
                return not_an_article(why);
        } else if (f.number == LABELS) {
            enum fm_error e = check_label(f.bytes, why);

            if (e != FM_OK)
                return e;
            ret->labels++;
        } else
            ret->text[f.number] = f.bytes;
    }
    return at == bytes.len ? FM_OK : not_an_article(why);
}

/* language = 2 to 8 letters, then subtags of 1 to 8 letters and digits. */
static enum fm_error check_language(struct fm_str tag, struct fm_why *why)
{
    struct fm_str rest = tag;
    struct fm_str part;
    bool first = true;
    bool good = tag.len == 0 || tag.data[tag.len - 1] != '-';

    while (good && fm_str_next(&rest, '-', &part)) {
        good = part.len >= (first ? 2u : 1u) && part.len <= 8;
        for (size_t i = 0; good && i < part.len; i++)
            good = fm_is_alpha(part.data[i]) ||
                   (!first && fm_is_digit(part.data[i]));
        first = false;
    }
    if (good)
        return FM_OK;
    return fm_fail_field(FM_EINVAL, why, "article.language", "LANGUAGE_TAG",
                         "article.language is not a language tag like \"en\" "
                         "or \"en-GB\"; leave it empty to have it detected");
}

static enum fm_error check_published(const struct timestamp *t, int64_t now_us,
                                     struct fm_why *why, int64_t *ret_us)
{
    int64_t first = fm_days_from_civil(FIRST_YEAR, 1, 1) * 86400;
    int64_t last = now_us / FRACTION + (int64_t)FUTURE_DAYS * 86400;

    if (!t->set) {
        *ret_us = INT64_MIN;
        return FM_OK;
    }
    if (t->nanos < 0 || t->nanos > 999999999 || t->seconds < first ||
        t->seconds > last)
        return fm_fail_field(FM_EINVAL, why, "article.published",
                             "PUBLISHED_RANGE",
                             "article.published is not between the year %d and "
                             "a year from now (seconds since 1970 are "
                             "expected, not milliseconds)",
                             FIRST_YEAR);
    *ret_us = t->seconds * FRACTION + t->nanos / 1000;
    return FM_OK;
}

enum fm_error fm_validate(struct fm_str bytes,
                          const struct fm_validate_limits *limits,
                          struct fm_why *why,
                          struct fm_store_article *ret_article)
{
    struct fm_store_article article = {.body = bytes};
    struct fields fields = {0};
    enum fm_error e = read_fields(bytes, why, &fields);

    for (size_t i = 0; e == FM_OK && i < sizeof rules / sizeof *rules; i++)
        e = check_text(fields.text[rules[i].number], &rules[i],
                       limits->text_bytes, why);
    if (e == FM_OK)
        e = check_language(fields.text[LANGUAGE], why);
    if (e == FM_OK)
        e = check_published(&fields.published, limits->now_us, why,
                            &article.published_us);
    if (e == FM_OK && fields.labels > FM_LIMIT_LABELS)
        e = fm_fail_field(FM_EINVAL, why, "article.labels", "LABELS_TOO_MANY",
                          "article.labels holds %zu; at most %u are accepted",
                          fields.labels, FM_LIMIT_LABELS);
    if (e != FM_OK)
        return e;
    article.source = fields.text[SOURCE];
    article.id = fields.text[ID];
    article.title = fields.text[TITLE];
    article.language = fields.text[LANGUAGE];
    if (!fm_content_hash(bytes, &article.content))
        return not_an_article(why);
    *ret_article = article;
    return FM_OK;
}

enum fm_error fm_validate_frame(struct fm_str bytes,
                                const struct fm_validate_limits *limits,
                                struct fm_why *why,
                                struct fm_store_article *ret_article)
{
    Factmill__V1__Article *article = factmill__v1__article__unpack(
        NULL, bytes.len, (const uint8_t *)bytes.data);

    if (article == NULL)
        return fm_fail_field(FM_EINVAL, why, "article", "NOT_AN_ARTICLE",
                             "the bytes are not a factmill.v1.Article");
    factmill__v1__article__free_unpacked(article, NULL);
    return fm_validate(bytes, limits, why, ret_article);
}
