/* Reports in the passive: what is said is the subject, who says it an agent, or
 * nobody. */
#include "extract/clause.h"
#include "extract/quote_look.h"

/* "It was noted that …": nobody says who. */
static bool impersonal(struct fm_look *l)
{
    uint32_t that;

    if (!(l->g.cue->classes & FM_CUE_THAT) || l->g.all.first <= l->first ||
        !fm_reading_is(l->r, l->g.all.first - 1, "it"))
        return false;
    that = fm_look_that(l, l->g.all.last);
    if (that == UINT32_MAX || that + 1 >= l->last)
        return false;
    memset(&l->s->speaker, 0, sizeof l->s->speaker);
    l->s->clausal = true;
    fm_look_cue(l, "report.passive");
    fm_saying_set_content(l->r, l->s, that, fm_look_content_end(l, that, true));
    return true;
}

static struct fm_tokens phrase_of(const struct fm_look *l, uint32_t head,
                                  uint32_t without)
{
    struct fm_phrase p =
        fm_phrase_of(l->r->ctx->tree, head, FM_PHRASE_FULL, without);

    return (struct fm_tokens){p.first, p.last};
}

/* "by the union" */
static bool agent(struct fm_look *l)
{
    const struct fm_tree *tree = l->r->ctx->tree;
    uint32_t i = fm_tree_child(tree, l->g.verb, FM_DEP_OBL_AGENT, l->g.verb);

    memset(&l->s->speaker, 0, sizeof l->s->speaker);
    /* "backed by air support": a thing. */
    if (i == FM_NO_TOKEN ||
        (tree->doc->xpos[i] == FM_XPOS_NN && !fm_tree_has(tree, i, FM_DEP_DET)))
        return false;
    return fm_speaker_phrase(l->r, i, FM_NO_TOKEN, &l->s->speaker);
}

/* "was condemned by": the preposition goes with the verb. */
static void take_by(struct fm_look *l)
{
    if (l->s->speaker.kind != FM_SPEAKER_NONE && l->g.all.last < l->last &&
        fm_reading_is(l->r, l->g.all.last, "by"))
        l->g.all.last++;
}

/* "to win", "of fraud", "as a threat", "whether it rains" behind the verb: its
 * first token; FM_NO_TOKEN = there is none. */
static uint32_t complement(const struct fm_look *l)
{
    static const char *const tying[] = {"about", "as", "for", "of",
                                        "over",  "to", "with"};
    const struct fm_tree *tree = l->r->ctx->tree;

    /* "asked about | the plan" */
    if (l->g.particle && l->g.all.last < l->last &&
        l->g.all.last > l->g.verb + 1 &&
        fm_tree_dep(tree, l->g.all.last - 1) == FM_DEP_CASE)
        return l->g.all.last;
    for (uint32_t c = tree->first[l->g.verb]; c < tree->first[l->g.verb + 1];
         c++) {
        uint32_t i = tree->child[c];
        enum fm_dep dep = fm_tree_dep(tree, i);
        uint32_t left = tree->left[i];

        if (i < l->g.verb || left < l->g.all.last || l->r->inside[i] != 0 ||
            i >= l->last)
            continue;
        if (dep == FM_DEP_XCOMP || dep == FM_DEP_CCOMP || dep == FM_DEP_OBJ)
            return left;
        if (left == l->g.all.last &&
            (dep == FM_DEP_OBL || dep == FM_DEP_ADVCL) &&
            fm_tree_words(tree, left, tying, sizeof tying / sizeof *tying))
            return left;
    }
    return FM_NO_TOKEN;
}

/* "as the union reported": active, whatever its tag. */
static bool has_subject_before(const struct fm_look *l)
{
    enum fm_word k = l->g.all.first > l->first
                         ? fm_look_kind(l, l->g.all.first - 1)
                         : FM_WORD_STOP;

    return k == FM_WORD_OTHER || k == FM_WORD_NAME || k == FM_WORD_TITLE ||
           k == FM_WORD_PRONOUN;
}

/* Where the complement that begins at token first ends: with its phrase. */
static uint32_t complement_end(const struct fm_look *l, uint32_t first)
{
    const struct fm_tree *tree = l->r->ctx->tree;
    uint32_t end = fm_look_content_end(l, first, true);

    for (uint32_t c = tree->first[l->g.verb]; c < tree->first[l->g.verb + 1];
         c++) {
        uint32_t i = tree->child[c];
        enum fm_dep dep = fm_tree_dep(tree, i);

        if ((dep == FM_DEP_OBL || dep == FM_DEP_OBJ) &&
            tree->left[i] <= first && tree->right[i] > first &&
            tree->right[i] < end)
            end = tree->right[i];
    }
    return end;
}

bool fm_look_passive(struct fm_look *l)
{
    const struct fm_tree *tree = l->r->ctx->tree;
    struct fm_clause_part subject;
    enum fm_clause_link link;
    uint32_t first;

    if (!l->g.passive)
        return false;
    if (impersonal(l))
        return true;
    if (tree == NULL || !fm_tree_is_verb(tree, l->g.verb) ||
        !(l->g.cue->classes & (FM_CUE_OBJECT | FM_CUE_AS | FM_CUE_TELL |
                               FM_CUE_TO | FM_CUE_PASSIVE)))
        return false;
    /* "a note called X": its name */
    if (fm_tree_dep(tree, l->g.verb) == FM_DEP_ACL && !l->g.auxiliary &&
        (strcmp(l->g.cue->lemma, "call") == 0 ||
         strcmp(l->g.cue->lemma, "dub") == 0))
        return false;
    if (l->g.participle && fm_tree_dep(tree, l->g.verb) == FM_DEP_ADVCL &&
        has_subject_before(l))
        return false;
    if (!agent(l) && !(l->g.cue->classes & FM_CUE_PASSIVE))
        return false;
    if ((l->g.cue->classes & FM_CUE_PERSON) && !fm_look_is_person(l))
        return false;
    subject = fm_clause_subject(tree, l->g.verb, &link);
    first = complement(l);
    if (first == FM_NO_TOKEN &&
        ((l->g.cue->classes & FM_CUE_TELL) ||
         (l->g.participle && l->s->speaker.kind == FM_SPEAKER_NONE) ||
         subject.head == FM_NO_TOKEN))
        return false;
    if (subject.head != FM_NO_TOKEN && l->r->inside[subject.head] != 0)
        return false;
    take_by(l);
    fm_look_cue(l, "report.passive");
    if (subject.head != FM_NO_TOKEN)
        l->s->topic = phrase_of(l, subject.head, subject.without);
    if (first != FM_NO_TOKEN) {
        fm_saying_set_content(l->r, l->s, first, complement_end(l, first));
    } else {
        fm_saying_set_content(l->r, l->s, l->s->topic.first, l->s->topic.last);
        l->s->topic.last = l->s->topic.first;
    }
    return l->s->start < l->s->end;
}
