#include "cli/print_fact.h"

#include "cli/paint.h"

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

/* --- who → predicate → what ---------------------------------------------------- */

static void arrow(struct fm_para *para)
{
    fm_para_z(para, FM_DIM, " → ");
}

/* The role of the source of what a person says, "(Secretary General)". */
static void add_role(const Factmill__V1__Attribution *by, struct fm_para *para)
{
    if (empty(by->role))
        return;
    fm_para_z(para, FM_DIM, " (");
    fm_para_z(para, FM_DIM, by->role);
    fm_para_z(para, FM_DIM, ")");
}

static bool says_it(const Factmill__V1__Fact *fact)
{
    return fact->kind == FACTMILL__V1__FACT__KIND__QUOTE ||
           fact->kind == FACTMILL__V1__FACT__KIND__REPORTED;
}

/* The attribution of a QUOTE or REPORTED fact that repeats its subject. */
static bool repeats_subject(const Factmill__V1__Fact *fact,
                            const Factmill__V1__Attribution *by)
{
    return fact->subject != NULL && by->source != NULL &&
           strcmp(fact->subject->text, by->source->text) == 0;
}

static void add_subject(const Factmill__V1__Fact *fact, struct fm_para *para)
{
    if (fact->subject == NULL || empty(fact->subject->text)) {
        fm_para_z(para, FM_DIM, says_it(fact) ? "(unnamed)" : "");
        return;
    }
    fm_para_z(para, FM_CYAN, fact->subject->text);
    for (size_t i = 0; i < fact->n_attribution; i++) {
        if (repeats_subject(fact, fact->attribution[i])) {
            add_role(fact->attribution[i], para);
            break;
        }
    }
}

static void add_argument(const Factmill__V1__Argument *argument,
                         struct fm_para *para)
{
    bool quoted = argument->role == FACTMILL__V1__ARGUMENT__ROLE__CONTENT;

    if (!empty(argument->preposition)) {
        fm_para_z(para, FM_DIM, argument->preposition);
        fm_para_z(para, FM_PLAIN, " ");
    }
    if (quoted)
        fm_para_z(para, FM_DIM, "“");
    fm_para_z(para, FM_YELLOW, argument->text);
    if (quoted)
        fm_para_z(para, FM_DIM, "”");
}

/* --- quantity ---------------------------------------------------------------- */

static void add_change(const Factmill__V1__Change *change, struct fm_para *para)
{
    static const char *const directions[] = {"", "up", "down", "unchanged"};

    const struct {
        const char *word;
        const char *value;
    } parts[] = {
        {" from ", change->from},
        {" to ", change->to},
        {" by ", change->by},
        {change->relative ? " by the share " : " times ", change->factor},
        {" against ", change->baseline}};

    fm_para_z(para, FM_PLAIN, " ");
    if ((unsigned)change->direction < 4)
        fm_para_z(para, FM_PLAIN, directions[change->direction]);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (empty(parts[i].value))
            continue;
        fm_para_z(para, FM_DIM, parts[i].word);
        fm_para_z(para, FM_MAGENTA, parts[i].value);
    }
}

static void add_quantity(const Factmill__V1__Quantity *quantity,
                         struct fm_para *para)
{
    static const char *const qualifiers[] = {
        "",           "",         "about ",  "more than ", "at least ",
        "less than ", "at most ", "nearly ", "up to "};
    bool range = !empty(quantity->low) && !empty(quantity->high) &&
                 strcmp(quantity->low, quantity->high) != 0;

    if ((unsigned)quantity->qualifier < sizeof qualifiers / sizeof *qualifiers)
        fm_para_z(para, FM_DIM, qualifiers[quantity->qualifier]);
    if (range) {
        fm_para_z(para, FM_MAGENTA, quantity->low);
        fm_para_z(para, FM_MAGENTA, "–");
        fm_para_z(para, FM_MAGENTA, quantity->high);
    } else {
        fm_para_z(para, FM_MAGENTA,
                  empty(quantity->value) ? quantity->text : quantity->value);
    }
    if (!empty(quantity->unit)) {
        fm_para_z(para, FM_PLAIN, " ");
        fm_para_z(para, FM_MAGENTA, quantity->unit);
    }
    if (!empty(quantity->about)) {
        fm_para_z(para, FM_PLAIN, " ");
        fm_para_z(para, FM_YELLOW, quantity->about);
    }
    if (quantity->change != NULL)
        add_change(quantity->change, para);
}

/* --- who does what, as one would say it ------------------------------------------ */

/* Facts that are clauses read as a sentence. */
static bool is_clause(const Factmill__V1__Fact *fact)
{
    return (fact->kind == FACTMILL__V1__FACT__KIND__EVENT ||
            fact->kind == FACTMILL__V1__FACT__KIND__RELATION ||
            fact->kind == FACTMILL__V1__FACT__KIND__MEMBERSHIP ||
            fact->kind == FACTMILL__V1__FACT__KIND__LOCATION) &&
           fact->subject != NULL && fact->predicate != NULL;
}

/* "be building": reads well without. */
static bool is_participle(const char *text)
{
    size_t end = 3 + strcspn(text + (strlen(text) < 3 ? 0 : 3), " ");

    return strncmp(text, "be ", 3) == 0 && end > 6 &&
           strncmp(text + end - 3, "ing", 3) == 0;
}

/* The words of the predicate; a "be" that the text does not have reads "is". */
static void add_predicate(const Factmill__V1__Predicate *predicate,
                          struct fm_para *para)
{
    const char *text =
        empty(predicate->text) ? predicate->lemma : predicate->text;

    if (is_participle(text)) {
        text += 3;
    } else if (strcmp(text, "be") == 0 || strncmp(text, "be ", 3) == 0) {
        fm_para_z(para, FM_GREEN, "is");
        text += 2;
    }
    fm_para_z(para, FM_GREEN, text);
}

/* "In" of "In May" is no longer the first word. */
static void add_preposition(const char *preposition, struct fm_para *para)
{
    char first[2] = {fm_lower(preposition[0]), '\0'};

    fm_para_z(para, FM_PLAIN, first);
    fm_para_z(para, FM_PLAIN, preposition + 1);
    fm_para_z(para, FM_PLAIN, " ");
}

static bool begins_with_there(const Factmill__V1__Fact *fact)
{
    return strncmp(fact->predicate->text, "There ", 6) == 0 ||
           strncmp(fact->predicate->text, "there ", 6) == 0;
}

static void add_sentence(const Factmill__V1__Fact *fact, struct fm_para *para)
{
    bool there = begins_with_there(fact);

    if (!there) {
        fm_para_z(para, FM_CYAN, fact->subject->text);
        fm_para_z(para, FM_PLAIN, " ");
    }
    add_predicate(fact->predicate, para);
    if (there) {
        fm_para_z(para, FM_PLAIN, " ");
        fm_para_z(para, FM_CYAN, fact->subject->text);
    }
    for (size_t i = 0; i < fact->n_arguments; i++) {
        const Factmill__V1__Argument *argument = fact->arguments[i];

        fm_para_z(para, FM_PLAIN, " ");
        if (!empty(argument->preposition))
            add_preposition(argument->preposition, para);
        fm_para_z(para, FM_YELLOW, argument->text);
    }
}

static void add_statement(const Factmill__V1__Fact *fact, struct fm_para *para)
{
    bool quantity = fact->quantity != NULL &&
                    fact->kind == FACTMILL__V1__FACT__KIND__QUANTITY;

    if (is_clause(fact)) {
        add_sentence(fact, para);
        return;
    }
    add_subject(fact, para);
    if (fact->predicate != NULL &&
        !(empty(fact->predicate->lemma) && empty(fact->predicate->text))) {
        arrow(para);
        fm_para_z(para, FM_GREEN,
                  empty(fact->predicate->lemma) ? fact->predicate->text
                                                : fact->predicate->lemma);
    }
    if (quantity) {
        arrow(para);
        add_quantity(fact->quantity, para);
        return;
    }
    for (size_t i = 0; i < fact->n_arguments; i++) {
        if (i == 0)
            arrow(para);
        else
            fm_para_z(para, FM_DIM, " · ");
        add_argument(fact->arguments[i], para);
    }
}

/* --- when, where, how sure, who says ------------------------------------------- */

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
    fm_para_z(para, FM_MAGENTA, empty(time->value) ? time->text : time->value);
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

        if (repeats_subject(fact, by) || by->source == NULL)
            continue;
        part(para, any);
        fm_para_z(para, FM_DIM, "says ");
        fm_para_z(para, FM_CYAN, by->source->text);
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

static bool has_circumstances(const Factmill__V1__Fact *fact)
{
    bool foreign = false;

    for (size_t i = 0; i < fact->n_attribution; i++)
        foreign |= !repeats_subject(fact, fact->attribution[i]) &&
                   fact->attribution[i]->source != NULL;
    return foreign || fact->time != NULL ||
           (fact->place != NULL && !is_clause(fact)) ||
           (fact->quantity != NULL &&
            fact->kind != FACTMILL__V1__FACT__KIND__QUANTITY) ||
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
    if (fact->quantity != NULL &&
        fact->kind != FACTMILL__V1__FACT__KIND__QUANTITY) {
        part(para, &any);
        add_quantity(fact->quantity, para);
    }
    if (fact->time != NULL) {
        part(para, &any);
        add_time(fact->time, para);
    }
    if (fact->place != NULL && !is_clause(fact)) {
        part(para, &any);
        add_argument(fact->place, para);
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
    add_statement(fact, &para);
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
