#include "query/recheck.h"

#include "base/hash.h"
#include "base/wire.h"

#define TITLE FACTMILL__V1__SPAN__FIELD__TITLE
/* Field numbers of Fact are below it. */
#define FIELDS 32u

/* --- parts ---------------------------------------------------------------------- */

/* Calls visit for everything in a fact that has a place in the text. */
typedef void visit_part(void *user, const char *name,
                        const Factmill__V1__Span *span);

/* "INDIRECT_OBJECT" */
static const char *role_name(const Factmill__V1__Argument *argument)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(
        &factmill__v1__argument__role__descriptor, (int)argument->role);

    return value != NULL ? value->name : "ARGUMENT";
}

static void visit_argument(const Factmill__V1__Argument *argument,
                           const char *name, visit_part *visit, void *user)
{
    if (argument != NULL && argument->span != NULL)
        visit(user, name != NULL ? name : role_name(argument), argument->span);
}

static void visit_attribution(const Factmill__V1__Attribution *attribution,
                              visit_part *visit, void *user)
{
    visit_argument(attribution->source, "SOURCE", visit, user);
    if (attribution->cue != NULL && attribution->cue->span != NULL)
        visit(user, "CUE", attribution->cue->span);
    visit_argument(attribution->venue, "VENUE", visit, user);
}

static void visit_parts(const Factmill__V1__Fact *fact, visit_part *visit,
                        void *user)
{
    visit_argument(fact->subject, "SUBJECT", visit, user);
    if (fact->predicate != NULL && fact->predicate->span != NULL)
        visit(user, "PREDICATE", fact->predicate->span);
    for (size_t i = 0; i < fact->n_arguments; i++)
        visit_argument(fact->arguments[i], NULL, visit, user);
    if (fact->quantity != NULL && fact->quantity->span != NULL)
        visit(user, "QUANTITY", fact->quantity->span);
    if (fact->time != NULL && fact->time->span != NULL)
        visit(user, "TIME", fact->time->span);
    visit_argument(fact->place, "PLACE", visit, user);
    for (size_t i = 0; i < fact->n_quote; i++)
        visit(user, "QUOTE", fact->quote[i]);
    for (size_t i = 0; i < fact->n_attribution; i++)
        visit_attribution(fact->attribution[i], visit, user);
    for (size_t i = 0; i < fact->n_triggers; i++)
        visit(user, "TRIGGER", fact->triggers[i]);
}

/* --- evidence -------------------------------------------------------------------- */

static struct fm_str field_of(const Factmill__V1__Article *article,
                              const Factmill__V1__Span *span)
{
    return fm_str(span->field == TITLE ? article->title : article->text);
}

static bool lies_in(const Factmill__V1__Article *article,
                    const Factmill__V1__Span *span)
{
    return span->start <= span->end && span->end <= field_of(article, span).len;
}

struct bounds {
    const Factmill__V1__Article *article;
    struct fm_buf *out;
    bool fine;
};

static void check_part(void *user, const char *name,
                       const Factmill__V1__Span *span)
{
    struct bounds *bounds = user;

    if (lies_in(bounds->article, span))
        return;
    bounds->fine = false;
    fm_buf_printf(bounds->out, "%s at %u to %u lies outside the text. ", name,
                  span->start, span->end);
}

bool fm_recheck_evidence(const Factmill__V1__Article *article,
                         const Factmill__V1__Fact *fact, struct fm_buf *out)
{
    const Factmill__V1__Evidence *evidence = fact->evidence;
    struct bounds bounds = {.article = article, .out = out, .fine = true};
    struct fm_str there;

    if (evidence == NULL || evidence->span == NULL ||
        !lies_in(article, evidence->span)) {
        fm_buf_z(out, "The evidence lies outside the stored text. ");
        return false;
    }
    there = fm_str_sub(field_of(article, evidence->span), evidence->span->start,
                       evidence->span->end);
    if (!fm_str_eqz(there, evidence->text)) {
        fm_buf_printf(
            out, "Bytes %u to %u of the stored text are not the evidence. ",
            evidence->span->start, evidence->span->end);
        bounds.fine = false;
    }
    visit_parts(fact, check_part, &bounds);
    return bounds.fine;
}

/* --- finding it again --------------------------------------------------------------- */

const Factmill__V1__Fact *
fm_recheck_find(const Factmill__V1__Extraction *extraction,
                const Factmill__V1__Fact *fact)
{
    for (size_t i = 0; i < extraction->n_facts; i++)
        if (strcmp(extraction->facts[i]->id, fact->id) == 0)
            return extraction->facts[i];
    return NULL;
}

static bool same_span(const Factmill__V1__Span *a, const Factmill__V1__Span *b)
{
    return a != NULL && b != NULL && a->start == b->start && a->end == b->end &&
           a->field == b->field;
}

static const Factmill__V1__Span *span_of(const Factmill__V1__Argument *a)
{
    return a != NULL ? a->span : NULL;
}

static const Factmill__V1__Span *predicate_of(const Factmill__V1__Fact *fact)
{
    return fact->predicate != NULL ? fact->predicate->span : NULL;
}

/* 0 = another sentence. */
static unsigned likeness(const Factmill__V1__Fact *a,
                         const Factmill__V1__Fact *b)
{
    unsigned points = 1;

    if (a->evidence == NULL || b->evidence == NULL ||
        !same_span(a->evidence->span, b->evidence->span))
        return 0;
    points += 8u * same_span(predicate_of(a), predicate_of(b));
    points += 4u * same_span(span_of(a->subject), span_of(b->subject));
    points += 4u * (a->kind == b->kind);
    points += strcmp(a->rule, b->rule) == 0;
    for (size_t i = 0; i < a->n_arguments; i++)
        for (size_t k = 0; k < b->n_arguments; k++)
            points +=
                2u * same_span(a->arguments[i]->span, b->arguments[k]->span);
    return points;
}

const Factmill__V1__Fact *
fm_recheck_nearest(const Factmill__V1__Extraction *extraction,
                   const Factmill__V1__Fact *fact)
{
    const Factmill__V1__Fact *best = NULL;
    unsigned most = 0;

    for (size_t i = 0; i < extraction->n_facts; i++) {
        unsigned points = likeness(extraction->facts[i], fact);

        if (points > most) {
            most = points;
            best = extraction->facts[i];
        }
    }
    return best;
}

/* --- differences ---------------------------------------------------------------------- */

/* What the store writes, and what says who extracted: fields of Fact that two
 * readings of one article need not share. The id says nothing of its own: it is
 * made of the others. */
static bool is_told_by_store(uint32_t field)
{
    static const char *const names[] = {"id",       "article",   "source",
                                        "version",  "extractor", "published",
                                        "recorded", "sequence",  "retracted"};
    const ProtobufCFieldDescriptor *f = protobuf_c_message_descriptor_get_field(
        &factmill__v1__fact__descriptor, field);

    for (size_t i = 0; f != NULL && i < sizeof names / sizeof names[0]; i++)
        if (strcmp(f->name, names[i]) == 0)
            return true;
    return f == NULL;
}

/* Numbers of fields that hold arguments, or are part of one. */
enum { SUBJECT = 6, ARGUMENTS = 8, PLACE = 11, ATTRIBUTION = 13 };

enum { ATTRIBUTION_SOURCE = 1, ATTRIBUTION_VENUE = 5, ARGUMENT_ENTITY = 5 };

static uint64_t hash_field(const struct fm_wire_field *field, uint64_t seed)
{
    uint64_t value = field->value;

    seed = fm_hash64(&field->number, sizeof field->number, seed);
    if (field->type != 2)
        return fm_hash64(&value, sizeof value, seed);
    return fm_hash64(field->bytes.data, field->bytes.len, seed);
}

/* An argument but for the number of its entity: the article's own in one, the
 * store's in the other. */
static uint64_t hash_argument(struct fm_str bytes, uint64_t seed)
{
    struct fm_wire_field field;
    size_t at = 0;

    while (fm_wire_next(bytes, &at, &field))
        if (field.number != ARGUMENT_ENTITY)
            seed = hash_field(&field, seed);
    return seed;
}

static uint64_t hash_attribution(struct fm_str bytes, uint64_t seed)
{
    struct fm_wire_field field;
    size_t at = 0;

    while (fm_wire_next(bytes, &at, &field)) {
        bool argument =
            field.type == 2 && (field.number == ATTRIBUTION_SOURCE ||
                                field.number == ATTRIBUTION_VENUE);

        seed = argument ? hash_argument(field.bytes, seed + field.number)
                        : hash_field(&field, seed);
    }
    return seed;
}

/* A hash for each field of a fact; false without memory. */
static bool hash_fields(const Factmill__V1__Fact *fact, uint64_t hash[FIELDS])
{
    size_t size = factmill__v1__fact__get_packed_size(fact);
    uint8_t *bytes = malloc(size + 1);
    struct fm_wire_field field;
    struct fm_str all;
    size_t at = 0;

    if (bytes == NULL)
        return false;
    memset(hash, 0, FIELDS * sizeof *hash);
    all = fm_str_n((const char *)bytes, factmill__v1__fact__pack(fact, bytes));
    while (fm_wire_next(all, &at, &field)) {
        uint64_t *h = &hash[field.number % FIELDS];

        if (field.number == SUBJECT || field.number == ARGUMENTS ||
            field.number == PLACE)
            *h = hash_argument(field.bytes, *h + 1);
        else if (field.number == ATTRIBUTION)
            *h = hash_attribution(field.bytes, *h + 1);
        else
            *h = hash_field(&field, *h);
    }
    free(bytes);
    return true;
}

void fm_recheck_differences(const Factmill__V1__Fact *stored,
                            const Factmill__V1__Fact *again, struct fm_buf *out)
{
    uint64_t a[FIELDS];
    uint64_t b[FIELDS];
    const char *comma = "";

    if (!hash_fields(stored, a) || !hash_fields(again, b))
        return;
    for (uint32_t i = 0; i < FIELDS; i++) {
        const ProtobufCFieldDescriptor *f;

        if (a[i] == b[i] || is_told_by_store(i))
            continue;
        f = protobuf_c_message_descriptor_get_field(
            &factmill__v1__fact__descriptor, i);
        fm_buf_printf(out, "%s%s", comma, f->name);
        comma = ", ";
    }
}
