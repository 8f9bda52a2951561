/* Reports over syntax: what a reporting verb governs, whoever stands between. */
#include "extract/clause.h"
#include "extract/quote_look.h"

/* Words a cue may have before its verb: "has long refused to say". */
#define CHAIN_MAX 8u

static uint32_t first_outside(const struct fm_look *l, uint32_t i)
{
    while (i < l->last && fm_look_kind(l, i) == FM_WORD_COMMA)
        i++;
    return i;
}

/* Is the subtree of i, or the token before it, the end of a direct quote? */
static bool is_usable(const struct fm_look *l, uint32_t i)
{
    return i != FM_NO_TOKEN && i < l->last && i >= l->first && !l->r->taken[i];
}

static uint32_t child_behind(const struct fm_look *l, enum fm_dep dep)
{
    uint32_t i = fm_tree_child(l->r->ctx->tree, l->g.verb, dep, l->g.verb + 1);

    return is_usable(l, i) ? i : FM_NO_TOKEN;
}

/* "the people they thought were right": the subject stands elsewhere. */
static bool lacks_subject(const struct fm_tree *tree, uint32_t first,
                          uint32_t clause)
{
    uint8_t xpos = tree->doc->xpos[first];

    return first <= clause && (xpos == FM_XPOS_VBD || xpos == FM_XPOS_VBZ ||
                               xpos == FM_XPOS_VBP || xpos == FM_XPOS_MD);
}

/* "the plan, which they say is dead": the subject is the noun before. */
static bool antecedent(struct fm_look *l)
{
    const struct fm_tree *tree = l->r->ctx->tree;
    uint32_t noun = fm_tree_head(tree, l->g.verb);
    struct fm_phrase p;

    if (fm_tree_dep(tree, l->g.verb) != FM_DEP_ACL_RELCL || noun > l->g.verb ||
        l->r->inside[noun] != 0)
        return false;
    p = fm_phrase_of(tree, noun, FM_PHRASE_FULL, l->g.verb);
    l->s->topic = (struct fm_tokens){p.first, p.last};
    return true;
}

/* The clause that the verb governs: "said it rains", "asked whether …". */
static bool clause(struct fm_look *l, struct fm_look_content *ret)
{
    const struct fm_tree *tree = l->r->ctx->tree;
    uint32_t c = child_behind(l, FM_DEP_CCOMP);
    uint32_t first;

    if (c == FM_NO_TOKEN || !(l->g.cue->classes & (FM_CUE_THAT | FM_CUE_BARE |
                                                   FM_CUE_WH | FM_CUE_TELL)))
        return false;
    first = tree->left[c] > l->g.verb ? tree->left[c] : l->g.all.last;
    ret->first = first_outside(l, first);
    /* "found that areas hit hardest were …": whichever verb the tree takes. */
    if (c != FM_NO_TOKEN && fm_reading_is(l->r, l->g.all.last, "that") &&
        tree->doc->upos[l->g.all.last] == FM_SCONJ)
        ret->first = l->g.all.last;
    /* "noted, however, that it rains" */
    if (fm_look_kind(l, ret->first) == FM_WORD_ADVERB) {
        uint32_t that = fm_look_that(l, ret->first);

        ret->first = that < c ? that : ret->first;
    }
    ret->rule = fm_reading_is(l->r, ret->first, "that") ? "report.that"
                : tree->doc->xpos[ret->first] == FM_XPOS_WRB ||
                        tree->doc->xpos[ret->first] == FM_XPOS_WP ||
                        fm_reading_is(l->r, ret->first, "if") ||
                        fm_reading_is(l->r, ret->first, "whether")
                    ? "report.question"
                    : "report.bare";
    if (ret->first >= l->last)
        return false;
    if (!lacks_subject(tree, ret->first, c))
        return true;
    ret->rule = "report.relative";
    return antecedent(l);
}

bool fm_look_says_more(const struct fm_look *l, uint32_t verb)
{
    const struct fm_cue_verb *cue =
        verb < l->last ? l->r->words.verb[verb] : NULL;

    return l->r->ctx->tree != NULL && cue != NULL &&
           (cue->classes & (FM_CUE_SPEECH | FM_CUE_THAT)) != 0 &&
           fm_tree_has(l->r->ctx->tree, verb, FM_DEP_CCOMP);
}

/* "expected | the firm to leave": who does it is part of what is said. */
static void take_doer(const struct fm_look *l, uint32_t clause,
                      struct fm_look_content *ret)
{
    const struct fm_tree *tree = l->r->ctx->tree;
    uint32_t object = child_behind(l, FM_DEP_OBJ);
    uint32_t subject = fm_tree_child(tree, clause, FM_DEP_NSUBJ, l->g.verb);

    if (object < ret->first && tree->left[object] >= l->g.all.last)
        ret->first = tree->left[object];
    else if (subject < ret->first && tree->left[subject] >= l->g.all.last)
        ret->first = tree->left[subject];
}

static bool infinitive(struct fm_look *l, struct fm_look_content *ret)
{
    const struct fm_tree *tree = l->r->ctx->tree;

    static const enum fm_dep relations[] = {FM_DEP_XCOMP, FM_DEP_CCOMP,
                                            FM_DEP_ADVCL};

    if (!(l->g.cue->classes & (FM_CUE_TO | FM_CUE_TELL)))
        return false;
    for (size_t k = 0; k < sizeof relations / sizeof *relations; k++) {
        uint32_t c = child_behind(l, relations[k]);
        uint32_t mark = c != FM_NO_TOKEN
                            ? fm_tree_child(tree, c, FM_DEP_MARK, l->g.verb)
                            : FM_NO_TOKEN;

        if (mark == FM_NO_TOKEN || !fm_tree_word(tree, mark, "to") ||
            mark > c || fm_look_says_more(l, c) ||
            (relations[k] == FM_DEP_ADVCL && mark != l->g.all.last))
            continue;
        ret->first = mark;
        /* "vowed | not to resign" */
        if (mark > l->g.all.last && (fm_tree_word(tree, mark - 1, "not") ||
                                     fm_tree_word(tree, mark - 1, "never")))
            ret->first = mark - 1;
        ret->rule = "report.infinitive";
        if (!(l->g.cue->classes & FM_CUE_TELL))
            take_doer(l, c, ret);
        return true;
    }
    return false;
}

/* The phrase behind the verb's own preposition: "railed against the plan". */
static bool oblique(struct fm_look *l, struct fm_look_content *ret)
{
    const struct fm_tree *tree = l->r->ctx->tree;
    uint32_t at = l->g.all.last;

    if (!l->g.particle || at >= l->last)
        return false;
    for (uint32_t c = tree->first[l->g.verb]; c < tree->first[l->g.verb + 1];
         c++) {
        uint32_t i = tree->child[c];
        enum fm_dep dep = fm_tree_dep(tree, i);

        if (i > l->g.verb && is_usable(l, i) && tree->left[i] <= at &&
            tree->right[i] > at &&
            (dep == FM_DEP_OBL || dep == FM_DEP_ADVCL || dep == FM_DEP_OBJ ||
             dep == FM_DEP_CCOMP)) {
            /* "referred | to the plan": the preposition goes with the verb. */
            if (fm_tree_dep(tree, at) == FM_DEP_CASE && at + 1 < l->last &&
                fm_tree_word(tree, at, "to"))
                l->g.all.last = ++at;
            ret->first = at;
            ret->rule = "report.object";
            return true;
        }
    }
    return false;
}

/* "sees the plan as a danger" */
static bool has_as(const struct fm_look *l, uint32_t object)
{
    const struct fm_tree *tree = l->r->ctx->tree;

    for (uint32_t i = object + 1; i < tree->right[l->g.verb] && i < l->last;
         i++)
        if (fm_tree_word(tree, i, "as") &&
            (fm_tree_head(tree, fm_tree_head(tree, i)) == l->g.verb ||
             fm_tree_head(tree, fm_tree_head(tree, i)) == object))
            return true;
    return false;
}

static bool object(struct fm_look *l, struct fm_look_content *ret)
{
    const struct fm_tree *tree = l->r->ctx->tree;
    uint16_t c = l->g.cue->classes;
    uint32_t i = child_behind(l, FM_DEP_OBJ);

    if (i == FM_NO_TOKEN || !(c & (FM_CUE_OBJECT | FM_CUE_AS)))
        return false;
    if (!(c & FM_CUE_OBJECT) && !has_as(l, i))
        return false;
    ret->first = tree->left[i] >= l->g.all.last ? tree->left[i] : i;
    ret->rule = "report.object";
    return true;
}

bool fm_look_governed(struct fm_look *l, struct fm_look_content *ret)
{
    return l->r->ctx->tree != NULL && (clause(l, ret) || infinitive(l, ret) ||
                                       oblique(l, ret) || object(l, ret));
}

/* --- whom the verb is said of --------------------------------------------------- */

bool fm_look_is_person(const struct fm_look *l)
{
    const struct fm_speaker *s = &l->s->speaker;
    const struct fm_reading *r = l->r;

    if (s->kind == FM_SPEAKER_PRONOUN)
        return !fm_reading_is(r, s->phrase.first, "it") &&
               !fm_reading_is(r, s->phrase.first, "that") &&
               !fm_reading_is(r, s->phrase.first, "which") &&
               !fm_reading_is(r, s->phrase.first, "this");
    if (s->kind == FM_SPEAKER_NAMED)
        return true;
    for (uint32_t i = s->phrase.first; i < s->phrase.last; i++)
        if (fm_reading_kind(r, i) == FM_WORD_TITLE)
            return true;
    return false;
}

/* The verbs before it that belong to the cue: "declined to say". */
void fm_look_widen(struct fm_look *l)
{
    const struct fm_tree *tree = l->r->ctx->tree;
    static const char *const refusals[] = {"avoid", "cease",   "decline",
                                           "fail",  "neglect", "refuse"};
    uint32_t v = l->g.verb;
    uint32_t first = l->g.all.first;
    struct fm_tokens denied = l->g.denial;

    if (tree == NULL)
        return;
    for (size_t n = 0; n < CHAIN_MAX && fm_clause_is_chained(tree, v); n++)
        v = fm_tree_head(tree, v);
    if (v == l->g.verb || v >= first || first - v > CHAIN_MAX)
        return;
    if (fm_str_bsearch(tree->doc->lemma[v], refusals,
                       sizeof refusals / sizeof *refusals) >= 0)
        denied = (struct fm_tokens){v, v + 1};
    for (uint32_t i = v; i < first; i++)
        if (l->r->inside[i] != 0 || l->r->taken[i] ||
            fm_look_kind(l, i) == FM_WORD_COMMA)
            return;
    while (v > l->first && (fm_look_kind(l, v - 1) == FM_WORD_AUXILIARY ||
                            fm_look_kind(l, v - 1) == FM_WORD_NOT ||
                            fm_look_kind(l, v - 1) == FM_WORD_ADVERB))
        v--;
    l->g.all.first = v;
    l->g.denial = denied;
}
