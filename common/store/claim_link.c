#include "base/parse.h"
#include "base/wire.h"
#include "store/claim_read_priv.h"
#include "store/interval.h"

#include <math.h>

#define KIND(name)   FACTMILL__V1__FACT__KIND__##name
#define TYPE(name)   FACTMILL__V1__CLAIM_LINK__TYPE__##name
#define REASON(name) FACTMILL__V1__CLAIM_LINK__REASON__##name

#define DAY    INT64_C(86400)
#define DAY_US (DAY * 1000000)

/* Facts that are read of one claim, the first and the last ones of it, and
 * claims of one topic that are compared. */
#define SAMPLE 8u
#define CLAIMS 64u
/* Reports of one event that give no day come within this many days. */
#define REPORT_DAYS 14
/* Days that are given for one event lie no farther apart, nor do those who give
 * them. */
#define EVENT_DAYS 7
/* Said and denied: later it may be otherwise. */
#define DENIAL_DAYS 30
/* At the same time: papers of one day and the next morning's. */
#define SAME_TIME_US (DAY_US / 2)
/* Names of an article that are compared. */
#define NAMES 128u
/* Bytes before a post in which its kind is looked for. */
#define BEFORE     32u
#define TITLE_WORD 4u
/* Fields of Extraction, Entity and Article. */
#define ENTITIES  4u
#define ENTITY_ID 1u
#define TITLE     4u

/* What a comparison needs of a fact. */
struct view {
    const struct fm_statement *s;
    const Factmill__V1__Fact *fact;
    bool timed;
    struct fm_interval time;
};

struct side {
    struct view views[SAMPLE];
    size_t n;
    int64_t first_us; /* of all its statements */
    int64_t last_us;
};

struct links {
    struct fm_reader *r;
    struct side own;
    struct fm_link *items;
    size_t n;
};

static enum fm_error read_side(struct fm_reader *r,
                               const struct fm_statement *list, size_t n,
                               struct fm_why *why, struct side *side)
{
    enum fm_error e = FM_OK;

    side->n = 0;
    side->first_us = INT64_MAX;
    side->last_us = INT64_MIN;
    for (size_t i = 0; i < n; i++) {
        /* What was published nobody knows when clashes with nothing. */
        if (!list[i].dated)
            continue;
        if (list[i].seen_us < side->first_us)
            side->first_us = list[i].seen_us;
        side->last_us = list[i].seen_us;
    }
    for (size_t i = 0; e == FM_OK && i < n; i++) {
        struct view *v = &side->views[side->n];
        Factmill__V1__Fact *fact = NULL;

        if (!list[i].dated || side->n == SAMPLE ||
            (n > SAMPLE && i >= SAMPLE / 2 && i < n - SAMPLE / 2))
            continue;
        e = fm_claim_fact(r, list[i].sequence, INT64_MAX, &r->arena, why,
                          &fact);
        if (e != FM_OK)
            break;
        v->s = &list[i];
        v->fact = fact;
        v->timed = fact->time != NULL &&
                   fm_interval_parse(fm_str(fact->time->start),
                                     fm_str(fact->time->end), &v->time);
        side->n++;
    }
    return e;
}

/* --- one event or two ---------------------------------------------------------------- */

static int64_t apart(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

static bool is_day(const struct view *v)
{
    return v->timed && v->time.end - v->time.start <= DAY;
}

/* Both times leave room for one and the same. */
static bool times_fit(const struct view *a, const struct view *b)
{
    if (!a->timed || !b->timed)
        return apart(a->s->seen_us, b->s->seen_us) <= REPORT_DAYS * DAY_US;
    return a->time.start < b->time.end && b->time.start < a->time.end;
}

static bool is_named(const struct view *v)
{
    return v->fact->subject != NULL && v->fact->subject->entity != 0;
}

/* Numbers of the entities that an article names, up to NAMES. */
static enum fm_error names_of(struct fm_reader *r, int64_t article,
                              struct fm_why *why, uint64_t ids[NAMES],
                              size_t *ret_n)
{
    struct fm_stmt *st = NULL;
    struct fm_wire_field field;
    bool row = false;
    size_t at = 0;
    size_t n = 0;
    enum fm_error e = fm_reader_stmt(
        r, "SELECT fm_bytes(bytes) FROM extraction WHERE article=?", why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, article);
    e = fm_stmt_step(st, why, &row);
    while (e == FM_OK && row && n < NAMES &&
           fm_wire_next(fm_stmt_col_str(st, 0), &at, &field)) {
        struct fm_wire_field id;
        size_t in = 0;

        if (field.number == ENTITIES && field.type == 2 &&
            fm_wire_next(field.bytes, &in, &id) && id.number == ENTITY_ID &&
            id.type == 0)
            ids[n++] = id.value;
    }
    fm_stmt_reset(st);
    *ret_n = n;
    return e;
}

/* Words of both titles that are neither short nor numbers. */
static unsigned shared_words(struct fm_str a, struct fm_str b)
{
    struct fm_str word;
    struct fm_str other;
    unsigned n = 0;
    size_t at = 0;

    while (fm_sketch_word(a, &at, &word)) {
        size_t in = 0;

        if (word.len < TITLE_WORD || fm_is_digit(word.data[0]))
            continue;
        while (fm_sketch_word(b, &in, &other)) {
            if (fm_str_ieq(word, other)) {
                n++;
                break;
            }
        }
    }
    return n;
}

static enum fm_error title_of(struct fm_reader *r, int64_t article,
                              struct fm_why *why, struct fm_str *ret)
{
    struct fm_stmt *st = NULL;
    struct fm_wire_field field;
    bool row = false;
    size_t at = 0;
    enum fm_error e = fm_reader_stmt(
        r, "SELECT fm_bytes(bytes) FROM body WHERE article=?", why, &st);

    if (e != FM_OK)
        return e;
    fm_stmt_int(st, 1, article);
    e = fm_stmt_step(st, why, &row);
    *ret = fm_str("");
    while (e == FM_OK && row &&
           fm_wire_next(fm_stmt_col_str(st, 0), &at, &field))
        if (field.number == TITLE && field.type == 2)
            *ret = fm_str_n(fm_arena_copy(&r->arena, field.bytes),
                            field.bytes.len);
    fm_stmt_reset(st);
    return e == FM_OK && ret->data == NULL
               ? fm_fail(FM_ENOMEM, why, NULL, "no memory for a title")
               : e;
}

/* Articles about one event have a name in common, a word of their titles (where
 * they have any), and one more of either. */
static enum fm_error tell_of_one(struct fm_reader *r, const struct view *a,
                                 const struct view *b, struct fm_why *why,
                                 bool *ret)
{
    struct fm_str title_a = {NULL, 0};
    struct fm_str title_b = {NULL, 0};
    uint64_t of_a[NAMES];
    uint64_t of_b[NAMES];
    size_t n = 0;
    size_t m = 0;
    size_t both = 0;
    unsigned titles;
    enum fm_error e = names_of(r, a->s->article, why, of_a, &n);

    if (e == FM_OK)
        e = names_of(r, b->s->article, why, of_b, &m);
    if (e == FM_OK)
        e = title_of(r, a->s->article, why, &title_a);
    if (e == FM_OK)
        e = title_of(r, b->s->article, why, &title_b);
    if (e != FM_OK)
        return e;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < m; j++)
            both += of_a[i] == of_b[j];
    titles = shared_words(title_a, title_b);
    if (title_a.len == 0 || title_b.len == 0)
        *ret = both >= 2;
    else
        *ret = both > 0 && titles > 0 && both + titles >= 3;
    return FM_OK;
}

/* --- what clashes ----------------------------------------------------------------------- */

struct range {
    double low;
    double high;
};

static bool number_of(const Factmill__V1__Quantity *q, struct range *ret)
{
    const char *text = q->value;
    double v = 0;

    if (q->change != NULL)
        text = q->change->to;
    if (fm_parse_double(fm_str(q->low), &ret->low) == FM_OK &&
        fm_parse_double(fm_str(q->high), &ret->high) == FM_OK)
        return true;
    if (fm_parse_double(fm_str(text), &v) != FM_OK)
        return false;
    ret->low = v;
    ret->high = v;
    switch (q->qualifier) {
    case FACTMILL__V1__QUANTITY__QUALIFIER__ABOUT:
        ret->low = v - fabs(v) / 10;
        ret->high = v + fabs(v) / 10;
        break;
    case FACTMILL__V1__QUANTITY__QUALIFIER__NEARLY:
        ret->low = v - fabs(v) / 10;
        break;
    case FACTMILL__V1__QUANTITY__QUALIFIER__MORE_THAN:
    case FACTMILL__V1__QUANTITY__QUALIFIER__AT_LEAST:
        ret->high = (double)INFINITY;
        break;
    case FACTMILL__V1__QUANTITY__QUALIFIER__LESS_THAN:
    case FACTMILL__V1__QUANTITY__QUALIFIER__AT_MOST:
    case FACTMILL__V1__QUANTITY__QUALIFIER__UP_TO:
        ret->low = (double)-INFINITY;
        break;
    case FACTMILL__V1__QUANTITY__QUALIFIER__QUALIFIER_UNSPECIFIED:
    case FACTMILL__V1__QUANTITY__QUALIFIER__EXACT:
    case _FACTMILL__V1__QUANTITY__QUALIFIER_IS_INT_SIZE: break;
    }
    return true;
}

static Factmill__V1__ClaimLink__Reason
numbers(const struct view *a, const struct view *b, bool *ret_agree)
{
    struct range of_a;
    struct range of_b;

    if (a->fact->quantity == NULL || b->fact->quantity == NULL ||
        !number_of(a->fact->quantity, &of_a) ||
        !number_of(b->fact->quantity, &of_b) ||
        a->fact->polarity != b->fact->polarity || !times_fit(a, b))
        return REASON(REASON_UNSPECIFIED);
    *ret_agree = of_a.low <= of_b.high && of_b.low <= of_a.high;
    return REASON(VALUE);
}

static Factmill__V1__ClaimLink__Reason holders(const struct view *a,
                                               const struct view *b)
{
    if (!is_named(a) || !is_named(b) || !fm_post_clashes(a->fact, b->fact))
        return REASON(REASON_UNSPECIFIED);
    /* A stated time is compared with another one only. */
    if (a->timed != b->timed || (a->timed && !times_fit(a, b)))
        return REASON(REASON_UNSPECIFIED);
    return REASON(HOLDER);
}

static Factmill__V1__ClaimLink__Reason
clash(const struct view *a, const struct view *b, bool *ret_agree)
{
    *ret_agree = false;
    switch (a->fact->kind) {
    case KIND(QUANTITY): return numbers(a, b, ret_agree);
    case KIND(ROLE): return holders(a, b);
    case KIND(EVENT):
    case KIND(RELATION):
    case KIND(MEMBERSHIP):
    case KIND(LOCATION):
        if (a->fact->polarity != b->fact->polarity &&
            apart(a->s->seen_us, b->s->seen_us) <= DENIAL_DAYS * DAY_US)
            return REASON(POLARITY);
        break;
    case KIND(ABBREVIATION):
    case KIND(QUOTE):
    case KIND(REPORTED):
    case KIND(KIND_UNSPECIFIED):
    case _FACTMILL__V1__FACT__KIND_IS_INT_SIZE: break;
    }
    return REASON(REASON_UNSPECIFIED);
}

enum fm_error fm_claim_can_clash(struct fm_reader *r,
                                 const struct fm_statement *own,
                                 struct fm_why *why, bool *ret)
{
    Factmill__V1__Fact *fact = NULL;
    struct range number;
    enum fm_error e;

    *ret = false;
    if (own->kind == KIND(QUOTE) || own->kind == KIND(REPORTED) ||
        own->kind == KIND(ABBREVIATION))
        return FM_OK;
    e = fm_claim_fact(r, own->sequence, INT64_MAX, &r->arena, why, &fact);
    if (e != FM_OK)
        return e;
    if (fact->kind == KIND(ROLE))
        *ret = fm_post_is_single(fact);
    else
        *ret = fact->quantity == NULL || number_of(fact->quantity, &number);
    return FM_OK;
}

/* --- two claims ---------------------------------------------------------------------------- */

static Factmill__V1__ClaimLink__Type type_of(const struct side *own,
                                             const struct side *other,
                                             const struct view *a,
                                             const struct view *b)
{
    /* Who holds a post changes on a day; the rest is reported for a while. */
    int64_t slack = a->fact->kind == KIND(ROLE) ? 0 : SAME_TIME_US;
    bool one_voice = a->s->key.voice != 0 && a->s->key.voice == b->s->key.voice;

    if (one_voice && a->s->seen_us != b->s->seen_us)
        return a->s->seen_us > b->s->seen_us ? TYPE(UPDATES) : TYPE(UPDATED_BY);
    if (own->first_us <= other->last_us + slack &&
        other->first_us <= own->last_us + slack)
        return TYPE(CONTRADICTS);
    return own->first_us > other->last_us ? TYPE(UPDATES) : TYPE(UPDATED_BY);
}

/* The pair that clashes and lies closest in time. */
static enum fm_error compare(struct links *l, const struct side *other,
                             struct fm_why *why)
{
    struct fm_link best = {.reason = REASON(REASON_UNSPECIFIED)};
    int64_t closest = INT64_MAX;
    enum fm_error e = FM_OK;

    for (size_t i = 0; e == FM_OK && i < l->own.n; i++) {
        for (size_t j = 0; e == FM_OK && j < other->n; j++) {
            const struct view *a = &l->own.views[i];
            const struct view *b = &other->views[j];
            int64_t distance = apart(a->s->seen_us, b->s->seen_us);
            bool agree = false;
            bool one_event = true;
            Factmill__V1__ClaimLink__Reason reason = clash(a, b, &agree);

            if (reason == 0 || distance >= closest)
                continue;
            if (!is_named(a) || !is_named(b))
                e = tell_of_one(l->r, a, b, why, &one_event);
            if (e != FM_OK || !one_event)
                continue;
            closest = distance;
            best.reason = reason;
            best.type = agree ? TYPE(AGREES) : type_of(&l->own, other, a, b);
            best.fact = a->s;
            best.other = b->s;
        }
    }
    if (e == FM_OK && best.reason != 0 && l->n < FM_LINKS_MAX)
        l->items[l->n++] = best;
    return e;
}

/* One claim may give two days for what happened once. */
static void compare_days(struct links *l)
{
    for (size_t i = 0; i < l->own.n; i++) {
        for (size_t j = i + 1; j < l->own.n; j++) {
            const struct view *a = &l->own.views[i];
            const struct view *b = &l->own.views[j];

            if (a->fact->kind != KIND(EVENT) || !is_day(a) || !is_day(b) ||
                times_fit(a, b) ||
                apart(a->time.start, b->time.start) > EVENT_DAYS * DAY ||
                apart(a->s->seen_us, b->s->seen_us) > EVENT_DAYS * DAY_US ||
                a->s->article == b->s->article || l->n == FM_LINKS_MAX ||
                (a->s->key.sentence != 0 &&
                 a->s->key.sentence == b->s->key.sentence))
                continue;
            l->items[l->n++] = (struct fm_link){.type = TYPE(CONTRADICTS),
                                                .reason = REASON(TIME),
                                                .fact = a->s,
                                                .other = b->s};
            return;
        }
    }
}

static int by_type(const void *pa, const void *pb)
{
    const struct fm_link *a = pa;
    const struct fm_link *b = pb;

    if (a->type != b->type)
        return a->type < b->type ? -1 : 1;
    return fm_statement_order(a->other, b->other);
}

enum fm_error fm_claim_links(struct fm_reader *r,
                             const struct fm_claim_parts *parts,
                             struct fm_why *why,
                             struct fm_link ret[FM_LINKS_MAX], size_t *ret_n)
{
    struct links *l = fm_arena_alloc(&r->arena, sizeof *l);
    struct side *other = fm_arena_alloc(&r->arena, sizeof *other);
    size_t claims = 0;
    bool may = false;
    size_t next;
    enum fm_error e;

    if (l == NULL || other == NULL)
        return fm_fail(FM_ENOMEM, why, NULL, "no memory for claims");
    l->r = r;
    l->items = ret;
    *ret_n = 0;
    e = fm_claim_can_clash(r, &parts->own[0], why, &may);
    if (e != FM_OK || !may)
        return e;
    e = read_side(r, parts->own, parts->own_n, why, &l->own);
    for (size_t at = 0; e == FM_OK && at < parts->topic_n && claims < CLAIMS;
         at = next) {
        for (next = at + 1;
             next < parts->topic_n &&
             parts->topic[next].key.value == parts->topic[at].key.value;)
            next++;
        if (parts->topic[at].key.value == parts->own[0].key.value)
            continue;
        claims++;
        e = read_side(r, parts->topic + at, next - at, why, other);
        if (e == FM_OK)
            e = compare(l, other, why);
    }
    if (e != FM_OK)
        return e;
    compare_days(l);
    if (l->n > 1)
        qsort(l->items, l->n, sizeof l->items[0], by_type);
    *ret_n = l->n;
    return FM_OK;
}
