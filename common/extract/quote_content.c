/* What is reported: where the content of a verb begins and ends. */
#include "extract/quote_look.h"

/* Between a verb and its "that": "said on Monday in a long letter that". */
#define THAT_MAX 14u
/* A clause shows its verb within this many words. */
#define CLAUSE_LOOK 16u

/* Does a clause begin at token at? It shows a verb before its first comma. */
static bool is_clause(const struct fm_look *l, uint32_t at)
{
    enum fm_word k = fm_look_kind(l, at);

    if (k == FM_WORD_PRONOUN || fm_reading_is(l->r, at, "it") ||
        fm_reading_is(l->r, at, "there"))
        return true;
    if (k != FM_WORD_DETERMINER && k != FM_WORD_POSSESSIVE &&
        k != FM_WORD_NAME && k != FM_WORD_TITLE && k != FM_WORD_OTHER &&
        k != FM_WORD_NUMBER && k != FM_WORD_TIME)
        return false;
    for (uint32_t i = at + 1; i < l->last && i - at < CLAUSE_LOOK; i++) {
        struct fm_str t = fm_reading_text(l->r, i);

        k = fm_look_kind(l, i);
        if (k == FM_WORD_AUXILIARY || k == FM_WORD_VERB ||
            (k == FM_WORD_OTHER && l->r->words.verb[i] != NULL &&
             l->r->words.form[i] == FM_CUE_PAST))
            return true;
        if (k == FM_WORD_RELATIVE || k == FM_WORD_SUBORDINATOR ||
            k == FM_WORD_STOP || k == FM_WORD_PUNCTUATION || k == FM_WORD_COMMA)
            return false;
        if (k == FM_WORD_OTHER && t.len > 4 && fm_str_ends(t, fm_str("ed")) &&
            fm_look_kind(l, i - 1) != FM_WORD_DETERMINER)
            return true;
    }
    return false;
}

/* Behind "said" whatever begins like a noun phrase and goes on is a clause,
 * even if no verb is recognised in it. */
static bool is_long_clause(const struct fm_look *l, uint32_t at)
{
    enum fm_word k = fm_look_kind(l, at);

    return strcmp(l->g.cue->lemma, "say") == 0 && at + 4 < l->last &&
           (k == FM_WORD_DETERMINER || k == FM_WORD_POSSESSIVE ||
            k == FM_WORD_NAME || k == FM_WORD_TITLE || k == FM_WORD_OTHER ||
            k == FM_WORD_NUMBER || k == FM_WORD_TIME);
}

/* "like that of the union" */
static bool is_pronoun(const struct fm_look *l, uint32_t i, uint32_t at)
{
    enum fm_dep dep;

    if (l->r->ctx->tree == NULL || l->r->doc->upos[i] != FM_PRON)
        return false;
    dep = fm_tree_dep(l->r->ctx->tree, i);
    /* "found ice that could melt" */
    return dep != FM_DEP_MARK &&
           (fm_reading_is(l->r, i + 1, "of") ||
            (i > at && (dep == FM_DEP_NSUBJ || dep == FM_DEP_OBJ)));
}

/* "that" behind the verb, over times and places of speaking. */
uint32_t fm_look_that(const struct fm_look *l, uint32_t at)
{
    for (uint32_t i = at; i < l->last && i - at < THAT_MAX; i++) {
        enum fm_word k = fm_look_kind(l, i);

        if (fm_reading_is(l->r, i, "that") && fm_look_outside(l, i) &&
            !is_pronoun(l, i, at))
            return i;
        if (k == FM_WORD_SUBORDINATOR || k == FM_WORD_RELATIVE ||
            k == FM_WORD_AUXILIARY || k == FM_WORD_PRONOUN ||
            k == FM_WORD_STOP || k == FM_WORD_COLON || k == FM_WORD_VERB ||
            k == FM_WORD_PUNCTUATION || k == FM_WORD_MARK ||
            (i == at && (k == FM_WORD_DETERMINER || k == FM_WORD_NAME)))
            break;
    }
    return UINT32_MAX;
}

/* "night" of "on Friday night". */
static bool is_part_of_day(const struct fm_look *l, uint32_t at)
{
    return at > l->first && fm_look_kind(l, at - 1) == FM_WORD_TIME &&
           (fm_reading_is(l->r, at, "night") ||
            fm_reading_is(l->r, at, "morning") ||
            fm_reading_is(l->r, at, "afternoon") ||
            fm_reading_is(l->r, at, "evening"));
}

/* Times and "in a statement" between verb and content. */
uint32_t fm_look_skip_setting(struct fm_look *l, uint32_t at)
{
    uint32_t preposition = at;
    struct fm_tokens venue = fm_verb_venue(l->r, at, l->last, &preposition);

    if (!fm_tokens_empty(venue)) {
        l->s->venue = venue;
        l->s->venue_preposition = preposition;
        at = venue.last;
    }
    while (at < l->last && fm_look_kind(l, at + 1) != FM_WORD_GENITIVE &&
           (fm_look_kind(l, at) == FM_WORD_TIME || is_part_of_day(l, at) ||
            (fm_look_kind(l, at) == FM_WORD_ADVERB &&
             fm_look_kind(l, at + 1) != FM_WORD_NOT) ||
            (fm_reading_is(l->r, at, "on") &&
             fm_look_kind(l, at + 1) == FM_WORD_TIME)))
        at++;
    return at;
}

/* "to win", "to fully agree"; not "to nine million". */
static bool is_infinitive(const struct fm_look *l, uint32_t to)
{
    uint32_t i = to + 1;

    while (i + 1 < l->last && fm_look_kind(l, i) == FM_WORD_ADVERB)
        i++;
    return l->r->ctx->tree == NULL || i >= l->last ||
           fm_tree_is_verb(l->r->ctx->tree, i);
}

bool fm_look_content(struct fm_look *l, uint32_t at,
                     struct fm_look_content *ret)
{
    uint16_t c = l->g.cue->classes;
    uint32_t that = fm_look_that(l, at);
    enum fm_word k;

    if ((c & (FM_CUE_THAT | FM_CUE_BARE)) && that != UINT32_MAX &&
        that + 1 < l->last) {
        ret->first = that;
        ret->rule = "report.that";
        return true;
    }
    at = fm_look_skip_setting(l, at);
    k = fm_look_kind(l, at);
    if (at >= l->last)
        return false;
    ret->first = at;
    if ((c & FM_CUE_WH) &&
        (k == FM_WORD_RELATIVE || fm_reading_is(l->r, at, "if") ||
         fm_reading_is(l->r, at, "whether"))) {
        ret->rule = "report.question";
        return true;
    }
    if ((c & (FM_CUE_TO | FM_CUE_TELL)) && k == FM_WORD_TO &&
        is_infinitive(l, at) && !fm_look_says_more(l, at + 1)) {
        ret->rule = "report.infinitive";
        return true;
    }
    if ((c & (FM_CUE_BARE | FM_CUE_TELL)) && is_clause(l, at)) {
        ret->rule = "report.bare";
        return true;
    }
    if ((c & FM_CUE_SPEECH) && is_long_clause(l, at)) {
        ret->rule = "report.bare";
        return true;
    }
    if ((c & (FM_CUE_BARE | FM_CUE_SPEECH)) && k == FM_WORD_MARK) {
        ret->rule = "report.bare";
        return true;
    }
    if (((c & FM_CUE_OBJECT) || l->g.particle) &&
        (k == FM_WORD_DETERMINER || k == FM_WORD_POSSESSIVE ||
         k == FM_WORD_NAME || k == FM_WORD_TITLE || k == FM_WORD_OTHER ||
         k == FM_WORD_OBJECT || k == FM_WORD_NUMBER || k == FM_WORD_MARK)) {
        ret->rule = "report.object";
        return true;
    }
    return false;
}

/* ", calling it a danger", "and calls it": the tree ties it to the verb. */
static bool is_joined(const struct fm_look *l, uint32_t v)
{
    const struct fm_tree *tree = l->r->ctx->tree;

    return tree != NULL && fm_tree_head(tree, v) == l->g.verb &&
           (fm_tree_dep(tree, v) == FM_DEP_CONJ ||
            fm_tree_dep(tree, v) == FM_DEP_ADVCL);
}

/* "and added that it rains"; not "said it cut the price and confirmed the
 * date". */
static bool governs_clause(const struct fm_look *l, uint32_t v)
{
    const struct fm_tree *tree = l->r->ctx->tree;

    return tree == NULL || fm_tree_has(tree, v, FM_DEP_CCOMP) ||
           fm_tree_has(tree, v, FM_DEP_PARATAXIS) ||
           (v + 1 < l->last && fm_reading_is(l->r, v + 1, "that"));
}

/* Is what begins at token at, behind the comma or coordinator at token i, a
 * further report? */
static bool reports_again(const struct fm_look *l, uint32_t i, uint32_t at)
{
    bool comma = fm_look_kind(l, i) == FM_WORD_COMMA;
    struct fm_verb_group g;
    struct fm_speaker s;

    for (uint32_t v = at; v < l->last && v - at < 12; v++) {
        enum fm_word w = fm_look_kind(l, v);

        if (!fm_look_outside(l, v) || w == FM_WORD_SUBORDINATOR ||
            w == FM_WORD_STOP || (w == FM_WORD_COMMA && v > at))
            return false;
        if (l->r->words.verb[v] == NULL ||
            (l->r->ctx->tree != NULL && !fm_tree_is_verb(l->r->ctx->tree, v)) ||
            !fm_verb_group(l->r, at, v, l->last, &g))
            continue;
        if (g.all.first == at && is_joined(l, v))
            return true;
        if (g.all.first == at &&
            (!comma || at > i + 1 || l->r->words.form[v] == FM_CUE_ING))
            return !g.passive && (g.cue->classes & FM_CUE_SPEECH) != 0 &&
                   governs_clause(l, v);
        if (g.finite && (g.cue->classes & FM_CUE_SPEECH) &&
            (comma || (l->g.cue->classes & FM_CUE_SPEECH)))
            return fm_speaker_before(l->r, at, g.all.first, &s) &&
                   s.phrase.first == at;
    }
    return false;
}

/* Does something else than the content begin at token i: a further report
 * ("and added that", ", saying", ", according to", ", a spokesman said")? */
static bool breaks_off(const struct fm_look *l, uint32_t i)
{
    enum fm_word k = fm_look_kind(l, i);
    uint32_t at = i + 1;

    if (!fm_look_outside(l, i))
        return false;
    if (k == FM_WORD_PUNCTUATION && fm_reading_is(l->r, i, ";"))
        return true;
    if (k != FM_WORD_COMMA && k != FM_WORD_COORDINATOR)
        return false;
    if (k == FM_WORD_COMMA && (fm_look_kind(l, at) == FM_WORD_COORDINATOR ||
                               fm_reading_is(l->r, at, "while")))
        at++;
    if (at + 1 >= l->last)
        return false;
    if (k == FM_WORD_COMMA && fm_reading_is(l->r, at, "according"))
        return true;
    return reports_again(l, i, at);
}

/* Behind the clause of the verb when it is one within another: "X, who backed
 * the plan, said". */
static uint32_t clause_edge(const struct fm_look *l, bool clause)
{
    const struct fm_tree *tree = l->r->ctx->tree;
    uint32_t v = l->g.verb;
    bool inner = !clause;

    if (tree == NULL || !fm_tree_is_verb(tree, v))
        return l->last;
    for (size_t n = 0; n < 4 && !inner; n++) {
        enum fm_dep dep = fm_tree_dep(tree, v);

        inner = dep == FM_DEP_ACL_RELCL || dep == FM_DEP_ACL ||
                (dep == FM_DEP_ADVCL && v < fm_tree_head(tree, v));
        if (dep != FM_DEP_CONJ && dep != FM_DEP_XCOMP)
            break;
        v = fm_tree_head(tree, v);
    }
    if (!inner || tree->right[l->g.verb] <= l->g.all.last)
        return l->last;
    return tree->right[l->g.verb] < l->last ? tree->right[l->g.verb] : l->last;
}

uint32_t fm_look_content_end(const struct fm_look *l, uint32_t first,
                             bool clause)
{
    uint32_t i = first;
    uint32_t last = clause_edge(l, clause);

    last = last > first ? last : l->last;

    for (; i < last; i++) {
        enum fm_word k = fm_look_kind(l, i);

        if (i > first && breaks_off(l, i))
            break;
        if (clause || !fm_look_outside(l, i))
            continue;
        if (k == FM_WORD_COMMA &&
            (fm_look_kind(l, i + 1) == FM_WORD_COORDINATOR ||
             fm_look_kind(l, i + 1) == FM_WORD_RELATIVE ||
             fm_look_kind(l, i + 1) == FM_WORD_SUBORDINATOR ||
             fm_look_kind(l, i + 1) == FM_WORD_PRONOUN))
            break;
        if (k == FM_WORD_DASH && i > first)
            break;
    }
    return i;
}
