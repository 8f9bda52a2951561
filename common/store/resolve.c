#include "base/parse.h"
#include "base/utf8.h"
#include "store/filter_priv.h"
#include "store/normal.h"
#include "store/same_priv.h"
#include "store/text_query.h"

#include <math.h>

static enum fm_error check_text(const char *z, const char *field,
                                struct fm_why *why)
{
    struct fm_str s = fm_str(z);

    if (s.len > FM_FILTER_STRING)
        return fm_fail_field(FM_EINVAL, why, field, "TOO_LONG",
                             "%s has %zu bytes, at most %u are allowed", field,
                             s.len, FM_FILTER_STRING);
    if (fm_utf8_valid(s) != s.len)
        return fm_fail_field(FM_EINVAL, why, field, "NOT_UTF8",
                             "%s is not UTF-8", field);
    return FM_OK;
}

/* --- entities ------------------------------------------------------------------- */

/* A number that no entity has may still be a name ("1984"). */
static enum fm_error by_number(struct fm_reader *r, struct fm_str text,
                               struct fm_why *why, struct fm_who *who)
{
    struct fm_stmt *st = NULL;
    uint64_t id = 0;
    int64_t found_id = 0;
    bool found = false;
    enum fm_error e;

    if (fm_parse_u64(text, &id) != FM_OK || id == 0 || id > INT64_MAX)
        return FM_OK;
    e = fm_reader_stmt(r, "SELECT entity FROM entity WHERE entity=?", why, &st);
    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, (int64_t)id);
    e = fm_stmt_number(st, why, &found, &found_id);
    if (e == FM_OK && found)
        who->ids[who->n++] = found_id;
    return e;
}

static enum fm_error by_name(struct fm_reader *r, struct fm_str normal,
                             const char *field, struct fm_why *why,
                             struct fm_who *who)
{
    struct fm_stmt *st = NULL;
    bool row = false;
    enum fm_error e = fm_reader_stmt(
        r, "SELECT entity FROM alias WHERE normal=? ORDER BY entity", why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_text(st, 1, normal);
    while ((e = fm_stmt_step(st, why, &row)) == FM_OK && row) {
        if (who->n == FM_FILTER_CANDIDATES) {
            fm_stmt_reset(st);
            return fm_fail_field(
                FM_EINVAL, why, field, "AMBIGUOUS",
                "%s may be more than %d entities; choose one of ListEntities "
                "and give its id",
                field, FM_FILTER_CANDIDATES);
        }
        who->ids[who->n++] = fm_stmt_col_int(st, 0);
    }
    return e;
}

/* One more condition on the full text; both are in brackets or a phrase. */
static enum fm_error add_match(struct fm_reader *r, struct fm_str match,
                               struct fm_why *why, struct fm_filter *f)
{
    char *z;

    if (f->match.len > 0) {
        z = fm_arena_printf(&r->arena, "(%.*s) AND (%.*s)",
                            FM_STR_ARG(f->match), FM_STR_ARG(match));
        if (z == NULL)
            return fm_fail(FM_ENOMEM, why, NULL, "no memory for a query");
        match = fm_str(z);
    }
    f->match = match;
    return FM_OK;
}

/* Nobody has this name: the sentences that have the words lead, and the
 * arguments of their facts are compared. */
static enum fm_error by_words(struct fm_reader *r, struct fm_str normal,
                              const char *field, struct fm_why *why,
                              struct fm_who *who, struct fm_filter *f)
{
    struct fm_str match = {NULL, 0};
    char *phrase = fm_arena_printf(&r->arena, "\"%.*s\"", FM_STR_ARG(normal));
    enum fm_error e;

    if (phrase == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for a query");
    for (size_t i = 1; i <= normal.len; i++)
        if (phrase[i] == '"')
            phrase[i] = ' ';
    who->words = normal;
    e = fm_text_query(fm_str(phrase), field, "text", &r->arena, NULL, &match);
    if (e == FM_EINVAL) {
        f->impossible = true; /* no letter or digit in it */
        return FM_OK;
    }
    return e == FM_OK ? add_match(r, match, why, f) : e;
}

enum fm_error fm_resolve_name(struct fm_reader *r, const char *text,
                              const char *field, struct fm_why *why,
                              struct fm_who *who)
{
    struct fm_same same;
    struct fm_str normal;
    enum fm_error e = check_text(text, field, why);

    if (e == FM_OK)
        e = by_number(r, fm_str_trim(fm_str(text)), why, who);
    normal = fm_normal_name(fm_str(text), &r->arena);
    if (e == FM_OK && who->n == 0 && normal.len > 0)
        e = by_name(r, normal, field, why, who);
    if (e == FM_OK && who->n > 0)
        e = fm_same_load(r, why, &same);
    return e == FM_OK && who->n > 0 ? fm_same_expand(&same, field, why, who)
                                    : e;
}

static enum fm_error resolve_who(struct fm_reader *r, const char *text,
                                 const char *field, uint32_t roles,
                                 struct fm_why *why, struct fm_filter *f)
{
    struct fm_who *who = &f->whos[f->who_count];
    struct fm_str normal;
    enum fm_error e = check_text(text, field, why);

    if (e != FM_OK || text[0] == '\0')
        return e;
    f->who_count++;
    who->roles = roles;
    e = fm_resolve_name(r, text, field, why, who);
    if (e != FM_OK || who->n > 0)
        return e;
    normal = fm_normal_name(fm_str(text), &r->arena);
    if (normal.len == 0)
        f->impossible = true;
    else
        e = by_words(r, normal, field, why, who, f);
    return e;
}

/* --- articles ------------------------------------------------------------------- */

static enum fm_error resolve_source(struct fm_reader *r, const char *name,
                                    struct fm_why *why, struct fm_filter *f)
{
    struct fm_stmt *st = NULL;
    bool found = false;
    enum fm_error e = check_text(name, "filter.source", why);

    if (e != FM_OK || name[0] == '\0')
        return e;
    e = fm_reader_stmt(r, "SELECT source FROM source WHERE name=?", why, &st);
    if (e != FM_OK)
        return e;
    fm_stmt_text(st, 1, fm_str(name));
    e = fm_stmt_number(st, why, &found, &f->source);
    if (e == FM_OK && !found)
        f->impossible = true;
    return e;
}

static enum fm_error resolve_article(struct fm_reader *r, const char *id,
                                     struct fm_why *why, struct fm_filter *f)
{
    struct fm_stmt *st = NULL;
    bool row = false;
    enum fm_error e = check_text(id, "filter.article", why);

    if (e != FM_OK || id[0] == '\0')
        return e;
    /* The newest first: older versions matter only to who asks for the past. */
    e = fm_reader_stmt(r,
                       "SELECT sequence FROM article WHERE id=?"
                       " AND (?=0 OR source=?) ORDER BY version DESC LIMIT ?",
                       why, &st);
    if (e != FM_OK)
        return e;
    fm_stmt_text(st, 1, fm_str(id));
    fm_stmt_int(st, 2, f->source);
    fm_stmt_int(st, 3, f->source);
    fm_stmt_int(st, 4, FM_FILTER_ARTICLES);
    while ((e = fm_stmt_step(st, why, &row)) == FM_OK && row)
        f->articles[f->article_count++] = fm_stmt_col_int(st, 0);
    if (e == FM_OK && f->article_count == 0)
        f->impossible = true;
    return e;
}

/* --- times ----------------------------------------------------------------------- */

static enum fm_error resolve_range(const Google__Protobuf__Timestamp *from,
                                   const Google__Protobuf__Timestamp *to,
                                   const char *from_field, const char *to_field,
                                   struct fm_why *why, struct fm_range *ret)
{
    enum fm_error e =
        fm_read_instant(from, from_field, INT64_MIN, why, &ret->from);

    if (e == FM_OK)
        e = fm_read_instant(to, to_field, INT64_MAX, why, &ret->to);
    if (e == FM_OK && ret->from != INT64_MIN && ret->to != INT64_MAX &&
        ret->from >= ret->to)
        e = fm_fail_field(FM_EINVAL, why, to_field, "EMPTY_RANGE",
                          "%s must be later than %s", to_field, from_field);
    return e;
}

static int64_t floor_seconds(int64_t us)
{
    return us >= 0 ? us / 1000000 : -((-us + 999999) / 1000000);
}

enum fm_error fm_read_change_at(struct fm_reader *r, int64_t us, bool inclusive,
                                struct fm_why *why, int64_t *ret)
{
    struct fm_stmt *st = NULL;
    bool found = false;
    enum fm_error e = fm_reader_stmt(
        r,
        inclusive ? "SELECT max(last) FROM change WHERE recorded_us = (SELECT"
                    " max(recorded_us) FROM change WHERE recorded_us<=?)"
                  : "SELECT max(last) FROM change WHERE recorded_us = (SELECT"
                    " max(recorded_us) FROM change WHERE recorded_us<?)",
        why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, us);
    *ret = 0;
    return fm_stmt_number(st, why, &found, ret);
}

static enum fm_error resolve_recorded(struct fm_reader *r,
                                      const Factmill__V1__FactFilter *from,
                                      struct fm_why *why, struct fm_filter *f)
{
    struct fm_range recorded = {0};
    int64_t as_of = INT64_MAX;
    enum fm_error e = resolve_range(from->recorded_from, from->recorded_to,
                                    "filter.recorded_from",
                                    "filter.recorded_to", why, &recorded);

    if (e == FM_OK)
        e = fm_read_instant(from->as_of, "filter.as_of", INT64_MAX, why,
                            &as_of);
    if (e == FM_OK && recorded.from != INT64_MIN) {
        e = fm_read_change_at(r, recorded.from, false, why, &f->sequence.from);
        f->sequence.from++;
    }
    if (e == FM_OK && recorded.to != INT64_MAX) {
        e = fm_read_change_at(r, recorded.to, false, why, &f->sequence.to);
        f->sequence.to++;
    }
    if (e == FM_OK && as_of != INT64_MAX) {
        e = fm_read_change_at(r, as_of, true, why, &as_of);
        if (as_of == 0)
            f->impossible = true;
        else
            fm_filter_pin(f, as_of);
    }
    return e;
}

void fm_filter_pin(struct fm_filter *f, int64_t upto)
{
    if (f->as_of == 0 || upto < f->as_of)
        f->as_of = upto;
    if (f->as_of < f->sequence.to - 1)
        f->sequence.to = f->as_of + 1;
}

/* --- the rest ---------------------------------------------------------------------- */

static enum fm_error resolve_values(const Factmill__V1__FactFilter *from,
                                    struct fm_why *why, struct fm_filter *f)
{
    if (from->n_kinds > FM_FILTER_KINDS || from->n_modality > FM_FILTER_KINDS)
        return fm_fail_field(FM_EINVAL, why, "filter.kinds", "TOO_MANY",
                             "the filter repeats its kinds or modalities");
    for (size_t i = 0; i < from->n_kinds; i++) {
        if (from->kinds[i] < FACTMILL__V1__FACT__KIND__QUOTE ||
            from->kinds[i] > FACTMILL__V1__FACT__KIND__LOCATION)
            return fm_fail_field(FM_EINVAL, why, "filter.kinds", "UNKNOWN_KIND",
                                 "there is no kind of fact number %d",
                                 (int)from->kinds[i]);
        f->kinds[f->kind_count++] = from->kinds[i];
    }
    for (size_t i = 0; i < from->n_modality; i++) {
        if (from->modality[i] < FACTMILL__V1__FACT__MODALITY__ASSERTED ||
            from->modality[i] > FACTMILL__V1__FACT__MODALITY__QUESTION)
            return fm_fail_field(
                FM_EINVAL, why, "filter.modality", "UNKNOWN_MODALITY",
                "there is no modality number %d", (int)from->modality[i]);
        f->modalities[f->modality_count++] = from->modality[i];
    }
    if (from->polarity < 0 ||
        from->polarity > FACTMILL__V1__FACT__POLARITY__NEGATIVE)
        return fm_fail_field(FM_EINVAL, why, "filter.polarity",
                             "UNKNOWN_POLARITY", "there is no polarity %d",
                             (int)from->polarity);
    if (!isfinite(from->min_confidence) || from->min_confidence < 0 ||
        from->min_confidence > 1)
        return fm_fail_field(FM_EINVAL, why, "filter.min_confidence",
                             "OUT_OF_RANGE", "min_confidence is from 0 to 1");
    f->polarity = from->polarity;
    f->min_confidence = (double)from->min_confidence;
    f->include_retracted = from->include_retracted;
    return FM_OK;
}

static enum fm_error resolve_words(struct fm_reader *r,
                                   const Factmill__V1__FactFilter *from,
                                   struct fm_why *why, struct fm_filter *f)
{
    enum fm_error e = check_text(from->predicate, "filter.predicate", why);

    if (e == FM_OK && from->predicate[0] != '\0') {
        f->predicate = fm_normal_name(fm_str(from->predicate), &r->arena);
        f->impossible = f->impossible || f->predicate.len == 0;
    }
    if (e == FM_OK && from->text[0] != '\0')
        e = fm_text_query(fm_str(from->text), "filter.text", "text", &r->arena,
                          why, &f->match);
    return e;
}

/* NOLINTNEXTLINE(readability-function-size): one line for each field */
enum fm_error fm_filter_resolve(struct fm_reader *r,
                                const Factmill__V1__FactFilter *from,
                                struct fm_why *why, struct fm_filter *ret)
{
    Factmill__V1__FactFilter none;
    enum fm_error e;

    factmill__v1__fact_filter__init(&none);
    memset(ret, 0, sizeof *ret);
    ret->sequence.from = INT64_MIN;
    ret->sequence.to = INT64_MAX;
    if (from == NULL)
        from = &none;
    e = resolve_values(from, why, ret);
    if (e == FM_OK)
        e = resolve_range(from->time_from, from->time_to, "filter.time_from",
                          "filter.time_to", why, &ret->time);
    if (e == FM_OK)
        e = resolve_range(from->published_from, from->published_to,
                          "filter.published_from", "filter.published_to", why,
                          &ret->published);
    if (e == FM_OK && ret->time.from != INT64_MIN)
        ret->time.from = floor_seconds(ret->time.from);
    if (e == FM_OK && ret->time.to != INT64_MAX)
        ret->time.to = floor_seconds(ret->time.to + 999999);
    if (e == FM_OK)
        e = resolve_words(r, from, why, ret);
    if (e == FM_OK)
        e = resolve_recorded(r, from, why, ret);
    if (e == FM_OK)
        e = resolve_source(r, from->source, why, ret);
    if (e == FM_OK && !ret->impossible)
        e = resolve_article(r, from->article, why, ret);
    if (e == FM_OK)
        e = resolve_who(r, from->entity, "filter.entity", FM_ROLE_ANY, why,
                        ret);
    if (e == FM_OK)
        e = resolve_who(r, from->subject, "filter.subject", FM_ROLE_SUBJECT,
                        why, ret);
    if (e == FM_OK)
        e = resolve_who(r, from->object, "filter.object", FM_ROLE_OBJECT, why,
                        ret);
    if (e == FM_OK)
        e = resolve_who(r, from->speaker, "filter.speaker", FM_ROLE_SPEAKER,
                        why, ret);
    if (e == FM_OK)
        e = resolve_who(r, from->place, "filter.place", FM_ROLE_PLACE, why,
                        ret);
    if (e == FM_OK && r->hold != 0)
        fm_filter_pin(ret, r->hold);
    return e;
}
