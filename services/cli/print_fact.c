#include "cli/print_fact.h"

#include "cli/paint.h"
#include "cli/say.h"

/* "0.93  ABBREVIATION  " */
#define CONFIDENCE_WIDTH 6
#define KIND_WIDTH       14

const char *fm_enum_name(const ProtobufCEnumDescriptor *type, int value)
{
    const ProtobufCEnumValue *v =
        protobuf_c_enum_descriptor_get_value(type, value);

    return v != NULL ? v->name : "?";
}

void fm_print_timestamp(const Google__Protobuf__Timestamp *time,
                        struct fm_buf *out)
{
    if (time != NULL)
        fm_text_time(time->seconds * 1000000 + time->nanos / 1000, out);
}

static bool empty(const char *text)
{
    return text == NULL || text[0] == '\0';
}

/* --- when, where, how sure, who says ------------------------------------------- */

/* The role of the source of what a person says, "(Secretary General)". */
static void add_role(const Factmill__V1__Attribution *by, struct fm_para *para)
{
    if (empty(by->role))
        return;
    fm_para_z(para, FM_DIM, " (");
    fm_para_z(para, FM_DIM, by->role);
    fm_para_z(para, FM_DIM, ")");
}

/* The attribution of a QUOTE or REPORTED fact that repeats its subject: "Ann Lee"
 * of "Ann Lee, the mayor of Orm". */
static bool repeats_subject(const Factmill__V1__Fact *fact,
                            const Factmill__V1__Attribution *by)
{
    bool speech = fact->kind == FACTMILL__V1__FACT__KIND__QUOTE ||
                  fact->kind == FACTMILL__V1__FACT__KIND__REPORTED;

    if (by->source == NULL)
        return speech && fact->subject == NULL;
    if (fact->subject == NULL)
        return false;
    if (speech && !empty(by->source->text))
        return strstr(fact->subject->text, by->source->text) != NULL;
    return strcmp(fact->subject->text, by->source->text) == 0;
}

/* Facts that are clauses read as a sentence. */
static bool is_clause(const Factmill__V1__Fact *fact)
{
    return (fact->kind == FACTMILL__V1__FACT__KIND__EVENT ||
            fact->kind == FACTMILL__V1__FACT__KIND__RELATION ||
            fact->kind == FACTMILL__V1__FACT__KIND__MEMBERSHIP ||
            fact->kind == FACTMILL__V1__FACT__KIND__LOCATION) &&
           fact->subject != NULL && fact->predicate != NULL;
}

/* Separator before every part but the first. */
static void part(struct fm_para *para, bool *any)
{
    if (*any)
        fm_para_z(para, FM_DIM, " · ");
    *any = true;
}

static void add_time(const Factmill__V1__Time *time, struct fm_para *para)
{
    if (time->approximate)
        fm_para_z(para, FM_DIM, "about ");
    fm_say_time(time, para);
    if (!empty(time->text) && !empty(time->value) &&
        strcmp(time->text, time->value) != 0) {
        fm_para_z(para, FM_DIM, " (");
        fm_para_z(para, FM_DIM, time->text);
        fm_para_z(para, FM_DIM, ")");
    }
}

static void add_attribution(const Factmill__V1__Fact *fact,
                            struct fm_para *para, bool *any)
{
    for (size_t i = 0; i < fact->n_attribution; i++) {
        const Factmill__V1__Attribution *by = fact->attribution[i];

        if (repeats_subject(fact, by))
            continue;
        part(para, any);
        fm_para_z(para, FM_DIM, "says ");
        fm_para_z(para, FM_CYAN,
                  by->source != NULL ? by->source->text : "somebody");
        add_role(by, para);
    }
}

/* "IS_POSSIBLE" as "is possible". */
static void add_lower(enum fm_style style, const char *name,
                      struct fm_para *para)
{
    char text[48];
    size_t n = 0;

    for (; name[n] != '\0' && n < sizeof text - 1; n++)
        text[n] = (char)(name[n] == '_' ? ' ' : fm_lower(name[n]));
    text[n] = '\0';
    fm_para_z(para, style, text);
}

/* The amount in numbers, where the sentence has it in words. */
static bool shows_amount(const Factmill__V1__Fact *fact)
{
    return fact->quantity != NULL &&
           (fact->kind != FACTMILL__V1__FACT__KIND__QUANTITY ||
            fm_say_amount_helps(fact->quantity));
}

static bool has_circumstances(const Factmill__V1__Fact *fact)
{
    bool foreign = false;

    for (size_t i = 0; i < fact->n_attribution; i++)
        foreign |= !repeats_subject(fact, fact->attribution[i]);
    return foreign || fact->time != NULL ||
           (fact->place != NULL && !is_clause(fact)) || shows_amount(fact) ||
           fact->polarity == FACTMILL__V1__FACT__POLARITY__NEGATIVE ||
           fact->modality > FACTMILL__V1__FACT__MODALITY__ASSERTED ||
           fact->retracted;
}

static void add_circumstances(const Factmill__V1__Fact *fact,
                              struct fm_para *para)
{
    bool any = false;

    if (fact->retracted) {
        part(para, &any);
        fm_para_z(para, FM_RED, "retracted");
    }
    if (fact->polarity == FACTMILL__V1__FACT__POLARITY__NEGATIVE) {
        part(para, &any);
        fm_para_z(para, FM_RED, "negative");
    }
    if (fact->modality > FACTMILL__V1__FACT__MODALITY__ASSERTED) {
        part(para, &any);
        add_lower(FM_RED,
                  fm_enum_name(&factmill__v1__fact__modality__descriptor,
                               (int)fact->modality),
                  para);
    }
    if (shows_amount(fact)) {
        part(para, &any);
        fm_say_amount(fact->quantity, para);
    }
    if (fact->time != NULL) {
        part(para, &any);
        add_time(fact->time, para);
    }
    if (fact->place != NULL && !is_clause(fact)) {
        part(para, &any);
        fm_para_z(para, FM_DIM, fact->place->preposition);
        fm_para_z(para, FM_DIM, empty(fact->place->preposition) ? "" : " ");
        fm_para_z(para, FM_YELLOW, fact->place->text);
    }
    add_attribution(fact, para, &any);
}

/* --- the whole --------------------------------------------------------------- */

static void print_evidence(const struct fm_term *term,
                           const Factmill__V1__Fact *fact, size_t column,
                           struct fm_buf *out)
{
    struct fm_paint paint;
    struct fm_para para;

    fm_paint_init(&paint, fact->evidence->span);
    fm_paint_fact(&paint, fact);
    fm_text_pad(column, out);
    fm_para_begin(&para, term, column, column, out);
    fm_paint_write(&paint, fm_str(fact->evidence->text), &para);
    fm_para_end(&para);
    fm_paint_release(&paint);
}

static void print_origin(const struct fm_term *term,
                         const Factmill__V1__Fact *fact, size_t column,
                         struct fm_buf *out)
{
    struct fm_buf date;
    struct fm_para para;

    fm_buf_init(&date, 64);
    fm_print_timestamp(fact->published, &date);
    fm_text_pad(column, out);
    fm_para_begin(&para, term, column, column, out);
    fm_para_z(&para, FM_DIM, fact->source);
    fm_para_z(&para, FM_DIM, empty(fact->source) ? "" : " ");
    fm_para_z(&para, FM_DIM, fact->article);
    if (date.len > 0) {
        fm_para_z(&para, FM_DIM, " · ");
        fm_para_add(&para, FM_DIM, fm_buf_view(&date));
    }
    fm_para_z(&para, FM_DIM, " · ");
    fm_para_z(&para, FM_DIM, fact->rule);
    fm_para_z(&para, FM_DIM, " · ");
    fm_para_z(&para, FM_DIM, fact->id);
    fm_para_end(&para);
    fm_buf_release(&date);
}

void fm_print_fact(const struct fm_term *term, const Factmill__V1__Fact *fact,
                   const struct fm_fact_print *how, struct fm_buf *out)
{
    const char *kind =
        fm_enum_name(&factmill__v1__fact__kind__descriptor, (int)fact->kind);
    size_t column = how->indent + CONFIDENCE_WIDTH + KIND_WIDTH;
    struct fm_para para;
    char confidence[16];

    (void)snprintf(confidence, sizeof confidence, "%.2f",
                   (double)fact->confidence);
    fm_text_pad(how->indent, out);
    fm_style_z(term, FM_DIM, confidence, out);
    fm_text_pad(CONFIDENCE_WIDTH - 4, out);
    fm_style_z(term, FM_BOLD, kind, out);
    fm_text_pad(strlen(kind) < KIND_WIDTH ? KIND_WIDTH - strlen(kind) : 1, out);
    fm_para_begin(&para, term, column, column, out);
    fm_say_fact(fact, &para);
    fm_para_end(&para);
    if (has_circumstances(fact)) {
        fm_text_pad(column, out);
        fm_para_begin(&para, term, column, column, out);
        add_circumstances(fact, &para);
        fm_para_end(&para);
    }
    if (how->evidence && fact->evidence != NULL)
        print_evidence(term, fact, column, out);
    if (how->origin)
        print_origin(term, fact, column, out);
}

/* --- the facts of one article, by sentence -------------------------------------- */

static const char *field_text(const Factmill__V1__Article *article,
                              const Factmill__V1__Span *span)
{
    return span->field == FACTMILL__V1__SPAN__FIELD__TITLE ? article->title
                                                           : article->text;
}

static bool same_sentence(const Factmill__V1__Fact *a,
                          const Factmill__V1__Fact *b)
{
    return a->evidence != NULL && b->evidence != NULL &&
           a->evidence->span != NULL && b->evidence->span != NULL &&
           a->evidence->span->field == b->evidence->span->field &&
           a->evidence->span->start == b->evidence->span->start &&
           a->evidence->span->end == b->evidence->span->end;
}

/* The sentence once, with the words of all its facts marked, then the facts. */
static void print_group(const struct fm_term *term,
                        const Factmill__V1__Article *article,
                        Factmill__V1__Fact *const *facts, size_t n,
                        struct fm_buf *out)
{
    static const struct fm_fact_print how = {.indent = 4};
    const Factmill__V1__Evidence *evidence = facts[0]->evidence;
    struct fm_paint paint;
    struct fm_para para;

    if (evidence != NULL && evidence->span != NULL) {
        struct fm_str text =
            fm_str_sub(fm_str(field_text(article, evidence->span)),
                       evidence->span->start, evidence->span->end);

        fm_paint_init(&paint, evidence->span);
        for (size_t i = 0; i < n; i++)
            fm_paint_fact(&paint, facts[i]);
        fm_para_begin(&para, term, 0, 0, out);
        fm_paint_write(&paint, text, &para);
        fm_para_end(&para);
        fm_paint_release(&paint);
    }
    for (size_t i = 0; i < n; i++)
        fm_print_fact(term, facts[i], &how, out);
    fm_buf_char(out, '\n');
}

void fm_print_facts_of(const struct fm_term *term,
                       const Factmill__V1__Article *article,
                       Factmill__V1__Fact *const *facts, size_t n,
                       struct fm_buf *out)
{
    for (size_t i = 0; i < n;) {
        size_t last = i + 1;

        while (last < n && same_sentence(facts[i], facts[last]))
            last++;
        print_group(term, article, facts + i, last - i, out);
        i = last;
    }
}
