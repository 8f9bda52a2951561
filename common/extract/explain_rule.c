/* What each rule looks for, in words, and what it found for a fact. */
#include "extract/explain.h"

struct rule {
    const char *name;
    const char *looks_for;
};

/* A name that ends in "." speaks for all rules that begin so and have no line
 * of their own. */
static const struct rule rules[] = {
    {"abbreviation.bracket", "a long form, then its short form in brackets"},
    {"abbreviation.reverse", "a short form, then its long form in brackets"},
    {"abbreviation.extended",
     "a long form and its short form in brackets, with a word before it that "
     "the letters ask for"},
    {"abbreviation.initials",
     "capitals that are the initials of a capitalised phrase of the article"},
    {"abbreviation.rival",
     "capitals that are the initials of a second phrase of the article, too"},
    {"alias.", "another name for something, given by the words around it"},
    {"role.before", "a post, then the name of who holds it"},
    {"role.title", "a title before a name"},
    {"role.title_of", "a post with its organisation before a name"},
    {"role.apposition", "a name, then a post set off by commas"},
    {"role.copula", "a name, a form of \"be\", and a post"},
    {"role.taken", "a verb that gives a post, who gets it, and the post"},
    {"role.left", "a verb that takes a post away, whose, and the post"},
    {"role.", "somebody and the post that the words give them"},
    {"quote.", "a quoted passage, a verb of speech, and who speaks"},
    {"report.", "a verb or noun of speech, who speaks, and what they say"},
    {"quantity.subject", "an amount that is the subject of a verb"},
    {"quantity.object", "an amount that is the object of a verb"},
    {"quantity.oblique", "an amount tied to a verb by a preposition"},
    {"quantity.be", "an amount that something is said to be"},
    {"quantity.degree", "an amount with how it is meant: long, away, higher"},
    {"quantity.of", "an amount that is part of another noun's phrase"},
    {"quantity.part", "a part and the whole that it is of"},
    {"quantity.count", "a number and what it counts"},
    {"quantity.change", "a verb of change, what changes, and the amounts"},
    {"quantity.change.noun", "a noun of change, what changes, and the amounts"},
    {"quantity.", "an amount and what it is of"},
    {"clause.verb", "a verb with a subject of its own"},
    {"clause.passive", "a passive verb with a subject of its own"},
    {"clause.joined", "a verb joined to another, whose subject it shares"},
    {"clause.joined_passive",
     "a passive verb joined to another, whose subject it shares"},
    {"clause.relative",
     "a verb of a relative clause, about the noun before it"},
    {"clause.relative_passive",
     "a passive verb of a relative clause, about the noun before it"},
    {"clause.participle", "a participle behind a noun, which is its subject"},
    {"clause.participle_passive",
     "a past participle behind a noun, which is its subject"},
    {"clause.control", "a verb that completes another, whose subject or object "
                       "is its subject"},
    {"clause.control_passive",
     "a passive verb that completes another, whose subject or object is its "
     "subject"},
    {"clause.adverbial",
     "a verb without subject in a clause that goes with another"},
    {"clause.adverbial_passive",
     "a passive verb without subject in a clause that goes with another"},
    {"clause.existential", "\"there\" with a verb, and what there is"},
    {"clause.copula", "a subject, a form of \"be\", and what it is"},
    {"clause.adjective", "a subject, a form of \"be\", and an adjective that "
                         "governs what follows"},
    {"clause.", "a predicate and who or what it is about"},
    {"noun.event", "a noun that something that happens is called by, with when "
                   "or where"},
    {"noun.place", "what somebody has somewhere: headquarters, a plant; and "
                   "\"Oslo-based\""},
    {"noun.apposition", "a noun set off behind another that it describes"},
    {"noun.", "a statement that nouns make without a verb"},
};

const char *fm_explain_rule(const char *rule)
{
    const char *best = "";
    size_t length = 0;

    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        size_t n = strlen(rules[i].name);
        bool family = rules[i].name[n - 1] == '.';

        if (n <= length || strncmp(rules[i].name, rule, n) != 0 ||
            (!family && rule[n] != '\0'))
            continue;
        best = rules[i].looks_for;
        length = n;
    }
    return best;
}

/* --- what was found ----------------------------------------------------------------- */

/* "an enum's name in lower case" */
static void add_name(const ProtobufCEnumDescriptor *names, int value,
                     struct fm_buf *out)
{
    const ProtobufCEnumValue *found =
        protobuf_c_enum_descriptor_get_value(names, value);

    for (const char *z = found != NULL ? found->name : "?"; *z != '\0'; z++)
        fm_buf_char(out, *z == '_' ? ' ' : fm_lower(*z));
}

static void add_span(const Factmill__V1__Span *span, struct fm_buf *out)
{
    if (span != NULL)
        fm_buf_printf(out, " [%s%u:%u]",
                      span->field == FACTMILL__V1__SPAN__FIELD__TITLE ? "title "
                                                                      : "",
                      span->start, span->end);
}

static void add_found(const char *what, const char *preposition,
                      const char *text, const Factmill__V1__Span *span,
                      struct fm_buf *out)
{
    fm_buf_printf(out, "      %s: %s%s%s", what, preposition,
                  preposition[0] != '\0' ? " " : "", text);
    add_span(span, out);
    fm_buf_char(out, '\n');
}

static void add_argument(const char *what, const Factmill__V1__Argument *a,
                         struct fm_buf *out)
{
    if (a != NULL)
        add_found(what, a->preposition, a->text, a->span, out);
}

static void add_predicate(const Factmill__V1__Predicate *p, struct fm_buf *out)
{
    if (p == NULL)
        return;
    fm_buf_printf(out, "      predicate: %s (%s)",
                  p->text[0] != '\0' ? p->text : "-", p->lemma);
    add_span(p->span, out);
    fm_buf_char(out, '\n');
}

static void add_roles(const Factmill__V1__Fact *fact, struct fm_buf *out)
{
    for (size_t i = 0; i < fact->n_arguments; i++) {
        const Factmill__V1__Argument *a = fact->arguments[i];

        fm_buf_z(out, "      ");
        add_name(&factmill__v1__argument__role__descriptor, (int)a->role, out);
        fm_buf_printf(out, ": %s%s%s", a->preposition,
                      a->preposition[0] != '\0' ? " " : "", a->text);
        add_span(a->span, out);
        fm_buf_char(out, '\n');
    }
}

/* The words that make it negative or less than certain. */
static void add_view(const Factmill__V1__Fact *fact, struct fm_buf *out)
{
    const Factmill__V1__Span *sentence = fact->evidence->span;

    if (fact->polarity != FACTMILL__V1__FACT__POLARITY__NEGATIVE &&
        fact->modality <= FACTMILL__V1__FACT__MODALITY__ASSERTED)
        return;
    fm_buf_z(out, "      said to be: ");
    if (fact->polarity == FACTMILL__V1__FACT__POLARITY__NEGATIVE)
        fm_buf_z(out, "negative ");
    if (fact->modality > FACTMILL__V1__FACT__MODALITY__ASSERTED)
        add_name(&factmill__v1__fact__modality__descriptor, (int)fact->modality,
                 out);
    for (size_t i = 0; i < fact->n_triggers && sentence != NULL; i++) {
        const Factmill__V1__Span *t = fact->triggers[i];

        if (t->start < sentence->start || t->end > sentence->end)
            continue;
        fm_buf_printf(out, "%s\"%.*s\"", i == 0 ? ", by " : " ",
                      (int)(t->end - t->start),
                      fact->evidence->text + (t->start - sentence->start));
        add_span(t, out);
    }
    fm_buf_char(out, '\n');
}

void fm_explain_fact(const Factmill__V1__Fact *fact, struct fm_buf *out)
{
    fm_buf_printf(out, "  %s  ", fact->rule);
    add_name(&factmill__v1__fact__kind__descriptor, (int)fact->kind, out);
    fm_buf_printf(out, "  %.2f  %s\n", (double)fact->confidence, fact->id);
    fm_buf_printf(out, "      looks for: %s\n", fm_explain_rule(fact->rule));
    add_argument("subject", fact->subject, out);
    add_predicate(fact->predicate, out);
    add_roles(fact, out);
    if (fact->quantity != NULL)
        add_found("amount", "", fact->quantity->text, fact->quantity->span,
                  out);
    if (fact->time != NULL)
        add_found("when", "", fact->time->value, fact->time->span, out);
    add_argument("where", fact->place, out);
    for (size_t i = 0; i < fact->n_attribution; i++)
        add_argument("says", fact->attribution[i]->source, out);
    if (fact->evidence != NULL)
        add_view(fact, out);
}
