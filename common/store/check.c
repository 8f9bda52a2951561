#include "base/hash.h"
#include "base/utf8.h"
#include "store/settle_priv.h"

#include <math.h>

/* One walk over whatever the messages hold, by their descriptors: a field that
 * is added to a .proto file is checked from its first day. */
struct walk {
    const struct fm_settlement *s;
    struct fm_why *why;
    const char *part; /* "facts" */
    size_t number;    /* of the part */
};

static enum fm_error bad(const struct walk *w, const char *field,
                         const char *reason, const char *what)
{
    char path[64];

    (void)snprintf(path, sizeof path, "%s[%zu].%s", w->part, w->number, field);
    return fm_fail_field(FM_EINVAL, w->why, path, reason, "%s: %s", path, what);
}

static enum fm_error check_string(const struct walk *w, const char *field,
                                  const char *z)
{
    struct fm_str s = fm_str(z);

    if (s.len > FM_SETTLE_STRING)
        return bad(w, field, "TOO_LONG", "the text is too long");
    if (fm_utf8_valid(s) != s.len)
        return bad(w, field, "NOT_UTF8", "the text is not UTF-8");
    return FM_OK;
}

static struct fm_str field_of(const struct fm_settlement *s,
                              const Factmill__V1__Span *span)
{
    return span->field == FACTMILL__V1__SPAN__FIELD__TITLE ? s->title : s->text;
}

static enum fm_error check_span(const struct walk *w,
                                const Factmill__V1__Span *span)
{
    if (span->start > span->end || span->end > field_of(w->s, span).len)
        return bad(w, "span", "SPAN_OUTSIDE",
                   "the span lies outside of the article");
    return FM_OK;
}

static enum fm_error walk(const struct walk *w,
                          const ProtobufCMessage *message);

static enum fm_error check_one(const struct walk *w,
                               const ProtobufCFieldDescriptor *field,
                               const void *value)
{
    const ProtobufCEnumDescriptor *values = field->descriptor;

    if (field->type == PROTOBUF_C_TYPE_STRING)
        return check_string(w, field->name, *(char *const *)value);
    if (field->type == PROTOBUF_C_TYPE_FLOAT &&
        !isfinite(*(const float *)value))
        return bad(w, field->name, "NOT_A_NUMBER", "not a finite number");
    if (field->type == PROTOBUF_C_TYPE_ENUM &&
        protobuf_c_enum_descriptor_get_value(values, *(const int *)value) ==
            NULL)
        return bad(w, field->name, "UNKNOWN_VALUE", "unknown value");
    if (field->type == PROTOBUF_C_TYPE_MESSAGE &&
        *(ProtobufCMessage *const *)value != NULL)
        return walk(w, *(ProtobufCMessage *const *)value);
    return FM_OK;
}

static size_t size_of(const ProtobufCFieldDescriptor *field)
{
    return field->type == PROTOBUF_C_TYPE_MESSAGE ||
                   field->type == PROTOBUF_C_TYPE_STRING
               ? sizeof(void *)
               : sizeof(uint32_t);
}

static enum fm_error check_field(const struct walk *w,
                                 const ProtobufCFieldDescriptor *field,
                                 const char *message)
{
    const void *member = message + field->offset;
    const char *items;
    enum fm_error e = FM_OK;
    size_t n;

    if (field->label != PROTOBUF_C_LABEL_REPEATED)
        return check_one(w, field, member);
    n = *(const size_t *)(const void *)(message + field->quantifier_offset);
    items = *(char *const *)member;
    if (n > FM_SETTLE_NESTED)
        return bad(w, field->name, "TOO_MANY", "more than there may be");
    for (size_t i = 0; e == FM_OK && i < n; i++)
        e = check_one(w, field, items + i * size_of(field));
    return e;
}

static enum fm_error walk(const struct walk *w, const ProtobufCMessage *message)
{
    const ProtobufCMessageDescriptor *d = message->descriptor;
    enum fm_error e = FM_OK;

    if (d == &factmill__v1__span__descriptor)
        return check_span(w, (const Factmill__V1__Span *)(const void *)message);
    for (unsigned i = 0; e == FM_OK && i < d->n_fields; i++)
        e = check_field(w, &d->fields[i], (const char *)message);
    return e;
}

/* --- facts ------------------------------------------------------------------- */

static enum fm_error check_evidence(const struct walk *w,
                                    const Factmill__V1__Evidence *evidence)
{
    struct fm_str field;

    if (evidence == NULL || evidence->span == NULL ||
        evidence->span->start == evidence->span->end)
        return bad(w, "evidence", "EVIDENCE_MISSING",
                   "a fact needs the bytes that show it");
    field = field_of(w->s, evidence->span);
    if (!fm_str_eq(
            fm_str_sub(field, evidence->span->start, evidence->span->end),
            fm_str(evidence->text)))
        return bad(w, "evidence.text", "EVIDENCE_DIFFERS",
                   "not the bytes of the article at its span");
    return FM_OK;
}

static enum fm_error check_fact(const struct walk *w,
                                const Factmill__V1__Fact *fact)
{
    struct fm_id id;
    enum fm_error e = walk(w, &fact->base);

    if (e != FM_OK)
        return e;
    if (!fm_id_parse(fm_str(fact->id), &id))
        return bad(w, "id", "BAD_ID", "an id has 32 hex digits");
    if (fact->kind == FACTMILL__V1__FACT__KIND__KIND_UNSPECIFIED)
        return bad(w, "kind", "KIND_MISSING", "a fact needs a kind");
    if (fact->confidence < 0.0F || fact->confidence > 1.0F)
        return bad(w, "confidence", "OUT_OF_RANGE", "not between 0 and 1");
    if (protobuf_c_message_get_packed_size(&fact->base) > FM_SETTLE_FACT)
        return bad(w, "id", "TOO_LARGE", "the fact is too large");
    return check_evidence(w, fact->evidence);
}

/* --- the extraction ------------------------------------------------------------ */

static enum fm_error check_entities(struct walk *w)
{
    const Factmill__V1__Extraction *x = w->s->extraction;
    enum fm_error e = FM_OK;

    w->part = "entities";
    for (size_t i = 0; e == FM_OK && i < x->n_entities; i++) {
        w->number = i;
        e = walk(w, &x->entities[i]->base);
        if (e == FM_OK && x->entities[i]->id != i + 1)
            e = bad(w, "id", "BAD_ID", "entities are counted from 1");
    }
    return e;
}

static enum fm_error check_mentions(struct walk *w)
{
    const Factmill__V1__Extraction *x = w->s->extraction;
    enum fm_error e = FM_OK;

    w->part = "mentions";
    for (size_t i = 0; e == FM_OK && i < x->n_mentions; i++) {
        w->number = i;
        e = walk(w, &x->mentions[i]->base);
    }
    w->part = "times";
    for (size_t i = 0; e == FM_OK && i < x->n_times; i++) {
        w->number = i;
        e = walk(w, &x->times[i]->base);
    }
    w->part = "sentences";
    for (size_t i = 0; e == FM_OK && i < x->n_sentences; i++) {
        w->number = i;
        e = walk(w, &x->sentences[i]->base);
    }
    return e;
}

/* As fm_sketch_make leaves it. */
static enum fm_error check_sketch(struct walk *w)
{
    const Factmill__V1__Extraction *x = w->s->extraction;

    for (size_t i = 1; i < x->n_sketch; i++)
        if (x->sketch[i - 1] >= x->sketch[i])
            return bad(w, "sketch", "NOT_ASCENDING",
                       "hashes are ascending, each once");
    return FM_OK;
}

static bool too_large(const Factmill__V1__Extraction *x)
{
    return x->n_facts > FM_SETTLE_FACTS || x->n_entities > FM_SETTLE_ENTITIES ||
           x->n_mentions > FM_SETTLE_REPEATED ||
           x->n_sentences > FM_SETTLE_REPEATED ||
           x->n_times > FM_SETTLE_REPEATED || x->n_sketch > FM_SKETCH_MAX;
}

enum fm_error fm_check_extraction(const struct fm_settlement *s,
                                  struct fm_why *why)
{
    const Factmill__V1__Extraction *x = s->extraction;
    struct walk w = {.s = s, .why = why, .part = "extraction"};
    enum fm_error e;

    if (too_large(x))
        return fm_fail_field(FM_EINVAL, why, "extraction", "TOO_MANY",
                             "more facts, entities or mentions than an article "
                             "can have");
    if (strlen(x->extractor) > FM_SETTLE_EXTRACTOR)
        return bad(&w, "extractor", "TOO_LONG", "the name is too long");
    e = check_string(&w, "extractor", x->extractor);
    if (e == FM_OK)
        e = check_string(&w, "skipped", x->skipped);
    if (e == FM_OK)
        e = check_sketch(&w);
    if (e == FM_OK)
        e = check_entities(&w);
    if (e == FM_OK)
        e = check_mentions(&w);
    w.part = "facts";
    for (size_t i = 0; e == FM_OK && i < x->n_facts; i++) {
        w.number = i;
        e = check_fact(&w, x->facts[i]);
    }
    return e;
}
