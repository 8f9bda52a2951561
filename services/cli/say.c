#include "cli/say.h"

#define K(name) FACTMILL__V1__FACT__KIND__##name
#define R(name) FACTMILL__V1__ARGUMENT__ROLE__##name

static bool empty(const char *text)
{
    return text == NULL || text[0] == '\0';
}

static void space(struct fm_para *para)
{
    fm_para_z(para, FM_PLAIN, " ");
}

/* A preposition amid a sentence: "In" of "In May" is no longer the first word. */
static void say_preposition(const char *preposition, struct fm_para *para)
{
    char first[2] = {fm_lower(preposition[0]), '\0'};

    if (empty(preposition))
        return;
    fm_para_z(para, FM_PLAIN, first);
    fm_para_z(para, FM_PLAIN, preposition + 1);
    space(para);
}

static void say_argument(const Factmill__V1__Argument *a, struct fm_para *para)
{
    space(para);
    say_preposition(a->preposition, para);
    fm_para_z(para, FM_YELLOW, a->text);
}

static const Factmill__V1__Argument *
argument_of(const Factmill__V1__Fact *fact, Factmill__V1__Argument__Role role)
{
    for (size_t i = 0; i < fact->n_arguments; i++)
        if (fact->arguments[i]->role == role)
            return fact->arguments[i];
    return NULL;
}

/* --- clauses ------------------------------------------------------------------- */

/* "be building": reads well without. */
static bool is_participle(const char *text)
{
    size_t end = 3 + strcspn(text + (strlen(text) < 3 ? 0 : 3), " ");

    return strncmp(text, "be ", 3) == 0 && end > 6 &&
           strncmp(text + end - 3, "ing", 3) == 0;
}

/* The words of the predicate; a "be" that the text does not have reads "is". */
static void say_predicate(const Factmill__V1__Predicate *predicate,
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

static bool begins_with_there(const Factmill__V1__Fact *fact)
{
    return strncmp(fact->predicate->text, "There ", 6) == 0 ||
           strncmp(fact->predicate->text, "there ", 6) == 0;
}

static void say_subject(const Factmill__V1__Fact *fact, struct fm_para *para)
{
    if (fact->subject == NULL || empty(fact->subject->text))
        return;
    fm_para_z(para, FM_CYAN, fact->subject->text);
    space(para);
}

/* "the signing of the charter took place in 1996" */
static void say_event(const Factmill__V1__Fact *fact, struct fm_para *para)
{
    say_subject(fact, para);
    fm_para_z(para, FM_GREEN,
              fact->modality > FACTMILL__V1__FACT__MODALITY__ASSERTED
                  ? "takes place"
                  : "took place");
    for (size_t i = 0; i < fact->n_arguments; i++)
        if (fact->arguments[i]->role == R(TIME) ||
            fact->arguments[i]->role == R(PLACE))
            say_argument(fact->arguments[i], para);
}

static void say_clause(const Factmill__V1__Fact *fact, struct fm_para *para)
{
    bool there = fact->predicate != NULL && begins_with_there(fact);

    if (!there)
        say_subject(fact, para);
    if (fact->predicate != NULL)
        say_predicate(fact->predicate, para);
    if (there) {
        space(para);
        if (fact->subject != NULL)
            fm_para_z(para, FM_CYAN, fact->subject->text);
    }
    for (size_t i = 0; i < fact->n_arguments; i++)
        say_argument(fact->arguments[i], para);
}

/* --- posts and short forms -------------------------------------------------------- */

static bool stands_before(const Factmill__V1__Argument *a,
                          const Factmill__V1__Argument *b)
{
    return a->span != NULL && b->span != NULL &&
           a->span->start < b->span->start;
}

/* "(since 2011)" */
static void say_terms(const Factmill__V1__Fact *fact, struct fm_para *para)
{
    for (size_t i = 0; i < fact->n_arguments; i++) {
        const Factmill__V1__Argument *a = fact->arguments[i];

        if (a->role != R(TIME))
            continue;
        fm_para_z(para, FM_PLAIN, " (");
        say_preposition(a->preposition, para);
        fm_para_z(para, FM_MAGENTA, a->text);
        fm_para_z(para, FM_PLAIN, ")");
    }
}

/* "Marta Olsen is governor of Central Bank", "is Acme chief executive" */
static void say_role(const Factmill__V1__Fact *fact, struct fm_para *para)
{
    const Factmill__V1__Argument *post = argument_of(fact, R(COMPLEMENT));
    const Factmill__V1__Argument *body = argument_of(fact, R(ORGANIZATION_OF));
    const Factmill__V1__Argument *giver = argument_of(fact, R(AGENT));
    bool named = body != NULL && !fm_is_lower(body->text[0]);
    bool first = post != NULL && named && empty(body->preposition) &&
                 stands_before(body, post);

    /* "The board named Paul Auden chairman" */
    if (giver != NULL && fact->predicate != NULL) {
        fm_para_z(para, FM_CYAN, giver->text);
        space(para);
        say_predicate(fact->predicate, para);
        space(para);
    }
    say_subject(fact, para);
    if (giver == NULL && fact->predicate != NULL)
        say_predicate(fact->predicate, para);
    /* "Rask is not a deputy": the predicate is "is". */
    if (giver == NULL &&
        fact->polarity == FACTMILL__V1__FACT__POLARITY__NEGATIVE &&
        fact->predicate != NULL && strcmp(fact->predicate->lemma, "be") == 0)
        fm_para_z(para, FM_GREEN, " not");
    if (first)
        say_argument(body, para);
    for (size_t i = 0; i < fact->n_arguments; i++) {
        const Factmill__V1__Argument *a = fact->arguments[i];

        /* Repeated fields hold no NULL. */
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
        if ((a == body && first) || a->role == R(TIME) || a == giver)
            continue;
        if (giver != NULL && a == post && empty(a->preposition)) {
            /* The name before has its space. */
            fm_para_z(para, FM_YELLOW, a->text);
            continue;
        }
        if (a == body && empty(a->preposition))
            fm_para_z(para, FM_PLAIN, named ? " of" : " of the");
        say_argument(a, para);
    }
    say_terms(fact, para);
}

static void say_short_form(const Factmill__V1__Fact *fact, struct fm_para *para)
{
    say_subject(fact, para);
    fm_para_z(para, FM_GREEN, "stands for");
    for (size_t i = 0; i < fact->n_arguments; i++)
        say_argument(fact->arguments[i], para);
}

/* --- what somebody says ----------------------------------------------------------- */

/* The post of who speaks, "(Secretary General)". */
static void say_post(const Factmill__V1__Fact *fact, struct fm_para *para)
{
    for (size_t i = 0; i < fact->n_attribution; i++) {
        const Factmill__V1__Attribution *by = fact->attribution[i];

        if (by->source == NULL || fact->subject == NULL ||
            strcmp(by->source->text, fact->subject->text) != 0 ||
            empty(by->role))
            continue;
        fm_para_z(para, FM_DIM, " (");
        fm_para_z(para, FM_DIM, by->role);
        fm_para_z(para, FM_DIM, ")");
        return;
    }
}

static void say_speaker(const Factmill__V1__Fact *fact, struct fm_para *para)
{
    if (fact->subject == NULL || empty(fact->subject->text))
        fm_para_z(para, FM_DIM, "somebody");
    else
        fm_para_z(para, FM_CYAN, fact->subject->text);
    say_post(fact, para);
}

/* "that it rains", "to win": what is said begins with its own conjunction. */
static bool brings_joint(const char *text)
{
    static const char *const words[] = {"how ",  "if ",   "that ",  "to ",
                                        "what ", "when ", "where ", "whether ",
                                        "who ",  "why "};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strncmp(text, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

/* What stands between the verb and what is said, by the rule that found it. */
static const char *joint_of(const Factmill__V1__Fact *fact,
                            const Factmill__V1__Argument *content)
{
    static const struct {
        const char *rule;
        const char *joint;
    } joints[] = {{"report.adjective", " "},  {"report.noun", " "},
                  {"report.as", " that "},    {"report.bare", " that "},
                  {"report.infinitive", " "}, {"report.inverted", " that "},
                  {"report.object", " "},     {"report.relative", " "},
                  {"report.question", " "},   {"report.that", " that "}};

    for (size_t i = 0; i < sizeof joints / sizeof joints[0]; i++)
        if (strcmp(fact->rule, joints[i].rule) == 0)
            return brings_joint(content->text) ? " " : joints[i].joint;
    return ": ";
}

static void say_content(const Factmill__V1__Fact *fact,
                        const Factmill__V1__Argument *content,
                        struct fm_para *para)
{
    bool quoted = fact->kind == K(QUOTE);

    fm_para_z(para, FM_DIM, quoted ? "“" : "");
    fm_para_z(para, FM_YELLOW, content->text);
    fm_para_z(para, FM_DIM, quoted ? "”" : "");
}

static bool is_according(const Factmill__V1__Fact *fact)
{
    size_t n = strlen(fact->rule);

    return fact->predicate == NULL || empty(fact->predicate->text) ||
           (n > 9 && strcmp(fact->rule + n - 9, "according") == 0) ||
           strcmp(fact->rule, "report.survey") == 0 ||
           strcmp(fact->rule, "report.opinion") == 0;
}

/* "The firm was accused of fraud by the union", "it was noted that it rains". */
static void say_passive(const Factmill__V1__Fact *fact,
                        const Factmill__V1__Argument *content,
                        struct fm_para *para)
{
    const Factmill__V1__Argument *topic = argument_of(fact, R(OBJECT));
    const Factmill__V1__Argument *first = topic;

    if (first == NULL && content != NULL && !brings_joint(content->text))
        first = content;
    fm_para_z(para, FM_YELLOW, first != NULL ? first->text : "it");
    space(para);
    say_predicate(fact->predicate, para);
    if (content != NULL && content != first) {
        space(para);
        say_content(fact, content, para);
    }
    if (fact->subject != NULL && !empty(fact->subject->text)) {
        size_t n = strlen(fact->predicate->text);
        bool by = content == first && n > 3 &&
                  strcmp(fact->predicate->text + n - 3, " by") == 0;

        fm_para_z(para, FM_PLAIN, by ? " " : " by ");
        fm_para_z(para, FM_CYAN, fact->subject->text);
    }
}

static void say_speech(const Factmill__V1__Fact *fact, struct fm_para *para)
{
    const Factmill__V1__Argument *content = argument_of(fact, R(CONTENT));

    if (is_according(fact)) {
        fm_para_z(para, FM_GREEN, "according to ");
        say_speaker(fact, para);
        fm_para_z(para, FM_PLAIN, content != NULL ? ", " : "");
        if (content != NULL)
            say_content(fact, content, para);
        return;
    }
    if (strcmp(fact->rule, "report.passive") == 0) {
        say_passive(fact, content, para);
        return;
    }
    say_speaker(fact, para);
    /* "Ann Lee, the mayor of Orm," */
    if (fact->subject != NULL && strstr(fact->subject->text, ", ") != NULL)
        fm_para_z(para, FM_PLAIN, ",");
    /* "the ministry's warning: …" */
    if (strcmp(fact->rule, "report.noun") == 0)
        fm_para_z(para, FM_PLAIN, "’s");
    space(para);
    say_predicate(fact->predicate, para);
    for (size_t i = 0; i < fact->n_arguments; i++)
        if (fact->arguments[i] != content)
            say_argument(fact->arguments[i], para);
    if (content == NULL)
        return;
    fm_para_z(para, FM_PLAIN, joint_of(fact, content));
    say_content(fact, content, para);
}

/* --- amounts ------------------------------------------------------------------------ */

static bool holds(const Factmill__V1__Span *outer,
                  const Factmill__V1__Span *inner)
{
    return outer != NULL && inner != NULL && outer->start <= inner->start &&
           inner->end <= outer->end;
}

/* "The firm cut its workforce from 460 to 170": the words of the amount begin
 * with the verb. */
static bool say_verb_change(const Factmill__V1__Fact *fact,
                            struct fm_para *para)
{
    const Factmill__V1__Quantity *q = fact->quantity;
    const Factmill__V1__Argument *agent = argument_of(fact, R(AGENT));
    size_t skip;

    if (q->change == NULL || fact->predicate == NULL ||
        fact->predicate->span == NULL || q->span == NULL ||
        fact->predicate->span->end <= q->span->start ||
        strcmp(fact->rule, "quantity.change") != 0)
        return false;
    skip = fact->predicate->span->end - q->span->start;
    if (skip > strlen(q->text))
        return false;
    if (agent != NULL) {
        fm_para_z(para, FM_CYAN, agent->text);
        space(para);
    } else {
        say_subject(fact, para);
    }
    fm_para_z(para, FM_GREEN, fact->predicate->text);
    fm_para_z(para, FM_MAGENTA, q->text + skip);
    return true;
}

/* "orders fell by 22.1%" for "a 22.1 per cent fall in orders" */
static void say_noun_change(const Factmill__V1__Fact *fact,
                            struct fm_para *para)
{
    static const char *const verbs[] = {"changed", "rose", "fell",
                                        "stayed as it was"};
    const Factmill__V1__Change *change = fact->quantity->change;

    say_subject(fact, para);
    fm_para_z(para, FM_GREEN,
              verbs[(unsigned)change->direction < 4 ? change->direction : 0]);
    fm_para_z(para, FM_PLAIN, ": ");
    fm_para_z(para, FM_MAGENTA, fact->quantity->text);
}

/* "a cost of" before the amount: what it is of, with the article that the text
 * has there. */
static void say_noun_before(const Factmill__V1__Fact *fact,
                            struct fm_para *para)
{
    static const char *const articles[] = {"a ", "an ", "the "};
    const char *text = fact->evidence != NULL ? fact->evidence->text : "";
    const char *about = fact->quantity->about;
    const char *at = strstr(text, about);

    for (size_t i = 0; at != NULL && i < sizeof articles / sizeof *articles;
         i++) {
        size_t n = strlen(articles[i]);

        if ((size_t)(at - text) > n && at[-(ptrdiff_t)n - 1] == ' ' &&
            strncmp(at - n, articles[i], n) == 0)
            fm_para_z(para, FM_YELLOW, articles[i]);
    }
    fm_para_z(para, FM_YELLOW, about);
    fm_para_z(para, FM_PLAIN, " of ");
}

/* NOLINTNEXTLINE(readability-function-size): one sentence, part by part */
static void say_quantity(const Factmill__V1__Fact *fact, struct fm_para *para)
{
    const Factmill__V1__Quantity *q = fact->quantity;
    const Factmill__V1__Predicate *p = fact->predicate;
    bool counted = fact->subject == NULL || holds(q->span, fact->subject->span);

    if (say_verb_change(fact, para))
        return;
    if (q->change != NULL && empty(q->value) && empty(q->low) &&
        strcmp(fact->rule, "quantity.change.noun") == 0) {
        say_noun_change(fact, para);
        return;
    }
    /* "22,000 people lost their homes" */
    if (counted) {
        bool there = p != NULL && p->span != NULL && fact->n_arguments == 0 &&
                     strcmp(p->lemma, "be") == 0;

        if (there) {
            fm_para_z(para, FM_GREEN, "there ");
            fm_para_z(para, FM_GREEN, p->text);
            space(para);
        }
        fm_para_z(para, FM_MAGENTA, q->text);
        if (!there && p != NULL && p->span != NULL) {
            space(para);
            fm_para_z(para, FM_GREEN, p->text);
        }
        for (size_t i = 0; i < fact->n_arguments; i++)
            say_argument(fact->arguments[i], para);
        return;
    }
    say_subject(fact, para);
    /* "a reward of 50,000 kronor had been offered" */
    if (p != NULL && strcmp(fact->rule, "quantity.subject") == 0) {
        fm_para_z(para, FM_GREEN, "of ");
        fm_para_z(para, FM_MAGENTA, q->text);
        space(para);
        say_predicate(p, para);
        for (size_t i = 0; i < fact->n_arguments; i++)
            say_argument(fact->arguments[i], para);
        return;
    }
    if (p != NULL && (p->span != NULL || strcmp(p->lemma, "be") == 0))
        say_predicate(p, para);
    else
        fm_para_z(para, FM_GREEN, "of");
    space(para);
    /* "kept its dividend of 15 cents" */
    if (p != NULL && p->span != NULL && !empty(q->about) &&
        strstr(q->text, q->about) == NULL &&
        strstr(fact->subject->text, q->about) == NULL &&
        (strcmp(fact->rule, "quantity.object") == 0 ||
         strcmp(fact->rule, "quantity.oblique") == 0)) {
        say_noun_before(fact, para);
    }
    fm_para_z(para, FM_MAGENTA, q->text);
    for (size_t i = 0; i < fact->n_arguments; i++)
        say_argument(fact->arguments[i], para);
}

/* --- all ------------------------------------------------------------------------------ */

void fm_say_time(const Factmill__V1__Time *time, struct fm_para *para)
{
    const char *value = empty(time->value) ? time->text : time->value;
    bool decade = strlen(value) == 3 && strspn(value, "0123456789") == 3;

    fm_para_z(para, FM_MAGENTA, value);
    if (decade)
        fm_para_z(para, FM_MAGENTA, "0s");
}

void fm_say_fact(const Factmill__V1__Fact *fact, struct fm_para *para)
{
    switch ((int)fact->kind) {
    case K(QUOTE):
    case K(REPORTED): say_speech(fact, para); return;
    case K(ROLE): say_role(fact, para); return;
    case K(ABBREVIATION): say_short_form(fact, para); return;
    case K(QUANTITY):
        if (fact->quantity != NULL) {
            say_quantity(fact, para);
            return;
        }
        break;
    default: break;
    }
    if (strcmp(fact->rule, "noun.event") == 0) {
        say_event(fact, para);
        return;
    }
    say_clause(fact, para);
}
