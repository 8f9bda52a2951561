#include "extract/time_verb.h"

#include "nlp/tags.h"

/* Heads followed from a time to its verb, and from a verb to the one that tells
 * its tense: longer chains are misread sentences. */
#define CLIMB_MAX 10

static bool is_verb(const struct fm_doc *doc, size_t t)
{
    return doc->upos[t] == FM_VERB || doc->upos[t] == FM_AUX;
}

static bool is_form(const struct fm_doc *doc, size_t t, const char *word)
{
    return fm_str_ieq(doc->form[t], fm_str(word));
}

static bool is_one_of(const struct fm_doc *doc, size_t t,
                      const char *const *list, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (is_form(doc, t, list[k]))
            return true;
    return false;
}

bool fm_syntax_known(const struct fm_doc *doc)
{
    return doc->head != NULL && doc->deprel != NULL && doc->xpos != NULL &&
           doc->upos != NULL;
}

size_t fm_syntax_top(const struct fm_doc *doc, uint32_t start, uint32_t end)
{
    size_t first = fm_doc_token_at(doc, start);
    size_t last = first;
    size_t top = first;

    while (last < doc->token_count && doc->start[last] < end)
        last++;
    if (first >= last)
        return FM_NO_TOKEN;
    for (size_t steps = 0; steps < CLIMB_MAX; steps++) {
        size_t head = doc->head[top];

        if (head == top || head < first || head >= last)
            break;
        top = head;
    }
    return top;
}

/* Is there a child of v with this relation? FM_NO_TOKEN = none. Children stand
 * within the sentence. */
static size_t child_of(const struct fm_doc *doc, size_t v, uint8_t deprel)
{
    size_t s = fm_doc_sentence_at(doc, doc->start[v]);

    if (s >= doc->sentence_count)
        return FM_NO_TOKEN;
    for (size_t t = doc->sentences[s].first; t < doc->sentences[s].last; t++)
        if (t != v && doc->head[t] == v && doc->deprel[t] == deprel)
            return t;
    return FM_NO_TOKEN;
}

size_t fm_syntax_verb(const struct fm_doc *doc, size_t t)
{
    for (size_t steps = 0; steps < CLIMB_MAX && t != FM_NO_TOKEN; steps++) {
        size_t head = doc->head[t];

        if (doc->upos[t] == FM_VERB ||
            child_of(doc, t, FM_DEP_COP) != FM_NO_TOKEN)
            return t;
        if (head == t)
            break;
        t = head;
    }
    return t != FM_NO_TOKEN && is_verb(doc, t) ? t : FM_NO_TOKEN;
}

/* --- tense ------------------------------------------------------------------ */

/* Participles and adjectives that point ahead: "is scheduled to", "due". */
static const char *const ahead[] = {
    "scheduled", "expected", "planned", "due",   "slated", "set",      "likely",
    "projected", "forecast", "going",   "ready", "bound",  "proposed",
};

/* Verbs whose infinitive is done when they are: "failed to meet". */
static const char *const done[] = {
    "failed", "began",  "continued", "tried",   "managed",   "helped",
    "came",   "forced", "refused",   "started", "attempted", "rushed",
    "went",   "seemed", "appeared",  "proved",  "returned",  "led",
    "able",   "used",   "allowed",   "enabled", "caused",
};

static const char *const says[] = {"says", "say", "reports", "writes"};

static bool is_ahead(const struct fm_doc *doc, size_t t)
{
    return is_one_of(doc, t, ahead, sizeof ahead / sizeof ahead[0]);
}

static enum fm_tense tense_of(const struct fm_doc *doc, size_t v,
                              unsigned depth);

/* What an auxiliary says; NONE = go on. */
static enum fm_tense of_auxiliary(const struct fm_doc *doc, size_t v, size_t t)
{
    static const char *const past[] = {"was", "were", "had", "did",
                                       "has", "have", "'ve"};
    static const char *const present[] = {"is",  "are", "am",  "'s",
                                          "'re", "do",  "does"};

    if (doc->xpos[t] == FM_XPOS_MD)
        return is_form(doc, t, "could") ? FM_TENSE_NONE : FM_TENSE_FUTURE;
    if (is_one_of(doc, t, past, sizeof past / sizeof past[0]))
        return FM_TENSE_PAST;
    if (is_one_of(doc, t, present, sizeof present / sizeof present[0])) {
        if (doc->xpos[v] == FM_XPOS_VBG || is_ahead(doc, v))
            return FM_TENSE_FUTURE;
        return FM_TENSE_PRESENT;
    }
    return FM_TENSE_NONE;
}

/* The auxiliaries and the copula of v. */
static enum fm_tense by_auxiliaries(const struct fm_doc *doc, size_t v,
                                    bool *ret_infinitive)
{
    size_t s = fm_doc_sentence_at(doc, doc->start[v]);
    enum fm_tense tense = FM_TENSE_NONE;

    for (size_t t = doc->sentences[s].first; t < doc->sentences[s].last; t++) {
        enum fm_tense one;

        if (doc->head[t] != v || t == v)
            continue;
        if (doc->deprel[t] == FM_DEP_MARK && doc->xpos[t] == FM_XPOS_TO)
            *ret_infinitive = true;
        if (doc->deprel[t] != FM_DEP_AUX && doc->deprel[t] != FM_DEP_AUX_PASS &&
            doc->deprel[t] != FM_DEP_COP)
            continue;
        one = of_auxiliary(doc, v, t);
        /* "will have been", "had been": the first tells. */
        if (one != FM_TENSE_NONE && tense == FM_TENSE_NONE)
            tense = one;
    }
    return tense;
}

static enum fm_tense of_infinitive(const struct fm_doc *doc, size_t v,
                                   unsigned depth)
{
    size_t head = doc->head[v];
    enum fm_tense tense;

    if (head == v)
        return FM_TENSE_FUTURE;
    if (is_one_of(doc, head, done, sizeof done / sizeof done[0]))
        return tense_of(doc, head, depth + 1);
    /* "was due to expire": it is told of then. */
    tense = tense_of(doc, head, depth + 1);
    if (tense == FM_TENSE_PAST && is_ahead(doc, head) &&
        !is_form(doc, head, "planned"))
        return child_of(doc, head, FM_DEP_AUX) != FM_NO_TOKEN ? FM_TENSE_PAST
                                                              : FM_TENSE_FUTURE;
    /* A purpose of what was done, "offers to buy", "the first to join". */
    if (doc->deprel[v] == FM_DEP_ADVCL || doc->deprel[v] == FM_DEP_ACL)
        return tense;
    return FM_TENSE_FUTURE;
}

static enum fm_tense tense_of(const struct fm_doc *doc, size_t v,
                              unsigned depth)
{
    bool infinitive = false;
    enum fm_tense tense;
    size_t head = doc->head[v];

    if (depth > CLIMB_MAX)
        return FM_TENSE_NONE;
    tense = by_auxiliaries(doc, v, &infinitive);
    /* "has scheduled a meeting" */
    if (tense == FM_TENSE_PAST && doc->xpos[v] == FM_XPOS_VBN &&
        (is_form(doc, v, "scheduled") || is_form(doc, v, "planned")) &&
        child_of(doc, v, FM_DEP_OBJ) != FM_NO_TOKEN)
        return FM_TENSE_FUTURE;
    if (tense != FM_TENSE_NONE)
        return tense;
    if (infinitive)
        return of_infinitive(doc, v, depth);

    switch (doc->xpos[v]) {
    case FM_XPOS_VBD:
        return is_form(doc, v, "planned") ? FM_TENSE_FUTURE : FM_TENSE_PAST;
    case FM_XPOS_VBZ:
    case FM_XPOS_VBP:
        return is_one_of(doc, v, says, sizeof says / sizeof says[0])
                   ? FM_TENSE_PAST
                   : FM_TENSE_PRESENT;
    case FM_XPOS_VBN:
        if (doc->deprel[v] == FM_DEP_CONJ && is_verb(doc, head))
            return tense_of(doc, head, depth + 1);
        return is_ahead(doc, v) ? FM_TENSE_FUTURE : FM_TENSE_PAST;
    case FM_XPOS_VB:
    case FM_XPOS_VBG:
    default: return head != v ? tense_of(doc, head, depth + 1) : FM_TENSE_NONE;
    }
}

enum fm_tense fm_syntax_tense(const struct fm_doc *doc, uint32_t start,
                              uint32_t end)
{
    size_t top = fm_syntax_top(doc, start, end);
    size_t verb = top != FM_NO_TOKEN ? fm_syntax_verb(doc, top) : FM_NO_TOKEN;
    enum fm_tense tense;

    if (verb == FM_NO_TOKEN)
        return FM_TENSE_NONE;
    tense = tense_of(doc, verb, 0);
    /* "Friday's purchases", "a June agreement": the noun is spoken of, not when
     * the verb happens. */
    if (tense == FM_TENSE_PRESENT && doc->head[top] != verb)
        return FM_TENSE_NONE;
    return tense;
}
