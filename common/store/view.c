#include "base/wire.h"
#include "store/marks_priv.h"
#include "store/view_priv.h"

/* Fields of the messages, as in proto/. */
enum {
    FACT_ARTICLE = 2,
    FACT_SOURCE = 3,
    FACT_KIND = 5,
    FACT_SUBJECT = 6,
    FACT_ARGUMENTS = 8,
    FACT_PLACE = 11,
    FACT_ATTRIBUTION = 13,
    FACT_EVIDENCE = 16,
    EVIDENCE_TEXT = 3,
    ATTRIBUTION_SOURCE = 1,
    ATTRIBUTION_VENUE = 5,
    ARGUMENT_ROLE = 1,
    ARGUMENT_ENTITY = 5,
};

/* roles 0: those of the argument itself. */
static void add(struct fm_fact_view *v, struct fm_str argument, uint32_t roles)
{
    struct fm_wire_field field;
    uint64_t role = 0;
    uint64_t who = 0;
    size_t at = 0;

    while (fm_wire_next(argument, &at, &field)) {
        if (field.number == ARGUMENT_ROLE && field.type == 0)
            role = field.value;
        if (field.number == ARGUMENT_ENTITY && field.type == 0)
            who = field.value;
    }
    if (who == 0 || who > INT64_MAX || v->n == FM_VIEW_PARTICIPANTS)
        return;
    v->participants[v->n].who = (int64_t)who;
    v->participants[v->n].roles =
        roles != 0 ? roles : fm_role_of((Factmill__V1__Argument__Role)role);
    v->n++;
}

static void add_attribution(struct fm_fact_view *v, struct fm_str attribution)
{
    struct fm_wire_field field;
    size_t at = 0;

    while (fm_wire_next(attribution, &at, &field)) {
        if (field.type != 2)
            continue;
        if (field.number == ATTRIBUTION_SOURCE)
            add(v, field.bytes, FM_ROLE_SPEAKER);
        if (field.number == ATTRIBUTION_VENUE)
            add(v, field.bytes, FM_ROLE_OTHER);
    }
}

static struct fm_str text_of(struct fm_str evidence)
{
    struct fm_wire_field field;
    struct fm_str text = {NULL, 0};
    size_t at = 0;

    while (fm_wire_next(evidence, &at, &field))
        if (field.number == EVIDENCE_TEXT && field.type == 2)
            text = field.bytes;
    return text;
}

static void read_field(const struct fm_wire_field *field, uint32_t kind,
                       struct fm_fact_view *v)
{
    switch (field->number) {
    case FACT_ARTICLE: v->article = field->bytes; break;
    case FACT_SOURCE: v->source = field->bytes; break;
    case FACT_SUBJECT:
        add(v, field->bytes, fm_subject_roles((Factmill__V1__Fact__Kind)kind));
        break;
    case FACT_ARGUMENTS: add(v, field->bytes, 0); break;
    case FACT_PLACE: add(v, field->bytes, FM_ROLE_PLACE); break;
    case FACT_ATTRIBUTION: add_attribution(v, field->bytes); break;
    case FACT_EVIDENCE: v->sentence = text_of(field->bytes); break;
    default: break;
    }
}

void fm_fact_view_read(struct fm_str fact, struct fm_fact_view *ret)
{
    struct fm_wire_field field;
    uint32_t kind = 0;
    size_t at = 0;

    ret->article = fm_str_n(NULL, 0);
    ret->source = fm_str_n(NULL, 0);
    ret->sentence = fm_str_n(NULL, 0);
    ret->n = 0;
    /* The kind stands before the subject: fields are written in order. */
    while (fm_wire_next(fact, &at, &field)) {
        if (field.number == FACT_KIND && field.type == 0)
            kind = (uint32_t)field.value;
        if (field.type == 2)
            read_field(&field, kind, ret);
    }
}
