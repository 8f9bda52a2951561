#include "extract/quantity_site.h"
#include "extract/said.h"
#include "extract/scope.h"
#include "extract/time_event.h"
#include "extract/time_verb.h"

/* Facts of amounts over syntax. */

struct rule {
    const char *name;
    float confidence;
};

static const struct rule rules[FM_SITE_COUNT] = {
    [FM_SITE_NONE] = {"quantity.count", 0.55f},
    [FM_SITE_SUBJECT] = {"quantity.subject", 0.8f},
    [FM_SITE_OBJECT] = {"quantity.object", 0.8f},
    [FM_SITE_OBLIQUE] = {"quantity.oblique", 0.65f},
    [FM_SITE_BE] = {"quantity.be", 0.8f},
    [FM_SITE_OF] = {"quantity.of", 0.6f},
};

static bool is_empty(struct fm_phrase p)
{
    return p.first >= p.last;
}

static Factmill__V1__Argument *phrase_argument(struct fm_context *ctx,
                                               struct fm_phrase p)
{
    return fm_context_argument(ctx, FACTMILL__V1__ARGUMENT__ROLE__SUBJECT,
                               ctx->doc->start[p.first],
                               ctx->doc->end[p.last - 1]);
}

static struct fm_str phrase_text(const struct fm_context *ctx,
                                 struct fm_phrase p)
{
    return fm_context_text(ctx, ctx->doc->start[p.first],
                           ctx->doc->end[p.last - 1]);
}

static struct fm_phrase subject_phrase(const struct fm_tree *tree,
                                       const struct fm_quantity_site *site)
{
    return fm_phrase_of(tree, site->subject.head, FM_PHRASE_FULL,
                        site->subject.without);
}

/* Verbs that say how much their subject is: the amount measures it. */
static bool is_measuring(const struct fm_tree *tree,
                         const struct fm_quantity_site *site)
{
    static const char *const lemmas[] = {
        "amount",  "average", "cost",  "equal",  "exceed", "last",
        "measure", "number",  "reach", "remain", "sell",   "stand",
        "total",   "trade",   "value", "weigh",  "worth",
    };
    struct fm_str lemma;

    if (site->role == FM_SITE_BE)
        return true;
    if (site->verb == FM_NO_TOKEN)
        return false;
    if (tree->doc->lemma == NULL)
        return false;
    lemma = tree->doc->lemma[site->verb];
    for (size_t i = 0; i < sizeof lemmas / sizeof lemmas[0]; i++)
        if (fm_str_ieq(lemma, fm_str(lemmas[i])))
            return true;
    return false;
}

/* What the fact is about: who has the amount, else what is counted. */
static Factmill__V1__Argument *subject_of(struct fm_context *ctx,
                                          const struct fm_quantity_site *site)
{
    const struct fm_tree *tree = ctx->tree;

    if (site->role == FM_SITE_OF)
        return phrase_argument(
            ctx, fm_quantity_bare_phrase(tree, fm_phrase_of(tree, site->holder,
                                                            FM_PHRASE_PART,
                                                            site->anchor)));
    /* "some 22,000 lost their homes" */
    if (site->role == FM_SITE_SUBJECT && is_empty(site->about))
        return phrase_argument(ctx,
                               (struct fm_phrase){site->top, site->top + 1});
    if (site->role == FM_SITE_SUBJECT || site->role == FM_SITE_NONE)
        return is_empty(site->about) ? NULL : phrase_argument(ctx, site->about);
    return phrase_argument(ctx, subject_phrase(tree, site));
}

static Factmill__V1__Predicate *
predicate_of(struct fm_context *ctx, const struct fm_counted *k,
             const struct fm_quantity_site *site)
{
    const struct fm_doc *doc = ctx->doc;
    Factmill__V1__Predicate *p;
    struct fm_phrase words;
    struct fm_str lemma;
    char *text;

    /* "deputies from three provinces", "a crew of nine people" */
    if (site->role == FM_SITE_OF &&
        !fm_tree_word(ctx->tree, site->preposition.first, "of"))
        return fm_context_predicate(
            ctx,
            fm_context_text(ctx, doc->start[site->preposition.first],
                            doc->end[site->preposition.last - 1]),
            doc->start[site->preposition.first],
            doc->end[site->preposition.last - 1]);
    if (site->role == FM_SITE_NONE || site->role == FM_SITE_OF)
        return fm_context_predicate(ctx, fm_str(fm_quantity_noun(k)), 0, 0);
    lemma = doc->lemma != NULL ? doc->lemma[site->verb] : doc->form[site->verb];
    if (site->role == FM_SITE_BE)
        lemma = fm_str("be");
    else if (fm_tree_word(ctx->tree, site->verb, "worth"))
        lemma = fm_str("be worth");
    text = fm_quantity_predicate(ctx, site, &words);
    if (text == NULL || is_empty(words))
        return NULL;
    p = fm_context_predicate(ctx, lemma, doc->start[words.first],
                             doc->end[words.last - 1]);
    if (p != NULL)
        p->text = text;
    return p;
}

static Factmill__V1__Time *time_of(struct fm_context *ctx,
                                   const struct fm_quantity_site *site)
{
    Factmill__V1__Time *t = fm_time_of_phrase(ctx, site->top, FM_NO_TOKEN);

    if (t == NULL && site->noun != FM_NO_TOKEN)
        t = fm_time_of_phrase(ctx, site->noun, FM_NO_TOKEN);
    if (t == NULL && site->holder != FM_NO_TOKEN)
        t = fm_time_of_phrase(ctx, site->holder, FM_NO_TOKEN);
    if (t == NULL && site->verb != FM_NO_TOKEN)
        t = fm_time_of_verb(ctx, site->verb);
    if (t == NULL && site->verb == FM_NO_TOKEN)
        t = fm_time_of_verb(ctx, fm_time_verb(ctx->tree, site->top));
    return t;
}

/* "killed 20 people and hurt 30": of what was counted before. */
static bool inherit_about(struct fm_quantity_walk *w,
                          const struct fm_counted *k, bool other,
                          Factmill__V1__Quantity *q)
{
    const struct fm_recent *last;
    char *about;

    if (w->recent_count == 0 || k->amount.measure.kind != FM_MEASURE_NONE)
        return false;
    last = &w->recent[w->recent_count - 1];
    if (last->amount.measure.kind != FM_MEASURE_NONE ||
        last->quantity->about[0] == '\0')
        return false;
    if (!other) {
        q->about = last->quantity->about;
        return true;
    }
    about =
        strncmp(last->quantity->about, "other ", 6) == 0
            ? fm_arena_copy(w->ctx->arena, fm_str(last->quantity->about))
            : fm_arena_printf(w->ctx->arena, "other %s", last->quantity->about);
    if (about == NULL)
        return false;
    q->about = about;
    return true;
}

/* "others", "which", "them": what is counted was named before. */
static bool is_named_before(const struct fm_tree *tree,
                            const struct fm_quantity_site *site)
{
    return site->about.last == site->about.first + 1 &&
           (tree->doc->upos[site->about.first] == FM_PRON ||
            tree->doc->upos[site->about.first] == FM_DET ||
            fm_tree_word(tree, site->about.first, "others") ||
            fm_tree_word(tree, site->about.first, "more"));
}

/* The words of a quantity: the amount, and what it counts when that follows. */
static Factmill__V1__Quantity *new_quantity(struct fm_quantity_walk *w,
                                            const struct fm_counted *k,
                                            const struct fm_quantity_site *site)
{
    const struct fm_lexeme *at = w->lx->at;
    struct fm_words words = k->amount.words;
    uint32_t end = at[words.last - 1].end;

    if (!is_empty(site->about) &&
        w->ctx->doc->start[site->about.first] >= end) {
        uint32_t last = w->ctx->doc->end[site->about.last - 1];

        while (words.last < w->lx->count && at[words.last].start < last)
            words.last++;
    }
    return fm_quantity_new(w, words);
}

static void add_fact(struct fm_quantity_walk *w, const struct fm_counted *k,
                     const struct fm_quantity_site *site,
                     Factmill__V1__Quantity *q)
{
    struct fm_context *ctx = w->ctx;
    const struct rule *rule = &rules[site->role];
    Factmill__V1__Fact *fact;

    fact = fm_quantity_fact(w, q, k->has_whole ? "quantity.part" : rule->name,
                            rule->confidence, (struct fm_words){0, 0});
    if (fact == NULL)
        return;
    fact->subject = subject_of(ctx, site);
    fact->predicate = predicate_of(ctx, k, site);
    fact->time = time_of(ctx, site);
    fm_scope_apply(ctx, fact, w->sentence,
                   site->verb != FM_NO_TOKEN ? site->verb : site->top);
    if (fact->subject == NULL && q->about[0] == '\0')
        fm_context_drop(ctx, fact);
}

/* "204 two years earlier": the noun is a time's. */
static bool is_of_time(const struct fm_quantity_walk *w,
                       const struct fm_quantity_site *site)
{
    uint32_t start;

    if (site->noun == FM_NO_TOKEN)
        return false;
    start = w->ctx->doc->start[site->noun];
    for (size_t i = 0; i < w->lx->count && w->lx->at[i].start <= start; i++)
        if (w->lx->at[i].start == start)
            return w->taken->at[i] && w->lx->at[i].kind != FM_LEX_DIGITS;
    return false;
}

size_t fm_quantity_emit_parsed(struct fm_quantity_walk *w,
                               const struct fm_counted *k)
{
    const struct fm_amount *a = &k->amount;
    bool count = a->measure.kind == FM_MEASURE_NONE;
    size_t end = k->has_whole ? k->end : a->words.last;
    static const struct fm_decimal one = {1, 0};
    struct fm_counted bare = *k;
    struct fm_quantity_site site;
    Factmill__V1__Quantity *q;

    if (a->measure.kind == FM_MEASURE_TIMES ||
        !fm_quantity_find_site(w->ctx->tree, w->lx->at[a->words.first].start,
                               w->lx->at[a->words.last - 1].end, count,
                               fm_decimal_cmp(a->number.value, one) > 0, &site))
        return end;
    if (is_of_time(w, &site))
        return end;
    /* A number that counts nothing one could name. */
    if (count && is_empty(site.about) && site.role != FM_SITE_BE &&
        !is_measuring(w->ctx->tree, &site) && w->recent_count == 0)
        return end;
    q = new_quantity(w, k, &site);
    bare.about.last = bare.about.first;
    if (q == NULL || !fm_quantity_fill(w, &bare, q))
        return end;
    if (!is_empty(site.about) && is_named_before(w->ctx->tree, &site)) {
        bool other = fm_tree_word(w->ctx->tree, site.about.first, "others") ||
                     fm_tree_word(w->ctx->tree, site.about.first, "more");

        if (!inherit_about(w, k, other, q) && !other)
            return end;
        if (q->about[0] == '\0' &&
            !fm_quantity_put_text(w->ctx, phrase_text(w->ctx, site.about),
                                  &q->about))
            return end;
    } else if (!is_empty(site.about)) {
        if (!fm_quantity_put_text(w->ctx, phrase_text(w->ctx, site.about),
                                  &q->about))
            return end;
    } else if (is_measuring(w->ctx->tree, &site) &&
               site.subject.head != FM_NO_TOKEN && site.role != FM_SITE_NONE) {
        struct fm_phrase p = fm_quantity_bare_phrase(
            w->ctx->tree, subject_phrase(w->ctx->tree, &site));

        if (!fm_quantity_put_text(w->ctx, phrase_text(w->ctx, p), &q->about))
            return end;
    } else if (count && !inherit_about(w, k, false, q)) {
        return end;
    }
    if (is_empty(site.about) && site.role == FM_SITE_NONE)
        return end;
    add_fact(w, k, &site, q);
    fm_quantity_remember(w, q, a);
    return end;
}

/* --- what changes ------------------------------------------------------------------ */

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
        if (before.first < before.last &&
            (fm_tree_word(tree, before.first, "in") ||
             fm_tree_word(tree, before.first, "of")))
            return child;
    }
    return found;
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
    struct fm_phrase p;

    /* "cut spending from 11 to 3": an object that the tree has not. */
    if ((object == FM_NO_TOKEN || is_number_of(lx, tree, c, object)) &&
        !passive && c->subject.first > c->at &&
        c->subject.last > c->subject.first) {
        if (subject.head != FM_NO_TOKEN && !subject.clausal)
            c->agent = words_of(lx, tree->doc,
                                fm_phrase_of(tree, subject.head, FM_PHRASE_FULL,
                                             subject.without));
        return true;
    }
    if (object != FM_NO_TOKEN && !passive &&
        !is_number_of(lx, tree, c, object)) {
        p = fm_phrase_of(tree, object, FM_PHRASE_FULL, FM_NO_TOKEN);
        c->subject = words_of(lx, tree->doc, p);
        /* The numbers are no words of what changes. */
        if (c->part > 0 && c->subject.last > c->part)
            c->subject.last =
                c->part > c->subject.first ? c->part : c->subject.first;
        if (subject.head != FM_NO_TOKEN && !subject.clausal)
            c->agent = words_of(lx, tree->doc,
                                fm_phrase_of(tree, subject.head, FM_PHRASE_FULL,
                                             subject.without));
        return c->subject.last > c->subject.first;
    }
    /* Where the tree tells of none, or of one further off than the words right
     * before the verb, these are it. */
    if (!fm_words_empty(c->subject) && c->subject.last <= c->at &&
        (subject.head == FM_NO_TOKEN ||
         (link != FM_LINK_OWN && link != FM_LINK_RELATIVE &&
          tree->doc->start[subject.head] < lx->at[c->subject.first].start)))
        return true;
    if (subject.head == FM_NO_TOKEN || subject.clausal ||
        tree->doc->upos[subject.head] == FM_NUM)
        return false;
    p = fm_phrase_of(tree, subject.head, FM_PHRASE_FULL, subject.without);
    c->subject = words_of(lx, tree->doc, p);
    /* A tree that has the verb below its subject. */
    if (c->subject.first < c->at && c->subject.last > c->at)
        c->subject.last = c->at;
    return c->subject.last > c->subject.first;
}

bool fm_quantity_change_subject(const struct fm_lexemes *lx,
                                const struct fm_tree *tree, struct fm_change *c)
{
    uint32_t at = (uint32_t)fm_doc_token_at(tree->doc, lx->at[c->at].start);
    uint32_t noun;

    if (at >= tree->doc->token_count)
        return false;
    if (tree->doc->upos[at] == FM_VERB)
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
