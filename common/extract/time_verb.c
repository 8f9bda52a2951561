#include "extract/time_verb.h"

/* Heads followed from a time to its verb, and from a verb to the one that tells
 * its tense: longer chains are misread sentences. */
#define CLIMB_MAX 10

static bool is_verb(const struct fm_tree *tree, uint32_t i)
{
    return tree->doc->upos[i] == FM_VERB || tree->doc->upos[i] == FM_AUX;
}

static bool is_one_of(const struct fm_tree *tree, uint32_t i,
                      const char *const *list, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (fm_tree_word(tree, i, list[k]))
            return true;
    return false;
}

uint32_t fm_time_top(const struct fm_tree *tree, uint32_t start, uint32_t end)
{
    const struct fm_doc *doc = tree->doc;
    uint32_t first = (uint32_t)fm_doc_token_at(doc, start);
    uint32_t last = first;
    uint32_t top = first;

    while (last < doc->token_count && doc->start[last] < end)
        last++;
    if (first >= last)
        return FM_NO_TOKEN;
    for (size_t steps = 0; steps < CLIMB_MAX; steps++) {
        uint32_t head = tree->head[top];

        if (head == top || head < first || head >= last)
            break;
        top = head;
    }
    return top;
}

uint32_t fm_time_verb(const struct fm_tree *tree, uint32_t i)
{
    for (size_t steps = 0; steps < CLIMB_MAX && i != FM_NO_TOKEN; steps++) {
        uint32_t head = fm_tree_head(tree, i);

        if (tree->doc->upos[i] == FM_VERB || fm_tree_has(tree, i, FM_DEP_COP))
            return i;
        if (head == i)
            break;
        i = head;
    }
    return i != FM_NO_TOKEN && is_verb(tree, i) ? i : FM_NO_TOKEN;
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

static bool is_ahead(const struct fm_tree *tree, uint32_t t)
{
    return is_one_of(tree, t, ahead, sizeof ahead / sizeof ahead[0]);
}

static enum fm_tense tense_of(const struct fm_tree *tree, uint32_t v,
                              unsigned depth);

/* What an auxiliary says; NONE = go on. */
static enum fm_tense of_auxiliary(const struct fm_tree *tree, uint32_t v,
                                  uint32_t t)
{
    static const char *const past[] = {"was", "were", "had", "did",
                                       "has", "have", "'ve"};
    static const char *const present[] = {"is",  "are", "am",  "'s",
                                          "'re", "do",  "does"};

    if (tree->doc->xpos[t] == FM_XPOS_MD)
        return fm_tree_word(tree, t, "could") ? FM_TENSE_NONE : FM_TENSE_FUTURE;
    if (is_one_of(tree, t, past, sizeof past / sizeof past[0]))
        return FM_TENSE_PAST;
    if (is_one_of(tree, t, present, sizeof present / sizeof present[0])) {
        if (tree->doc->xpos[v] == FM_XPOS_VBG || is_ahead(tree, v))
            return FM_TENSE_FUTURE;
        return FM_TENSE_PRESENT;
    }
    return FM_TENSE_NONE;
}

/* The auxiliaries and the copula of v. */
static enum fm_tense by_auxiliaries(const struct fm_tree *tree, uint32_t v,
                                    bool *ret_infinitive)
{
    enum fm_tense tense = FM_TENSE_NONE;

    for (uint32_t k = tree->first[v]; k < tree->first[v + 1]; k++) {
        uint32_t t = tree->child[k];
        enum fm_dep dep = fm_tree_dep(tree, t);
        enum fm_tense one;

        if (dep == FM_DEP_MARK && tree->doc->xpos[t] == FM_XPOS_TO)
            *ret_infinitive = true;
        if (dep != FM_DEP_AUX && dep != FM_DEP_AUX_PASS && dep != FM_DEP_COP)
            continue;
        one = of_auxiliary(tree, v, t);
        /* "will have been", "had been": the first tells. */
        if (one != FM_TENSE_NONE && tense == FM_TENSE_NONE)
            tense = one;
    }
    return tense;
}

static enum fm_tense of_infinitive(const struct fm_tree *tree, uint32_t v,
                                   unsigned depth)
{
    uint32_t head = fm_tree_head(tree, v);
    enum fm_tense tense;

    if (head == v)
        return FM_TENSE_FUTURE;
    if (is_one_of(tree, head, done, sizeof done / sizeof done[0]))
        return tense_of(tree, head, depth + 1);
    /* "was due to expire": it is told of then. */
    tense = tense_of(tree, head, depth + 1);
    if (tense == FM_TENSE_PAST && is_ahead(tree, head) &&
        !fm_tree_word(tree, head, "planned"))
        return fm_tree_has(tree, head, FM_DEP_AUX) ? FM_TENSE_PAST
                                                   : FM_TENSE_FUTURE;
    /* A purpose of what was done, "offers to buy", "the first to join". */
    if (fm_tree_dep(tree, v) == FM_DEP_ADVCL ||
        fm_tree_dep(tree, v) == FM_DEP_ACL)
        return tense;
    return FM_TENSE_FUTURE;
}

static enum fm_tense tense_of(const struct fm_tree *tree, uint32_t v,
                              unsigned depth)
{
    bool infinitive = false;
    enum fm_tense tense;
    uint32_t head = fm_tree_head(tree, v);

    if (depth > CLIMB_MAX)
        return FM_TENSE_NONE;
    tense = by_auxiliaries(tree, v, &infinitive);
    /* "has scheduled a meeting" */
    if (tense == FM_TENSE_PAST && tree->doc->xpos[v] == FM_XPOS_VBN &&
        (fm_tree_word(tree, v, "scheduled") ||
         fm_tree_word(tree, v, "planned")) &&
        fm_tree_has(tree, v, FM_DEP_OBJ))
        return FM_TENSE_FUTURE;
    if (tense != FM_TENSE_NONE)
        return tense;
    if (infinitive)
        return of_infinitive(tree, v, depth);

    switch (tree->doc->xpos[v]) {
    case FM_XPOS_VBD:
        return fm_tree_word(tree, v, "planned") ? FM_TENSE_FUTURE
                                                : FM_TENSE_PAST;
    case FM_XPOS_VBZ:
    case FM_XPOS_VBP:
        return is_one_of(tree, v, says, sizeof says / sizeof says[0])
                   ? FM_TENSE_PAST
                   : FM_TENSE_PRESENT;
    case FM_XPOS_VBN:
        if (fm_tree_dep(tree, v) == FM_DEP_CONJ && is_verb(tree, head))
            return tense_of(tree, head, depth + 1);
        return is_ahead(tree, v) ? FM_TENSE_FUTURE : FM_TENSE_PAST;
    case FM_XPOS_VB:
    case FM_XPOS_VBG:
    default: return head != v ? tense_of(tree, head, depth + 1) : FM_TENSE_NONE;
    }
}

bool fm_time_is_modifier(const struct fm_tree *tree, uint32_t start,
                         uint32_t end)
{
    uint32_t top = fm_time_top(tree, start, end);

    return top != FM_NO_TOKEN && fm_tree_head(tree, top) > top &&
           tree->doc->upos[fm_tree_head(tree, top)] == FM_NOUN;
}

enum fm_tense fm_time_verb_tense(const struct fm_tree *tree, uint32_t start,
                                 uint32_t end)
{
    uint32_t top = fm_time_top(tree, start, end);
    uint32_t verb = top != FM_NO_TOKEN ? fm_time_verb(tree, top) : FM_NO_TOKEN;
    enum fm_tense tense;

    if (verb == FM_NO_TOKEN)
        return FM_TENSE_NONE;
    tense = tense_of(tree, verb, 0);
    /* "Friday's purchases", "a June agreement": the noun is spoken of, not when
     * the verb happens. */
    if (tense == FM_TENSE_PRESENT && fm_tree_head(tree, top) != verb)
        return FM_TENSE_NONE;
    return tense;
}
