/* Who or what changes, and by whom, over syntax. */
#include "extract/quantity_site.h"

/* The lexemes of the tokens of a phrase. */
static struct fm_words words_of(const struct fm_lexemes *lx,
                                const struct fm_doc *doc, struct fm_phrase p)
{
    struct fm_words w = {0, 0};
    uint32_t start = doc->start[p.first];
    uint32_t end = doc->end[p.last - 1];

    while (w.first < lx->count && lx->at[w.first].start < start)
        w.first++;
    w.last = w.first;
    while (w.last < lx->count && lx->at[w.last].start < end)
        w.last++;
    return w;
}

/* Is token i within the numbers of the change? */
static bool is_number_of(const struct fm_lexemes *lx,
                         const struct fm_tree *tree, const struct fm_change *c,
                         uint32_t i)
{
    const struct fm_amount *const amounts[] = {c->has_from ? &c->from : NULL,
                                               c->has_to ? &c->to : NULL,
                                               c->has_by ? &c->by : NULL};
    uint32_t at = tree->doc->start[i];

    for (size_t k = 0; k < 3; k++)
        if (amounts[k] != NULL && at >= lx->at[amounts[k]->words.first].start &&
            at < lx->at[amounts[k]->words.last - 1].end)
            return true;
    return false;
}

static bool has_digits(const struct fm_tree *tree, uint32_t i)
{
    for (uint32_t k = tree->left[i]; k < tree->right[i]; k++)
        if ((tree->doc->flags[k] & FM_TOKEN_DIGITS) != 0)
            return true;
    return false;
}

/* "an increase of 5 per cent in sales", "the price rise": what the noun is of. */
static uint32_t noun_changes(const struct fm_lexemes *lx,
                             const struct fm_tree *tree,
                             const struct fm_change *c, uint32_t noun)
{
    uint32_t found = FM_NO_TOKEN;

    for (uint32_t k = tree->first[noun]; k < tree->first[noun + 1]; k++) {
        uint32_t child = tree->child[k];
        enum fm_dep dep = fm_tree_dep(tree, child);
        struct fm_phrase before;

        if (is_number_of(lx, tree, c, child) || has_digits(tree, child))
            continue;
        if (child < noun && (dep == FM_DEP_COMPOUND || dep == FM_DEP_NMOD_POSS))
            found = child;
        if (child < noun || dep != FM_DEP_NMOD)
            continue;
        before = fm_phrase_case(tree, child);
        if (before.first < before.last && !fm_quantity_is_period(tree, child) &&
            (fm_tree_word(tree, before.first, "in") ||
             fm_tree_word(tree, before.first, "of")))
            return child;
    }
    return found;
}

static void set_agent(const struct fm_lexemes *lx, const struct fm_tree *tree,
                      struct fm_clause_part subject, struct fm_change *c)
{
    if (subject.head != FM_NO_TOKEN && !subject.clausal)
        c->agent = words_of(
            lx, tree->doc,
            fm_phrase_of(tree, subject.head, FM_PHRASE_FULL, subject.without));
}

/* "cut spending from 11 to 3": what changes is the verb's object. */
static bool subject_is_object(const struct fm_lexemes *lx,
                              const struct fm_tree *tree, uint32_t object,
                              struct fm_change *c)
{
    c->subject = words_of(
        lx, tree->doc, fm_phrase_of(tree, object, FM_PHRASE_FULL, FM_NO_TOKEN));
    /* The numbers are no words of what changes. */
    if (c->part > 0 && c->subject.last > c->part)
        c->subject.last =
            c->part > c->subject.first ? c->part : c->subject.first;
    return c->subject.last > c->subject.first;
}

/* "that struck the valley rose": with a finite verb in them, the words right
 * before the verb are a clause. */
static bool has_finite(const struct fm_lexemes *lx, const struct fm_tree *tree,
                       struct fm_words words)
{
    for (size_t i = words.first; i < words.last; i++) {
        uint32_t t = (uint32_t)fm_doc_token_at(tree->doc, lx->at[i].start);
        uint8_t xpos =
            t < tree->doc->token_count ? tree->doc->xpos[t] : FM_XPOS_MD;

        if (xpos == FM_XPOS_VBD || xpos == FM_XPOS_VBZ || xpos == FM_XPOS_VBP ||
            xpos == FM_XPOS_MD)
            return true;
    }
    return false;
}

/* Is the subject of the tree further off than the words right before the verb? */
static bool is_far(const struct fm_lexemes *lx, const struct fm_tree *tree,
                   struct fm_clause_part subject, enum fm_clause_link link,
                   const struct fm_change *c)
{
    if (fm_words_empty(c->subject) || c->subject.last > c->at ||
        has_finite(lx, tree, c->subject))
        return false;
    return subject.head == FM_NO_TOKEN ||
           (link != FM_LINK_OWN && link != FM_LINK_RELATIVE &&
            tree->doc->start[subject.head] < lx->at[c->subject.first].start);
}

static bool subject_of_verb(const struct fm_lexemes *lx,
                            const struct fm_tree *tree, uint32_t verb,
                            struct fm_change *c)
{
    enum fm_clause_link link = FM_LINK_OWN;
    struct fm_clause_part subject = fm_clause_subject(tree, verb, &link);
    uint32_t object = fm_tree_child(tree, verb, FM_DEP_OBJ, 0);
    bool passive = fm_tree_has(tree, verb, FM_DEP_NSUBJ_PASS) ||
                   fm_tree_has(tree, verb, FM_DEP_AUX_PASS);

    /* "the rate was cut 14 times": so often. */
    if (passive && c->has_by && c->by.measure.kind == FM_MEASURE_TIMES)
        return false;
    if (object != FM_NO_TOKEN && is_number_of(lx, tree, c, object))
        object = FM_NO_TOKEN;
    /* An object that the tree has not. */
    if (object == FM_NO_TOKEN && !passive && c->subject.first > c->at &&
        !fm_words_empty(c->subject)) {
        set_agent(lx, tree, subject, c);
        return true;
    }
    if (object != FM_NO_TOKEN && !passive) {
        set_agent(lx, tree, subject, c);
        return subject_is_object(lx, tree, object, c);
    }
    if (is_far(lx, tree, subject, link, c))
        return true;
    if (subject.head == FM_NO_TOKEN || subject.clausal ||
        tree->doc->upos[subject.head] == FM_NUM)
        return false;
    c->subject = words_of(
        lx, tree->doc,
        fm_phrase_of(tree, subject.head, FM_PHRASE_FULL, subject.without));
    /* A tree that has the verb below its subject. */
    if (c->subject.first < c->at && c->subject.last > c->at)
        c->subject.last = c->at;
    return !fm_words_empty(c->subject);
}

bool fm_quantity_change_subject(const struct fm_lexemes *lx,
                                const struct fm_tree *tree, struct fm_change *c)
{
    uint32_t at = (uint32_t)fm_doc_token_at(tree->doc, lx->at[c->at].start);
    uint32_t noun;

    if (at >= tree->doc->token_count)
        return false;
    if (tree->doc->upos[at] == FM_VERB ||
        fm_tree_has(tree, at, FM_DEP_AUX_PASS) ||
        fm_tree_has(tree, at, FM_DEP_NSUBJ) ||
        fm_tree_has(tree, at, FM_DEP_NSUBJ_PASS))
        return subject_of_verb(lx, tree, at, c);
    if (tree->doc->upos[at] != FM_NOUN)
        /* "up 5 per cent": of the verb or noun that it goes with. */
        return !fm_words_empty(c->subject);
    c->noun = true;
    noun = noun_changes(lx, tree, c, at);
    if (noun == FM_NO_TOKEN)
        return false;
    c->subject = words_of(
        lx, tree->doc, fm_phrase_of(tree, noun, FM_PHRASE_FULL, FM_NO_TOKEN));
    return c->subject.last > c->subject.first;
}
